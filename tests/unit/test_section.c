/* Headings: roles, letters, minutes, anchors; and which items are something to do. */
#include <criterion/criterion.h>

#include <string.h>

#include "runbook/section.h"

TestSuite(section, .timeout = 20);

static void expect_heading(const char *text, enum section_role role, const char *letter, const char *title, int from,
			   int to)
{
	struct arena arena = { 0 };
	struct section_heading heading;

	section_heading_read(text, &arena, &heading);
	cr_expect_eq(heading.role, role, "%s is %s", text, section_role_names[heading.role]);
	cr_expect_str_eq(heading.letter, letter, "%s has the letter %s", text, heading.letter);
	cr_expect_str_eq(heading.title, title);
	cr_expect(heading.minutes_from == from && heading.minutes_to == to, "%s: %d to %d", text, heading.minutes_from,
		  heading.minutes_to);
	arena_release(&arena);
}

Test(section, knows_the_roles_of_usual_headings)
{
	static const struct {
		const char *text;
		enum section_role role;
	} cases[] = {
		{ "Symptoms", SECTION_SYMPTOMS },
		{ "Meaning", SECTION_SYMPTOMS },
		{ "Disaster Declaration", SECTION_SYMPTOMS },
		{ "Impact", SECTION_IMPACT },
		{ "Diagnosis Steps", SECTION_DIAGNOSIS },
		{ "2. Triage", SECTION_DIAGNOSIS },
		{ "Resolution Steps", SECTION_RESOLUTION },
		{ "Mitigating", SECTION_RESOLUTION },
		{ "Step 3: Contain", SECTION_RESOLUTION },
		{ "Eradicate", SECTION_RESOLUTION },
		{ "Recover", SECTION_RESOLUTION },
		{ "\xf0\x9f\x9a\xa8 Immediate Actions", SECTION_RESOLUTION },
		{ "Return to Normal Operations", SECTION_RESOLUTION },
		{ "Verification", SECTION_VERIFICATION },
		{ "Rollback procedure", SECTION_ROLLBACK },
		{ "Post-Incident Actions", SECTION_POST },
		{ "Prevention", SECTION_PREVENTION },
		{ "Escalation Path", SECTION_ESCALATION },
		{ "Related Runbooks", SECTION_RELATED },
		{ "Prepare", SECTION_CHECKLIST },
		{ "Pre-deployment checklist", SECTION_CHECKLIST },
		/* A word of a role does not make one of everything it stands in. */
		{ "2. Verify the ClusterRoleBinding", SECTION_PLAIN },
		{ "Recovery Time Objectives", SECTION_PLAIN },
		{ "Data Recovery Priorities", SECTION_PLAIN },
		{ "Case study", SECTION_PLAIN },
		{ "Phased roll-out", SECTION_PLAIN },
		{ "", SECTION_PLAIN },
		{ "\xe2\x80\x94", SECTION_PLAIN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		expect_heading(cases[i].text, cases[i].role, "", cases[i].text, -1, -1);
}

Test(section, reads_scenarios_and_phases)
{
	expect_heading("Scenario B: Synapse Corruption", SECTION_SCENARIO, "B", "Synapse Corruption", -1, -1);
	expect_heading("scenario c - World model", SECTION_SCENARIO, "C", "World model", -1, -1);
	expect_heading("Option 2 \xe2\x80\x94 Restart", SECTION_SCENARIO, "2", "Restart", -1, -1);
	expect_heading("Scenario F", SECTION_SCENARIO, "F", "Scenario F", -1, -1);
	expect_heading("Phase 2: Data (15-30 min)", SECTION_PHASE, "2", "Data (15-30 min)", 15, 30);
	expect_heading("Phase 4: Verify (45\xe2\x80\x93"
		       "60 minutes)",
		       SECTION_PHASE, "4",
		       "Verify (45\xe2\x80\x93"
		       "60 minutes)",
		       45, 60);
}

Test(section, reads_minutes)
{
	expect_heading("Immediate Actions (0-5 min)", SECTION_RESOLUTION, "", "Immediate Actions (0-5 min)", 0, 5);
	expect_heading("Later (60+ min)", SECTION_PLAIN, "", "Later (60+ min)", 60, -1);
	expect_heading("Rebuild (+24 h)", SECTION_PLAIN, "", "Rebuild (+24 h)", 1440, -1);
	expect_heading("Report (1-2 hours)", SECTION_PLAIN, "", "Report (1-2 hours)", 60, 120);
	/* How long, what for, which: no place on the clock. */
	expect_heading("Wait (15 min)", SECTION_PLAIN, "", "Wait (15 min)", -1, -1);
	expect_heading("Errors (400-499)", SECTION_PLAIN, "", "Errors (400-499)", -1, -1);
	expect_heading("Huge (0-99999 days)", SECTION_PLAIN, "", "Huge (0-99999 days)", 0, 144000);
}

Test(section, makes_anchors_as_github_does)
{
	static const char *const cases[][2] = {
		{ "Scenario B: Synapse Corruption", "scenario-b-synapse-corruption" },
		{ "Phase 2 (15-30 min)", "phase-2-15-30-min" },
		{ "What's `up`?", "whats-up" },
		{ "\xf0\x9f\x9a\xa8 Impact", "-impact" },
		{ "Wiederherstellung f\xc3\xbcr A_b", "wiederherstellung-f\xc3\xbcr-a_b" },
		{ "A \xe2\x80\x94 B", "a--b" },
		{ "", "" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cr_expect_str_eq(section_anchor(cases[i][0], &arena), cases[i][1]);
	arena_release(&arena);
}

Test(section, knows_what_is_to_be_done)
{
	cr_expect(section_item_is_task(SECTION_DIAGNOSIS, false, "Check the logs"));
	cr_expect(section_item_is_task(SECTION_RESOLUTION, false, "**Restart** it"));
	cr_expect(section_item_is_task(SECTION_DIAGNOSIS, true, "The log has it"));
	cr_expect(section_item_is_task(SECTION_POST, false, "Root cause"));
	cr_expect(section_item_is_task(SECTION_VERIFICATION, false, "All agents are healthy"));
	cr_expect(section_item_is_task(SECTION_PLAIN, true, "Browse to Alerts"));
	cr_expect_not(section_item_is_task(SECTION_DIAGNOSIS, false, "timeouts mean a network problem"));
	cr_expect_not(section_item_is_task(SECTION_PLAIN, false, "Check the logs"));
	cr_expect_not(section_item_is_task(SECTION_SYMPTOMS, true, "Check the logs"));
	cr_expect_not(section_item_is_task(SECTION_PREVENTION, false, "Test restores"));
	cr_expect_not(section_item_is_task(SECTION_RELATED, false, "See the other one"));
	cr_expect_not(section_item_is_task(SECTION_RESOLUTION, false, ""));
}
