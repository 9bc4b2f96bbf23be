/*
 * How many there are of each age: counts by slots of time, from which the
 * time before which the oldest N lie is read without looking at any series.
 */
#ifndef TSDB_TALLY_H
#define TSDB_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct tally_slot {
	int64_t slot;
	int64_t count;
};

struct tally {
	int64_t width_ms; /* of a slot */
	int64_t total;
	VEC(struct tally_slot) slots; /* ascending, none of them 0 */
};

void tally_release(struct tally *tally);
void tally_add(struct tally *tally, int64_t time_ms, int64_t count);

/* Count each of these ascending times, or with `remove` take each away. */
void tally_add_times(struct tally *tally, const int64_t *times_ms, size_t count, bool remove);

/* The first moment that at least `excess` of what is counted lie before; INT64_MAX when there are not so many. */
int64_t tally_cutoff(const struct tally *tally, int64_t excess);

#endif
