/* Quantiles against sorting. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "promql/quantile.h"

TestSuite(quantile);

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	if (isnan(x) || isnan(y))
		return isnan(y) - isnan(x);
	return (x > y) - (x < y);
}

Test(quantile, edges)
{
	cr_expect(isnan(quantile(0.5, NULL, 0)));
	cr_expect(isnan(quantile(NAN, (double[]){ 1 }, 1)));
	cr_expect_eq(quantile(-0.01, (double[]){ 1 }, 1), -INFINITY);
	cr_expect_eq(quantile(1.01, (double[]){ 1 }, 1), INFINITY);
	cr_expect_eq(quantile(0, (double[]){ 1 }, 1), 1);
	cr_expect_eq(quantile(1, (double[]){ 1 }, 1), 1);
	cr_expect_eq(quantile(0.5, (double[]){ 3, 1 }, 2), 2);
	cr_expect_eq(quantile(1, (double[]){ 3, 1, 2 }, 3), 3);
}

Test(quantile, nan_is_the_smallest)
{
	cr_expect(isnan(quantile(0, (double[]){ 1, NAN, 2 }, 3)));
	cr_expect_eq(quantile(0.5, (double[]){ 2, NAN, 1 }, 3), 1);
	cr_expect_eq(quantile(1, (double[]){ 2, NAN, 1 }, 3), 2);
	cr_expect(isnan(quantile(0.25, (double[]){ 2, NAN, 1 }, 3)));
	cr_expect(isnan(quantile(1, (double[]){ NAN, NAN }, 2)));
}

Test(quantile, is_that_of_sorted_values)
{
	unsigned state = 1;

	for (int round = 0; round < 3000; round++) {
		double values[40], sorted[40], q, rank, lower, wanted, got;
		size_t count = 1 + (size_t)round % 40;

		for (size_t i = 0; i < count; i++) {
			state = state * 1103515245 + 12345;
			values[i] = (state >> 16) % (round % 3 ? 7 : 1000);
			if (round % 5 == 0 && (state >> 20) % 9 == 0)
				values[i] = NAN;
		}
		q = (double)(round % 11) / 10;
		memcpy(sorted, values, sizeof(values));
		qsort(sorted, count, sizeof(*sorted), compare);
		rank = q * (double)(count - 1);
		lower = floor(rank);
		wanted = sorted[(size_t)lower] * (1 - (rank - lower)) +
			 sorted[(size_t)fmin(lower + 1, (double)count - 1)] * (rank - lower);
		got = quantile(q, values, count);
		cr_assert(isnan(wanted) ? isnan(got) : got == wanted, "%g of %zu: %g, not %g", q, count, got, wanted);
	}
}
