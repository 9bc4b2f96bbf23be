/*
 * Memory of the store that a selection may be reading: counted while it is
 * held, and given back only when no selection is alive that may look at it.
 *
 * Selections have numbers in order of birth. Whoever owns memory remembers
 * the number of the youngest selection that captured it (`seen`). Retiring
 * memory frees it at once when every selection up to that number is gone;
 * otherwise it waits until all selections alive now are. Everything here is
 * the loop's: selections are made, freed and counted on one thread.
 */
#ifndef TSDB_RECLAIM_H
#define TSDB_RECLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reclaim_kind { RECLAIM_INDEX, RECLAIM_SAMPLES, RECLAIM_BUCKETS, RECLAIM_KINDS };

/* The part of a selection that says it is alive. */
struct living {
	struct living *older, *younger;
	uint64_t number;
};

struct reclaim_item;

struct reclaim {
	size_t bytes[RECLAIM_KINDS]; /* held, waiting memory included; as the allocator rounds it */
	struct reclaim_item *items;  /* waiting, oldest first, from `first` on */
	size_t first, count, capacity;
	struct living *oldest, *youngest;
	size_t selections;
	uint64_t number; /* of the last selection born; the first is 1 */
};

void reclaim_release(struct reclaim *reclaim);

/* Not zeroed. */
void *reclaim_alloc(struct reclaim *reclaim, enum reclaim_kind kind, size_t size);

/* Free what no selection can have seen. NULL is allowed. `size` is what was asked for. */
void reclaim_free(struct reclaim *reclaim, enum reclaim_kind kind, void *memory, size_t size);

/* Free, now or later. `seen` RECLAIM_ANY: any living selection may look at it. */
#define RECLAIM_ANY UINT64_MAX
void reclaim_retire(struct reclaim *reclaim, enum reclaim_kind kind, void *memory, size_t size, uint64_t seen);

/* May a living selection look at what was last captured by number `seen`? 0: never captured. */
static inline bool reclaim_is_seen(const struct reclaim *reclaim, uint64_t seen)
{
	return reclaim->oldest && seen >= reclaim->oldest->number;
}

void reclaim_birth(struct reclaim *reclaim, struct living *living);
void reclaim_death(struct reclaim *reclaim, struct living *living);

/* What the allocator takes for a block of this size: its header, rounded up. */
size_t reclaim_cost(size_t size);

#endif
