/*
 * From the words an answer gave to the options of a variable: filtered and
 * cut by the variable's regular expression, each value once, sorted. Grafana's
 * metricNamesToVariableValues.
 */
#ifndef DASHBOARD_VARIABLE_OPTIONS_H
#define DASHBOARD_VARIABLE_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "dashboard/variable.h"

/* Strings are in `arena`. */
struct variable_options {
	struct arena arena;
	VEC(struct variable_option) items;
};

/*
 * `pattern` is JavaScript's, "" or NULL for none: without a capture group a
 * word that matches is kept whole; else group 1 is the value (with the g flag
 * each match gives one), or the groups named `value` and `text`. `sort` is
 * Grafana's 0..8. -1 when the pattern is not valid or takes too long.
 */
int variable_options_make(struct variable_options *ret, const char *const *words, size_t count, const char *pattern,
			  int sort, struct error *error);
void variable_options_release(struct variable_options *options);

#endif
