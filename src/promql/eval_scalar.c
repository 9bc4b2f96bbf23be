/* Scalars: one number a step. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "promql/eval_private.h"
#include "promql/function.h"
#include "tsdb/value.h"

static int scalar_call(struct eval *eval, const struct expr *expr, double *ret_values)
{
	const struct function *function = expr->call.function;
	size_t steps = eval->steps.count;
	struct grid grid;
	int result;

	if (!function->special)
		return eval_fail(eval, PROMQL_BAD, "function %s cannot be evaluated", function->name);
	grid_init(&grid);
	result = function->special(eval, expr, &grid);
	for (size_t step = 0; !result && step < steps; step++) {
		double value = grid.count ? grid.items[0].values[step] : absent();

		ret_values[step] = is_absent(value) ? value_from_bits(VALUE_NAN_BITS) : value;
	}
	grid_release(&grid);
	return result;
}

static int scalar_binary(struct eval *eval, const struct expr *expr, double *ret_values)
{
	const struct expr_binary *binary = &expr->binary;
	size_t steps = eval->steps.count;
	int result = eval_scalar(eval, binary->left, ret_values);
	double *right = mem_array(steps, sizeof(*right));

	if (!result)
		result = eval_scalar(eval, binary->right, right);
	for (size_t step = 0; !result && step < steps; step++) {
		bool keep = true;
		double value = binary_compute(binary->operator, ret_values[step], right[step], &keep);

		ret_values[step] = binary->return_bool ? (keep ? 1 : 0) : value;
	}
	free(right);
	return result;
}

static int scalar_node(struct eval *eval, const struct expr *expr, double *ret_values)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
		for (size_t step = 0; step < eval->steps.count; step++)
			ret_values[step] = expr->number;
		return 0;
	case EXPR_UNARY:
		if (eval_scalar(eval, expr->unary.inner, ret_values) < 0)
			return -1;
		for (size_t step = 0; expr->unary.minus && step < eval->steps.count; step++)
			ret_values[step] = -ret_values[step];
		return 0;
	case EXPR_BINARY: return scalar_binary(eval, expr, ret_values);
	case EXPR_CALL: return scalar_call(eval, expr, ret_values);
	default: return eval_fail(eval, PROMQL_BAD, "a scalar was expected");
	}
}

int eval_scalar(struct eval *eval, const struct expr *expr, double *ret_values)
{
	struct eval_steps all = eval->steps;
	int result;

	while (expr->kind == EXPR_PAREN)
		expr = expr->paren;
	if (eval_poll(eval, all.count) < 0)
		return -1;
	if (!expr->constant || all.count <= 1)
		return all.count ? scalar_node(eval, expr, ret_values) : 0;
	eval->steps.count = 1;
	result = scalar_node(eval, expr, ret_values);
	eval->steps = all;
	for (size_t step = 1; !result && step < all.count; step++)
		ret_values[step] = ret_values[0];
	return result;
}
