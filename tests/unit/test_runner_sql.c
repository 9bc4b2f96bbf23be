/* SQL as a step: shown only, or run through a connection that reads. */
#include "runner_fixture.h"

#include "runbook/runner_private.h"

TestSuite(runner_sql, .timeout = 60);

static struct world world;
static char path_variable[128];
static const char *environment[] = { path_variable, NULL };

static const char text[] = "# T\n\n## R\n\n"
			   "```sql\nSELECT count(*) FROM agents WHERE name = '<agent>';\n```\n\n"
			   "```sql\nUPDATE agents SET a = 1;\n```\n\n"
			   "<!-- skep: { risk: change } -->\n```sql\nSELECT 1;\n```\n\n"
			   "<!-- skep: { manual: true } -->\n```sql\nSELECT 2;\n```\n";

/* A psql of its own, that nothing else is beside. */
static void set_up(void)
{
	char *program;

	world_init(&world);
	program = path_join(world.folder, "psql");
	cr_assert_eq(path_write(program, "#!/bin/sh\n", 10, NULL), 0);
	cr_assert_eq(chmod(program, 0700), 0);
	free(program);
	snprintf(path_variable, sizeof(path_variable), "PATH=%s", world.folder);
	world.config.place.environment = environment;
}

static void tear_down(void)
{
	world_release(&world);
}

Test(runner_sql, is_only_shown_without_a_connection, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world, text, NULL);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_NOT_RUNNABLE);
	cr_expect(strstr(plan.why, "steps: sql:"), "%s", plan.why);
	cr_expect(!plan.runs);
	cr_expect(strstr(plan.text, "SELECT"), "%s", plan.text);
	cr_expect_lt(runner_edit(world.runner, 0, "SELECT 1", &world.error), 0);
}

Test(runner_sql, what_reads_is_run_by_psql, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;
	char *program = path_join(world.folder, "psql");

	world.config.sql = "service=ro";
	world_open_run(&world, text, NULL);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_NEEDS, "%s", plan.why);
	cr_expect(plan.runs);
	cr_assert_eq(plan.missing_count, 1);
	cr_expect_str_eq(plan.missing[0].name, "agent");
	cr_assert_eq(runner_set_value(world.runner, "agent", "it's", "asked", &world.error), 0);
	plan = world_plan(&world, "1.1");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_str_eq(plan.text, "PGOPTIONS='-c default_transaction_read_only=on' psql -Xq -v ON_ERROR_STOP=1 "
				    "--no-password 'service=ro' -c 'BEGIN READ ONLY' -c 'SELECT count(*) FROM agents "
				    "WHERE name = '\\''it'\\'''\\''s'\\'';'");
	cr_expect_eq(plan.tier, TIER_READ);
	cr_expect(strstr(plan.tier_reason, "only reads"), "%s", plan.tier_reason);
	cr_expect_str_eq(plan.program, program);
	cr_expect(!plan.confirm);
	cr_expect_str_eq(plan.faults, "");
	free(program);
}

Test(runner_sql, what_does_not_surely_read_is_not_run, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world.config.sql = "service=ro";
	world_open_run(&world, text, NULL);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_NOT_RUNNABLE);
	cr_expect(strstr(plan.why, "not surely reading"), "%s", plan.why);
	cr_expect(!plan.runs);
	cr_expect_lt(runner_start_step(world.runner, world_step(&world, "1.2"), plan.text, "1.2", &world.error), 0);
	cr_expect(strstr(world.error.text, "not surely reading"), "%s", world.error.text);
	/* Edited to one that reads it is run, and the other way round. */
	cr_assert_eq(runner_edit(world.runner, 1, "SELECT 3", &world.error), 0, "%s", world.error.text);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect(strstr(plan.text, "-c 'SELECT 3'"), "%s", plan.text);
	cr_assert_eq(runner_edit(world.runner, 1, "\\! rm x", &world.error), 0);
	plan = world_plan(&world, "1.2");
	cr_expect_eq(plan.block, PLAN_NOT_RUNNABLE);
	cr_expect(strstr(plan.why, "backslash"), "%s", plan.why);
}

Test(runner_sql, an_annotation_is_kept, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world.config.sql = "service=ro";
	world_open_run(&world, text, NULL);
	plan = world_plan(&world, "1.3");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_eq(plan.tier, TIER_CHANGE);
	cr_expect_str_eq(plan.confirm, "1.3");
	cr_expect_str_eq(plan.tier_reason, "annotated");
	cr_expect_eq(world_plan(&world, "1.4").block, PLAN_NOT_RUNNABLE);
}

/* Where only some programs are run, psql is one of them or it is said that it is not. */
Test(runner_sql, shut_in, .init = set_up, .fini = tear_down)
{
	char *program = path_join(world.folder, "psql");
	struct step_plan plan;

	world.config.sql = "service=ro";
	world.config.place.shut_in = true;
	world_open_run(&world, text, NULL);
	plan = world_plan(&world, "1.3");
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_str_eq(plan.program, program);
	unlink(program);
	runner_free(world.runner);
	world.runner = NULL;
	world.config.seat = "s2";
	world_open_run(&world, text, NULL);
	plan = world_plan(&world, "1.3");
	cr_expect_eq(plan.block, PLAN_PROGRAM);
	cr_expect(strstr(plan.why, "psql"), "%s", plan.why);
	free(program);
}
