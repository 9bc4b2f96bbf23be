/* What a young store gets from a server, and what it does not ask for. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "engine_fixture.h"
#include "query/history.h"
#include "tsdb/selection.h"

TestSuite(history, .timeout = 60);

#define GUARD_MS 20000
#define STEP_MS  CLOCK_MINUTE

struct world {
	struct loop *loop;
	struct store *store;
	struct script server;
	struct history *history;
	struct timer *guard, *pause;
	int64_t now_ms, from_ms; /* the server's samples begin there */
	const char *job;         /* as the server has it */
	unsigned changes, questions;
};

static struct world *world_of(struct script *script)
{
	return (struct world *)(void *)((char *)script - offsetof(struct world, server));
}

/* `{__name__="x"}[Nms]`: two series of the server, a minute apart, each value its time in seconds. */
static struct matrix *raw_samples(struct script *script, const struct engine_request *request)
{
	struct world *world = world_of(script);
	struct matrix *matrix = matrix_new(MATRIX_RANGE);
	const char *instances[] = { "one", "two" };
	int64_t end_ms = request->end_ms, length_ms = 0;
	char name[64] = "";

	if (strcmp(request->text, "vector(1)") == 0)
		return matrix;
	cr_assert_eq(sscanf(request->text, "{__name__=\"%63[a-z]\"}[%" SCNd64 "ms]", name, &length_ms), 2, "%s",
		     request->text);
	cr_assert_eq(request->kind, REQUEST_INSTANT);
	world->questions++;
	if (strcmp(name, "strange") == 0)
		return matrix;
	matrix->series = arena_array(&matrix->arena, 2, sizeof(*matrix->series));
	for (size_t i = 0; i < 2; i++) {
		struct label labels[] = { { "__name__", name }, { "job", world->job }, { "instance", instances[i] } };
		int64_t *times = arena_array(&matrix->arena, (size_t)(length_ms / STEP_MS + 2), sizeof(*times));
		double *values = arena_array(&matrix->arena, (size_t)(length_ms / STEP_MS + 2), sizeof(*values));
		size_t count = 0;

		for (int64_t at = (end_ms - length_ms) / STEP_MS * STEP_MS + STEP_MS; at <= end_ms; at += STEP_MS) {
			if (at < world->from_ms)
				continue;
			times[count] = at;
			values[count++] = (double)(at / 1000) + (double)i;
		}
		if (!count)
			continue;
		matrix->series[matrix->count++] = (struct series){ .labels = labels_make(&matrix->arena, labels, 3),
								   .count = count,
								   .times_ms = times,
								   .values = values };
	}
	return matrix;
}

static struct labels local_labels(struct arena *arena, const char *name, const char *instance)
{
	struct label labels[] = { { "__name__", name }, { "job", "here" }, { "instance", instance } };

	return labels_make(arena, labels, 3);
}

static void append(struct world *world, const char *name, const char *instance, int64_t time_ms)
{
	struct arena arena = { 0 };
	struct labels labels = local_labels(&arena, name, instance);
	struct store_series *series = store_hold(world->store, &labels);

	cr_assert_eq(store_append_at(world->store, series, time_ms, 1), STORE_OK);
	store_release(world->store, series);
	arena_release(&arena);
}

static void on_change(void *user)
{
	((struct world *)user)->changes++;
}

static void on_guard(void *user)
{
	(void)user;
	cr_assert_fail("it does not end");
}

static void on_pause(void *user)
{
	loop_stop(user);
}

static void world_init(struct world *world, int64_t server_has_ms)
{
	const struct store_limits limits = { 0 };

	*world = (struct world){ .now_ms = clock_wall_ms(), .job = "here" };
	world->from_ms = world->now_ms - server_has_ms;
	world->loop = loop_new(NULL);
	world->store = store_new(&limits);
	world->guard = timer_new(world->loop, on_guard, NULL);
	world->pause = timer_new(world->loop, on_pause, world->loop);
	script_init(&world->server, world->loop, &script_server_ops, 1);
	world->server.answer = raw_samples;
}

static void start(struct world *world, int64_t raw_ms, const struct history_label *labels, size_t count)
{
	struct history_config config = { .prometheus = world->server.engine,
					 .store = world->store,
					 .raw_ms = raw_ms,
					 .on_change = on_change,
					 .user = world,
					 .labels = labels,
					 .label_count = count };

	world->history = history_new(world->loop, &config);
	history_start(world->history);
}

static struct history_state state_of(struct world *world)
{
	struct history_state state;

	history_get_state(world->history, &state);
	return state;
}

static void run_ms(struct world *world, int64_t ms)
{
	timer_start(world->pause, ms);
	loop_run(world->loop);
}

static void finish(struct world *world)
{
	timer_start(world->guard, GUARD_MS);
	while (state_of(world).running)
		run_ms(world, 2);
	timer_stop(world->guard);
}

static void world_release(struct world *world)
{
	history_free(world->history);
	query_engine_free(world->server.engine);
	cr_expect_null(world->server.calls);
	store_free(world->store);
	timer_free(world->guard);
	timer_free(world->pause);
	loop_free(world->loop);
}

/* The samples the store has of one series: how many, and the time of the first. */
static size_t samples_of(struct world *world, const char *name, const char *instance, int64_t *ret_first_ms)
{
	const struct matcher matchers[] = { { .label = "__name__", .value = name },
					    { .label = "instance", .value = instance } };
	struct selection *selection = store_select(world->store, matchers, 2, 0, INT64_MAX, 0, NULL);
	struct reader *reader = reader_new();
	struct samples samples = { 0 };

	cr_assert(selection);
	if (selection_count(selection)) {
		reader_samples(reader, selection, 0, 0, world->now_ms + CLOCK_DAY, &samples);
		for (size_t i = 0; i + 1 < samples.count; i++) {
			cr_assert_lt(samples.times_ms[i], samples.times_ms[i + 1]);
			cr_assert_eq(samples.values[i], (double)(samples.times_ms[i] / 1000) + (instance[0] == 't'));
		}
		*ret_first_ms = samples.count ? samples.times_ms[0] : 0;
	}
	reader_free(reader);
	selection_free(selection);
	return samples.count;
}

static void expect_samples(struct world *world, const char *name, int64_t back_ms)
{
	int64_t first_ms = 0;
	size_t count = samples_of(world, name, "one", &first_ms);

	cr_expect(count + 2 >= (size_t)(back_ms / STEP_MS) && count <= (size_t)(back_ms / STEP_MS) + 2, "%s: %zu", name,
		  count);
	cr_expect_leq(first_ms - (world->now_ms - back_ms), STEP_MS + CLOCK_SECOND);
	cr_expect_geq(first_ms, world->now_ms - back_ms - CLOCK_SECOND);
	cr_expect_eq(samples_of(world, name, "two", &first_ms), count);
}

Test(history, the_raw_hours_are_put_in_front)
{
	struct world world;
	struct history_state state;

	world_init(&world, CLOCK_DAY);
	for (int i = 0; i < 2; i++) {
		append(&world, "gauge", i ? "two" : "one", world.now_ms);
		append(&world, "other", i ? "two" : "one", world.now_ms);
	}
	start(&world, 3 * CLOCK_HOUR, NULL, 0);
	cr_expect(state_of(&world).running);
	history_start(world.history); /* a second word changes nothing */
	finish(&world);
	expect_samples(&world, "gauge", 3 * CLOCK_HOUR);
	expect_samples(&world, "other", 3 * CLOCK_HOUR);
	state = state_of(&world);
	cr_expect_eq(state.names, 2);
	cr_expect_eq(state.names_done, 2);
	cr_expect_str_eq(state.reason, "");
	cr_expect(state.samples >= 4 * 178 && state.samples <= 4 * 181, "%" PRIu64, state.samples);
	cr_expect_geq(state.oldest_ms, world.now_ms - 3 * CLOCK_HOUR - CLOCK_SECOND);
	cr_expect_eq(world.questions, 6, "an hour at a time");
	cr_expect_eq(world.changes, 3, "one for each hour");
	world_release(&world);
}

Test(history, a_server_that_has_less_is_not_asked_for_more)
{
	struct world world;
	struct history_state state;

	world_init(&world, 90 * CLOCK_MINUTE);
	append(&world, "gauge", "one", world.now_ms);
	append(&world, "gauge", "two", world.now_ms);
	append(&world, "strange", "one", world.now_ms);
	start(&world, 6 * CLOCK_HOUR, NULL, 0);
	finish(&world);
	expect_samples(&world, "gauge", 90 * CLOCK_MINUTE);
	cr_expect_eq(world.questions, 4, "three for gauge, the last of them in vain; one for the other");
	state = state_of(&world);
	cr_expect_eq(state.names_done, 2);
	cr_expect_str_eq(state.reason, "");
	world_release(&world);
}

Test(history, other_labels_are_not_taken_over)
{
	static const struct history_label labels[] = { { "job", "elsewhere", NULL, "there" },
						       { "job", "there", "job", "here" } };
	struct world world;
	int64_t first_ms;

	world_init(&world, CLOCK_DAY);
	world.job = "there";
	append(&world, "gauge", "one", world.now_ms);
	append(&world, "gauge", "two", world.now_ms);
	start(&world, 2 * CLOCK_HOUR, NULL, 0);
	finish(&world);
	cr_expect_eq(world.questions, 1);
	cr_expect_eq(state_of(&world).samples, 0);
	cr_expect_eq(state_of(&world).oldest_ms, INT64_MAX);
	cr_expect_str_eq(state_of(&world).reason, "the server has none of the series that are collected here");
	cr_expect_eq(samples_of(&world, "gauge", "one", &first_ms), 1);
	history_free(world.history);
	start(&world, 2 * CLOCK_HOUR, labels, 2);
	finish(&world);
	expect_samples(&world, "gauge", 2 * CLOCK_HOUR);
	world_release(&world);
}

Test(history, what_the_store_has_is_not_asked_for)
{
	struct world world;

	world_init(&world, CLOCK_DAY);
	for (int64_t back = 150 * CLOCK_MINUTE; back >= 0; back -= CLOCK_MINUTE)
		append(&world, "warm", "one", world.now_ms - back);
	start(&world, 2 * CLOCK_HOUR, NULL, 0);
	finish(&world);
	cr_expect_eq(world.questions, 0);
	world_release(&world);
}

Test(history, an_empty_store_asks_nothing)
{
	struct world world;

	world_init(&world, CLOCK_DAY);
	start(&world, 6 * CLOCK_HOUR, NULL, 0);
	finish(&world);
	cr_expect_eq(world.questions, 0);
	cr_expect_str_eq(state_of(&world).reason, "");
	world_release(&world);
}

/* The question under way is answered unless it asks for more than that. */
static void judge_length(struct world *world, int64_t most_ms)
{
	struct scripted_call *call = world->server.calls;
	const char *bracket;

	if (!call)
		return;
	bracket = strchr(call->request.text, '[');
	script_end_oldest(&world->server, strtoll(bracket + 1, NULL, 10) > most_ms ? QUERY_TOO_LARGE : QUERY_OK);
}

Test(history, answers_that_are_too_large_come_in_pieces)
{
	struct world world;

	world_init(&world, CLOCK_DAY);
	world.server.delay_ms = SCRIPT_SILENT;
	append(&world, "gauge", "one", world.now_ms);
	append(&world, "gauge", "two", world.now_ms);
	start(&world, 2 * CLOCK_HOUR, NULL, 0);
	while (state_of(&world).running) {
		run_ms(&world, 1);
		judge_length(&world, 20 * CLOCK_MINUTE);
	}
	expect_samples(&world, "gauge", 2 * CLOCK_HOUR);
	cr_expect_eq(world.questions, 8, "a quarter of an hour at a time");
	cr_expect_str_eq(state_of(&world).reason, "");
	world_release(&world);
}

Test(history, a_name_that_cannot_be_had_is_left)
{
	struct world world;

	world_init(&world, CLOCK_DAY);
	world.server.delay_ms = SCRIPT_SILENT;
	append(&world, "gauge", "one", world.now_ms);
	start(&world, 2 * CLOCK_HOUR, NULL, 0);
	while (state_of(&world).running) {
		run_ms(&world, 1);
		judge_length(&world, 0);
	}
	cr_expect_eq(world.questions, 0);
	cr_expect_eq(state_of(&world).names_done, 1);
	cr_expect_str_eq(state_of(&world).reason, "gauge: too-large");
	world_release(&world);
}

static void on_probe(void *user, const struct query_answer *answer)
{
	(void)user;
	cr_expect_eq(answer->status, QUERY_OK);
}

Test(history, it_waits_for_a_server_that_fails)
{
	struct world world;

	world_init(&world, CLOCK_DAY);
	query_engine_set_steady(world.server.engine);
	world.server.status = QUERY_REFUSED;
	append(&world, "gauge", "one", world.now_ms);
	append(&world, "gauge", "two", world.now_ms);
	start(&world, CLOCK_HOUR, NULL, 0);
	run_ms(&world, 300);
	cr_expect_eq(world.server.expressions, 1, "a failing server is left alone");
	cr_expect(state_of(&world).running);
	cr_expect_str_eq(state_of(&world).reason, "prometheus: refused");
	world.server.status = QUERY_OK;
	query_engine_probe(world.server.engine, on_probe, NULL);
	finish(&world);
	expect_samples(&world, "gauge", CLOCK_HOUR);
	cr_expect_str_eq(state_of(&world).reason, "");
	world_release(&world);
}

Test(history, freed_in_the_middle)
{
	for (int i = 0; i < 8; i++) {
		struct world world;

		world_init(&world, CLOCK_DAY);
		world.server.delay_ms = i % 4 == 3 ? SCRIPT_SILENT : i % 4;
		for (int k = 0; k < 8; k++) {
			char name[] = { (char)('a' + k), '\0' };
			append(&world, name, "one", world.now_ms);
			append(&world, name, "two", world.now_ms);
		}
		start(&world, 6 * CLOCK_HOUR, NULL, 0);
		if (i)
			run_ms(&world, 3 * i);
		world_release(&world);
	}
}
