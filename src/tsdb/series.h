/*
 * One series of the store. Appending touches its first cache line only:
 * samples go into an open buffer until CHUNK_STEP are there, which are then
 * sealed. Raw samples stand on tracks, one for each timeline the series was
 * appended from (mostly one); thinned history is apart (thinned.h).
 */
#ifndef TSDB_SERIES_H
#define TSDB_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "tsdb/chunk.h"
#include "tsdb/labels.h"
#include "tsdb/store.h"
#include "tsdb/thinned.h"
#include "tsdb/timeline.h"

struct job;

/* Chunks on one timeline. */
struct track {
	struct timeline *timeline;
	struct chunk_list chunks;
};

struct store_series {
	double *open; /* CHUNK_STEP doubles; NULL while there is no use for it */
	uint32_t open_start;
	uint16_t open_count, open_limit; /* sealed when it holds so many */
	struct timeline *timeline;       /* of the youngest track; NULL before the first append */
	int64_t last_ms;                 /* INT64_MIN before the first sample */
	double last_value;
	uint64_t seen;  /* reclaim.h */
	int64_t due_ms; /* time of the last sample of the oldest chunk; INT64_MIN when not known */
	uint32_t id, holds;

	int64_t oldest_ms;          /* INT64_MAX when nothing is there */
	struct thinned *thinned;    /* NULL while nothing is */
	struct job *job;            /* NULL without a job label */
	uint8_t steps, steps_limit; /* small chunks at the end that follow each other; joined when so many */
	uint8_t switches;           /* of timelines */
	bool own;                   /* the timeline is its own */
	bool plain;                 /* has chunks that are not compressed */
	struct chunk_list chunks;   /* of the youngest track */
	VEC(struct track) older;    /* oldest first */
	uint64_t hash;              /* of the labels */
	struct labels labels;       /* interned strings */
	struct label items[];
};

/* A new series with room for its labels; the caller fills `items`. */
struct store_series *series_new(struct store *store, uint32_t id, uint64_t hash, size_t label_count);

/* Give back all it has, samples too, and itself. */
void series_retire(struct store *store, struct store_series *series);

bool series_is_empty(const struct store_series *series);

/* Allocate the open buffer of a series that has none. */
void series_prepare(struct store *store, struct store_series *series);

/* The sample at the timeline's last time, which is after the series' last. */
void series_append(struct store *store, struct store_series *series, struct timeline *timeline, double value);

/* A run of sealed chunks older than anything there, on a timeline of its own or shared. */
void series_prepend(struct store *store, struct store_series *series, struct timeline *timeline,
		    const struct chunk_list *chunks);

/* Compress what was left uncompressed when the series paused. */
void series_pack(struct store *store, struct store_series *series);

/*
 * Fold the oldest chunks whose samples all lie before `before_ms`, with
 * `partly` those too of which only some do. About `budget` samples at most;
 * returns how many.
 */
size_t series_fold(struct store *store, struct store_series *series, int64_t before_ms, bool partly, size_t budget);

/* Work out `oldest_ms` after something went. */
void series_find_oldest(struct store_series *series);

#endif
