/*
 * The evaluator's inside, for the files of this room that compute: results as
 * grids, and how an expression is evaluated at all steps at once.
 *
 * The grid of steps. A range question is evaluated for all its steps
 * together, series by series: a result is for each series one array of
 * `steps` values, with ABSENT where there is none. An instant question has
 * one step. A subquery evaluates its inside under a grid of its own.
 *
 * Streaming. eval_each hands over one series of a result after the other and
 * keeps none, so that `sum by (x) (rate(...))` needs memory for its groups
 * only. Selectors, range functions, functions of values, unary minus and
 * operations with a scalar stream; everything else makes a grid.
 */
#ifndef PROMQL_EVAL_H
#define PROMQL_EVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "promql/promql.h"
#include "promql/window.h"
#include "tsdb/value.h"

/* No sample at this step. A staleness marker's bits: no result can have them, since arithmetic makes a NaN quiet. */
static inline double absent(void)
{
	return value_stale();
}

static inline bool is_absent(double value)
{
	return value_is_stale(value);
}

struct eval_steps {
	int64_t start_ms, step_ms; /* step_ms >= 1 even for one step */
	size_t count;
};

struct eval {
	const struct promql *promql;
	struct selection *const *selections;
	const struct promql_options *options;
	struct eval_steps steps;                    /* the grid now: a subquery replaces it and puts it back */
	int64_t question_start_ms, question_end_ms; /* for @ start() and end() */
	int64_t at_shift_ms;                        /* what @ is off by, see eval_subquery_windows */
	struct reader *reader;
	struct arena *arena; /* lives as long as the evaluation */
	enum promql_status status;
	struct error *error;
	struct eval_budget *budget; /* private to eval.c */
};

struct grid_series {
	struct labels labels; /* strings and array in the store's or the evaluation's memory */
	double *values;       /* eval.steps.count */
};

/* Its memory is its own arena, given back as a whole. */
struct grid {
	struct grid_series *items;
	size_t count, capacity;
	struct arena arena;
};

void grid_init(struct grid *grid);
void grid_release(struct grid *grid);

/* A new series, all absent, within the limits; NULL with the error set beyond them. The labels are kept as given. */
struct grid_series *grid_add(struct eval *eval, struct grid *grid, struct labels labels);

/* Fail the evaluation; returns -1. */
int eval_fail(struct eval *eval, enum promql_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Count `samples` touched; -1 when a limit is met, time is up, or the question was cancelled. */
int eval_spend(struct eval *eval, uint64_t samples);

/* One series of a result; `values` may be written to, and is gone after the call. Returns 0, or -1 to end it all. */
typedef int eval_series_fn(void *user, const struct labels *labels, double *values);

/*
 * Evaluate an instant vector series by series, or as a grid; a scalar into
 * eval.steps.count numbers. Duplicate label sets are refused where Prometheus
 * refuses them ("vector cannot contain metrics with the same labelset").
 */
int eval_each(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user);
int eval_grid(struct eval *eval, const struct expr *expr, struct grid *ret);
int eval_scalar(struct eval *eval, const struct expr *expr, double *ret_values);

/* The string an argument says. */
const char *eval_string(const struct expr *expr);

/*
 * A range vector (selector or subquery), series by series: for each, `fn` is
 * called once with a cursor of windows. window_at(cursor, step) gives the
 * window of that step.
 */
struct window_cursor;
typedef int eval_windows_fn(void *user, const struct labels *labels, struct window_cursor *cursor);
int eval_windows(struct eval *eval, const struct expr *expr, eval_windows_fn *fn, void *user);
bool window_at(struct window_cursor *cursor, size_t step, struct window *ret); /* false: nothing in it */

/* As window_at for what raw samples alone can answer: a window with thinned history in it is named as left out. */
bool window_at_raw(struct window_cursor *cursor, size_t step, struct window *ret);

/* Is there anything in the window, be it too coarse or too little to compute with? */
bool window_holds_any(const struct window_cursor *cursor, size_t step);

/* Times of samples behind timestamp(): like eval_each on an instant selector, but the values are the samples' times in
 * seconds. */
int eval_each_time(struct eval *eval, const struct expr *selector, eval_series_fn *fn, void *user);

/* Wall time of a step, ms. */
static inline int64_t eval_step_ms(const struct eval *eval, size_t step)
{
	return eval->steps.start_ms + (int64_t)step * eval->steps.step_ms;
}

/* Aggregations and binary operators: the whole node into the empty grid. */
int eval_aggregate(struct eval *eval, const struct expr *expr, struct grid *ret);
int eval_binary(struct eval *eval, const struct expr *expr, struct grid *ret); /* vector with vector */

/* One operator on two numbers. For comparisons without bool: `*ret_keep` says whether the left one stays. */
double binary_compute(enum token_kind operator, double left, double right, bool *ret_keep);

/* The labels without __name__, in the arena (the same set when it has none). */
struct labels labels_without_name(struct arena *arena, const struct labels *labels);

#endif
