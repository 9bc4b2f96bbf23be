/* Which unit an expression's values have, as far as names and arithmetic tell. */
#ifndef QUERY_CONDITION_UNIT_H
#define QUERY_CONDITION_UNIT_H

#include "promql/ast.h"

/*
 * A Grafana unit id ("s", "gbytes", "reqps"), or "". `threshold` helps where a
 * name alone does not tell ("usage" up to 1 is a share); NAN without one.
 */
const char *condition_unit(const struct expr *expr, double threshold);

/* Arithmetic on numbers alone: false when there is more in it. */
bool condition_number(const struct expr *expr, double *ret);

#endif
