/*
 * What an alert's expression compares, read from its syntax: in
 * `a / b > 0.5` the subject is `a / b`, the operator `>`, the threshold 0.5.
 * So that a view can say "0.62 of 0.5" and draw the subject with a line.
 */
#ifndef QUERY_CONDITION_H
#define QUERY_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct condition {
	const char *subject;   /* an expression; the whole one when nothing is compared */
	const char *operation; /* "<" ...; "" when there is none */
	bool has_threshold;    /* the other side is a number (arithmetic of numbers included) */
	double threshold;
	const char *other; /* the other side as an expression, when it is none; else NULL */
	const char *unit;  /* a Grafana unit id guessed from the subject's metric names and arithmetic ("s", "bytes",
			      "percentunit", "reqps" ...); "" */
	const char *const *metrics; /* names in the whole expression, each once, sorted */
	size_t metric_count;
	int64_t reach_ms; /* how far back it looks: windows, subqueries and offsets; 0: it knows only what is now */
};

/* Strings live in the arena. An expression that does not parse has itself as subject and no metrics. */
void condition_read(struct condition *ret, const char *expression, struct arena *arena);

#endif
