/* Windows made of literal samples, and the functions of the table by their names. */
#ifndef TESTS_WINDOW_FIXTURE_H
#define TESTS_WINDOW_FIXTURE_H

#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "promql/function.h"

/* Samples `distance_ms` apart, the first at `first_ms`; the window is start..end. At most 64. */
struct sampled {
	int64_t times_ms[64];
	double values[64];
	struct window window;
};

static inline struct window *sample(struct sampled *ret, int64_t start_ms, int64_t end_ms, int64_t first_ms,
				    int64_t distance_ms, size_t count, const double *values)
{
	cr_assert_leq(count, 64);
	for (size_t i = 0; i < count; i++) {
		ret->times_ms[i] = first_ms + (int64_t)i * distance_ms;
		ret->values[i] = values[i];
	}
	ret->window = (struct window){
		.times_ms = ret->times_ms,
		.values = ret->values,
		.count = count,
		.start_ms = start_ms,
		.end_ms = end_ms,
		.time_ms = end_ms,
	};
	return &ret->window;
}

static inline const struct function *function_named(const char *name)
{
	const struct function *function = function_find(name, strlen(name));

	cr_assert(function != NULL, "%s is not in the table", name);
	return function;
}

/* What a function makes of a window; `argument` is its scalar. */
static inline double over(const char *name, const struct window *window, double argument)
{
	double result = 12345;

	cr_assert(function_named(name)->window(window, &argument, &result), "%s gives nothing", name);
	return result;
}

static inline bool gives_nothing(const char *name, const struct window *window)
{
	double argument = 0, result;

	return !function_named(name)->window(window, &argument, &result);
}

static inline bool same(double a, double b, double tolerance)
{
	if (isnan(a) || isnan(b) || isinf(a) || isinf(b))
		return (isnan(a) && isnan(b)) || a == b;
	return fabs(a - b) <= tolerance * fmax(1, fmax(fabs(a), fabs(b)));
}

#define expect_same(got, wanted)                                                                                       \
	cr_expect(same(got, wanted, 1e-12), "%s is %.17g, not %.17g", #got, (double)(got), (double)(wanted))

#endif
