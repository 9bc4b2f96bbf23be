#include "ui/draw/plot.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define DOT_SET    0x100u /* the low byte is the series */
#define DOT_SPARSE 0x200u /* part of an area: gives way to lines and counts half */

/* Dots of a cell in each glyph set. */
static const struct {
	int x, y;
} dots_per_cell[] = {
	[GLYPHS_BRAILLE] = { 2, 4 },
	[GLYPHS_BLOCK] = { 2, 2 },
	[GLYPHS_ASCII] = { 1, 1 },
};

/* Braille bit of the dot at [y][x] (Unicode, block 2800). */
static const uint8_t braille_bits[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

/* Quadrants by bits: 1 top left, 2 top right, 4 bottom left, 8 bottom right. */
static const uint32_t quadrants[16] = {
	' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E, 0x259B,
	0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588,
};

struct plot {
	struct rect cells;
	enum glyph_set glyphs;
	int width, height; /* in dots */
	uint16_t *dots;
};

struct plot *plot_new(struct rect cells, enum glyph_set glyphs)
{
	struct plot *plot = mem_zalloc(sizeof(*plot));

	if (cells.width < 0)
		cells.width = 0;
	if (cells.height < 0)
		cells.height = 0;
	if (cells.width > CANVAS_MAX_WIDTH)
		cells.width = CANVAS_MAX_WIDTH;
	if (cells.height > CANVAS_MAX_HEIGHT)
		cells.height = CANVAS_MAX_HEIGHT;
	plot->cells = cells;
	plot->glyphs = glyphs;
	plot->width = cells.width * dots_per_cell[glyphs].x;
	plot->height = cells.height * dots_per_cell[glyphs].y;
	plot->dots = mem_array((size_t)plot->width * (size_t)plot->height + 1, sizeof(*plot->dots));
	return plot;
}

void plot_free(struct plot *plot)
{
	if (!plot)
		return;
	free(plot->dots);
	free(plot);
}

int plot_dots_x(const struct plot *plot)
{
	return plot->width;
}

int plot_dots_y(const struct plot *plot)
{
	return plot->height;
}

static void set_dot(struct plot *plot, int x, int y, unsigned series, unsigned flags)
{
	uint16_t *dot;

	if (x < 0 || y < 0 || x >= plot->width || y >= plot->height)
		return;
	dot = &plot->dots[(size_t)y * (size_t)plot->width + (size_t)x];
	if ((flags & DOT_SPARSE) && (*dot & DOT_SET) && !(*dot & DOT_SPARSE))
		return;
	*dot = (uint16_t)(DOT_SET | flags | (series & 0xFF));
}

void plot_dot(struct plot *plot, int x, int y, unsigned series)
{
	set_dot(plot, x, y, series, 0);
}

/* One side of Liang and Barsky's clipping: narrows from..to, false when nothing is left. */
static bool clip_side(double delta, double distance, double *from, double *to)
{
	double at;

	if (delta == 0)
		return distance >= 0;
	at = distance / delta;
	if (delta < 0) {
		if (at > *to)
			return false;
		if (at > *from)
			*from = at;
	} else {
		if (at < *from)
			return false;
		if (at < *to)
			*to = at;
	}
	return true;
}

/* Cut the line to the plot, so that a value far outside costs no walk there. */
static bool clip_line(const struct plot *plot, int *x0, int *y0, int *x1, int *y1)
{
	double dx = (double)*x1 - *x0, dy = (double)*y1 - *y0;
	double from = 0, to = 1, x = *x0, y = *y0;

	if (!clip_side(-dx, x, &from, &to) || !clip_side(dx, plot->width - 1 - x, &from, &to) ||
	    !clip_side(-dy, y, &from, &to) || !clip_side(dy, plot->height - 1 - y, &from, &to))
		return false;
	if (from > 0) {
		*x0 = (int)(x + from * dx + 0.5);
		*y0 = (int)(y + from * dy + 0.5);
	}
	if (to < 1) {
		*x1 = (int)(x + to * dx + 0.5);
		*y1 = (int)(y + to * dy + 0.5);
	}
	return true;
}

void plot_line(struct plot *plot, int x0, int y0, int x1, int y1, unsigned series)
{
	int dx, dy, step_x, step_y, slack;

	if (!clip_line(plot, &x0, &y0, &x1, &y1))
		return;
	dx = x1 > x0 ? x1 - x0 : x0 - x1;
	dy = y1 > y0 ? y0 - y1 : y1 - y0;
	step_x = x0 < x1 ? 1 : -1;
	step_y = y0 < y1 ? 1 : -1;
	slack = dx + dy;
	for (;;) {
		int twice = 2 * slack;

		set_dot(plot, x0, y0, series, 0);
		if (x0 == x1 && y0 == y1)
			return;
		if (twice >= dy) {
			slack += dy;
			x0 += step_x;
		}
		if (twice <= dx) {
			slack += dx;
			y0 += step_y;
		}
	}
}

void plot_column(struct plot *plot, int x, int y0, int y1, unsigned series, bool sparse)
{
	int top = y0 < y1 ? y0 : y1, bottom = y0 < y1 ? y1 : y0;

	if (top < 0)
		top = 0;
	if (bottom >= plot->height)
		bottom = plot->height - 1;
	for (int y = top; y <= bottom; y++) {
		/* A chequered pattern; where a cell is one dot there is no half of it to leave out. */
		if (sparse && plot->glyphs != GLYPHS_ASCII && ((x ^ y) & 1))
			continue;
		set_dot(plot, x, y, series, sparse ? DOT_SPARSE : 0);
	}
}

/* What one cell came to. */
struct cell_dots {
	unsigned bits; /* row by row, left to right */
	unsigned series;
	bool sparse; /* nothing but area */
};

static bool read_cell(const struct plot *plot, int cell_x, int cell_y, struct cell_dots *ret)
{
	int per_x = dots_per_cell[plot->glyphs].x, per_y = dots_per_cell[plot->glyphs].y;
	unsigned series[8] = { 0 }, weight[8] = { 0 }, count = 0;
	unsigned best = 0;

	*ret = (struct cell_dots){ .sparse = true };
	for (int i = 0; i < per_x * per_y; i++) {
		int x = cell_x * per_x + i % per_x, y = cell_y * per_y + i / per_x;
		unsigned dot = plot->dots[(size_t)y * (size_t)plot->width + (size_t)x], at = 0;

		if (!(dot & DOT_SET))
			continue;
		ret->bits |= 1u << i;
		ret->sparse = ret->sparse && (dot & DOT_SPARSE);
		while (at < count && series[at] != (dot & 0xFF))
			at++;
		if (at == count) {
			series[count] = dot & 0xFF;
			weight[count++] = 0;
		}
		weight[at] += dot & DOT_SPARSE ? 1 : 2;
	}
	for (unsigned i = 0; i < count; i++) {
		if (weight[i] > best || (weight[i] == best && series[i] > ret->series)) {
			best = weight[i];
			ret->series = series[i];
		}
	}
	return count > 0;
}

static bool has_line(const struct plot *plot, int x, int y)
{
	unsigned dot = y >= 0 && y < plot->height ? plot->dots[(size_t)y * (size_t)plot->width + (size_t)x] : 0;

	return (dot & DOT_SET) && !(dot & DOT_SPARSE);
}

static void underlay_cell(struct plot *lines, const struct plot *areas, int cell_x, int cell_y, unsigned series)
{
	for (int i = 0; i < 8; i++) {
		int x = cell_x * 2 + i % 2, y = cell_y * 4 + i / 2;
		size_t at = (size_t)y * (size_t)lines->width + (size_t)x;

		if (!(areas->dots[at] & DOT_SET) || (areas->dots[at] & 0xFF) != series)
			continue;
		if (!has_line(lines, x, y - 1) && !has_line(lines, x, y) && !has_line(lines, x, y + 1))
			lines->dots[at] = areas->dots[at];
	}
}

void plot_underlay(struct plot *lines, const struct plot *areas)
{
	if (lines->glyphs != GLYPHS_BRAILLE || areas->width != lines->width || areas->height != lines->height)
		return;
	for (int y = 0; y < lines->cells.height; y++) {
		for (int x = 0; x < lines->cells.width; x++) {
			struct cell_dots dots;

			if (read_cell(lines, x, y, &dots))
				underlay_cell(lines, areas, x, y, dots.series);
		}
	}
}

static uint32_t cell_code(enum glyph_set glyphs, const struct cell_dots *dots, const char *letters, size_t letter_count)
{
	uint32_t code = 0x2800;

	if (glyphs == GLYPHS_BLOCK)
		return quadrants[dots->bits & 0xF];
	if (glyphs == GLYPHS_BRAILLE) {
		for (unsigned i = 0; i < 8; i++)
			code |= dots->bits & 1u << i ? braille_bits[i / 2][i % 2] : 0;
		return code;
	}
	if (dots->sparse)
		return '.';
	return dots->series < letter_count ? (unsigned char)letters[dots->series] : '*';
}

void plot_draw(const struct plot *plot, struct canvas *canvas, const struct style *styles, unsigned style_count,
	       const char *letters)
{
	size_t letter_count = letters ? strlen(letters) : 0;

	for (int y = 0; y < plot->cells.height; y++) {
		for (int x = 0; x < plot->cells.width; x++) {
			struct style style = { 0 };
			struct cell_dots dots;

			if (!read_cell(plot, x, y, &dots))
				continue;
			if (style_count > 0)
				style = styles[dots.series % style_count];
			canvas_glyph(canvas, plot->cells.x + x, plot->cells.y + y,
				     cell_code(plot->glyphs, &dots, letters, letter_count), style);
		}
	}
}
