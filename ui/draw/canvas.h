/*
 * A grid of cells: what every screen, panel and picture is drawn into, and
 * the only thing drawing code knows. A cell holds one grapheme, its style and
 * its width; a wide grapheme owns the cell to its right. Text from outside is
 * made safe here. Drawing outside the canvas or the clip does nothing.
 */
#ifndef UI_DRAW_CANVAS_H
#define UI_DRAW_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/draw/style.h"

struct rect {
	int x, y, width, height;
};

/* What the terminal can show; drawing code asks, never the locale. */
enum glyph_set { GLYPHS_BRAILLE, GLYPHS_BLOCK, GLYPHS_ASCII };

#define CANVAS_MAX_WIDTH  1000
#define CANVAS_MAX_HEIGHT 2000

struct cell {
	/* Code point; 0 a blank; with the top bit set an index into the canvas's clusters. */
	uint32_t grapheme;
	uint8_t width; /* 1; 2 for a wide grapheme; 0 for the cell it covers */
	struct style style;
};

struct canvas;

/* Sizes are clamped to 1..MAX. All cells blank, default style, clip is everything. */
struct canvas *canvas_new(int width, int height, enum glyph_set glyphs);
void canvas_free(struct canvas *canvas);
void canvas_clear(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int width, int height); /* clears */

int canvas_width(const struct canvas *canvas);
int canvas_height(const struct canvas *canvas);
enum glyph_set canvas_glyphs(const struct canvas *canvas);
struct rect canvas_rect(const struct canvas *canvas);

/* Read a cell; outside gives a blank. `canvas_grapheme` writes its UTF-8 (terminated, >= 20 bytes), " " for a blank. */
const struct cell *canvas_cell(const struct canvas *canvas, int x, int y);
void canvas_grapheme(const struct canvas *canvas, const struct cell *cell, char *ret);

/* Restrict drawing to `rect` (and the clip that was); returns the former clip for canvas_restore. */
struct rect canvas_clip(struct canvas *canvas, struct rect rect);
void canvas_restore(struct canvas *canvas, struct rect clip);

/*
 * Put text at x, y: at most `max_width` cells (negative: to the edge), cut
 * without ellipsis, made safe. In GLYPHS_ASCII everything beyond ASCII becomes
 * a plain relative ('-' for dashes, '?' where there is none). A style colour
 * of COLOUR_DEFAULT kind keeps the background that is there. Returns the cells used.
 */
int canvas_put(struct canvas *canvas, int x, int y, const char *text, struct style style, int max_width);

/* The same with an ellipsis when cut. */
int canvas_put_fit(struct canvas *canvas, int x, int y, const char *text, struct style style, int max_width);

/* Right-aligned so that it ends before `x_end`; cut at the left edge `x_min`. Returns the x it began at. */
int canvas_put_right(struct canvas *canvas, int x_min, int x_end, int y, const char *text, struct style style);
int canvas_put_centre(struct canvas *canvas, struct rect rect, int y, const char *text, struct style style);

/* One code point of the program's own drawing (already safe, width 1). */
void canvas_glyph(struct canvas *canvas, int x, int y, uint32_t code, struct style style);

/* Fill with blanks in exactly this style, or only recolour the background of what is there. */
void canvas_fill(struct canvas *canvas, struct rect rect, struct style style);
void canvas_tint(struct canvas *canvas, struct rect rect, struct style style);

/* Put another canvas's cells, with their styles, at x, y; what falls outside the clip is left out. */
void canvas_blit(struct canvas *canvas, int x, int y, const struct canvas *from);

/* Give what is there in one role's foreground another's, with its attributes added. */
void canvas_recolour(struct canvas *canvas, struct rect rect, enum role from, enum role to, unsigned attributes);

/* Add attributes to what is there (dim stale data). */
void canvas_attributes(struct canvas *canvas, struct rect rect, unsigned attributes);

/*
 * A box of thin lines (rounded corners; +-| in ASCII) with a title in the
 * border and, when not NULL, a note at the right of the top border and one in
 * the middle of the bottom border. Returns the inside.
 */
struct box {
	const char *title, *note, *foot;
	struct style border, title_style, note_style, foot_style;
};
struct rect canvas_box(struct canvas *canvas, struct rect rect, const struct box *box);

struct rect rect_intersect(struct rect a, struct rect b);
bool rect_is_empty(struct rect rect);

#endif
