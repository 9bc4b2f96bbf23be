/* Between axis.c and axis_rows.c: the ladders of round steps, and axes whose ticks stand on whole rows. */
#ifndef UI_PANEL_AXIS_PRIVATE_H
#define UI_PANEL_AXIS_PRIVATE_H

#include "ui/panel/axis.h"

/* The ladder of round steps of a unit: the base of its numbers, and for times how many seconds one is. */
struct axis_ladder {
	int base;
	double seconds;
};

struct axis_ladder axis_ladder_of(const char *unit);

/* The smallest round step that is not below `at_least`. */
double axis_round_up(double at_least, struct axis_ladder ladder);

/*
 * Lay the ticks of `axis` on evenly spaced rows of `spec->rows`, whose range
 * is clean: finite and not empty. False, and nothing changed, when its
 * numbers are too large or too small to be reckoned with.
 */
bool axis_align(struct axis *axis, const struct axis_spec *spec);

#endif
