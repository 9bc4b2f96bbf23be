/* Calls that compute one number from each window, or from each sample. */
#include <stdlib.h>

#include "base/mem.h"
#include "promql/eval_output.h"
#include "promql/eval_private.h"
#include "promql/function.h"

/* Scalar arguments at all steps, and room for those of one step. */
struct call_arguments {
	double *steps[FUNCTION_ARGUMENTS];
	double now[FUNCTION_ARGUMENTS];
	size_t count;
};

struct call_state {
	struct eval *eval;
	const struct function *function;
	const struct expr *vector; /* the argument with the samples */
	struct call_arguments arguments;
	struct eval_output output;
	double *values;
};

/* Evaluate every argument but the vector. */
static int arguments_evaluate(struct eval *eval, const struct expr_call *call, struct call_arguments *ret)
{
	for (size_t i = 0; i < call->count; i++) {
		const struct expr *argument = call->arguments[i];

		if (argument->type != VALUE_SCALAR || ret->count == FUNCTION_ARGUMENTS)
			continue;
		ret->steps[ret->count] = mem_array(eval->steps.count, sizeof(double));
		if (eval_scalar(eval, argument, ret->steps[ret->count++]) < 0)
			return -1;
	}
	return 0;
}

static inline const double *arguments_at(struct call_arguments *arguments, size_t step)
{
	for (size_t i = 0; i < arguments->count; i++)
		arguments->now[i] = arguments->steps[i][step];
	return arguments->now;
}

static const struct expr *vector_argument(const struct expr_call *call)
{
	for (size_t i = 0; i < call->count; i++)
		if (call->arguments[i]->type == VALUE_MATRIX || call->arguments[i]->type == VALUE_VECTOR)
			return call->arguments[i];
	return NULL;
}

static int call_begin(struct call_state *state, struct eval *eval, const struct expr *expr,
		      enum eval_output_kind colliding, eval_series_fn *fn, void *user)
{
	const struct function *function = expr->call.function;
	bool apart;

	*state = (struct call_state){ .eval = eval, .function = function, .vector = vector_argument(&expr->call) };
	apart = !state->vector || function->keeps_name || eval_has_one_name(state->vector);
	eval_output_init(&state->output, eval, apart ? EVAL_OUTPUT_APART : colliding, fn, user);
	if (!state->vector || (!function->window && !function->value))
		return eval_fail(eval, PROMQL_BAD, "function %s cannot be evaluated", function->name);
	state->values = mem_array(eval->steps.count, sizeof(*state->values));
	return arguments_evaluate(eval, &expr->call, &state->arguments);
}

static int call_end(struct call_state *state, int result)
{
	result = eval_output_finish(&state->output, result);
	for (size_t i = 0; i < state->arguments.count; i++)
		free(state->arguments.steps[i]);
	free(state->values);
	return result;
}

/* One window's number; false when it has none. */
static inline bool compute_window(struct call_state *state, struct window_cursor *cursor, size_t step, double *ret)
{
	const struct function *function = state->function;
	const double *arguments;

	if (!window_cursor_move(cursor, step))
		return false;
	arguments = arguments_at(&state->arguments, step);
	if (!cursor->window.buckets.count)
		return function->window(&cursor->window, arguments, ret);
	if (function->thinned)
		return function->thinned(&cursor->window, arguments, ret);
	window_cursor_coarse(cursor, step);
	return false;
}

static int on_windows(void *user, const struct labels *labels, struct window_cursor *cursor)
{
	struct call_state *state = user;
	struct eval *eval = state->eval;
	struct labels result = *labels;
	size_t found = 0;

	for (size_t step = 0; step < eval->steps.count; step++) {
		double value;

		if (compute_window(state, cursor, step, &value)) {
			state->values[step] = value;
			found++;
		} else {
			state->values[step] = absent();
		}
	}
	if (!found)
		return 0;
	eval->budget->windows += found;
	if (!state->function->keeps_name)
		result = labels_without_name(eval->arena, labels);
	return eval_output_add(&state->output, &result, state->values);
}

int eval_call_windows(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	struct call_state state;
	int result = call_begin(&state, eval, expr, EVAL_OUTPUT_REFUSE, fn, user);

	if (!result)
		result = eval_windows(eval, state.vector, on_windows, &state);
	return call_end(&state, result);
}

static int on_values(void *user, const struct labels *labels, double *values)
{
	struct call_state *state = user;
	struct eval *eval = state->eval;
	struct labels result;
	bool any = false;

	for (size_t step = 0; step < eval->steps.count; step++) {
		double value;

		if (is_absent(values[step]))
			continue;
		if (state->function->value(values[step], arguments_at(&state->arguments, step), &value)) {
			values[step] = value;
			any = true;
		} else {
			values[step] = absent();
		}
	}
	if (!any)
		return 0;
	result = labels_without_name(eval->arena, labels);
	return eval_output_add(&state->output, &result, values);
}

int eval_call_values(struct eval *eval, const struct expr *expr, eval_series_fn *fn, void *user)
{
	struct call_state state;
	int result = call_begin(&state, eval, expr, EVAL_OUTPUT_MERGE, fn, user);

	if (!result)
		result = eval_each(eval, state.vector, on_values, &state);
	return call_end(&state, result);
}
