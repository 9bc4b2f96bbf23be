#include "store_fixture.h"

#include <math.h>

#include "tsdb/bulk.h"

static struct store *store;
static struct reader *reader;

static void setup(void)
{
	store = store_new(NULL);
	reader = reader_new();
}

static void teardown(void)
{
	reader_free(reader);
	store_free(store);
}

TestSuite(bulk, .init = setup, .fini = teardown);

static struct labels metric(const struct label items[static 2])
{
	return (struct labels){ .items = items, .count = 2 };
}

#define SERIES(i) metric((const struct label[]){ { "__name__", "m" }, { "i", i } })

#define COUNT 2160

/* Every 10 s up to `end_ms`, value 1, 2, ... */
static void make_run(int64_t end_ms, int64_t step_ms, size_t count, int64_t *times_ms, double *values)
{
	for (size_t i = 0; i < count; i++) {
		times_ms[i] = end_ms - (int64_t)(count - 1 - i) * step_ms;
		values[i] = (double)i + 1;
	}
}

Test(bulk, before_and_behind_scrapes_and_shared_times)
{
	struct timeline *timeline = timeline_new(store);
	struct labels a = SERIES("a"), b = SERIES("b"), c = SERIES("c");
	struct store_series *live = hold(store, a);
	struct bulk *bulk = bulk_new(store, NULL);
	static int64_t times[COUNT];
	static double values[COUNT];
	struct selection *selection;
	struct samples one, two, three;
	struct bulk_state state;
	uint64_t key;

	make_run(100 * HOUR, 10 * SECOND, COUNT, times, values);
	timeline_advance(store, timeline, 100 * HOUR - 5 * SECOND);
	store_append(store, live, timeline, 7777);
	cr_expect_eq(bulk_series(bulk, &a, times, values, COUNT), COUNT - 1, "the last is not older than the scrape");
	cr_expect_eq(bulk_series(bulk, &b, times, values, COUNT), COUNT);
	cr_expect_eq(bulk_series(bulk, &c, times + 500, values, 1000), 1000);
	bulk_get_state(bulk, &state);
	cr_expect_eq(state.series, 3);
	cr_expect_eq(state.samples, 2 * COUNT + 999);
	cr_expect_eq(state.left_out, 1);
	cr_expect_eq(state.oldest_ms, times[0]);
	bulk_free(bulk);
	timeline_advance(store, timeline, 100 * HOUR + 10 * SECOND);
	store_append(store, live, timeline, 8888);
	store_release(store, live);
	cr_expect_eq(state_of(store).samples, 2 * COUNT + 1001);
	cr_expect_eq(state_of(store).oldest_ms, times[0]);

	selection = select_metric(store, "m");
	reader_samples(reader, selection, 0, 0, 200 * HOUR, &one);
	cr_assert_eq(one.count, COUNT + 1);
	cr_expect_eq(one.values[COUNT - 2], COUNT - 1);
	cr_expect_eq(one.values[COUNT - 1], 7777);
	cr_expect_eq(one.values[COUNT], 8888);
	cr_expect_eq(one.times_ms[COUNT - 1], 100 * HOUR - 5 * SECOND);
	for (size_t i = 0; i + 1 < COUNT; i++)
		cr_assert(one.times_ms[i] == times[i] && one.values[i] == values[i]);
	reader_samples(reader, selection, 0, times[700], times[800], &one);
	key = one.times_key;
	cr_expect_neq(key, 0);
	reader_samples(reader, selection, 1, times[700], times[800], &two);
	cr_expect_eq(two.times_key, key, "equal times share a timeline");
	reader_samples(reader, selection, 2, times[700], times[800], &three);
	cr_expect_eq(three.times_key, key, "also where the run is a part of it");
	cr_expect_eq(three.count, 101);
	cr_expect_eq(three.values[0], 201);
	selection_free(selection);
	timeline_release(store, timeline);
}

Test(bulk, several_runs_come_youngest_first)
{
	struct bulk *bulk = bulk_new(store, NULL);
	struct labels a = SERIES("a");
	const int64_t young[] = { 5000, 6000 }, old[] = { 1000, 3000, 2000, 3000, 4000, 5000 };
	const double values[] = { 1, 2, 3, 4, 5, 6 };

	cr_expect_eq(bulk_series(bulk, &a, young, values, 2), 2);
	cr_expect_eq(bulk_series(bulk, &a, old, values, 6), 3, "not ascending, or not older than what is there");
	cr_expect_eq(bulk_series(bulk, &a, young, values, 2), 0);
	cr_expect_eq(bulk_series(bulk, &a, young, values, 0), 0);
	bulk_free(bulk);
	expect_dump(store, "m", "m{i=\"a\"} 1000:1 3000:2 4000:5 5000:1 6000:2\n");
}

Test(bulk, refused_and_empty)
{
	struct store_limits limits = { .series = 1 };
	struct store *small = store_new(&limits);
	struct bulk *bulk = bulk_new(small, NULL);
	struct labels a = SERIES("a"), b = SERIES("b");
	const int64_t time_ms = 1000;
	const double value = 1;
	struct bulk_state state;

	cr_expect_eq(bulk_series(bulk, &a, &time_ms, &value, 0), 0);
	cr_expect_eq(state_of(small).series, 0, "nothing came of it");
	cr_expect_eq(bulk_series(bulk, &a, &time_ms, &value, 1), 1);
	cr_expect_eq(bulk_series(bulk, &b, &time_ms, &value, 1), -1);
	bulk_get_state(bulk, &state);
	cr_expect_eq(state.refused_series, 1);
	bulk_free(bulk);
	store_free(small);
}

Test(bulk, thinned_points_become_buckets)
{
	struct bulk_options options = { .thinned = true, .stands_for = 120 };
	struct bulk *bulk = bulk_new(store, NULL), *thinned = bulk_new(store, &options);
	struct labels a = SERIES("a");
	static int64_t times[COUNT];
	static double values[COUNT];
	struct selection *selection;
	struct buckets buckets;
	struct samples samples;

	make_run(1000 * HOUR, 10 * SECOND, COUNT, times, values);
	cr_assert_eq(bulk_series(bulk, &a, times, values, COUNT), COUNT);
	make_run(994 * HOUR, 10 * MINUTE, COUNT, times, values);
	cr_assert_eq(bulk_series(thinned, &a, times, values, COUNT), COUNT);
	make_run(times[0] - 10 * MINUTE, 10 * MINUTE, 500, times, values);
	cr_assert_eq(bulk_series(thinned, &a, times, values, 500), 500);
	bulk_free(thinned);
	bulk_free(bulk);
	cr_expect_eq(state_of(store).buckets, COUNT + 500);
	cr_expect_eq(state_of(store).samples, COUNT);
	cr_expect_lt(state_of(store).bucket_bytes, 10 * state_of(store).buckets);

	selection = select_metric(store, "m");
	cr_expect_eq(selection_raw_from_ms(selection, 0), 994 * HOUR + 1);
	cr_expect_eq(selection_history_from_ms(selection, 0), times[0]);
	reader_samples(reader, selection, 0, INT64_MIN, INT64_MAX, &samples);
	cr_expect_eq(samples.count, COUNT);
	reader_buckets(reader, selection, 0, INT64_MIN, INT64_MAX, &buckets);
	cr_assert_eq(buckets.count, COUNT + 500);
	for (size_t i = 0; i < buckets.count; i++) {
		double value = i < 500 ? (double)i + 1 : (double)i - 499;

		cr_assert_eq(buckets.end_ms[i], times[0] + (int64_t)i * 10 * MINUTE);
		cr_assert(buckets.first_ms[i] == buckets.end_ms[i] && buckets.last_ms[i] == buckets.end_ms[i]);
		cr_assert(buckets.samples[i] == 120 && buckets.sum[i] == value * 120 && buckets.resets[i] == 0);
		cr_assert(buckets.min[i] == value && buckets.max[i] == value && buckets.first[i] == value &&
			  buckets.last[i] == value);
	}
	reader_buckets(reader, selection, 0, times[0] + HOUR, times[0] + 2 * HOUR, &buckets);
	cr_assert_eq(buckets.count, 6);
	cr_expect_eq(buckets.end_ms[0], times[0] + HOUR + 10 * MINUTE);
	selection_free(selection);
}

Test(bulk, sparse_points_are_thinned_unasked)
{
	struct bulk *bulk = bulk_new(store, NULL);
	struct labels a = SERIES("a");
	int64_t times[50];
	double values[50];

	make_run(1000 * HOUR, 15 * MINUTE, 50, times, values);
	cr_assert_eq(bulk_series(bulk, &a, times, values, 50), 50);
	cr_expect_eq(state_of(store).samples, 0);
	cr_expect_eq(state_of(store).buckets, 50);
	bulk_free(bulk);
}

/* What is put in front of buckets joins the oldest of them, also while a selection looks. */
Test(bulk, after_ageing_began)
{
	struct timeline *timeline = timeline_new(store);
	struct labels a = SERIES("a");
	struct store_series *live = hold(store, a);
	int64_t begin = 1000 * HOUR + 4 * MINUTE, now = begin;
	struct selection *before;
	struct buckets buckets;
	int64_t times[24];
	double values[24];
	struct bulk *bulk;

	for (int i = 0; i < 8 * 60 * 4; i++, now += 15 * SECOND) {
		timeline_advance(store, timeline, now);
		store_append(store, live, timeline, 1000 + i);
	}
	age_all(store, now);
	before = select_metric(store, "m");
	reader_buckets(reader, before, 0, INT64_MIN, INT64_MAX, &buckets);
	cr_expect_eq(buckets.end_ms[0], 1000 * HOUR + 10 * MINUTE);
	cr_expect_eq(buckets.samples[0], 25);
	size_t count = buckets.count, samples = state_of(store).samples;

	bulk = bulk_new(store, NULL);
	make_run(begin - 15 * SECOND, 15 * SECOND, 24, times, values);
	cr_expect_eq(bulk_series(bulk, &a, times, values, 24), 24);
	bulk_free(bulk);
	cr_expect_eq(state_of(store).samples, samples, "nothing is raw in front of buckets");
	cr_expect_eq(state_of(store).buckets, count + 1);
	reader_buckets(reader, before, 0, INT64_MIN, INT64_MAX, &buckets);
	cr_expect_eq(buckets.count, count);
	cr_expect_eq(buckets.samples[0], 25);
	selection_free(before);

	before = select_metric(store, "m");
	reader_buckets(reader, before, 0, INT64_MIN, INT64_MAX, &buckets);
	cr_assert_eq(buckets.count, count + 1);
	cr_expect_eq(buckets.end_ms[0], 1000 * HOUR);
	cr_expect_eq(buckets.samples[0], 9);
	cr_expect_eq(buckets.samples[1], 40);
	cr_expect_eq(buckets.sum[1], 15 * (10 + 24) / 2. + 25 * (1000 + 1024) / 2.);
	cr_expect_eq(buckets.first[1], 10);
	cr_expect_eq(buckets.min[1], 10);
	cr_expect_eq(buckets.max[1], 1024);
	cr_expect_eq(buckets.last[1], 1024);
	cr_expect_eq(buckets.first_ms[1], begin - 15 * 15 * SECOND);
	selection_free(before);
	store_release(store, live);
	timeline_release(store, timeline);
}
