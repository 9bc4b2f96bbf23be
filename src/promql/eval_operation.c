/* Unary minus, and operators between a vector and a scalar. */
#include <stdlib.h>

#include "base/mem.h"
#include "promql/eval_output.h"
#include "promql/eval_private.h"

struct operation_state {
	struct eval *eval;
	enum token_kind operator;
	bool scalar_left, return_bool, comparison, drops_name;
	double *scalars; /* of step i at i * stride: one alone when it is the same at all of them */
	size_t stride;
	struct eval_output output;
};

static int on_negated(void *user, const struct labels *labels, double *values)
{
	struct operation_state *state = user;
	struct labels result = labels_without_name(state->eval->arena, labels);

	for (size_t step = 0; step < state->eval->steps.count; step++)
		if (!is_absent(values[step]))
			values[step] = -values[step];
	return eval_output_add(&state->output, &result, values);
}

int eval_negate(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	bool apart = eval_has_one_name(expr->unary.inner);
	struct operation_state state = { .eval = eval };
	int result;

	eval_output_init(&state.output, eval, apart ? EVAL_OUTPUT_APART : EVAL_OUTPUT_REFUSE, fn, user);
	result = eval_each(eval, expr->unary.inner, on_negated, &state);
	return eval_output_finish(&state.output, result);
}

static bool is_comparison(enum token_kind operator)
{
	return operator>= TOKEN_EQUAL && operator<= TOKEN_GREATER_EQUAL;
}

/* A sample and the scalar of its step; absent when the comparison leaves it out. A filter keeps the vector's value. */
static inline double operate(const struct operation_state *state, double value, double scalar)
{
	double left = state->scalar_left ? scalar : value, right = state->scalar_left ? value : scalar, result;
	bool keep = true;

	result = binary_compute(state->operator, left, right, &keep);
	if (!state->comparison)
		return result;
	if (state->return_bool)
		return keep ? 1 : 0;
	return keep ? value : absent();
}

static int on_operand(void *user, const struct labels *labels, double *values)
{
	struct operation_state *state = user;
	struct labels result = *labels;
	bool any = false;

	for (size_t step = 0; step < state->eval->steps.count; step++) {
		if (is_absent(values[step]))
			continue;
		values[step] = operate(state, values[step], state->scalars[step * state->stride]);
		any |= !is_absent(values[step]);
	}
	if (!any)
		return 0;
	if (state->drops_name)
		result = labels_without_name(state->eval->arena, labels);
	return eval_output_add(&state->output, &result, values);
}

/* Operators in a row have a scalar each, nearly always a number. */
static int evaluate_scalars(struct operation_state *state, const struct expr *scalar)
{
	struct eval *eval = state->eval;
	struct eval_steps all = eval->steps;
	int result;

	state->stride = !scalar->constant;
	if (scalar->constant)
		eval->steps.count = 1;
	state->scalars = mem_array(eval->steps.count, sizeof(*state->scalars));
	result = eval_scalar(eval, scalar, state->scalars);
	eval->steps = all;
	return result;
}

int eval_with_scalar(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	const struct expr_binary *binary = &expr->binary;
	bool scalar_left = binary->left->type == VALUE_SCALAR;
	const struct expr *vector = scalar_left ? binary->right : binary->left;
	struct operation_state state = {
		.eval = eval,
		.operator= binary->operator,
		.scalar_left = scalar_left,
		.return_bool = binary->return_bool,
		.comparison = is_comparison(binary->operator),
		.drops_name = eval_drops_name(binary->operator, binary->return_bool, eval->options->left_open),
	};
	bool apart = !state.drops_name || eval_has_one_name(vector);
	int result;

	eval_output_init(&state.output, eval, apart ? EVAL_OUTPUT_APART : EVAL_OUTPUT_MERGE, fn, user);
	result = evaluate_scalars(&state, scalar_left ? binary->left : binary->right);
	if (!result)
		result = eval_each(eval, vector, on_operand, &state);
	free(state.scalars);
	return eval_output_finish(&state.output, result);
}
