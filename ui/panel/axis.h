/*
 * A value axis: from a range of values to round ticks in the base of their
 * unit (10, 1024 for bytes, 60 for times), their labels, and where a value
 * stands on it. Pure; an axis is always usable, whatever the range was: NaN,
 * infinite, empty and overflowing ranges give one that can be drawn. Given the
 * rows of its plot, the ticks of an axis stand on evenly spaced rows.
 */
#ifndef UI_PANEL_AXIS_H
#define UI_PANEL_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw/canvas.h"

#define AXIS_TICKS_MAX 32

struct axis {
	double min, max; /* finite, min < max */
	double step;     /* between ticks; on a log axis in powers of the base */
	double first;    /* the lowest tick; on a log axis its power */
	int log_base;    /* 0 for a linear axis */
	const char *unit;
	int decimals;               /* of the labels; UNIT_DECIMALS_AUTO: as many as each needs */
	bool short_labels;          /* no word of a unit that its prefix does without: "1K" for "1K req/s" */
	int rows;                   /* ticks stand on whole rows of a plot of so many; 0 when they do not */
	int rows_a_step, first_row; /* then: rows between ticks, rows from the floor up to the lowest */
};

/* What an axis is made of. */
struct axis_spec {
	double min, max;           /* of the values; min > max when there are none */
	bool fixed_min, fixed_max; /* that end is not rounded outwards */
	bool from_zero;            /* bars and stacks: zero is part of the range */
	int intervals;             /* at most so many between ticks, at least 1 */
	const char *unit;
	int decimals;    /* UNIT_DECIMALS_AUTO: as many as the ticks need */
	int log_base;    /* 0, 2, 10 */
	int rows;        /* of the plot: ticks fall on evenly spaced rows of it; 0 when it has none yet */
	bool ends;       /* no more ticks than at the floor and at the top */
	bool may_shrink; /* the plot may be one row lower where that gives rounder ticks: see `rows` of the axis */
};

void axis_make(struct axis *ret, const struct axis_spec *spec);

/* How many intervals suit `rows` cells of height. */
int axis_intervals(int rows);

/* The ticks from the lowest up; returns their number, at most `capacity`. */
size_t axis_ticks(const struct axis *axis, double *ret, size_t capacity);

/* 0 at the bottom, 1 at the top, beyond these outside; NaN for what has no place (NaN, infinities, <= 0 on a log axis).
 */
double axis_position(const struct axis *axis, double value);

/* The dot, 0 at the top, of a position in a plot of `dots` dots; whole, below 0 or beyond when outside. NaN stays. */
double axis_dot(double position, int dots);

/* The cell row, 0 at the top, of a position in a plot of `rows` rows: the one in which a dot of that glyph set lands.
 */
int axis_row(double position, int rows, enum glyph_set set);

/* Zero needs no unit; numbers of many digits are written with an exponent. */
void axis_label(const struct axis *axis, double value, char *ret, size_t size);

/* Cells of the widest tick label. */
int axis_label_width(const struct axis *axis);

/*
 * Draw labels, line and ticks for a plot of `rows` rows that begins at row
 * `y`; the line stands in column `x`. The label of the lowest tick goes into
 * row y + rows, where the time axis is, when `has_floor`; without a floor
 * only the lowest and the highest tick are drawn. Labels take at most
 * `label_width` cells, left of the line, or right of it for a right axis.
 */
struct axis_place {
	int x, y, rows, label_width;
	bool right, has_floor;
};
void axis_draw(const struct axis *axis, struct canvas *canvas, struct axis_place place);

#endif
