/*
 * The times of the scrapes of one target, each once, for all of its series:
 * a series knows only its place on the timeline. Places count from the
 * timeline's beginning and never change; what no chunk needs any more is
 * dropped from the front.
 *
 * Sealed blocks are compressed and never changed, the open block is a buffer
 * that only grows; the list of blocks behaves as a chunk list does. So a view
 * (a captured state) can be read from any thread.
 */
#ifndef TSDB_TIMELINE_H
#define TSDB_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tsdb/reclaim.h"

#define TIMELINE_BLOCK  64u
#define TIMELINE_INSIDE 16u

struct time_block {
	int64_t first_ms, last_ms;
	uint32_t start; /* place of the first time */
	uint16_t count, size;
	union {
		uint8_t inside[TIMELINE_INSIDE];
		uint8_t *bytes;
	};
};

struct timeline {
	uint64_t id;         /* unique in the store */
	uint32_t end;        /* places so far: the next one's number */
	uint32_t fresh;      /* samples appended at the last time, not in the tally yet */
	int64_t last_ms;     /* INT64_MIN before the first */
	int64_t *open;       /* TIMELINE_BLOCK times */
	uint32_t open_start; /* place of open[0] */
	uint32_t first, block_end, capacity;
	struct time_block *blocks;
	uint64_t seen;
	uint32_t view;   /* its number in the selection `seen` */
	uint32_t holds;  /* of targets and bulks */
	uint32_t uses;   /* by tracks of series */
	uint32_t needed; /* the lowest place a chunk stands at, as far as pass number `pass` of ageing has come */
	uint64_t pass;
	size_t slot; /* in the store's list */
};

/* What a selection captured. */
struct timeline_view {
	uint64_t id;
	const struct time_block *blocks;
	const int64_t *open;
	uint32_t block_count, open_start, open_count;
};

void timeline_init(struct timeline *timeline, uint64_t id);
void timeline_retire(struct timeline *timeline, struct reclaim *reclaim);

/* The time must be after the last. */
void timeline_push(struct timeline *timeline, struct reclaim *reclaim, int64_t time_ms);

/* A chunk stands at this place: pass number `pass` must not trim it. */
static inline void timeline_need(struct timeline *timeline, uint64_t pass, uint32_t place)
{
	if (timeline->pass != pass || place < timeline->needed)
		timeline->needed = place;
	timeline->pass = pass;
}

/* Give back the blocks that lie wholly before place `needed`. */
void timeline_trim(struct timeline *timeline, struct reclaim *reclaim, uint32_t needed);

struct timeline_view timeline_view(const struct timeline *timeline);

/* The times of `count` places from `start` on, all of which must be there. */
void timeline_times(const struct timeline_view *view, uint32_t start, size_t count, int64_t *ret);

/* The first place whose time is not before (`after` false) or is after (true) `time_ms`. */
uint32_t timeline_place(const struct timeline_view *view, int64_t time_ms, bool after);

#endif
