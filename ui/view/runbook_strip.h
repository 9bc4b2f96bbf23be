/*
 * What proves that a run works, in one to three rows: where the output has the
 * room of the figures, they stay in sight all the same. The worst first: the
 * alert's own expression, what does not hold, what does not hold long enough,
 * what is not known; then the figures, before and now; then what holds.
 */
#ifndef UI_VIEW_RUNBOOK_STRIP_H
#define UI_VIEW_RUNBOOK_STRIP_H

#include "base/vec.h"
#include "ui/draw/canvas.h"
#include "ui/view/runbook_page.h"

#define RUNBOOK_STRIP_MOST 3

/* One proof in its place. */
struct strip_cell {
	const struct proof *proof;
	int row, x, width; /* from the strip's corner */
};

struct runbook_strip {
	VEC(struct strip_cell) cells;
	int rows;
	size_t left_out; /* for want of room: the last of them */
};

/* At most `most` rows; as many cells in a row as fit, each whole, or cut where it alone is wider than the strip. To be
 * released. */
void runbook_strip_make(struct runbook_strip *ret, const struct runbook_page *page, int width, int most);
void runbook_strip_release(struct runbook_strip *strip);

/* Rows that it would take of at most `most`. */
int runbook_strip_rows(const struct runbook_page *page, int width, int most);

void runbook_strip_draw(const struct runbook_page *page, struct canvas *canvas, struct rect area);

/* The worst in at most `width` cells, right of `line`: its words, else how many hold; nothing where nothing fits. */
void runbook_strip_draw_worst(const struct runbook_page *page, struct canvas *canvas, struct rect line);

#endif
