#include "tsdb/reclaim.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* What glibc's malloc adds and rounds to. */
#define ALLOCATOR_HEADER 8u
#define ALLOCATOR_ROUND  16u
#define ALLOCATOR_LEAST  32u

struct reclaim_item {
	void *memory;
	size_t size;
	enum reclaim_kind kind;
	uint64_t number; /* the youngest selection alive when it was retired */
};

size_t reclaim_cost(size_t size)
{
	size_t cost = (size + ALLOCATOR_HEADER + ALLOCATOR_ROUND - 1) & ~(size_t)(ALLOCATOR_ROUND - 1);

	return cost < ALLOCATOR_LEAST ? ALLOCATOR_LEAST : cost;
}

void reclaim_release(struct reclaim *reclaim)
{
	for (size_t i = reclaim->first; i < reclaim->count; i++)
		free(reclaim->items[i].memory);
	free(reclaim->items);
	memset(reclaim, 0, sizeof(*reclaim));
}

void *reclaim_alloc(struct reclaim *reclaim, enum reclaim_kind kind, size_t size)
{
	reclaim->bytes[kind] += reclaim_cost(size);
	return mem_alloc(size);
}

void reclaim_free(struct reclaim *reclaim, enum reclaim_kind kind, void *memory, size_t size)
{
	if (!memory)
		return;
	reclaim->bytes[kind] -= reclaim_cost(size);
	free(memory);
}

/* Room for one more: what was freed at the front is used again before the queue grows. */
static void make_room(struct reclaim *reclaim)
{
	if (reclaim->count < reclaim->capacity)
		return;
	if (reclaim->first > reclaim->capacity / 2) {
		reclaim->count -= reclaim->first;
		memmove(reclaim->items, reclaim->items + reclaim->first, reclaim->count * sizeof(*reclaim->items));
		reclaim->first = 0;
		return;
	}
	reclaim->capacity = reclaim->capacity ? 2 * reclaim->capacity : 64;
	reclaim->items = mem_resize(reclaim->items, reclaim->capacity, sizeof(*reclaim->items));
}

void reclaim_retire(struct reclaim *reclaim, enum reclaim_kind kind, void *memory, size_t size, uint64_t seen)
{
	if (!memory)
		return;
	if (!reclaim_is_seen(reclaim, seen)) {
		reclaim_free(reclaim, kind, memory, size);
		return;
	}
	make_room(reclaim);
	reclaim->items[reclaim->count++] = (struct reclaim_item){
		.memory = memory, .size = size, .kind = kind, .number = reclaim->youngest->number
	};
}

void reclaim_birth(struct reclaim *reclaim, struct living *living)
{
	living->number = ++reclaim->number;
	living->older = reclaim->youngest;
	living->younger = NULL;
	if (reclaim->youngest)
		reclaim->youngest->younger = living;
	else
		reclaim->oldest = living;
	reclaim->youngest = living;
	reclaim->selections++;
}

void reclaim_death(struct reclaim *reclaim, struct living *living)
{
	if (living->older)
		living->older->younger = living->younger;
	else
		reclaim->oldest = living->younger;
	if (living->younger)
		living->younger->older = living->older;
	else
		reclaim->youngest = living->older;
	reclaim->selections--;

	while (reclaim->first < reclaim->count) {
		struct reclaim_item *item = &reclaim->items[reclaim->first];

		if (reclaim_is_seen(reclaim, item->number))
			return;
		reclaim_free(reclaim, item->kind, item->memory, item->size);
		reclaim->first++;
	}
	reclaim->first = reclaim->count = 0;
}
