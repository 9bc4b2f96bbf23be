/* Fail-over between two engines that behave as the test says: who is asked, who answers, and when. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "engine_fixture.h"
#include "query/auto.h"
#include "query/auto_names.h"
#include "query/auto_watch.h"
#include "tsdb/store.h"

TestSuite(automatic, .timeout = 60);

#define SILENCE_MS 300
#define PROBE_MS   200
#define SOON_MS    200 /* for what needs no wait, on a busy machine */
#define NOW_MS     INT64_C(1700000000000)

struct world {
	struct loop *loop;
	struct store *store;
	struct script server, embedded;
	struct query_engine *engine;
	struct timer *pause;
	unsigned changes;
};

struct asked {
	struct world *world;
	struct query *query;
	unsigned answers;
	enum query_status status;
	char reason[160];
	const char *engine;
	double value;
	int64_t started_ms, took_ms;
	void (*then)(struct asked *asked);
	struct asked *other;
};

static void on_change(void *user)
{
	((struct world *)user)->changes++;
}

static void on_pause(void *user)
{
	loop_stop(user);
}

static void store_add(struct world *world, const char *name, int64_t time_ms)
{
	struct arena arena = { 0 };
	struct label label = { "__name__", name };
	struct labels labels = labels_make(&arena, &label, 1);
	struct store_series *series = store_hold(world->store, &labels);

	cr_assert_eq(store_append_at(world->store, series, time_ms, 7), STORE_OK);
	store_release(world->store, series);
	arena_release(&arena);
}

/* Both engines are well; the store knows `mine` since an hour, and the server knows it too. */
static void world_init(struct world *world)
{
	const struct store_limits limits = { .series = 100 };
	struct auto_config config;

	*world = (struct world){ 0 };
	world->loop = loop_new(NULL);
	world->store = store_new(&limits);
	store_add(world, "mine", NOW_MS - CLOCK_HOUR);
	script_init(&world->server, world->loop, &script_server_ops, 1);
	script_init(&world->embedded, world->loop, &script_embedded_ops, 2);
	world->server.names[0] = "mine";
	config = (struct auto_config){ .prometheus = world->server.engine,
				       .embedded = world->embedded.engine,
				       .store = world->store };
	world->engine = auto_engine_new(world->loop, &config);
	auto_engine_set_times(world->engine, SILENCE_MS, PROBE_MS);
	query_engine_on_change(world->engine, on_change, world);
	world->pause = timer_new(world->loop, on_pause, world->loop);
}

static void world_release(struct world *world)
{
	query_engine_free(world->engine);
	cr_expect(world->server.freed && world->embedded.freed);
	cr_expect_null(world->server.calls, "a call outlived its engine");
	cr_expect_null(world->embedded.calls);
	timer_free(world->pause);
	store_free(world->store);
	loop_free(world->loop);
}

static void run_ms(struct world *world, int64_t ms)
{
	timer_start(world->pause, ms);
	loop_run(world->loop);
}

static void on_answer(void *user, const struct query_answer *answer)
{
	struct asked *asked = user;

	asked->answers++;
	asked->query = NULL;
	asked->status = answer->status;
	asked->engine = answer->engine;
	snprintf(asked->reason, sizeof(asked->reason), "%s", answer->reason);
	cr_assert_eq(answer->matrix != NULL, answer->status == QUERY_OK);
	asked->value = answer->matrix && answer->matrix->count ? answer->matrix->series[0].values[0] : 0;
	asked->took_ms = clock_monotonic_ms() - asked->started_ms;
	if (asked->then)
		asked->then(asked);
}

static void ask(struct world *world, struct asked *asked, const char *expression)
{
	struct query_question question = { expression, NOW_MS, NOW_MS, 0 };

	*asked = (struct asked){
		.world = world, .started_ms = clock_monotonic_ms(), .then = asked->then, .other = asked->other
	};
	asked->query = query_ask(world->engine, &question, on_answer, asked);
	cr_assert_eq(asked->answers, 0, "answered before query_ask returned");
}

static struct asked ask_for(struct world *world, const char *expression, int64_t ms)
{
	struct asked asked = { 0 };

	ask(world, &asked, expression);
	run_ms(world, ms);
	if (asked.query)
		query_cancel(asked.query);
	return asked;
}

static void expect_from(const struct asked *asked, const char *engine)
{
	cr_assert_eq(asked->answers, 1, "%u answers", asked->answers);
	cr_expect_eq(asked->status, QUERY_OK, "%s", asked->reason);
	cr_expect_str_eq(asked->engine, engine);
	cr_expect_eq(asked->value, strcmp(engine, "prometheus") ? 2 : 1);
}

static struct query_state state_of(struct world *world)
{
	struct query_state state;

	query_engine_state(world->engine, &state);
	return state;
}

/* Everything the server gets from now on fails so. */
static void server_fails(struct world *world, enum query_status status)
{
	world->server.status = world->server.probe_status = world->server.lookup_status = status;
}

static void server_is_silent(struct world *world)
{
	world->server.delay_ms = world->server.probe_delay_ms = world->server.lookup_delay_ms = SCRIPT_SILENT;
}

Test(automatic, a_server_that_is_well_answers)
{
	struct world world;
	struct asked asked;
	struct query_state state;

	world_init(&world);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "prometheus");
	run_ms(&world, 2 * SILENCE_MS);
	cr_expect_eq(world.embedded.expressions, 0);
	cr_expect_eq(world.server.expressions, 1);
	cr_expect_eq(world.server.probes, 0, "nobody looks for one that is there");
	state = state_of(&world);
	cr_expect_str_eq(state.engine, "prometheus");
	cr_expect_str_eq(state.url, "http://server");
	cr_expect_str_eq(state.stand_in, "embedded");
	cr_expect_not(state.standing_in);
	cr_expect_eq(state.health, QUERY_HEALTHY);
	cr_expect_gt(state.last_good_ms, 0);
	cr_expect_eq(world.server.versions, 1);
	cr_expect_eq(world.changes, 1, "it became well");
	world_release(&world);
}

Test(automatic, what_the_server_says_of_a_question_counts)
{
	static const enum query_status verdicts[] = { QUERY_BAD, QUERY_TOO_LARGE };
	struct world world;

	world_init(&world);
	for (size_t i = 0; i < 2; i++) {
		struct asked asked;
		world.server.status = verdicts[i];
		asked = ask_for(&world, "mine", SOON_MS);
		cr_expect_eq(asked.answers, 1);
		cr_expect_eq(asked.status, verdicts[i]);
		cr_expect_str_eq(asked.engine, "prometheus");
	}
	cr_expect_eq(world.embedded.expressions, 0);
	cr_expect_not(state_of(&world).standing_in);
	world_release(&world);
}

Test(automatic, every_failure_falls_over_at_once)
{
	static const enum query_status failures[] = {
		QUERY_REFUSED, QUERY_UNRESOLVED,  QUERY_TIMEOUT,        QUERY_UNREACHABLE, QUERY_TLS,
		QUERY_DENIED,  QUERY_UNAVAILABLE, QUERY_NOT_PROMETHEUS, QUERY_TRUNCATED,   QUERY_SETUP,
	};

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		struct world world;
		struct asked asked;
		struct query_state state;

		world_init(&world);
		server_fails(&world, failures[i]);
		asked = ask_for(&world, "mine", SOON_MS);
		expect_from(&asked, "embedded");
		state = state_of(&world);
		cr_expect(state.standing_in);
		cr_expect_eq(state.health, QUERY_FAILING);
		cr_expect_eq(state.status, failures[i]);
		cr_expect_str_eq(state.reason, query_status_name(failures[i]));
		cr_expect_gt(state.failing_since_ms, 0);
		world_release(&world);
	}
}

Test(automatic, a_server_that_is_down_gets_probes_only)
{
	struct world world;
	struct asked asked;
	unsigned probes;

	world_init(&world);
	server_fails(&world, QUERY_REFUSED);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "embedded");
	cr_expect_eq(world.changes, 1);
	for (int i = 0; i < 3; i++) {
		asked = ask_for(&world, "mine", 10);
		expect_from(&asked, "embedded");
	}
	run_ms(&world, 10 * PROBE_MS);
	probes = world.server.probes;
	cr_expect(probes >= 6 && probes <= 12, "%u probes: at a steady pace, without back-off", probes);
	cr_expect_leq(world.server.expressions, 1);
	cr_expect(state_of(&world).standing_in);
	cr_expect_gt(state_of(&world).next_try_ms, 0);
	cr_expect_eq(world.changes, 1);
	world_release(&world);
}

Test(automatic, it_returns_after_two_good_probes_in_a_row)
{
	struct world world;
	struct asked asked;
	unsigned versions;

	world_init(&world);
	server_fails(&world, QUERY_REFUSED);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "embedded");
	versions = world.server.versions;
	/* Flapping: one good, one bad. */
	for (int i = 0; i < 6; i++) {
		unsigned probes = world.server.probes;
		world.server.probe_status = i % 2 ? QUERY_UNAVAILABLE : QUERY_OK;
		while (world.server.probes == probes)
			run_ms(&world, 5);
		run_ms(&world, 20);
		cr_expect(state_of(&world).standing_in, "one good probe is not enough");
		if (i % 2)
			cr_expect_str_eq(state_of(&world).reason, "unavailable");
	}
	server_fails(&world, QUERY_OK);
	run_ms(&world, 2 * PROBE_MS + SOON_MS);
	cr_expect_not(state_of(&world).standing_in);
	cr_expect_eq(state_of(&world).health, QUERY_HEALTHY);
	cr_expect_eq(state_of(&world).next_try_ms, 0);
	cr_expect_eq(world.changes, 2, "down, and back");
	cr_expect_eq(world.server.versions, versions + 1, "it may be another version now");
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "prometheus");
	world_release(&world);
}

Test(automatic, a_silent_server_is_passed_over_after_a_while)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	asked = ask_for(&world, "mine", SOON_MS); /* its names are known now */
	expect_from(&asked, "prometheus");
	run_ms(&world, SILENCE_MS);
	server_is_silent(&world);
	asked = ask_for(&world, "mine", SILENCE_MS + SOON_MS);
	expect_from(&asked, "embedded");
	cr_expect(asked.took_ms >= SILENCE_MS - 1 && asked.took_ms < SILENCE_MS + SOON_MS, "took %d ms",
		  (int)asked.took_ms);
	cr_expect_not(state_of(&world).standing_in, "it may only be slow");
	run_ms(&world, SILENCE_MS + SOON_MS);
	cr_expect(state_of(&world).standing_in, "a probe was not answered either");
	cr_expect_str_eq(state_of(&world).reason, "silent for 600ms");
	cr_expect_eq(state_of(&world).status, QUERY_TIMEOUT);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "embedded");
	/* The process goes on: what it gets now is answered. */
	world.server.delay_ms = world.server.probe_delay_ms = world.server.lookup_delay_ms = 0;
	run_ms(&world, 3 * PROBE_MS + SOON_MS);
	cr_expect_not(state_of(&world).standing_in);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "prometheus");
	world_release(&world);
}

Test(automatic, many_questions_to_a_silent_server)
{
	struct world world;
	struct asked asked[40] = { 0 };

	world_init(&world);
	asked[0] = ask_for(&world, "mine", SOON_MS);
	run_ms(&world, SILENCE_MS);
	server_is_silent(&world);
	for (size_t i = 0; i < 40; i++) {
		char *text = mem_printf("mine + %zu", i);
		ask(&world, &asked[i], text);
		free(text);
	}
	run_ms(&world, 2 * SILENCE_MS);
	for (size_t i = 0; i < 40; i++)
		expect_from(&asked[i], "embedded");
	world_release(&world);
}

Test(automatic, a_young_store_gives_way_to_a_slow_server)
{
	struct world world;
	struct query_question question = { "mine", NOW_MS - 6 * CLOCK_HOUR, NOW_MS, CLOCK_MINUTE };
	struct asked asked = { 0 };

	world_init(&world);
	asked = ask_for(&world, "mine", SOON_MS);
	run_ms(&world, SILENCE_MS);
	world.server.delay_ms = 2 * SILENCE_MS;
	asked = (struct asked){ .started_ms = clock_monotonic_ms() };
	asked.query = query_ask(world.engine, &question, on_answer, &asked);
	run_ms(&world, 2 * SILENCE_MS + SOON_MS);
	expect_from(&asked, "prometheus");
	cr_expect_eq(world.embedded.expressions, 0, "a probe showed that the server is well");
	cr_expect_geq(world.server.probes, 1);
	/* One that hangs gets no such regard. */
	server_is_silent(&world);
	run_ms(&world, SILENCE_MS + PROBE_MS);
	asked = (struct asked){ .started_ms = clock_monotonic_ms() };
	asked.query = query_ask(world.engine, &question, on_answer, &asked);
	run_ms(&world, 2 * SILENCE_MS);
	expect_from(&asked, "embedded");
	world_release(&world);
}

Test(automatic, the_first_good_answer_wins)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	asked = ask_for(&world, "mine", SOON_MS);
	run_ms(&world, SILENCE_MS);
	world.server.delay_ms = 2 * SILENCE_MS;
	world.embedded.delay_ms = 10 * SILENCE_MS;
	asked = ask_for(&world, "mine", 3 * SILENCE_MS);
	expect_from(&asked, "prometheus");
	cr_expect_eq(world.embedded.expressions, 1, "it was asked too");
	cr_expect_eq(world.embedded.cancelled, 1);
	cr_expect_not(state_of(&world).standing_in);

	/* What the embedded engine cannot answer waits for the slow server. */
	world.embedded.delay_ms = 0;
	world.embedded.status = QUERY_INSUFFICIENT;
	asked = ask_for(&world, "mine", 3 * SILENCE_MS);
	expect_from(&asked, "prometheus");
	cr_expect_eq(world.embedded.expressions, 2);

	/* And is what is said when the server fails in the end. */
	world.server.status = QUERY_TIMEOUT;
	asked = ask_for(&world, "mine", 3 * SILENCE_MS);
	cr_expect_eq(asked.answers, 1);
	cr_expect_eq(asked.status, QUERY_INSUFFICIENT);
	cr_expect_str_eq(asked.reason, "insufficient");
	cr_expect_str_eq(asked.engine, "embedded");
	cr_expect_eq(world.embedded.expressions, 3, "it is not asked twice");
	world_release(&world);
}

Test(automatic, a_server_that_dies_takes_nothing_with_it)
{
	struct world world;
	struct asked asked[10] = { 0 };
	int64_t started_ms;

	world_init(&world);
	asked[0] = ask_for(&world, "mine", SOON_MS);
	server_is_silent(&world);
	for (size_t i = 0; i < 10; i++) {
		char *text = mem_printf("mine + %zu", i);
		ask(&world, &asked[i], text);
		free(text);
	}
	run_ms(&world, 20);
	started_ms = clock_monotonic_ms();
	script_end_oldest(&world.server, QUERY_REFUSED);
	cr_expect_null(world.server.calls, "nothing is left with it");
	run_ms(&world, SOON_MS);
	cr_expect(state_of(&world).standing_in);
	for (size_t i = 0; i < 10; i++) {
		expect_from(&asked[i], "embedded");
		cr_expect_lt(asked[i].started_ms + asked[i].took_ms - started_ms, SOON_MS);
	}
	world_release(&world);
}

Test(automatic, a_fault_of_the_question_leaves_the_server_well)
{
	struct world world;
	struct asked slow = { 0 }, other;

	world_init(&world);
	other = ask_for(&world, "mine", SOON_MS);
	world.server.delay_ms = SILENCE_MS / 2;
	world.server.status = QUERY_TIMEOUT;
	ask(&world, &slow, "mine * 2");
	run_ms(&world, 10);
	world.server.delay_ms = 0;
	world.server.status = QUERY_OK;
	other = ask_for(&world, "mine", SILENCE_MS);
	expect_from(&other, "prometheus");
	expect_from(&slow, "embedded");
	cr_expect_not(state_of(&world).standing_in);
	world_release(&world);
}

Test(automatic, metrics_that_only_the_store_has)
{
	struct world world;
	struct asked asked, again = { 0 };

	world_init(&world);
	store_add(&world, "local", NOW_MS - CLOCK_HOUR);
	asked = ask_for(&world, "rate(local[5m])", SOON_MS);
	expect_from(&asked, "embedded");
	cr_expect_eq(world.server.expressions, 0);
	cr_expect_eq(world.server.lookups, 1);
	cr_expect_not(state_of(&world).standing_in);
	ask(&world, &again, "local * 2");
	asked = ask_for(&world, "{__name__=\"local\"}", SOON_MS);
	expect_from(&asked, "embedded");
	expect_from(&again, "embedded");
	cr_expect_eq(world.server.lookups, 1, "it is known now");

	asked = ask_for(&world, "local / mine", SOON_MS);
	expect_from(&asked, "prometheus");
	asked = ask_for(&world, "nobodys", SOON_MS);
	expect_from(&asked, "prometheus");
	asked = ask_for(&world, "local / nobodys", SOON_MS);
	expect_from(&asked, "prometheus");
	asked = ask_for(&world, "1 + 1", SOON_MS);
	expect_from(&asked, "prometheus");
	world_release(&world);
}

Test(automatic, names_that_cannot_be_looked_up_are_the_servers)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	store_add(&world, "local", NOW_MS - CLOCK_HOUR);
	world.server.lookup_status = QUERY_BAD;
	asked = ask_for(&world, "local", SOON_MS);
	expect_from(&asked, "prometheus");
	world.server.lookup_status = QUERY_OK;
	world.server.lookup_delay_ms = SCRIPT_SILENT;
	store_add(&world, "other", NOW_MS - CLOCK_HOUR);
	asked = ask_for(&world, "other", SILENCE_MS + SOON_MS);
	cr_expect_eq(asked.answers, 1, "a look-up holds nothing up for long");
	world_release(&world);
}

Test(automatic, what_only_the_server_has_is_not_answered_with_nothing)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	world.server.names[1] = "theirs";
	asked = ask_for(&world, "theirs", SOON_MS);
	expect_from(&asked, "prometheus");
	server_fails(&world, QUERY_REFUSED);
	for (int i = 0; i < 2; i++) {
		asked = ask_for(&world, "theirs", SOON_MS);
		cr_expect_eq(asked.answers, 1);
		cr_expect_eq(asked.status, QUERY_REFUSED);
		cr_expect_str_eq(asked.reason, "refused");
		cr_expect_str_eq(asked.engine, "prometheus");
	}
	cr_expect_eq(world.embedded.expressions, 0);
	asked = ask_for(&world, "nobodys", SOON_MS);
	expect_from(&asked, "embedded");
	world_release(&world);
}

/* Down, back and down again: the third time it takes more to be believed. */
Test(automatic, flapping_is_damped)
{
	static const unsigned needed[] = { 2, 2, 4, 8 };
	struct world world;
	struct asked asked;

	world_init(&world);
	for (size_t i = 0; i < 4; i++) {
		unsigned probes;

		server_fails(&world, QUERY_REFUSED);
		asked = ask_for(&world, "mine", SOON_MS);
		expect_from(&asked, "embedded");
		cr_expect(state_of(&world).standing_in);
		server_fails(&world, QUERY_OK);
		probes = world.server.probes;
		while (state_of(&world).standing_in)
			run_ms(&world, 5);
		cr_expect_eq(world.server.probes - probes, needed[i], "%zu: %u probes", i,
			     world.server.probes - probes);
	}
	world_release(&world);
}

/* What was scraped after the moment asked about says nothing of it: that is not an empty answer. */
Test(automatic, a_store_younger_than_the_question_does_not_answer)
{
	const struct store_limits limits = { .series = 100 };
	struct auto_config config;
	struct world world;
	struct asked asked;

	world_init(&world);
	query_engine_free(world.engine);
	store_free(world.store);
	world.store = store_new(&limits);
	script_init(&world.server, world.loop, &script_server_ops, 1);
	script_init(&world.embedded, world.loop, &script_embedded_ops, 2);
	config = (struct auto_config){ world.server.engine, world.embedded.engine, world.store };
	world.engine = auto_engine_new(world.loop, &config);
	auto_engine_set_times(world.engine, SILENCE_MS, PROBE_MS);
	store_add(&world, "mine", NOW_MS + 1);
	server_is_silent(&world);
	asked = ask_for(&world, "mine", 3 * SILENCE_MS);
	cr_expect_eq(asked.answers, 1);
	cr_expect_eq(asked.status, QUERY_TIMEOUT);
	world_release(&world);
}

Test(automatic, an_empty_store_stands_in_for_nobody)
{
	const struct store_limits limits = { .series = 100 };
	struct auto_config config;
	struct world world;
	struct asked asked;

	world_init(&world);
	query_engine_free(world.engine);
	store_free(world.store);
	world.store = store_new(&limits);
	script_init(&world.server, world.loop, &script_server_ops, 1);
	script_init(&world.embedded, world.loop, &script_embedded_ops, 2);
	config = (struct auto_config){ world.server.engine, world.embedded.engine, world.store };
	world.engine = auto_engine_new(world.loop, &config);
	server_fails(&world, QUERY_REFUSED);
	asked = ask_for(&world, "mine", SOON_MS);
	cr_expect_eq(asked.status, QUERY_REFUSED);
	asked = ask_for(&world, "1 + 1", SOON_MS);
	expect_from(&asked, "embedded");
	store_add(&world, "mine", NOW_MS);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "embedded");
	world_release(&world);
}

Test(automatic, retry_looks_at_once)
{
	struct world world;
	struct asked asked;

	world_init(&world);
	auto_engine_set_times(world.engine, SILENCE_MS, 10 * SILENCE_MS);
	query_engine_retry(world.engine);
	cr_expect_eq(world.server.probes, 0, "nothing to retry");
	server_fails(&world, QUERY_REFUSED);
	asked = ask_for(&world, "mine", SOON_MS);
	expect_from(&asked, "embedded");
	server_fails(&world, QUERY_OK);
	query_engine_retry(world.engine);
	run_ms(&world, 20);
	cr_expect_eq(world.server.probes, 1);
	query_engine_retry(world.engine);
	run_ms(&world, 20);
	cr_expect_eq(world.server.probes, 2);
	cr_expect_not(state_of(&world).standing_in);
	world_release(&world);
}

/* ---- lifetimes ---- */

/* Bring a question into one of the states it can be in. */
enum stage { STAGE_NAMING, STAGE_SERVER, STAGE_BOTH, STAGE_HELD, STAGE_ENDING, STAGE_FALLEN, STAGE_DOWN, STAGE_COUNT };

static void bring_to(struct world *world, enum stage stage, struct asked *asked)
{
	world->embedded.delay_ms = SCRIPT_SILENT;
	if (stage != STAGE_NAMING) {
		struct asked first = ask_for(world, "mine", SOON_MS);
		expect_from(&first, "prometheus");
	}
	server_is_silent(world);
	if (stage == STAGE_HELD) {
		world->embedded.delay_ms = 0;
		world->embedded.status = QUERY_INSUFFICIENT;
	}
	if (stage == STAGE_DOWN) {
		server_fails(world, QUERY_REFUSED);
		world->server.delay_ms = 0;
		(void)ask_for(world, "mine", SOON_MS);
	}
	ask(world, asked, "mine");
	if (stage == STAGE_BOTH || stage == STAGE_HELD)
		run_ms(world, SILENCE_MS + SILENCE_MS / 2);
	if (stage == STAGE_FALLEN)
		script_end_oldest(&world->server, QUERY_REFUSED);
	if (stage == STAGE_ENDING) {
		run_ms(world, SILENCE_MS + 20);
		query_cancel(asked->query);
		world->server.names[1] = "theirs";
		world->server.lookup_delay_ms = 0;
		ask(world, asked, "theirs");
		run_ms(world, 20);
		server_fails(world, QUERY_REFUSED);
		while (!state_of(world).standing_in)
			script_end_oldest(&world->server, QUERY_REFUSED);
	}
	cr_assert_eq(asked->answers, 0, "stage %d", (int)stage);
}

Test(automatic, cancelled_in_every_state)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		struct world world;
		struct asked asked = { 0 };

		world_init(&world);
		bring_to(&world, (enum stage)stage, &asked);
		query_cancel(asked.query);
		run_ms(&world, 2 * SILENCE_MS);
		cr_expect_eq(asked.answers, 0, "stage %d", stage);
		cr_expect_null(world.embedded.calls, "stage %d", stage);
		world_release(&world);
	}
}

Test(automatic, freed_in_every_state)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		struct world world;
		struct asked asked = { 0 };

		world_init(&world);
		bring_to(&world, (enum stage)stage, &asked);
		world_release(&world);
		cr_expect_eq(asked.answers, 0, "stage %d", stage);
	}
}

static void then_cancel_other(struct asked *asked)
{
	if (asked->other->query)
		query_cancel(asked->other->query);
	asked->other->query = NULL;
}

static void then_ask_again(struct asked *asked)
{
	struct asked *other = asked->other;

	ask(asked->world, other, "mine * 3");
}

Test(automatic, callbacks_may_ask_and_cancel_in_the_middle_of_a_fall_over)
{
	struct world world;
	struct asked one = { .then = then_cancel_other }, two = { .then = then_cancel_other }, third = { 0 },
		     last = { .then = then_ask_again };

	world_init(&world);
	one.other = &two;
	two.other = &one;
	last.other = &third;
	server_is_silent(&world);
	ask(&world, &one, "mine");
	ask(&world, &two, "mine + 1");
	ask(&world, &last, "mine + 2");
	run_ms(&world, 20);
	server_fails(&world, QUERY_REFUSED);
	while (world.server.calls)
		script_end_oldest(&world.server, QUERY_REFUSED);
	run_ms(&world, SOON_MS);
	cr_expect_eq(one.answers + two.answers, 1);
	expect_from(&last, "embedded");
	expect_from(&third, "embedded");
	world_release(&world);
}
