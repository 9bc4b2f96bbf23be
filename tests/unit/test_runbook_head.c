/* What a runbook says of itself: title, fields, front matter, escalation. */
#include "markdown_fixture.h"

#include "base/clock.h"

TestSuite(runbook_head, .timeout = 20);

Test(runbook_head, reads_bold_fields_of_head_and_foot)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# Runbook: Data Corruption Incident\n\n"
				  "**Severity:** P0 Critical\n"
				  "**Escalation:** on-call -> engineering-manager -> cto\n"
				  "**Target MTTR:** < 60 minutes\n\n"
				  "## Symptoms\n\n- odd agents\n\n---\n\n"
				  "**Last Updated**: 2026-03-08\n**Version:** 1.0\n");
	cr_assert_eq(f.result, 0);
	cr_expect_str_eq(f.runbook.title, "Runbook: Data Corruption Incident");
	cr_expect_str_eq(f.runbook.slug, "data-corruption");
	cr_expect_str_eq(f.runbook.severity, "P0 Critical");
	cr_expect_str_eq(f.runbook.escalation, "on-call -> engineering-manager -> cto");
	cr_expect_str_eq(f.runbook.updated, "2026-03-08");
	cr_expect_str_eq(f.runbook.version, "1.0");
	cr_expect_eq(f.runbook.priority, 0);
	cr_expect_eq(f.runbook.mttr_ms, 60 * CLOCK_MINUTE);
	cr_expect_eq(f.runbook.rto_ms, -1);
	cr_assert_eq(f.runbook.fields.count, 5);
	cr_expect_eq(f.runbook.fields.items[2].line, 5);
	cr_expect_str_eq(f.runbook.fields.items[3].key, "Last Updated");
	cr_expect_eq(f.runbook.fields.items[4].line, 14);
	cr_expect_eq(f.errors.count, 0);
	markdown_fixture_release(&f);
}

Test(runbook_head, reads_durations_and_priorities_as_people_write_them)
{
	static const struct {
		const char *severity, *time;
		int priority;
		int64_t ms;
	} cases[] = {
		{ "P1 \"Critical\"", "15m", 1, 15 * CLOCK_MINUTE },
		{ "SEV-2", "1 hour 30 min", 2, 90 * CLOCK_MINUTE },
		{ "High", "30-60 min", 1, 60 * CLOCK_MINUTE },
		{ "sev9", "< 45 minutes (30 on average)", 3, 45 * CLOCK_MINUTE },
		{ "Warning", "2 hours", 2, 2 * CLOCK_HOUR },
		{ "odd", "soon", -1, -1 },
		{ "PIN2", "30", -1, 30 * CLOCK_MINUTE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct markdown_fixture f;
		char text[256];

		snprintf(text, sizeof(text), "# T\n\n**Severity**: %s\n**Target RTO**: %s\n", cases[i].severity,
			 cases[i].time);
		markdown_fixture_read(&f, text);
		cr_assert_eq(f.result, 0);
		cr_expect_eq(f.runbook.priority, cases[i].priority, "%s: %d", cases[i].severity, f.runbook.priority);
		cr_expect_eq(f.runbook.rto_ms, cases[i].ms, "%s: %lld", cases[i].time, (long long)f.runbook.rto_ms);
		markdown_fixture_release(&f);
	}
}

Test(runbook_head, reads_front_matter_in_its_own_lines)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "---\ntitle: Cache down\nseverity: P2\nmttr: 30 min\nalerts: [CacheDown, CacheSlow]\n"
				  "tags:\n  - common\n---\n\n## Diagnosis\n\n```bash\nkubectl get pods\n```\n");
	cr_assert_eq(f.result, 0);
	/* The first heading is a section of its own. */
	cr_expect_str_eq(f.runbook.title, "Diagnosis");
	cr_expect_str_eq(f.runbook.severity, "P2");
	cr_expect_eq(f.runbook.mttr_ms, 30 * CLOCK_MINUTE);
	cr_assert_eq(f.runbook.alerts.count, 2);
	cr_expect_str_eq(f.runbook.alerts.items[1], "CacheSlow");
	cr_assert_eq(f.runbook.tags.count, 1);
	cr_expect_str_eq(f.runbook.tags.items[0], "common");
	cr_assert_eq(f.runbook.steps.count, 1);
	cr_expect_eq(f.runbook.steps.items[0].line, 13);
	cr_expect_eq(f.runbook.sections.items[1].line, 10);
	markdown_fixture_release(&f);
}

Test(runbook_head, front_matter_that_is_no_yaml_is_a_fault_in_its_line)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "---\na: 1\na: 2\n---\n# T\n");
	cr_assert_eq(f.result, 0);
	cr_expect_str_eq(f.runbook.title, "T");
	cr_assert_eq(f.errors.count, 1);
	cr_expect_eq(f.errors.faults[0].line, 3);
	markdown_fixture_release(&f);
	/* Two rules around words are no front matter. */
	markdown_fixture_read(&f, "---\nwords\n\n---\n# T\n");
	cr_expect_eq(f.errors.count, 0);
	cr_expect_str_eq(f.runbook.title, "T");
	markdown_fixture_release(&f);
}

Test(runbook_head, a_sentence_after_alert_names_none)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# T\n\n**Alert:** fires when the disk is full\n**Alerts:** DiskFull, `DiskSlow`\n");
	cr_assert_eq(f.runbook.alerts.count, 2);
	cr_expect_str_eq(f.runbook.alerts.items[0], "DiskFull");
	cr_expect_str_eq(f.runbook.alerts.items[1], "DiskSlow");
	markdown_fixture_release(&f);
}

static void expect_dues(const char *text, const char *expected)
{
	struct markdown_fixture f;
	struct strbuf dues = STRBUF_INIT;

	markdown_fixture_read(&f, text);
	cr_assert_eq(f.result, 0);
	for (size_t i = 0; i < f.runbook.dues.count; i++)
		strbuf_addf(&dues, "%s%d-%d %s", i ? "; " : "", f.runbook.dues.items[i].minute,
			    f.runbook.dues.items[i].until, f.runbook.dues.items[i].action);
	cr_expect_str_eq(dues.text, expected);
	strbuf_release(&dues);
	markdown_fixture_release(&f);
}

Test(runbook_head, reads_what_is_due_when)
{
	expect_dues("## Escalation Path\n\n| Time | Action |\n| --- | --- |\n| 0-5 min | Diagnose |\n"
		    "| 5 \xe2\x80\x93 10 min | **Fix** |\n| 60+ min | Executives |\n",
		    "0-5 Diagnose; 5-10 Fix; 60--1 Executives");
	expect_dues("## Escalation\n\n- **0-10 min**: find it\n- 10+ minutes - escalate\n- call somebody\n",
		    "0-10 find it; 10--1 escalate");
	expect_dues("## Timeline\n\n| Minutes | Action | Who |\n|-|-|-|\n| 0 | Declare | CTO |\n| 1-2 h | Report |\n",
		    "0--1 Declare; CTO; 60-120 Report");
	expect_dues("## Targets\n\n| Time | Value |\n|-|-|\n| 0-5 min | 3 |\n", "");
}

Test(runbook_head, reads_ragged_tables_and_those_whose_rule_does_not_fit)
{
	expect_dues("## Escalation\n\n| Minutes | Action | Who | How |\n|-|-|-|-|\n| 0-5 | Look | me |\n| 5+ |\n"
		    "| 10+ | Call | b | phone | too | many |\n",
		    "0-5 Look; me; 10--1 Call; b; phone");
	expect_dues("## Escalation\n\n| Minutes | Action | Who |\n|---|---|\n| 0-5 | Look |\n| 5+ | Call | cto |\n",
		    "0-5 Look; 5--1 Call; cto");
}

Test(runbook_head, the_digest_tells_texts_apart)
{
	struct markdown_fixture a, b;

	markdown_fixture_read(&a, "abc");
	markdown_fixture_read(&b, "abd");
	/* FIPS 180-2, appendix B.1. */
	cr_expect_str_eq(a.runbook.digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	cr_expect_str_neq(a.runbook.digest, b.runbook.digest);
	cr_expect_str_eq(a.runbook.title, "data-corruption");
	markdown_fixture_release(&a);
	markdown_fixture_release(&b);
}
