/* The _over_time family and trends over raw windows. */
#include "window_fixture.h"

TestSuite(function_over_time);

static struct sampled sampled;

static struct window *of(size_t count, const double *values)
{
	return sample(&sampled, 0, 100000, 10000, 10000, count, values);
}

Test(function_over_time, simple_ones)
{
	struct window *window = of(5, (const double[]){ 3, 1, 4, 1, 5 });

	expect_same(over("sum_over_time", window, 0), 14);
	expect_same(over("avg_over_time", window, 0), 2.8);
	expect_same(over("count_over_time", window, 0), 5);
	expect_same(over("min_over_time", window, 0), 1);
	expect_same(over("max_over_time", window, 0), 5);
	expect_same(over("first_over_time", window, 0), 3);
	expect_same(over("last_over_time", window, 0), 5);
	expect_same(over("present_over_time", window, 0), 1);
	expect_same(over("stdvar_over_time", window, 0), 2.56);
	expect_same(over("stddev_over_time", window, 0), 1.6);
	expect_same(over("mad_over_time", window, 0), 2);
	expect_same(over("changes", window, 0), 4);
	expect_same(over("ts_of_first_over_time", window, 0), 10);
	expect_same(over("ts_of_last_over_time", window, 0), 50);
	expect_same(over("ts_of_max_over_time", window, 0), 50);
	expect_same(over("ts_of_min_over_time", window, 0), 40);
}

Test(function_over_time, sums_keep_what_rounding_takes)
{
	struct window *window = of(4, (const double[]){ 1, 1e100, 1, -1e100 });

	expect_same(over("sum_over_time", window, 0), 2);
	/* 2.42 says this, to the last digit: it takes the mean value by value */
	expect_same(over("avg_over_time", window, 0), -2.4283361152821613e+83);
	window->left_open = true;
	expect_same(over("avg_over_time", window, 0), 0.5);
	expect_same(over("sum_over_time", of(3, (const double[]){ 0.1, 0.2, 0.3 }), 0), 0.6);
}

Test(function_over_time, sums_beyond_range)
{
	struct window *window = of(3, (const double[]){ 1.7e308, 1.7e308, -1.7e308 });

	expect_same(over("sum_over_time", window, 0), INFINITY);
	cr_expect_float_eq(over("avg_over_time", window, 0) / 1.7e308, 1.0 / 3, 1e-9);
	window->left_open = true;
	cr_expect_float_eq(over("avg_over_time", window, 0) / 1.7e308, 1.0 / 3, 1e-9);
	expect_same(over("sum_over_time", of(2, (const double[]){ INFINITY, -INFINITY }), 0), NAN);
}

Test(function_over_time, variance_beyond_range)
{
	struct window *window = of(3, (const double[]){ 1e300, 1.2e300, 1.1e300 });

	expect_same(over("stdvar_over_time", window, 0), NAN);
	expect_same(over("stddev_over_time", window, 0), NAN);
	window->left_open = true;
	expect_same(over("stdvar_over_time", window, 0), INFINITY);
	expect_same(over("stddev_over_time", window, 0), INFINITY);
}

Test(function_over_time, means_of_infinities)
{
	for (int version = 0; version < 2; version++) {
		struct window *window = of(3, (const double[]){ 1, INFINITY, 5 });

		window->left_open = version;
		expect_same(over("avg_over_time", window, 0), INFINITY);
		sampled.values[2] = -INFINITY;
		expect_same(over("avg_over_time", window, 0), NAN);
		sampled.values[2] = NAN;
		expect_same(over("avg_over_time", window, 0), NAN);
		sampled.values[1] = -INFINITY;
		sampled.values[2] = -INFINITY;
		expect_same(over("avg_over_time", window, 0), -INFINITY);
	}
}

Test(function_over_time, nan_is_passed_over_by_extremes_only)
{
	struct window *window = of(4, (const double[]){ NAN, 2, NAN, 1 });

	expect_same(over("min_over_time", window, 0), 1);
	expect_same(over("max_over_time", window, 0), 2);
	expect_same(over("sum_over_time", window, 0), NAN);
	expect_same(over("stddev_over_time", window, 0), NAN);
	expect_same(over("ts_of_max_over_time", window, 0), 20);
	expect_same(over("min_over_time", of(2, (const double[]){ NAN, NAN }), 0), NAN);
	expect_same(over("max_over_time", of(2, (const double[]){ -INFINITY, INFINITY }), 0), INFINITY);
}

Test(function_over_time, variance_of_a_constant_is_exactly_zero)
{
	double values[49];

	for (int i = 0; i < 49; i++)
		values[i] = 0.1;
	cr_expect_eq(over("stdvar_over_time", of(49, values), 0), 0.0);
	for (int i = 0; i < 49; i++)
		values[i] = 1e9 + i % 2 * 1e-3;
	cr_expect_float_eq(over("stddev_over_time", of(49, values), 0), 4.9989e-4, 1e-7);
	expect_same(over("stdvar_over_time", of(1, (const double[]){ INFINITY }), 0), NAN);
	expect_same(over("stdvar_over_time", of(1, (const double[]){ 5 }), 0), 0);
}

/* The first value far off is the worst there is for sums of distances from it. */
Test(function_over_time, variance_with_an_outlier_in_front)
{
	double values[64] = { 1e6 }, mean = 0, squares = 0;

	for (int i = 1; i < 64; i++)
		values[i] = i % 7;
	for (int i = 0; i < 64; i++)
		mean += values[i] / 64;
	for (int i = 0; i < 64; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	expect_same(over("stdvar_over_time", of(64, values), 0), squares / 64);
}

Test(function_over_time, quantiles)
{
	struct window *window = of(4, (const double[]){ 40, 10, 30, 20 });

	expect_same(over("quantile_over_time", window, 0), 10);
	expect_same(over("quantile_over_time", window, 1), 40);
	expect_same(over("quantile_over_time", window, 0.5), 25);
	expect_same(over("quantile_over_time", window, 0.1), 13);
	expect_same(over("quantile_over_time", window, -0.1), -INFINITY);
	expect_same(over("quantile_over_time", window, 1.1), INFINITY);
	expect_same(over("quantile_over_time", window, NAN), NAN);
	expect_same(window->values[0], 40);
}

Test(function_over_time, quantile_of_a_long_window)
{
	static double values[2001];
	static int64_t times[2001];
	struct window window = { .times_ms = times, .values = values, .count = 2001 };

	for (int i = 0; i < 2001; i++)
		values[i] = (i * 1009) % 2001;
	expect_same(over("quantile_over_time", &window, 0.25), 500);
	expect_same(over("mad_over_time", &window, 0), 500);
}

Test(function_over_time, changes_and_nan)
{
	expect_same(over("changes", of(6, (const double[]){ 1, 1, NAN, NAN, 2, 1 }), 0), 3);
	expect_same(over("changes", of(1, (const double[]){ 1 }), 0), 0);
	expect_same(over("resets", of(5, (const double[]){ 3, NAN, 2, 1, 1 }), 0), 1);
}

Test(function_over_time, regression)
{
	struct window *window = of(5, (const double[]){ 10, 12, 14, 16, 18 });

	expect_same(over("deriv", window, 0), 0.2);
	/* From the step's own time on: 50 s behind the last sample, whatever the window's end. */
	expect_same(over("predict_linear", window, 0), 28);
	expect_same(over("predict_linear", window, 10), 30);
	window->time_ms = 50000;
	expect_same(over("predict_linear", window, 10), 20);
}

Test(function_over_time, regression_of_special_values)
{
	expect_same(over("deriv", of(3, (const double[]){ 0.1, 0.1, 0.1 }), 0), 0);
	expect_same(over("predict_linear", of(3, (const double[]){ 0.1, 0.1, 0.1 }), 1e9), 0.1);
	expect_same(over("deriv", of(3, (const double[]){ INFINITY, INFINITY, INFINITY }), 0), NAN);
	expect_same(over("deriv", of(3, (const double[]){ 1, INFINITY, 2 }), 0), NAN);
	expect_same(over("deriv", of(3, (const double[]){ 1, NAN, 2 }), 0), NAN);
	expect_same(over("deriv", of(3, (const double[]){ NAN, NAN, NAN }), 0), NAN);
}
