/*
 * Label sets numbered in the order they come: groups of an aggregation, match
 * groups of an operator, series of a result.
 */
#ifndef PROMQL_SERIES_TABLE_H
#define PROMQL_SERIES_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "promql/eval.h"

struct series_table {
	struct eval *eval;
	struct grid *grid; /* NULL: a table of label sets only */
	struct labels *labels;
	uint64_t *hashes;
	size_t count, capacity;
	uint32_t *slots; /* index + 1, by hash */
	size_t slot_count;
};

/* With a grid, which is empty now and only filled through the table, entry i is its series i. */
void series_table_init(struct series_table *table, struct eval *eval, struct grid *grid);
void series_table_release(struct series_table *table);

/*
 * The number of this label set. When it is new, its array of labels (not
 * their strings) is copied into the evaluation's arena and `*ret_new` set.
 */
size_t series_table_find(struct series_table *table, const struct labels *labels, bool *ret_new);

/*
 * Put a series of a result into the grid: as a new one, or, where an earlier
 * one has the same labels, into its gaps. Both at one step is the error "vector
 * cannot contain metrics with the same labelset". A series all absent is left
 * out. The labels' array must live on.
 */
int series_table_merge(struct series_table *table, struct labels labels, const double *values);

/* The same for what Prometheus computes series by series: an earlier one with the same labels is the error at any step.
 */
int series_table_add(struct series_table *table, struct labels labels, const double *values);

bool values_all_absent(const double *values, size_t steps);

/* The values of the result's series with these labels, made when it is new; NULL beyond the limits. */
double *series_table_values(struct series_table *table, const struct labels *labels);

/* Some of a series' labels: those of a list, or all others. */
struct label_pick {
	const char **names; /* sorted */
	size_t count;
	bool keep; /* the named ones; else those not named */
	struct label *scratch;
	size_t capacity;
};

/* `names` in any order. Leaving out always leaves out __name__ too, as `without` and `ignoring` do. */
void label_pick_init(struct label_pick *pick, const char *const *names, size_t count, bool keep);
void label_pick_release(struct label_pick *pick);

/* Good until the next call. */
struct labels label_pick_from(struct label_pick *pick, const struct labels *labels);

/* These labels with one set to a value; an empty value takes it out. `ret` has room for one more than there are. */
struct labels labels_set(struct label *ret, const struct labels *labels, const char *name, const char *value);

/* The same in a new array in the arena; strings are not copied. */
struct labels labels_with(struct arena *arena, const struct labels *labels, const char *name, const char *value);

/* May an expression make a label of this name? 2.42 wants [a-zA-Z_][a-zA-Z0-9_]*, 3.x anything not empty. */
bool label_name_allowed(const struct eval *eval, const char *name);

/* `{__name__="a", b="c"}`, as Prometheus names series in its errors; in the arena. */
const char *labels_text(struct arena *arena, const struct labels *labels);

#endif
