/* One number from a store, by PromQL; what the process holds of memory. */
#ifndef TESTS_CONFORMANCE_STORE_ASK_H
#define TESTS_CONFORMANCE_STORE_ASK_H

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "promql/promql.h"
#include "tsdb/value.h"

#define STORE_ASK_SELECTORS 4

/* The value of the first series that the expression gives at this moment, ranges left open; NaN when nothing comes. */
static inline double store_ask(struct store *store, const char *expression, int64_t now_ms)
{
	struct promql_syntax syntax = { .left_open = true };
	struct promql_options options = { .start_ms = now_ms, .end_ms = now_ms, .left_open = true };
	struct selection *selections[STORE_ASK_SELECTORS] = { NULL };
	struct error error = { "" };
	struct matrix *matrix = NULL;
	struct promql *promql = promql_parse(expression, &syntax, &error);
	size_t count = promql ? promql->selector_count : 0;
	double value = value_from_bits(VALUE_NAN_BITS);

	for (size_t i = 0; i < count && i < STORE_ASK_SELECTORS; i++) {
		const struct expr_selector *selector = &promql->selectors[i]->selector;
		int64_t from_ms, to_ms;

		promql_span(promql, i, &options, &from_ms, &to_ms);
		selections[i] =
			store_select(store, selector->matchers, selector->matcher_count, from_ms, to_ms, 0, &error);
	}
	if (promql && count <= STORE_ASK_SELECTORS &&
	    promql_eval(promql, selections, &options, &matrix, &error) == PROMQL_OK && matrix->count)
		value = matrix->series[0].values[0];
	else
		fprintf(stderr, "%s: %s\n", expression, error.text);
	for (size_t i = 0; i < count && i < STORE_ASK_SELECTORS; i++)
		selection_free(selections[i]);
	matrix_unref(matrix);
	promql_free(promql);
	return value;
}

static inline size_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	unsigned long pages = 0, resident = 0;

	if (file && fscanf(file, "%lu %lu", &pages, &resident) != 2)
		resident = 0;
	if (file)
		fclose(file);
	return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

#endif
