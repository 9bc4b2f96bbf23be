/*
 * Lines finer than cells: a plot maps a rectangle of cells to dots (braille
 * 2x4, blocks 2x2 quadrants, ASCII 1x1), collects dots by series and writes
 * cells coloured by the series with most dots in each (the later one on a tie).
 */
#ifndef UI_DRAW_PLOT_H
#define UI_DRAW_PLOT_H

#include "ui/draw/canvas.h"

struct plot;

struct plot *plot_new(struct rect cells, enum glyph_set glyphs);
void plot_free(struct plot *plot);
int plot_dots_x(const struct plot *plot);
int plot_dots_y(const struct plot *plot);

/* Dot coordinates: 0,0 is top left. Out of range is clipped. `series` 0..255. */
void plot_dot(struct plot *plot, int x, int y, unsigned series);
void plot_line(struct plot *plot, int x0, int y0, int x1, int y1, unsigned series);
/* A column from y0 to y1 (areas, bars); `sparse` sets every other dot so that a line stays visible over it. */
void plot_column(struct plot *plot, int x, int y0, int y1, unsigned series, bool sparse);

/*
 * Where a cell has dots of a line, add the dots of `areas` that belong to the
 * same series, a dot away from the line: a cell has one colour and a line
 * takes it, but the area does not end a cell below its line. Braille only;
 * coarser cells have no room for it.
 */
void plot_underlay(struct plot *lines, const struct plot *areas);

/* Write into the canvas; `styles[series]` for `style_count` series. ASCII lines use the series' letter
 * `letters[series]` where given, else '*'. Blank cells are left alone. */
void plot_draw(const struct plot *plot, struct canvas *canvas, const struct style *styles, unsigned style_count,
	       const char *letters);

#endif
