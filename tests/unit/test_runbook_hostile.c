/* Files that were written to hurt, or by other editors: read as far as can be, refused in words, never slow. */
#include "markdown_fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"

TestSuite(runbook_hostile, .timeout = 60);

static void expect_refused(const char *text, size_t length, const char *words)
{
	struct runbook runbook;
	struct error_list errors;
	char line[1024] = "";

	error_list_init(&errors);
	cr_expect_eq(runbook_read(&runbook, "x.md", text, length, &errors), -1);
	cr_assert_eq(errors.count, 1);
	fault_format(&errors.faults[0], line, sizeof(line));
	cr_expect_str_eq(line, words);
	cr_expect_eq(runbook.steps.count, 0);
	error_list_release(&errors);
}

static char *repeat(const char *text, size_t times, struct strbuf *ret)
{
	for (size_t i = 0; i < times; i++)
		strbuf_addstr(ret, text);
	return ret->text;
}

Test(runbook_hostile, what_is_no_text_is_refused)
{
	expect_refused("# a\n\0b\n", 7, "x.md:2: is no text in UTF-8");
	expect_refused("# a\n\nb \xff\n", 9, "x.md:3: is no text in UTF-8");
	expect_refused("\xff\xfe#\0", 4, "x.md:1: is no text in UTF-8");
	expect_refused("# \xed\xa0\x80\n", 6, "x.md:1: is no text in UTF-8");
}

Test(runbook_hostile, limits_are_checked_before_the_parser)
{
	struct strbuf text = STRBUF_INIT;

	repeat("> ", 40, &text);
	strbuf_addstr(&text, "a\n");
	expect_refused(text.text, text.length, "x.md: lists or quotes nested deeper than 24");
	strbuf_clear(&text);
	repeat("|a", 101, &text);
	strbuf_addstr(&text, "|\n");
	repeat("|-", 101, &text);
	strbuf_addstr(&text, "|\n");
	expect_refused(text.text, text.length, "x.md: a table of more than 100 columns");
	strbuf_clear(&text);
	strbuf_addstr(&text, "|a|b|c|d|\n|-|-|-|-|\n");
	repeat("|x\n", 6000, &text);
	expect_refused(text.text, text.length, "x.md: tables of more than 20000 cells");
	strbuf_clear(&text);
	repeat("words words words\n", 60000, &text);
	expect_refused(text.text, text.length, "x.md: longer than 1 MiB (the limit of a runbook)");
	strbuf_release(&text);
}

Test(runbook_hostile, a_huge_file_is_refused_by_its_size)
{
	char path[] = "/tmp/skep-runbook-XXXXXX";
	int fd = mkstemp(path);
	struct runbook runbook;
	struct error_list errors;

	cr_assert_geq(fd, 0);
	cr_assert_eq(ftruncate(fd, 50 * 1024 * 1024), 0);
	close(fd);
	error_list_init(&errors);
	cr_expect_eq(runbook_read_file(&runbook, path, &errors), -1);
	cr_assert_eq(errors.count, 1);
	cr_expect_str_eq(errors.faults[0].text, "larger than 1 MiB (the limit)");
	cr_expect_str_eq(errors.faults[0].file, path);
	unlink(path);
	cr_expect_eq(runbook_read_file(&runbook, path, &errors), -1);
	cr_expect_str_eq(errors.faults[1].text, "no such file or directory");
	cr_expect_eq(runbook_read_file(&runbook, "/tmp", &errors), -1);
	error_list_release(&errors);
}

Test(runbook_hostile, other_line_ends_and_marks_change_nothing)
{
	static const char *const texts[] = {
		"# T\n\n```bash\n# look\nls \\\n  -l\n```\n",
		"# T\r\n\r\n```bash\r\n# look\r\nls \\\r\n  -l\r\n```\r\n",
		"\xef\xbb\xbf# T\n\n```bash\n# look\nls \\\n  -l\n```",
		"# T\r\r```bash\r# look\rls \\\r  -l\r```\r",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct markdown_fixture f;

		markdown_fixture_read(&f, texts[i]);
		cr_assert_eq(f.result, 0);
		cr_expect_str_eq(f.runbook.title, "T");
		cr_assert_eq(f.runbook.steps.count, 1);
		cr_expect_str_eq(f.runbook.steps.items[0].text, "ls \\\n  -l");
		cr_expect_eq(f.runbook.steps.items[0].line, 4);
		cr_expect_eq(f.runbook.steps.items[0].last_line, 6);
		cr_expect_str_eq(f.runbook.source, texts[i]);
		markdown_fixture_release(&f);
	}
}

Test(runbook_hostile, unclosed_blocks_are_faults)
{
	static const struct {
		const char *text;
		unsigned line;
	} cases[] = {
		{ "# T\n\n```bash\nls\n", 3 },  { "# T\n\n````bash\nls\n```\n", 3 },
		{ "# T\n\n~~~\nls\n```\n", 3 }, { "# T\n\n1. a\n\n   ```bash\n   ls\n\nwords\n", 5 },
		{ "# T\n\n```\n", 3 },
	};
	struct markdown_fixture f;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		markdown_fixture_read(&f, cases[i].text);
		cr_assert_eq(f.result, 0);
		cr_assert_eq(f.errors.count, 1, "%zu: %s", i, f.faults.text);
		cr_expect_eq(f.errors.faults[0].line, cases[i].line);
		cr_expect_not_null(strstr(f.errors.faults[0].text, "never closed"));
		markdown_fixture_release(&f);
	}
	markdown_fixture_read(&f, "```bash\nls\n```\n\n1. a\n   ~~~~\n   ls\n   ~~~~~  \n\n> ```\n> ls\n> ```\n");
	cr_expect_eq(f.errors.count, 0, "%s", f.faults.text);
	markdown_fixture_release(&f);
}

Test(runbook_hostile, too_many_steps_and_sections_are_cut)
{
	struct strbuf text = STRBUF_INIT;
	struct markdown_fixture f;

	repeat("- [ ] a\n\n", RUNBOOK_STEPS_MAX + 10, &text);
	markdown_fixture_read(&f, text.text);
	cr_assert_eq(f.result, 0);
	cr_expect_eq(f.runbook.steps.count, RUNBOOK_STEPS_MAX);
	cr_expect_eq(f.errors.count, 1);
	markdown_fixture_release(&f);
	strbuf_clear(&text);
	repeat("## a\n\n", RUNBOOK_SECTIONS_MAX + 10, &text);
	strbuf_addstr(&text, "```bash\nls\n```\n");
	markdown_fixture_read(&f, text.text);
	cr_assert_eq(f.result, 0);
	cr_expect_eq(f.runbook.sections.count, RUNBOOK_SECTIONS_MAX);
	cr_assert_eq(f.runbook.steps.count, 1);
	cr_expect_eq(f.runbook.steps.items[0].section, RUNBOOK_SECTIONS_MAX - 1);
	markdown_fixture_release(&f);
	strbuf_release(&text);
}

Test(runbook_hostile, deep_lists_are_read)
{
	struct strbuf text = STRBUF_INIT;
	struct markdown_fixture f;

	strbuf_addstr(&text, "## Diagnosis\n\n");
	for (int i = 0; i < 20; i++)
		strbuf_addf(&text, "%*s- level %d:\n", 2 * i, "", i);
	strbuf_addf(&text, "%*s- Check it\n", 40, "");
	markdown_fixture_read(&f, text.text);
	cr_assert_eq(f.result, 0, "%s", f.faults.text);
	cr_assert_eq(f.runbook.steps.count, 1);
	cr_expect_str_eq(f.runbook.steps.items[0].name, "Check it");
	cr_expect_not_null(strstr(f.runbook.steps.items[0].words, "level 0 level 1"));
	markdown_fixture_release(&f);
	strbuf_release(&text);
}

static void expect_shown_only(const char *piece, size_t times)
{
	struct strbuf text = STRBUF_INIT;
	struct markdown_fixture f;

	strbuf_addstr(&text, "# T\n\n```bash\n");
	repeat(piece, times, &text);
	strbuf_addstr(&text, "\n```\n");
	markdown_fixture_read(&f, text.text);
	cr_assert_eq(f.result, 0);
	cr_assert_eq(f.runbook.steps.count, 1);
	cr_expect_eq(f.runbook.steps.items[0].kind, STEP_UNKNOWN);
	cr_expect_eq(f.runbook.steps.items[0].line, 4);
	cr_expect_eq(f.errors.count, 1);
	markdown_fixture_release(&f);
	strbuf_release(&text);
}

Test(runbook_hostile, what_nobody_would_run_is_shown_only)
{
	expect_shown_only("echo a; ", 3000);
	expect_shown_only("ls -la\n", 20000);
}

Test(runbook_hostile, nothing_is_a_runbook_too)
{
	static const char *const texts[] = { "", "\n\n", "---\n", "---\n---\n", "<!-- -->", "#", "\xef\xbb\xbf" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct markdown_fixture f;

		markdown_fixture_read(&f, texts[i]);
		cr_assert_eq(f.result, 0);
		cr_expect_eq(f.runbook.steps.count, 0);
		cr_expect_eq(runbook_entry(&f.runbook), 0);
		cr_expect_eq(f.errors.count, 0, "%zu: %s", i, f.faults.text);
		markdown_fixture_release(&f);
	}
}
