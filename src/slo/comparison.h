/*
 * A condition on a number as a person writes it: "< 99.9%", ">= 1000",
 * "> 2h". Shares are read as 0 to 1 and durations as seconds, so that the
 * limit compares with what an expression gives. Pure.
 */
#ifndef SLO_COMPARISON_H
#define SLO_COMPARISON_H

#include <stdbool.h>

#include "base/error.h"

enum comparison_operator {
	COMPARE_LESS,
	COMPARE_LESS_EQUAL,
	COMPARE_GREATER,
	COMPARE_GREATER_EQUAL,
	COMPARE_EQUAL,
	COMPARE_NOT_EQUAL,
	COMPARE_OPERATORS,
};

struct comparison {
	enum comparison_operator operator;
	double limit;
	const char *text; /* as it was written; the caller's */
};

/* Read one. `ret` is written only on success; its text is `text` itself. */
int comparison_read(const char *text, struct comparison *ret, struct error *error);

/* False for NaN, whatever the operator: what is not known meets no condition. */
bool comparison_holds(const struct comparison *comparison, double value);

/* "<", as PromQL has it. */
const char *comparison_sign(enum comparison_operator operator);

/* The operator that holds where this one does not. */
enum comparison_operator comparison_opposite(enum comparison_operator operator);

/* Is a smaller value nearer to fulfilling it? Then the greatest of several is the worst. */
bool comparison_wants_less(const struct comparison *comparison);

/* A number with what may follow it: "%", or ms s m h d w y for a length of time. */
int comparison_number_read(const char *text, double *ret, struct error *error);

#endif
