/*
 * What an expression asks for, read from its tokens without evaluating it:
 * metric names, matchers, the longest window. Lenient: an expression that a
 * server would refuse yields what could be recognised.
 */
#ifndef PROMQL_SELECTORS_H
#define PROMQL_SELECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "tsdb/matcher.h"

/* One vector selector. `metric` is NULL for `{...}` without a name. */
struct selector {
	const char *metric;
	struct matcher *matchers;
	size_t matcher_count;
	int64_t window_ms; /* of `[...]` behind it; 0 when an instant selector */
};

struct selectors {
	struct selector *items;
	size_t count;
	int64_t longest_window_ms; /* over all selectors, subquery windows and offsets not counted */
};

/* Read `expression` into `ret`; everything is allocated in the arena. Never fails; at most 1000 selectors. */
void selectors_read(const char *expression, struct arena *arena, struct selectors *ret);

/* The value of the equality matcher for `label`, or NULL when there is none. */
const char *selector_equal(const struct selector *selector, const char *label);

#endif
