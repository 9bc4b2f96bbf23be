/*
 * Expressions over a small fixed store, after two bytes that choose the times.
 * Whatever the text, evaluation ends, within its limits; and it agrees with
 * itself: a range answer has at each step what the instant answer is at that
 * time, unless the expression names the range's own ends, or fixes a window
 * that Prometheus 2 moves with the steps.
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "base/mem.h"
#include "promql/promql.h"
#include "tsdb/store.h"
#include "tsdb/value.h"

#define STEPS 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void append(struct store *store, const char *name, const char *label, const char *value, int kind)
{
	struct arena arena = { 0 };
	struct label items[] = { { "__name__", name }, { label, value }, { "job", "j" } };
	struct labels labels = labels_make(&arena, items, 3);
	struct store_series *series = store_hold(store, &labels);

	for (int64_t i = 0; i < 80; i++) {
		double number = kind == 0 ? (double)i : kind == 1 ? (double)(i * 7 % 13) - 3 : i % 9 ? 1.5 : NAN;

		if (kind == 1 && i % 17 == 0)
			number = value_stale();
		if (kind == 2 && i > 30 && i < 60)
			continue;
		store_append_at(store, series, i * 15000 + kind, number);
	}
	store_release(store, series);
	arena_release(&arena);
}

static struct store *make_store(void)
{
	struct store *store = store_new(NULL);

	append(store, "a", "x", "1", 0);
	append(store, "a", "x", "2", 1);
	append(store, "b", "x", "1", 2);
	append(store, "b", "x", "3", 0);
	append(store, "h_bucket", "le", "1", 0);
	append(store, "h_bucket", "le", "+Inf", 0);
	return store;
}

static enum promql_status ask(struct store *store, const struct promql *promql, const struct promql_options *options,
			      struct matrix **ret)
{
	struct selection **selections = mem_array(promql->selector_count + 1, sizeof(struct selection *));
	struct error error = { 0 };
	enum promql_status status;

	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from, to;

		promql_span(promql, i, options, &from, &to);
		selections[i] = store_select(store, selector->matchers, selector->matcher_count, from, to, 0, &error);
	}
	status = promql_eval(promql, selections, options, ret, &error);
	never(status != PROMQL_OK && !*error.text);
	for (size_t i = 0; i < promql->selector_count; i++)
		selection_free(selections[i]);
	free(selections);
	return status;
}

static const struct series *find(const struct matrix *matrix, const struct labels *labels)
{
	for (size_t i = 0; i < matrix->count; i++)
		if (labels_equal(&matrix->series[i].labels, labels))
			return &matrix->series[i];
	return NULL;
}

static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static void check_shape(const struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];

		always(series->count);
		for (size_t at = 0; at < series->count; at++)
			never(value_is_stale(series->values[at]) ||
			      (at && series->times_ms[at] <= series->times_ms[at - 1]));
		never(matrix->kind == MATRIX_VECTOR && find(matrix, &series->labels) != series);
	}
}

/* What the range says of one time, and what the instant answer says. */
static void compare(const struct matrix *range, const struct matrix *instant, int64_t time_ms)
{
	size_t there = 0;

	for (size_t i = 0; i < range->count; i++) {
		const struct series *series = &range->series[i], *other;

		for (size_t at = 0; at < series->count; at++) {
			if (series->times_ms[at] != time_ms)
				continue;
			other = find(instant, &series->labels);
			never(!other || !same(other->values[0], series->values[at]));
			there++;
		}
	}
	always(there == instant->count);
}

static bool depends_on_range(const struct promql *promql, bool left_open)
{
	return strstr(promql->text, "start") || strstr(promql->text, "end") ||
	       (!left_open && strchr(promql->text, '@'));
}

static void check(struct store *store, const struct promql *promql, bool left_open, uint8_t start, uint8_t step)
{
	struct promql_options options = {
		.start_ms = start * INT64_C(5000) - 60000,
		.step_ms = 1000 + step * INT64_C(500),
		.left_open = left_open,
		.limits = { .samples = 200000, .series = 200, .points = 20000, .time_ms = 2000 },
	};
	struct promql_options at = options;
	struct matrix *range = NULL, *instant = NULL;
	enum promql_status status;

	options.end_ms = options.start_ms + (STEPS - 1) * options.step_ms;
	status = ask(store, promql, &options, &range);
	if (range)
		check_shape(range);
	at.step_ms = 0;
	at.limits.samples = 0;
	for (int64_t i = 0; i < STEPS; i++, instant = NULL) {
		at.start_ms = at.end_ms = options.start_ms + i * options.step_ms;
		if (ask(store, promql, &at, &instant) == PROMQL_OK) {
			check_shape(instant);
			if (status == PROMQL_OK && !depends_on_range(promql, left_open))
				compare(range, instant, at.start_ms);
		}
		matrix_unref(instant);
	}
	matrix_unref(range);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct store *store;
	char *text;

	if (size < 2 || size > 300)
		return 0;
	store = make_store();
	text = strndup((const char *)data + 2, size - 2);
	for (int left_open = 0; left_open < 2; left_open++) {
		struct promql_syntax syntax = { .left_open = left_open };
		struct promql *promql = promql_parse(text, &syntax, NULL);

		if (promql)
			check(store, promql, left_open, data[0], data[1]);
		promql_free(promql);
	}
	free(text);
	store_free(store);
	return 0;
}
