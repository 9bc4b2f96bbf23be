#include "promql/quantile.h"

#include <math.h>

static void swap(double *a, double *b)
{
	double value = *a;

	*a = *b;
	*b = value;
}

/* Hoare's selection: `rank` gets the value it has in order, smaller ones before it, greater ones behind. No NaN. */
static void select_rank(double *values, ptrdiff_t count, ptrdiff_t rank)
{
	ptrdiff_t low = 0, high = count - 1;

	while (low < high) {
		double pivot = values[rank];
		ptrdiff_t i = low, j = high;

		do {
			while (values[i] < pivot)
				i++;
			while (pivot < values[j])
				j--;
			if (i <= j)
				swap(&values[i++], &values[j--]);
		} while (i <= j);
		if (j < rank)
			low = i;
		if (rank < i)
			high = j;
	}
}

/* NaN to the front, as the smallest; returns how many. */
static size_t gather_nan(double *values, size_t count)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		if (isnan(values[i]))
			swap(&values[i], &values[found++]);
	return found;
}

double quantile(double q, double *values, size_t count)
{
	double rank = q * ((double)count - 1), weight, below, above;
	size_t lower, nans;

	if (!count || isnan(q))
		return NAN;
	if (q < 0)
		return -INFINITY;
	if (q > 1)
		return INFINITY;
	lower = (size_t)rank;
	weight = rank - floor(rank);
	nans = gather_nan(values, count);
	if (lower < nans)
		return NAN;
	select_rank(values + nans, (ptrdiff_t)(count - nans), (ptrdiff_t)(lower - nans));
	below = above = values[lower];
	if (lower + 1 < count) {
		above = values[lower + 1];
		for (size_t i = lower + 2; i < count; i++)
			above = values[i] < above ? values[i] : above;
	}
	return below * (1 - weight) + above * weight;
}
