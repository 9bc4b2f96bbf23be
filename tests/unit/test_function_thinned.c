/* Thinned windows beside the raw samples they were made of. */
#include "window_fixture.h"

#define COUNT    720
#define DISTANCE 15000
#define BUCKET   600000
#define PER      (BUCKET / DISTANCE)
#define BUCKETS  (COUNT / PER)

TestSuite(function_thinned);

struct history {
	int64_t times_ms[COUNT];
	double values[COUNT];
	int64_t end_ms[BUCKETS], first_ms[BUCKETS], last_ms[BUCKETS];
	double samples[BUCKETS], sum[BUCKETS], min[BUCKETS], max[BUCKETS], first[BUCKETS], last[BUCKETS],
		resets[BUCKETS];
};

static struct history history;

static void fold(size_t bucket)
{
	size_t from = bucket * PER, to = from + PER;

	history.end_ms[bucket] = (int64_t)(bucket + 1) * BUCKET;
	history.first_ms[bucket] = history.times_ms[from];
	history.last_ms[bucket] = history.times_ms[to - 1];
	history.first[bucket] = history.min[bucket] = history.max[bucket] = history.values[from];
	history.last[bucket] = history.values[to - 1];
	history.samples[bucket] = PER;
	for (size_t i = from; i < to; i++) {
		history.sum[bucket] += history.values[i];
		history.min[bucket] = fmin(history.min[bucket], history.values[i]);
		history.max[bucket] = fmax(history.max[bucket], history.values[i]);
		if (i > from && history.values[i] < history.values[i - 1])
			history.resets[bucket] += history.values[i - 1];
	}
}

/* A counter with resets, also right at the seams between buckets; times 15 s, 30 s ... */
static void set_up(void)
{
	unsigned state = 7;
	double value = 1000;

	for (size_t i = 0; i < COUNT; i++) {
		state = state * 1103515245 + 12345;
		value += (state >> 16) % 50 / 8.0;
		if ((state >> 8) % 61 == 0 || i == 5 * PER || i == 10 * PER)
			value = (state >> 20) % 7;
		history.times_ms[i] = (int64_t)(i + 1) * DISTANCE;
		history.values[i] = value;
	}
	for (size_t bucket = 0; bucket < BUCKETS; bucket++)
		fold(bucket);
}

/* The window start..end with buckets up to `seam`, raw samples behind it. */
static struct window window_of(int64_t start_ms, int64_t end_ms, size_t seam, bool left_open)
{
	struct window window = {
		.start_ms = start_ms, .end_ms = end_ms, .time_ms = end_ms, .bucket_ms = BUCKET, .left_open = left_open
	};
	size_t from = 0, to = COUNT, bucket = 0, last;

	while (from < COUNT && (left_open ? history.times_ms[from] <= start_ms : history.times_ms[from] < start_ms))
		from++;
	while (to > from && history.times_ms[to - 1] > end_ms)
		to--;
	while (bucket < seam && history.last_ms[bucket] < start_ms)
		bucket++;
	for (last = bucket; last < seam && history.first_ms[last] <= end_ms;)
		last++;
	if (from < seam * PER)
		from = seam * PER < to ? seam * PER : to;
	window.times_ms = history.times_ms + from;
	window.values = history.values + from;
	window.count = to - from;
	window.buckets = (struct buckets){
		.count = last - bucket,
		.end_ms = history.end_ms + bucket,
		.first_ms = history.first_ms + bucket,
		.last_ms = history.last_ms + bucket,
		.samples = history.samples + bucket,
		.sum = history.sum + bucket,
		.min = history.min + bucket,
		.max = history.max + bucket,
		.first = history.first + bucket,
		.last = history.last + bucket,
		.resets = history.resets + bucket,
	};
	return window;
}

static const char *const names[] = {
	"rate",          "increase",      "delta",          "count_over_time", "sum_over_time",    "avg_over_time",
	"min_over_time", "max_over_time", "last_over_time", "first_over_time", "present_over_time"
};

static double thinned(const char *name, const struct window *window)
{
	double result = 12345;

	cr_assert(function_named(name)->thinned(window, NULL, &result), "%s gives nothing", name);
	return result;
}

Test(function_thinned, exact_where_borders_coincide, .init = set_up)
{
	/* All in buckets, half in buckets, one bucket only, the last one raw; 3.x and 2.42 (just behind the border). */
	for (size_t from = 0; from < BUCKETS; from += 3) {
		for (size_t to = from + 1; to <= BUCKETS; to += 2) {
			for (size_t seam = from + 1; seam <= to; seam += 4) {
				for (int left_open = 0; left_open < 2; left_open++) {
					int64_t start = (int64_t)from * BUCKET + (left_open ? 0 : 1);
					struct window part = window_of(start, (int64_t)to * BUCKET, seam, left_open);
					struct window raw = window_of(start, (int64_t)to * BUCKET, 0, left_open);

					for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
						cr_expect(same(thinned(names[i], &part), over(names[i], &raw, 0), 1e-9),
							  "%s %zu..%zu, raw from %zu: %.17g, not %.17g", names[i], from,
							  to, seam, thinned(names[i], &part), over(names[i], &raw, 0));
				}
			}
		}
	}
}

Test(function_thinned, exact_where_one_known_sample_is_left, .init = set_up)
{
	/* As 2.42 has windows: from the last sample of one bucket, and to the first of another. */
	history.values[3 * PER] = NAN;
	history.values[7 * PER + 5] = INFINITY;
	memset(history.sum, 0, sizeof(history.sum));
	memset(history.resets, 0, sizeof(history.resets));
	for (size_t bucket = 0; bucket < BUCKETS; bucket++)
		fold(bucket);
	history.min[3] = history.max[3] = history.values[3 * PER + 1];
	for (size_t i = 3 * PER + 1; i < 4 * PER; i++) {
		history.min[3] = fmin(history.min[3], history.values[i]);
		history.max[3] = fmax(history.max[3], history.values[i]);
	}
	for (size_t from = 1; from < BUCKETS; from++) {
		for (size_t to = from + 1; to < BUCKETS; to++) {
			for (int behind = 0; behind <= DISTANCE; behind += DISTANCE) {
				int64_t start = (int64_t)from * BUCKET, end = (int64_t)to * BUCKET + behind;
				struct window part = window_of(start, end, BUCKETS, false);
				struct window raw = window_of(start, end, 0, false);

				for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
					cr_expect(same(thinned(names[i], &part), over(names[i], &raw, 0), 1e-9),
						  "%s %zu..%zu: %.17g, not %.17g", names[i], from, to,
						  thinned(names[i], &part), over(names[i], &raw, 0));
			}
		}
	}
}

Test(function_thinned, cut_buckets_are_near, .init = set_up)
{
	/* A counter without resets, so that what a straight line says is near the truth. */
	for (size_t i = 0; i < COUNT; i++)
		history.values[i] = 5000 + 2.0 * (double)i + (double)(i % 3);
	memset(history.sum, 0, sizeof(history.sum));
	memset(history.resets, 0, sizeof(history.resets));
	for (size_t bucket = 0; bucket < BUCKETS; bucket++)
		fold(bucket);
	for (int64_t shift = 0; shift < BUCKET; shift += 7000) {
		struct window part = window_of(BUCKET + shift, 8 * BUCKET + shift, 7, true);
		struct window raw = window_of(BUCKET + shift, 8 * BUCKET + shift, 0, true);
		struct window all = window_of(BUCKET + shift, 8 * BUCKET + shift, BUCKETS, true);

		cr_expect(same(thinned("increase", &part), over("increase", &raw, 0), 0.01));
		cr_expect(same(thinned("increase", &all), over("increase", &raw, 0), 0.01));
		cr_expect(same(thinned("rate", &all), over("rate", &raw, 0), 0.01));
		cr_expect_eq(thinned("count_over_time", &part), over("count_over_time", &raw, 0));
		cr_expect_eq(thinned("count_over_time", &all), over("count_over_time", &raw, 0));
		cr_expect(same(thinned("avg_over_time", &all), over("avg_over_time", &raw, 0), 0.02));
		cr_expect(same(thinned("last_over_time", &all), over("last_over_time", &raw, 0), 0.01));
		cr_expect_eq(thinned("last_over_time", &part), over("last_over_time", &raw, 0));
		cr_expect_geq(thinned("max_over_time", &all), over("max_over_time", &raw, 0));
		cr_expect_leq(thinned("min_over_time", &all), over("min_over_time", &raw, 0));
	}
}

Test(function_thinned, a_reset_in_a_cut_bucket_loses_no_growth, .init = set_up)
{
	/* 0 1 .. 19 0 1 .. 19 in the first bucket, its second half in the window. */
	for (size_t i = 0; i < COUNT; i++)
		history.values[i] = (double)(i % 20);
	memset(history.sum, 0, sizeof(history.sum));
	memset(history.resets, 0, sizeof(history.resets));
	for (size_t bucket = 0; bucket < BUCKETS; bucket++)
		fold(bucket);
	for (int64_t shift = 0; shift < BUCKET; shift += 60000) {
		struct window all = window_of(shift, 4 * BUCKET, BUCKETS, true);
		struct window raw = window_of(shift, 4 * BUCKET, 0, true);

		cr_expect(same(thinned("increase", &all), over("increase", &raw, 0), 0.03), "%.9g, not %.9g",
			  thinned("increase", &all), over("increase", &raw, 0));
	}
}

Test(function_thinned, windows_between_samples_give_nothing, .init = set_up)
{
	struct window window = window_of(BUCKET + 1000, BUCKET + 14000, BUCKETS, true);
	double result;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		cr_expect_not(function_named(names[i])->thinned(&window, NULL, &result), "%s", names[i]);
}

/* A bucket with one point that stands for many scrapes. */
Test(function_thinned, points_that_stand_for_many)
{
	static const int64_t end[] = { 600000, 1200000, 1800000 };
	static const double samples[] = { 120, 120, 120 }, sum[] = { 1200, 2400, 3600 }, value[] = { 10, 20, 30 },
			    none[] = { 0, 0, 0 };
	struct window window = { .start_ms = 0, .end_ms = 1800000, .bucket_ms = 600000, .left_open = true };

	window.buckets = (struct buckets){ 3, end, end, end, samples, sum, value, value, value, value, none };
	expect_same(thinned("count_over_time", &window), 360);
	expect_same(thinned("avg_over_time", &window), 20);
	expect_same(thinned("last_over_time", &window), 30);
	cr_expect_float_eq(thinned("increase", &window), 20, 0.1);
	/* A point outside takes its whole bucket with it. */
	window.start_ms = 600000;
	expect_same(thinned("count_over_time", &window), 240);
	window.buckets.count = 1;
	window.start_ms = 0;
	cr_expect_not(function_named("rate")->thinned(&window, NULL, &(double){ 0 }));
}

Test(function_thinned, the_others_cannot_answer)
{
	static const char *const others[] = {
		"irate",          "idelta",           "changes",          "resets",        "deriv",
		"predict_linear", "stddev_over_time", "stdvar_over_time", "mad_over_time", "quantile_over_time"
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		cr_expect(function_named(others[i])->thinned == NULL, "%s", others[i]);
}
