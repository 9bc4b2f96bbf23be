/* Instant selectors: look-back, staleness, offset and @. */
#include "eval_fixture.h"

static struct store *store;

static void set_up(void)
{
	store = store_new(NULL);
	load(store, "a{x=\"1\"}", 60000, "0+1x20");
	load(store, "a{x=\"2\"}", 60000, "0 1 2 stale _ 5 _x5 11");
	load(store, "b", 60000, "NaN 1");
}

static void tear_down(void)
{
	store_free(store);
}

TestSuite(eval_select, .init = set_up, .fini = tear_down);

Test(eval_select, newest_sample)
{
	expect_at(store, "a", 0, "vector a{x=\"1\"} 0@0, a{x=\"2\"} 0@0");
	expect_at(store, "a", 59.999, "vector a{x=\"1\"} 0@59.999, a{x=\"2\"} 0@59.999");
	expect_at(store, "a", 60, "vector a{x=\"1\"} 1@60, a{x=\"2\"} 1@60");
	expect_at(store, "a{x!=\"1\"}", 60, "vector a{x=\"2\"} 1@60");
	expect_at(store, "a", -0.001, "vector");
	expect_at(store, "nothing", 60, "vector");
	expect_at(store, "b", 0, "vector b nan@0");
}

Test(eval_select, marker_ends_it)
{
	expect_at(store, "a", 179.999, "vector a{x=\"1\"} 2@179.999, a{x=\"2\"} 2@179.999");
	expect_at(store, "a", 180, "vector a{x=\"1\"} 3@180");
	expect_at(store, "a", 299, "vector a{x=\"1\"} 4@299");
	expect_at(store, "a", 300, "vector a{x=\"1\"} 5@300, a{x=\"2\"} 5@300");
}

Test(eval_select, look_back_is_open_or_closed)
{
	expect_at(store, "a", 599.999, "vector a{x=\"1\"} 9@599.999, a{x=\"2\"} 5@599.999");
	expect_at(store, "a", 600, "vector a{x=\"1\"} 10@600");
	expect_closed_at(store, "a", 600, "vector a{x=\"1\"} 10@600, a{x=\"2\"} 5@600");
	expect_closed_at(store, "a", 600.001, "vector a{x=\"1\"} 10@600.001");
}

Test(eval_select, look_back_asked_for)
{
	struct promql_options options = { .start_ms = 119000, .end_ms = 119000, .lookback_ms = 58000 };

	expect_answer(store, "b", &options, "vector");
	options.lookback_ms = 59000;
	expect_answer(store, "b", &options, "vector b 1@119");
	options.left_open = true;
	expect_answer(store, "b", &options, "vector");
}

Test(eval_select, steps)
{
	expect_range(store, "a", 0, 300, 100, "range a{x=\"1\"} 0@0 1@100 3@200 5@300, a{x=\"2\"} 0@0 1@100 5@300");
	expect_range(store, "a{x=\"2\"}", 180, 240, 60, "range");
	expect_range(store, "a{x=\"2\"}", 0, 59, 60, "range a{x=\"2\"} 0@0");
	expect_range(store, "a", 60, 0, 60, "range");
}

Test(eval_select, offset)
{
	expect_at(store, "a offset 1m", 120, "vector a{x=\"1\"} 1@120, a{x=\"2\"} 1@120");
	expect_at(store, "a offset -1m", 0, "vector a{x=\"1\"} 1@0, a{x=\"2\"} 1@0");
	expect_range(store, "a{x=\"1\"} offset 90s", 60, 180, 60, "range a{x=\"1\"} 0@120 1@180");
	expect_range(store, "a{x=\"1\"} offset -20m", 0, 600, 300, "range a{x=\"1\"} 20@0 20@300");
}

Test(eval_select, at)
{
	expect_at(store, "a @ 60", 1000, "vector a{x=\"1\"} 1@1000, a{x=\"2\"} 1@1000");
	expect_at(store, "a{x=\"1\"} @ 120 offset 1m", 0, "vector a{x=\"1\"} 1@0");
	expect_at(store, "a{x=\"1\"} offset 1m @ 120", 0, "vector a{x=\"1\"} 1@0");
	expect_range(store, "a{x=\"1\"} @ 120", 0, 120, 60, "range a{x=\"1\"} 2@0 2@60 2@120");
	expect_range(store, "a{x=\"1\"} @ start()", 60, 180, 60, "range a{x=\"1\"} 1@60 1@120 1@180");
	expect_range(store, "a{x=\"1\"} @ end()", 60, 180, 60, "range a{x=\"1\"} 3@60 3@120 3@180");
	expect_range(store, "a{x=\"1\"} @ end() offset 2m", 60, 180, 60, "range a{x=\"1\"} 1@60 1@120 1@180");
	expect_range(store, "a @ 180", 0, 60, 60, "range a{x=\"1\"} 3@0 3@60");
	expect_range(store, "a{x=\"1\"} - a{x=\"1\"} @ 0", 60, 120, 60, "range {x=\"1\"} 1@60 2@120");
}

Test(eval_select, timestamp)
{
	expect_at(store, "timestamp(a)", 70, "vector {x=\"1\"} 60@70, {x=\"2\"} 60@70");
	expect_at(store, "timestamp(a offset 1m)", 130, "vector {x=\"1\"} 60@130, {x=\"2\"} 60@130");
	expect_range(store, "timestamp(a{x=\"1\"} @ 120 offset 1m)", 600, 660, 60, "range {x=\"1\"} 60@600 60@660");
	expect_range(store, "timestamp(a{x=\"2\"})", 110, 230, 60, "range {x=\"2\"} 60@110 120@170");
	expect_at(store, "timestamp(a{x=\"1\"} + 0)", 70, "vector {x=\"1\"} 70@70");
	expect_at(store, "timestamp((a{x=\"1\"}))", 70, "vector {x=\"1\"} 60@70");
	/* Prometheus 2 forgets the offset, but not which samples it chose. */
	expect_at(store, "timestamp(a{x=\"1\"} @ 120 offset -1m)", 0, "vector {x=\"1\"} 180@0");
	expect_closed_at(store, "timestamp(a{x=\"1\"} @ 120 offset -1m)", 0, "vector {x=\"1\"} 120@0");
	expect_closed_at(store, "timestamp(a{x=\"1\"} @ 600 offset 6m)", 0, "vector");
}

Test(eval_select, series_with_equal_times)
{
	struct labels labels[2];
	struct store_series *series[2];
	struct arena arena = { 0 };
	struct timeline *timeline = timeline_new(store);

	labels[0] = labels_make(&arena, (struct label[]){ { "__name__", "c" }, { "x", "1" } }, 2);
	labels[1] = labels_make(&arena, (struct label[]){ { "__name__", "c" }, { "x", "2" } }, 2);
	for (size_t i = 0; i < 2; i++)
		series[i] = store_hold(store, &labels[i]);
	for (int64_t at = 0; at < 5; at++) {
		timeline_advance(store, timeline, at * 60000);
		store_append(store, series[0], timeline, (double)at);
		if (at < 3)
			store_append(store, series[1], timeline, at == 2 ? value_stale() : (double)at * 10);
	}
	expect_range(store, "c", 0, 240, 60, "range c{x=\"1\"} 0@0 1@60 2@120 3@180 4@240, c{x=\"2\"} 0@0 10@60");
	for (size_t i = 0; i < 2; i++)
		store_release(store, series[i]);
	timeline_release(store, timeline);
	arena_release(&arena);
}
