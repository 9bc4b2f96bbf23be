/*
 * History put in front of what a series has: hours of raw samples from a
 * Prometheus, weeks of thinned points from a file. One bulk writes runs of
 * whole series in ascending time; each run must end before the series' oldest
 * sample (what does not is left out and counted). Series whose times are
 * equal share a timeline, as scraped ones do.
 *
 * Runs most of whose points are further apart than the store's bucket, or
 * that are declared as thinned, go straight into buckets, as does all that is
 * put in front of buckets: a thinned point `stands_for` so many scrapes
 * (10 min of 5 s scrapes: 120), so that averages over raw and thinned time
 * weigh it right.
 *
 * A bulk does bounded work a call; the caller spreads long histories over
 * turns of the loop (a run of 2,160 samples costs about 50 us).
 */
#ifndef TSDB_BULK_H
#define TSDB_BULK_H

#include "tsdb/store.h"

struct bulk;

struct bulk_options {
	bool thinned;      /* into buckets whatever the distance of the points */
	double stands_for; /* scrapes a thinned point stands for; 0: 1 */
};

struct bulk *bulk_new(struct store *store, const struct bulk_options *options);

/* One run of one series; several runs of a series must come youngest first. Returns how many samples were taken, or -1
 * when the series limit refuses the series. */
int64_t bulk_series(struct bulk *bulk, const struct labels *labels, const int64_t *times_ms, const double *values,
		    size_t count);

struct bulk_state {
	uint64_t series, samples, left_out, refused_series;
	int64_t oldest_ms;
};
void bulk_get_state(const struct bulk *bulk, struct bulk_state *ret);
void bulk_free(struct bulk *bulk);

#endif
