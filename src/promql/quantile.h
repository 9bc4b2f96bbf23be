/* Quantiles of numbers, as Prometheus's quantile and quantile_over_time take them. */
#ifndef PROMQL_QUANTILE_H
#define PROMQL_QUANTILE_H

#include <stddef.h>

/*
 * The q-quantile of `count` values, between two of them on the line that
 * joins them; NaN counts as the smallest value. NaN without values or for a
 * NaN q, -Inf below 0, +Inf above 1. Changes the order of `values`.
 */
double quantile(double q, double *values, size_t count);

#endif
