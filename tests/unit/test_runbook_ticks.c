/* Items of checklists that their checks tick: on the screen, and in the report. */
#include "run_fixture.h"

#include "runbook/report.h"
#include "ui/view/runbook_page.h"
#include "ui/view/runbook_says.h"

TestSuite(runbook_ticks, .timeout = 60);

static const char text[] = "# T\n\n## Prerequisites checklist\n\n"
			   "<!-- skep: { check: { expr: 'up == 1', name: healthy } } -->\n- [ ] The colony is healthy\n"
			   "- [ ] Somebody was told\n- [x] The shift is staffed\n";

static struct runbook runbook;
static struct runbook_page *page;
static struct proof proofs[2];

static void set_up(void)
{
	cr_assert_eq(runbook_read(&runbook, "t.md", text, strlen(text), NULL), 0);
	cr_assert_eq(runbook.steps.count, 3);
	cr_assert_eq(runbook.steps.items[0].notes.checks.count, 1);
	page = runbook_page_new();
	page->runbook = &runbook;
	proofs[0] = (struct proof){ .name = "healthy", .state = PROOF_GOOD, .step = 0 };
	proofs[1] = (struct proof){ .name = "another", .state = PROOF_BAD, .step = SIZE_MAX };
	vec_push(&page->proofs, &proofs[0]);
	vec_push(&page->proofs, &proofs[1]);
}

static void tear_down(void)
{
	runbook_page_free(page);
	runbook_release(&runbook);
}

static void expect_standing(size_t step, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;
	enum role role;

	runbook_add_standing(page, step, 0, &words, &role);
	cr_expect_str_eq(words.text, wanted);
	strbuf_release(&words);
}

Test(runbook_ticks, while_the_check_holds, .init = set_up, .fini = tear_down)
{
	struct run *run = run_fixture_make("e01 ana@jump1/a run-open runbook=t\n");

	cr_expect_not(runbook_page_is_ticked(page, 0), "only read, nothing is asked");
	page->run = run;
	cr_expect(runbook_page_is_ticked(page, 0));
	cr_expect_not(runbook_page_is_ticked(page, 1));
	expect_standing(0, "ticked by its check");
	cr_expect_eq(runbook_page_next(page, SIZE_MAX), 1, "there is nothing left to do about it");
	proofs[0].state = PROOF_BAD;
	cr_expect_not(runbook_page_is_ticked(page, 0));
	expect_standing(0, "");
	cr_expect_eq(runbook_page_next(page, SIZE_MAX), 0);
	proofs[0].state = PROOF_UNKNOWN;
	cr_expect_not(runbook_page_is_ticked(page, 0), "an engine that fails proves nothing");
	page->run = NULL;
	run_free(run);
}

Test(runbook_ticks, a_persons_word_is_that_persons, .init = set_up, .fini = tear_down)
{
	struct run *run = run_fixture_make("e01 ana@jump1/a run-open runbook=t\ne02 ana@jump1/a step-skip step=1.1\n");

	page->run = run;
	cr_expect_not(runbook_page_is_ticked(page, 0));
	expect_standing(0, "skipped by ana");
	page->run = NULL;
	run_free(run);
}

/* A tick of the file is of whoever wrote it: in this run nothing was done yet. */
Test(runbook_ticks, what_the_file_has_ticked_is_open, .init = set_up, .fini = tear_down)
{
	struct run *run = run_fixture_make("e01 ana@jump1/a run-open runbook=t\n"),
		   *after =
			   run_fixture_make("e01 ana@jump1/a run-open runbook=t\ne02 ana@jump1/a step-done step=1.3\n");
	struct strbuf progress = STRBUF_INIT;
	struct style style;

	page->run = run;
	cr_expect_eq(runbook_sign(page, 1, &style), GLYPH_OPEN);
	cr_expect_eq(runbook_sign(page, 2, &style), GLYPH_CHECKBOX_DONE);
	expect_standing(1, "");
	expect_standing(2, "ticked in the file");
	runbook_add_progress(page, runbook.steps.items[2].section, &progress);
	cr_expect_str_eq(progress.text, "1 of 3", "only what its check ticked");
	cr_expect_eq(runbook_page_next(page, 1), 2, "it is still to be done");
	page->run = after;
	cr_expect_eq(runbook_sign(page, 2, &style), GLYPH_OK);
	expect_standing(2, "done by ana");
	page->run = NULL;
	strbuf_release(&progress);
	run_free(run);
	run_free(after);
}

static void expect_report(const char *lines, const char *wanted, bool there)
{
	struct run *run = run_fixture_make(lines);
	struct strbuf report = STRBUF_INIT;

	run_report(run, &runbook, NULL, &report);
	cr_expect_eq(strstr(report.text, wanted) != NULL, there, "'%s' in:\n%s", wanted, report.text);
	run_free(run);
	strbuf_release(&report);
}

#define OPENED "e01 ana@jump1/a run-open runbook=t\n"
#define TICKED "e02 ana@jump1/a run-evidence step=1.1 name=healthy when=turned source=holds note=holds:_1\n"

Test(runbook_ticks, the_report_says_who_ticked, .init = set_up, .fini = tear_down)
{
	expect_report(
		OPENED TICKED,
		"\n## Checked by themselves\n\n- [x] 1.1 The colony is healthy: **ticked by its check**, not by a "
		"person, 2025-11-22 03:15:02: holds: 1\n",
		true);
	expect_report(OPENED TICKED "e03 ana@jump1/a run-evidence step=1.1 name=healthy when=turned "
				    "source=does_not_hold note=does_not_hold\n",
		      "- [ ] 1.1 The colony is healthy: its check holds no more, 2025-11-22 03:15:03", true);
	expect_report(OPENED TICKED "e03 ana@jump1/a step-done step=1.1\n", "Checked by themselves", false);
	expect_report(OPENED, "Checked by themselves", false);
}
