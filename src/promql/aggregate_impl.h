/*
 * Inside the aggregations: how series find their groups, and the operators
 * that need more than running numbers.
 */
#ifndef PROMQL_AGGREGATE_IMPL_H
#define PROMQL_AGGREGATE_IMPL_H

#include "promql/eval.h"
#include "promql/series_table.h"

/* Groups in the order their first series came. */
struct grouping {
	struct series_table groups;
	struct label_pick pick;
};

void grouping_init(struct grouping *grouping, struct eval *eval, const struct expr_aggregate *node);
void grouping_release(struct grouping *grouping);

/* The number of the group a series belongs to; `*ret_new` says that it is its first. */
size_t grouping_find(struct grouping *grouping, const struct labels *labels, bool *ret_new);

/* topk, bottomk, limitk: the series of a group that stay, with all their labels. */
int aggregate_rank(struct eval *eval, const struct expr_aggregate *node, struct grid *ret);

/* limit_ratio: a share of all series, always the same ones. */
int aggregate_ratio(struct eval *eval, const struct expr_aggregate *node, struct grid *ret);

/* quantile: needs all values of a group at once. */
int aggregate_quantile(struct eval *eval, const struct expr_aggregate *node, struct grid *ret);

/* count_values: a group for each value. */
int aggregate_count_values(struct eval *eval, const struct expr_aggregate *node, struct grid *ret);

#endif
