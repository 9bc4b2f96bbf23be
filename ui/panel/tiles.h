/*
 * Several values in one panel: a rectangle shared out into equal tiles, side
 * by side or stacked. Pure arithmetic; what a tile is worth is asked of the
 * panel type, so that each type gets the shape its values look best in.
 */
#ifndef UI_PANEL_TILES_H
#define UI_PANEL_TILES_H

#include <stddef.h>

#include "dashboard/dashboard.h"
#include "ui/draw/canvas.h"

#define TILES_GAP 2 /* blank columns between tiles: one would join their figures */

struct tiles {
	struct rect area; /* what the tiles share */
	struct rect note; /* where the count of the rest stands; empty when there is no place */
	int columns, rows;
	size_t shown; /* tiles that are there */
	size_t more;  /* values that found no place */
};

/* How good a tile of this size is: greater is better, negative when it cannot be drawn so. */
typedef int tiles_score_fn(const void *user, int width, int height);

/*
 * Share `area` among `count` values, of which `more` further ones exist.
 * Grafana's words: ORIENTATION_VERTICAL puts tiles side by side,
 * ORIENTATION_HORIZONTAL stacks them; AUTO takes the best score. Where not
 * all fit, as many one-row tiles of at least `min_width` as there is place
 * for, and the last row is kept for saying how many more there are.
 */
struct tiles tiles_make(struct rect area, size_t count, size_t more, enum orientation orientation, int min_width,
			tiles_score_fn *score, const void *user);

struct rect tiles_rect(const struct tiles *tiles, size_t index);

/* Say how many values found no place, in the row kept for it; nothing when all are there. */
void tiles_put_more(const struct tiles *tiles, struct canvas *canvas);

#endif
