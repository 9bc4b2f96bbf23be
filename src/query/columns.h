/*
 * The samples of one series after another, gathered into columns. Answers to
 * range questions lie on one grid of times: a series whose times are a piece
 * of the longest column so far points into it and stores only its values.
 * Zeroed memory is empty.
 */
#ifndef QUERY_COLUMNS_H
#define QUERY_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "tsdb/matrix.h"

struct columns {
	double *values;
	size_t count, capacity;
	int64_t *times; /* of this series, once they differ from the shared column */
	size_t times_capacity;
	bool own_times;
	const int64_t *shared; /* in the arena */
	size_t shared_count;
	size_t offset; /* this series' first time in the shared column */
};

void columns_release(struct columns *columns);

/* Add a sample to the present series. -1 when its time is not after the one before. */
int columns_add(struct columns *columns, int64_t time_ms, double value);

/* End the present series: its columns go to `ret`, the memory is the arena's. */
void columns_take(struct columns *columns, struct arena *arena, struct series *ret);

#endif
