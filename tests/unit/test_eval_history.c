/* Thinned history, and windows that are longer than the history there is. */
#include "eval_fixture.h"

#include <stdio.h>

#include "tsdb/bulk.h"

#define HOUR 3600

/*
 * Ten hours at 30 s, a counter that grows by 1 each, a gauge that goes 0..9;
 * what is older than 6 h is in buckets of 10 min.
 */
static struct store *make_store(void)
{
	struct store *store = store_new(NULL);
	char values[32 * 120 * 10];
	size_t length = 0;

	load(store, "counter{job=\"a\"}", 30000, "0+1x1200");
	for (int i = 0; i <= 1200; i++)
		length += (size_t)snprintf(values + length, sizeof(values) - length, "%s%d", i ? " " : "", i % 10);
	load(store, "gauge{job=\"a\"}", 30000, values);
	load(store, "young{job=\"b\"}", 30000, "_x1081 1+1x119"); /* since 9 h 30 s */
	while (!store_age(store, 10 * HOUR * INT64_C(1000)))
		;
	return store;
}

static struct promql_options at(int64_t time_s)
{
	return (struct promql_options){ .start_ms = time_s * 1000, .end_ms = time_s * 1000 };
}

Test(eval_history, look_back_into_buckets)
{
	struct store *store = make_store();
	struct promql_options options = at(HOUR);

	/* On their borders the last sample; inside a bucket its first, behind which nothing is known. */
	expect_answer(store, "counter", &options, "vector counter{job=\"a\"} 120@3600");
	options = at(HOUR + 29);
	expect_answer(store, "counter", &options, "vector counter{job=\"a\"} 120@3629");
	options = at(HOUR + 599);
	expect_answer(store, "counter", &options, "vector counter{job=\"a\"} 121@4199");
	expect_answer(store, "timestamp(counter)", &options, "vector {job=\"a\"} 3630@4199");
	options = at(HOUR + 600);
	expect_answer(store, "counter", &options, "vector counter{job=\"a\"} 140@4200");
	/* Raw samples are found as ever. */
	options = at(9 * HOUR + 59);
	expect_answer(store, "counter", &options, "vector counter{job=\"a\"} 1081@32459");
	options = at(10 * HOUR + 301);
	expect_answer(store, "counter", &options, "vector");
	options = at(-1);
	expect_answer(store, "counter", &options, "vector");
	store_free(store);
}

/* Between buckets nothing is unknown: the look-back is as long as over raw samples. */
Test(eval_history, look_back_over_a_pause)
{
	struct store *store = store_new(NULL);
	struct promql_options options = at(1500);

	load(store, "paused", 30000, "0+1x40 _x60 100+1x1100"); /* one sample behind 20 min, then until 50.5 min none */
	while (!store_age(store, 10 * HOUR * INT64_C(1000)))
		;
	expect_answer(store, "paused", &options, "vector paused 40@1500");
	options = at(1501);
	expect_answer(store, "paused", &options, "vector");
	options = at(3029);
	expect_answer(store, "paused", &options, "vector");
	options = at(3030);
	expect_answer(store, "paused", &options, "vector paused 100@3030");
	store_free(store);
	/* The same with a bucket of one sample: it is no point of thinner history. */
	store = store_new(NULL);
	load(store, "paused", 30000, "0+1x41 _x60 100+1x1100");
	while (!store_age(store, 10 * HOUR * INT64_C(1000)))
		;
	options = at(1530);
	expect_answer(store, "paused", &options, "vector paused 41@1530");
	options = at(1531);
	expect_answer(store, "paused", &options, "vector");
	store_free(store);
}

Test(eval_history, windows_of_buckets)
{
	struct store *store = make_store();
	struct promql_options options = at(2 * HOUR);

	options.left_open = true;
	expect_answer(store, "count_over_time(counter[1h])", &options, "vector {job=\"a\"} 120@7200");
	expect_answer(store, "sum_over_time(gauge[1h])", &options, "vector {job=\"a\"} 540@7200");
	expect_answer(store, "avg_over_time(gauge[1h])", &options, "vector {job=\"a\"} 4.5@7200");
	expect_answer(store, "max_over_time(gauge[20m])", &options, "vector {job=\"a\"} 9@7200");
	expect_answer(store, "min_over_time(gauge[20m])", &options, "vector {job=\"a\"} 0@7200");
	expect_answer(store, "last_over_time(counter[10m])", &options, "vector counter{job=\"a\"} 240@7200");
	/* Half in buckets, half raw. */
	options = at(10 * HOUR);
	options.left_open = true;
	expect_answer(store, "count_over_time(counter[9h])", &options, "vector {job=\"a\"} 1080@36000");
	expect_answer(store, "sum_over_time(gauge[9h])", &options, "vector {job=\"a\"} 4860@36000");
	expect_answer(store, "increase(counter[9h])", &options, "vector {job=\"a\"} 1080@36000");
	expect_answer(store, "max_over_time(counter[9h])", &options, "vector {job=\"a\"} 1200@36000");
	store_free(store);
}

Test(eval_history, too_coarse)
{
	struct store *store = make_store();
	struct promql_options options = at(HOUR);
	struct strbuf got = STRBUF_INIT;

	expect_answer(store, "rate(counter[5m])", &options,
		      "error 5: resolution too coarse before 1970-01-01 01:00 (10m; the window is 5m)");
	expect_answer(store, "sum(rate(counter[5m])) or vector(0)", &options,
		      "error 5: resolution too coarse before 1970-01-01 01:00 (10m; the window is 5m)");
	/* Long enough, but of what buckets do not know. */
	expect_answer(store, "changes(gauge[20m])", &options,
		      "error 5: resolution too coarse before 1970-01-01 01:00 (10m; the function needs every sample)");
	expect_answer(store, "holt_winters(gauge[20m], 0.5, 0.5)", &options,
		      "error 5: resolution too coarse before 1970-01-01 01:00 (10m; the function needs every sample)");
	/* Where some windows are raw, the others are left out and named. */
	options =
		(struct promql_options){ .start_ms = HOUR * 1000, .end_ms = 10 * HOUR * 1000, .step_ms = HOUR * 1000 };
	cr_expect_eq(ask(store, "rate(counter[5m])", &options, &got), PROMQL_OK);
	cr_expect(strstr(got.text, "0.03333333333@36000") != NULL, "%s", got.text);
	cr_expect(strstr(got.text, "@3600 ") == NULL, "%s", got.text);
	cr_expect(strstr(got.text, "(resolution too coarse before 1970-01-01 0") != NULL, "%s", got.text);
	/* What is too coarse to compute with is not absent. */
	expect_answer(store, "absent_over_time(counter[5m])", &options,
		      "range (resolution too coarse before 1970-01-01 03:00 (10m): left out)");
	strbuf_release(&got);
	store_free(store);
}

Test(eval_history, less_than_half)
{
	struct store *store = make_store();
	struct promql_options options = at(10 * HOUR);

	expect_answer(store, "increase(young[30d])", &options, "error 4: insufficient history (59m of 30d)");
	expect_answer(store, "sum(increase(young[30d])) or vector(0)", &options,
		      "error 4: insufficient history (59m of 30d)");
	expect_answer(store, "count_over_time(young[2h])", &options, "error 4: insufficient history (59m of 2h)");
	expect_answer(store, "count_over_time(young[90m])", &options, "vector {job=\"b\"} 120@36000");
	expect_answer(store, "avg_over_time(counter[1d])", &options, "error 4: insufficient history (10h of 1d)");
	expect_answer(store, "max_over_time(young[30d:1h])", &options, "error 4: insufficient history (59m of 30d)");
	expect_answer(store, "max_over_time(sum(young)[1h:10m])", &options, "vector {} 120@36000");
	options.all_history = true;
	expect_answer(store, "count_over_time(young[30d])", &options, "vector {job=\"b\"} 120@36000");
	expect_answer(store, "count_over_time(young[30d:10m])", &options, "vector {job=\"b\"} 6@36000");
	store_free(store);
}

Test(eval_history, short_windows_need_none)
{
	struct store *store = make_store();
	struct promql_options options = at(9 * HOUR + 60);

	expect_answer(store, "count_over_time(young[10m])", &options, "vector {job=\"b\"} 2@32460");
	expect_answer(store, "count_over_time(young[11m])", &options, "error 4: insufficient history (30s of 11m)");
	/* The samples themselves are shown as they are. */
	expect_answer(store, "young[11m]", &options, "range young{job=\"b\"} 1@32430 2@32460");
	store_free(store);
}

Test(eval_history, steps_left_out)
{
	struct store *store = make_store();
	struct promql_options options = {
		.start_ms = 9 * HOUR * 1000,
		.end_ms = 10 * HOUR * 1000,
		.step_ms = 10 * 60 * 1000,
		.left_open = true,
	};

	expect_answer(store, "count_over_time(young[30m])", &options,
		      "range {job=\"b\"} 40@33600 60@34200 60@34800 60@35400 60@36000"
		      " (insufficient history up to 1970-01-01 09:10 (9m of 30m): left out)");
	/* One long window is enough to leave out the others, named. */
	expect_answer(store, "sum(count_over_time(young[1d])) or sum(count_over_time(counter[1h]))", &options,
		      "range {} 120@32400 120@33000 120@33600 120@34200 120@34800 120@35400 120@36000"
		      " (insufficient history up to 1970-01-01 10:00 (59m of 1d): left out)");
	store_free(store);
}

Test(eval_history, points_from_a_file)
{
	struct store *store = store_new(NULL);
	struct arena arena = { 0 };
	struct labels labels = labels_make(&arena, (struct label[]){ { "__name__", "old" } }, 1);
	struct bulk *bulk = bulk_new(store, &(const struct bulk_options){ .thinned = true, .stands_for = 20 });
	int64_t times[60];
	double values[60];
	struct promql_options options = at(599 + 600 * 30);

	for (size_t i = 0; i < 60; i++) {
		times[i] = (int64_t)i * 600000;
		values[i] = (double)i;
	}
	cr_assert_eq(bulk_series(bulk, &labels, times, values, 60), 60);
	bulk_free(bulk);
	expect_answer(store, "old", &options, "vector old 30@18599");
	/* A single point is good for the time to the next one. */
	options = (struct promql_options){ .start_ms = 35400000, .end_ms = 36600000, .step_ms = 300000 };
	expect_answer(store, "old", &options, "range old 59@35400 59@35700 59@36000 59@36300");
	options = at(600 * 59);
	options.left_open = true;
	expect_answer(store, "avg_over_time(old[1h])", &options, "vector {} 56.5@35400");
	arena_release(&arena);
	store_free(store);
}
