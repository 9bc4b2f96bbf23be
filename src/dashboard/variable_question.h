/*
 * The query of a variable taken apart: Grafana's own little language over the
 * Prometheus API. `label_values(selector, label)`, `label_values(label)`,
 * `label_names()`, `label_names(selector)`, `metrics(pattern)`,
 * `query_result(expression)`; anything else selects series.
 */
#ifndef DASHBOARD_VARIABLE_QUESTION_H
#define DASHBOARD_VARIABLE_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "tsdb/matrix.h"

enum question_kind {
	QUESTION_LABEL_VALUES,
	QUESTION_LABEL_NAMES,
	QUESTION_METRICS,
	QUESTION_RESULT,
	QUESTION_SERIES,
};

/* Strings are the question's own. */
struct variable_question {
	enum question_kind kind;
	char *argument; /* selector (NULL when there is none), pattern or expression */
	char *label;    /* QUESTION_LABEL_VALUES only */
};

/* The words an answer gives, each a string of its own. */
struct variable_words {
	VEC(char *) items;
};

/* False when the text asks nothing. */
bool variable_question_parse(const char *text, struct variable_question *ret);
void variable_question_release(struct variable_question *question);

/* Turn the answer into words, in its order; at most `limit`. */
void variable_question_words(const struct variable_question *question, const struct matrix *answer, size_t limit,
			     struct variable_words *ret);
void variable_words_release(struct variable_words *words);

#endif
