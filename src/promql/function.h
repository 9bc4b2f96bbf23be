/*
 * The functions of PromQL: one table, from which the parser knows their types
 * and the evaluator how to compute them.
 */
#ifndef PROMQL_FUNCTION_H
#define PROMQL_FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "promql/ast.h"
#include "promql/window.h"

struct eval;
struct grid;

/* One more than any function declares, so that VALUE_NONE always ends them. */
#define FUNCTION_ARGUMENTS 6

/* How a call is computed. */
enum function_kind {
	FUNCTION_WINDOW,  /* one number from each window of a range vector's series: rate, avg_over_time ... */
	FUNCTION_VALUE,   /* one number from each sample of an instant vector, the name dropped: abs, clamp ... */
	FUNCTION_SPECIAL, /* everything else: sees the whole call */
};

struct function {
	const char *name;
	enum value_type arguments[FUNCTION_ARGUMENTS]; /* declared types; VALUE_NONE ends them */
	int optional;         /* how many of the last ones may be left out; -1: the last may repeat, or be left out */
	enum value_type type; /* of the result */
	enum function_kind kind;
	bool keeps_name;   /* last_over_time: the metric name stays */
	bool not_constant; /* time(), predict_linear, timestamp, and date functions without argument */
	bool newer;        /* 2.42 does not know it */
	/*
	 * FUNCTION_WINDOW: false when the window gives no sample.
	 * `arguments` are the scalar arguments at this step, in order, the
	 * range vector left out. `thinned` takes windows with buckets; NULL:
	 * "resolution too coarse".
	 */
	bool (*window)(const struct window *window, const double *arguments, double *ret);
	bool (*thinned)(const struct window *window, const double *arguments, double *ret);
	/* FUNCTION_VALUE: `arguments` as above, the instant vector left out; false drops the sample. */
	bool (*value)(double value, const double *arguments, double *ret);
	/* FUNCTION_SPECIAL: write the call's result into the empty grid (scalars: one series without labels). -1 with
	 * the eval's error set. */
	int (*special)(struct eval *eval, const struct expr *call, struct grid *ret);
};

const struct function *function_find(const char *name, size_t length);
const struct function *function_table(size_t *ret_count);

#endif
