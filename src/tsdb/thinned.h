/*
 * Thinned history of one series: a bucket for each ten minutes that had
 * samples. The youngest bucket is open and gathers samples; complete ones wait
 * in a short tail, are packed by columns THINNED_STEP at a time, and packed
 * blocks are put together into larger ones, so that weeks cost little.
 *
 * What a view captured is never changed: see reclaim.h.
 */
#ifndef TSDB_THINNED_H
#define TSDB_THINNED_H

#include <stddef.h>
#include <stdint.h>

#include "tsdb/bucket_block.h"
#include "tsdb/reclaim.h"
#include "tsdb/tally.h"

#define THINNED_STEP 8u /* buckets packed at a time */
#define THINNED_JOIN 4u /* blocks of a size that are put together */

struct bucket {
	int64_t end_ms, first_ms, last_ms;
	double samples, sum, min, max, first, last, resets;
	double carry; /* what rounding took from `sum` (Neumaier); the sum proper is bucket_sum */
};

double bucket_sum(const struct bucket *bucket);

/* What the buckets of many series have in common. */
struct thinned_home {
	struct reclaim *reclaim;
	struct tally *tally; /* of buckets, by their end; other homes may count there too */
	int64_t bucket_ms;
	size_t buckets; /* of this home */
};

struct thinned {
	struct bucket open;  /* samples 0: there is none */
	struct bucket *tail; /* THINNED_STEP of them, only appended to; NULL while there is none */
	uint32_t tail_count;
	uint32_t skip;                 /* buckets of the oldest block that are dropped */
	uint32_t first, end, capacity; /* blocks first..end - 1 are there */
	struct bucket_block *blocks;
	int64_t folded_ms; /* the youngest sample that was folded, a staleness marker or not; INT64_MIN */
	int64_t oldest_ms; /* the oldest sample in a bucket; INT64_MAX */
};

/* What a selection captured. */
struct thinned_view {
	const struct bucket_block *blocks;
	const struct bucket *tail;
	uint32_t block_count, tail_count, skip;
	struct bucket open;
	int64_t folded_ms;
};

struct thinned *thinned_new(const struct thinned_home *home);

/* Its buckets leave the tally. */
void thinned_retire(struct thinned *thinned, struct thinned_home *home, uint64_t seen);

/* Fold samples younger than all that were folded before, each standing for `weight` scrapes. */
void thinned_fold(struct thinned *thinned, struct thinned_home *home, const int64_t *times_ms, const double *values,
		  size_t count, double weight, uint64_t seen);

/* Put `older`, all of whose samples are older, in front; it is gone afterwards. */
void thinned_prepend(struct thinned *thinned, struct thinned_home *home, struct thinned *older, uint64_t seen);

/* Drop the buckets that end at or before `end_ms`; returns how many. */
size_t thinned_drop(struct thinned *thinned, struct thinned_home *home, int64_t end_ms, uint64_t seen);
struct thinned_view thinned_view(const struct thinned *thinned);

/* Write `count` buckets into columns from item `at` on. */
void thinned_columns(const struct bucket *buckets, size_t count, const struct bucket_columns *ret, size_t at);

#endif
