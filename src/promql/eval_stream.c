/*
 * Evaluation series by series, and the choice of who computes a node: what
 * streams is passed on as it comes, everything else makes a grid first.
 */
#include "promql/eval_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "promql/function.h"

/* A subtree that is the same at every step: evaluated for one, said at all. */
struct constant_state {
	struct eval *eval;
	struct eval_steps all, one;
	eval_series_fn *fn;
	void *user;
	double *values; /* all.count */
};

static int on_constant(void *user, const struct labels *labels, double *values)
{
	struct constant_state *state = user;
	int result;

	if (is_absent(values[0]))
		return 0;
	if (eval_poll(state->eval, state->all.count) < 0)
		return -1;
	for (size_t step = 0; step < state->all.count; step++)
		state->values[step] = values[0];
	state->eval->steps = state->all;
	result = state->fn(state->user, labels, state->values);
	state->eval->steps = state->one;
	return result;
}

static int each_constant(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	struct constant_state state = {
		.eval = eval,
		.all = eval->steps,
		.one = { eval->steps.start_ms, eval->steps.step_ms, 1 },
		.fn = fn,
		.user = user,
	};
	int result;

	state.values = mem_array(state.all.count, sizeof(*state.values));
	eval->steps = state.one;
	result = eval_each(eval, expr, on_constant, &state);
	eval->steps = state.all;
	free(state.values);
	return result;
}

static bool is_all_absent(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_absent(values[i]))
			return false;
	return true;
}

int eval_each_of_grid(const struct eval *eval, struct grid *grid, eval_series_fn *fn, void *user)
{
	int result = 0;

	for (size_t i = 0; i < grid->count && !result; i++)
		if (!is_all_absent(grid->items[i].values, eval->steps.count))
			result = fn(user, &grid->items[i].labels, grid->items[i].values);
	return result;
}

static bool is_special(const struct expr *expr)
{
	return expr->kind == EXPR_CALL && expr->call.function->kind == FUNCTION_SPECIAL;
}

/* Neither side a scalar. */
static bool is_of_vectors(const struct expr *expr)
{
	return expr->kind == EXPR_BINARY && expr->binary.left->type == VALUE_VECTOR &&
	       expr->binary.right->type == VALUE_VECTOR;
}

static bool makes_grid(const struct expr *expr)
{
	return expr->kind == EXPR_AGGREGATE || is_special(expr) || is_of_vectors(expr);
}

static int make_grid(struct eval *eval, const struct expr *expr, struct grid *ret)
{
	if (expr->kind == EXPR_AGGREGATE)
		return eval_aggregate(eval, expr, ret);
	if (expr->kind == EXPR_BINARY)
		return eval_binary(eval, expr, ret);
	if (!expr->call.function->special)
		return eval_fail(eval, PROMQL_BAD, "function %s is not known here", expr->call.function->name);
	return expr->call.function->special(eval, expr, ret);
}

static int each_by_grid(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	struct grid grid;
	int result;

	grid_init(&grid);
	result = make_grid(eval, expr, &grid);
	if (!result)
		result = eval_each_of_grid(eval, &grid, fn, user);
	grid_release(&grid);
	return result;
}

static int each_scalar(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	double *values = mem_array(eval->steps.count, sizeof(*values));
	int result = eval_scalar(eval, expr, values);

	if (!result)
		result = fn(user, &(const struct labels){ 0 }, values);
	free(values);
	return result;
}

int eval_each(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	while (expr->kind == EXPR_PAREN)
		expr = expr->paren;
	if (!eval->steps.count)
		return 0;
	if (eval_poll(eval, 0) < 0)
		return -1;
	if (expr->constant && eval->steps.count > 1)
		return each_constant(eval, expr, fn, user);
	if (expr->type == VALUE_SCALAR)
		return each_scalar(eval, expr, fn, user);
	if (makes_grid(expr))
		return each_by_grid(eval, expr, fn, user);
	switch (expr->kind) {
	case EXPR_SELECTOR: return eval_select_each(eval, expr, false, fn, user);
	case EXPR_CALL:
		if (expr->call.function->kind == FUNCTION_WINDOW)
			return eval_call_windows(eval, expr, fn, user);
		return eval_call_values(eval, expr, fn, user);
	case EXPR_BINARY: return eval_with_scalar(eval, expr, fn, user);
	case EXPR_UNARY:
		if (!expr->unary.minus)
			return eval_each(eval, expr->unary.inner, fn, user);
		return eval_negate(eval, expr, fn, user);
	default: return eval_fail(eval, PROMQL_BAD, "an instant vector was expected");
	}
}

struct collect_state {
	struct eval *eval;
	struct grid *grid;
};

static int on_collected(void *user, const struct labels *labels, double *values)
{
	struct collect_state *state = user;
	struct grid_series *series = grid_add(state->eval, state->grid, *labels);

	if (!series)
		return -1;
	memcpy(series->values, values, state->eval->steps.count * sizeof(*values));
	return 0;
}

int eval_grid(struct eval *eval, const struct expr *expr, struct grid *ret)
{
	struct collect_state state = { eval, ret };

	while (expr->kind == EXPR_PAREN)
		expr = expr->paren;
	if (!eval->steps.count)
		return 0;
	if (makes_grid(expr) && !(expr->constant && eval->steps.count > 1))
		return eval_poll(eval, 0) < 0 ? -1 : make_grid(eval, expr, ret);
	return eval_each(eval, expr, on_collected, &state);
}

int eval_each_time(struct eval *eval, const struct expr *selector, eval_series_fn *fn, void *user)
{
	while (selector->kind == EXPR_PAREN)
		selector = selector->paren;
	return eval_select_each(eval, selector, true, fn, user);
}

const char *eval_string(const struct expr *expr)
{
	while (expr->kind == EXPR_PAREN)
		expr = expr->paren;
	return expr->kind == EXPR_STRING ? expr->string : "";
}
