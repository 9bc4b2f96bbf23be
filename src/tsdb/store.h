/*
 * The local store: series of samples in compressed chunks, raw for some hours,
 * then thinned to one bucket per ten minutes for some weeks, bounded.
 *
 * Who may touch it: the loop's thread alone, every function here. What a job
 * reads on another thread is a selection (selection.h): it names what was
 * there when it was made, all of it written once and never changed, and the
 * store frees nothing a living selection may look at.
 *
 * Times. All series of one scrape share one timeline, which holds each time
 * once; a chunk says only where on the timeline it begins. A series whose
 * samples carry times of their own has a timeline to itself. A sample must be
 * younger than the last of its series (STORE_OUT_OF_ORDER, STORE_DUPLICATE
 * otherwise, as Prometheus tells them apart); older history comes through
 * store_bulk (bulk.h) and is put in front.
 *
 * Thinning. A raw chunk that has grown older than `raw_ms` is folded into
 * buckets (struct bucket's columns); each sample is in exactly one of the two.
 *
 * Views. A store may be divided into views, handles of the same type: each
 * sees only the series that were made through it, and equal label sets of two
 * views are two series. What is held, selected, looked up or put in through a
 * view stays in it. Limits and ageing are the whole store's.
 *
 * Limits. Beyond `samples` or `buckets` the oldest go, whatever series (of
 * whatever view) they belong to: samples into buckets, before their age would
 * send them there, and buckets for good; beyond `series` a new series is
 * refused (STORE_FULL). State says which limit is met.
 */
#ifndef TSDB_STORE_H
#define TSDB_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "tsdb/labels.h"
#include "tsdb/matcher.h"

struct store;
struct store_series; /* one series; see store_hold */
struct timeline;

/* Zero members take the defaults. */
struct store_limits {
	size_t series;     /* 200,000 */
	size_t samples;    /* 60,000,000 raw */
	size_t buckets;    /* 10,000,000 thinned */
	int64_t raw_ms;    /* 6 h */
	int64_t keep_ms;   /* 35 d */
	int64_t bucket_ms; /* 10 min */
};

struct store *store_new(const struct store_limits *limits);

/* What store_new returned, with all its views; no selection may be alive. */
void store_free(struct store *store);

/* The view of that name, made when there is none. The store's own handle is a view too, without a name. */
struct store *store_view(struct store *store, const char *name);

enum store_result {
	STORE_OK,
	STORE_DUPLICATE,    /* this time is there with another value; the same value again is STORE_OK */
	STORE_OUT_OF_ORDER, /* older than the last sample */
	STORE_FULL,         /* the series limit */
};

/*
 * The series with these labels, made when it is new (labels are copied and
 * interned); NULL when the series limit refuses it. It is held: it stays
 * until store_release, even when its samples age out. Each hold needs a
 * release, after which ageing forgets it when nothing is left of it.
 */
struct store_series *store_hold(struct store *store, const struct labels *labels);
void store_release(struct store *store, struct store_series *series);
const struct labels *store_series_labels(const struct store_series *series);
bool store_series_is_new(const struct store_series *series); /* nothing was ever appended */

/* Allocate now what a new series' first sample needs, so that many of them can be appended at once. */
void store_prepare(struct store *store, struct store_series *series);

/* A timeline for a target. Freed when nobody holds it and no chunk needs it. */
struct timeline *timeline_new(struct store *store);
void timeline_release(struct store *store, struct timeline *timeline);

/* Is this time after the last one, and within what can be held? */
bool timeline_accepts(const struct timeline *timeline, int64_t time_ms);

/* The next scrape's time; false when it is not accepted. */
bool timeline_advance(struct store *store, struct timeline *timeline, int64_t time_ms);

/* Append at the timeline's last time; or at a time of the sample's own. A stale value ends the series for now. */
enum store_result store_append(struct store *store, struct store_series *series, struct timeline *timeline,
			       double value);
enum store_result store_append_at(struct store *store, struct store_series *series, int64_t time_ms, double value);

/* The last sample appended; false when there is none. */
bool store_series_last(const struct store_series *series, int64_t *ret_time_ms, double *ret_value);

/*
 * Age all views: fold what is older than `raw_ms` before `now_ms`, drop what
 * is older than `keep_ms`, forget series that have nothing left. A bounded
 * piece of work (about 1 ms): call it often (once a second or after each
 * scrape); returns true when it is through with all series for this `now_ms`.
 */
bool store_age(struct store *store, int64_t now_ms);

/*
 * Look-ups. Values and names come sorted into the arena; series as label
 * sets. `matchers` (compiled) may be NULL with count 0. Only series with
 * samples in from..to count. At most `limit` (0: no limit); -1 beyond it.
 */
int store_label_names(struct store *store, const struct matcher *matchers, size_t matcher_count, int64_t from_ms,
		      int64_t to_ms, size_t limit, struct arena *arena, const char ***ret, size_t *ret_count);
int store_label_values(struct store *store, const char *label, const struct matcher *matchers, size_t matcher_count,
		       int64_t from_ms, int64_t to_ms, size_t limit, struct arena *arena, const char ***ret,
		       size_t *ret_count);
int store_series_labels_of(struct store *store, const struct matcher *matchers, size_t matcher_count, int64_t from_ms,
			   int64_t to_ms, size_t limit, struct arena *arena, struct labels **ret, size_t *ret_count);

/* Is there a series of this metric name? */
bool store_knows_metric(const struct store *store, const char *name);

/* The oldest sample of any series with this `job`; INT64_MAX when there is none. Says how much history a window has. */
int64_t store_job_oldest_ms(const struct store *store, const char *job);

struct store_state {
	size_t series, samples, buckets;   /* held now */
	size_t label_names, label_pairs;   /* interned */
	size_t bytes;                      /* all memory the store holds, the index included */
	size_t sample_bytes, bucket_bytes; /* of that: chunks with their times; thinned columns */
	int64_t oldest_ms, newest_ms;      /* INT64_MAX, INT64_MIN while empty */
	uint64_t appended, out_of_order, duplicates, refused_series;
	uint64_t dropped_samples, dropped_buckets; /* thinned early, and lost; by a limit, not by age */
	bool full_series, full_samples, full_buckets;
	size_t selections; /* alive */
};

/* What this view holds and did; the limits that are met are the whole store's. */
void store_get_state(const struct store *store, struct store_state *ret);

/* Would a new series be taken? */
bool store_has_room(const struct store *store);

/* The limits in force, defaults filled in. */
const struct store_limits *store_get_limits(const struct store *store);

#endif
