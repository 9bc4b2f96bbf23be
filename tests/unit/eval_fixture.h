/* A small store and questions to it, with answers as text, for the tests of the evaluator. */
#ifndef TESTS_EVAL_FIXTURE_H
#define TESTS_EVAL_FIXTURE_H

#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "promql/promql.h"
#include "tsdb/exposition.h"
#include "tsdb/selection.h"
#include "tsdb/store.h"
#include "tsdb/value.h"

/*
 * Append samples `step_ms` apart from 0 on, in the notation of Prometheus's
 * scripts: "1 2 _ 4", "0+10x5" (0 10 .. 50), "_x3", "stale".
 */
static inline void load(struct store *store, const char *series, int64_t step_ms, const char *values)
{
	struct arena arena = { 0 };
	struct labels labels;
	struct error error;
	struct store_series *held;
	char *copy = mem_strdup(values), *rest = copy, *word;
	int64_t time = 0;

	cr_assert_eq(exposition_labels(series, strlen(series), &arena, &labels, &error), 0, "%s: %s", series,
		     error.text);
	held = store_hold(store, &labels);
	while ((word = strsep(&rest, " ")) != NULL) {
		char *end = word;
		double value = *word == '_' ? 0 : strcmp(word, "stale") == 0 ? value_stale() : strtod(word, &end);
		double slope = *end == '+' || *end == '-' ? strtod(end, &end) : 0;
		char *times = strchr(end, 'x');
		long more = times ? strtol(times + 1, NULL, 10) - (*word == '_') : 0;

		for (long i = 0; i <= more; i++, time += step_ms)
			if (*word != '_')
				store_append_at(store, held, time,
						*word == 's' ? value_stale() : value + (double)i * slope);
	}
	store_release(store, held);
	free(copy);
	arena_release(&arena);
}

static inline void add_matrix(struct strbuf *ret, const struct matrix *matrix)
{
	static const char *const kinds[] = { "vector", "range", "scalar", "string" };

	strbuf_addf(ret, "%s", kinds[matrix->kind]);
	if (matrix->kind == MATRIX_STRING)
		strbuf_addf(ret, " '%s'", matrix->string);
	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];

		strbuf_addstr(ret, i ? ", " : " ");
		labels_add(ret, &series->labels);
		for (size_t at = 0; at < series->count; at++)
			strbuf_addf(ret, " %.10g@%.10g", isnan(series->values[at]) ? NAN : series->values[at],
				    (double)series->times_ms[at] / 1e3);
	}
	for (size_t i = 0; i < matrix->warning_count; i++)
		strbuf_addf(ret, " (%s)", matrix->warnings[i]);
}

/* The whole way of a question. `ret` takes the answer, or "error STATUS: text". */
static inline enum promql_status ask(struct store *store, const char *text, const struct promql_options *options,
				     struct strbuf *ret)
{
	struct promql_syntax syntax = { .left_open = options->left_open };
	struct error error = { 0 };
	struct promql *promql = promql_parse(text, &syntax, &error);
	struct selection **selections;
	struct matrix *matrix = NULL;
	enum promql_status status;

	cr_assert(promql != NULL, "%s: %s", text, error.text);
	selections = mem_array(promql->selector_count + 1, sizeof(struct selection *));
	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from, to;

		promql_span(promql, i, options, &from, &to);
		selections[i] = store_select(store, selector->matchers, selector->matcher_count, from, to, 0, &error);
		cr_assert(selections[i] != NULL, "%s: %s", text, error.text);
	}
	status = promql_eval(promql, selections, options, &matrix, &error);
	if (status == PROMQL_OK)
		add_matrix(ret, matrix);
	else
		strbuf_addf(ret, "error %d: %s", (int)status, error.text);
	matrix_unref(matrix);
	for (size_t i = 0; i < promql->selector_count; i++)
		selection_free(selections[i]);
	free(selections);
	promql_free(promql);
	return status;
}

static inline void expect_answer(struct store *store, const char *text, const struct promql_options *options,
				 const char *wanted)
{
	struct strbuf got = STRBUF_INIT;

	ask(store, text, options, &got);
	cr_expect_str_eq(got.text, wanted, "%s:\n%s\n%s", text, got.text, wanted);
	strbuf_release(&got);
}

/* At one moment, in seconds, as Prometheus 3 or 2 answers. */
static inline void expect_at(struct store *store, const char *text, double time_s, const char *wanted)
{
	struct promql_options options = { .start_ms = llround(time_s * 1e3), .left_open = true, .all_history = true };

	options.end_ms = options.start_ms;
	expect_answer(store, text, &options, wanted);
}

static inline void expect_closed_at(struct store *store, const char *text, double time_s, const char *wanted)
{
	struct promql_options options = { .start_ms = llround(time_s * 1e3), .all_history = true };

	options.end_ms = options.start_ms;
	expect_answer(store, text, &options, wanted);
}

/* Over a range, closed windows. */
static inline void expect_range(struct store *store, const char *text, int64_t start_s, int64_t end_s, int64_t step_s,
				const char *wanted)
{
	struct promql_options options = {
		.start_ms = start_s * 1000,
		.end_ms = end_s * 1000,
		.step_ms = step_s * 1000,
		.all_history = true,
	};

	expect_answer(store, text, &options, wanted);
}

#endif
