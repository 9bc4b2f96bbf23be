/* What would happen if a step were run, and what stands in the way. */
#include "runner_fixture.h"

TestSuite(runner_plan, .timeout = 60);

static struct world world;

static void set_up(void)
{
	world_init(&world);
}

static void tear_down(void)
{
	world_release(&world);
}

#define FENCE(text) "```bash\n" text "\n```\n\n"
#define HEAD        "# Runbook: A trial\n\n**Target MTTR:** < 15 minutes\n\n"

Test(runner_plan, tiers_and_what_they_ask_for, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world,
		       HEAD "## Resolution\n\n" FENCE("# look\ncat /etc/hostname") FENCE(
			       "# change\ntouch /tmp/x") "<!-- skep: { risk: destroy, confirm: agents, rollback: "
							 "restore them, timeout: 10m } -->\n" FENCE(
								 "# destroy\nrm -rf /nowhere/agents") "<!-- skep: { "
												      "follow: true } "
												      "-->\n" FENCE(
													      "# "
													      "fol"
													      "low"
													      "\nt"
													      "ail"
													      " -"
													      "f "
													      "/va"
													      "r/"
													      "log"
													      "/me"
													      "ssa"
													      "ge"
													      "s"),
		       NULL);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_eq(plan.tier, TIER_READ);
	cr_expect_str_eq(plan.text, "cat /etc/hostname");
	cr_expect(strstr(plan.program, "/cat"), "%s", plan.program);
	cr_expect(!plan.confirm);
	cr_expect_eq(plan.timeout_ms, 300000);
	cr_expect(strchr(plan.target, '@'));
	cr_expect_str_eq(plan.faults, "");
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_eq(plan.tier, TIER_CHANGE);
	cr_expect_str_eq(plan.confirm, "1.2");
	cr_expect(!plan.rollback);
	plan = world_plan(&world, "1.3");
	cr_expect_eq(plan.tier, TIER_DESTROY);
	cr_expect_str_eq(plan.confirm, "agents");
	cr_expect_str_eq(plan.rollback, "restore them");
	cr_expect_eq(plan.timeout_ms, 600000);
	cr_expect(!plan.offers_backup, "none is known");
	plan = world_plan(&world, "1.4");
	cr_expect(plan.follows);
	cr_expect_eq(plan.timeout_ms, 0);
	runner_plan(world.runner, 99, &plan);
	cr_expect_eq(plan.block, PLAN_NOT_RUNNABLE);
}

Test(runner_plan, offers_a_backup_before_the_first_destruction, .init = set_up, .fini = tear_down)
{
	struct runbook *backup = world_read("# Emergency backup\n\n" FENCE("# backup\ntrue"));
	struct runbook named = *backup;

	named.slug = "emergency-backup";
	world.config.backup = &named;
	world_open_run(&world,
		       HEAD "## Resolution\n\n<!-- skep: { risk: destroy, confirm: all, rollback: none } -->\n" FENCE(
			       "# d\nrm -rf /nowhere"),
		       NULL);
	cr_expect(world_plan(&world, "1.1").offers_backup);
	runbook_release(backup);
	free(backup);
}

Test(runner_plan, what_is_no_command, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world,
		       HEAD "## Diagnosis\n\n<!-- skep: { manual: true } -->\n" FENCE("# by hand\ncat /etc/hostname")
			       FENCE("# hostile\necho \x1b[31mred") FENCE("# bidi\necho \xe2\x80\xae"
									  "oof")
				       FENCE("# gone\n/nowhere/program --help"),
		       NULL);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_NOT_RUNNABLE);
	for (size_t i = 0; i < runner_runbook(world.runner)->steps.count; i++) {
		const struct runbook_step *step = &runner_runbook(world.runner)->steps.items[i];

		runner_plan(world.runner, i, &plan);
		cr_expect_neq(plan.block, PLAN_READY, "%s", step->text);
		if (step->kind == STEP_COMMAND && (strstr(step->text, "red") || strstr(step->text, "oof")))
			cr_expect_eq(plan.block, PLAN_HOSTILE, "%s: %s", step->text, plan.why);
		if (step->kind == STEP_COMMAND && strstr(step->text, "nowhere"))
			cr_expect_eq(plan.block, PLAN_PROGRAM, "%s: %s", step->text, plan.why);
	}
}

Test(runner_plan, a_walk_runs_nothing, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world.config.walk = true;
	world_open_run(&world, HEAD "## Diagnosis\n\n" FENCE("# look\ncat /etc/hostname"), NULL);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_CLOSED);
	cr_expect_lt(runner_start_step(world.runner, 0, "cat /etc/hostname", NULL, &world.error), 0);
	cr_expect(runner_run(world.runner)->opened->rehearsal);
}

Test(runner_plan, values_from_labels_and_variables, .init = set_up, .fini = tear_down)
{
	static const char *const labels[] = { "alertname=A", "pod=colony-1", "instance=10.0.0.1:3000", "bad=a\nb",
					      NULL };
	static const char *const variables[] = { "namespace=production", "pod=other", NULL };
	const struct runner_alert alert = { .name = "A", .id = "ff", .labels = labels, .since_ms = 1 };
	struct step_plan plan;
	const struct run *run;

	world.config.variables = variables;
	world_open_run(&world,
		       HEAD "## Diagnosis\n\n" FENCE("# a\ncat <pod-name> <namespace>") FENCE("# b\ncat <host>")
			       FENCE("# c\ncat <bad>") FENCE("# d\ncat <backup-id> <backup-id> <other>"),
		       &alert);
	run = runner_run(world.runner);
	cr_expect_str_eq(run_value(run, "pod-name"), "colony-1");
	cr_expect_str_eq(run_value(run, "namespace"), "production");
	for (size_t i = 0; i < run->values.count; i++)
		if (strcmp(run->values.items[i].name, "pod-name") == 0)
			cr_expect_str_eq(run->values.items[i].source, "alert label pod");
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_str_eq(plan.text, "cat colony-1 production");
	/* What is only likely is looked at by a person first. */
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_NEEDS);
	cr_assert_eq(plan.missing_count, 1);
	cr_expect_str_eq(plan.missing[0].suggestion, "10.0.0.1:3000");
	cr_expect_str_eq(plan.missing[0].source, "alert label instance");
	/* A label with a newline in it is no value. */
	cr_expect_eq(world_plan(&world, "1.3").block, PLAN_NEEDS);
	plan = world_plan(&world, "1.4");
	cr_expect_eq(plan.missing_count, 2);
	cr_expect_str_eq(plan.why, "needs backup-id and more");
	cr_expect_str_eq(plan.text, "cat <backup-id> <backup-id> <other>");
	cr_expect_eq(runner_set_value(world.runner, "backup-id", "; rm -rf ~", "asked", &world.error), 0);
	plan = world_plan(&world, "1.4");
	cr_expect_eq(plan.missing_count, 1);
	cr_expect_str_eq(plan.missing[0].name, "other");
	cr_expect(strstr(plan.text, "'; rm -rf ~'"), "%s", plan.text);
	cr_expect_lt(runner_set_value(world.runner, "other", "a\x1b", NULL, &world.error), 0);
}

Test(runner_plan, secrets_are_neither_shown_nor_written_down, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world, HEAD "## Diagnosis\n\n" FENCE("# a\ncat <db-password>"), NULL);
	plan = world_plan(&world, "1.1");
	cr_assert_eq(plan.missing_count, 1);
	cr_expect(plan.missing[0].secret);
	cr_expect_eq(runner_set_value(world.runner, "db-password", "hunter2hunter2", "asked", &world.error), 0);
	cr_expect(!run_value(runner_run(world.runner), "db-password"));
	cr_assert_eq(runner_run(world.runner)->values.count, 1, "that it was given is told");
	cr_expect_str_eq(runner_run(world.runner)->values.items[0].value, "");
	cr_expect_str_eq(runner_run(world.runner)->values.items[0].source, RUN_NOT_RECORDED);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect(!strstr(plan.text, "hunter2"), "%s", plan.text);
	cr_expect_eq(runner_edit(world.runner, 0, "cat hunter2hunter2 x", &world.error), 0);
	cr_expect(!strstr(run_find_step(runner_run(world.runner), "1.1")->command, "hunter2"));
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect(plan.edited);
	cr_expect_eq(runner_set_value(world.runner, "db-password", "", "asked", &world.error), 0);
	cr_expect_eq(runner_run(world.runner)->values.count, 0, "so is that it was taken away");
}

Test(runner_plan, a_secret_needs_no_pen, .init = set_up, .fini = tear_down)
{
	const struct run *run;

	world_open_run(&world, HEAD "## Diagnosis\n\n" FENCE("# a\ncat YOUR_TOKEN"), NULL);
	cr_assert_eq(runner_hand_pen(world.runner, SIZE_MAX, "bob@jump2", &world.error), 0);
	cr_expect_eq(runner_set_value(world.runner, "YOUR_TOKEN", "hunter2hunter2", "asked", &world.error), 0);
	run = runner_run(world.runner);
	cr_expect_eq(run->values.count, 0);
	cr_expect_str_eq(run->timeline.items[run->timeline.count - 1].event->note,
			 "value of YOUR_TOKEN: given, not recorded");
	cr_expect_str_eq(run->lead, "bob@jump2");
}

Test(runner_plan, an_edit_makes_nothing_harmless, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world,
		       HEAD "## R\n\n<!-- skep: { risk: read } -->\n" FENCE(
			       "# a\ntouch /tmp/x") "<!-- skep: { risk: destroy, confirm: it, rollback: no } "
						    "-->\n" FENCE("# b\ntouch /tmp/x"),
		       NULL);
	cr_expect_eq(world_plan(&world, "1.1").tier, TIER_READ);
	cr_expect_eq(runner_edit(world.runner, 0, "touch /tmp/y", &world.error), 0);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.tier, TIER_CHANGE, "what was said of another text does not hold");
	cr_expect_str_eq(plan.confirm, "1.1");
	cr_expect_eq(runner_edit(world.runner, 1, "cat /etc/hostname", &world.error), 0);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.tier, TIER_DESTROY);
	cr_expect_str_eq(plan.confirm, "it");
	cr_expect_eq(runner_edit(world.runner, 1, NULL, &world.error), 0);
	cr_expect(!world_plan(&world, "1.2").edited);
	cr_expect_eq(runner_edit(world.runner, 0, "echo 'open", &world.error), 0);
	cr_expect_neq(world_plan(&world, "1.1").block, PLAN_READY, "it does not end");
	cr_expect_lt(runner_edit(world.runner, 0, "echo \x1b[2J", &world.error), 0);
}

static char *write_kubeconfig(const char *context, const char *name_space)
{
	char *path = path_join(world.folder, "kubeconfig");
	char *text =
		mem_printf("current-context: %s\ncontexts:\n- name: %s\n  context: { cluster: c, namespace: %s }\n",
			   context, context, name_space);

	cr_assert_eq(path_write(path, text, strlen(text), NULL), 0);
	free(text);
	return path;
}

Test(runner_plan, targets_that_deny, .init = set_up, .fini = tear_down)
{
	char *path = write_kubeconfig("staging-eu", "production"), *variable = mem_printf("KUBECONFIG=%s", path);
	const char *const environment[] = { variable, "PATH=/usr/bin:/bin", NULL };
	struct step_plan plan;

	world.config.place.environment = environment;
	world.config.environment = "production";
	world_open_run(&world, HEAD "## R\n\n" FENCE("# a\ncat /etc/hostname") FENCE("# b\ntouch /tmp/x"), NULL);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_READY);
	cr_expect(strstr(plan.why, "staging-eu is staging"), "%s", plan.why);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_TARGET);
	cr_expect_lt(runner_start_step(world.runner, 1, "touch /tmp/x", "1.2", &world.error), 0);
	/* Another one since the run began stops everything, though nobody had looked again. */
	free(write_kubeconfig("prod-eu", "production"));
	cr_expect_eq(runner_start_step(world.runner, 0, "cat /etc/hostname", NULL, &world.error), 0, "%s",
		     world.error.text);
	for (int i = 0; i < 300 && runner_busy(world.runner); i++)
		world_wait(&world, 10);
	cr_expect(strstr(world.said, "1.1 was not run: the target is"), "%s", world.said);
	cr_expect(!run_find_step(runner_run(world.runner), "1.1"), "nothing was written down");
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_TARGET);
	free(path);
	free(variable);
}

Test(runner_plan, wanted_targets, .init = set_up, .fini = tear_down)
{
	char *path = write_kubeconfig("eu", "dr-region"), *variable = mem_printf("KUBECONFIG=%s", path);
	const char *const environment[] = { variable, "PATH=/usr/bin:/bin", NULL };

	world.config.place.environment = environment;
	world.config.wanted_target = "eu/dr-region";
	world_open_run(&world,
		       HEAD
		       "## R\n\n" FENCE("# a\ntouch /tmp/x") "<!-- skep: { target: namespace/production } -->\n" FENCE(
			       "# b\ntouch /tmp/x"),
		       NULL);
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_READY);
	cr_expect_eq(world_plan(&world, "1.2").block, PLAN_TARGET);
	cr_expect_str_eq(world_plan(&world, "1.2").why, "namespace is dr-region, not production");
	free(path);
	free(variable);
}

Test(runner_plan, shut_in, .init = set_up, .fini = tear_down)
{
	static const struct {
		const char *command;
		bool runs;
	} cases[] = {
		{ "known", true },
		{ "echo x; known | known", true },
		{ "for i in 1 2; do known $i; done", true },
		{ "f() { known; }; f", true },
		{ "/bin/cat /etc/hostname", false },
		{ "cat /etc/hostname", false },
		{ "known; rm -rf /nowhere", false },
		{ "known $(rm -rf /nowhere)", false },
		{ "$known", false },
		{ "eval known", false },
		{ "exec known", false },
		{ ". ./known", false },
		{ "PATH=/bin known", false },
		{ "export PATH=/bin", false },
		{ "known /bin/rm", false },
		{ "./known", false },
		{ "f() { rm -rf /nowhere; }; f", false },
	};
	char *place = path_join(world.folder, "bin"), *known = path_join(place, "known");
	char *variable = mem_printf("PATH=%s", place);
	const char *const environment[] = { variable, NULL };

	mkdir(place, 0700);
	cr_assert_eq(path_write(known, "#!/bin/sh\n", 10, NULL), 0);
	chmod(known, 0700);
	world.config.place.environment = environment;
	world.config.place.shut_in = true;
	world_open_run(&world, HEAD "## R\n\n" FENCE("# a\ntouch /tmp/x"), NULL);
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_PROGRAM);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct step_plan plan;

		cr_assert_eq(runner_edit(world.runner, 0, cases[i].command, &world.error), 0);
		plan = world_plan(&world, "1.1");
		if (plan.needs_override) {
			cr_assert_eq(runner_override(world.runner, 0, "for the test", &world.error), 0);
			plan = world_plan(&world, "1.1");
		}
		cr_expect_eq(plan.block == PLAN_READY, cases[i].runs, "%s: %s", cases[i].command, plan.why);
	}
	free(place);
	free(known);
	free(variable);
}
