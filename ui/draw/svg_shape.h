/*
 * Glyphs of a terminal as SVG path data, exactly on the grid of cells. Fonts
 * draw blocks, lines and braille with gaps and in odd widths; shapes do not.
 */
#ifndef UI_DRAW_SVG_SHAPE_H
#define UI_DRAW_SVG_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

#define SVG_CELL_WIDTH  8.4
#define SVG_CELL_HEIGHT 18

/* Path data of one colour, by how it is painted. */
struct svg_shapes {
	struct strbuf fills;   /* filled, on pixel edges: blocks */
	struct strbuf figures; /* filled, smooth: triangles, squares */
	struct strbuf lines;   /* stroked: boxes, ticks */
	struct strbuf dots;    /* stroked with round caps: braille */
};

void svg_shapes_init(struct svg_shapes *shapes);
void svg_shapes_release(struct svg_shapes *shapes);

/* True when `code` is drawn as a shape. */
bool svg_is_shape(uint32_t code);

/* True when a run of the glyph is one shape: svg_shape_add then takes the run at once. */
bool svg_shape_joins(uint32_t code);

/* How much of the foreground a shade shows over the background (░▒▓: 0.25, 0.5, 0.75), 1 for all else. */
double svg_shape_share(uint32_t code);

/* Append the glyph at cell x, y, `count` cells wide. */
void svg_shape_add(struct svg_shapes *shapes, uint32_t code, int x, int y, int count);

/* Append a number with at most two decimals and no trailing zeros, after a blank where two numbers would run together.
 */
void svg_add_number(struct strbuf *ret, double value);

/* Append a closed rectangle as path data. */
void svg_add_rect(struct strbuf *ret, double x, double y, double width, double height);

#endif
