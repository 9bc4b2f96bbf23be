/*
 * One target's way into the store: remembers which series its lines were at
 * the scrape before, so that a known line costs a comparison, not a look-up.
 * Applies a parsed page with Prometheus's rules: target labels (`job`,
 * `instance`, and others) are added, or a clashing exposed label is renamed
 * to exported_<name> unless `honor_labels`; series that were there before and
 * are gone get a staleness marker; samples with times of their own get none;
 * a failed scrape marks all of them stale. A time of a sample's own that lies
 * more than INGEST_AHEAD_MS after the scrape, or before all that the store
 * keeps, is passed over: a series that was once in the future would take no
 * sample until then, nor ever age. The first of two equal series
 * wins. `up` and the scrape_* series are appended by the same rules.
 */
#ifndef TSDB_INGEST_H
#define TSDB_INGEST_H

#include "tsdb/exposition.h"
#include "tsdb/store.h"

#define INGEST_AHEAD_MS (10 * 60 * 1000)

struct ingest;

struct ingest_config {
	struct labels labels; /* of the target: job, instance, more; copied */
	bool honor_labels;
	bool ignore_times; /* honor_timestamps: false */
	size_t samples;    /* sample limit of one scrape; more fails it; 0 none */
};

struct ingest *ingest_new(struct store *store, const struct ingest_config *config);

/* Marks nothing stale; the samples stay. */
void ingest_free(struct ingest *ingest);

/* How the scrape went, as it becomes scrape_* series. */
struct ingest_scrape {
	int64_t time_ms; /* when it began */
	double duration_s;
	const struct exposition *exposition; /* NULL: the scrape failed, up is 0 */
	bool down;                           /* the page counts, but what it tells of is not well: up is 0 */
};
struct ingest_result {
	size_t samples; /* in the page */
	size_t added;   /* series new to the target since the scrape before */
	size_t stale;   /* series marked */
	size_t out_of_order, duplicates, refused;
	size_t too_far;    /* samples whose own time is out of bounds */
	const char *error; /* the page as a whole was refused (sample limit, bad labels): up is 0; "" else */
};

/* False when the time is not after the last scrape's: nothing is appended then. */
bool ingest_apply(struct ingest *ingest, const struct ingest_scrape *scrape, struct ingest_result *ret);

/*
 * The same in steps of about a millisecond, since a large page of new series
 * takes long: begin (false as above), then step until it is true and `ret`
 * written. The last step appends all samples, so that no question sees a part
 * of a page. What `scrape` points at must stay until then.
 */
bool ingest_begin(struct ingest *ingest, const struct ingest_scrape *scrape);
bool ingest_step(struct ingest *ingest, struct ingest_result *ret);

/* Mark every series of the target stale: it is not scraped any more. */
void ingest_end(struct ingest *ingest, int64_t time_ms);

/* Series the target has now. */
size_t ingest_series(const struct ingest *ingest);

#endif
