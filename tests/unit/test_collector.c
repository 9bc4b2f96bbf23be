#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "collect/collector.h"
#include "loop/loop.h"
#include "tsdb/store.h"

#define BEGIN_MS INT64_C(1700000000000)

/* A collector that ends at once, as the test says. */
struct world {
	struct loop *loop;
	struct store *store;
	struct feed *feed;
	struct collect *collect;
	struct collector *collector;
	const char *reason;
	unsigned started;
	int64_t last_ms;
};

static void start(struct collector *collector, int64_t time_ms)
{
	struct world *world = collector->own;

	world->started++;
	world->last_ms = time_ms;
	collector_done(collector, world->reason);
}

static void ignore(struct collector *collector)
{
	(void)collector;
}

static const struct collector_ops ops = { .start = start, .free = ignore };

static void open_world(struct world *world)
{
	struct collect_entries none = { 0 };
	struct collect_config config = { 0 };

	world->loop = loop_new(NULL);
	loop_drive(world->loop, BEGIN_MS);
	config.loop = world->loop;
	config.store = world->store = store_new(NULL);
	config.feed = world->feed = feed_new(0, 0);
	config.system = "polln";
	world->collect = collect_new(&config, &none);
	world->collector = collector_add(world->collect, &ops, world, "fake", "job", "host:1", "", 10000);
}

static void close_world(struct world *world)
{
	collect_free(world->collect);
	feed_free(world->feed);
	store_free(world->store);
	loop_free(world->loop);
}

static unsigned starts_within(struct world *world, int64_t ms)
{
	unsigned before = world->started;

	loop_advance(world->loop, ms);
	return world->started - before;
}

Test(collector, one_that_backs_off_is_asked_less_and_less)
{
	struct world world = { .reason = "refused" };

	open_world(&world);
	world.collector->backs_off = true;
	cr_assert_eq(starts_within(&world, 1000), 1);
	/* After one failure two intervals pass, then four, eight, and never more than five minutes. */
	cr_assert_leq(starts_within(&world, 20000), 1);
	cr_assert_leq(starts_within(&world, 10 * CLOCK_MINUTE), 6);
	cr_assert_leq(starts_within(&world, CLOCK_HOUR), 13);
	cr_assert_geq(starts_within(&world, CLOCK_HOUR), 10);
	world.reason = NULL;
	starts_within(&world, 6 * CLOCK_MINUTE);
	cr_assert_geq(starts_within(&world, CLOCK_MINUTE), 5, "it answers: the interval is the usual one again");
	close_world(&world);
}

Test(collector, without_backing_off_it_keeps_its_interval)
{
	struct world world = { .reason = "refused" };

	open_world(&world);
	starts_within(&world, 1000);
	cr_assert_eq(starts_within(&world, 10 * CLOCK_MINUTE), 60);
	close_world(&world);
}

Test(collector, failing_and_coming_back_are_events)
{
	struct world world = { .reason = "refused" };

	open_world(&world);
	starts_within(&world, 25000);
	cr_assert_eq(feed_count(world.feed), 1, "failing on is no news");
	cr_assert_str_eq(feed_at(world.feed, 0)->text, "fake fails: refused");
	cr_assert_str_eq(feed_at(world.feed, 0)->subject, "job host:1");
	cr_assert_str_eq(feed_at(world.feed, 0)->system, "polln");
	cr_assert_eq(feed_at(world.feed, 0)->kind, EVENT_SOURCE);
	cr_assert_eq(feed_at(world.feed, 0)->weight, EVENT_WARNING);
	world.reason = NULL;
	starts_within(&world, 25000);
	cr_assert_eq(feed_count(world.feed), 2);
	cr_assert(strstr(feed_at(world.feed, 1)->text, "answers again after"), "%s", feed_at(world.feed, 1)->text);
	cr_assert_eq(feed_at(world.feed, 1)->weight, EVENT_GOOD);
	close_world(&world);
}

Test(collector, the_first_good_one_is_no_event)
{
	struct world world = { .reason = NULL };

	open_world(&world);
	starts_within(&world, 60000);
	cr_assert_eq(feed_count(world.feed), 0);
	close_world(&world);
}

Test(collector, absent_is_not_failing)
{
	struct world world = { .reason = NULL };
	struct collector_state state;

	open_world(&world);
	world.collector->absent = true;
	starts_within(&world, 1000);
	collect_get_state(world.collect, 0, &state);
	cr_assert_eq(state.health, COLLECTOR_ABSENT);
	cr_assert_eq(collect_failing(world.collect), 0);
	cr_assert_eq(collect_waiting(world.collect), 0);
	close_world(&world);
}

Test(collector, one_alone_is_asked_again)
{
	struct world world = { .reason = NULL };

	open_world(&world);
	starts_within(&world, 1000);
	collect_retry(world.collect, 0);
	cr_assert_eq(world.started, 2);
	cr_assert_eq(world.last_ms, BEGIN_MS + 1000);
	close_world(&world);
}

Test(collector, answers_are_kept_from_their_beginning)
{
	struct world world = { .reason = NULL };
	static char large[COLLECTOR_RAW_BYTES + 5];
	size_t length, whole;

	open_world(&world);
	cr_assert_null(collect_raw(world.collect, 0, &length, &whole));
	memset(large, 'x', sizeof(large));
	collector_set_raw(world.collector, large, sizeof(large));
	cr_assert_not_null(collect_raw(world.collect, 0, &length, &whole));
	cr_assert_eq(length, COLLECTOR_RAW_BYTES);
	cr_assert_eq(whole, sizeof(large));
	collector_set_raw(world.collector, "a\0b", 3);
	cr_assert_arr_eq(collect_raw(world.collect, 0, &length, &whole), "a\0b", 4);
	cr_assert_eq(length, 3);
	cr_assert_null(collect_detail(world.collect, 0));
	collector_set_detail(world.collector, detail_new(5));
	cr_assert_eq(collect_detail(world.collect, 0)->time_ms, 5);
	collector_set_detail(world.collector, detail_new(6));
	cr_assert_eq(collect_detail(world.collect, 0)->time_ms, 6);
	close_world(&world);
}
