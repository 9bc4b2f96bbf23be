/*
 * The last lines of a stream, in memory: bytes with a running offset, in
 * segments of 64 KiB of which the oldest go when the ring is full. Whole lines
 * are put in, each with its newline. The ring belongs to the loop; a view of
 * it, taken in the loop, may be read on any thread: its segments stay until
 * the view is given back, and what is written later is not seen.
 */
#ifndef LOGS_LOG_RING_H
#define LOGS_LOG_RING_H

#include <stddef.h>
#include <stdint.h>

struct log_ring;

struct log_ring *log_ring_new(size_t limit_bytes);
void log_ring_free(struct log_ring *ring); /* views that are out stay good; NULL is allowed */

/* Append bytes; they may stand in two segments. */
void log_ring_add(struct log_ring *ring, const char *bytes, size_t length);

/* Offsets of the first byte kept, which begins a line, and behind the last. */
uint64_t log_ring_begin(const struct log_ring *ring);
uint64_t log_ring_end(const struct log_ring *ring);

/* Bytes from..to of a ring as they were when the view was taken. */
struct log_view {
	struct log_segment **segments;
	size_t count;
	uint64_t begin, end;
};

/* From `from` (moved up to the first byte kept) to the end. */
void log_view_take(struct log_view *ret, const struct log_ring *ring, uint64_t from);
void log_view_release(struct log_view *view);

/* Copy bytes at `offset`, as read(2) does: returns how many, 0 at the end. */
size_t log_view_read(const struct log_view *view, uint64_t offset, char *ret, size_t size);

#endif
