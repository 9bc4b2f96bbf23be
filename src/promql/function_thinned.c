/*
 * The _over_time family over thinned history: buckets first, then the raw
 * samples behind them.
 *
 * Exact when no bucket is cut by a border of the window: count, min, max,
 * first, last and present to the bit, sum and avg to the rounding of sums
 * (1e-9 relative and better). Of a cut bucket count and sum take their share
 * as if its samples were evenly spaced and alike; min and max take the whole
 * bucket's; first and last what lies on the straight line between its ends.
 * Where a cut leaves just the bucket's first or last sample, all are exact.
 */
#include "promql/function_impl.h"

#include <math.h>

#include "promql/kahan.h"
#include "promql/window_part.h"

struct totals {
	double count;
	struct kahan sum;
};

static struct totals totals_of(const struct window *window)
{
	const struct buckets *buckets = &window->buckets;
	struct totals totals = { .count = (double)window->count };
	struct window_part part;

	for (size_t i = 0; i < buckets->count; i++) {
		double sum = buckets->sum[i];

		if (!window_part(window, i, false, &part))
			continue;
		if (part.known)
			sum = part.last;
		else if (part.cut)
			sum *= part.samples / buckets->samples[i];
		totals.count += part.samples;
		totals.sum = kahan_add(totals.sum, sum);
	}
	for (size_t i = 0; i < window->count; i++)
		totals.sum = kahan_add(totals.sum, window->values[i]);
	return totals;
}

bool thinned_count_over_time(const struct window *window, const double *arguments, double *ret)
{
	struct window_part part;
	double count = (double)window->count;

	(void)arguments;
	for (size_t i = 0; i < window->buckets.count; i++)
		if (window_part(window, i, false, &part))
			count += part.samples;
	*ret = count;
	return count > 0;
}

bool thinned_sum_over_time(const struct window *window, const double *arguments, double *ret)
{
	struct totals totals = totals_of(window);

	(void)arguments;
	*ret = kahan_total(totals.sum);
	return totals.count > 0;
}

bool thinned_avg_over_time(const struct window *window, const double *arguments, double *ret)
{
	struct totals totals = totals_of(window);

	(void)arguments;
	*ret = kahan_total(totals.sum) / totals.count;
	return totals.count > 0;
}

static bool extreme(const struct window *window, const double *column, bool greatest, double *ret)
{
	struct window_part part;
	double found = NAN;
	bool any = window->count > 0;

	for (size_t i = 0; i < window->buckets.count; i++) {
		double value;

		if (!window_part(window, i, false, &part))
			continue;
		any = true;
		value = part.known ? part.last : column[i];
		if (isnan(found) || (greatest ? value > found : value < found))
			found = value;
	}
	for (size_t i = 0; i < window->count; i++) {
		double value = window->values[i];

		if (isnan(found) || (greatest ? value > found : value < found))
			found = value;
	}
	*ret = found;
	return any;
}

bool thinned_min_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return extreme(window, window->buckets.min, false, ret);
}

bool thinned_max_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return extreme(window, window->buckets.max, true, ret);
}

bool thinned_first_over_time(const struct window *window, const double *arguments, double *ret)
{
	struct window_part part;

	(void)arguments;
	for (size_t i = 0; i < window->buckets.count; i++) {
		if (window_part(window, i, false, &part)) {
			*ret = part.first;
			return true;
		}
	}
	if (window->count)
		*ret = window->values[0];
	return window->count > 0;
}

bool thinned_last_over_time(const struct window *window, const double *arguments, double *ret)
{
	struct window_part part;

	(void)arguments;
	if (window->count) {
		*ret = window->values[window->count - 1];
		return true;
	}
	for (size_t i = window->buckets.count; i-- > 0;) {
		if (window_part(window, i, false, &part)) {
			*ret = part.last;
			return true;
		}
	}
	return false;
}

bool thinned_present_over_time(const struct window *window, const double *arguments, double *ret)
{
	*ret = 1;
	return thinned_last_over_time(window, arguments, &(double){ 0 });
}
