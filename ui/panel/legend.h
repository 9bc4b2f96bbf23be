/*
 * The legend of a chart: letters, names and values, as a list that wraps or
 * as a table with a column for each calculation. What does not fit is
 * counted ("+12 more"), never silently left out.
 */
#ifndef UI_PANEL_LEGEND_H
#define UI_PANEL_LEGEND_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw/canvas.h"

struct legend_entry {
	char letter;
	const char *name;
	struct style style;
	const char *const *values; /* formatted: one for each column */
};

struct legend {
	const struct legend_entry *entries;
	size_t count;
	const char *const *columns; /* titles of the values */
	size_t column_count;
	size_t more;  /* entries that are not in `entries` */
	bool table;   /* else a list */
	int selected; /* entry that is isolated, or -1 */
	int chosen;   /* entry the arrows are on, counted from 1; 0 none: it is always among those drawn */
};

/* Rows it would take in `width` cells, at most `rows_max`; 0 when there is nothing to say. */
int legend_height(const struct legend *legend, int width, int rows_max);

/* Cells its widest row would like as a table or as one entry a line. */
int legend_width(const struct legend *legend);

/* Draw into exactly `rect`; rows that do not fit are counted in the last one. */
void legend_draw(const struct legend *legend, struct canvas *canvas, struct rect rect);

#endif
