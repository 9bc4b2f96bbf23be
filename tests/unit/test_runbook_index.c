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
	put(folder, "marked.md", "\xef\xbb\xbf# Marked by its first bytes\n");
	put(folder, "fenced.md", "```bash\n# look here\nls\n```\n\n# Behind a block\n");
	put(folder, "other-ends.md", "---\r\n# nor this\r\n---\r\n# Other ends\r\n");
	put(folder, "README.md", "# Runbooks\n");
	put(folder, "notes.txt", "# Notes\n");
	put(folder, "KubePodCrash.MD", "no heading");
	runbook_index_init(&index, folders, 2);
	cr_assert_eq(index.files.count, 6u);
	expect(&index, "https://runbooks.example.com/colony-crash", "01-colony-crash.md");
	expect(&index, "https://runbooks.example.com/colony-crash/?a=b#c", "01-colony-crash.md");
	expect(&index, "runbooks/01-colony-crash.md", "01-colony-crash.md");
	expect(&index, "colony crash", "01-colony-crash.md");
	expect(&index, "Dependency Failure", "02-dependency-failure.md");
	expect(&index, "KubePodCrash", "KubePodCrash.MD");
	expect(&index, "marked by its first bytes", "marked.md");
	expect(&index, "behind a block", "fenced.md");
	expect(&index, "other ends", "other-ends.md");
	expect(&index, "look here", NULL);
	expect(&index, "nor this", NULL);
	expect(&index, "hashtag", NULL);
	expect(&index, "not this", NULL);
	expect(&index, "README", NULL);
	expect(&index, "notes", NULL);
	expect(&index, "https://", NULL);
	expect(&index, "", NULL);
	expect(&index, NULL, NULL);
	runbook_index_release(&index);
	for (size_t i = 0; i < 8; i++) {
		static const char *const names[] = { "01-colony-crash.md", "02-dependency-failure.md",
						     "README.md",          "notes.txt",
						     "KubePodCrash.MD",    "marked.md",
						     "fenced.md",          "other-ends.md" };
		char path[300];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		cr_expect_eq(unlink(path), 0);
	}
	cr_expect_eq(rmdir(folder), 0);
}

Test(runbook_index, runbooks_say_which_alerts_they_are_for)
{
	char folder[] = "/tmp/skep-runbooks.XXXXXX", path[300];
	const char *const folders[] = { folder };
	static const char *const names[] = { "a.md", "b.md", "c.md", "d.md", "e.md" };
	const struct runbook_file *file;
	struct runbook_index index;

	cr_assert(mkdtemp(folder));
	put(folder, "a.md", "<!-- skep: { alerts: [ColonyDown, AgentCountLow] } -->\n# A\n");
	put(folder, "b.md",
	    "---\ntitle: b\n---\n\n<!-- words -->\n<!-- skep:\n  alerts: [RedisDown, ColonyDown]\n-->\n# B\n");
	put(folder, "c.md", "# C\n\n<!-- skep: { alerts: [BehindTheTitle] } -->\n```bash\nls\n```\n");
	put(folder, "d.md", "<!-- skep: { alerts: [NeverClosed] }\n# D\n");
	put(folder, "e.md", "<!-- skep: { alerts: [ -->\n");
	runbook_index_init(&index, folders, 1);
	cr_assert_eq(index.files.count, 5u);
	file = runbook_index_find_alert(&index, "AgentCountLow");
	cr_assert(file && strcmp(file->slug, "a") == 0);
	file = runbook_index_find_alert(&index, "ColonyDown");
	cr_assert(file && strcmp(file->slug, "a") == 0, "the first");
	file = runbook_index_find_alert(&index, "RedisDown");
	cr_assert(file && strcmp(file->slug, "b") == 0);
	cr_assert_null(runbook_index_find_alert(&index, "colonydown"), "names of alerts are exact");
	cr_assert_null(runbook_index_find_alert(&index, "BehindTheTitle"));
	cr_assert_null(runbook_index_find_alert(&index, "NeverClosed"));
	cr_assert_null(runbook_index_find_alert(&index, ""));
	for (size_t i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	runbook_index_release(&index);
	cr_assert_null(runbook_index_find_alert(&index, "ColonyDown"));
}
