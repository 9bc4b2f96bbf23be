/* rate, increase, delta, irate, idelta over raw windows. */
#include "window_fixture.h"

TestSuite(function_rate);

Test(function_rate, extrapolates_to_near_borders)
{
	struct sampled sampled;
	/* 15 s apart, 5 s of room before and 10 s behind: both less than 1.1 distances, both added. */
	struct window *window = sample(&sampled, 0, 60000, 5000, 15000, 4, (const double[]){ 100, 110, 120, 130 });

	expect_same(over("increase", window, 0), 30.0 * 60 / 45);
	expect_same(over("rate", window, 0), 30.0 * 60 / 45 / 60);
	expect_same(over("delta", window, 0), 30.0 * 60 / 45);
}

Test(function_rate, extrapolates_half_a_distance_to_far_borders)
{
	struct sampled sampled;
	struct window *window = sample(&sampled, 0, 300000, 100000, 10000, 3, (const double[]){ 100, 110, 120 });

	/* 20 s sampled, 5 s added on either side. */
	expect_same(over("increase", window, 0), 20.0 * 30 / 20);
	expect_same(over("rate", window, 0), 20.0 * 30 / 20 / 300);
}

Test(function_rate, does_not_follow_a_counter_below_zero)
{
	struct sampled sampled;
	/* 10 a sample from 2 on: zero is 2 s before the first one. */
	struct window *window = sample(&sampled, 0, 40000, 9000, 10000, 4, (const double[]){ 2, 12, 22, 32 });

	expect_same(over("increase", window, 0), 30.0 * (30 + 2 + 1) / 30);
	expect_same(over("delta", window, 0), 30.0 * (30 + 9 + 1) / 30);
}

Test(function_rate, clamps_at_zero_before_or_behind_the_threshold)
{
	struct sampled sampled;
	/* 50 s of room before; zero is 8 s before the first sample: more than half a distance. */
	struct window *window = sample(&sampled, 0, 80000, 50000, 10000, 4, (const double[]){ 8, 18, 28, 38 });

	expect_same(over("increase", window, 0), 30.0 * (30 + 8) / 30);
	window->left_open = true;
	expect_same(over("increase", window, 0), 30.0 * (30 + 5) / 30);
	/* 12 s: beyond the threshold, so that 2.42 too takes half a distance. */
	sampled.values[0] = 12;
	sampled.values[1] = 22;
	sampled.values[2] = 32;
	sampled.values[3] = 42;
	window->left_open = false;
	expect_same(over("increase", window, 0), 30.0 * (30 + 5) / 30);
	/* 3 s: both follow it. */
	for (int i = 0; i < 4; i++)
		sampled.values[i] = 3 + 10 * i;
	expect_same(over("increase", window, 0), 30.0 * (30 + 3) / 30);
	window->left_open = true;
	expect_same(over("increase", window, 0), 30.0 * (30 + 3) / 30);
}

Test(function_rate, adds_what_resets_took)
{
	struct sampled sampled;
	struct window *window = sample(&sampled, 0, 50000, 0, 10000, 6, (const double[]){ 50, 60, 5, 15, 3, 4 });

	expect_same(over("increase", window, 0), 4 - 50 + 60 + 15);
	expect_same(over("resets", window, 0), 2);
	expect_same(over("delta", window, 0), -46);
}

Test(function_rate, of_a_constant_is_zero)
{
	struct sampled sampled;
	struct window *window = sample(&sampled, 0, 50000, 10000, 10000, 3, (const double[]){ 7, 7, 7 });

	expect_same(over("rate", window, 0), 0);
	expect_same(over("irate", window, 0), 0);
	expect_same(over("delta", window, 0), 0);
}

Test(function_rate, needs_two_samples)
{
	struct sampled sampled;
	struct window *window = sample(&sampled, 0, 50000, 10000, 10000, 1, (const double[]){ 7 });

	cr_expect(gives_nothing("rate", window));
	cr_expect(gives_nothing("increase", window));
	cr_expect(gives_nothing("delta", window));
	cr_expect(gives_nothing("irate", window));
	cr_expect(gives_nothing("idelta", window));
	cr_expect(gives_nothing("deriv", window));
	cr_expect(gives_nothing("predict_linear", window));
	window->count = 0;
	cr_expect(gives_nothing("rate", window));
	cr_expect(gives_nothing("irate", window));
}

Test(function_rate, instant_ones_take_the_last_two)
{
	struct sampled sampled;
	struct window *window = sample(&sampled, 0, 50000, 10000, 10000, 3, (const double[]){ 7, 10, 15 });

	expect_same(over("irate", window, 0), 0.5);
	expect_same(over("idelta", window, 0), 5);
	sampled.values[2] = 4;
	expect_same(over("irate", window, 0), 0.4);
	expect_same(over("idelta", window, 0), -6);
	sampled.times_ms[2] = sampled.times_ms[1];
	cr_expect(gives_nothing("irate", window));
	cr_expect(gives_nothing("idelta", window));
}

Test(function_rate, nan_makes_nan)
{
	struct sampled sampled;
	struct window *window = sample(&sampled, 0, 50000, 10000, 10000, 3, (const double[]){ 7, NAN, 15 });

	/* Not one in the middle: it compares with nothing, so that no reset is seen. */
	expect_same(over("delta", window, 0), 8.0 * (20 + 10 + 5) / 20);
	sampled.values[2] = NAN;
	expect_same(over("rate", window, 0), NAN);
	expect_same(over("idelta", window, 0), NAN);
}
