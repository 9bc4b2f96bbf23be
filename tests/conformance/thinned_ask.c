#include "thinned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tsdb/value.h"

/* Far beyond what is asked: the store with all samples has 30 days of them. */
#define SAMPLES_LIMIT (UINT64_C(1) << 50)
#define TIME_LIMIT_MS (5 * CLOCK_MINUTE)

static void take(struct answers *ret, const struct matrix *matrix, const struct promql_options *options)
{
	int64_t step_ms = options->step_ms ? options->step_ms : 1;

	for (size_t i = 0; i < ret->records * ret->steps; i++)
		ret->values[i] = value_stale();
	for (size_t i = 0; i < matrix->count; i++) {
		const struct series *series = &matrix->series[i];
		const char *id = labels_get(&series->labels, "id");
		double *values = ret->values + (id ? strtoul(id, NULL, 10) : 0) * ret->steps;

		for (size_t k = 0; k < series->count; k++)
			values[(series->times_ms[k] - options->start_ms) / step_ms] = series->values[k];
	}
}

void ask(struct store *store, const struct history *history, const char *expression,
	 const struct promql_options *options, struct answers *ret)
{
	struct promql_syntax syntax = { .left_open = options->left_open };
	struct promql_options limited = *options;
	struct matrix *matrix = NULL;
	struct selection **selections;
	struct promql *promql;

	*ret = (struct answers){ .status = PROMQL_BAD, .records = history->count };
	ret->steps = options->step_ms ? (size_t)((options->end_ms - options->start_ms) / options->step_ms) + 1 : 1;
	limited.limits = (struct promql_limits){ .samples = SAMPLES_LIMIT, .time_ms = TIME_LIMIT_MS };
	promql = promql_parse(expression, &syntax, &ret->error);
	if (!promql)
		return;
	selections = mem_zalloc((promql->selector_count + 1) * sizeof(*selections));
	for (size_t i = 0; i < promql->selector_count; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, options, &from_ms, &to_ms);
		selections[i] = store_select(store, selector->matchers, selector->matcher_count, from_ms, to_ms, 0,
					     &ret->error);
	}
	ret->status = promql_eval(promql, selections, &limited, &matrix, &ret->error);
	if (ret->status == PROMQL_OK) {
		ret->values = mem_array(ret->records * ret->steps, sizeof(*ret->values));
		take(ret, matrix, options);
	}
	for (size_t i = 0; i < promql->selector_count; i++)
		selection_free(selections[i]);
	free(selections);
	matrix_unref(matrix);
	promql_free(promql);
}

void answers_release(struct answers *answers)
{
	free(answers->values);
	*answers = (struct answers){ 0 };
}
