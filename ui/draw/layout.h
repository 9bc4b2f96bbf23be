/*
 * From the 24-column grid to cells. Pure: grid rectangles and a size in,
 * cell rectangles out. Forms, by what fits: the grid; a list (panels one
 * under the other at full width); one line a panel; one line in all.
 */
#ifndef UI_DRAW_LAYOUT_H
#define UI_DRAW_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/draw/canvas.h"

enum layout_form { LAYOUT_GRID, LAYOUT_LIST, LAYOUT_LINES, LAYOUT_ONE };

struct layout_item {
	int x, y, w, h;   /* in: grid units */
	bool is_row;      /* in: a heading takes one line */
	bool one_line;    /* in: a folded or tiny thing */
	struct rect rect; /* out: cells, y from the top of the whole body (scroll not applied) */
};

struct layout {
	enum layout_form form;
	int height; /* of the whole body in cells */
};

/*
 * Lay out `count` items into `width` cells; `height` is that of the window,
 * which decides the form and stretches a board that would leave the window
 * half empty. Adjacent panels share no cell and leave no gap; every grid panel
 * is at least 3 rows high.
 */
struct layout layout_make(struct layout_item *items, size_t count, int width, int height);

#endif
