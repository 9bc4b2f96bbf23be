/* One number over the samples of a window: the _over_time family. A window is never empty. */
#include "promql/function_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "promql/kahan.h"
#include "promql/quantile.h"

/* Not finite as soon as one partial sum is not. */
static double sum_of(const double *values, size_t count)
{
	struct kahan sum = { 0 };

	for (size_t i = 0; i < count; i++)
		sum = kahan_add_finite(sum, values[i]);
	return kahan_total(sum);
}

/* Means of values that cannot be summed up; the versions differ in what infinities do. */
static double mean_beyond_range(const struct window *window)
{
	struct mean mean = { 0 };
	struct kahan old = { 0 };

	if (window->left_open) {
		for (size_t i = 0; i < window->count; i++)
			mean = mean_add(mean, window->values[i]);
		return mean_total(mean);
	}
	for (size_t i = 0; i < window->count; i++) {
		double value = window->values[i], count = (double)(i + 1);

		if (!mean_is_stuck(old.sum, value))
			old = kahan_add(old, value / count - old.sum / count);
	}
	return isinf(old.sum) ? old.sum : kahan_total(old);
}

bool window_avg_over_time(const struct window *window, const double *arguments, double *ret)
{
	double sum = window->left_open ? sum_of(window->values, window->count) : (double)NAN;

	(void)arguments;
	/* 2.42 takes the mean value by value, and tests written for it know its last digits. */
	*ret = isfinite(sum) ? sum / (double)window->count : mean_beyond_range(window);
	return true;
}

bool window_sum_over_time(const struct window *window, const double *arguments, double *ret)
{
	struct kahan sum = { 0 };

	(void)arguments;
	*ret = sum_of(window->values, window->count);
	if (isfinite(*ret))
		return true;
	for (size_t i = 0; i < window->count; i++)
		sum = kahan_add(sum, window->values[i]);
	*ret = kahan_total(sum);
	return true;
}

bool window_count_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = (double)window->count;
	return true;
}

bool window_present_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)window;
	(void)arguments;
	*ret = 1;
	return true;
}

/* The place of the smallest or greatest value, the first of equal ones. NaN only when there is nothing else. */
static size_t place_of_extreme(const double *values, size_t count, bool greatest)
{
	size_t found = 0;

	for (size_t i = 1; i < count; i++)
		if (isnan(values[found]) || (greatest ? values[i] > values[found] : values[i] < values[found]))
			found = i;
	return found;
}

bool window_min_over_time(const struct window *window, const double *arguments, double *ret)
{
	double least = window->values[0];

	(void)arguments;
	for (size_t i = 1; i < window->count; i++)
		least = window->values[i] < least || isnan(least) ? window->values[i] : least;
	*ret = least;
	return true;
}

bool window_max_over_time(const struct window *window, const double *arguments, double *ret)
{
	double most = window->values[0];

	(void)arguments;
	for (size_t i = 1; i < window->count; i++)
		most = window->values[i] > most || isnan(most) ? window->values[i] : most;
	*ret = most;
	return true;
}

bool window_first_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = window->values[0];
	return true;
}

bool window_last_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = window->values[window->count - 1];
	return true;
}

bool window_ts_of_first_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = (double)window->times_ms[0] / 1000;
	return true;
}

bool window_ts_of_last_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = (double)window->times_ms[window->count - 1] / 1000;
	return true;
}

/* Of equal extremes the last one's time, as 3.x says it. */
static bool time_of_extreme(const struct window *window, bool greatest, double *ret)
{
	size_t place = place_of_extreme(window->values, window->count, greatest);

	for (size_t i = place + 1; i < window->count; i++)
		if (window->values[i] == window->values[place])
			place = i;
	*ret = (double)window->times_ms[place] / 1000;
	return true;
}

bool window_ts_of_max_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return time_of_extreme(window, true, ret);
}

bool window_ts_of_min_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	return time_of_extreme(window, false, ret);
}

/*
 * Welford's, both running sums compensated, as Prometheus takes it: what it
 * makes of infinities is defined by that. An infinite sum has a NaN for its
 * rest in 2.42.
 */
static double variance_beyond_range(const struct window *window)
{
	struct kahan (*add)(struct kahan, double) = window->left_open ? kahan_add : kahan_add_finite;
	struct kahan mean = { 0 }, squares = { 0 };

	for (size_t i = 0; i < window->count; i++) {
		double value = window->values[i], delta = value - kahan_total(mean);

		mean = add(mean, delta / (double)(i + 1));
		squares = add(squares, delta * (value - kahan_total(mean)));
	}
	return kahan_total(squares) / (double)window->count;
}

/*
 * Over distances from the first value: those of a constant are all 0, and of
 * any other series the first value is at most `count` variances off the mean,
 * which bounds what the subtraction can lose.
 */
static double variance(const struct window *window)
{
	double count = (double)window->count, first = window->values[0], sum = 0, squares = 0, result;

	for (size_t i = 0; i < window->count; i++) {
		double distance = window->values[i] - first;

		sum += distance;
		squares += distance * distance;
	}
	result = (squares - sum * sum / count) / count;
	if (!isfinite(result))
		return variance_beyond_range(window);
	return result > 0 ? result : 0;
}

bool window_stdvar_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = variance(window);
	return true;
}

bool window_stddev_over_time(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	*ret = sqrt(variance(window));
	return true;
}

/* Most windows fit; longer ones take memory for the moment of the call. */
#define SCRATCH_VALUES 512

bool window_quantile_over_time(const struct window *window, const double *arguments, double *ret)
{
	double scratch[SCRATCH_VALUES], *values = scratch;

	if (window->count > SCRATCH_VALUES)
		values = mem_array(window->count, sizeof(*values));
	memcpy(values, window->values, window->count * sizeof(*values));
	*ret = quantile(arguments[0], values, window->count);
	if (values != scratch)
		free(values);
	return true;
}

bool window_mad_over_time(const struct window *window, const double *arguments, double *ret)
{
	double scratch[SCRATCH_VALUES], *values = scratch, median;

	(void)arguments;
	if (window->count > SCRATCH_VALUES)
		values = mem_array(window->count, sizeof(*values));
	memcpy(values, window->values, window->count * sizeof(*values));
	median = quantile(0.5, values, window->count);
	for (size_t i = 0; i < window->count; i++)
		values[i] = fabs(values[i] - median);
	*ret = quantile(0.5, values, window->count);
	if (values != scratch)
		free(values);
	return true;
}
