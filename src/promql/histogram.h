/*
 * Classic histograms at one moment: cumulative counts by upper bound.
 */
#ifndef PROMQL_HISTOGRAM_H
#define PROMQL_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct histogram_bucket {
	double bound; /* upper, inclusive */
	double count; /* of all observations up to it */
};

/*
 * The q-quantile of `count` buckets in the order of their bounds (equal ones
 * are added up), interpolated on a line within a bucket. NaN without an
 * infinite bucket, with fewer than two, without observations or for a NaN q;
 * -Inf for q below 0, +Inf above 1. Counts that fall are taken for what the
 * bucket before had; in 3.x (`newer`) differences of 1e-12 are, either way.
 * Changes the buckets.
 */
double histogram_quantile(double q, struct histogram_bucket *buckets, size_t count, bool newer);

/* The bound a label "le" says, as Go reads numbers; false when it says none. */
bool histogram_bound(const char *text, double *ret);

#endif
