/*
 * One value as a figure, one, three or five rows high, with its unit and the
 * sign of where it stands. Heights of three and five use the big figures of
 * ui/draw; a text that has none there has only one row.
 */
#ifndef UI_PANEL_FIGURE_H
#define UI_PANEL_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "dashboard/display.h"
#include "ui/draw/canvas.h"
#include "ui/draw/glyph.h"

/* Borrows the texts of what it was made from. */
struct figure {
	const char *prefix, *number, *suffix;
	enum glyph sign; /* GLYPH_COUNT for none */
	bool plain_unit; /* the unit in plain letters even where a big one would fit */
};

struct figure figure_of(const struct display *display);

/*
 * Cells it takes `rows` high. A unit is as big as the number where `width`
 * (negative: any) allows, else in plain letters beside it. 0 when it has no
 * form of that height.
 */
int figure_width(enum glyph_set glyphs, const struct figure *figure, int rows, int width);

/*
 * The greatest of 5, 3 and 1 at which all of `figures` fit a place of that
 * size. Sets `plain_unit` in all or none of them, so that neighbours look
 * alike; draw them in places at least that large.
 */
int figure_rows(enum glyph_set glyphs, struct figure *figures, size_t count, int width, int height);

/* Draw it centred in the columns of `rect` from its first row on. Cut with an ellipsis only when one row high. */
void figure_put(struct canvas *canvas, const struct figure *figure, struct rect rect, int rows, struct style style);

#endif
