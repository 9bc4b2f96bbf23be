#include "promql/eval_output.h"

#include "promql/eval_private.h"

void eval_output_init(struct eval_output *output, struct eval *eval, enum eval_output_kind kind, eval_series_fn *fn,
		      void *user)
{
	*output = (struct eval_output){ .eval = eval, .kind = kind, .fn = fn, .user = user };
	grid_init(&output->grid);
	series_table_init(&output->table, eval, kind == EVAL_OUTPUT_MERGE ? &output->grid : NULL);
}

int eval_output_add(struct eval_output *output, const struct labels *labels, double *values)
{
	bool is_new;

	switch (output->kind) {
	case EVAL_OUTPUT_MERGE: return series_table_merge(&output->table, *labels, values);
	case EVAL_OUTPUT_REFUSE:
		series_table_find(&output->table, labels, &is_new);
		if (!is_new)
			return eval_fail(output->eval, PROMQL_BAD,
					 "vector cannot contain metrics with the same labelset");
		break;
	case EVAL_OUTPUT_APART: break;
	}
	return output->fn(output->user, labels, values);
}

int eval_output_finish(struct eval_output *output, int result)
{
	if (!result)
		result = eval_each_of_grid(output->eval, &output->grid, output->fn, output->user);
	series_table_release(&output->table);
	grid_release(&output->grid);
	return result;
}
