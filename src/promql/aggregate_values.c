/* quantile and count_values: aggregations that look at the values of a group together. */
#include "promql/aggregate_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "promql/quantile.h"

/* The series of a grid, group by group. */
struct members {
	const double **values; /* of each series */
	size_t *ends;          /* where each group's end, by its number */
};

static void sort_members(struct grouping *grouping, const struct grid *grid, struct members *ret)
{
	size_t *groups = mem_array(grid->count + 1, sizeof(*groups)), *next;
	bool is_new;

	for (size_t i = 0; i < grid->count; i++)
		groups[i] = grouping_find(grouping, &grid->items[i].labels, &is_new);
	ret->values = mem_array(grid->count + 1, sizeof(*ret->values));
	ret->ends = mem_array(grouping->groups.count + 1, sizeof(*ret->ends));
	/* Counted one place further, summed up, then each group's end moves on as it fills. */
	next = ret->ends;
	for (size_t i = 0; i < grid->count; i++)
		next[groups[i] + 1]++;
	for (size_t i = 0; i < grouping->groups.count; i++)
		next[i + 1] += next[i];
	for (size_t i = 0; i < grid->count; i++)
		ret->values[next[groups[i]]++] = grid->items[i].values;
	free(groups);
}

static int put_quantiles(struct eval *eval, const struct grouping *grouping, const struct members *members,
			 const double *quantiles, struct grid *ret)
{
	size_t start = 0, end, groups = grouping->groups.count;
	double *scratch = mem_array((groups ? members->ends[groups - 1] : 0) + 1, sizeof(*scratch));
	int result = 0;

	for (size_t group = 0; group < groups && !result; group++, start = end) {
		struct grid_series *series = grid_add(eval, ret, grouping->groups.labels[group]);

		end = members->ends[group];
		if (!series || eval_spend(eval, 0) < 0)
			result = -1;
		for (size_t step = 0; step < eval->steps.count && !result; step++) {
			size_t there = 0;

			for (size_t i = start; i < end; i++) {
				scratch[there] = members->values[i][step];
				there += !is_absent(scratch[there]);
			}
			if (there)
				series->values[step] = quantile(quantiles[step], scratch, there);
		}
	}
	free(scratch);
	return result;
}

int aggregate_quantile(struct eval *eval, const struct expr_aggregate *node, struct grid *ret)
{
	double *quantiles = mem_array(eval->steps.count, sizeof(*quantiles));
	struct members members = { 0 };
	struct grouping grouping;
	struct grid grid;
	int result;

	grid_init(&grid);
	grouping_init(&grouping, eval, node);
	result = eval_scalar(eval, node->parameter, quantiles);
	if (!result)
		result = eval_grid(eval, node->inner, &grid);
	if (!result) {
		sort_members(&grouping, &grid, &members);
		result = put_quantiles(eval, &grouping, &members, quantiles, ret);
	}
	free(members.values);
	free(members.ends);
	grouping_release(&grouping);
	grid_release(&grid);
	free(quantiles);
	return result;
}

/* As Go's FormatFloat(value, 'f', -1, 64): the fewest digits that give the number back, no exponent. */
static void add_number(struct strbuf *buf, double value)
{
	char text[40], digits[24];
	int exponent, count = 0;

	if (isnan(value) || isinf(value)) {
		strbuf_addstr(buf, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
		return;
	}
	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, value);
		if (strtod(text, NULL) == value)
			break;
	}
	if (signbit(value))
		strbuf_addch(buf, '-');
	for (const char *ch = text; *ch != 'e'; ch++)
		if (*ch >= '0' && *ch <= '9')
			digits[count++] = *ch;
	exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	if (exponent < 0)
		strbuf_addstr(buf, "0.");
	for (int place = -1; place > exponent; place--)
		strbuf_addch(buf, '0');
	for (int i = 0; i < count || i <= exponent; i++) {
		strbuf_addch(buf, i < count ? digits[i] : '0');
		if (i == exponent && i + 1 < count)
			strbuf_addch(buf, '.');
	}
}

struct value_counts {
	struct eval *eval;
	const char *label; /* that says the value; NULL: `without` takes it out again */
	struct grouping grouping;
	struct series_table table;
	struct strbuf text;
	struct label *scratch;
	size_t capacity;
};

/* The counts of a value among series with these kept labels. */
static double *counts_of(struct value_counts *state, const struct labels *kept, double value)
{
	struct series_table *table = &state->table;
	struct labels labels = *kept, *owned;
	struct grid_series *series;
	bool is_new;
	size_t index;

	if (kept->count + 1 > state->capacity) {
		state->capacity = kept->count + 1;
		state->scratch = mem_resize(state->scratch, state->capacity, sizeof(*state->scratch));
	}
	strbuf_clear(&state->text);
	add_number(&state->text, value);
	if (state->label)
		labels = labels_set(state->scratch, kept, state->label, state->text.text);
	index = series_table_find(table, &labels, &is_new);
	if (!is_new)
		return table->grid->items[index].values;
	owned = &table->labels[index];
	if (state->label)
		*owned = labels_with(state->eval->arena, owned, state->label,
				     arena_strdup(state->eval->arena, state->text.text));
	series = grid_add(state->eval, table->grid, *owned);
	return series ? series->values : NULL;
}

static int count_series(void *user, const struct labels *labels, double *values)
{
	struct value_counts *state = user;
	struct labels kept = label_pick_from(&state->grouping.pick, labels);
	uint64_t bits = VALUE_STALE_BITS; /* of the value before: they repeat */
	double *counts = NULL;

	for (size_t step = 0; step < state->eval->steps.count; step++) {
		if (is_absent(values[step]))
			continue;
		if (!counts || value_bits(values[step]) != bits) {
			bits = value_bits(values[step]);
			counts = counts_of(state, &kept, values[step]);
			if (!counts)
				return -1;
		}
		counts[step] = is_absent(counts[step]) ? 1 : counts[step] + 1;
	}
	return 0;
}

int aggregate_count_values(struct eval *eval, const struct expr_aggregate *node, struct grid *ret)
{
	struct value_counts state = { .eval = eval, .label = eval_string(node->parameter), .text = STRBUF_INIT };
	int result;

	if (!label_name_allowed(eval, state.label))
		return eval_fail(eval, PROMQL_BAD, "invalid label name \"%s\"", state.label);
	for (size_t i = 0; node->without && i < node->label_count && state.label; i++)
		if (strcmp(node->labels[i], state.label) == 0)
			state.label = NULL;
	grouping_init(&state.grouping, eval, node);
	series_table_init(&state.table, eval, ret);
	result = eval_each(eval, node->inner, count_series, &state);
	series_table_release(&state.table);
	grouping_release(&state.grouping);
	strbuf_release(&state.text);
	free(state.scratch);
	return result;
}
