/*
 * From what is evaluated to the answer: a matrix whose strings are its own,
 * as the store may forget its labels while the answer lives. Most strings
 * come again and again from the store's one copy of them, so a small table by
 * address finds what was copied already.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "promql/eval_private.h"

#define COPIES 4096

struct copied {
	const char *from, *to;
};

struct result_state {
	struct eval *eval;
	struct matrix *matrix;
	VEC(struct series) series;
	struct copied *copies; /* COPIES */
	const int64_t *times;  /* of all steps, shared by series without gaps */
	size_t points;
};

static const char *copy_string(struct result_state *state, const char *text)
{
	uintptr_t address = (uintptr_t)text;
	struct copied *copied = &state->copies[(address ^ address >> 12) / 8 % COPIES];

	/* Memory of an earlier result may have been used again: the address alone does not say it is the same. */
	if (copied->from != text || strcmp(copied->to, text) != 0) {
		copied->to = arena_strdup(&state->matrix->arena, text);
		copied->from = text;
	}
	return copied->to;
}

static struct labels copy_labels(struct result_state *state, const struct labels *labels)
{
	struct label *items;

	if (!labels->count)
		return (struct labels){ 0 };
	items = arena_array(&state->matrix->arena, labels->count, sizeof(*items));
	for (size_t i = 0; i < labels->count; i++) {
		items[i].name = copy_string(state, labels->items[i].name);
		items[i].value = copy_string(state, labels->items[i].value);
	}
	return (struct labels){ .items = items, .count = labels->count };
}

static int add_series(struct result_state *state, const struct series *series)
{
	if (eval_check_size(state->eval, state->series.count + 1, 1) < 0)
		return -1;
	state->points += series->count;
	if (state->points > state->eval->budget->limits.points)
		return eval_check_size(state->eval, 1, state->points);
	vec_push(&state->series, *series);
	return 0;
}

static const int64_t *all_times(struct result_state *state)
{
	int64_t *times;

	if (state->times)
		return state->times;
	times = arena_array(&state->matrix->arena, state->eval->steps.count, sizeof(*times));
	for (size_t step = 0; step < state->eval->steps.count; step++)
		times[step] = eval_step_ms(state->eval, step);
	return state->times = times;
}

static int on_vector(void *user, const struct labels *labels, double *values)
{
	struct result_state *state = user;
	size_t steps = state->eval->steps.count, count = 0;
	struct series series = { .times_ms = all_times(state) };
	int64_t *own_times;
	double *own;

	for (size_t step = 0; step < steps; step++)
		count += !is_absent(values[step]);
	if (!count)
		return 0;
	own = arena_array(&state->matrix->arena, count, sizeof(*own));
	series.values = own;
	series.count = count;
	series.labels = copy_labels(state, labels);
	if (count == steps) {
		memcpy(own, values, steps * sizeof(*own));
		return add_series(state, &series);
	}
	own_times = arena_array(&state->matrix->arena, count, sizeof(*own_times));
	for (size_t step = 0, at = 0; step < steps; step++) {
		if (is_absent(values[step]))
			continue;
		own_times[at] = state->times[step];
		own[at++] = values[step];
	}
	series.times_ms = own_times;
	return add_series(state, &series);
}

/* A range vector at an instant: the samples themselves. Thinned history has none of them any more. */
static int on_range(void *user, const struct labels *labels, struct window_cursor *cursor)
{
	struct result_state *state = user;
	const struct window *window = &cursor->window;
	int64_t *times;
	double *values;

	if (!window_cursor_move(cursor, 0))
		return 0;
	if (window->buckets.count)
		window_cursor_coarse(cursor, 0);
	if (!window->count)
		return 0;
	state->eval->budget->windows++;
	times = arena_array(&state->matrix->arena, window->count, sizeof(*times));
	values = arena_array(&state->matrix->arena, window->count, sizeof(*values));
	memcpy(times, window->times_ms, window->count * sizeof(*times));
	memcpy(values, window->values, window->count * sizeof(*values));
	return add_series(state, &(const struct series){ .labels = copy_labels(state, labels),
							 .count = window->count,
							 .times_ms = times,
							 .values = values });
}

static int compare_series(const void *a, const void *b)
{
	const struct series *left = a, *right = b;

	return labels_compare(&left->labels, &right->labels);
}

static void sort_by_labels(struct series *series, size_t count)
{
	/* Selections come in order, and most nodes keep it. */
	for (size_t i = 1; i < count; i++) {
		if (compare_series(&series[i - 1], &series[i]) <= 0)
			continue;
		qsort(series, count, sizeof(*series), compare_series);
		return;
	}
}

static int scalar_result(struct result_state *state, const struct expr *root)
{
	struct eval *eval = state->eval;
	double *values = mem_array(eval->steps.count, sizeof(*values));
	int result = eval_scalar(eval, root, values);

	if (!result && eval->steps.count)
		result = on_vector(state, &(const struct labels){ 0 }, values);
	free(values);
	return result;
}

/* The question's kind and the expression's type say what the answer is. */
static int evaluate(struct result_state *state, const struct expr *root)
{
	struct eval *eval = state->eval;
	struct matrix *matrix = state->matrix;
	bool instant = !eval->options->step_ms;

	if (!instant && root->type != VALUE_VECTOR && root->type != VALUE_SCALAR)
		return eval_fail(eval, PROMQL_BAD,
				 "invalid expression type \"%s\" for range query, must be Scalar or instant Vector",
				 root->type == VALUE_STRING ? "string" : "range vector");
	switch (root->type) {
	case VALUE_STRING:
		matrix->kind = MATRIX_STRING;
		matrix->string = arena_strdup(&matrix->arena, eval_string(root));
		return 0;
	case VALUE_SCALAR: matrix->kind = instant ? MATRIX_SCALAR : MATRIX_RANGE; return scalar_result(state, root);
	case VALUE_MATRIX: matrix->kind = MATRIX_RANGE; return eval_windows_any(eval, root, true, on_range, state);
	case VALUE_VECTOR:
	case VALUE_NONE: break;
	}
	matrix->kind = instant ? MATRIX_VECTOR : MATRIX_RANGE;
	return eval_each(eval, root, on_vector, state);
}

int result_make(struct eval *eval, const struct expr *root, struct matrix **ret)
{
	struct result_state state = { .eval = eval, .matrix = matrix_new(MATRIX_VECTOR) };
	struct matrix *matrix = state.matrix;
	int result;

	state.copies = mem_array(COPIES, sizeof(*state.copies));
	result = evaluate(&state, root);
	free(state.copies);
	if (result < 0) {
		matrix_unref(matrix);
	} else {
		matrix->count = state.series.count;
		matrix->points = state.points;
		matrix->series = arena_array(&matrix->arena, matrix->count, sizeof(*matrix->series));
		if (state.series.items)
			memcpy(matrix->series, state.series.items, matrix->count * sizeof(*matrix->series));
		if (matrix->kind == MATRIX_RANGE && eval->options->step_ms)
			sort_by_labels(matrix->series, matrix->count);
		*ret = matrix;
	}
	vec_release(&state.series);
	return result;
}
