/*
 * calculateField: what its modes share. transform_calculate.c picks the mode,
 * names the result and puts it into the frame; transform_calculate_modes.c
 * has the arithmetic, one row a mode.
 */
#ifndef DASHBOARD_TRANSFORM_CALCULATE_H
#define DASHBOARD_TRANSFORM_CALCULATE_H

#include <stdbool.h>
#include <stddef.h>

#include "dashboard/transform.h"

/* One frame at work. Results are appended behind its own fields. */
struct calculation {
	struct transform *transform;
	size_t index; /* of the frame */
	const struct frame *frame;
	const char *alias; /* "" when there is none */
	struct field *results;
	size_t result_count, result_capacity;
};

struct calculation_mode {
	const char *id;
	void (*apply)(struct calculation *calculation);
};

/* By id ("binary", ...); NULL when not known. */
const struct calculation_mode *calculation_mode_find(const char *id);

/* Add a number column, called by the alias or else `name`; NULL when the budget is spent. */
double *calculation_add(struct calculation *calculation, const char *name);

#endif
