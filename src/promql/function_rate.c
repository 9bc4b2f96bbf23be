/*
 * Counters and gauges over a window: rate, increase, delta, irate, idelta.
 *
 * Over thinned history rate, increase and delta know of each bucket its first
 * and last sample, and what resets took away between them; a reset on a seam
 * between buckets, or between the last bucket and the raw samples, shows in
 * its two neighbours. So all three are exact (to the rounding of one addition
 * a bucket) when no bucket is cut by a border of the window, up to one thing:
 * the mean distance of samples, which bounds the extrapolation to the borders,
 * is exact as well only when buckets hold real samples. A cut bucket is taken
 * for evenly spaced samples on a straight line (window_part.h).
 */
#include "promql/function_impl.h"

#include "promql/window_part.h"

enum change_kind { CHANGE_RATE, CHANGE_INCREASE, CHANGE_DELTA };

/* What a counter lost to resets, the value before each, on top of `change`: in this order, as rounding has one too. */
static double add_lost(double change, const double *values, size_t count)
{
	size_t resets = 0;

	/* Almost always there is none, and counting them takes no branches. */
	for (size_t i = 1; i < count; i++)
		resets += values[i] < values[i - 1];
	for (size_t i = 1; resets; i++) {
		if (values[i] < values[i - 1]) {
			change += values[i - 1];
			resets--;
		}
	}
	return change;
}

/*
 * Prometheus's extrapolatedRate. Where the window reaches further than 1.1
 * mean distances beyond the samples, half a distance is added, else all of
 * it, and a counter is not followed below zero. 2.42 applied that last rule
 * before the threshold, 2.51 and later behind it.
 */
static double extrapolate(const struct window *window, const struct window_part *part, double change,
			  enum change_kind kind)
{
	double sampled = (double)(part->last_ms - part->first_ms) / 1000;
	double distance = sampled / (part->samples - 1), threshold = distance * 1.1;
	double to_start = (double)(part->first_ms - window->start_ms) / 1000;
	double to_end = (double)(window->end_ms - part->last_ms) / 1000;
	double to_zero = INFINITY, factor;

	if (kind != CHANGE_DELTA && change > 0 && part->first >= 0)
		to_zero = sampled * (part->first / change);
	if (!window->left_open && to_zero < to_start)
		to_start = to_zero;
	if (to_start >= threshold)
		to_start = distance / 2;
	if (window->left_open && to_zero < to_start)
		to_start = to_zero;
	if (to_end >= threshold)
		to_end = distance / 2;
	factor = (sampled + to_start + to_end) / sampled;
	if (kind == CHANGE_RATE)
		factor /= (double)(window->end_ms - window->start_ms) / 1000;
	return change * factor;
}

static bool change_of_window(const struct window *window, enum change_kind kind, double *ret)
{
	size_t last = window->count - 1;
	struct window_part part;
	double change;

	if (window->count < 2)
		return false;
	part = (struct window_part){
		.first_ms = window->times_ms[0],
		.last_ms = window->times_ms[last],
		.first = window->values[0],
		.last = window->values[last],
		.samples = (double)window->count,
	};
	change = part.last - part.first;
	if (kind != CHANGE_DELTA)
		change = add_lost(change, window->values, window->count);
	*ret = extrapolate(window, &part, change, kind);
	return true;
}

bool window_rate(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return change_of_window(window, CHANGE_RATE, ret);
}

bool window_increase(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return change_of_window(window, CHANGE_INCREASE, ret);
}

bool window_delta(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return change_of_window(window, CHANGE_DELTA, ret);
}

/* Put `next` behind what `all` holds. */
static void join(struct window_part *all, const struct window_part *next)
{
	if (all->samples == 0) {
		*all = *next;
		return;
	}
	all->lost += next->lost + (next->first < all->last ? all->last : 0);
	all->samples += next->samples;
	all->last = next->last;
	all->last_ms = next->last_ms;
}

static bool change_of_thinned(const struct window *window, enum change_kind kind, double *ret)
{
	struct window_part all = { 0 }, part;
	double change;

	for (size_t i = 0; i < window->buckets.count; i++)
		if (window_part(window, i, kind != CHANGE_DELTA, &part))
			join(&all, &part);
	if (window->count) {
		size_t last = window->count - 1;

		part = (struct window_part){
			.first_ms = window->times_ms[0],
			.last_ms = window->times_ms[last],
			.first = window->values[0],
			.last = window->values[last],
			.samples = (double)window->count,
			.lost = add_lost(0, window->values, window->count),
		};
		join(&all, &part);
	}
	if (all.samples < 2 || all.last_ms <= all.first_ms)
		return false;
	change = all.last - all.first;
	if (kind != CHANGE_DELTA)
		change += all.lost;
	*ret = extrapolate(window, &all, change, kind);
	return true;
}

bool thinned_rate(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return change_of_thinned(window, CHANGE_RATE, ret);
}

bool thinned_increase(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return change_of_thinned(window, CHANGE_INCREASE, ret);
}

bool thinned_delta(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return change_of_thinned(window, CHANGE_DELTA, ret);
}

/* From the last two samples alone; a rate takes a fall for a reset. */
static bool instant_change(const struct window *window, bool rate, double *ret)
{
	size_t last = window->count - 1;
	double before, now;
	int64_t distance_ms;

	if (window->count < 2)
		return false;
	distance_ms = window->times_ms[last] - window->times_ms[last - 1];
	if (distance_ms == 0)
		return false;
	before = window->values[last - 1];
	now = window->values[last];
	*ret = rate && now < before ? now : now - before;
	if (rate)
		*ret /= (double)distance_ms / 1000;
	return true;
}

bool window_irate(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return instant_change(window, true, ret);
}

bool window_idelta(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return instant_change(window, false, ret);
}
