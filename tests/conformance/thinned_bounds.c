#include "thinned.h"

#include <math.h>

/* Extrapolation adds less than 1.1 mean distances of samples at each end. */
#define EXTRAPOLATED 2.2

/* Rounding, beside what a cut does. */
#define ROUNDING 1e-9

/* How many of the times lie before the time. */
static size_t place_of(const int64_t *times_ms, size_t count, int64_t time_ms)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (times_ms[middle] < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The end of the bucket (end - 10 min, end] of a time. */
static int64_t bucket_end(int64_t time_ms)
{
	return (time_ms + BUCKET_MS - 1) / BUCKET_MS * BUCKET_MS;
}

/* The samples [from, to) of a bucket that the store has thinned. */
static void bucket_places(const struct record *record, int64_t end_ms, size_t *from, size_t *to)
{
	int64_t after = end_ms + 1 < record->raw_from_ms ? end_ms + 1 : record->raw_from_ms;

	*from = place_of(record->times_ms.items, record->times_ms.count, end_ms - BUCKET_MS + 1);
	*to = place_of(record->times_ms.items, record->times_ms.count, after);
}

/* By how many places a border may be misjudged when the samples are taken for evenly spaced. */
static double slip_of(const int64_t *times_ms, size_t count)
{
	double distance = (double)(times_ms[count - 1] - times_ms[0]) / (double)(count - 1), most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, fabs((double)(times_ms[i] - times_ms[0]) / distance - (double)i));
	return most < ROUNDING ? 0 : floor(most) + 1;
}

/* What has come together by the value `i`, of a counter that resets or of a gauge. */
static double step_of(const double *values, size_t i, bool is_counter)
{
	return is_counter && values[i] < values[i - 1] ? values[i] : values[i] - values[i - 1];
}

static double straying(const double *values, size_t count, double slip, bool is_counter)
{
	double total = 0, so_far = 0, most = 0, gaps = (double)(count - 1);

	for (size_t i = 1; i < count; i++)
		total += step_of(values, i, is_counter);
	for (size_t i = 1; i < count; i++) {
		so_far += step_of(values, i, is_counter);
		most = fmax(most, fabs(so_far - total * (double)i / gaps));
	}
	return most + fabs(total) * slip / gaps;
}

static void add_values(struct cut *cut, const struct record *record, size_t from, size_t to)
{
	const double *values = record->values.items;
	double slip;

	for (size_t i = from; i < to; i++) {
		if (!isfinite(values[i])) {
			cut->is_infinite = true;
			continue;
		}
		cut->least = isnan(cut->least) ? values[i] : fmin(cut->least, values[i]);
		cut->most = isnan(cut->most) ? values[i] : fmax(cut->most, values[i]);
		cut->magnitude = fmax(cut->magnitude, fabs(values[i]));
	}
	slip = slip_of(record->times_ms.items + from, to - from);
	cut->slip += slip;
	cut->growth_off += straying(values + from, to - from, slip, true);
	cut->change_off += straying(values + from, to - from, slip, false);
}

struct cut cut_of(const struct record *record, int64_t start_ms, int64_t end_ms, bool left_open)
{
	struct cut cut = { .least = NAN, .most = NAN };
	int64_t first_ms = start_ms + left_open, ends_ms[] = { bucket_end(first_ms), bucket_end(end_ms) };
	size_t from = place_of(record->times_ms.items, record->times_ms.count, first_ms);
	size_t to = place_of(record->times_ms.items, record->times_ms.count, end_ms + 1);

	for (size_t i = 0; i < 2; i++) {
		size_t begin, end, in_begin, in_end;

		if (i && ends_ms[1] == ends_ms[0])
			break;
		bucket_places(record, ends_ms[i], &begin, &end);
		in_begin = begin > from ? begin : from;
		in_end = end < to ? end : to;
		if (in_begin >= in_end || in_end - in_begin == end - begin)
			continue;
		/* A border right on the one sample that is inside: it is known. */
		if (in_end - in_begin == 1 &&
		    (record->times_ms.items[end - 1] == first_ms || record->times_ms.items[begin] == end_ms))
			continue;
		cut.is_cut = true;
		cut.taken += (double)(in_end - in_begin);
		add_values(&cut, record, begin, end);
	}
	cut.inside = to > from ? to - from - (size_t)cut.taken : 0;
	return cut;
}

/* Both answers are a change times a factor between 1 and this. */
static double most_extrapolated(const struct cut *cut)
{
	return 1 + EXTRAPOLATED / (cut->inside > 2 ? (double)cut->inside - 1 : 1);
}

static double rounding(double truth, double answer)
{
	return ROUNDING * fmax(fabs(truth), fabs(answer));
}

/* The true values of a cut bucket for its mean, and some of them misjudged. */
static double sum_bound(const struct cut *cut)
{
	return cut->taken * (cut->most - cut->least) + cut->slip * cut->magnitude;
}

double cut_bound(const struct cut *cut, enum bounded bounded, double truth, double answer, double count,
		 int64_t range_ms)
{
	double factor = most_extrapolated(cut), bound = INFINITY;

	if (!cut->is_cut)
		return rounding(truth, answer);
	if (cut->is_infinite && bounded != BOUNDED_COUNT && bounded != BOUNDED_NONE)
		return INFINITY;
	switch (bounded) {
	case BOUNDED_INCREASE: bound = cut->growth_off * factor + fabs(truth) * (factor - 1); break;
	case BOUNDED_DELTA: bound = cut->change_off * factor + fabs(truth) * (factor - 1); break;
	case BOUNDED_RATE:
		bound = cut->growth_off * factor * 1000 / (double)range_ms + fabs(truth) * (factor - 1);
		break;
	case BOUNDED_COUNT: bound = cut->slip; break;
	case BOUNDED_SUM: bound = sum_bound(cut); break;
	case BOUNDED_AVG: bound = (sum_bound(cut) + fabs(answer) * cut->slip) / count; break;
	case BOUNDED_MIN:
		bound = answer <= truth + rounding(truth, answer) ? truth - fmin(cut->least, truth) : 0;
		break;
	case BOUNDED_MAX: bound = answer >= truth - rounding(truth, answer) ? fmax(cut->most, truth) - truth : 0; break;
	case BOUNDED_WITHIN: bound = cut->most - cut->least; break;
	case BOUNDED_NONE: bound = 0; break;
	}
	return bound + rounding(truth, answer);
}

/* Is a staleness marker folded into the buckets between the sample and the time? */
static bool has_ended(const struct record *record, int64_t sample_ms, int64_t look_ms)
{
	size_t place = place_of(record->ends_ms.items, record->ends_ms.count, sample_ms);

	return place < record->ends_ms.count && record->ends_ms.items[place] <= look_ms &&
	       record->ends_ms.items[place] < record->raw_from_ms;
}

struct look look_of(const struct record *record, int64_t look_ms, int64_t lookback_ms, bool left_open)
{
	struct look look = { .is_exact = true };
	size_t next = place_of(record->times_ms.items, record->times_ms.count, look_ms + 1), from, to;
	int64_t time_ms, last_ms;

	if (!next || record->times_ms.items[next - 1] >= record->raw_from_ms)
		return look;
	time_ms = record->times_ms.items[next - 1];
	bucket_places(record, bucket_end(time_ms), &from, &to);
	last_ms = record->times_ms.items[to - 1];
	/* Inside a bucket its first sample is what is known of the time before. */
	if (look_ms < last_ms) {
		look.is_exact = false;
		look.has_answer = true;
		look.answer = record->values.items[from];
		look.answer_ms = record->times_ms.items[from];
		return look;
	}
	if (!has_ended(record, time_ms, look_ms))
		return look;
	look.is_exact = false;
	look.has_answer = left_open ? look_ms - time_ms < lookback_ms : look_ms - time_ms <= lookback_ms;
	look.answer = record->values.items[to - 1];
	look.answer_ms = last_ms;
	return look;
}
