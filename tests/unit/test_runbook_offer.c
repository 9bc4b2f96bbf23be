/* The command that would list what a value may be, in the value's question. */
#include "runbook_fixture.h"

static struct runbook_world world;

static const struct step_choices choices = { .placeholder = "pick" };
static const char *const snaps[] = { "snap-1", "snap-2", "snap-3" }, *const numbers[] = { "10", "20" };

static void setup(void)
{
	runbook_world_init(&world, "# T\n\n## Diagnosis\n\n```bash\n# Look\nkubectl get <pick>\n```\n");
	runbook_world_run(&world);
	fake_plan(world.desk.runner, 0, &world.runner.plans[0]);
	world.runner.missing[0] = (struct plan_missing){ .name = "pick", .choices = &choices };
	world.runner.planned[0] = true;
	world.runner.values = (struct prompt_values){ .asked = true,
						      .answered = true,
						      .reason = "",
						      .command = "npm run cli -- list",
						      .program = "/usr/bin/npm",
						      .target = "prod/here" };
	look(&world);
	look(&world);
	press(&world.console, "!");
	strbuf_clear(&world.runner.told);
}

static void teardown(void)
{
	runbook_world_release(&world);
}

TestSuite(runbook_offer, .init = setup, .fini = teardown, .timeout = 60);

static bool says(const char *text)
{
	return strstr(screen(&world.console), text) != NULL;
}

static const char *told(void)
{
	return world.runner.told.text;
}

static void give(const char *const *items, size_t count)
{
	world.runner.values =
		(struct prompt_values){ .asked = true, .answered = true, .items = items, .count = count, .reason = "" };
	look(&world);
}

Test(runbook_offer, is_shown_and_run_on_tab)
{
	cr_expect(says("Tab runs this, for a list:"));
	cr_expect(says("npm run cli -- list"));
	cr_expect(says("/usr/bin/npm"));
	cr_expect(says("target prod/here"));
	cr_expect(says("only the runbook says that it reads"));
	cr_expect(says("Tab list"));
	cr_expect_str_eq(told(), "", "nothing is run for being shown");
	press(&world.console, "Tab");
	cr_expect_str_eq(told(), "list 1.1 pick | npm run cli -- list\n");
	world.runner.values = (struct prompt_values){ .asked = true, .reason = "" };
	look(&world);
	cr_expect(says("asking what it may be"));
	cr_expect_not(says("Tab runs this"));
	give(snaps, 3);
	world.runner.planned[0] = false;
	strbuf_clear(&world.runner.told);
	press(&world.console, "2");
	cr_expect_str_eq(told(), "value pick | snap-2\n");
	cr_expect_null(world.console.console->overlay);
}

Test(runbook_offer, a_tab_within_what_is_typed_runs_nothing)
{
	type(&world.console, "sn");
	press(&world.console, "Tab");
	cr_expect_str_eq(told(), "");
	press(&world.console, "Backspace Backspace Tab");
	cr_expect_str_eq(told(), "list 1.1 pick | npm run cli -- list\n");
}

Test(runbook_offer, what_is_typed_meanwhile_stays)
{
	press(&world.console, "Tab");
	world.runner.values = (struct prompt_values){ .asked = true, .reason = "" };
	look(&world);
	type(&world.console, "snap-9");
	give(snaps, 3);
	strbuf_clear(&world.runner.told);
	press(&world.console, "Enter");
	cr_expect_eq(strncmp(told(), "value pick | snap-9\n", 20), 0, "%s", told());
}

Test(runbook_offer, digits_are_values_where_values_are_numbers)
{
	press(&world.console, "Tab");
	give(numbers, 2);
	strbuf_clear(&world.runner.told);
	type(&world.console, "2");
	cr_expect_str_eq(told(), "");
	press(&world.console, "Enter");
	cr_expect_eq(strncmp(told(), "value pick | 2\n", 15), 0, "%s", told());
}

Test(runbook_offer, a_refusal_is_said)
{
	world.runner.refusal = "it would be another command now: look again";
	press(&world.console, "Tab");
	look(&world);
	cr_expect(says("look again"));
}

Test(runbook_offer, is_run_only_when_all_of_it_was_seen)
{
	struct strbuf command = STRBUF_INIT;

	for (int i = 0; i < 60; i++)
		strbuf_addf(&command, "echo line %d of many\n", i);
	world.runner.values.command = command.text;
	look(&world);
	press(&world.console, "Tab");
	cr_expect_str_eq(told(), "");
	cr_expect(says("not all of the command was seen: PgDn shows the rest"));
	for (int i = 0; i < 40; i++)
		press(&world.console, "PgDn");
	cr_expect(says("only the runbook says that it reads"));
	press(&world.console, "Tab");
	cr_expect_not_null(strstr(told(), "list 1.1 pick"));
	world.runner.values = (struct prompt_values){ .reason = "" };
	strbuf_release(&command);
}
