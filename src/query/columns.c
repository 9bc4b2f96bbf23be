#include "query/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void columns_release(struct columns *columns)
{
	free(columns->values);
	free(columns->times);
	*columns = (struct columns){ 0 };
}

/* Where `time_ms` stands in the shared column, or its length. */
static size_t find_shared(const struct columns *columns, int64_t time_ms)
{
	size_t low = 0, high = columns->shared_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (columns->shared[middle] < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low < columns->shared_count && columns->shared[low] == time_ms ? low : columns->shared_count;
}

static void reserve_times(struct columns *columns, size_t count)
{
	vec_reserve_((void **)(void *)&columns->times, &columns->times_capacity, count, sizeof(*columns->times));
}

static void leave_shared(struct columns *columns)
{
	columns->own_times = true;
	reserve_times(columns, columns->count + 1);
	if (columns->count)
		memcpy(columns->times, columns->shared + columns->offset, columns->count * sizeof(*columns->times));
}

int columns_add(struct columns *columns, int64_t time_ms, double value)
{
	size_t at;

	if (!columns->count) {
		columns->offset = find_shared(columns, time_ms);
		columns->own_times = false;
	}
	at = columns->offset + columns->count;
	if (!columns->own_times && (at >= columns->shared_count || columns->shared[at] != time_ms))
		leave_shared(columns);
	if (columns->own_times) {
		if (columns->count && columns->times[columns->count - 1] >= time_ms)
			return -1;
		if (columns->count >= columns->times_capacity)
			reserve_times(columns, columns->count + 1);
		columns->times[columns->count] = time_ms;
	}
	if (columns->count >= columns->capacity)
		vec_reserve_((void **)(void *)&columns->values, &columns->capacity, columns->count + 1,
			     sizeof(*columns->values));
	columns->values[columns->count++] = value;
	return 0;
}

void columns_take(struct columns *columns, struct arena *arena, struct series *ret)
{
	size_t count = columns->count;
	double *values;
	int64_t *times;

	ret->count = count;
	columns->count = 0;
	if (!count)
		return;
	values = arena_array(arena, count, sizeof(*values));
	memcpy(values, columns->values, count * sizeof(*values));
	ret->values = values;
	if (!columns->own_times) {
		ret->times_ms = columns->shared + columns->offset;
		return;
	}
	times = arena_array(arena, count, sizeof(*times));
	memcpy(times, columns->times, count * sizeof(*times));
	ret->times_ms = times;
	if (count > columns->shared_count) {
		columns->shared = times;
		columns->shared_count = count;
	}
}
