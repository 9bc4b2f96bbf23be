/* Between vectors and scalars, and what is not there: vector, scalar, absent, absent_over_time. */
#include "promql/function_impl.h"

#include <math.h>
#include <string.h>

#include "promql/eval.h"
#include "promql/series_table.h"

int special_vector(struct eval *eval, const struct expr *call, struct grid *ret)
{
	struct grid_series *series = grid_add(eval, ret, (struct labels){ 0 });

	return series ? eval_scalar(eval, call->call.arguments[0], series->values) : -1;
}

struct counting {
	struct eval *eval;
	double *values; /* of the last sample seen, or absent */
	bool *several;
};

static int count_series(void *user, const struct labels *labels, double *values)
{
	struct counting *counting = user;

	(void)labels;
	for (size_t i = 0; i < counting->eval->steps.count; i++) {
		if (is_absent(values[i]))
			continue;
		if (!is_absent(counting->values[i]))
			counting->several[i] = true;
		counting->values[i] = values[i];
	}
	return 0;
}

/* NaN unless there is exactly one sample. */
int special_scalar(struct eval *eval, const struct expr *call, struct grid *ret)
{
	struct grid_series *series = grid_add(eval, ret, (struct labels){ 0 });
	size_t steps = eval->steps.count;
	struct counting counting = { .eval = eval };
	int result;

	if (!series)
		return -1;
	counting.values = series->values;
	counting.several = arena_array(&ret->arena, steps, sizeof(*counting.several));
	result = eval_each(eval, call->call.arguments[0], count_series, &counting);
	for (size_t i = 0; i < steps; i++)
		if (counting.several[i] || is_absent(series->values[i]))
			series->values[i] = NAN;
	return result;
}

/*
 * What the missing series would be called: the labels its selector demands by
 * equality. A label that is asked for twice is none, as ever in Prometheus.
 */
static struct labels absent_labels(struct arena *arena, const struct expr *expr)
{
	const struct expr_selector *selector = &expr->selector;
	struct labels labels = { 0 };

	if (expr->kind != EXPR_SELECTOR)
		return labels;
	for (size_t i = 0; i < selector->matcher_count; i++) {
		const struct matcher *matcher = &selector->matchers[i];
		bool once = matcher->kind == MATCHER_EQUAL;

		if (strcmp(matcher->label, "__name__") == 0)
			continue;
		for (size_t j = 0; j < i && once; j++)
			once = selector->matchers[j].kind != MATCHER_EQUAL ||
			       strcmp(selector->matchers[j].label, matcher->label) != 0;
		labels = labels_with(arena, &labels, matcher->label, once ? matcher->value : "");
	}
	return labels;
}

/* Turn what is there into what is not: 1 where `values` is absent. */
static int add_absent(struct eval *eval, const struct expr *argument, const bool *present, struct grid *ret)
{
	struct grid_series *series = NULL;

	for (size_t i = 0; i < eval->steps.count; i++) {
		if (present[i])
			continue;
		if (!series)
			series = grid_add(eval, ret, absent_labels(eval->arena, argument));
		if (!series)
			return -1;
		series->values[i] = 1;
	}
	return 0;
}

struct presence {
	struct eval *eval;
	bool *steps;
};

static int mark_samples(void *user, const struct labels *labels, double *values)
{
	struct presence *presence = user;

	(void)labels;
	for (size_t i = 0; i < presence->eval->steps.count; i++)
		presence->steps[i] |= !is_absent(values[i]);
	return 0;
}

int special_absent(struct eval *eval, const struct expr *call, struct grid *ret)
{
	const struct expr *argument = call->call.arguments[0];
	struct presence presence = { .eval = eval };

	presence.steps = arena_array(&ret->arena, eval->steps.count, sizeof(*presence.steps));
	if (eval_each(eval, argument, mark_samples, &presence) < 0)
		return -1;
	return add_absent(eval, expr_inner(call->call.arguments[0]), presence.steps, ret);
}

static int mark_windows(void *user, const struct labels *labels, struct window_cursor *cursor)
{
	struct presence *presence = user;
	struct window window;

	(void)labels;
	for (size_t i = 0; i < presence->eval->steps.count; i++)
		presence->steps[i] = presence->steps[i] || window_at(cursor, i, &window) || window_holds_any(cursor, i);
	return 0;
}

int special_absent_over_time(struct eval *eval, const struct expr *call, struct grid *ret)
{
	const struct expr *argument = call->call.arguments[0];
	struct presence presence = { .eval = eval };

	presence.steps = arena_array(&ret->arena, eval->steps.count, sizeof(*presence.steps));
	if (eval_windows(eval, argument, mark_windows, &presence) < 0)
		return -1;
	return add_absent(eval, expr_inner(call->call.arguments[0]), presence.steps, ret);
}
