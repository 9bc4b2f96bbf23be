/*
 * Reducers: one row a reducer, Grafana's ids and results (packages/data
 * fieldReducer behaviour, from the facts and vectors): lastNotNull, mean, ...
 */
#ifndef DASHBOARD_REDUCE_H
#define DASHBOARD_REDUCE_H

#include <stddef.h>
#include <stdint.h>

struct reducer {
	const char *id;          /* "lastNotNull" */
	const char *title;       /* "Last *" */
	const char *short_title; /* for a legend: "last" */
	/* `values` may hold NaN and frame_null(); the result may be NaN or frame_null() (nothing there). */
	double (*reduce)(const double *values, size_t count);
};

/* By id, also old names ("current", "avg", "total"); NULL when not known. */
const struct reducer *reducer_find(const char *id);
const struct reducer *reducer_table(size_t *ret_count);

#endif
