/*
 * Reducing rows of a column to one cell, whatever its type: numbers by the
 * reducers of reduce.h, times and texts by those that make sense for them
 * (first, last, smallest, largest, counts, lists of values).
 */
#ifndef DASHBOARD_REDUCTION_H
#define DASHBOARD_REDUCTION_H

#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"
#include "dashboard/frame.h"
#include "dashboard/reduce.h"

struct reduction {
	const char *id;
	const char *title;
	const struct reducer *reducer; /* NULL for those of texts only */
};

/* False when there is no such reducer. */
bool reduction_find(const char *id, struct reduction *ret);

/* The type of what comes out when columns of `type` are reduced. */
enum field_type reduction_type(const struct reduction *reduction, enum field_type type);

/*
 * Reduce the cells of `field` at `rows` (NULL: the first `count`) into cell
 * `ret_row` of `ret`, a column made by column_make. What has no answer for
 * the column's type is "no value".
 */
void reduction_apply(const struct reduction *reduction, const struct field *field, const size_t *rows, size_t count,
		     struct field *ret, size_t ret_row, struct arena *arena);

#endif
