/*
 * Signs and shapes by glyph set: one row a sign. Drawing code asks for
 * GLYPH_DOWN and gets what the terminal can show. All are one cell wide and
 * of unambiguous width.
 */
#ifndef UI_DRAW_GLYPH_H
#define UI_DRAW_GLYPH_H

#include <stdint.h>

#include "ui/draw/canvas.h"

/* clang-format off */
enum glyph {
	GLYPH_OK, GLYPH_WARNING, GLYPH_SERIOUS, GLYPH_CRITICAL, /* sign of a state: colour is never alone */
	GLYPH_UP, GLYPH_DOWN, GLYPH_STALE, GLYPH_NO_DATA, GLYPH_ABSENT, GLYPH_INSUFFICIENT, GLYPH_FAILED, GLYPH_WAITING,
	GLYPH_FOLDED, GLYPH_UNFOLDED, GLYPH_MORE, GLYPH_ELLIPSIS, GLYPH_BULLET, GLYPH_SEPARATOR /* ▸ */,
	GLYPH_HLINE, GLYPH_VLINE, GLYPH_CORNER_TL, GLYPH_CORNER_TR, GLYPH_CORNER_BL, GLYPH_CORNER_BR,
	GLYPH_TEE_LEFT, GLYPH_TEE_RIGHT, GLYPH_TEE_UP, GLYPH_TEE_DOWN, GLYPH_CROSS,
	GLYPH_AXIS_TICK_Y, GLYPH_AXIS_TICK_X, GLYPH_AXIS_ORIGIN, GLYPH_THRESHOLD, GLYPH_GRID,
	GLYPH_ARROW_UP, GLYPH_ARROW_DOWN, GLYPH_ARROW_FLAT,
	GLYPH_CHECK, GLYPH_CHECKBOX, GLYPH_CHECKBOX_DONE,
	GLYPH_HELD, /* somebody has it */
	GLYPH_DEPLOY, GLYPH_CONFIG, GLYPH_RESTART, GLYPH_MESSAGE, GLYPH_SOURCE, /* what happened */
	GLYPH_MARK, /* a moment in a chart, from top to bottom */
	GLYPH_OPEN, GLYPH_RUNNING, GLYPH_SKIPPED, /* of a step */
	GLYPH_WRAPPED, /* before the rest of a line that was broken */
	GLYPH_COUNT,
};
/* clang-format on */

uint32_t glyph_code(enum glyph_set set, enum glyph glyph);

/* UTF-8 of the same (static storage). */
const char *glyph_text(enum glyph_set set, enum glyph glyph);

/* Height of a bar in one cell: `eighths` 0..8 ("▁".."█"; in ASCII "_.-=#"...). */
uint32_t glyph_bar_vertical(enum glyph_set set, int eighths);
/* Length of a bar in one cell: `eighths` 0..8 ("▏".."█"; in ASCII ' ' or '#'). */
uint32_t glyph_bar_horizontal(enum glyph_set set, int eighths);
/* Density 0..4 for heatmaps and mono (" ░▒▓█", " .:*#"). */
uint32_t glyph_density(enum glyph_set set, int level);

/*
 * Big figures: `rows` is 1, 3 or 5. Width of `text` drawn so, and drawing
 * with x, y as the top left corner; characters that have no big form make it
 * fall back to 1, which is then drawn on the middle row. Beside digits,
 * letters are taken for a unit: smaller, on the same base line.
 */
int glyph_big_width(enum glyph_set set, const char *text, int rows);
void glyph_big_put(struct canvas *canvas, int x, int y, const char *text, int rows, struct style style);

#endif
