/*
 * Sums that carry their rounding error with them (as Kahan's do), and the means built on them, step for step as
 * Prometheus takes them, so that the last digits agree.
 */
#ifndef PROMQL_KAHAN_H
#define PROMQL_KAHAN_H

#include <math.h>
#include <stdbool.h>

struct kahan {
	double sum, rest; /* the sum is sum + rest */
};

/* What rounding takes from an addition is exact itself, found without branches. Wrong once the sum is infinite. */
static inline struct kahan kahan_add_finite(struct kahan kahan, double value)
{
	double sum = kahan.sum + value, added = sum - kahan.sum;

	return (struct kahan){ .sum = sum, .rest = kahan.rest + ((kahan.sum - (sum - added)) + (value - added)) };
}

/* An infinite sum has no rest. */
static inline struct kahan kahan_add(struct kahan kahan, double value)
{
	struct kahan next = kahan_add_finite(kahan, value);

	next.rest = isinf(next.sum) ? 0 : next.rest;
	return next;
}

static inline double kahan_total(struct kahan kahan)
{
	return kahan.sum + kahan.rest;
}

/* A mean as 3.x takes it: sum over count, until the sum overflows; from there on value by value. */
struct mean {
	struct kahan sum; /* of the mean itself once `incremental` */
	double count;
	bool incremental;
};

static inline struct mean mean_add(struct mean mean, double value)
{
	double before = mean.count++;

	if (!mean.incremental) {
		struct kahan next = kahan_add(mean.sum, value);

		if (before == 0 || !isinf(next.sum)) {
			mean.sum = next;
			return mean;
		}
		mean.incremental = true;
		mean.sum.sum /= before;
		mean.sum.rest /= before;
	}
	mean.sum.sum *= before / mean.count;
	mean.sum.rest *= before / mean.count;
	mean.sum = kahan_add(mean.sum, value / mean.count);
	return mean;
}

static inline double mean_total(struct mean mean)
{
	return mean.incremental ? kahan_total(mean.sum) : mean.sum.sum / mean.count + mean.sum.rest / mean.count;
}

/* 2.42 takes means value by value; an infinite mean only yields to NaN and to the other infinity. */
static inline bool mean_is_stuck(double mean, double value)
{
	return isinf(mean) && (isinf(value) ? (mean > 0) == (value > 0) : !isnan(value));
}

#endif
