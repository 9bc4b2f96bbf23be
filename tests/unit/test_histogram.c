/* Classic histograms: quantiles and bounds. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "promql/histogram.h"

TestSuite(histogram);

#define QUANTILE(q, newer, ...)                                                                                        \
	histogram_quantile(q, (struct histogram_bucket[])__VA_ARGS__,                                                  \
			   sizeof((struct histogram_bucket[])__VA_ARGS__) / sizeof(struct histogram_bucket), newer)

Test(histogram, interpolates_within_a_bucket)
{
	cr_expect_float_eq(QUANTILE(0.5, false, { { 1, 10 }, { 2, 30 }, { INFINITY, 40 } }), 1.5, 1e-12);
	cr_expect_float_eq(QUANTILE(0.1, false, { { 1, 10 }, { 2, 30 }, { INFINITY, 40 } }), 0.4, 1e-12);
	cr_expect_float_eq(QUANTILE(0, false, { { 1, 10 }, { 2, 30 }, { INFINITY, 40 } }), 0, 1e-12);
	/* The infinite bucket has only a lower end to offer. */
	cr_expect_eq(QUANTILE(0.99, false, { { 1, 10 }, { 2, 30 }, { INFINITY, 40 } }), 2);
	cr_expect_eq(QUANTILE(1, false, { { 1, 10 }, { INFINITY, 10 } }), 1);
}

Test(histogram, first_bucket_below_zero_is_its_bound)
{
	cr_expect_eq(QUANTILE(0.1, false, { { -1, 10 }, { 1, 20 }, { INFINITY, 20 } }), -1);
	cr_expect_eq(QUANTILE(0.1, false, { { 0, 10 }, { 1, 20 }, { INFINITY, 20 } }), 0);
	cr_expect_float_eq(QUANTILE(0.75, false, { { -1, 10 }, { 1, 20 }, { INFINITY, 20 } }), 0, 1e-12);
}

Test(histogram, has_no_quantile)
{
	cr_expect(isnan(QUANTILE(NAN, false, { { 1, 10 }, { INFINITY, 10 } })));
	cr_expect(isnan(QUANTILE(0.5, false, { { 1, 10 }, { 2, 10 } })));
	cr_expect(isnan(QUANTILE(0.5, false, { { INFINITY, 10 } })));
	cr_expect(isnan(QUANTILE(0.5, false, { { INFINITY, 10 }, { INFINITY, 10 } })));
	cr_expect(isnan(QUANTILE(0.5, false, { { 1, 0 }, { INFINITY, 0 } })));
	cr_expect(isnan(histogram_quantile(0.5, NULL, 0, false)));
	cr_expect_eq(QUANTILE(-0.5, false, { { 1, 0 }, { 2, 0 } }), -INFINITY);
	cr_expect_eq(QUANTILE(1.5, false, { { 1, 0 }, { 2, 0 } }), INFINITY);
}

Test(histogram, equal_bounds_add_up)
{
	cr_expect_float_eq(QUANTILE(0.5, false, { { 1, 5 }, { 1, 5 }, { 2, 30 }, { INFINITY, 40 } }), 1.5, 1e-12);
}

Test(histogram, falling_counts_are_raised)
{
	/* 10 20 15 40 is taken for 10 20 20 40. */
	for (int newer = 0; newer < 2; newer++)
		cr_expect_float_eq(QUANTILE(0.75, newer,
					    { { 1, 10 }, { 2, 20 }, { 3, 15 }, { 4, 40 }, { INFINITY, 40 } }),
				   3.5, 1e-12);
}

Test(histogram, small_deltas_are_nothing_in_3)
{
	/* A hair more in the second bucket: in 2.42 the highest quantile falls into it. */
	double more = 100 + 1e-11;

	cr_expect_float_eq(QUANTILE(1, false, { { 1, 100 }, { 2, more }, { INFINITY, more } }), 2, 1e-9);
	cr_expect_float_eq(QUANTILE(1, true, { { 1, 100 }, { 2, more }, { INFINITY, more } }), 1, 1e-9);
}

Test(histogram, nan_counts)
{
	cr_expect(isnan(QUANTILE(0.5, false, { { 1, NAN }, { INFINITY, NAN } })) ||
		  QUANTILE(0.5, false, { { 1, NAN }, { INFINITY, NAN } }) == 1);
}

Test(histogram, bounds_read_as_go_reads_them)
{
	static const struct {
		const char *text;
		double bound;
	} good[] = {
		{ "0.5", 0.5 },
		{ "1", 1 },
		{ "+Inf", INFINITY },
		{ "-inf", -INFINITY },
		{ "Infinity", INFINITY },
		{ "1e3", 1000 },
		{ "1.0e-3", 1e-3 },
		{ ".5", 0.5 },
		{ "-2", -2 },
		{ "0x1p4", 16 },
		{ "1e-999", 0 },
	};
	static const char *const bad[] = { "",  "abc",   "1x",    " 1",    "1 ",  "nan(1)", "0x10",
					   "+", "1e999", "infin", "1.2.3", "--1", "+-1",    "e5" };
	double bound;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cr_expect(histogram_bound(good[i].text, &bound), "%s", good[i].text);
		cr_expect_eq(bound, good[i].bound, "%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_not(histogram_bound(bad[i], &bound), "%s", bad[i]);
}
