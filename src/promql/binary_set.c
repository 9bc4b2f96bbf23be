/* The set operators: and, or, unless. Samples pass with all their labels, or do not. */
#include "promql/binary_impl.h"

#include <stdlib.h>

#include "base/mem.h"

/* For each group and step: does this side have a sample? */
static bool *presence_of(const struct match *match, const struct match_side *side)
{
	size_t steps = match->eval->steps.count;
	bool *present = mem_array(match->groups.count * steps + 1, sizeof(*present));

	for (size_t i = 0; i < side->grid.count; i++) {
		bool *group = present + side->groups[i] * steps;

		for (size_t step = 0; step < steps; step++)
			group[step] |= !is_absent(side->grid.items[i].values[step]);
	}
	return present;
}

/* Put the samples of one side whose group is `wanted` on the other, or those whose is not. */
static int put_side(const struct match *match, const struct match_side *side, const bool *present, bool wanted,
		    struct series_table *result)
{
	size_t steps = match->eval->steps.count;

	for (size_t i = 0; i < side->grid.count; i++) {
		const struct grid_series *series = &side->grid.items[i];
		const bool *group = present + side->groups[i] * steps;

		if (eval_spend(match->eval, 0) < 0)
			return -1;
		for (size_t step = 0; step < steps; step++)
			if (group[step] != wanted)
				series->values[step] = absent();
		if (series_table_merge(result, series->labels, series->values) < 0)
			return -1;
	}
	return 0;
}

static int put_all(const struct match_side *side, struct series_table *result)
{
	for (size_t i = 0; i < side->grid.count; i++)
		if (series_table_merge(result, side->grid.items[i].labels, side->grid.items[i].values) < 0)
			return -1;
	return 0;
}

int binary_set(struct match *match, struct grid *ret)
{
	enum token_kind token = match->node->operator;
	struct series_table result;
	bool *present;
	int status = 0;

	series_table_init(&result, match->eval, ret);
	if (token == TOKEN_OR) {
		present = presence_of(match, &match->left);
		status = put_all(&match->left, &result);
		if (!status)
			status = put_side(match, &match->right, present, false, &result);
	} else {
		present = presence_of(match, &match->right);
		status = put_side(match, &match->left, present, token == TOKEN_AND, &result);
	}
	free(present);
	series_table_release(&result);
	return status;
}
