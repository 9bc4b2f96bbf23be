#include "tsdb/timeline.h"

#include <string.h>

#include "base/log.h"
#include "tsdb/codec.h"

#define BLOCKS_GROW 4u

void timeline_init(struct timeline *timeline, uint64_t id)
{
	*timeline = (struct timeline){ .id = id, .last_ms = INT64_MIN, .needed = UINT32_MAX };
}

static void block_retire(struct reclaim *reclaim, struct time_block *block, uint64_t seen)
{
	if (block->size > TIMELINE_INSIDE)
		reclaim_retire(reclaim, RECLAIM_SAMPLES, block->bytes, block->size, seen);
}

void timeline_retire(struct timeline *timeline, struct reclaim *reclaim)
{
	for (uint32_t i = timeline->first; i < timeline->block_end; i++)
		block_retire(reclaim, &timeline->blocks[i], timeline->seen);
	reclaim_retire(reclaim, RECLAIM_SAMPLES, timeline->blocks, timeline->capacity * sizeof(*timeline->blocks),
		       timeline->seen);
	reclaim_retire(reclaim, RECLAIM_SAMPLES, timeline->open, TIMELINE_BLOCK * sizeof(*timeline->open),
		       timeline->seen);
}

static void push_block(struct timeline *timeline, struct reclaim *reclaim, const struct time_block *block)
{
	if (timeline->block_end == timeline->capacity) {
		uint32_t count = timeline->block_end - timeline->first, capacity = count + BLOCKS_GROW;
		struct time_block *blocks = reclaim_alloc(reclaim, RECLAIM_SAMPLES, capacity * sizeof(*blocks));

		if (count)
			memcpy(blocks, timeline->blocks + timeline->first, count * sizeof(*blocks));
		reclaim_retire(reclaim, RECLAIM_SAMPLES, timeline->blocks, timeline->capacity * sizeof(*blocks),
			       timeline->seen);
		timeline->blocks = blocks;
		timeline->capacity = capacity;
		timeline->first = 0;
		timeline->block_end = count;
	}
	timeline->blocks[timeline->block_end++] = *block;
}

/* The open block is full: compress it and begin another. */
static void seal(struct timeline *timeline, struct reclaim *reclaim)
{
	uint8_t bytes[CODEC_BOUND(TIMELINE_BLOCK)];
	size_t size = codec_encode_times(timeline->open, TIMELINE_BLOCK, bytes);
	struct time_block block = { .first_ms = timeline->open[0],
				    .last_ms = timeline->open[TIMELINE_BLOCK - 1],
				    .start = timeline->open_start,
				    .count = TIMELINE_BLOCK,
				    .size = (uint16_t)size };

	if (size <= TIMELINE_INSIDE) {
		memcpy(block.inside, bytes, size);
	} else {
		block.bytes = reclaim_alloc(reclaim, RECLAIM_SAMPLES, size);
		memcpy(block.bytes, bytes, size);
	}
	push_block(timeline, reclaim, &block);
	if (reclaim_is_seen(reclaim, timeline->seen)) {
		reclaim_retire(reclaim, RECLAIM_SAMPLES, timeline->open, TIMELINE_BLOCK * sizeof(*timeline->open),
			       timeline->seen);
		timeline->open = NULL;
	}
	timeline->open_start = timeline->end;
}

void timeline_push(struct timeline *timeline, struct reclaim *reclaim, int64_t time_ms)
{
	if (timeline->end - timeline->open_start == TIMELINE_BLOCK)
		seal(timeline, reclaim);
	if (!timeline->open)
		timeline->open = reclaim_alloc(reclaim, RECLAIM_SAMPLES, TIMELINE_BLOCK * sizeof(*timeline->open));
	timeline->open[timeline->end++ - timeline->open_start] = time_ms;
	timeline->last_ms = time_ms;
}

void timeline_trim(struct timeline *timeline, struct reclaim *reclaim, uint32_t needed)
{
	while (timeline->first < timeline->block_end) {
		struct time_block *block = &timeline->blocks[timeline->first];

		if (block->start + block->count > needed)
			return;
		block_retire(reclaim, block, timeline->seen);
		timeline->first++;
	}
}

struct timeline_view timeline_view(const struct timeline *timeline)
{
	return (struct timeline_view){
		.id = timeline->id,
		.blocks = timeline->blocks ? timeline->blocks + timeline->first : NULL,
		.block_count = timeline->block_end - timeline->first,
		.open = timeline->open,
		.open_start = timeline->open_start,
		.open_count = timeline->end - timeline->open_start,
	};
}

static void block_times(const struct time_block *block, int64_t *ret)
{
	const uint8_t *bytes = block->size <= TIMELINE_INSIDE ? block->inside : block->bytes;

	if (codec_decode_times(bytes, block->size, ret, block->count) == 0)
		return;
	/* Cannot happen with what the encoder wrote; times must ascend whatever happens. */
	log_line(LOG_LEVEL_ERROR, "store: a block of %u times cannot be read", block->count);
	for (unsigned i = 0; i < block->count; i++)
		ret[i] = block->first_ms + (block->last_ms - block->first_ms) * i / block->count;
}

/* The block that holds the place, or block_count when it is in the open one. */
static uint32_t block_of_place(const struct timeline_view *view, uint32_t place)
{
	uint32_t low = 0, high = view->block_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (view->blocks[middle].start + view->blocks[middle].count <= place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void timeline_times(const struct timeline_view *view, uint32_t start, size_t count, int64_t *ret)
{
	int64_t times[TIMELINE_BLOCK];
	uint32_t at = block_of_place(view, start);

	for (; count && at < view->block_count; at++) {
		const struct time_block *block = &view->blocks[at];
		size_t skip = start - block->start, taken = block->count - skip;

		if (taken > count)
			taken = count;
		if (skip == 0 && taken == block->count) {
			block_times(block, ret);
		} else {
			block_times(block, times);
			memcpy(ret, times + skip, taken * sizeof(*ret));
		}
		ret += taken;
		start += (uint32_t)taken;
		count -= taken;
	}
	if (count)
		memcpy(ret, view->open + (start - view->open_start), count * sizeof(*ret));
}

static uint32_t first_not_before(const int64_t *times, uint32_t count, int64_t time_ms)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (times[middle] < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t timeline_place(const struct timeline_view *view, int64_t time_ms, bool after)
{
	int64_t times[TIMELINE_BLOCK];
	uint32_t low = 0, high = view->block_count;

	if (after && time_ms == INT64_MAX)
		return view->open_start + view->open_count;
	time_ms += after;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (view->blocks[middle].last_ms < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == view->block_count)
		return view->open_start + first_not_before(view->open, view->open_count, time_ms);
	if (view->blocks[low].first_ms >= time_ms)
		return view->blocks[low].start;
	block_times(&view->blocks[low], times);
	return view->blocks[low].start + first_not_before(times, view->blocks[low].count, time_ms);
}
