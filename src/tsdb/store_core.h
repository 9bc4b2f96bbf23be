/* The store's own state, for the files that make it up. */
#ifndef TSDB_STORE_CORE_H
#define TSDB_STORE_CORE_H

#include "base/hash.h"
#include "base/vec.h"
#include "tsdb/label_index.h"
#include "tsdb/reclaim.h"
#include "tsdb/series.h"
#include "tsdb/series_set.h"
#include "tsdb/store.h"
#include "tsdb/tally.h"
#include "tsdb/thinned.h"
#include "tsdb/timeline.h"

/* Times beyond these are refused: sums and differences of two always fit. */
#define STORE_TIME_MOST INT64_C(8640000000000000)

/* All series of one job: how far back its samples go. */
struct job {
	int64_t oldest_ms;
	int64_t pass_ms; /* the same, as far as the running pass of ageing has come */
	size_t series;
};

/* One walk of store_age over all series of all views, spread over calls. */
struct age_pass {
	uint64_t number;
	bool running;
	int64_t now_ms;
	int64_t raw_before_ms;                    /* fold what is older, by age */
	int64_t limit_before_ms;                  /* the same, by the limit on samples; INT64_MIN */
	int64_t drop_end_ms;                      /* drop buckets that end here, by age */
	int64_t limit_end_ms;                     /* the same, by the limit on buckets; INT64_MIN */
	size_t view;                              /* the one that is walked */
	size_t series;                            /* of that view: next number to visit */
	size_t timelines;                         /* of that view: still to be trimmed */
	int64_t samples_gone_ms, buckets_gone_ms; /* the latest that a limit ever took */
};

/* What the views of a store have in common: how much may be held, and the ageing that sees to it. */
struct store_whole {
	struct store_limits limits;
	VEC(struct store *) views; /* that of store_new first */
	struct tally raw;          /* raw samples by time, those of each timeline's last time left out */
	struct tally buckets;      /* by their end */
	struct age_pass age;
	bool full_series, full_samples, full_buckets;
};

/*
 * One view: series, their index and their memory are its own, so that no
 * look-up can meet what belongs to another, and none costs more for others.
 */
struct store {
	struct store_whole *whole;
	char *name; /* NULL: that of store_new */
	struct reclaim reclaim;
	struct label_index index;
	struct series_set set;
	struct map jobs;
	VEC(struct timeline *) timelines;
	uint64_t timeline_ids;
	struct thinned_home home;
	uint64_t birth_ns; /* tells one view from the next at the same address */
	int64_t oldest_ms, newest_ms;
	int64_t pass_ms; /* the oldest, as far as the running pass of ageing has come */
	size_t samples;
	uint64_t appended, out_of_order, duplicates, refused_series;
	uint64_t dropped_samples, dropped_buckets;
};

/* The series with these labels, made when it is new; NULL when the limit refuses it. Not held. */
struct store_series *store_find_or_make(struct store *store, const struct labels *labels);

/* Take a series that has nothing left out of the store. */
void store_forget(struct store *store, struct store_series *series);

/* A sample of this time is there. */
void store_note_oldest(struct store *store, struct store_series *series, int64_t time_ms);

/* Drop a track's or a holder's interest; a timeline nobody needs is given back. */
void store_timeline_unused(struct store *store, struct timeline *timeline);

/* Numbers of the series that match, ascending, into `ret` (room for all series); returns how many. */
size_t store_match(struct store *store, const struct matcher *matchers, size_t matcher_count, uint32_t *ret);

static inline bool store_series_in(const struct store_series *series, int64_t from_ms, int64_t to_ms)
{
	return series->oldest_ms <= to_ms && series->last_ms >= from_ms;
}

#endif
