#include "store_fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>

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

TestSuite(selection, .init = setup, .fini = teardown);

/* ---- what matches ---- */

static void fill(void)
{
	static const char *const jobs[] = { "api", "db", "web" };
	struct timeline *timeline = timeline_new(store);

	timeline_advance(store, timeline, 1000);
	for (size_t i = 0; i < 60; i++) {
		char instance[16], path[16];
		struct label items[] = { { "__name__", i % 2 ? "reqs" : "errs" },
					 { "job", jobs[i % 3] },
					 { "instance", instance },
					 { "path", path } };
		struct labels labels = { .items = items, .count = i % 5 ? 4 : 3 };
		struct store_series *series;

		snprintf(instance, sizeof(instance), "host-%zu", i % 4);
		snprintf(path, sizeof(path), "/%zu", i);
		series = hold(store, labels);
		store_append(store, series, timeline, (double)i);
		store_release(store, series);
	}
	timeline_release(store, timeline);
}

/* Whatever way the index takes: the answer is that of asking every series. */
static void expect_selected(size_t count, struct matcher *matchers)
{
	struct selection *all = select_metric(store, NULL), *got;
	struct error error = { "" };
	size_t at = 0;

	for (size_t i = 0; i < count; i++)
		cr_assert_eq(matcher_compile(&matchers[i], true, &error), 0, "%s", error.text);
	got = store_select(store, matchers, count, INT64_MIN, INT64_MAX, 0, NULL);
	for (size_t i = 0; i < selection_count(all); i++) {
		const struct labels *labels = selection_labels(all, i);

		if (i)
			cr_assert_lt(labels_compare(selection_labels(all, i - 1), labels), 0, "in order");
		if (!matchers_match(matchers, count, labels))
			continue;
		cr_assert_lt(at, selection_count(got));
		cr_assert(labels_equal(selection_labels(got, at), labels));
		at++;
	}
	cr_assert_eq(at, selection_count(got));
	for (size_t i = 0; i < count; i++)
		matcher_release(&matchers[i]);
	selection_free(all);
	selection_free(got);
}

Test(selection, matchers_of_all_kinds_alone_and_together)
{
	static const struct matcher kinds[] = {
		{ "__name__", "reqs", MATCHER_EQUAL, NULL },
		{ "job", "db", MATCHER_EQUAL, NULL },
		{ "job", "none", MATCHER_EQUAL, NULL },
		{ "path", "", MATCHER_EQUAL, NULL },
		{ "path", "", MATCHER_NOT_EQUAL, NULL },
		{ "nolabel", "", MATCHER_EQUAL, NULL },
		{ "nolabel", "x", MATCHER_EQUAL, NULL },
		{ "nolabel", "x", MATCHER_NOT_EQUAL, NULL },
		{ "job", "db", MATCHER_NOT_EQUAL, NULL },
		{ "instance", "host-[12]", MATCHER_REGEX, NULL },
		{ "instance", "host-1|host-3", MATCHER_REGEX, NULL },
		{ "path", ".*", MATCHER_REGEX, NULL },
		{ "path", ".+", MATCHER_REGEX, NULL },
		{ "path", "/1.*|", MATCHER_REGEX, NULL },
		{ "path", "/[0-9]", MATCHER_NOT_REGEX, NULL },
		{ "path", ".+", MATCHER_NOT_REGEX, NULL },
		{ "path", ".*", MATCHER_NOT_REGEX, NULL },
		{ "job", "a.*|w.*", MATCHER_NOT_REGEX, NULL },
		{ "path", "/7", MATCHER_EQUAL, NULL },
		{ "instance", "host-1|", MATCHER_REGEX, NULL },
	};
	const size_t count = sizeof(kinds) / sizeof(*kinds);

	fill();
	expect_selected(0, NULL);
	for (size_t i = 0; i < count; i++) {
		struct matcher one = kinds[i];

		expect_selected(1, &one);
		for (size_t k = 0; k < count; k++) {
			struct matcher three[] = { kinds[i], kinds[k], kinds[(i * 7 + k) % count] };

			expect_selected(2, three);
			expect_selected(3, three);
		}
	}
}

Test(selection, time_and_limit)
{
	struct matcher all = { .label = "__name__", .value = "m", .kind = MATCHER_EQUAL };
	struct timeline *timeline = timeline_new(store);
	struct store_series *series[3];
	struct selection *selection;
	struct error error = { "" };

	for (size_t i = 0; i < 3; i++) {
		series[i] = hold(store, SET({ "__name__", "m" }, { "i", (const char *[]){ "a", "b", "c" }[i] }));
		timeline_advance(store, timeline, 1000 * (int64_t)(i + 1));
		store_append(store, series[i], timeline, 1);
	}
	selection = store_select(store, &all, 1, 2000, 2999, 0, NULL);
	cr_assert_eq(selection_count(selection), 1);
	cr_expect_str_eq(labels_get(selection_labels(selection, 0), "i"), "b");
	selection_free(selection);
	cr_expect_null(store_select(store, &all, 1, 0, 5000, 2, &error));
	cr_expect_str_eq(error.text, "the selector matches 3 series (at most 2)");
	selection = store_select(store, &all, 1, 0, 5000, 3, &error);
	cr_expect_eq(selection_count(selection), 3);
	cr_expect_eq(state_of(store).selections, 1);
	selection_free(selection);
	cr_expect_eq(state_of(store).selections, 0);
	selection_free(NULL);
	for (size_t i = 0; i < 3; i++)
		store_release(store, series[i]);
	timeline_release(store, timeline);
}

/* ---- reading ---- */

Test(selection, windows_and_shared_times)
{
	struct timeline *timeline = timeline_new(store);
	struct store_series *series[3];
	struct selection *selection;
	struct samples a, b, c;

	for (size_t i = 0; i < 3; i++)
		series[i] = hold(store, SET({ "__name__", "m" }, { "i", (const char *[]){ "a", "b", "c" }[i] }));
	for (int i = 0; i < 500; i++) {
		timeline_advance(store, timeline, 1000 * i);
		for (int k = 0; k < 3; k++)
			if (k < 2 || i < 300 || i >= 310)
				store_append(store, series[k], timeline, i * 10 + k);
	}
	selection = select_metric(store, "m");
	for (int64_t from = -1000; from < 501000; from += 7919) {
		for (int64_t length = 0; length < 400000; length = length * 3 + 500) {
			int64_t first = from <= 0 ? 0 : (from + 999) / 1000, last = (from + length) / 1000;
			size_t expected;

			last = from + length < 0 ? -1 : last > 499 ? 499 : last;
			expected = last >= first ? (size_t)(last - first + 1) : 0;
			reader_samples(reader, selection, 0, from, from + length, &a);
			cr_assert_eq(a.count, expected);
			if (!expected)
				continue;
			cr_assert_eq(a.times_ms[0], 1000 * first);
			cr_assert_eq(a.values[0], 10 * first);
			cr_assert_eq(a.times_ms[expected - 1], 1000 * last);
			cr_assert_eq(a.values[expected - 1], 10 * last);
			reader_samples(reader, selection, 1, from, from + length, &b);
			cr_assert_eq(b.count, expected);
			cr_assert_eq(b.times_key, a.times_key);
			cr_assert_neq(b.times_key, 0);
			cr_assert_eq(b.values[0], 10 * first + 1);
		}
	}
	reader_samples(reader, selection, 1, 0, 499000, &b);
	reader_samples(reader, selection, 2, 0, 499000, &c);
	cr_expect_eq(c.count, 490);
	cr_expect_neq(c.times_key, b.times_key);
	cr_expect_eq(c.times_ms[300], 310000);
	cr_expect_eq(c.values[300], 3102);
	reader_samples(reader, selection, 2, 100000, 200000, &c);
	cr_expect_eq(c.count, 101);
	reader_samples(reader, selection, 2, 5000, 4000, &c);
	cr_expect_eq(c.count, 0);
	selection_free(selection);
	for (size_t i = 0; i < 3; i++)
		store_release(store, series[i]);
	timeline_release(store, timeline);
}

Test(selection, a_reader_of_several_stores_keeps_them_apart)
{
	for (int round = 0; round < 20; round++) {
		struct store *other = store_new(NULL);
		struct timeline *timeline = timeline_new(other);
		struct store_series *series = hold(other, SET({ "__name__", "m" }));
		struct selection *selection;
		struct samples samples;

		timeline_advance(other, timeline, 1000 + round);
		store_append(other, series, timeline, round);
		selection = select_metric(other, "m");
		reader_samples(reader, selection, 0, 0, 5000, &samples);
		cr_assert_eq(samples.count, 1);
		cr_assert_eq(samples.times_ms[0], 1000 + round);
		selection_free(selection);
		store_release(other, series);
		timeline_release(other, timeline);
		store_free(other);
	}
}

Test(selection, buckets_by_the_rules_of_a_counter)
{
	struct timeline *timeline = timeline_new(store);
	struct store_series *series = hold(store, SET({ "__name__", "m" }, { "job", "j" }));
	static const double values[] = { 5, 9, 2, 3, 3, 1 };
	struct selection *selection;
	struct buckets buckets;
	struct samples samples;

	for (int i = 0; i < 6; i++) {
		timeline_advance(store, timeline, (i + 1) * 3 * MINUTE);
		store_append(store, series, timeline, values[i]);
	}
	timeline_advance(store, timeline, 20 * MINUTE);
	store_append(store, series, timeline, value_stale());
	timeline_advance(store, timeline, 50 * MINUTE);
	store_append(store, series, timeline, NAN);
	timeline_advance(store, timeline, 55 * MINUTE);
	store_append(store, series, timeline, 4);
	age_all(store, 10 * HOUR);
	selection = select_metric(store, "m");
	reader_samples(reader, selection, 0, INT64_MIN, INT64_MAX, &samples);
	cr_expect_eq(samples.count, 0);
	cr_expect_eq(selection_bucket_ms(selection), 10 * MINUTE);
	cr_expect_eq(selection_raw_from_ms(selection, 0), 55 * MINUTE + 1);
	cr_expect_eq(selection_history_from_ms(selection, 0), 3 * MINUTE);
	reader_buckets(reader, selection, 0, INT64_MIN, INT64_MAX, &buckets);
	cr_assert_eq(buckets.count, 4);
	cr_expect_eq(buckets.end_ms[0], 10 * MINUTE);
	cr_expect_eq(buckets.first_ms[0], 3 * MINUTE);
	cr_expect_eq(buckets.last_ms[0], 9 * MINUTE);
	cr_expect(buckets.samples[0] == 3 && buckets.sum[0] == 16 && buckets.min[0] == 2 && buckets.max[0] == 9);
	cr_expect(buckets.first[0] == 5 && buckets.last[0] == 2 && buckets.resets[0] == 9);
	cr_expect(buckets.samples[1] == 3 && buckets.resets[1] == 3 && buckets.first[1] == 3 && buckets.last[1] == 1);
	cr_expect_eq(buckets.end_ms[2], 50 * MINUTE);
	cr_expect(isnan(buckets.sum[2]) && isnan(buckets.min[2]) && buckets.samples[2] == 1);
	cr_expect(buckets.end_ms[3] == HOUR && buckets.sum[3] == 4);
	reader_buckets(reader, selection, 0, 10 * MINUTE, 40 * MINUTE, &buckets);
	cr_expect_eq(buckets.count, 1, "from is not in, to is");
	reader_buckets(reader, selection, 0, 10 * MINUTE, 40 * MINUTE + 1, &buckets);
	cr_expect_eq(buckets.count, 2);
	selection_free(selection);
	store_release(store, series);
	timeline_release(store, timeline);
}

/* ---- while the store goes on ---- */

#define THREADED_SERIES 40
#define THREADED_STEP   (15 * SECOND)

/* What the reading thread is handed; it is handed back when `done`. */
struct job {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	struct selection *selection;
	int64_t last_ms; /* of the youngest sample */
	bool done, stop;
	size_t read, wrong;
};

static double value_at(size_t series, int64_t time_ms)
{
	return series % 2 ? 42 : (double)(time_ms / THREADED_STEP % 1000) * (double)(series + 1) + 0.125;
}

/* All samples of all series are there, each once, raw or in a bucket, up to the time the selection was made. */
static size_t count_wrong(struct reader *own, const struct selection *selection, int64_t last_ms)
{
	size_t wrong = 0;

	for (size_t i = 0; i < selection_count(selection); i++) {
		size_t series = strtoul(labels_get(selection_labels(selection, i), "i"), NULL, 10);
		struct samples samples;
		struct buckets buckets;
		double total = 0;

		reader_samples(own, selection, i, INT64_MIN, INT64_MAX, &samples);
		for (size_t k = 0; k < samples.count; k++)
			wrong += samples.values[k] != value_at(series, samples.times_ms[k]);
		wrong += samples.count && samples.times_ms[samples.count - 1] != last_ms;
		reader_buckets(own, selection, i, INT64_MIN, INT64_MAX, &buckets);
		for (size_t k = 0; k < buckets.count; k++)
			total += buckets.samples[k];
		wrong += total + (double)samples.count != (double)(last_ms / THREADED_STEP);
	}
	return wrong;
}

static void *read_selections(void *argument)
{
	struct job *job = argument;
	struct reader *own = reader_new();

	pthread_mutex_lock(&job->mutex);
	while (!job->stop) {
		if (job->selection && !job->done) {
			size_t wrong;

			pthread_mutex_unlock(&job->mutex);
			wrong = count_wrong(own, job->selection, job->last_ms);
			pthread_mutex_lock(&job->mutex);
			job->wrong += wrong;
			job->read++;
			job->done = true;
		} else {
			pthread_cond_wait(&job->changed, &job->mutex);
		}
	}
	pthread_mutex_unlock(&job->mutex);
	reader_free(own);
	return NULL;
}

static void hand_over(struct job *job, int64_t now_ms)
{
	pthread_mutex_lock(&job->mutex);
	if (job->done || !job->selection) {
		selection_free(job->selection);
		job->selection = select_metric(store, "m");
		job->last_ms = now_ms;
		job->done = false;
		pthread_cond_signal(&job->changed);
	}
	pthread_mutex_unlock(&job->mutex);
}

/* Built with -fsanitize=thread this shows that readers need no lock. */
Test(selection, another_thread_reads_while_the_store_appends_and_ages)
{
	struct timeline *timelines[2] = { timeline_new(store), timeline_new(store) };
	struct store_series *series[THREADED_SERIES];
	struct job jobs[2] = { { .done = false }, { .done = false } };
	pthread_t threads[2];
	int64_t now = 0;

	for (size_t i = 0; i < THREADED_SERIES; i++) {
		char number[8];

		snprintf(number, sizeof(number), "%zu", i);
		series[i] = hold(store, SET({ "__name__", "m" }, { "i", number }));
	}
	for (size_t i = 0; i < 2; i++) {
		pthread_mutex_init(&jobs[i].mutex, NULL);
		pthread_cond_init(&jobs[i].changed, NULL);
		pthread_create(&threads[i], NULL, read_selections, &jobs[i]);
	}
	for (int i = 0; i < 5000; i++) {
		now += THREADED_STEP;
		for (size_t k = 0; k < 2; k++)
			timeline_advance(store, timelines[k], now);
		for (size_t k = 0; k < THREADED_SERIES; k++)
			store_append(store, series[k], timelines[(k + (size_t)i / 500) % 2], value_at(k, now));
		if (i % 3 == 0)
			store_age(store, now);
		hand_over(&jobs[i % 2], now);
	}
	for (size_t i = 0; i < 2; i++) {
		pthread_mutex_lock(&jobs[i].mutex);
		jobs[i].stop = true;
		pthread_cond_signal(&jobs[i].changed);
		pthread_mutex_unlock(&jobs[i].mutex);
		pthread_join(threads[i], NULL);
		selection_free(jobs[i].selection);
		cr_expect_eq(jobs[i].wrong, 0);
		cr_expect_gt(jobs[i].read, 2);
	}
	for (size_t i = 0; i < THREADED_SERIES; i++)
		store_release(store, series[i]);
	timeline_release(store, timelines[0]);
	timeline_release(store, timelines[1]);
}
