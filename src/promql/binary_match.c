/*
 * Vector matching for arithmetic and comparisons. Series are hashed once: each
 * falls into a match group, each group has at each step at most one sample on
 * its "one" side. Then every series of the "many" side (the left one unless
 * group_right) meets its group's row.
 */
#include "promql/binary_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The samples of a group on its "one" side, of several series when they take turns. */
struct one_row {
	const double *values; /* NULL: nothing */
	double *merged;       /* the same, when made of several series */
	uint32_t *series;     /* which one each merged sample is of */
	size_t only;          /* the series, while there is one alone */
	size_t many;          /* series on the other side */
	bool *matched;        /* steps with a result, where there are several and one to one is asked for */
};

struct matching {
	struct match *match;
	struct eval *eval;
	const struct expr_binary *node;
	struct match_side *many, *one;
	bool swapped; /* the many side is the right one */
	struct one_row *rows;
	bool *many_there; /* at each step: is there any sample? where not, nothing is an error */
	struct series_table result;
	size_t *writers; /* of each series of the result the group that wrote last */
	size_t writer_capacity;
	double *values; /* scratch of one series */
	struct arena arena;
};

static int fail_duplicate(struct matching *matching, size_t first, size_t second)
{
	const struct grid_series *series = matching->one->grid.items;
	struct arena *arena = matching->eval->arena;
	struct labels group = label_pick_from(&matching->match->pick, &series[first].labels);

	return eval_fail(matching->eval, PROMQL_BAD,
			 "found duplicate series for the match group %s on the %s hand-side of the operation: [%s, %s]"
			 ";many-to-many matching not allowed: matching labels must be unique on one side",
			 labels_text(arena, &group), matching->swapped ? "left" : "right",
			 labels_text(arena, &series[second].labels), labels_text(arena, &series[first].labels));
}

/* Make a row of its own for a group that turns out to have several series. */
static void split_row(struct matching *matching, struct one_row *row)
{
	size_t steps = matching->eval->steps.count;

	row->series = arena_array(&matching->arena, steps, sizeof(*row->series));
	row->merged = arena_array(&matching->arena, steps, sizeof(*row->merged));
	memcpy(row->merged, row->values, steps * sizeof(*row->merged));
	for (size_t step = 0; step < steps; step++)
		row->series[step] = (uint32_t)row->only;
	row->values = row->merged;
}

static int add_to_row(struct matching *matching, struct one_row *row, size_t index)
{
	const double *values = matching->one->grid.items[index].values;

	if (!row->values) {
		row->values = values;
		row->only = index;
		return 0;
	}
	if (!row->merged)
		split_row(matching, row);
	for (size_t step = 0; step < matching->eval->steps.count; step++) {
		if (is_absent(values[step]))
			continue;
		if (is_absent(row->merged[step])) {
			row->merged[step] = values[step];
			row->series[step] = (uint32_t)index;
		} else if (matching->many_there[step]) {
			return fail_duplicate(matching, row->series[step], index);
		}
	}
	return 0;
}

static int make_rows(struct matching *matching)
{
	size_t steps = matching->eval->steps.count;
	struct match_side *many = matching->many, *one = matching->one;

	matching->rows = mem_array(matching->match->groups.count + 1, sizeof(*matching->rows));
	matching->many_there = mem_array(steps + 1, sizeof(*matching->many_there));
	for (size_t i = 0; i < many->grid.count; i++) {
		matching->rows[many->groups[i]].many++;
		for (size_t step = 0; step < steps; step++)
			matching->many_there[step] |= !is_absent(many->grid.items[i].values[step]);
	}
	for (size_t i = 0; i < one->grid.count; i++)
		if (add_to_row(matching, &matching->rows[one->groups[i]], i) < 0)
			return -1;
	return 0;
}

static bool is_named(const struct expr_binary *node, const char *name)
{
	for (size_t i = 0; i < node->label_count; i++)
		if (strcmp(node->labels[i], name) == 0)
			return true;
	return false;
}

/* Only what is a new number loses its name; 2.42 forgot that atan2 makes one. */
static bool drops_name(const struct matching *matching)
{
	enum token_kind token = matching->node->operator;

	if (token == TOKEN_ATAN2)
		return matching->eval->options->left_open;
	return token < TOKEN_EQUAL || token > TOKEN_GREATER_EQUAL || matching->node->return_bool;
}

/* Prometheus's resultMetric: what names a result is the many side's labels, less or more some. */
static struct labels result_labels(struct matching *matching, const struct labels *many, const struct labels *one)
{
	const struct expr_binary *node = matching->node;
	struct arena *arena = matching->eval->arena;
	bool drop_name = drops_name(matching);
	struct label *items = arena_array(arena, many->count + 1, sizeof(*items));
	struct labels labels = { .items = items };

	for (size_t i = 0; i < many->count; i++) {
		const struct label *label = &many->items[i];

		if (drop_name && strcmp(label->name, "__name__") == 0)
			continue;
		if (node->cardinality == MATCH_ONE_TO_ONE && is_named(node, label->name) != node->on)
			continue;
		items[labels.count++] = *label;
	}
	for (size_t i = 0; i < node->include_count; i++) {
		const char *value = labels_get(one, node->include[i]);

		labels = labels_with(arena, &labels, node->include[i], value ? value : "");
	}
	return labels;
}

/* The place of a result in the answer, and the group that wrote there before. */
static double *result_values(struct matching *matching, const struct labels *labels, size_t group, bool *ret_same_group)
{
	struct series_table *result = &matching->result;
	bool is_new;
	size_t index = series_table_find(result, labels, &is_new);
	struct grid_series *series;

	if (!is_new) {
		*ret_same_group = matching->writers[index] == group;
		matching->writers[index] = group;
		return result->grid->items[index].values;
	}
	if (index >= matching->writer_capacity) {
		matching->writer_capacity = index < 32 ? 32 : index * 2;
		matching->writers =
			mem_resize(matching->writers, matching->writer_capacity, sizeof(*matching->writers));
	}
	matching->writers[index] = group;
	*ret_same_group = true;
	series = grid_add(matching->eval, result->grid, result->labels[index]);
	return series ? series->values : NULL;
}

/* Put results of steps from..to into the answer; two at one step are an error, and which says who they are. */
static int put(struct matching *matching, size_t group, const struct labels *labels, size_t from, size_t to)
{
	struct one_row *row = &matching->rows[group];
	bool same_group;
	double *values = result_values(matching, labels, group, &same_group);

	if (!values)
		return -1;
	for (size_t step = from; step < to; step++) {
		if (is_absent(matching->values[step]))
			continue;
		if (row->matched && row->matched[step])
			return eval_fail(matching->eval, PROMQL_BAD,
					 "multiple matches for labels: many-to-one matching must be explicit "
					 "(group_left/group_right)");
		if (!is_absent(values[step]))
			return eval_fail(matching->eval, PROMQL_BAD,
					 same_group ? "multiple matches for labels: grouping labels must ensure unique "
						      "matches"
						    : "vector cannot contain metrics with the same labelset");
		values[step] = matching->values[step];
		if (row->matched)
			row->matched[step] = true;
	}
	return 0;
}

/* The row's samples are of one series, or, in runs of steps, of several. */
static int put_runs(struct matching *matching, size_t group, const struct labels *many)
{
	const struct grid_series *one = matching->one->grid.items;
	struct one_row *row = &matching->rows[group];
	size_t steps = matching->eval->steps.count, end;
	struct labels labels;

	if (!row->merged || !matching->node->include_count) {
		labels = result_labels(matching, many, &one[row->only].labels);
		return put(matching, group, &labels, 0, steps);
	}
	for (size_t step = 0; step < steps; step = end) {
		for (end = step + 1; end < steps && row->series[end] == row->series[step]; end++)
			continue;
		if (values_all_absent(matching->values + step, end - step))
			continue;
		labels = result_labels(matching, many, &one[row->series[step]].labels);
		if (put(matching, group, &labels, step, end) < 0)
			return -1;
	}
	return 0;
}

static int match_series(struct matching *matching, size_t index)
{
	const struct grid_series *many = &matching->many->grid.items[index];
	size_t group = matching->many->groups[index], steps = matching->eval->steps.count;
	struct one_row *row = &matching->rows[group];

	if (eval_spend(matching->eval, 0) < 0)
		return -1;
	if (!row->values)
		return 0;
	if (row->many > 1 && matching->node->cardinality == MATCH_ONE_TO_ONE && !row->matched)
		row->matched = arena_array(&matching->arena, steps, sizeof(*row->matched));
	if (matching->swapped)
		binary_row(matching->node, row->values, many->values, steps, matching->values);
	else
		binary_row(matching->node, many->values, row->values, steps, matching->values);
	if (values_all_absent(matching->values, steps))
		return 0;
	return put_runs(matching, group, &many->labels);
}

int binary_match(struct match *match, struct grid *ret)
{
	bool swapped = match->node->cardinality == MATCH_ONE_TO_MANY;
	struct matching matching = {
		.match = match,
		.eval = match->eval,
		.node = match->node,
		.many = swapped ? &match->right : &match->left,
		.one = swapped ? &match->left : &match->right,
		.swapped = swapped,
		.values = mem_array(match->eval->steps.count + 1, sizeof(double)),
	};
	int result;

	arena_init(&matching.arena);
	series_table_init(&matching.result, match->eval, ret);
	result = make_rows(&matching);
	for (size_t i = 0; i < matching.many->grid.count && !result; i++)
		result = match_series(&matching, i);
	series_table_release(&matching.result);
	free(matching.writers);
	free(matching.many_there);
	free(matching.rows);
	free(matching.values);
	arena_release(&matching.arena);
	return result;
}
