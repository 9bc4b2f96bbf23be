/* What HTML comments say of steps, sections and the whole runbook; what they may not say. */
#include "markdown_fixture.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/path.h"
#include "runbook/annotation.h"

TestSuite(annotation, .timeout = 20);

Test(annotation, says_of_a_step)
{
	struct markdown_fixture f;
	const struct step_notes *notes;

	markdown_fixture_read(&f,
			      "# T\n\n## Resolution\n\n<!-- skep:\n  risk: destroy\n  confirm: agents\n"
			      "  rollback: restore it\n  timeout: 10m\n  follow: true\n  target: namespace/production\n"
			      "  check: { expr: 'sum(x) == 0', for: 2m, within: 10m, name: no NaN }\n"
			      "  next: Resolution\n  on-fail: resolution\n  choices:\n"
			      "    backup-id: { command: backup --list }\n    pod: { expr: up, label: pod }\n"
			      "    size: [small, large]\n-->\n```bash\nrm -rf /data\n```\n");
	cr_assert_eq(f.errors.count, 0, "%s", f.faults.text);
	cr_assert_eq(f.runbook.steps.count, 1);
	notes = &f.runbook.steps.items[0].notes;
	cr_expect(notes->said_tier && notes->tier == TIER_DESTROY);
	cr_expect_eq(f.runbook.steps.items[0].tier, TIER_DESTROY);
	cr_expect_str_eq(f.runbook.steps.items[0].tier_reason, "annotated");
	cr_expect_str_eq(notes->confirm, "agents");
	cr_expect_str_eq(notes->rollback, "restore it");
	cr_expect_str_eq(notes->target, "namespace/production");
	cr_expect_str_eq(notes->next, "Resolution");
	cr_expect_str_eq(notes->on_fail, "resolution");
	cr_expect_eq(notes->timeout_ms, 10 * CLOCK_MINUTE);
	cr_expect(notes->follow && !notes->manual);
	cr_expect_eq(notes->line, 5);
	cr_assert_eq(notes->checks.count, 1);
	cr_expect_str_eq(notes->checks.items[0].expression, "sum(x) == 0");
	cr_expect_str_eq(notes->checks.items[0].name, "no NaN");
	cr_expect_eq(notes->checks.items[0].for_ms, 2 * CLOCK_MINUTE);
	cr_expect_eq(notes->checks.items[0].within_ms, 10 * CLOCK_MINUTE);
	cr_expect_eq(notes->checks.items[0].line, 12);
	cr_assert_eq(notes->choices.count, 3);
	cr_expect_str_eq(notes->choices.items[0].placeholder, "backup-id");
	cr_expect_str_eq(notes->choices.items[0].command, "backup --list");
	cr_expect_str_eq(notes->choices.items[1].label, "pod");
	cr_assert_eq(notes->choices.items[2].value_count, 2);
	cr_expect_str_eq(notes->choices.items[2].values[1], "large");
	cr_expect(f.runbook.has_checks);
	markdown_fixture_release(&f);
}

Test(annotation, says_of_one_step_of_a_block_or_of_all)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "<p>\n\n<!-- skep: { timeout: 30s, check: up } -->\n<!-- words for people -->\n"
				  "<!-- skep: { step: 2, risk: change } -->\n```bash\n# a\nls\n\n# b\npwd\n```\n\n"
				  "<!-- skep: { step: 3 } -->\n```bash\nls\n```\n");
	cr_assert_eq(f.runbook.steps.count, 3);
	cr_expect_eq(f.runbook.steps.items[0].notes.timeout_ms, 30 * CLOCK_SECOND);
	cr_expect_eq(f.runbook.steps.items[1].notes.timeout_ms, 30 * CLOCK_SECOND);
	cr_expect_not(f.runbook.steps.items[0].notes.said_tier);
	cr_expect(f.runbook.steps.items[1].notes.said_tier);
	/* What proves the block is proved by its end. */
	cr_expect_eq(f.runbook.steps.items[0].notes.checks.count, 0);
	cr_expect_eq(f.runbook.steps.items[1].notes.checks.count, 1);
	cr_expect_eq(f.runbook.steps.items[2].notes.line, 0);
	cr_expect_str_eq(f.faults.text,
			 "runbooks/03-data-corruption.md:14: step: there is no step 3 in what follows (1 "
			 "to 1)\n");
	markdown_fixture_release(&f);
}

Test(annotation, a_command_may_be_said_to_read)
{
	struct markdown_fixture f;
	const struct step_notes *notes;

	markdown_fixture_read(&f, "# T\n\n<!-- skep:\n  check: [{ command: a, risk: read }, { command: b }]\n"
				  "  choices: { x: { command: c, risk: read }, y: { command: d } }\n-->\n"
				  "```sh\nls <x> <y>\n```\n");
	cr_assert_eq(f.runbook.steps.count, 1);
	notes = &f.runbook.steps.items[0].notes;
	cr_assert_eq(notes->checks.count, 2);
	cr_assert_eq(notes->choices.count, 2);
	cr_expect(notes->checks.items[0].declared);
	cr_expect_not(notes->checks.items[1].declared);
	cr_expect(notes->choices.items[0].declared);
	cr_expect_not(notes->choices.items[1].declared);
	markdown_fixture_release(&f);
}

Test(annotation, what_is_manual_is_never_a_command)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# T\n\n<!-- skep: { manual: true } -->\n```bash\nreboot\n```\n");
	cr_assert_eq(f.runbook.steps.count, 1);
	cr_expect_eq(f.runbook.steps.items[0].kind, STEP_MANUAL);
	cr_expect_str_eq(f.runbook.steps.items[0].text, "reboot");
	markdown_fixture_release(&f);
}

Test(annotation, says_of_list_items_inside_and_before)
{
	struct markdown_fixture f;

	markdown_fixture_read(
		&f, "# T\n\n## Verification\n\n<!-- skep: { check: up == 1 } -->\n- [ ] It is up\n- [ ] It is fast\n"
		    "\n1. Restart:\n   <!-- skep: { risk: change, timeout: 9s } -->\n   ```bash\n   ls\n   ```\n");
	cr_assert_eq(f.errors.count, 0, "%s", f.faults.text);
	cr_assert_eq(f.runbook.steps.count, 3);
	cr_expect_eq(f.runbook.steps.items[0].notes.checks.count, 1);
	cr_expect_eq(f.runbook.steps.items[1].notes.checks.count, 0);
	cr_expect_eq(f.runbook.steps.items[2].notes.timeout_ms, 9 * CLOCK_SECOND);
	cr_expect_eq(f.runbook.steps.items[2].notes.line, 10);
	markdown_fixture_release(&f);
}

Test(annotation, stands_inside_an_item_that_is_ticked_off)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "# T\n\n## Verification\n\n- [ ] It is up\n  <!-- skep: { check: up == 1 } -->\n"
				  "- [ ] It is fast\n\n  <!-- skep: { check: fast } -->\n- [ ] Told\n");
	cr_assert_eq(f.errors.count, 0, "%s", f.faults.text);
	cr_assert_eq(f.runbook.steps.count, 3);
	cr_assert_eq(f.runbook.steps.items[0].notes.checks.count, 1);
	cr_expect_str_eq(f.runbook.steps.items[0].notes.checks.items[0].expression, "up == 1");
	cr_expect_eq(f.runbook.steps.items[0].notes.checks.items[0].line, 6);
	cr_expect_str_eq(f.runbook.steps.items[0].name, "It is up");
	cr_assert_eq(f.runbook.steps.items[1].notes.checks.count, 1);
	cr_expect_eq(f.runbook.steps.items[2].notes.checks.count, 0);
	markdown_fixture_release(&f);
}

Test(annotation, says_of_sections)
{
	struct markdown_fixture f;

	markdown_fixture_read(
		&f,
		"# T\n\nwords\n\n<!-- skep: { check: [up, { command: 'true', name: n }], next: Later, minutes: 5-15 } "
		"-->\n## Contain\n\n## Later\n");
	cr_assert_eq(f.errors.count, 0, "%s", f.faults.text);
	cr_assert_eq(f.runbook.sections.items[2].checks.count, 2);
	cr_expect_str_eq(f.runbook.sections.items[2].checks.items[0].expression, "up");
	cr_expect_str_eq(f.runbook.sections.items[2].checks.items[1].command, "true");
	cr_expect_str_eq(f.runbook.sections.items[2].next, "Later");
	cr_expect_eq(f.runbook.sections.items[2].minutes_to, 15);
	cr_expect(f.runbook.has_checks);
	markdown_fixture_release(&f);
}

Test(annotation, says_of_the_whole_runbook)
{
	static const char *const places[][2] = {
		{ "", "# T\n" },
		{ "", "words\n\n# T\n" },
		{ "words\n\n", "# T\n" },
		{ "---\na: b\n---\n", "# T\n" },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct markdown_fixture f;
		char text[512];

		snprintf(text, sizeof(text), "%s%s%s", places[i][0],
			 "<!-- skep: { alerts: [A, B], watch: [{ title: t, expr: up, unit: short }, up], mttr: 5m,\n"
			 "     tags: common, command: x, severity: P1 } -->\n",
			 places[i][1]);
		markdown_fixture_read(&f, text);
		cr_assert_eq(f.errors.count, 0, "%s", f.faults.text);
		cr_expect_eq(f.runbook.alerts.count, 2);
		cr_expect_eq(f.runbook.watches.count, 2);
		cr_expect_str_eq(f.runbook.watches.items[1].title, "up");
		cr_expect_eq(f.runbook.mttr_ms, 5 * CLOCK_MINUTE);
		cr_expect_str_eq(f.runbook.command, "x");
		cr_expect_str_eq(f.runbook.tags.items[0], "common");
		cr_expect_eq(f.runbook.priority, 1);
		markdown_fixture_release(&f);
	}
}

Test(annotation, every_fault_has_its_line_of_the_file)
{
	static const struct {
		const char *text, *faults;
	} cases[] = {
		{ "# T\n\n<!-- skep:\n  risk: read\n  timeuot: 5s\n-->\n```sh\nls\n```\n",
		  "F:5: unknown key 'timeuot' (did you mean 'timeout')\n" },
		{ "# T\n\n<!-- skep: { risk: high } -->\n```sh\nls\n```\n",
		  "F:3: risk: 'high' is not allowed (read, change, destroy)\n" },
		{ "# T\n\n<!-- skep: { check: { expr: 'sum(' } } -->\n```sh\nls\n```\n", NULL },
		{ "# T\n\n<!-- skep: { check: { name: x } } -->\n```sh\nls\n```\n",
		  "F:3: check: needs 'expr' or 'command', and one of them only\n" },
		{ "# T\n\n<!-- skep: { choices: { a: { expr: up } } } -->\n```sh\nls\n```\n",
		  "F:3: a: 'expr' and 'label' go together\n" },
		{ "# T\n\n<!-- skep: { choices: { a: { command: ls, risk: change } } } -->\n```sh\nls\n```\n",
		  "F:3: risk: 'change' is not allowed (read)\n" },
		{ "# T\n\n<!-- skep:\n  check:\n    - up\n    - { command: ls, risk: destroy }\n-->\n```sh\nls\n```\n",
		  "F:6: risk: 'destroy' is not allowed (read)\n" },
		{ "# T\n\n<!-- skep: { choices: { a: { values: [b], risk: read } } } -->\n```sh\nls\n```\n",
		  "F:3: a: 'risk' is said of a 'command' only\n" },
		{ "# T\n\n<!-- skep: { check: { expr: up, risk: read } } -->\n```sh\nls\n```\n",
		  "F:3: check: 'risk' is said of a 'command' only\n" },
		{ "# T\n\n<!-- skep: { next: Nowhere } -->\n```sh\nls\n```\n",
		  "F:3: next: no section is called 'Nowhere' (a title, a letter or an anchor)\n" },
		{ "# T\n\n<!-- skep: [ -->\n```sh\nls\n```\n", NULL },
		{ "# T\n\nwords <!-- skep: { risk: read } --> more\n",
		  "F:3: an annotation within a paragraph is not read (it needs a line of its own, before what it is "
		  "about)\n" },
		{ "# T\n\n<!-- skep:\nrisk: read\n-->\n```sh\nls\n```\n",
		  "F:4: unknown key 'risk' beside 'skep' (what is said must be indented below it)\n" },
		{ "# T\n\n## Contain\n\n<!-- skep: { risk: read } -->\n## Later\n", NULL },
		{ "# T\n\n<!-- skep: { minutes: soon } -->\n## Later\n",
		  "F:3: minutes: is no span of minutes (15-30, or 60+)\n" },
		{ "# T\n\n<!-- never closed\n", "F:3: a comment that is never closed: what follows is not read\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct markdown_fixture f;
		struct strbuf expected = STRBUF_INIT;

		markdown_fixture_read(&f, cases[i].text);
		cr_assert_eq(f.result, 0);
		cr_assert_eq(f.errors.errors, 1, "%zu: %s", i, f.faults.text);
		cr_expect_geq(f.errors.faults[0].line, 3);
		if (cases[i].faults) {
			strbuf_addf(&expected, "runbooks/03-data-corruption.md%s", cases[i].faults + 1);
			cr_expect_str_eq(f.faults.text, expected.text);
		}
		strbuf_release(&expected);
		markdown_fixture_release(&f);
	}
}

Test(annotation, one_about_nothing_is_a_fault)
{
	static const char *const cases[] = {
		"# T\n\n<!-- skep: { risk: read } -->\n\nwords\n\n```sh\nls\n```\n",
		"# T\n\n<!-- skep: { risk: read } -->\n",
		"# T\n\n1. a\n\n   ```sh\n   ls\n   ```\n   <!-- skep: { risk: read } -->\n\n2. b\n",
		"# T\n\n<!-- skep: { risk: read } -->\n| a |\n|-|\n",
		"# T\n\n<!-- skep: { risk: read } -->\n- words only\n",
		"# T\n\n<!-- skep: { risk: read } -->\n> ```sh\n> ls\n> ```\n",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct markdown_fixture f;

		markdown_fixture_read(&f, cases[i]);
		cr_expect_eq(f.errors.errors, 1, "%zu: %s", i, f.faults.text);
		cr_expect_not_null(strstr(f.faults.text, "an annotation about nothing"), "%s", f.faults.text);
		markdown_fixture_release(&f);
	}
}

Test(annotation, other_comments_are_nobodys)
{
	struct markdown_fixture f;

	markdown_fixture_read(&f, "<!-- skeptical: yes -->\n# T\n\n<!-- TODO: [ -->\n```sh\nls\n```\n<!-- skep -->\n");
	cr_expect_eq(f.errors.count, 0, "%s", f.faults.text);
	cr_expect_eq(f.runbook.steps.count, 1);
	markdown_fixture_release(&f);
	cr_expect(annotation_is(" skep : x", 9));
	cr_expect_not(annotation_is("skep", 4));
	cr_expect_not(annotation_is("skep:", 4));
	cr_expect_not(annotation_is("skepx:", 6));
	cr_expect_not(annotation_is("", 0));
}

Test(annotation, the_manual_has_every_key)
{
	static const char *const keys[] = { "risk",  "confirm", "rollback", "timeout", "follow", "manual",  "target",
					    "check", "next",    "on-fail",  "choices", "step",   "minutes", "alerts",
					    "watch", "tags",    "command",  "expr",    "for",    "within",  "name" };
	const char *source = getenv("SKEP_SOURCE");
	struct strbuf page = STRBUF_INIT;
	struct error error;
	char *path;

	if (!source)
		cr_skip_test("SKEP_SOURCE is not set");
	path = path_join(source, "doc/skep-runbook.5");
	cr_assert_eq(path_read(path, 1024 * 1024, &page, &error), 0, "%s", error.text);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		char item[64];

		snprintf(item, sizeof(item), ".It Ic %s\n", keys[i]);
		cr_expect_not_null(strstr(page.text, item), "doc/skep-runbook.5 lacks %s", keys[i]);
	}
	strbuf_release(&page);
	free(path);
}
