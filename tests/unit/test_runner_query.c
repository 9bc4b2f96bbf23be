/* Queries of a runbook, asked where they stand. */
#include "runner_fixture.h"

#include "engine_fixture.h"

TestSuite(runner_query, .timeout = 60);

static struct world world;
static struct script script;

static void set_up(void)
{
	world_init(&world);
	script_init(&script, world.loop, &script_server_ops, 7);
	world.config.engine = script.engine;
}

static void tear_down(void)
{
	runner_free(world.runner);
	world.runner = NULL;
	query_engine_free(script.engine);
	world_release(&world);
}

static const char text[] = "# T\n\n## R\n\n```promql\nsum by (pod) (rate(errors_total[5m]))\n```\n\n"
			   "```promql\nup{pod=\"<pod>\"} == 0\n```\n\n```bash\nls\n```\n";

static struct matrix *eight(struct script *of, const struct engine_request *request)
{
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);

	(void)of;
	(void)request;
	matrix->series = arena_array(&matrix->arena, 8, sizeof(*matrix->series));
	for (size_t i = 0; i < 8; i++) {
		char name[16];
		struct label label = { "pod", name };

		snprintf(name, sizeof(name), "p%zu", i);
		matrix->series[matrix->count++].labels = labels_make(&matrix->arena, &label, 1);
	}
	return matrix;
}

static struct query_values answered(size_t step)
{
	struct query_values values;

	for (int i = 0; i < 500; i++) {
		runner_get_query(world.runner, step, &values);
		if (values.answered)
			return values;
		world_wait(&world, 10);
	}
	cr_assert_fail("no answer");
	return values;
}

Test(runner_query, some_of_its_series, .init = set_up, .fini = tear_down)
{
	struct query_values values;

	script.answer = eight;
	world_open_run(&world, text, NULL);
	cr_assert_eq(runner_runbook(world.runner)->steps.items[0].kind, STEP_QUERY);
	values = answered(0);
	cr_expect_eq(values.all, 8);
	cr_assert_eq(values.count, 6);
	cr_expect_str_eq(values.lines[1], "pod=p1 nan");
	cr_expect_str_eq(values.reason, "");
}

Test(runner_query, what_it_needs_and_what_is_none, .init = set_up, .fini = tear_down)
{
	struct query_values values;

	world_open_run(&world, text, NULL);
	values = answered(1);
	cr_expect(strstr(values.reason, "pod"), "%s", values.reason);
	cr_assert_eq(runner_set_value(world.runner, "pod", "p\"} or vector(1)", "asked", &world.error), 0);
	values = answered(1);
	cr_expect(strstr(values.reason, "pod"), "%s", values.reason);
	/* Asked as soon as it can be. */
	cr_assert_eq(runner_set_value(world.runner, "pod", "p1", "asked", &world.error), 0);
	do {
		world_wait(&world, 10);
		values = answered(1);
	} while (values.reason[0]);
	cr_expect_str_eq(values.reason, "");
	cr_assert_eq(values.count, 1);
	cr_expect(strstr(values.lines[0], "7"), "%s", values.lines[0]);
	runner_get_query(world.runner, 2, &values);
	cr_expect(!values.answered, "a command is none");
}

Test(runner_query, nobody_to_ask, .init = set_up, .fini = tear_down)
{
	world.config.engine = NULL;
	world_open_run(&world, text, NULL);
	cr_expect(strstr(answered(0).reason, "no engine"), "%s", answered(0).reason);
}

/* Nine of them: the one nobody looked at longest is forgotten, the others are asked once until they are old. */
Test(runner_query, several_at_a_time, .init = set_up, .fini = tear_down)
{
	struct query_values values;
	struct strbuf many = STRBUF_INIT;

	strbuf_addstr(&many, "# T\n\n## R\n\n");
	for (int i = 0; i < 9; i++)
		strbuf_addf(&many, "```promql\nm%d > 0\n```\n\n", i);
	world_open_run(&world, many.text, NULL);
	for (size_t i = 0; i < 8; i++)
		answered(i);
	for (size_t i = 0; i < 8; i++) {
		runner_get_query(world.runner, i, &values);
		cr_expect(values.answered, "%zu", i);
	}
	answered(8);
	runner_get_query(world.runner, 1, &values);
	cr_expect(values.answered);
	runner_get_query(world.runner, 0, &values);
	cr_expect_not(values.answered, "forgotten");
	strbuf_release(&many);
}
