/* Which series have a label pair: ascending series numbers. One number needs no memory of its own. */
#ifndef TSDB_POSTINGS_H
#define TSDB_POSTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsdb/reclaim.h"

struct postings {
	uint32_t count, capacity; /* capacity 0: `one` is the list */
	union {
		uint32_t *ids;
		uint32_t one;
	};
};

void postings_release(struct postings *postings, struct reclaim *reclaim);
void postings_add(struct postings *postings, struct reclaim *reclaim, uint32_t id);
void postings_remove(struct postings *postings, struct reclaim *reclaim, uint32_t id);

static inline const uint32_t *postings_ids(const struct postings *postings)
{
	return postings->capacity ? postings->ids : &postings->one;
}

/* Keep of `ids` (ascending) those that are in the postings too; returns how many. */
size_t postings_intersect(uint32_t *ids, size_t count, const struct postings *postings);

/* A set of small numbers, one bit each. */
struct bits {
	uint64_t *words;
	size_t count; /* of words */
};

void bits_init(struct bits *bits, size_t numbers);
void bits_release(struct bits *bits);

static inline void bits_set(struct bits *bits, uint32_t number)
{
	bits->words[number / 64] |= UINT64_C(1) << (number % 64);
}

static inline bool bits_has(const struct bits *bits, uint32_t number)
{
	return (bits->words[number / 64] >> (number % 64)) & 1;
}

/* The numbers of the set in order, into room for all of them; returns how many. */
size_t bits_list(const struct bits *bits, uint32_t *ret);

#endif
