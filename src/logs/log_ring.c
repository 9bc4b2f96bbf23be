#include "logs/log_ring.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SEGMENT_BYTES ((size_t)64 * 1024)

struct log_segment {
	atomic_uint holders; /* the ring, and each view */
	char bytes[SEGMENT_BYTES];
};

/* Segment i holds the offsets from i * SEGMENT_BYTES on; `segments[0]` is the one of `begin`. */
struct log_ring {
	struct log_segment **segments;
	size_t count, most;
	uint64_t begin, end;
};

static void segment_drop(struct log_segment *segment)
{
	if (atomic_fetch_sub(&segment->holders, 1) == 1)
		free(segment);
}

struct log_ring *log_ring_new(size_t limit_bytes)
{
	struct log_ring *ring = mem_zalloc(sizeof(*ring));

	ring->most = limit_bytes / SEGMENT_BYTES;
	/* A line of the greatest length must fit beside what is being written. */
	if (ring->most < 3)
		ring->most = 3;
	ring->segments = mem_array(ring->most, sizeof(struct log_segment *));
	return ring;
}

void log_ring_free(struct log_ring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < ring->count; i++)
		segment_drop(ring->segments[i]);
	free(ring->segments);
	free(ring);
}

/* The first offset at or behind `from` that begins a line; the end when no line is whole. */
static uint64_t next_line(const struct log_ring *ring, uint64_t base, uint64_t from)
{
	while (from < ring->end) {
		const struct log_segment *segment = ring->segments[from / SEGMENT_BYTES - base];
		uint64_t segment_end = (from / SEGMENT_BYTES + 1) * SEGMENT_BYTES;
		size_t at = (size_t)(from % SEGMENT_BYTES);
		size_t size = (size_t)((segment_end < ring->end ? segment_end : ring->end) - from);
		const char *newline = memchr(segment->bytes + at, '\n', size);

		if (newline)
			return from + (uint64_t)(newline - segment->bytes - (ptrdiff_t)at) + 1;
		from += size;
	}
	return ring->end;
}

/* The oldest segment goes; the first line that is whole begins the ring. */
static void forget_oldest(struct log_ring *ring)
{
	uint64_t base = ring->begin / SEGMENT_BYTES;
	size_t gone;

	/* From the byte before: a line may begin just where the next segment does. */
	ring->begin = next_line(ring, base, (base + 1) * SEGMENT_BYTES - 1);
	gone = (size_t)(ring->begin / SEGMENT_BYTES - base);
	if (gone > ring->count)
		gone = ring->count;
	for (size_t i = 0; i < gone; i++)
		segment_drop(ring->segments[i]);
	ring->count -= gone;
	memmove(ring->segments, ring->segments + gone, ring->count * sizeof(struct log_segment *));
}

void log_ring_add(struct log_ring *ring, const char *bytes, size_t length)
{
	while (length) {
		size_t at = (size_t)(ring->end % SEGMENT_BYTES), part = SEGMENT_BYTES - at;

		if (!at) {
			if (ring->count == ring->most)
				forget_oldest(ring);
			ring->segments[ring->count] = mem_alloc(sizeof(struct log_segment));
			atomic_init(&ring->segments[ring->count]->holders, 1);
			ring->count++;
		}
		if (part > length)
			part = length;
		memcpy(ring->segments[ring->count - 1]->bytes + at, bytes, part);
		ring->end += part;
		bytes += part;
		length -= part;
	}
}

uint64_t log_ring_begin(const struct log_ring *ring)
{
	return ring->begin;
}

uint64_t log_ring_end(const struct log_ring *ring)
{
	return ring->end;
}

void log_view_take(struct log_view *ret, const struct log_ring *ring, uint64_t from)
{
	uint64_t begin = from > ring->begin ? from : ring->begin;
	size_t first;

	*ret = (struct log_view){ .begin = begin < ring->end ? begin : ring->end, .end = ring->end };
	if (ret->begin == ret->end)
		return;
	first = (size_t)(ret->begin / SEGMENT_BYTES - ring->begin / SEGMENT_BYTES);
	ret->count = ring->count - first;
	ret->segments = mem_array(ret->count, sizeof(struct log_segment *));
	memcpy(ret->segments, ring->segments + first, ret->count * sizeof(struct log_segment *));
	for (size_t i = 0; i < ret->count; i++)
		atomic_fetch_add(&ret->segments[i]->holders, 1);
}

void log_view_release(struct log_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		segment_drop(view->segments[i]);
	free(view->segments);
	*view = (struct log_view){ 0 };
}

size_t log_view_read(const struct log_view *view, uint64_t offset, char *ret, size_t size)
{
	size_t done = 0;

	if (offset < view->begin || offset >= view->end)
		return 0;
	if (size > view->end - offset)
		size = (size_t)(view->end - offset);
	while (done < size) {
		size_t index = (size_t)(offset / SEGMENT_BYTES - view->begin / SEGMENT_BYTES);
		size_t at = (size_t)(offset % SEGMENT_BYTES), part = SEGMENT_BYTES - at;

		if (part > size - done)
			part = size - done;
		memcpy(ret + done, view->segments[index]->bytes + at, part);
		done += part;
		offset += part;
	}
	return done;
}
