#include "promqltest.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "tsdb/label_regex.h"

#define TOLERANCE 1e-6 /* relative */

static bool is_near(double a, double b)
{
	double sum, difference;

	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	if (a == b)
		return true;
	sum = fabs(a) + fabs(b);
	difference = fabs(a - b);
	if (a == 0. || b == 0. || sum < DBL_MIN)
		return difference < TOLERANCE * DBL_MIN;
	return difference / fmin(sum, DBL_MAX) < TOLERANCE;
}

int check_failure(const struct expected *expected, const char *message, struct error *error)
{
	struct label_regex *regex;
	struct strbuf pattern = STRBUF_INIT;
	bool matches;

	if (expected->failure_match == MATCH_ANY)
		return 0;
	if (expected->failure_match == MATCH_EXACT)
		return strcmp(message, expected->failure) == 0
			       ? 0
			       : error_set(error, "failed with \"%s\", expected \"%s\"", message, expected->failure);
	strbuf_addf(&pattern, "(?s:.*)(?:%s)(?s:.*)", expected->failure);
	regex = label_regex_new(pattern.text, false, error);
	strbuf_release(&pattern);
	if (!regex)
		return -1;
	matches = label_regex_match(regex, message);
	label_regex_free(regex);
	return matches ? 0 : error_set(error, "failed with \"%s\", expected /%s/", message, expected->failure);
}

static int fail_series(struct error *error, const struct labels *labels, const char *what)
{
	struct strbuf text = STRBUF_INIT;

	labels_add(&text, labels);
	error_set(error, "%s: %s", text.text, what);
	strbuf_release(&text);
	return -1;
}

static int fail_value(struct error *error, const struct labels *labels, double got, double expected)
{
	struct strbuf text = STRBUF_INIT;

	labels_add(&text, labels);
	error_set(error, "%s: got %.12g, expected %.12g", text.text, got, expected);
	strbuf_release(&text);
	return -1;
}

/* The last one given for these labels, as a script may say something twice. */
static const struct expectation *find(const struct expected *expected, const struct labels *labels)
{
	for (size_t i = expected->series.count; i-- > 0;)
		if (labels_equal(&expected->series.items[i].labels, labels))
			return &expected->series.items[i];
	return NULL;
}

static const struct series *find_series(const struct matrix *matrix, const struct labels *labels)
{
	for (size_t i = 0; i < matrix->count; i++)
		if (labels_equal(&matrix->series[i].labels, labels))
			return &matrix->series[i];
	return NULL;
}

/* Each expected value is at its step, and nothing else is. */
static int check_points(const struct expectation *expected, const struct series *series, int64_t start_ms,
			int64_t step_ms, struct error *error)
{
	size_t at = 0;

	for (size_t i = 0; i < expected->values.count; i++) {
		int64_t time_ms = start_ms + (int64_t)i * step_ms;
		char what[80];

		if (expected->values.blank[i])
			continue;
		if (at >= series->count || series->times_ms[at] != time_ms) {
			snprintf(what, sizeof(what), "nothing at %lld ms, expected %.12g", (long long)time_ms,
				 expected->values.items[i]);
			return fail_series(error, &series->labels, what);
		}
		if (!is_near(series->values[at], expected->values.items[i]))
			return fail_value(error, &series->labels, series->values[at], expected->values.items[i]);
		at++;
	}
	return at == series->count ? 0 : fail_series(error, &series->labels, "more samples than expected");
}

static int check_range(const struct test_case *test, const struct matrix *matrix, int64_t start_ms, int64_t step_ms,
		       struct error *error)
{
	const struct expected *expected = &test->expected;

	if (matrix->kind != MATRIX_RANGE)
		return error_set(error, "the answer is no range vector");
	for (size_t i = 0; i < matrix->count; i++) {
		const struct expectation *series = find(expected, &matrix->series[i].labels);

		if (!series)
			return fail_series(error, &matrix->series[i].labels, "not expected");
		if (check_points(series, &matrix->series[i], start_ms, step_ms, error))
			return -1;
	}
	for (size_t i = 0; i < expected->series.count; i++)
		if (!find_series(matrix, &expected->series.items[i].labels))
			return fail_series(error, &expected->series.items[i].labels, "missing");
	return 0;
}

static int check_vector(const struct test_case *test, const struct matrix *matrix, struct error *error)
{
	const struct expected *expected = &test->expected;

	if (expected->scalar)
		return error_set(error, "the answer is a vector, expected a number");
	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];
		const struct expectation *wanted = find(expected, &series->labels);

		if (!wanted)
			return fail_series(error, &series->labels, "not expected");
		if (expected->ordered && wanted != &expected->series.items[i])
			return fail_series(error, &series->labels, "not in the place expected");
		if (series->count != 1)
			return fail_series(error, &series->labels, "not one sample");
		if (series->times_ms[0] != test->start_ms)
			return fail_series(error, &series->labels, "not at the time asked for");
		if (!is_near(series->values[0], wanted->values.items[0]))
			return fail_value(error, &series->labels, series->values[0], wanted->values.items[0]);
	}
	for (size_t i = 0; i < expected->series.count; i++)
		if (!find_series(matrix, &expected->series.items[i].labels))
			return fail_series(error, &expected->series.items[i].labels, "missing");
	return 0;
}

static int check_scalar(const struct test_case *test, const struct matrix *matrix, struct error *error)
{
	const struct expected *expected = &test->expected;

	if (matrix->count != 1 || matrix->series[0].count != 1)
		return error_set(error, "a scalar without its value");
	if (expected->series.count != 1 || expected->series.items[0].labels.count)
		return error_set(error, "the answer is the number %.12g, expected a vector",
				 matrix->series[0].values[0]);
	if (!is_near(matrix->series[0].values[0], expected->series.items[0].values.items[0]))
		return fail_value(error, &matrix->series[0].labels, matrix->series[0].values[0],
				  expected->series.items[0].values.items[0]);
	return 0;
}

int check_answer(const struct test_case *test, const struct matrix *matrix, struct error *error)
{
	const struct expected *expected = &test->expected;

	if (expected->no_annotations && matrix->warning_count)
		return error_set(error, "a warning: %s", matrix->warnings[0]);
	if (test->range)
		return check_range(test, matrix, test->start_ms, test->step_ms, error);
	if (expected->matrix)
		return check_range(test, matrix, expected->start_ms, expected->step_ms, error);
	if (expected->string) {
		if (matrix->kind == MATRIX_STRING && strcmp(matrix->string, expected->string) == 0)
			return 0;
		return error_set(error, "got %s, expected the string %s",
				 matrix->kind == MATRIX_STRING ? matrix->string : "no string", expected->string);
	}
	switch (matrix->kind) {
	case MATRIX_VECTOR: return check_vector(test, matrix, error);
	case MATRIX_SCALAR: return check_scalar(test, matrix, error);
	case MATRIX_STRING: return error_set(error, "the answer is a string");
	case MATRIX_RANGE: break;
	}
	return error_set(error, "the answer is a range vector");
}

/* The value of a series at a time, or NULL. */
static const double *value_at(const struct series *series, int64_t at_ms)
{
	for (size_t i = 0; i < series->count; i++)
		if (series->times_ms[i] == at_ms)
			return &series->values[i];
	return NULL;
}

int check_step(const struct test_case *test, const struct matrix *matrix, int64_t at_ms, struct error *error)
{
	const struct expected *expected = &test->expected;

	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];
		const double *value = value_at(series, at_ms);
		const struct expectation *wanted = find(expected, &series->labels);

		if (!value)
			continue;
		if (!wanted)
			return fail_series(error, &series->labels, "not expected");
		if (!is_near(*value, wanted->values.items[0]))
			return fail_value(error, &series->labels, *value, wanted->values.items[0]);
	}
	for (size_t i = 0; i < expected->series.count; i++) {
		const struct series *series = find_series(matrix, &expected->series.items[i].labels);

		if (!series || !value_at(series, at_ms))
			return fail_series(error, &expected->series.items[i].labels, "missing");
	}
	return 0;
}
