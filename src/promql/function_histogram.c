/*
 * histogram_quantile over classic histograms. Series are told apart once, by
 * their labels without "le", and each histogram's buckets sorted once; a step
 * only gathers the counts that are there.
 */
#include "promql/function_impl.h"

#include <stdlib.h>

#include "base/mem.h"
#include "promql/eval.h"
#include "promql/histogram.h"
#include "promql/series_table.h"

static const char bucket_label[] = "le";

struct bucket_series {
	size_t histogram;
	double bound;
	const double *values;
	size_t place;
};

struct bucket_list {
	struct bucket_series *items;
	size_t count;
	struct labels *labels; /* of each histogram, "le" left out; by number */
};

static int compare_buckets(const void *a, const void *b)
{
	const struct bucket_series *left = a, *right = b;

	if (left->histogram != right->histogram)
		return left->histogram < right->histogram ? -1 : 1;
	if (left->bound != right->bound)
		return left->bound < right->bound ? -1 : 1;
	return left->place < right->place ? -1 : 1;
}

/* Which series of the grid are buckets, and of which histogram; the rest is passed over. */
static void sort_buckets(const struct grid *grid, struct series_table *histograms, struct bucket_list *ret)
{
	struct arena *arena = histograms->eval->arena;

	for (size_t i = 0; i < grid->count; i++) {
		const struct grid_series *series = &grid->items[i];
		const char *text = labels_get(&series->labels, bucket_label);
		struct bucket_series *bucket = &ret->items[ret->count];
		struct labels labels;
		bool is_new;

		if (!text || !histogram_bound(text, &bucket->bound))
			continue;
		labels = labels_with(arena, &series->labels, bucket_label, "");
		bucket->histogram = series_table_find(histograms, &labels, &is_new);
		bucket->values = series->values;
		bucket->place = ret->count++;
	}
	qsort(ret->items, ret->count, sizeof(*ret->items), compare_buckets);
}

/* The quantiles of one histogram, whose bucket series are `series`. */
static void quantiles_of(const struct bucket_series *series, size_t count, const struct eval *eval,
			 const double *quantiles, struct histogram_bucket *scratch, double *ret)
{
	for (size_t step = 0; step < eval->steps.count; step++) {
		size_t there = 0;

		for (size_t i = 0; i < count; i++) {
			double value = series[i].values[step];

			scratch[there] = (struct histogram_bucket){ .bound = series[i].bound, .count = value };
			there += !is_absent(value);
		}
		ret[step] = there ? histogram_quantile(quantiles[step], scratch, there, eval->options->left_open)
				  : absent();
	}
}

static int all_quantiles(struct eval *eval, const struct bucket_list *list, const double *quantiles, struct grid *ret)
{
	struct histogram_bucket *scratch = mem_array(list->count + 1, sizeof(*scratch));
	double *values = mem_array(eval->steps.count, sizeof(*values));
	struct series_table result;
	int status = 0;

	series_table_init(&result, eval, ret);
	for (size_t i = 0, end; i < list->count && !status; i = end) {
		const struct labels *labels = &list->labels[list->items[i].histogram];

		for (end = i + 1; end < list->count && list->items[end].histogram == list->items[i].histogram; end++)
			continue;
		quantiles_of(list->items + i, end - i, eval, quantiles, scratch, values);
		status = series_table_merge(&result, labels_without_name(eval->arena, labels), values);
		if (eval_spend(eval, 0) < 0)
			status = -1;
	}
	series_table_release(&result);
	free(values);
	free(scratch);
	return status;
}

int special_histogram_quantile(struct eval *eval, const struct expr *call, struct grid *ret)
{
	double *quantiles = mem_array(eval->steps.count, sizeof(*quantiles));
	struct bucket_list list = { 0 };
	struct series_table histograms;
	struct grid grid;
	int result = -1;

	grid_init(&grid);
	series_table_init(&histograms, eval, NULL);
	if (eval_scalar(eval, call->call.arguments[0], quantiles) == 0 &&
	    eval_grid(eval, call->call.arguments[1], &grid) == 0) {
		list.items = mem_array(grid.count + 1, sizeof(*list.items));
		sort_buckets(&grid, &histograms, &list);
		list.labels = histograms.labels;
		result = all_quantiles(eval, &list, quantiles, ret);
		free(list.items);
	}
	series_table_release(&histograms);
	grid_release(&grid);
	free(quantiles);
	return result;
}
