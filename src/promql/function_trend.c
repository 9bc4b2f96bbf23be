/* How a series moves within a window: changes, resets, regression, smoothing. */
#include "promql/function_impl.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "promql/eval.h"
#include "promql/kahan.h"
#include "promql/series_table.h"

bool window_changes(const struct window *window, const double *arguments, double *ret)
{
	const double *values = window->values;
	size_t changes = 0;

	(void)arguments;
	for (size_t i = 1; i < window->count; i++)
		changes += values[i] != values[i - 1] && !(isnan(values[i]) && isnan(values[i - 1]));
	*ret = (double)changes;
	return true;
}

bool window_resets(const struct window *window, const double *arguments, double *ret)
{
	size_t resets = 0;

	(void)arguments;
	for (size_t i = 1; i < window->count; i++)
		resets += window->values[i] < window->values[i - 1];
	*ret = (double)resets;
	return true;
}

struct line {
	double slope, intercept; /* a second; the value at the moment asked for */
};

/* Sums of a regression of values over seconds. */
struct sums {
	struct kahan x, y, xy, xx;
	bool constant;
};

static inline __attribute__((always_inline)) struct sums sum_up(const struct window *window, int64_t at_ms,
								struct kahan (*add)(struct kahan, double))
{
	struct sums sums = { .constant = true };

	for (size_t i = 0; i < window->count; i++) {
		double time = (double)(window->times_ms[i] - at_ms) / 1000, value = window->values[i];

		sums.constant &= value == window->values[0];
		sums.x = add(sums.x, time);
		sums.y = add(sums.y, value);
		sums.xy = add(sums.xy, time * value);
		sums.xx = add(sums.xx, time * time);
	}
	return sums;
}

/* Prometheus's linearRegression: least squares over seconds from `at_ms`. A constant series is told by comparing. */
static struct line regress(const struct window *window, int64_t at_ms)
{
	struct sums sums = sum_up(window, at_ms, kahan_add_finite);
	double count = (double)window->count, x, y, slope;

	if (sums.constant && !isinf(window->values[0]))
		return (struct line){ .slope = 0, .intercept = window->values[0] };
	if (!isfinite(kahan_total(sums.y)) || !isfinite(kahan_total(sums.xy))) {
		/* An infinite sum has a NaN for its rest in 2.42. */
		if (sums.constant || !window->left_open)
			return (struct line){ .slope = NAN, .intercept = NAN };
		sums = sum_up(window, at_ms, kahan_add);
	}
	x = kahan_total(sums.x);
	y = kahan_total(sums.y);
	slope = (kahan_total(sums.xy) - x * y / count) / (kahan_total(sums.xx) - x * x / count);
	return (struct line){ .slope = slope, .intercept = y / count - slope * x / count };
}

bool window_deriv(const struct window *window, const double *arguments, double *ret)
{
	(void)arguments;
	if (window->count < 2)
		return false;
	/* From the first sample on, so that large times do not eat the precision of small ones. */
	*ret = regress(window, window->times_ms[0]).slope;
	return true;
}

bool window_predict_linear(const struct window *window, const double *arguments, double *ret)
{
	struct line line;

	if (window->count < 2)
		return false;
	line = regress(window, window->time_ms);
	*ret = line.slope * arguments[0] + line.intercept;
	return true;
}

/* Holt's double exponential smoothing, known as holt_winters until 3.0. */
struct smoothing {
	struct eval *eval;
	struct series_table *result;
	const double *smooth, *trend; /* factors, one each a step */
	double *values;
};

static double smooth(const struct window *window, double factor, double trend_factor)
{
	double before = 0, now = window->values[0], trend = window->values[1] - now;

	for (size_t i = 1; i < window->count; i++) {
		double level;

		if (i > 1)
			trend = trend_factor * (now - before) + (1 - trend_factor) * trend;
		level = factor * window->values[i] + (1 - factor) * (now + trend);
		before = now;
		now = level;
	}
	return now;
}

static int check_factor(struct eval *eval, const char *name, double factor)
{
	if (factor > 0 && factor < 1)
		return 0;
	/* Prometheus only refuses what compares as outside: NaN gives NaN. */
	if (isnan(factor))
		return 0;
	return eval_fail(eval, PROMQL_BAD, "invalid %s factor. Expected: 0 < %s < 1, got: %f", name,
			 *name == 's' ? "sf" : "tf", factor);
}

static int smooth_series(void *user, const struct labels *labels, struct window_cursor *cursor)
{
	struct smoothing *smoothing = user;
	struct eval *eval = smoothing->eval;
	struct window window;

	for (size_t i = 0; i < eval->steps.count; i++) {
		smoothing->values[i] = absent();
		if (!window_at_raw(cursor, i, &window))
			continue;
		if (check_factor(eval, "smoothing", smoothing->smooth[i]) < 0 ||
		    check_factor(eval, "trend", smoothing->trend[i]) < 0)
			return -1;
		if (window.count >= 2)
			smoothing->values[i] = smooth(&window, smoothing->smooth[i], smoothing->trend[i]);
	}
	return series_table_add(smoothing->result, labels_without_name(eval->arena, labels), smoothing->values);
}

int special_double_exponential_smoothing(struct eval *eval, const struct expr *call, struct grid *ret)
{
	size_t steps = eval->steps.count;
	double *numbers = mem_array(steps, 3 * sizeof(*numbers));
	struct series_table table;
	struct smoothing smoothing = { .eval = eval,
				       .result = &table,
				       .smooth = numbers,
				       .trend = numbers + steps,
				       .values = numbers + 2 * steps };
	int result = -1;

	series_table_init(&table, eval, ret);
	if (eval_scalar(eval, call->call.arguments[1], numbers) == 0 &&
	    eval_scalar(eval, call->call.arguments[2], numbers + steps) == 0)
		result = eval_windows(eval, call->call.arguments[0], smooth_series, &smoothing);
	series_table_release(&table);
	free(numbers);
	return result;
}
