/*
 * The store against a naive model: arrays of samples, from which raw windows
 * and buckets are computed by the book. Scrapes, pauses, staleness markers,
 * samples with times of their own, refused samples, ageing and long-lived
 * selections in random order, reproducible from a number.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "tsdb/selection.h"
#include "tsdb/store.h"
#include "tsdb/value.h"

#define MINUTE    INT64_C(60000)
#define SERIES    24
#define TIMELINES 3
#define KEPT      4

struct point {
	int64_t time_ms;
	double value;
};

struct model_series {
	struct store_series *series;
	size_t timeline; /* TIMELINES: times of its own */
	bool paused;
	VEC(struct point) points;
};

struct model_selection {
	struct selection *selection;
	size_t counts[SERIES]; /* points each series had when it was made */
};

struct model {
	struct store *store;
	struct timeline *timelines[TIMELINES];
	struct model_series series[SERIES];
	struct model_selection kept[KEPT];
	struct reader *reader;
	struct store_limits limits;
	int64_t now_ms, aged_ms;
	uint64_t random;
};

static uint64_t draw(struct model *model, uint64_t below)
{
	model->random ^= model->random << 13;
	model->random ^= model->random >> 7;
	model->random ^= model->random << 17;
	return model->random % below;
}

static double draw_value(struct model *model, size_t which)
{
	const struct model_series *series = &model->series[which];
	double last = series->points.count ? series->points.items[series->points.count - 1].value : 0;

	if (draw(model, 60) == 0)
		return (double[]){ NAN, INFINITY, -INFINITY, -0.0, 1e300, 5e-324, 0.1 }[draw(model, 7)];
	switch (which % 4) {
	case 0: return 42;
	case 1: return isnan(last) || draw(model, 90) == 0 ? 1 : last + (double)draw(model, 10);
	case 2: return (double)draw(model, 1000) / 8;
	default: return sqrt((double)draw(model, 1u << 30));
	}
}

static void model_begin(struct model *model, uint64_t seed)
{
	static const char *const jobs[] = { "a", "b", NULL };

	*model = (struct model){ .random = seed * 2654435761u + 88172645463325252u,
				 .now_ms = 1000 * MINUTE,
				 .limits = { .raw_ms = 90 * MINUTE, .keep_ms = 20 * 60 * MINUTE } };
	model->store = store_new(&model->limits);
	model->limits = *store_get_limits(model->store);
	model->reader = reader_new();
	for (size_t i = 0; i < TIMELINES; i++)
		model->timelines[i] = timeline_new(model->store);
	for (size_t i = 0; i < SERIES; i++) {
		char number[8];
		struct label items[3] = { { "__name__", "m" }, { "i", number }, { "job", jobs[i % 3] } };
		struct labels labels = { .items = items, .count = items[2].value ? 3 : 2 };

		snprintf(number, sizeof(number), "%02zu", i);
		model->series[i].series = store_hold(model->store, &labels);
		model->series[i].timeline = i % (TIMELINES + 1);
	}
}

static void model_end(struct model *model)
{
	for (size_t i = 0; i < KEPT; i++)
		selection_free(model->kept[i].selection);
	for (size_t i = 0; i < SERIES; i++) {
		store_release(model->store, model->series[i].series);
		vec_release(&model->series[i].points);
	}
	for (size_t i = 0; i < TIMELINES; i++)
		timeline_release(model->store, model->timelines[i]);
	reader_free(model->reader);
	store_free(model->store);
}

static void scrape(struct model *model, size_t timeline)
{
	bool advanced = timeline_advance(model->store, model->timelines[timeline], model->now_ms);

	cr_assert(advanced);
	cr_assert(!timeline_advance(model->store, model->timelines[timeline], model->now_ms));
	for (size_t i = 0; i < SERIES; i++) {
		struct model_series *series = &model->series[i];
		double value = draw_value(model, i);

		if (series->timeline != timeline)
			continue;
		if (series->paused && draw(model, 10))
			continue;
		series->paused = draw(model, 60) == 0;
		if (series->paused)
			value = value_stale();
		cr_assert_eq(store_append(model->store, series->series, model->timelines[timeline], value), STORE_OK);
		vec_push(&series->points, (struct point){ model->now_ms, value });
		cr_assert_eq(store_append(model->store, series->series, model->timelines[timeline], value), STORE_OK);
		cr_assert_eq(store_append(model->store, series->series, model->timelines[timeline], 77777.5),
			     STORE_DUPLICATE);
	}
}

static void append_own(struct model *model)
{
	for (size_t i = 0; i < SERIES; i++) {
		struct model_series *series = &model->series[i];
		double value = draw_value(model, i);
		int64_t time_ms = model->now_ms - (int64_t)draw(model, 5000);
		size_t count = series->points.count;

		if (series->timeline != TIMELINES)
			continue;
		if (count && time_ms <= series->points.items[count - 1].time_ms) {
			if (time_ms < series->points.items[count - 1].time_ms)
				cr_assert_eq(store_append_at(model->store, series->series, time_ms, value),
					     STORE_OUT_OF_ORDER);
			continue;
		}
		cr_assert_eq(store_append_at(model->store, series->series, time_ms, value), STORE_OK);
		vec_push(&series->points, (struct point){ time_ms, value });
	}
}

/* ---- checking ---- */

static bool same(double a, double b)
{
	return value_bits(a) == value_bits(b) || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12 * (fabs(a) + fabs(b));
}

static void check_samples(struct model *model, const struct model_selection *kept, size_t i, int64_t from_ms,
			  int64_t to_ms)
{
	const struct point *points = model->series[i].points.items;
	int64_t raw_ms = selection_raw_from_ms(kept->selection, i);
	struct samples samples;
	size_t at = 0;

	reader_samples(model->reader, kept->selection, i, from_ms, to_ms, &samples);
	for (size_t k = 0; k < kept->counts[i]; k++) {
		if (points[k].time_ms < from_ms || points[k].time_ms > to_ms || points[k].time_ms < raw_ms)
			continue;
		/* A staleness marker that was folded is in no bucket. */
		if (raw_ms == INT64_MIN && value_is_stale(points[k].value) &&
		    (at == samples.count || samples.times_ms[at] > points[k].time_ms))
			continue;
		cr_assert_lt(at, samples.count, "series %zu has only %zu samples in %ld..%ld", i, samples.count,
			     (long)from_ms, (long)to_ms);
		cr_assert_eq(samples.times_ms[at], points[k].time_ms,
			     "series %zu of timeline %zu: sample %zu of %zu at %ld, not %ld", i,
			     model->series[i].timeline, at, samples.count, (long)samples.times_ms[at],
			     (long)points[k].time_ms);
		cr_assert_eq(value_bits(samples.values[at]), value_bits(points[k].value));
		at++;
	}
	cr_assert_eq(at, samples.count);
}

struct naive_bucket {
	int64_t end_ms, first_ms, last_ms;
	double samples, sum, min, max, first, last, resets;
};

/* The buckets of the first `count` points before `raw_ms`. */
static size_t naive_buckets(const struct model *model, size_t i, size_t count, int64_t raw_ms, struct naive_bucket *ret)
{
	const struct point *points = model->series[i].points.items;
	int64_t bucket_ms = model->limits.bucket_ms;
	size_t made = 0;

	for (size_t k = 0; k < count && points[k].time_ms < raw_ms; k++) {
		int64_t end_ms = (points[k].time_ms + bucket_ms - 1) / bucket_ms * bucket_ms;
		double value = points[k].value;
		struct naive_bucket *bucket = made ? &ret[made - 1] : NULL;

		if (value_is_stale(value))
			continue;
		if (!bucket || bucket->end_ms != end_ms) {
			ret[made++] = (struct naive_bucket){
				end_ms, points[k].time_ms, points[k].time_ms, 1, value, value, value, value, value, 0
			};
			continue;
		}
		bucket->samples++;
		bucket->sum += value;
		bucket->min = isnan(bucket->min) || value < bucket->min ? value : bucket->min;
		bucket->max = isnan(bucket->max) || value > bucket->max ? value : bucket->max;
		bucket->resets += value < bucket->last ? bucket->last : 0;
		bucket->last = value;
		bucket->last_ms = points[k].time_ms;
	}
	return made;
}

static void check_buckets(struct model *model, const struct model_selection *kept, size_t i, int64_t from_ms,
			  int64_t to_ms)
{
	struct naive_bucket *naive = calloc(kept->counts[i] + 1, sizeof(*naive));
	size_t count = naive_buckets(model, i, kept->counts[i], selection_raw_from_ms(kept->selection, i), naive),
	       at = 0;
	int64_t bucket_ms = model->limits.bucket_ms;
	struct buckets got;

	reader_buckets(model->reader, kept->selection, i, from_ms, to_ms, &got);
	for (size_t k = 0; k < count; k++) {
		const struct naive_bucket *want = &naive[k];

		if (want->end_ms <= from_ms || want->end_ms - bucket_ms >= to_ms)
			continue;
		if (at == 0 && (got.count == 0 || got.end_ms[0] != want->end_ms)) {
			cr_assert_leq(want->end_ms, model->aged_ms - model->limits.keep_ms, "dropped too early");
			continue;
		}
		cr_assert_lt(at, got.count);
		cr_assert_eq(got.end_ms[at], want->end_ms);
		cr_assert_eq(got.first_ms[at], want->first_ms);
		cr_assert_eq(got.last_ms[at], want->last_ms);
		cr_assert_eq(got.samples[at], want->samples);
		cr_assert(same(got.sum[at], want->sum), "%.17g is not %.17g", got.sum[at], want->sum);
		cr_assert(same(got.min[at], want->min) && same(got.max[at], want->max));
		cr_assert(same(got.first[at], want->first) && same(got.last[at], want->last));
		cr_assert(same(got.resets[at], want->resets));
		at++;
	}
	cr_assert_eq(at, got.count);
	free(naive);
}

static void check(struct model *model, const struct model_selection *kept, bool thorough)
{
	cr_assert_eq(selection_count(kept->selection), SERIES);
	for (size_t i = 0; i < SERIES; i++) {
		int64_t to_ms = model->now_ms - (int64_t)draw(model, 120) * MINUTE;
		int64_t from_ms = to_ms - (int64_t)draw(model, 600) * MINUTE;

		cr_assert_str_eq(labels_get(selection_labels(kept->selection, i), "__name__"), "m");
		cr_assert_eq(strtoul(labels_get(selection_labels(kept->selection, i), "i"), NULL, 10), i);
		check_samples(model, kept, i, from_ms, to_ms);
		check_buckets(model, kept, i, from_ms, to_ms);
		if (!thorough)
			continue;
		check_samples(model, kept, i, INT64_MIN, INT64_MAX);
		check_buckets(model, kept, i, INT64_MIN, INT64_MAX);
	}
}

static void select_all(struct model *model, struct model_selection *ret)
{
	struct matcher matcher = { .label = "__name__", .value = "m", .kind = MATCHER_EQUAL };

	for (size_t i = 0; i < SERIES; i++)
		ret->counts[i] = model->series[i].points.count;
	ret->selection = store_select(model->store, &matcher, 1, INT64_MIN, INT64_MAX, 0, NULL);
	cr_assert_not_null(ret->selection);
}

static void check_state(struct model *model)
{
	struct model_selection now;
	struct store_state state;
	size_t samples = 0, buckets = 0;

	select_all(model, &now);
	check(model, &now, true);
	for (size_t i = 0; i < SERIES; i++) {
		struct samples got;
		struct buckets thinned;

		reader_samples(model->reader, now.selection, i, INT64_MIN, INT64_MAX, &got);
		reader_buckets(model->reader, now.selection, i, INT64_MIN, INT64_MAX, &thinned);
		samples += got.count;
		buckets += thinned.count;
	}
	store_get_state(model->store, &state);
	cr_assert_eq(state.samples, samples);
	cr_assert_eq(state.buckets, buckets);
	selection_free(now.selection);
}

/* ---- a life ---- */

static void turn(struct model *model, size_t number)
{
	struct model_selection *kept = &model->kept[draw(model, KEPT)];

	model->now_ms += draw(model, 200) ? 15000 + (int64_t)draw(model, 3) : 40 * MINUTE;
	for (size_t i = 0; i < TIMELINES; i++)
		if (draw(model, 10))
			scrape(model, i);
	append_own(model);
	if (draw(model, 20) == 0) /* another target takes a series over */
		model->series[draw(model, SERIES)].timeline = draw(model, TIMELINES + 1);
	if (draw(model, 4) == 0) {
		model->aged_ms = model->now_ms;
		while (!store_age(model->store, model->now_ms))
			;
	}
	if (draw(model, 8) == 0) {
		if (kept->selection)
			check(model, kept, true);
		selection_free(kept->selection);
		kept->selection = NULL;
		if (number > 10)
			select_all(model, kept);
	} else if (kept->selection) {
		check(model, kept, false);
	}
	if (number > 10 && draw(model, 100) == 0)
		check_state(model);
}

static void live(uint64_t seed, size_t turns)
{
	struct model *model = calloc(1, sizeof(*model));

	model_begin(model, seed);
	for (size_t i = 0; i < turns; i++)
		turn(model, i);
	check_state(model);
	/* All of it ages out; the held series stay. */
	model->now_ms += 3 * model->limits.keep_ms;
	for (size_t i = 0; i < KEPT; i++) {
		selection_free(model->kept[i].selection);
		model->kept[i].selection = NULL;
	}
	while (!store_age(model->store, model->now_ms))
		;
	struct store_state state;
	store_get_state(model->store, &state);
	cr_assert_eq(state.samples, 0);
	cr_assert_eq(state.buckets, 0);
	cr_assert_eq(state.series, SERIES);
	cr_assert_eq(state.oldest_ms, INT64_MAX);
	model_end(model);
	free(model);
}

Test(store_model, one_life)
{
	live(1, 2000);
}

Test(store_model, many_short_lives)
{
	for (uint64_t seed = 2; seed < 10; seed++)
		live(seed, 400);
}
