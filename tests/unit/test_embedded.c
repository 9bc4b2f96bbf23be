/* The engine inside over a real store, on a real pool: answers, reasons, limits, and what may be freed when. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "engine_fixture.h"
#include "loop/pool.h"
#include "query/auto.h"
#include "query/embedded.h"

TestSuite(embedded, .timeout = 60);

#define NOW_MS    INT64_C(1700000000000)
#define MINUTES   60 /* of samples before that, one a minute */
#define GUARD_MS  20000
#define HEAVY     "sum_over_time((count_over_time(gauge[55m]))[55m:1ms])"
#define LISTENERS 12

struct world {
	struct loop *loop;
	struct pool *pool;
	struct store *store;
	struct query_engine *engine;
	struct timer *guard;
	struct embedded_config config;
	unsigned awaited;
};

struct asked {
	struct world *world;
	struct query *query;
	bool done;
	enum query_status status;
	char reason[160], detail[600], engine[16];
	struct matrix *matrix;
	bool history_judged;
};

static void on_guard(void *user)
{
	(void)user;
	cr_assert_fail("no answer came");
}

static void append(struct world *world, const char *name, const char *job, int64_t time_ms, double value)
{
	struct arena arena = { 0 };
	struct label items[] = { { "__name__", name }, { "job", job } };
	struct labels labels = labels_make(&arena, items, 2);
	struct store_series *series = store_hold(world->store, &labels);

	cr_assert_eq(store_append_at(world->store, series, time_ms, value), STORE_OK);
	store_release(world->store, series);
	arena_release(&arena);
}

/* `gauge` of the jobs a and b counts the minutes, `other` of job a is always 5. */
static void world_init(struct world *world, struct embedded_config config)
{
	const struct store_limits limits = { 0 };

	*world = (struct world){ .config = config };
	world->loop = loop_new(NULL);
	world->pool = pool_new(world->loop, 2, NULL);
	world->store = store_new(&limits);
	world->guard = timer_new(world->loop, on_guard, NULL);
	for (int i = 0; i <= MINUTES; i++) {
		int64_t time_ms = NOW_MS - (MINUTES - i) * CLOCK_MINUTE;

		append(world, "gauge", "a", time_ms, i);
		append(world, "gauge", "b", time_ms, 2 * i);
		append(world, "other", "a", time_ms, 5);
	}
	world->config.store = world->store;
	world->config.pool = world->pool;
	world->engine = embedded_engine_new(world->loop, &world->config);
}

static void world_release(struct world *world)
{
	struct store_state state;

	query_engine_free(world->engine);
	pool_free(world->pool);
	store_get_state(world->store, &state);
	cr_expect_eq(state.selections, 0, "no selection outlives the pool");
	store_free(world->store);
	timer_free(world->guard);
	loop_free(world->loop);
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asked *asked = user;

	cr_assert_not(asked->done, "answered twice");
	asked->done = true;
	asked->query = NULL;
	asked->status = answer->status;
	asked->history_judged = answer->history_judged;
	snprintf(asked->reason, sizeof(asked->reason), "%s", answer->reason);
	snprintf(asked->detail, sizeof(asked->detail), "%s", answer->detail);
	snprintf(asked->engine, sizeof(asked->engine), "%s", answer->engine);
	cr_assert_eq(answer->matrix != NULL, answer->status == QUERY_OK);
	if (answer->matrix)
		asked->matrix = matrix_ref(answer->matrix);
	if (--asked->world->awaited == 0)
		loop_stop(asked->world->loop);
}

static void await(struct world *world)
{
	timer_start(world->guard, GUARD_MS);
	if (world->awaited)
		loop_run(world->loop);
	timer_stop(world->guard);
}

static void begin(struct world *world, struct asked *asked)
{
	*asked = (struct asked){ .world = world };
	world->awaited++;
}

static void ask(struct world *world, struct asked *asked, const char *expression)
{
	const struct query_question question = { expression, NOW_MS, NOW_MS, 0 };

	begin(world, asked);
	asked->query = query_ask(world->engine, &question, on_answer, asked);
	cr_assert_not(asked->done, "answered before query_ask returned");
}

static struct asked ask_range(struct world *world, const char *expression, int64_t from_ms, int64_t to_ms, int64_t step)
{
	const struct query_question question = { expression, from_ms, to_ms, step };
	struct asked asked;

	begin(world, &asked);
	query_ask(world->engine, &question, on_answer, &asked);
	await(world);
	return asked;
}

static struct asked ask_once(struct world *world, const char *expression)
{
	struct asked asked;

	ask(world, &asked, expression);
	await(world);
	return asked;
}

static double value_of(struct world *world, const char *expression)
{
	struct asked asked = ask_once(world, expression);
	double value;

	cr_assert_eq(asked.status, QUERY_OK, "%s: %s %s", expression, asked.reason, asked.detail);
	cr_assert_eq(asked.matrix->count, 1);
	value = asked.matrix->series[0].values[0];
	matrix_unref(asked.matrix);
	return value;
}

static void expect_failure(struct world *world, const char *expression, enum query_status status, const char *reason,
			   const char *detail)
{
	struct asked asked = ask_once(world, expression);

	cr_expect_eq(asked.status, status, "%s: %s %s", expression, asked.reason, asked.detail);
	cr_expect_str_eq(asked.reason, reason, "%s: '%s' (%s)", expression, asked.reason, asked.detail);
	cr_expect(strstr(asked.detail, detail), "%s: '%s'", expression, asked.detail);
	if (!*detail)
		cr_expect_str_eq(asked.detail, "", "%s: '%s'", expression, asked.detail);
	matrix_unref(asked.matrix);
}

static void expect_healthy(struct world *world)
{
	struct query_state state;

	query_engine_state(world->engine, &state);
	cr_expect_eq(state.health, QUERY_HEALTHY);
	cr_expect_eq(state.next_try_ms, 0);
	cr_expect_str_eq(state.reason, "");
	cr_expect_str_eq(state.url, "");
	cr_expect_not(state.standing_in);
}

Test(embedded, answers)
{
	struct world world;
	struct asked asked;

	world_init(&world, (struct embedded_config){ 0 });
	asked = ask_once(&world, "gauge{job=\"b\"}");
	cr_assert_eq(asked.status, QUERY_OK, "%s %s", asked.reason, asked.detail);
	cr_expect_str_eq(asked.engine, "embedded");
	cr_expect_str_eq(asked.reason, "");
	cr_expect_str_eq(asked.detail, "");
	cr_expect(asked.history_judged);
	cr_assert_eq(asked.matrix->kind, MATRIX_VECTOR);
	cr_assert_eq(asked.matrix->count, 1);
	cr_expect_eq(asked.matrix->series[0].values[0], 120);
	cr_expect_eq(asked.matrix->series[0].times_ms[0], NOW_MS);
	cr_expect_str_eq(labels_get(&asked.matrix->series[0].labels, "job"), "b");
	matrix_unref(asked.matrix);
	cr_expect_eq(value_of(&world, "sum(gauge) + 1"), 181);

	asked = ask_range(&world, "gauge", NOW_MS - 10 * CLOCK_MINUTE, NOW_MS, CLOCK_MINUTE);
	cr_assert_eq(asked.status, QUERY_OK);
	cr_assert_eq(asked.matrix->kind, MATRIX_RANGE);
	cr_assert_eq(asked.matrix->count, 2);
	cr_assert_eq(asked.matrix->points, 22);
	cr_expect_eq(asked.matrix->series[0].values[0], 50);
	matrix_unref(asked.matrix);

	asked = ask_once(&world, "nothing_here");
	cr_expect_eq(asked.status, QUERY_OK);
	cr_expect_eq(asked.matrix->count, 0);
	matrix_unref(asked.matrix);
	asked = ask_once(&world, "\"text\"");
	cr_expect_eq(asked.matrix->kind, MATRIX_STRING);
	matrix_unref(asked.matrix);
	expect_healthy(&world);
	world_release(&world);
}

/* The answer must stand on its own: what it was made of may be gone. */
Test(embedded, an_answer_outlives_the_store)
{
	struct world world;
	struct asked asked;

	world_init(&world, (struct embedded_config){ 0 });
	asked = ask_once(&world, "gauge");
	world_release(&world);
	cr_assert_eq(asked.matrix->count, 2);
	cr_expect_str_eq(labels_get(&asked.matrix->series[0].labels, "__name__"), "gauge");
	matrix_unref(asked.matrix);
}

Test(embedded, wrong_questions_have_their_words)
{
	struct world world;
	struct asked asked;

	world_init(&world, (struct embedded_config){ 0 });
	expect_failure(&world, "sum(gauge", QUERY_BAD, "bad expression", "1:");
	expect_failure(&world, "sum(gauge", QUERY_BAD, "bad expression", "parse error");
	expect_failure(&world, "", QUERY_BAD, "bad expression", "parse error");
	expect_failure(&world, "gauge + on(x) other", QUERY_BAD, "expression fails", "many");
	asked = ask_range(&world, "gauge", NOW_MS, NOW_MS - 1, CLOCK_MINUTE);
	cr_expect_eq(asked.status, QUERY_BAD);
	cr_expect_str_eq(asked.reason, "the range ends before it starts");
	expect_healthy(&world);
	world_release(&world);
}

Test(embedded, too_little_history)
{
	struct world world;
	struct asked asked;

	world_init(&world, (struct embedded_config){ 0 });
	expect_failure(&world, "avg_over_time(gauge[30d])", QUERY_INSUFFICIENT, "insufficient history (1h of 30d)", "");
	expect_healthy(&world);
	asked = ask_range(&world, "avg_over_time(gauge[40m])", NOW_MS - CLOCK_HOUR, NOW_MS, 10 * CLOCK_MINUTE);
	cr_assert_eq(asked.status, QUERY_OK, "%s", asked.reason);
	cr_assert_eq(asked.matrix->warning_count, 1, "steps were left out, and that is said");
	cr_expect(strstr(asked.matrix->warnings[0], "insufficient history"));
	matrix_unref(asked.matrix);
	world_release(&world);
}

Test(embedded, limits)
{
	struct world world;

	world_init(&world, (struct embedded_config){ .answer.series = 1 });
	expect_failure(&world, "gauge", QUERY_TOO_LARGE, "answer over 1 series", "");
	cr_expect_eq(value_of(&world, "other"), 5);
	expect_healthy(&world);
	world_release(&world);

	world_init(&world, (struct embedded_config){ .answer.points = 20 });
	matrix_unref(ask_range(&world, "other", NOW_MS - CLOCK_MINUTE, NOW_MS, CLOCK_SECOND).matrix);
	expect_failure(&world, "gauge[1h]", QUERY_TOO_LARGE, "answer over 20 points", "");
	world_release(&world);

	world_init(&world, (struct embedded_config){ .limits.samples = 10 });
	expect_failure(&world, "sum(rate(gauge[1h]))", QUERY_TOO_LARGE,
		       "the query touches more than 10 samples (the limit)", "");
	expect_healthy(&world);
	world_release(&world);

	world_init(&world, (struct embedded_config){ .limits.series = 2 });
	expect_failure(&world, "{job=~\".+\"}", QUERY_TOO_LARGE, "the selector matches 3 series (at most 2)", "");
	world_release(&world);
}

static struct asked ask_values(struct world *world, const char *label, const char *selector)
{
	struct asked asked;

	begin(world, &asked);
	query_label_values(world->engine, label, selector, NOW_MS - CLOCK_HOUR, NOW_MS, on_answer, &asked);
	await(world);
	return asked;
}

Test(embedded, label_values_and_series)
{
	struct world world;
	struct asked asked;

	world_init(&world, (struct embedded_config){ 0 });
	asked = ask_values(&world, "__name__", NULL);
	cr_assert_eq(asked.status, QUERY_OK);
	cr_assert_eq(asked.matrix->count, 2);
	cr_expect_str_eq(labels_get(&asked.matrix->series[0].labels, "__name__"), "gauge");
	cr_expect_str_eq(labels_get(&asked.matrix->series[1].labels, "__name__"), "other");
	cr_expect_eq(asked.matrix->series[0].count, 0);
	matrix_unref(asked.matrix);
	asked = ask_values(&world, "job", "other{job!=\"x\"}");
	cr_assert_eq(asked.matrix->count, 1);
	cr_expect_str_eq(labels_get(&asked.matrix->series[0].labels, "job"), "a");
	matrix_unref(asked.matrix);
	asked = ask_values(&world, "nothing", "gauge");
	cr_expect_eq(asked.status, QUERY_OK);
	cr_expect_eq(asked.matrix->count, 0);
	matrix_unref(asked.matrix);
	asked = ask_values(&world, "job", "sum(gauge)");
	cr_expect_eq(asked.status, QUERY_BAD);
	cr_expect_str_eq(asked.reason, "bad selector");
	asked = ask_values(&world, "job", "gauge[5m]");
	cr_expect_eq(asked.status, QUERY_BAD);
	asked = ask_values(&world, "job", "gauge{");
	cr_expect_str_eq(asked.reason, "bad expression");
	cr_expect(strstr(asked.detail, "1:"));

	begin(&world, &asked);
	query_series(world.engine, "{job=\"a\"}", NOW_MS - CLOCK_HOUR, NOW_MS, on_answer, &asked);
	await(&world);
	cr_assert_eq(asked.matrix->count, 2);
	cr_expect_str_eq(labels_get(&asked.matrix->series[1].labels, "__name__"), "other");
	matrix_unref(asked.matrix);
	begin(&world, &asked);
	query_series(world.engine, "gauge", NOW_MS - 9 * CLOCK_HOUR, NOW_MS - 8 * CLOCK_HOUR, on_answer, &asked);
	await(&world);
	cr_expect_eq(asked.matrix->count, 0, "none of them had a sample then");
	matrix_unref(asked.matrix);
	begin(&world, &asked);
	query_version(world.engine, on_answer, &asked);
	await(&world);
	cr_expect_eq(asked.status, QUERY_BAD);
	expect_healthy(&world);
	world_release(&world);

	world_init(&world, (struct embedded_config){ .answer.series = 1 });
	asked = ask_values(&world, "__name__", NULL);
	cr_expect_eq(asked.status, QUERY_TOO_LARGE);
	cr_expect_str_eq(asked.reason, "answer over 1 values");
	world_release(&world);
}

Test(embedded, ranges_follow_the_servers_version)
{
	struct world world;
	struct script other;

	world_init(&world, (struct embedded_config){ 0 });
	cr_expect_eq(value_of(&world, "count_over_time(other[5m])"), 5, "(t - 5m, t]");
	cr_expect_eq(value_of(&world, "count(limitk(1, gauge))"), 1);
	embedded_engine_set_closed_ranges(world.engine, true);
	cr_expect_eq(value_of(&world, "count_over_time(other[5m])"), 6, "[t - 5m, t]");
	expect_failure(&world, "limitk(1, gauge)", QUERY_BAD, "bad expression", "parse error");
	embedded_engine_set_closed_ranges(world.engine, false);
	cr_expect_eq(value_of(&world, "count_over_time(other[5m])"), 5);
	script_init(&other, world.loop, &script_server_ops, 1);
	embedded_engine_set_closed_ranges(other.engine, true);
	query_engine_free(other.engine);
	world_release(&world);
	world_init(&world, (struct embedded_config){ .closed_ranges = true });
	cr_expect_eq(value_of(&world, "count_over_time(other[5m])"), 6);
	world_release(&world);
}

static void follow(const char *version, double count)
{
	struct world world;
	struct script server;
	struct auto_config config;

	world_init(&world, (struct embedded_config){ 0 });
	script_init(&server, world.loop, &script_server_ops, 1);
	server.version = version;
	config = (struct auto_config){ server.engine, world.engine, world.store };
	world.engine = auto_engine_new(world.loop, &config);
	cr_expect_eq(value_of(&world, "nobodys"), 1, "the server answers");
	server.status = server.probe_status = QUERY_REFUSED;
	cr_expect_eq(value_of(&world, "count_over_time(other[5m])"), count, "after version %s",
		     version ? version : "unsaid");
	world_release(&world);
}

Test(embedded, it_stands_in_as_the_server_would_answer)
{
	follow("2.42.0", 6);
	follow("3.1.0", 5);
	follow("main-abc", 5);
	follow(NULL, 5);
}

Test(embedded, many_at_once)
{
	struct world world;
	struct asked asked[50];

	world_init(&world, (struct embedded_config){ 0 });
	for (size_t i = 0; i < 50; i++) {
		char *text = mem_printf("sum(gauge) + %zu", i);
		ask(&world, &asked[i], text);
		free(text);
	}
	await(&world);
	for (size_t i = 0; i < 50; i++) {
		cr_assert_eq(asked[i].status, QUERY_OK);
		cr_expect_eq(asked[i].matrix->series[0].values[0], 180. + (double)i);
		matrix_unref(asked[i].matrix);
	}
	world_release(&world);
}

/* What is appended, or ages, while a worker evaluates is not in the answer, and does it no harm. */
Test(embedded, the_store_goes_on_meanwhile)
{
	struct world world;
	struct asked asked[LISTENERS];

	world_init(&world, (struct embedded_config){ 0 });
	for (size_t i = 0; i < LISTENERS; i++) {
		char *text = mem_printf("sum(count_over_time(gauge[1h])) + %zu", i);
		ask(&world, &asked[i], text);
		free(text);
	}
	for (int i = 1; i < 3000; i++)
		append(&world, "gauge", "a", NOW_MS + i * CLOCK_MINUTE, i);
	while (!store_age(world.store, NOW_MS + CLOCK_DAY))
		continue;
	await(&world);
	for (size_t i = 0; i < LISTENERS; i++) {
		cr_assert_eq(asked[i].status, QUERY_OK, "%s %s", asked[i].reason, asked[i].detail);
		matrix_unref(asked[i].matrix);
	}
	world_release(&world);
}

static void on_pause(void *user)
{
	loop_stop(user);
}

static void pause_ms(struct world *world, int64_t ms)
{
	struct timer *timer = timer_new(world->loop, on_pause, world->loop);

	timer_start(timer, ms);
	loop_run(world->loop);
	timer_free(timer);
}

Test(embedded, a_cancelled_question_stops_early)
{
	struct world world;
	struct asked heavy[LISTENERS], light;
	int64_t started_ms;

	world_init(&world, (struct embedded_config){ .limits.samples = UINT64_MAX });
	for (size_t i = 0; i < LISTENERS; i++) {
		char *text = mem_printf(HEAVY " + %zu", i);
		ask(&world, &heavy[i], text);
		free(text);
	}
	pause_ms(&world, 50);
	cr_assert_not(heavy[0].done, "it was to be heavy");
	for (size_t i = 0; i < LISTENERS; i++)
		query_cancel(heavy[i].query);
	world.awaited = 0;
	started_ms = clock_monotonic_ms();
	light = ask_once(&world, "sum(gauge)");
	cr_expect_eq(light.status, QUERY_OK);
	cr_expect_lt(clock_monotonic_ms() - started_ms, 2000, "the workers are free again");
	matrix_unref(light.matrix);
	for (size_t i = 0; i < LISTENERS; i++)
		cr_expect_not(heavy[i].done);
	world_release(&world);
}

Test(embedded, freed_in_the_middle_of_everything)
{
	static const int64_t pauses_ms[] = { 0, 1, 30 };

	for (size_t i = 0; i < sizeof(pauses_ms) / sizeof(pauses_ms[0]); i++) {
		struct world world;
		struct asked heavy[LISTENERS], values, wrong;

		world_init(&world, (struct embedded_config){ .limits.samples = UINT64_MAX });
		for (size_t k = 0; k < LISTENERS; k++) {
			char *text = mem_printf(HEAVY " + %zu", k);
			ask(&world, &heavy[k], text);
			free(text);
		}
		if (pauses_ms[i])
			pause_ms(&world, pauses_ms[i]);
		begin(&world, &values);
		query_label_values(world.engine, "job", NULL, 0, NOW_MS, on_answer, &values);
		ask(&world, &wrong, "sum(");
		world_release(&world);
		cr_expect_not(values.done);
		cr_expect_not(wrong.done);
	}
}
