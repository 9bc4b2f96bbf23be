#include "tsdb/chunk.h"

#include <string.h>

#include "base/log.h"
#include "tsdb/codec.h"

/* The list grows by few items at a time: there are as many lists as series, and each record costs as a dozen samples.
 */
#define LIST_GROWS 4u

_Static_assert(CHUNK_SAMPLES <= CODEC_RUN_MAX, "a chunk is one run");
_Static_assert(CODEC_BOUND(CHUNK_SAMPLES) <= UINT16_MAX, "its size fits the record");

struct chunk chunk_make(struct reclaim *reclaim, const double *values, uint32_t start, size_t count)
{
	uint8_t bytes[CODEC_BOUND(CHUNK_SAMPLES)];
	struct chunk chunk = { .start = start, .count = (uint16_t)count };
	size_t size = codec_encode_values(values, count, bytes);

	chunk.size = (uint16_t)size;
	if (size <= CHUNK_INSIDE) {
		memcpy(chunk.inside, bytes, size);
	} else {
		chunk.bytes = reclaim_alloc(reclaim, RECLAIM_SAMPLES, size);
		memcpy(chunk.bytes, bytes, size);
	}
	return chunk;
}

struct chunk chunk_make_plain(double *values, uint32_t start, size_t count)
{
	return (struct chunk){ .start = start, .count = (uint16_t)count, .plain = values };
}

void chunk_retire(struct reclaim *reclaim, struct chunk *chunk, uint64_t seen)
{
	if (chunk->size == 0)
		reclaim_retire(reclaim, RECLAIM_SAMPLES, chunk->plain, CHUNK_STEP * sizeof(double), seen);
	else if (chunk->size > CHUNK_INSIDE)
		reclaim_retire(reclaim, RECLAIM_SAMPLES, chunk->bytes, chunk->size, seen);
}

void chunk_values(const struct chunk *chunk, double *ret)
{
	const uint8_t *bytes = chunk->size <= CHUNK_INSIDE ? chunk->inside : chunk->bytes;

	if (chunk->size == 0) {
		memcpy(ret, chunk->plain, chunk->count * sizeof(*ret));
		return;
	}
	/* What the encoder wrote always decodes; should memory be damaged, a hole is better than numbers made up. */
	if (codec_decode_values(bytes, chunk->size, ret, chunk->count) < 0) {
		log_line(LOG_LEVEL_ERROR, "store: a chunk of %u samples cannot be read", chunk->count);
		memset(ret, 0xFF, chunk->count * sizeof(*ret));
	}
}

/* A new array with room for `more`, holding the items there are. The old one goes when nobody reads it. */
static void list_renew(struct chunk_list *list, struct reclaim *reclaim, uint32_t more, uint64_t seen)
{
	uint32_t count = chunk_list_count(list), capacity = count + more;
	struct chunk *items = reclaim_alloc(reclaim, RECLAIM_SAMPLES, capacity * sizeof(*items));

	if (count)
		memcpy(items, list->items + list->first, count * sizeof(*items));
	reclaim_retire(reclaim, RECLAIM_SAMPLES, list->items, list->capacity * sizeof(*items), seen);
	*list = (struct chunk_list){ .items = items, .end = count, .capacity = capacity };
}

void chunk_list_push(struct chunk_list *list, struct reclaim *reclaim, struct chunk chunk, uint64_t seen)
{
	if (list->end == list->capacity)
		list_renew(list, reclaim, LIST_GROWS, seen);
	list->items[list->end++] = chunk;
}

void chunk_list_join(struct chunk_list *list, struct reclaim *reclaim, uint32_t at, uint32_t count, uint64_t seen)
{
	double values[CHUNK_SAMPLES];
	size_t total = 0;
	uint32_t start = list->items[at].start;

	for (uint32_t i = at; i < at + count; i++) {
		chunk_values(&list->items[i], values + total);
		total += list->items[i].count;
	}
	if (reclaim_is_seen(reclaim, seen)) {
		at -= list->first;
		list_renew(list, reclaim, LIST_GROWS, seen);
	}
	for (uint32_t i = at; i < at + count; i++)
		chunk_retire(reclaim, &list->items[i], seen);
	list->items[at] = chunk_make(reclaim, values, start, total);
	memmove(list->items + at + 1, list->items + at + count, (list->end - at - count) * sizeof(*list->items));
	list->end -= count - 1;
}

void chunk_list_shift(struct chunk_list *list, struct reclaim *reclaim, uint64_t seen)
{
	chunk_retire(reclaim, &list->items[list->first++], seen);
	if (list->first < list->end)
		return;
	reclaim_retire(reclaim, RECLAIM_SAMPLES, list->items, list->capacity * sizeof(*list->items), seen);
	*list = (struct chunk_list){ 0 };
}

void chunk_list_retire(struct chunk_list *list, struct reclaim *reclaim, uint64_t seen)
{
	while (chunk_list_count(list))
		chunk_list_shift(list, reclaim, seen);
	reclaim_retire(reclaim, RECLAIM_SAMPLES, list->items, list->capacity * sizeof(*list->items), seen);
	*list = (struct chunk_list){ 0 };
}
