/*
 * A Prometheus histogram fed with whole distributions instead of single
 * observations: `count` durations spread log-normally about a median. The
 * counts are kept as fractions and cut to whole numbers where they are shown,
 * which keeps them ascending, and +Inf equal to the count, at every moment.
 */
#ifndef SIM_BUCKETS_H
#define SIM_BUCKETS_H

#include <stddef.h>

enum { BUCKETS_MAX = 16, NORMAL_PER_UNIT = 128, NORMAL_REACH = 8 };

/* Which bounds a histogram has. */
enum bucket_set {
	BUCKETS_DECISION,
	BUCKETS_ANN,
	BUCKETS_REQUEST,
	BUCKETS_WEB,
	BUCKETS_LOGIN,
	BUCKETS_QUERY,
	BUCKETS_MODEL,
	BUCKETS_SET_COUNT,
};

struct bucket_bounds {
	const char *texts[BUCKETS_MAX]; /* the `le` label, as Prometheus clients write it */
	double bounds[BUCKETS_MAX];     /* ascending, without +Inf */
	size_t count;
};
const struct bucket_bounds *bucket_bounds_of(enum bucket_set set);

/* What is worked out once: the logarithms of all bounds, and the normal distribution function. */
struct bucket_tables {
	double logs[BUCKETS_SET_COUNT][BUCKETS_MAX];
	double normal[2 * NORMAL_REACH * NORMAL_PER_UNIT + 1];
};
void bucket_tables_init(struct bucket_tables *tables);

struct buckets {
	double upto[BUCKETS_MAX]; /* observations at or below each bound */
	double count;
	double sum;
};

/* Add `count` durations with the given median; `sigma` is the spread of their logarithm. */
void buckets_observe(struct buckets *buckets, const struct bucket_tables *tables, enum bucket_set set, double count,
		     double median_s, double sigma);

#endif
