/*
 * Sealed samples of one series: values that stand at consecutive places of
 * one timeline, compressed, never changed. Small ones live inside the record.
 *
 * A series seals in steps of CHUNK_STEP, so that little of it is ever
 * uncompressed; steps that follow each other are then put together into
 * chunks of CHUNK_SAMPLES.
 *
 * A chunk list only grows at its end, or is replaced as a whole when a
 * selection may be looking at it (reclaim.h): whoever captured the array and
 * the number of items can read them from any thread.
 */
#ifndef TSDB_CHUNK_H
#define TSDB_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/reclaim.h"

#define CHUNK_STEP    32u
#define CHUNK_SAMPLES 128u
#define CHUNK_INSIDE  16u /* bytes that fit into the record */

struct chunk {
	uint32_t start; /* place of the first value on the timeline */
	uint16_t count;
	uint16_t size; /* bytes; 0: not compressed yet, CHUNK_STEP doubles of memory */
	union {
		uint8_t inside[CHUNK_INSIDE];
		uint8_t *bytes;
		double *plain;
	};
};

struct chunk_list {
	struct chunk *items;
	uint32_t first, end, capacity; /* items first..end - 1 are there */
};

static inline uint32_t chunk_list_count(const struct chunk_list *list)
{
	return list->end - list->first;
}

struct chunk chunk_make(struct reclaim *reclaim, const double *values, uint32_t start, size_t count);

/* A chunk around an open buffer of CHUNK_STEP doubles, which it takes over. */
struct chunk chunk_make_plain(double *values, uint32_t start, size_t count);
void chunk_retire(struct reclaim *reclaim, struct chunk *chunk, uint64_t seen);

/* All `count` values. */
void chunk_values(const struct chunk *chunk, double *ret);

void chunk_list_push(struct chunk_list *list, struct reclaim *reclaim, struct chunk chunk, uint64_t seen);

/* Put `count` neighbours from `at` on (an index of items) together into one; all of CHUNK_SAMPLES at most. */
void chunk_list_join(struct chunk_list *list, struct reclaim *reclaim, uint32_t at, uint32_t count, uint64_t seen);

/* Drop the oldest. */
void chunk_list_shift(struct chunk_list *list, struct reclaim *reclaim, uint64_t seen);
void chunk_list_retire(struct chunk_list *list, struct reclaim *reclaim, uint64_t seen);

#endif
