/* What a selection captured of each series: pointers to what never changes, and how much of it was there. */
#ifndef TSDB_SELECTION_CORE_H
#define TSDB_SELECTION_CORE_H

#include "base/vec.h"
#include "tsdb/chunk.h"
#include "tsdb/reclaim.h"
#include "tsdb/selection.h"
#include "tsdb/thinned.h"
#include "tsdb/timeline.h"

struct track_view {
	const struct chunk *chunks;
	uint32_t count;
	uint32_t timeline; /* number of the selection's timeline view */
};

struct series_view {
	const struct labels *labels;
	const double *open;
	uint32_t open_start, open_count;   /* places on the timeline of the last track */
	uint32_t first_track, track_count; /* oldest first */
	uint32_t thinned;                  /* number of the view + 1; 0: none */
	int64_t history_ms;
};

struct selection {
	struct living living;
	struct store *store; /* the loop's only; its address tells readers one store from another */
	uint64_t store_birth_ns;
	int64_t bucket_ms;
	size_t count;
	struct series_view *series;
	VEC(struct track_view) tracks;
	VEC(struct timeline_view) timelines;
	VEC(struct thinned_view) thinned;
};

#endif
