/*
 * Where a streaming node puts its results when it drops the metric name, so
 * that two of them may have equal labels. Prometheus knows two cases. What it
 * computes series by series (range functions, unary minus) may have a label
 * set once over all steps. What it computes step by step (functions of
 * values, operators) may have it once a step, and series that never meet
 * become one.
 */
#ifndef PROMQL_EVAL_OUTPUT_H
#define PROMQL_EVAL_OUTPUT_H

#include "promql/eval.h"
#include "promql/series_table.h"

enum eval_output_kind {
	EVAL_OUTPUT_APART,  /* labels cannot be equal: passed on as they come */
	EVAL_OUTPUT_REFUSE, /* passed on as they come, equal ones refused */
	EVAL_OUTPUT_MERGE,  /* kept until the end and put together */
};

struct eval_output {
	struct eval *eval;
	enum eval_output_kind kind;
	eval_series_fn *fn;
	void *user;
	struct series_table table;
	struct grid grid;
};

void eval_output_init(struct eval_output *output, struct eval *eval, enum eval_output_kind kind, eval_series_fn *fn,
		      void *user);

/* A result that has a sample; the array of its labels must live on. */
int eval_output_add(struct eval_output *output, const struct labels *labels, double *values);

/* Pass on what was kept unless `result` says that the evaluation failed; release it all. Returns how it ended. */
int eval_output_finish(struct eval_output *output, int result);

#endif
