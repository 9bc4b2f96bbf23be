#include "ui/draw/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/vec.h"
#include "ui/draw/colour.h"
#include "ui/draw/svg_shape.h"

#define BASELINE 13.4 /* of text in its cell, for 14 px */

/* What a theme without colours of its own is shown with. */
#define PLAIN_FG 0xD4D8DE
#define PLAIN_BG 0x121417

#define FONTS "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"

#define TEXT_ATTRIBUTES (ATTR_BOLD | ATTR_ITALIC | ATTR_UNDERLINE)

#define UNDERLINE_Y 15.5

/* How a cell looks after everything is resolved. */
struct look {
	uint32_t fg, bg;
	unsigned attributes; /* those that change text */
};

/* All text of one look, and all shapes of one colour, are gathered so that each is said once. */
struct text_layer {
	uint32_t fg;
	unsigned attributes;
	struct strbuf text;
};

struct shape_layer {
	uint32_t fg;
	struct svg_shapes shapes;
};

struct svg {
	const struct canvas *canvas;
	const struct theme *theme;
	uint32_t ground;
	VEC(struct text_layer) texts;
	VEC(struct shape_layer) shapes;
	struct strbuf backgrounds;
};

static uint32_t or_plain(bool has, uint32_t rgb, uint32_t plain)
{
	return has ? rgb : plain;
}

static struct look look_of(const struct svg *svg, const struct cell *cell)
{
	struct paint paint = theme_paint(svg->theme, &cell->style);
	struct look look = {
		.fg = or_plain(paint.has_fg, paint.fg, PLAIN_FG),
		.bg = or_plain(paint.has_bg, paint.bg, PLAIN_BG),
		.attributes = paint.attributes & TEXT_ATTRIBUTES,
	};

	if (paint.attributes & ATTR_REVERSE) {
		uint32_t swap = look.fg;

		look.fg = look.bg;
		look.bg = swap;
	}
	if (paint.attributes & ATTR_DIM)
		look.fg = colour_mix(look.fg, look.bg, 0.4);
	return look;
}

/* The cell's code point when it is a single one, 0 for a blank, U+FFFD for a cluster. */
static uint32_t single_code(const struct svg *svg, const struct cell *cell)
{
	char text[32];
	uint32_t code;
	size_t length, used;

	if (!cell->grapheme)
		return 0;
	canvas_grapheme(svg->canvas, cell, text);
	length = strlen(text);
	if (length == 0)
		return 0;
	used = text_decode(text, length, &code);
	return used == length ? code : TEXT_REPLACEMENT;
}

/* Text for XML 1.0: escaped, and without the code points it forbids. */
static void add_xml(struct strbuf *ret, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		uint32_t code;
		size_t used = text_decode(text, length, &code);

		switch (code) {
		case '&': strbuf_addstr(ret, "&amp;"); break;
		case '<': strbuf_addstr(ret, "&lt;"); break;
		case '>': strbuf_addstr(ret, "&gt;"); break;
		case '"': strbuf_addstr(ret, "&quot;"); break;
		default:
			/* A malformed byte decodes as a replacement, but must not be copied. */
			if (code < ' ' || code == 0xFFFE || code == 0xFFFF || code == TEXT_REPLACEMENT)
				strbuf_addstr(ret, "\xEF\xBF\xBD");
			else
				strbuf_add(ret, text, used);
		}
		text += used;
		length -= used;
	}
}

static struct strbuf *text_layer(struct svg *svg, const struct look *look)
{
	struct text_layer *layer;

	for (size_t i = 0; i < svg->texts.count; i++) {
		layer = &svg->texts.items[i];
		if (layer->fg == look->fg && layer->attributes == look->attributes)
			return &layer->text;
	}
	layer = vec_add(&svg->texts);
	layer->fg = look->fg;
	layer->attributes = look->attributes;
	strbuf_init(&layer->text);
	return &layer->text;
}

static struct svg_shapes *shape_layer(struct svg *svg, uint32_t fg)
{
	struct shape_layer *layer;

	for (size_t i = 0; i < svg->shapes.count; i++)
		if (svg->shapes.items[i].fg == fg)
			return &svg->shapes.items[i].shapes;
	layer = vec_add(&svg->shapes);
	layer->fg = fg;
	svg_shapes_init(&layer->shapes);
	return &layer->shapes;
}

/* Where the run of one background beginning at x ends. */
static int background_end(const struct svg *svg, int x, int y, uint32_t bg)
{
	int end = x;

	while (end < canvas_width(svg->canvas) && look_of(svg, canvas_cell(svg->canvas, end, y)).bg == bg)
		end++;
	return end;
}

/* True when the row above has the same run: then that one was drawn for this row too. */
static bool continues_above(const struct svg *svg, int x, int end, int y, uint32_t bg)
{
	if (y == 0 || look_of(svg, canvas_cell(svg->canvas, x, y - 1)).bg != bg)
		return false;
	if (x > 0 && look_of(svg, canvas_cell(svg->canvas, x - 1, y - 1)).bg == bg)
		return false;
	return background_end(svg, x, y - 1, bg) == end;
}

static void add_backgrounds(struct svg *svg, int y)
{
	for (int x = 0, end; x < canvas_width(svg->canvas); x = end) {
		uint32_t bg = look_of(svg, canvas_cell(svg->canvas, x, y)).bg;
		int rows = 1;

		end = background_end(svg, x, y, bg);
		if (bg == svg->ground || continues_above(svg, x, end, y, bg))
			continue;
		while (y + rows < canvas_height(svg->canvas) && continues_above(svg, x, end, y + rows, bg) &&
		       background_end(svg, x, y + rows, bg) == end)
			rows++;
		strbuf_addf(&svg->backgrounds, "<path fill=\"#%06x\" d=\"", bg);
		svg_add_rect(&svg->backgrounds, x * SVG_CELL_WIDTH, y * (double)SVG_CELL_HEIGHT,
			     (end - x) * SVG_CELL_WIDTH, rows * (double)SVG_CELL_HEIGHT);
		strbuf_addstr(&svg->backgrounds, "\"/>\n");
	}
}

static bool same_look(const struct look *a, const struct look *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attributes == b->attributes;
}

/* One <text> of `cells` cells; the length keeps columns where they are whatever font is found. */
static void add_text(struct svg *svg, int x, int y, int cells, const struct look *look, const char *text, bool alone)
{
	struct strbuf *ret = text_layer(svg, look);
	double left = x * SVG_CELL_WIDTH, width = cells * SVG_CELL_WIDTH;

	strbuf_addstr(ret, "<text x=\"");
	svg_add_number(ret, alone ? left + width / 2 : left);
	strbuf_addstr(ret, "\" y=\"");
	svg_add_number(ret, y * (double)SVG_CELL_HEIGHT + BASELINE);
	if (alone) {
		strbuf_addstr(ret, "\" text-anchor=\"middle\">");
	} else {
		strbuf_addstr(ret, "\" textLength=\"");
		svg_add_number(ret, width);
		strbuf_addstr(ret, "\">");
	}
	add_xml(ret, text);
	strbuf_addstr(ret, "</text>\n");
	/* Drawn, since viewers differ in whether text-decoration reaches a group's text. */
	if (look->attributes & ATTR_UNDERLINE)
		svg_add_rect(&shape_layer(svg, look->fg)->fills, left, y * (double)SVG_CELL_HEIGHT + UNDERLINE_Y, width,
			     1);
}

/* Signs beyond the alphabets come from another font with another width: they stand alone in their cell. */
static bool stands_alone(const struct svg *svg, const struct cell *cell)
{
	uint32_t code = single_code(svg, cell);

	return cell->width == 2 || (code >= 0x2000 && code != 0x2026 && code != 0x2013 && code != 0x2014);
}

/* The run of text at x: ends before a shape, another look, or two blanks. Returns where it ends. */
static int add_text_run(struct svg *svg, int x, int y, struct strbuf *run)
{
	const struct cell *cell = canvas_cell(svg->canvas, x, y);
	struct look look = look_of(svg, cell);
	bool alone = stands_alone(svg, cell);
	int end = x, width = canvas_width(svg->canvas);
	char text[32];

	strbuf_clear(run);
	for (; end < width; end += cell->width ? cell->width : 1) {
		struct look here;

		cell = canvas_cell(svg->canvas, end, y);
		here = look_of(svg, cell);
		if (!same_look(&here, &look) || svg_is_shape(single_code(svg, cell)))
			break;
		if (end > x && (alone || stands_alone(svg, cell)))
			break;
		if (!cell->grapheme && (end + 1 >= width || !canvas_cell(svg->canvas, end + 1, y)->grapheme))
			break;
		canvas_grapheme(svg->canvas, cell, text);
		strbuf_addstr(run, text);
	}
	/* A trailing blank has no width of its own in some viewers, so the length would stretch what is before it. */
	while (run->length > 0 && run->text[run->length - 1] == ' ') {
		strbuf_truncate(run, run->length - 1);
		end--;
	}
	add_text(svg, x, y, end - x, &look, run->text, alone);
	return end;
}

/* The run of one shape at x. Returns where it ends. */
static int add_shape_run(struct svg *svg, int x, int y, uint32_t code)
{
	struct look look = look_of(svg, canvas_cell(svg->canvas, x, y));
	uint32_t fg = colour_mix(look.bg, look.fg, svg_shape_share(code));
	int end = x + 1;

	while (svg_shape_joins(code) && end < canvas_width(svg->canvas)) {
		const struct cell *cell = canvas_cell(svg->canvas, end, y);
		struct look next = look_of(svg, cell);

		if (single_code(svg, cell) != code || next.fg != look.fg || next.bg != look.bg)
			break;
		end++;
	}
	svg_shape_add(shape_layer(svg, fg), code, x, y, end - x);
	return end;
}

static void add_row(struct svg *svg, int y, struct strbuf *run)
{
	for (int x = 0; x < canvas_width(svg->canvas);) {
		const struct cell *cell = canvas_cell(svg->canvas, x, y);
		uint32_t code = single_code(svg, cell);

		if (cell->width == 0 || code == 0)
			x++;
		else if (svg_is_shape(code))
			x = add_shape_run(svg, x, y, code);
		else
			x = add_text_run(svg, x, y, run);
	}
}

static void write_shapes(const struct svg *svg, struct strbuf *ret)
{
	for (size_t i = 0; i < svg->shapes.count; i++) {
		const struct shape_layer *layer = &svg->shapes.items[i];
		const struct svg_shapes *shapes = &layer->shapes;

		if (shapes->fills.length)
			strbuf_addf(ret, "<path fill=\"#%06x\" shape-rendering=\"crispEdges\" d=\"%s\"/>\n", layer->fg,
				    shapes->fills.text);
		if (shapes->lines.length)
			strbuf_addf(ret, "<path fill=\"none\" stroke=\"#%06x\" stroke-width=\"1.2\" d=\"%s\"/>\n",
				    layer->fg, shapes->lines.text);
		if (shapes->dots.length)
			strbuf_addf(
				ret,
				"<path fill=\"none\" stroke=\"#%06x\" stroke-width=\"3.1\" stroke-linecap=\"round\" "
				"d=\"%s\"/>\n",
				layer->fg, shapes->dots.text);
		if (shapes->figures.length)
			strbuf_addf(ret, "<path fill=\"#%06x\" d=\"%s\"/>\n", layer->fg, shapes->figures.text);
	}
}

static void write_texts(const struct svg *svg, struct strbuf *ret)
{
	for (size_t i = 0; i < svg->texts.count; i++) {
		const struct text_layer *layer = &svg->texts.items[i];

		strbuf_addf(ret, "<g fill=\"#%06x\"%s%s>\n", layer->fg,
			    layer->attributes & ATTR_BOLD ? " font-weight=\"bold\"" : "",
			    layer->attributes & ATTR_ITALIC ? " font-style=\"italic\"" : "");
		strbuf_add(ret, layer->text.text, layer->text.length);
		strbuf_addstr(ret, "</g>\n");
	}
}

static void write_head(const struct svg *svg, const char *title, struct strbuf *ret)
{
	double width = canvas_width(svg->canvas) * SVG_CELL_WIDTH;
	int height = canvas_height(svg->canvas) * SVG_CELL_HEIGHT;
	struct strbuf safe = STRBUF_INIT, number = STRBUF_INIT;

	svg_add_number(&number, width);
	text_add_safe(&safe, title ? title : "");
	strbuf_addf(ret,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%s\" height=\"%d\" "
		    "viewBox=\"0 0 %s %d\" xml:space=\"preserve\" font-family=\"%s\" font-size=\"14\">\n<title>",
		    number.text, height, number.text, height, FONTS);
	add_xml(ret, safe.text);
	strbuf_addf(ret, "</title>\n<rect width=\"%s\" height=\"%d\" fill=\"#%06x\"/>\n", number.text, height,
		    svg->ground);
	strbuf_release(&safe);
	strbuf_release(&number);
}

void export_svg(const struct canvas *canvas, const struct theme *theme, const char *title, struct strbuf *ret)
{
	const struct theme_role *usual = &theme->roles[ROLE_NONE];
	struct svg svg = { .canvas = canvas, .theme = theme, .ground = or_plain(usual->has_bg, usual->bg, PLAIN_BG) };
	struct strbuf run = STRBUF_INIT;

	strbuf_init(&svg.backgrounds);
	for (int y = 0; y < canvas_height(canvas); y++) {
		add_backgrounds(&svg, y);
		add_row(&svg, y, &run);
	}
	write_head(&svg, title, ret);
	if (svg.backgrounds.length)
		strbuf_addf(ret, "<g shape-rendering=\"crispEdges\">\n%s</g>\n", svg.backgrounds.text);
	write_shapes(&svg, ret);
	write_texts(&svg, ret);
	strbuf_addstr(ret, "</svg>\n");
	for (size_t i = 0; i < svg.texts.count; i++)
		strbuf_release(&svg.texts.items[i].text);
	for (size_t i = 0; i < svg.shapes.count; i++)
		svg_shapes_release(&svg.shapes.items[i].shapes);
	vec_release(&svg.texts);
	vec_release(&svg.shapes);
	strbuf_release(&svg.backgrounds);
	strbuf_release(&run);
}
