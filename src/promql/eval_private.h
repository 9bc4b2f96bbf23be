/*
 * What the evaluator's own files share: the budget of one evaluation, the
 * tally of windows left out, times and borders of windows, and the nodes that
 * stream. For eval*.c, grid.c, label_name.c, result.c and span.c only.
 */
#ifndef PROMQL_EVAL_PRIVATE_H
#define PROMQL_EVAL_PRIVATE_H

#include "promql/eval.h"

#define EVAL_LOOKBACK_MS      (5 * 60 * INT64_C(1000))
#define EVAL_SUBQUERY_STEP_MS (60 * INT64_C(1000))

/* No moment or length is allowed beyond this, so that sums of a few of them stay numbers. */
#define EVAL_TIME_MAX (INT64_MAX / 16)

static inline int64_t eval_clamp_ms(int64_t ms)
{
	return ms > EVAL_TIME_MAX ? EVAL_TIME_MAX : ms < -EVAL_TIME_MAX ? -EVAL_TIME_MAX : ms;
}

/* Windows that could not be answered from what the store has. */
struct eval_left_out {
	uint64_t windows;      /* series times steps */
	int64_t before_ms;     /* the last of them ends here */
	int64_t have_ms;       /* how much of it is there */
	int64_t want_ms;       /* its length */
	int64_t resolution_ms; /* of the thinned history it lies in */
};

struct eval_budget {
	struct promql_limits limits; /* defaults filled in */
	uint64_t samples;            /* touched so far */
	uint64_t unseen;             /* work since the clock was looked at */
	int64_t deadline_ms;         /* monotonic */
	uint64_t long_windows;       /* of over ten minutes, evaluated */
	uint64_t windows;            /* any, evaluated */
	struct eval_left_out history, coarse;
};

/* Count work that touches no stored sample: only time and cancelling can end it. */
int eval_poll(struct eval *eval, uint64_t work);

/* -1, and the evaluation failed, with more series or more points than one result may have. */
int eval_check_size(struct eval *eval, size_t series, size_t steps);

/* -1, and the evaluation failed, with more steps than a result may have points. */
int eval_check_steps(struct eval *eval, const struct eval_steps *steps);

/* How many steps lie in start..end, `step_ms` apart. */
size_t eval_count_steps(int64_t start_ms, int64_t end_ms, int64_t step_ms);

/* `@` as it is heeded: see expr_when.loose. */
static inline enum at_kind eval_when_at(const struct expr_when *when)
{
	return when->loose && when->at != AT_TIME ? AT_NONE : when->at;
}

static inline bool eval_when_fixed(const struct expr_when *when)
{
	return when->at != AT_NONE && !when->loose;
}

/* Where a selector looks for the first step; the others follow a step each unless @ fixes them all to this one. */
int64_t eval_when_ms(const struct eval *eval, const struct expr_when *when);

/* Narrow the times to read samples at to those the selector's series were chosen for. */
void eval_read_within(const struct eval *eval, const struct expr_selector *selector, int64_t *from_ms, int64_t *to_ms);

/* The default look-back when none is asked for. */
int64_t eval_lookback_ms(const struct promql_options *options);

/* Times at which one series of windows looks: window i ends at first_end_ms + i * step_ms. */
struct window_plan {
	int64_t range_ms, first_end_ms, step_ms;
	size_t count; /* 1 when @ fixes the window */
	bool fixed, left_open;
	bool any_history; /* do not ask whether half of the window is there */
};

struct window_plan window_plan_make(const struct eval *eval, const struct expr_when *when, int64_t range_ms);

static inline int64_t window_plan_end_ms(const struct window_plan *plan, size_t index)
{
	return plan->first_end_ms + (int64_t)index * plan->step_ms;
}

/* Which samples of a series lie in each window of a plan: [from, to). */
struct window_border {
	uint32_t from, to;
};

struct window_borders {
	struct window_border *items; /* plan.count */
	uint64_t total;              /* samples over all windows */
};

/* `first_ms` and `last_ms`: of each sample or bucket when it begins and ends; the same array for samples. */
void window_borders_find(struct window_borders *borders, const struct window_plan *plan, const int64_t *first_ms,
			 const int64_t *last_ms, size_t count);

/* What the store has to say about one series beside its raw samples. */
struct window_history {
	int64_t from_ms; /* the oldest sample of its job; INT64_MIN when nothing is known */
	int64_t bucket_ms;
	struct buckets buckets;
	const struct window_borders *bucket_borders;
};

struct window_cursor {
	struct eval *eval;
	const struct window_plan *plan;
	const struct window_border *borders;
	const int64_t *times_ms;
	const double *values;
	const struct window_history *history;
	size_t first;  /* windows before this one have too little history */
	bool too_fine; /* shorter than a bucket: windows with buckets in them are left out */
	struct window window;
};

/* Make a cursor of a series and tally what it leaves out; false when there is nothing in any of its windows. */
bool window_cursor_init(struct window_cursor *cursor, struct eval *eval, const struct window_plan *plan,
			const struct window_borders *borders, const struct samples *samples,
			const struct window_history *history);

/* window_at without the copy and the count: the cursor's own window is filled in. */
bool window_cursor_move(struct window_cursor *cursor, size_t step);

/* Tally that window `step` has buckets in it and cannot be answered from them. */
void window_cursor_coarse(struct window_cursor *cursor, size_t step);

/* As eval_windows; `any_history` for raw samples themselves rather than a number made of them. */
int eval_windows_any(struct eval *eval, const struct expr *expr, bool any_history, eval_windows_fn *fn, void *user);
int eval_subquery_windows(struct eval *eval, const struct expr *expr, bool any_history, eval_windows_fn *fn,
			  void *user);

/* An instant selector, series by series; `times` asks for the samples' times in seconds. */
int eval_select_each(struct eval *eval, const struct expr *expr, bool times, eval_series_fn *fn, void *user);

/* Nodes that stream: calls in eval_call.c, signs and operators in eval_operation.c. */
int eval_call_windows(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user);
int eval_call_values(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user);
int eval_negate(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user);
int eval_with_scalar(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user);

/* Give each series of a grid that has a sample to `fn`. */
int eval_each_of_grid(const struct eval *eval, struct grid *grid, eval_series_fn *fn, void *user);

/* Does every series of this vector have the same metric name, or none? Then it can be dropped and all stay apart. */
bool eval_has_one_name(const struct expr *expr);

/* Does an operator leave out the metric name? `left_open`: as in 3.x. */
bool eval_drops_name(enum token_kind operator, bool return_bool, bool left_open);

/* The answer: from the evaluated root into a matrix with strings of its own. */
int result_make(struct eval *eval, const struct expr *root, struct matrix **ret);

#endif
