#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "collect/intake.h"
#include "collect/metric_page.h"
#include "tsdb/selection.h"
#include "tsdb/value.h"

#define BEGIN_MS INT64_C(1700000000000)

/* A collector that makes a page of one sample, or fails. */
struct world {
	struct loop *loop;
	struct pool *pool;
	struct store *store;
	struct collect *collect;
	struct collector *collector;
	struct intake *intake;
	const char *reason; /* with the page */
	bool no_page;
};

static void start(struct collector *collector, int64_t time_ms)
{
	struct world *world = collector->own;
	struct metric_page page;

	if (world->no_page) {
		intake_fail(world->intake, time_ms, "refused");
		return;
	}
	metric_page_init(&page);
	metric_page_gauge(&page, "answer", NULL, 42);
	intake_page(world->intake, time_ms, &page.text, false, world->reason);
	metric_page_release(&page);
}

static void end(struct collector *collector)
{
	intake_free(((struct world *)collector->own)->intake);
}

static const struct collector_ops ops = { .start = start, .free = end };

static void on_change(void *user)
{
	loop_stop(((struct world *)user)->loop);
}

static void open_world(struct world *world, int64_t interval_ms)
{
	struct collect_entries none = { 0 };
	struct collect_config config = { .on_change = on_change, .user = world };
	struct intake_config intake = { 0 };
	struct option_strings more = { 0 };
	struct arena arena;

	config.loop = world->loop = loop_new(NULL);
	loop_drive(world->loop, BEGIN_MS);
	config.pool = world->pool = pool_new(world->loop, 2, NULL);
	config.store = world->store = store_new(NULL);
	world->collect = collect_new(&config, &none);
	world->collector = collector_add(world->collect, &ops, world, "fake", "job", "host:1", "", interval_ms);
	arena_init(&arena);
	intake.labels = intake_labels("job", "host:1", &more, &arena);
	world->intake = intake_new(world->collector, &intake);
	arena_release(&arena);
}

static void close_world(struct world *world)
{
	collect_free(world->collect);
	pool_free(world->pool);
	store_free(world->store);
	loop_free(world->loop);
}

/* Begin the first collection, and wait until it has gone through the pool. */
static void collect_first(struct world *world)
{
	loop_advance(world->loop, 1000);
	if (world->collector->state.running)
		loop_run(world->loop);
	cr_assert_not(world->collector->state.running);
	/* Where the grid of its interval lies is none of the test's business. */
	timer_stop(world->collector->timer);
}

/* The youngest sample of a metric; its time, 0 when there is none. */
static int64_t last_of(struct world *world, const char *name, double *ret_value)
{
	struct matcher matcher = { .label = "__name__", .value = name, .kind = MATCHER_EQUAL };
	struct selection *selection;
	struct reader *reader = reader_new();
	struct samples samples;
	int64_t time_ms = 0;

	selection = store_select(world->store, &matcher, 1, 0, BEGIN_MS + CLOCK_DAY, 0, NULL);
	cr_assert_not_null(selection);
	if (selection_count(selection)) {
		reader_samples(reader, selection, 0, 0, BEGIN_MS + CLOCK_DAY, &samples);
		time_ms = samples.times_ms[samples.count - 1];
		*ret_value = samples.values[samples.count - 1];
	}
	reader_free(reader);
	selection_free(selection);
	return time_ms;
}

Test(intake, what_comes_seldom_is_kept_alive)
{
	struct world world = { 0 };
	double value = 0;

	open_world(&world, 10 * CLOCK_MINUTE);
	collect_first(&world);
	loop_advance(world.loop, 8 * CLOCK_MINUTE);
	cr_assert_gt(last_of(&world, "answer", &value), BEGIN_MS + 7 * CLOCK_MINUTE);
	cr_assert_eq(value, 42);
	cr_assert_gt(last_of(&world, "up", &value), BEGIN_MS + 7 * CLOCK_MINUTE);
	cr_assert_eq(value, 1);
	cr_assert_eq(world.collector->state.runs, 1, "nobody was asked again");
	close_world(&world);
}

Test(intake, what_comes_often_is_not_repeated)
{
	struct world world = { 0 };
	double value = 0;

	open_world(&world, 2 * CLOCK_MINUTE);
	collect_first(&world);
	loop_advance(world.loop, 90 * CLOCK_SECOND);
	cr_assert_leq(last_of(&world, "answer", &value), BEGIN_MS + 1000);
	close_world(&world);
}

Test(intake, a_page_with_a_reason_is_stored_and_down)
{
	struct world world = { .reason = "degraded" };
	double value = 0;

	open_world(&world, 10 * CLOCK_MINUTE);
	collect_first(&world);
	cr_assert_eq(world.collector->state.health, COLLECTOR_FAILING);
	cr_assert_str_eq(world.collector->state.reason, "degraded");
	loop_advance(world.loop, 4 * CLOCK_MINUTE);
	last_of(&world, "answer", &value);
	cr_assert_eq(value, 42);
	last_of(&world, "up", &value);
	cr_assert_eq(value, 0, "repeated as it was");
	close_world(&world);
}

Test(intake, a_failure_is_repeated_as_one)
{
	struct world world = { .no_page = true };
	double value = 1;

	open_world(&world, 10 * CLOCK_MINUTE);
	collect_first(&world);
	loop_advance(world.loop, 4 * CLOCK_MINUTE);
	cr_assert_gt(last_of(&world, "up", &value), BEGIN_MS + 3 * CLOCK_MINUTE);
	cr_assert_eq(value, 0);
	cr_assert_eq(last_of(&world, "answer", &value), 0);
	close_world(&world);
}

Test(intake, failing_after_a_good_page_ends_its_series)
{
	struct world world = { 0 };
	double value = 0;

	open_world(&world, 10 * CLOCK_MINUTE);
	collect_first(&world);
	world.no_page = true;
	collect_retry(world.collect, 0);
	loop_advance(world.loop, 3 * CLOCK_MINUTE);
	last_of(&world, "answer", &value);
	cr_assert(value_is_stale(value));
	last_of(&world, "up", &value);
	cr_assert_eq(value, 0);
	close_world(&world);
}
