#include "store_fixture.h"

#include <stdio.h>

#include "base/clock.h"

static struct store *store;
static struct timeline *timeline;

static void setup_with(const struct store_limits *limits)
{
	store = store_new(limits);
	timeline = timeline_new(store);
}

static void setup(void)
{
	setup_with(NULL);
}

static void teardown(void)
{
	timeline_release(store, timeline);
	store_free(store);
}

TestSuite(store, .fini = teardown);

/* One scrape: the same value for all of the series. */
static void scrape(int64_t time_ms, struct store_series **series, size_t count, double value)
{
	cr_assert(timeline_advance(store, timeline, time_ms));
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(store_append(store, series[i], timeline, value), STORE_OK);
}

Test(store, starts_empty_with_defaults)
{
	struct store_state state;

	setup();
	state = state_of(store);
	cr_expect_eq(state.series, 0);
	cr_expect_eq(state.oldest_ms, INT64_MAX);
	cr_expect_eq(state.newest_ms, INT64_MIN);
	cr_expect_eq(store_get_limits(store)->raw_ms, 6 * HOUR);
	cr_expect_eq(store_get_limits(store)->keep_ms, 35 * DAY);
	cr_expect_eq(store_get_limits(store)->bucket_ms, 10 * MINUTE);
	cr_expect_eq(store_get_limits(store)->series, 200000);
	cr_expect(store_age(store, 0));
	cr_expect_eq(store_job_oldest_ms(store, "a"), INT64_MAX);
	expect_dump(store, NULL, "");
}

Test(store, one_series_for_equal_labels)
{
	struct store_series *a, *b, *c;
	int64_t time_ms;
	double value;

	setup();
	a = hold(store, SET({ "__name__", "m" }, { "x", "1" }));
	b = hold(store, SET({ "x", "1" }, { "__name__", "m" }));
	c = hold(store, SET({ "x", "2" }, { "__name__", "m" }));
	cr_expect_eq(a, b);
	cr_expect_neq(a, c);
	cr_expect(store_series_is_new(a));
	cr_expect(!store_series_last(a, &time_ms, &value));
	cr_expect_eq(state_of(store).series, 2);
	cr_expect_eq(state_of(store).label_names, 2);
	cr_expect_eq(state_of(store).label_pairs, 3);
	cr_expect(store_knows_metric(store, "m"));
	cr_expect(!store_knows_metric(store, "n"));
	cr_expect_str_eq(labels_get(store_series_labels(c), "x"), "2");
	scrape(1000, &a, 1, 5);
	cr_expect(!store_series_is_new(a));
	cr_expect(store_series_last(a, &time_ms, &value));
	cr_expect_eq(time_ms, 1000);
	cr_expect_eq(value, 5);
	store_release(store, a);
	store_release(store, b);
	store_release(store, c);
	cr_expect(store_age(store, 1000));
	cr_expect_eq(state_of(store).series, 1, "what never had a sample goes when nobody holds it");
	cr_expect_eq(state_of(store).label_pairs, 2);
}

Test(store, out_of_order_and_duplicates_as_prometheus)
{
	struct store_series *a;

	setup();
	a = hold(store, SET({ "__name__", "m" }));
	scrape(1000, &a, 1, 1);
	cr_expect_eq(store_append(store, a, timeline, 1), STORE_OK, "the same again");
	cr_expect_eq(store_append(store, a, timeline, 2), STORE_DUPLICATE);
	cr_expect(!timeline_advance(store, timeline, 1000));
	cr_expect(!timeline_advance(store, timeline, 999));
	cr_expect_eq(store_append_at(store, a, 500, 1), STORE_OUT_OF_ORDER);
	cr_expect_eq(store_append_at(store, a, 1000, 1), STORE_OK);
	cr_expect_eq(store_append_at(store, a, 1000, 3), STORE_DUPLICATE);
	cr_expect_eq(store_append_at(store, a, 3000, 3), STORE_OK);
	timeline_advance(store, timeline, 2000);
	cr_expect_eq(store_append(store, a, timeline, 2), STORE_OUT_OF_ORDER);
	timeline_advance(store, timeline, 4000);
	cr_expect_eq(store_append(store, a, timeline, value_stale()), STORE_OK);
	cr_expect_eq(store_append(store, a, timeline, value_stale()), STORE_OK);
	cr_expect_eq(store_append(store, a, timeline, value_from_bits(VALUE_NAN_BITS)), STORE_DUPLICATE);
	cr_expect_eq(store_append_at(store, a, INT64_MAX, 1), STORE_OUT_OF_ORDER, "no time at all");
	expect_dump(store, "m", "m 1000:1 3000:3 4000:STALE\n");
	cr_expect_eq(state_of(store).duplicates, 3);
	cr_expect_eq(state_of(store).out_of_order, 3);
	cr_expect_eq(state_of(store).appended, 3);
	cr_expect_eq(state_of(store).samples, 3);
	store_release(store, a);
}

Test(store, pauses_and_timelines_of_several_targets)
{
	struct store_series *both[2];
	struct timeline *other;

	setup();
	other = timeline_new(store);
	both[0] = hold(store, SET({ "__name__", "m" }, { "i", "0" }));
	both[1] = hold(store, SET({ "__name__", "m" }, { "i", "1" }));
	scrape(10, both, 2, 1);
	scrape(20, both, 1, 2);
	scrape(30, both, 2, 3);
	timeline_advance(store, other, 35);
	cr_expect_eq(store_append(store, both[1], other, 4), STORE_OK);
	scrape(40, both, 2, 5);
	for (int i = 0; i < 20; i++) { /* two targets by turns: the series gets times of its own */
		timeline_advance(store, other, 45 + 10 * i);
		store_append(store, both[1], other, 4);
		scrape(50 + 10 * i, both + 1, 1, 5);
	}
	timeline_release(store, other);
	store_release(store, both[0]);
	store_release(store, both[1]);
	struct selection *selection = select_metric(store, "m");
	struct reader *reader = reader_new();
	struct samples samples;

	reader_samples(reader, selection, 0, 0, 1000, &samples);
	cr_expect_eq(samples.count, 4);
	reader_samples(reader, selection, 1, 0, 1000, &samples);
	cr_assert_eq(samples.count, 44);
	for (size_t i = 3; i < 44; i++) {
		cr_expect_eq(samples.times_ms[i], 40 + 5 * ((int64_t)i - 3));
		cr_expect_eq(samples.values[i], i % 2 ? 5 : 4);
	}
	reader_free(reader);
	selection_free(selection);
}

Test(store, series_limit_refuses)
{
	struct store_limits limits = { .series = 2 };
	struct store_series *a, *b;

	setup_with(&limits);
	a = hold(store, SET({ "__name__", "a" }));
	b = hold(store, SET({ "__name__", "b" }));
	cr_expect_null(hold(store, SET({ "__name__", "c" })));
	cr_expect(state_of(store).full_series);
	cr_expect_eq(state_of(store).refused_series, 1);
	cr_expect_eq(hold(store, SET({ "__name__", "a" })), a, "known ones stay known");
	store_release(store, a);
	store_release(store, b);
	cr_expect(store_age(store, 0));
	b = hold(store, SET({ "__name__", "c" }));
	cr_expect_not_null(b);
	cr_expect(!state_of(store).full_series);
	store_release(store, a);
	store_release(store, b);
}

Test(store, samples_fold_then_go_then_the_series_goes)
{
	struct store_series *a;
	int64_t now = 100 * HOUR;

	setup();
	a = hold(store, SET({ "__name__", "m" }, { "job", "j" }));
	for (int i = 0; i < 60; i++, now += MINUTE)
		scrape(now, &a, 1, i);
	store_release(store, a);
	cr_expect_eq(store_job_oldest_ms(store, "j"), 100 * HOUR);
	age_all(store, now);
	cr_expect_eq(state_of(store).samples, 60);
	age_all(store, now + 6 * HOUR);
	cr_expect_eq(state_of(store).samples, 0);
	cr_expect_eq(state_of(store).buckets, 7);
	cr_expect_gt(state_of(store).bucket_bytes, 0);
	cr_expect_eq(state_of(store).oldest_ms, 100 * HOUR);
	age_all(store, now + 35 * DAY - 30 * MINUTE);
	cr_expect_eq(state_of(store).buckets, 3);
	cr_expect_eq(state_of(store).oldest_ms, 100 * HOUR + 31 * MINUTE);
	cr_expect_eq(store_job_oldest_ms(store, "j"), 100 * HOUR + 31 * MINUTE);
	cr_expect_eq(state_of(store).series, 1);
	age_all(store, now + 36 * DAY);
	cr_expect_eq(state_of(store).series, 0);
	cr_expect_eq(state_of(store).label_names, 0);
	cr_expect_eq(state_of(store).bucket_bytes, 0);
	cr_expect_eq(state_of(store).oldest_ms, INT64_MAX);
	cr_expect_eq(store_job_oldest_ms(store, "j"), INT64_MAX);
	cr_expect_eq(state_of(store).dropped_buckets, 0, "by age, not by a limit");
	cr_expect(!store_knows_metric(store, "m"));
}

Test(store, sample_limit_thins_the_oldest_of_all)
{
	struct store_limits limits = { .samples = 4000 };
	struct store_series *series[20];
	struct store_state state;
	int64_t now = 100 * HOUR;

	setup_with(&limits);
	for (size_t i = 0; i < 20; i++) {
		char name[8];

		snprintf(name, sizeof(name), "m%zu", i);
		series[i] = hold(store, SET({ "__name__", name }));
	}
	for (int i = 0; i < 1000; i++, now += 15 * SECOND) {
		scrape(now, series, 20, i);
		if (i % 4 == 0)
			age_all(store, now);
	}
	age_all(store, now);
	state = state_of(store);
	cr_expect_leq(state.samples, 4000);
	cr_expect_geq(state.samples, 1000);
	cr_expect(state.full_samples);
	cr_expect_eq(state.dropped_samples, 20000 - state.samples);
	cr_expect_gt(state.buckets, 0, "what went is thinned, not lost");
	cr_expect_eq(state.oldest_ms, 100 * HOUR);
	for (size_t i = 0; i < 20; i++)
		store_release(store, series[i]);
	age_all(store, now + 5 * HOUR);
	cr_expect_eq(state_of(store).samples, state.samples);
	age_all(store, now + 7 * HOUR);
	age_all(store, now + 7 * HOUR);
	cr_expect(!state_of(store).full_samples);
	cr_expect_eq(state_of(store).dropped_samples, state.dropped_samples);
}

Test(store, bucket_limit_drops_the_oldest_of_all)
{
	struct store_limits limits = { .buckets = 600, .raw_ms = 10 * MINUTE, .bucket_ms = MINUTE, .keep_ms = DAY };
	struct store_series *both[2];
	struct store_state state;
	int64_t now = 100 * HOUR;

	setup_with(&limits);
	both[0] = hold(store, SET({ "__name__", "a" }));
	both[1] = hold(store, SET({ "__name__", "b" }));
	for (int i = 0; i < 4000; i++, now += 15 * SECOND) {
		scrape(now, both, 2, i);
		age_all(store, now);
	}
	state = state_of(store);
	cr_expect_leq(state.buckets, 602);
	cr_expect_geq(state.buckets, 500);
	cr_expect(state.full_buckets);
	cr_expect_gt(state.dropped_buckets, 1000);
	cr_expect_gt(state.oldest_ms, now - 6 * HOUR);
	store_release(store, both[0]);
	store_release(store, both[1]);
}

Test(store, ageing_is_done_in_pieces)
{
	enum { COUNT = 20000 };
	struct store_series **series = calloc(COUNT, sizeof(*series));
	int64_t now = 100 * HOUR, began, longest = 0;
	size_t calls = 0;
	bool through;

	setup();
	for (size_t i = 0; i < COUNT; i++) {
		char number[12];

		snprintf(number, sizeof(number), "%zu", i);
		series[i] = hold(store, SET({ "__name__", "m" }, { "i", number }));
	}
	for (int i = 0; i < 10; i++, now += 15 * SECOND)
		scrape(now, series, COUNT, i);
	for (size_t i = 0; i < COUNT; i++)
		store_release(store, series[i]);
	do {
		began = clock_monotonic_ns();
		through = store_age(store, now + 7 * HOUR);
		began = clock_monotonic_ns() - began;
		longest = began > longest ? began : longest;
		calls++;
	} while (!through);
	cr_expect_gt(calls, 2);
	cr_expect_lt(longest, 100 * 1000 * 1000, "one call took %ld us", (long)(longest / 1000));
	cr_expect_eq(state_of(store).samples, 0);
	age_all(store, now + 40 * DAY);
	cr_expect_eq(state_of(store).series, 0);
	cr_expect_lt(state_of(store).bytes, 4 * 1024 * 1024);
	free(series);
}

Test(store, memory_is_what_the_samples_need)
{
	enum { COUNT = 200, SCRAPES = 1440 };
	struct store_series *series[COUNT];
	struct store_state state;
	int64_t now = 100 * HOUR;

	setup();
	for (size_t i = 0; i < COUNT; i++) {
		char number[12];

		snprintf(number, sizeof(number), "%zu", i);
		series[i] = hold(store, SET({ "__name__", "node_cpu_seconds_total" }, { "cpu", number },
					    { "job", "node" }, { "instance", "localhost:9100" }));
	}
	for (int i = 0; i < SCRAPES; i++, now += 15 * SECOND) {
		cr_assert(timeline_advance(store, timeline, now + i % 3));
		for (size_t k = 0; k < COUNT; k++)
			store_append(store, series[k], timeline, k % 2 ? 7.0 : 100.0 + 0.25 * i);
	}
	state = state_of(store);
	cr_expect_eq(state.samples, COUNT * SCRAPES);
	cr_expect_lt(state.bytes, state.samples * 3 / 2, "%zu bytes for %zu samples", state.bytes, state.samples);
	cr_expect_gt(state.sample_bytes, COUNT * 32 * sizeof(double), "open buffers count");
	for (size_t i = 0; i < COUNT; i++)
		store_release(store, series[i]);
}

/* ---- look-ups ---- */

static const char **texts;
static size_t text_count;

static void expect_texts(int status, const char *expected)
{
	struct strbuf joined = STRBUF_INIT;

	cr_expect_eq(status, 0);
	for (size_t i = 0; status == 0 && i < text_count; i++)
		strbuf_addf(&joined, "%s%s", i ? " " : "", texts[i]);
	cr_expect_str_eq(joined.text, expected, "%s", joined.text);
	strbuf_release(&joined);
}

/* Forgetting a series takes it out of lists that name them all: the walk must not do too much of it at once. */
Test(store, forgetting_many_is_done_in_pieces)
{
	struct store_series *held[3000];
	char number[16];
	size_t calls = 1;

	setup();
	for (int i = 0; i < 3000; i++) {
		snprintf(number, sizeof(number), "%d", i);
		held[i] = hold(store, SET({ "__name__", "m" }, { "i", number }));
	}
	for (int i = 0; i < 3000; i++)
		store_release(store, held[i]);
	cr_expect_eq(state_of(store).series, 3000, "letting go costs nothing");
	while (!store_age(store, 1000))
		calls++;
	cr_expect_gt(calls, 2);
	cr_expect_eq(state_of(store).series, 0);
	cr_expect_eq(state_of(store).label_pairs, 0);
}

Test(store, names_values_and_series)
{
	struct store_series *series[4];
	struct arena arena = { 0 };
	struct matcher up = { .label = "__name__", .value = "up", .kind = MATCHER_EQUAL };
	struct labels *sets;
	size_t count;

	setup();
	series[0] = hold(store, SET({ "__name__", "up" }, { "job", "b" }));
	series[1] = hold(store, SET({ "__name__", "up" }, { "job", "a" }));
	series[2] = hold(store, SET({ "__name__", "down" }, { "job", "c" }, { "z", "1" }));
	series[3] = hold(store, SET({ "__name__", "silent" }, { "job", "d" }));
	scrape(1000, series, 2, 1);
	scrape(5000, series + 1, 2, 1);
	expect_texts(store_label_names(store, NULL, 0, 0, 9000, 0, &arena, &texts, &text_count), "__name__ job z");
	expect_texts(store_label_names(store, &up, 1, 0, 9000, 0, &arena, &texts, &text_count), "__name__ job");
	expect_texts(store_label_values(store, "job", NULL, 0, 0, 9000, 0, &arena, &texts, &text_count), "a b c");
	expect_texts(store_label_values(store, "job", &up, 1, 0, 9000, 0, &arena, &texts, &text_count), "a b");
	expect_texts(store_label_values(store, "job", &up, 1, 2000, 9000, 0, &arena, &texts, &text_count), "a");
	expect_texts(store_label_values(store, "none", NULL, 0, 0, 9000, 0, &arena, &texts, &text_count), "");
	cr_expect_eq(store_label_values(store, "job", NULL, 0, 0, 9000, 2, &arena, &texts, &text_count), -1);
	cr_expect_eq(store_label_names(store, NULL, 0, 0, 9000, 2, &arena, &texts, &text_count), -1);
	cr_assert_eq(store_series_labels_of(store, &up, 1, 0, 9000, 0, &arena, &sets, &count), 0);
	cr_assert_eq(count, 2);
	cr_expect_str_eq(labels_get(&sets[0], "job"), "a");
	cr_expect_str_eq(labels_get(&sets[1], "job"), "b");
	cr_expect_eq(store_series_labels_of(store, NULL, 0, 0, 9000, 2, &arena, &sets, &count), -1);
	for (size_t i = 0; i < 4; i++)
		store_release(store, series[i]);
	arena_release(&arena);
}
