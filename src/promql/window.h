/*
 * One window of one series, as range functions see it: raw samples without
 * staleness markers, and before them, when part of the window lies in thinned
 * history, buckets.
 */
#ifndef PROMQL_WINDOW_H
#define PROMQL_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "tsdb/selection.h"

struct window {
	const int64_t *times_ms;
	const double *values;
	size_t count;
	int64_t start_ms, end_ms; /* of the window: t - range - offset and t - offset */
	struct buckets buckets;   /* count 0 for raw windows; those of which any part lies in the window */
	int64_t bucket_ms;
	int64_t time_ms; /* of the step it is evaluated for: end_ms differs by offset and @ */
	bool left_open;  /* as the options say; functions follow 3.x then, 2.42 otherwise */
};

#endif
