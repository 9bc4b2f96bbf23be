/*
 * The part of one bucket of thinned history that lies in a window.
 *
 * A bucket wholly inside is exact. Of one that a border cuts, the samples are
 * taken for evenly spaced between the bucket's first and last one, their
 * values for a straight line between those two: the true first or last sample
 * stays exact when it is inside, and where a border falls right on it so that
 * it is all there is inside, the part is known: as in closed windows from one
 * bucket's end to another's. No part is larger than its bucket.
 */
#ifndef PROMQL_WINDOW_PART_H
#define PROMQL_WINDOW_PART_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "promql/window.h"

struct window_part {
	int64_t first_ms, last_ms;
	double first, last;
	double samples;
	double lost; /* to resets of a counter in between: increase = last - first + lost */
	bool cut;
	bool known; /* for certain one sample, the bucket's first or last: `first` and `last` are its value */
};

/* Used by window_part alone: some samples of bucket `index` lie outside. */
bool window_part_cut(const struct window *window, size_t index, bool counter, struct window_part *ret);

static inline bool window_covers(const struct window *window, int64_t first_ms, int64_t last_ms)
{
	return last_ms <= window->end_ms &&
	       (window->left_open ? first_ms > window->start_ms : first_ms >= window->start_ms);
}

/* Bucket `index`'s part; false when none of its samples lies in the window. Only of a `counter` is a fall a reset. */
static inline bool window_part(const struct window *window, size_t index, bool counter, struct window_part *ret)
{
	const struct buckets *buckets = &window->buckets;

	if (!window_covers(window, buckets->first_ms[index], buckets->last_ms[index]))
		return window_part_cut(window, index, counter, ret);
	*ret = (struct window_part){
		.first_ms = buckets->first_ms[index],
		.last_ms = buckets->last_ms[index],
		.first = buckets->first[index],
		.last = buckets->last[index],
		.samples = buckets->samples[index],
		.lost = buckets->resets[index],
	};
	return ret->samples > 0;
}

#endif
