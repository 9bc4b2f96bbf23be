/* Runbooks of alerts: by slug, by title, by what a URL ends in. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runbook/runbook_index.h"

TestSuite(runbook_index, .timeout = 30);

static void put(const char *folder, const char *name, const char *text)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

static void expect(const struct runbook_index *index, const char *name, const char *end)
{
	const struct runbook_file *file = runbook_index_find(index, name);

	cr_assert(!file == !end, "%s: %s", name ? name : "(null)", file ? file->path : "none");
	if (end)
		cr_expect_str_eq(strrchr(file->path, '/') + 1, end, "%s", name);
}

Test(runbook_index, finds_files_as_alerts_name_them)
{
	char folder[] = "/tmp/skep-runbooks.XXXXXX";
	const char *const folders[] = { folder, "/nonexistent/folder" };
	struct runbook_index index;

	cr_assert(mkdtemp(folder));
	put(folder, "01-colony-crash.md", "\n# Colony crash ##\n\ntext\n");
	put(folder, "02-dependency-failure.md", "---\n# not this\na: b\n---\n#hashtag\n# Dependency failure\n");
	put(folder, "README.md", "# Runbooks\n");
	put(folder, "notes.txt", "# Notes\n");
	put(folder, "KubePodCrash.MD", "no heading");
	runbook_index_init(&index, folders, 2);
	cr_assert_eq(index.files.count, 3u);
	expect(&index, "https://runbooks.example.com/colony-crash", "01-colony-crash.md");
	expect(&index, "https://runbooks.example.com/colony-crash/?a=b#c", "01-colony-crash.md");
	expect(&index, "runbooks/01-colony-crash.md", "01-colony-crash.md");
	expect(&index, "colony crash", "01-colony-crash.md");
	expect(&index, "Dependency Failure", "02-dependency-failure.md");
	expect(&index, "KubePodCrash", "KubePodCrash.MD");
	expect(&index, "hashtag", NULL);
	expect(&index, "not this", NULL);
	expect(&index, "README", NULL);
	expect(&index, "notes", NULL);
	expect(&index, "https://", NULL);
	expect(&index, "", NULL);
	expect(&index, NULL, NULL);
	runbook_index_release(&index);
	for (size_t i = 0; i < 5; i++) {
		static const char *const names[] = { "01-colony-crash.md", "02-dependency-failure.md", "README.md",
						     "notes.txt", "KubePodCrash.MD" };
		char path[300];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		cr_expect_eq(unlink(path), 0);
	}
	cr_expect_eq(rmdir(folder), 0);
}
