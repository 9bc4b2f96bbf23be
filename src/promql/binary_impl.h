/*
 * Inside the binary operators: one operator over rows of numbers, and how the
 * series of two vectors find each other.
 */
#ifndef PROMQL_BINARY_IMPL_H
#define PROMQL_BINARY_IMPL_H

#include "promql/eval.h"
#include "promql/series_table.h"

/* Where both have a sample `ret` gets the operator's result, or absent where a comparison says no; else absent. */
void binary_row(const struct expr_binary *node, const double *left, const double *right, size_t steps, double *ret);

/* Match groups: sets of equal match labels over both sides. */
struct match_side {
	struct grid grid;
	size_t *groups; /* of each series */
};

struct match {
	struct eval *eval;
	const struct expr_binary *node;
	struct match_side left, right;
	struct label_pick pick; /* the match labels */
	struct series_table groups;
};

/* Evaluate both sides and sort them into groups. Release it in any case. */
int match_init(struct match *match, struct eval *eval, const struct expr_binary *node);
void match_release(struct match *match);

/* Arithmetic and comparisons: one to one, many to one, one to many. */
int binary_match(struct match *match, struct grid *ret);

/* and, or, unless. */
int binary_set(struct match *match, struct grid *ret);

#endif
