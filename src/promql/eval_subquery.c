/*
 * Subqueries: an instant vector evaluated on a grid of its own, whose points
 * then are the samples of windows. The grid's steps are multiples of the
 * resolution since the epoch, so that they do not move with the question.
 */
#include "promql/eval_private.h"

#include <stdlib.h>

#include "base/mem.h"

struct subquery_state {
	struct eval *eval;
	struct eval_steps outer, inner;
	struct window_plan plan;
	struct window_history history;
	eval_windows_fn *fn;
	void *user;
	int64_t *times_ms;               /* of the inner steps */
	struct window_borders all, some; /* of a series with a point at every step; of one with gaps */
	bool has_all;
	int64_t *some_times_ms;
	double *some_values;
};

static struct eval_steps inner_steps(const struct eval *eval, const struct expr_subquery *subquery,
				     const struct window_plan *plan)
{
	int64_t step = subquery->step_ms > 0 ? subquery->step_ms : eval->options->subquery_step_ms;
	int64_t from = eval_clamp_ms(plan->first_end_ms - plan->range_ms), start;

	if (step <= 0)
		step = EVAL_SUBQUERY_STEP_MS;
	step = eval_clamp_ms(step);
	start = from / step * step;
	if (start < from || (plan->left_open && start == from))
		start += step;
	return (struct eval_steps){
		.start_ms = start,
		.step_ms = step,
		.count = eval_count_steps(start, window_plan_end_ms(plan, plan->count - 1), step),
	};
}

/* The points of a series that has some steps without. */
static struct samples compact(struct subquery_state *state, const double *values)
{
	size_t count = state->inner.count, kept = 0;

	if (!state->some_values) {
		state->some_values = mem_array(count, sizeof(*state->some_values));
		state->some_times_ms = mem_array(count, sizeof(*state->some_times_ms));
		state->some.items = mem_array(state->plan.count, sizeof(*state->some.items));
	}
	for (size_t i = 0; i < count; i++) {
		if (is_absent(values[i]))
			continue;
		state->some_values[kept] = values[i];
		state->some_times_ms[kept++] = state->times_ms[i];
	}
	return (struct samples){ .times_ms = state->some_times_ms, .values = state->some_values, .count = kept };
}

static bool has_gaps(const double *values, size_t count)
{
	bool found = false;

	for (size_t i = 0; i < count; i++)
		found |= is_absent(values[i]);
	return found;
}

static int on_series(void *user, const struct labels *labels, double *values)
{
	struct subquery_state *state = user;
	struct eval *eval = state->eval;
	struct samples samples = { .times_ms = state->times_ms, .values = values, .count = state->inner.count };
	struct window_borders *borders = &state->all;
	struct window_cursor cursor;
	int result = 0;

	if (has_gaps(values, state->inner.count)) {
		samples = compact(state, values);
		borders = &state->some;
	}
	if (borders != &state->all || !state->has_all)
		window_borders_find(borders, &state->plan, samples.times_ms, samples.times_ms, samples.count);
	state->has_all |= borders == &state->all;
	if (eval_spend(eval, borders->total > samples.count ? borders->total : samples.count) < 0)
		return -1;
	/* Whoever takes the windows works on the outer grid. */
	eval->steps = state->outer;
	if (window_cursor_init(&cursor, eval, &state->plan, borders, &samples, &state->history))
		result = state->fn(state->user, labels, &cursor);
	eval->steps = state->inner;
	return result;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * From when on there is history for everything below: the selector that has
 * the least of it counts, by the oldest of its series. INT64_MIN when nothing
 * is known, as for what @ fixes.
 */
static int64_t history_from(const struct eval *eval, const struct expr *expr);

static int64_t selector_history_from(const struct eval *eval, const struct expr_selector *selector)
{
	const struct selection *selection = eval->selections[selector->index];
	size_t count = selection ? selection_count(selection) : 0;
	int64_t from = INT64_MAX;

	if (eval_when_fixed(&selector->when))
		return INT64_MIN;
	for (size_t i = 0; i < count; i++) {
		int64_t oldest = selection_history_from_ms(selection, i);

		from = oldest < from ? oldest : from;
	}
	return from == INT64_MAX || from == INT64_MIN ? INT64_MIN
						      : eval_clamp_ms(from) + eval_clamp_ms(selector->when.offset_ms);
}

static int64_t history_from(const struct eval *eval, const struct expr *expr)
{
	int64_t from = INT64_MIN;

	switch (expr->kind) {
	case EXPR_SELECTOR: return selector_history_from(eval, &expr->selector);
	case EXPR_SUBQUERY:
		if (eval_when_fixed(&expr->subquery.when))
			return INT64_MIN;
		from = history_from(eval, expr->subquery.inner);
		return from == INT64_MIN ? from : from + eval_clamp_ms(expr->subquery.when.offset_ms);
	case EXPR_CALL:
		for (size_t i = 0; i < expr->call.count; i++)
			from = later(from, history_from(eval, expr->call.arguments[i]));
		return from;
	case EXPR_AGGREGATE: return history_from(eval, expr->aggregate.inner);
	case EXPR_BINARY: return later(history_from(eval, expr->binary.left), history_from(eval, expr->binary.right));
	case EXPR_UNARY: return history_from(eval, expr->unary.inner);
	case EXPR_PAREN: return history_from(eval, expr->paren);
	case EXPR_NUMBER:
	case EXPR_STRING: break;
	}
	return from;
}

/*
 * 2.x works out what @ means inside a subquery only where the subquery's first
 * step is another than that of what it stands in. Where both are the same, as
 * with [10m:1m] offset -10m, @ is off by the subquery's offset.
 */
static int64_t at_shift(const struct subquery_state *state, const struct expr_when *when)
{
	const struct eval *eval = state->eval;

	if (state->plan.left_open || state->inner.start_ms != state->outer.start_ms)
		return 0;
	if (eval_when_at(when) == AT_NONE)
		return eval_clamp_ms(eval->at_shift_ms + eval_clamp_ms(when->offset_ms));
	return eval_clamp_ms(state->outer.start_ms - state->plan.first_end_ms);
}

int eval_subquery_windows(struct eval *eval, const struct expr *expr, bool any_history, eval_windows_fn *fn, void *user)
{
	const struct expr_subquery *subquery = &expr->subquery;
	struct subquery_state state = {
		.eval = eval,
		.outer = eval->steps,
		.plan = window_plan_make(eval, &subquery->when, subquery->range_ms),
		.fn = fn,
		.user = user,
	};
	int64_t outer_shift = eval->at_shift_ms;
	int result;

	if (!state.plan.count)
		return 0;
	state.plan.any_history = any_history;
	state.inner = inner_steps(eval, subquery, &state.plan);
	if (eval_check_steps(eval, &state.inner) < 0)
		return -1;
	if (!state.inner.count)
		return 0;
	/* The windows of a subquery within are where its own @ says: only its points are off. */
	if (eval_when_at(&subquery->when) != AT_NONE)
		state.plan.first_end_ms = eval_clamp_ms(state.plan.first_end_ms - outer_shift);
	state.history.from_ms = history_from(eval, subquery->inner);
	state.times_ms = mem_array(state.inner.count, sizeof(*state.times_ms));
	for (size_t i = 0; i < state.inner.count; i++)
		state.times_ms[i] = state.inner.start_ms + (int64_t)i * state.inner.step_ms;
	state.all.items = mem_array(state.plan.count, sizeof(*state.all.items));
	eval->at_shift_ms = at_shift(&state, &subquery->when);
	eval->steps = state.inner;
	result = eval_each(eval, subquery->inner, on_series, &state);
	eval->steps = state.outer;
	eval->at_shift_ms = outer_shift;
	free(state.times_ms);
	free(state.all.items);
	free(state.some.items);
	free(state.some_times_ms);
	free(state.some_values);
	return result;
}
