/* A run as Markdown: what it says, and that text from outside stays text. */
#include "run_fixture.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"
#include "runbook/report.h"
#include "runbook/report_text.h"

TestSuite(report, .timeout = 60);

static const char night[] =
	"e01 ana@jump1/a run-open runbook=data-corruption title=Data_corruption alert=NaNSynapses since=1763780701000 "
	"labels={\"pod\":\"p-1\"} target=ana@jump1_kube_prod\n"
	"e02 ana@jump1/a run-value name=pod value=p-1 source=alert_label_pod\n"
	"e03 ana@jump1/a run-evidence name=NaN value=12 when=before\n"
	"e04 ana@jump1/a step-intent step=1.1 attempt=1 command=kubectl_get_pods\n"
	"e05 ana@jump1/a step-start step=1.1 attempt=1 of=e04\n"
	"e06 ana@jump1/a step-outcome step=1.1 attempt=1 of=e04 outcome=failed reason=exit_status_3 elapsed=1500\n"
	"e07 ana@jump1/a run-branch value=B\n"
	"e08 bob@jump2/b step-done step=1.2 note=not_mine\n"
	"e09 ana@jump1/a step-skip step=10.1 note=no_need\n"
	"e10 ana@jump1/a step-skip step=2.1 note=wrong\n"
	"e11 ana@jump1/a step-undo of=e10\n"
	"e12 bob@jump2/b run-pen to=bob@jump2 to_seat=b\n"
	"e13 bob@jump2/b run-note note=the_table_is_back\n"
	"e14 bob@jump2/b step-intent step=2.2 attempt=1 command=restore\n"
	"e15 bob@jump2/b step-outcome step=2.2 attempt=1 outcome=unknown\n"
	"e16 bob@jump2/b run-evidence name=NaN value=0 when=after\n"
	"e17 bob@jump2/b step-edit step=3.1 command=echo_2\n"
	"e18 bob@jump2/b step-override step=3.1 note=it_is_safe_here\n"
	"e19 bob@jump2/b run-mitigated\n"
	"e20 bob@jump2/b run-close note=restored\n";

static const char runbook_text[] = "# Data corruption\n\n**Target MTTR**: 15 minutes\n\n## Diagnosis\n\n```bash\n"
				   "# Look at the pods\nkubectl get pods\n```\n";

static char folder[64];

static void setup(void)
{
	static const char *const parts[] = { "steps", "steps/1.1", "steps/1.1/attempt-1" };

	snprintf(folder, sizeof(folder), "/tmp/skep-report-XXXXXX");
	cr_assert(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		char *path = path_join(folder, parts[i]);

		cr_assert_eq(mkdir(path, 0700), 0);
		free(path);
	}
}

static void teardown(void)
{
	static const char *const parts[] = { "steps/1.1/attempt-1/transcript", "steps/1.1/attempt-1", "steps/1.1",
					     "steps", "" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		char *path = path_join(folder, parts[i]);

		remove(path);
		free(path);
	}
}

static void write_transcript(const char *text)
{
	char *path = path_join(folder, "steps/1.1/attempt-1/transcript");

	cr_assert_eq(path_write(path, text, strlen(text), NULL), 0);
	free(path);
}

static char *report_of(const char *lines, const struct runbook *runbook)
{
	struct run *run = run_fixture_make(lines);
	struct strbuf report = STRBUF_INIT;

	run_report(run, runbook, *folder ? folder : NULL, &report);
	run_free(run);
	return strbuf_detach(&report);
}

static void expect(const char *report, const char *part)
{
	cr_expect(strstr(report, part), "no '%s' in:\n%s", part, report);
}

static void expect_not(const char *report, const char *part)
{
	cr_expect_not(strstr(report, part), "'%s' in:\n%s", part, report);
}

Test(report, a_word_is_said_once)
{
	char *report;

	folder[0] = '\0';
	report = report_of("e01 ana@jump1/a run-open title=Runbook:_Cache\n"
			   "e02 ana@jump1/a run-branch value=B\n"
			   "e03 ana@jump1/a step-intent step=1.1 attempt=1 command=sleep\n"
			   "e04 ana@jump1/a step-outcome step=1.1 attempt=1 of=e03 outcome=timeout"
			   " reason=timeout_after_5s elapsed=5000\n"
			   "e05 ana@jump1/a step-intent step=1.2 attempt=1 command=sleep\n"
			   "e06 ana@jump1/a step-outcome step=1.2 attempt=1 of=e05 outcome=stopped reason=stopped"
			   " elapsed=2000\n"
			   "e07 ana@jump1/a step-undo of=e02\n",
			   NULL);
	expect(report, "# Run: Cache\n");
	expect(report, "ended: step 1.1: **timeout after 5s** |\n");
	expect(report, ": **timeout after 5s**, took 5s.");
	expect(report, "ended: step 1.2: **stopped** after 2s |\n");
	expect(report, ": **stopped**, took 2s.");
	expect(report, "took back: chose scenario B (");
	free(report);
}

Test(report, tells_the_night, .init = setup, .fini = teardown)
{
	struct runbook runbook;
	char *report;

	cr_assert_eq(runbook_read(&runbook, "data-corruption.md", runbook_text, strlen(runbook_text), NULL), 0);
	write_transcript("NAME\x1b[31m READY\x1b[0m\r\np-1  0/1\r\n");
	report = report_of(night, &runbook);
	expect(report, "# Run: Data corruption\n");
	expect(report, "> **OUTCOME UNKNOWN: step 2.2**");
	expect(report, "| Run | `r` |\n");
	expect(report, "| Runbook | `data-corruption` |\n");
	expect(report, "| Target | `ana@jump1 kube prod` |\n");
	expect(report, "| Alert | `NaNSynapses` since 2025-11-22 03:05:01 `pod=p-1` |\n");
	expect(report, "| Scenario | B |\n");
	expect(report, "| Took part | `ana@jump1`, `bob@jump2`; led at the end by `bob@jump2` |\n");
	expect(report, "| Opened | 2025-11-22 03:15:01 by `ana@jump1` |\n");
	expect(report, "| Closed | 2025-11-22 03:15:20 by `bob@jump2`: restored |\n");
	expect(report, "| Time to mitigate | **10m18s** from the alert on; target MTTR 15m: met |\n");
	expect(report, "| Steps | 1 bad, 1 unknown, 1 skipped |\n");
	expect(report, "| NaN | 12 | 0 |  |\n");
	expect(report, "- 2025-11-22 03:15:13 `bob@jump2`: the table is back\n");
	expect(report,
	       "| 2025-11-22 03:15:06 | +5s | `ana@jump1` | ended: step 1.1: **failed**, exit status 3 after 1");
	expect(report, "**REFUSED** marked done: step 1.2: not mine (**ana@jump1 leads the run**)");
	expect(report, "~~skipped step 2.1: wrong~~ (taken back later)");
	expect(report, "took back: skipped step 2.1 (2025-11-22 03:15:10)");
	expect(report, "took the lead (**taken from ana@jump1**)");
	expect(report, "ended: step 2.2: **OUTCOME UNKNOWN**");
	expect(report, "### Step 1.1: Look at the pods\n\nState: **bad**\n");
	expect(report, "```sh\nkubectl get pods\n```\n\nIts output (");
	expect(report, "```text\nNAME READY\np-1  0/1\n```\n");
	expect(report, "### Step 10.1\n\nState: **skipped** says `ana@jump1`: no need\n");
	expect(report, "**A fault of its command was overridden:** it is safe here\n");
	expect(report, "**Edited** for this run, not run:\n\n```sh\necho 2\n```\n");
	expect(report, "| `pod` | `p-1` | alert label pod |\n");
	expect_not(report, "not closed");
	expect_not(report, "REHEARSAL");
	cr_expect_lt(strstr(report, "### Step 2.2"), strstr(report, "### Step 10.1"), "in the order of the file");
	free(report);
	runbook_release(&runbook);
}

static const char scenarios_text[] =
	"# T\n\n## Diagnosis\n\n1. Look\n\n## Resolution\n\n### Scenario A: one\n\n"
	"<!-- skep: { check: { expr: a == 0, name: one is well } } -->\n1. Mend one\n\n### Scenario B: two\n\n"
	"<!-- skep: { check: { expr: b == 0, name: two is well } } -->\n1. Mend two\n";

#define READINGS                                                                                                       \
	"e2 ana/a run-evidence step=2.1 name=one_is_well when=turned source=holds note=well\n"                         \
	"e3 ana/a run-evidence step=3.1 name=two_is_well when=turned source=holds note=well\n"

/* Its checks are asked whatever is chosen; what was not chosen is no part of what happened. */
Test(report, scenarios_that_were_not_chosen)
{
	struct runbook runbook;
	char *report;

	cr_assert_eq(runbook_read(&runbook, "t.md", scenarios_text, strlen(scenarios_text), NULL), 0);
	cr_assert_str_eq(runbook.steps.items[1].id, "2.1");
	report = report_of("e1 ana/a run-open runbook=t title=T\n" READINGS "e4 ana/a run-branch value=B\n", &runbook);
	expect_not(report, "one is well");
	expect_not(report, "Mend one");
	expect(report, "measured `two is well` turned step 3.1");
	expect(report, "- [x] 3.1 Mend two: **ticked by its check**");
	expect(report, "\nLeft out: 1 reading of checks of scenarios that were not chosen.\n");
	free(report);
	report = report_of("e1 ana/a run-open runbook=t title=T\n" READINGS, &runbook);
	expect_not(report, " is well");
	expect(report, "Left out: 2 readings");
	free(report);
	/* What was done before another one was chosen stays. */
	report = report_of("e1 ana/a run-open runbook=t title=T\ne4 ana/a run-branch value=A\n" READINGS
			   "e5 ana/a step-done step=2.1\ne6 ana/a run-branch value=B\n",
			   &runbook);
	expect(report, "one is well");
	expect(report, "two is well");
	expect_not(report, "Left out");
	free(report);
	/* Without the text nobody knows. */
	report = report_of("e1 ana/a run-open runbook=t title=T\n" READINGS, NULL);
	expect(report, "one is well");
	free(report);
	runbook_release(&runbook);
}

Test(report, of_what_is_left)
{
	char *report = report_of("e05 ana/a step-start step=1.1 attempt=1\n"
				 "e06 ana/a step-intent step=1.2 attempt=1 command=x\n",
				 NULL);

	expect(report, "# Run: r\n");
	expect(report, "does not have the opening");
	expect(report, "**STILL RUNNING: step 1.1**");
	expect(report, "**NOT KNOWN TO HAVE STARTED: step 1.2**");
	expect(report, "**The run is not closed**");
	expect(report, "**not mitigated**");
	expect(report, "The journal does not have what was run.");
	free(report);
	report = report_of("", NULL);
	expect(report, "| Steps | none |");
	free(report);
}

Test(report, a_secret_was_given)
{
	char *report = report_of("e1 ana@jump1/a run-open runbook=x\n"
				 "e2 ana@jump1/a run-value name=token source=given,_not_recorded\n",
				 NULL);

	expect(report, "| `token` | given, not recorded | |\n");
	expect(report, "| set `token`: given, not recorded |\n");
	free(report);
}

Test(report, the_target_was_missed)
{
	struct runbook runbook;
	char *report;

	cr_assert_eq(runbook_read(&runbook, "x.md", runbook_text, strlen(runbook_text), NULL), 0);
	report =
		report_of("o ana/a run-open since=1763779501000\nm ana/a run-mitigated time=1763781301000\n", &runbook);
	expect(report, "| Time to mitigate | **30m** from the alert on; target MTTR 15m: missed by 15m |\n");
	free(report);
	report = report_of("o ana/a run-open since=1763781999000\nm ana/a run-mitigated\n", NULL);
	expect(report, "| Time to mitigate | not known: the times contradict each other |\n");
	free(report);
	report = report_of("o ana/a run-open\nm ana/a run-mitigated\n", NULL);
	expect(report, "| Time to mitigate | **1s** from the opening on |\n");
	free(report);
	runbook_release(&runbook);
}

Test(report, the_clock_was_set)
{
	/* An hour back, seen from the monotonic clock ten seconds later. */
	char *report = report_of("o ana@h/a run-open time=1763781300000 boot=500000\n"
				 "n ana@h/a run-note note=x time=1763777710000 boot=510000\n"
				 "p bob@k/b run-note note=y time=1763777715000 boot=90000\n"
				 "q bob@k/b run-note note=z time=1763777720000 boot=2000\n",
				 NULL);

	expect(report, "| 2025-11-22 03:15:00 | +0ms | `ana@h` |");
	expect(report, "| 2025-11-22 02:15:10 | +10s \\* | `ana@h` |");
	expect(report, "| 2025-11-22 02:15:15 | +15s | `bob@k` |");
	expect(report, "| 2025-11-22 02:15:20 | +20s | `bob@k` |");
	expect(report, "\\* The clock was set just before");
	free(report);
}

Test(report, only_the_end_of_long_output, .init = setup, .fini = teardown)
{
	struct strbuf text = STRBUF_INIT;
	char *report;

	for (int i = 1; i <= 5000; i++)
		strbuf_addf(&text, "line %d\n", i);
	for (int i = 0; i < 3000; i++)
		strbuf_addch(&text, 'x');
	strbuf_addstr(&text, "\n\n\n");
	write_transcript(text.text);
	report = report_of(night, NULL);
	expect(report, "The end of its output (");
	expect(report, "```text\nline 4982\nline 4983\n");
	expect(report, "line 5000\nxxx");
	expect_not(report, "line 4981\n");
	cr_expect_lt(strlen(strstr(report, "xxx")), strlen(report) - 400);
	expect(report, "xxx\xe2\x80\xa6\n```\n");
	free(report);
	strbuf_release(&text);
}

Test(report, text_stays_text)
{
	static const struct {
		const char *text, *plain, *code, *cell;
	} rows[] = {
		{ "plain", "plain", "`plain`", "`plain`" },
		{ "", "", "", "" },
		{ "a|b", "a\\|b", "`a|b`", "`a\\|b`" },
		{ "`", "\\`", "`` ` ``", "`` ` ``" },
		{ "a``b`c", "a\\`\\`b\\`c", "```a``b`c```", "```a``b`c```" },
		{ "<b>&amp;", "&lt;b&gt;&amp;amp;", "`<b>&amp;`", "`<b>&amp;`" },
		{ "*x* _y_ [z](u)", "\\*x\\* \\_y\\_ \\[z\\](u)", "`*x* _y_ [z](u)`", "`*x* _y_ [z](u)`" },
		{ "a\nb\tc", "a b c", "`a b c`", "`a b c`" },
		{ "x\x1b[2Jy", "x\xef\xbf\xbd\\[2Jy", "`x\xef\xbf\xbd[2Jy`", "`x\xef\xbf\xbd[2Jy`" },
		{ "\xe2\x80\xaegnp", "\xef\xbf\xbdgnp", "`\xef\xbf\xbdgnp`", "`\xef\xbf\xbdgnp`" },
		{ "http://x www.y", "http\\://x www\\.y", "`http://x www.y`", "`http://x www.y`" },
		{ " ", " ", "`   `", "`   `" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf out = STRBUF_INIT;

		report_add_text(&out, rows[i].text);
		cr_expect_str_eq(out.text, rows[i].plain, "'%s'", out.text);
		strbuf_clear(&out);
		report_add_code(&out, rows[i].text, false);
		cr_expect_str_eq(out.text, rows[i].code, "'%s'", out.text);
		strbuf_clear(&out);
		report_add_code(&out, rows[i].text, true);
		cr_expect_str_eq(out.text, rows[i].cell, "'%s'", out.text);
		strbuf_release(&out);
	}
}

Test(report, a_fence_is_longer_than_what_is_in_it)
{
	struct strbuf out = STRBUF_INIT;

	report_add_block(&out, "sh", "cat <<'E'\n\t````\nE\n");
	cr_expect_str_eq(out.text, "`````sh\ncat <<'E'\n\t````\nE\n`````\n");
	strbuf_clear(&out);
	report_add_block(&out, "sh", "");
	cr_expect_str_eq(out.text, "```sh\n```\n");
	strbuf_release(&out);
}

/* ---- as a reader of Markdown sees it ---- */

struct seen {
	unsigned html, links, images, headings, tables, rows, cells;
};

static void count_nodes(const char *report, struct seen *ret)
{
	static const char *const extensions[] = { "table", "strikethrough", "autolink", "tasklist" };
	cmark_parser *parser;
	cmark_node *document;
	cmark_iter *iterator;
	cmark_event_type type;

	cmark_gfm_core_extensions_ensure_registered();
	parser = cmark_parser_new(CMARK_OPT_UNSAFE);
	for (size_t i = 0; i < 4; i++)
		cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension(extensions[i]));
	cmark_parser_feed(parser, report, strlen(report));
	document = cmark_parser_finish(parser);
	iterator = cmark_iter_new(document);
	*ret = (struct seen){ 0 };
	while ((type = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iterator);
		cmark_node_type kind = cmark_node_get_type(node);
		const char *name = cmark_node_get_type_string(node);

		if (type != CMARK_EVENT_ENTER)
			continue;
		ret->html += kind == CMARK_NODE_HTML_BLOCK || kind == CMARK_NODE_HTML_INLINE;
		ret->links += kind == CMARK_NODE_LINK;
		ret->images += kind == CMARK_NODE_IMAGE;
		ret->headings += kind == CMARK_NODE_HEADING;
		ret->tables += !strcmp(name, "table");
		ret->rows += !strcmp(name, "table_row");
		ret->cells += !strcmp(name, "table_cell");
	}
	cmark_iter_free(iterator);
	cmark_node_free(document);
	cmark_parser_free(parser);
}

/* Every text of every event is the hostile one. */
static char *hostile_report(const char *text, struct arena *arena)
{
	struct run *run = run_new("r");
	struct strbuf report = STRBUF_INIT;

	for (int kind = 0; kind < RUN_EVENT_KINDS; kind++) {
		const struct run_event event = { .kind = (enum run_event_kind)kind,
						 .id = arena_printf(arena, "e%d", kind),
						 .sequence = kind + 1,
						 .time_ms = RUN_FIXTURE_START_MS,
						 .run = "r",
						 .system = text,
						 .actor = text,
						 .seat = "a",
						 .runbook = text,
						 .path = text,
						 .digest = text,
						 .title = text,
						 .alert = text,
						 .expression = text,
						 .target = text,
						 .environment = text,
						 .step = "1.1",
						 .attempt = 1,
						 .command = text,
						 .name = text,
						 .value = text,
						 .source = text,
						 .to = text,
						 .note = text,
						 .outcome = text,
						 .reason = text,
						 .when = kind % 2 ? "before" : "after" };

		run_add(run, &event);
	}
	run_fold(run);
	run_report(run, NULL, NULL, &report);
	run_free(run);
	return strbuf_detach(&report);
}

Test(report, nothing_hostile_becomes_markdown)
{
	static const char *const texts[] = {
		"words",
		"| a | b |\n|---|---|\n",
		"\\| \\\\| \\",
		"</td></table><script>alert(1)</script>",
		"<!-- ",
		"![x](http://evil/) [y](javascript:z) [z]: http://evil",
		"https://evil.example.com/ www.evil.example.com ftp://x.y",
		"# heading\n## another\n===\n---\n",
		"- [x] item\n1. one\n> quote",
		"```\n# out of the fence\n```` ~~~~ ``",
		"` `` ``` unclosed",
		"~~ ** __ * _ ~",
		"&lt;b&gt; &#60;script&#62; &nbsp;",
		"trailing \\",
		"$x$ $$y$$",
		"\x1b]0;title\x07 \xc2\x9b[2J \xe2\x80\xae\xe2\x81\xa6 \xff\xfe",
	};
	struct arena arena = { 0 };
	struct seen harmless, seen;
	char *report = hostile_report(texts[0], &arena);

	count_nodes(report, &harmless);
	cr_expect_gt(harmless.rows, 20);
	cr_expect_eq(harmless.html + harmless.links + harmless.images, 0);
	free(report);
	for (size_t i = 1; i < sizeof(texts) / sizeof(*texts); i++) {
		report = hostile_report(texts[i], &arena);
		count_nodes(report, &seen);
		cr_expect_eq(memcmp(&seen, &harmless, sizeof(seen)), 0,
			     "%s: html %u links %u images %u headings %u/%u tables %u/%u rows %u/%u cells %u/%u in\n%s",
			     texts[i], seen.html, seen.links, seen.images, seen.headings, harmless.headings,
			     seen.tables, harmless.tables, seen.rows, harmless.rows, seen.cells, harmless.cells,
			     report);
		for (size_t at = 0, length = strlen(report); at < length;) {
			uint32_t code;

			at += text_decode(report + at, length - at, &code);
			cr_assert(!text_is_unsafe(code) || code == '\n' || code == '\t');
		}
		free(report);
	}
	arena_release(&arena);
}
