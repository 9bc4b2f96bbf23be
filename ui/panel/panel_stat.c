/* Stat and singlestat: the number as large as the box allows, its colour, its sign and its recent shape. */
#include <math.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/figure.h"
#include "ui/panel/panel.h"
#include "ui/panel/panel_list.h"
#include "ui/panel/shown_style.h"
#include "ui/panel/spark.h"
#include "ui/panel/tiles.h"

#define STAT_LIMIT      500
#define TILE_MIN_WIDTH  18 /* of a one-row tile with a name */
#define NAME_MIN        8  /* cells of a name that still tell it from others */
#define SPARK_SHARE     3  /* in a one-row tile with a name a spark gets a third */
#define SPARK_MIN_WIDTH 8

/* What all tiles of one panel have in common. */
struct stat {
	const struct panel_options *options;
	struct shown *shown;
	struct figure *figures; /* one a value */
	size_t count;
	enum glyph_set glyphs;
	bool names;
	bool graph; /* shapes are asked for and there are some: one value alone has none */
};

/* Rows of a tile: its name, its figure, its spark; what is left is air. */
struct rows {
	int name, figure, spark;
};

static const char *name_of(const struct shown *shown)
{
	return shown->name ? shown->name : "";
}

/*
 * A shape wants a row under a figure of three and two under one of five, else
 * the next smaller figure is taken: below four rows the shape says more than
 * the size does.
 */
static struct rows rows_plan(const struct stat *stat, int width, int height)
{
	struct rows rows = { .name = stat->names && height >= 2 ? 1 : 0 };
	int left = height - rows.name, rest;

	if (!stat->graph || left < 2) {
		rows.figure = figure_rows(stat->glyphs, stat->figures, stat->count, width, left);
		return rows;
	}
	rows.figure = figure_rows(stat->glyphs, stat->figures, stat->count, width,
				  left >= 7   ? left - 2
				  : left >= 4 ? 3
					      : 1);
	rest = left - rows.figure;
	/* The figure keeps a row of air above it as soon as the shape has two. */
	rows.spark = rest >= 3 ? (rest + 1) / 2 : rest;
	return rows;
}

/* Styles of the parts of a tile. */
struct tile_style {
	struct style figure, name, spark;
};

/* A filled tile sets everything in the block's own text colour. */
static struct tile_style tile_style(const struct stat *stat, struct canvas *canvas, const struct shown *shown,
				    struct rect rect)
{
	struct style plain = style_with(style_fg(ROLE_STRONG), ATTR_BOLD), block = plain;
	struct tile_style style = { plain, style_fg(ROLE_DIM), style_with(shown_style_bar(shown), ATTR_DIM) };

	if (stat->options->stat_colour == STAT_COLOUR_BACKGROUND && shown_style_block(&shown->display, &block)) {
		canvas_fill(canvas, rect, block);
		style.figure = style_with(block, ATTR_BOLD);
		style.name = block;
		style.spark = style_with(block, ATTR_DIM);
	} else if (stat->options->stat_colour != STAT_COLOUR_NONE) {
		style.figure = shown_style_text(&shown->display, plain);
	}
	return style;
}

/* Where there is no row for a shape, an arrow says where the values went. */
static void trend_put(const struct stat *stat, struct canvas *canvas, const struct shown *shown, int x, int y,
		      struct style style)
{
	static const enum glyph arrows[] = { GLYPH_ARROW_DOWN, GLYPH_ARROW_FLAT, GLYPH_ARROW_UP };

	canvas_glyph(canvas, x, y, glyph_code(stat->glyphs, arrows[spark_trend(shown->values, shown->count) + 1]),
		     style);
}

/* One row: name at the left, number at the right, between them the shape where there is place. */
static void line_named(const struct stat *stat, struct canvas *canvas, size_t index, struct rect rect,
		       const struct tile_style *style)
{
	const struct shown *shown = &stat->shown[index];
	int width = figure_width(stat->glyphs, &stat->figures[index], 1, -1);
	int spark = rect.width / SPARK_SHARE, start;

	if (width > rect.width)
		width = rect.width;
	start = rect.x + rect.width - width;
	figure_put(canvas, &stat->figures[index], (struct rect){ start, rect.y, width, 1 }, 1, style->figure);
	if (stat->graph && spark >= SPARK_MIN_WIDTH && rect.width - width - text_width(name_of(shown)) >= spark + 2) {
		start -= spark + 1;
		spark_draw(canvas, (struct rect){ start, rect.y, spark, 1 }, shown->times_ms, shown->values,
			   shown->count, style->spark);
	}
	if (start - 1 > rect.x)
		canvas_put_fit(canvas, rect.x, rect.y, name_of(shown), style->name, start - 1 - rect.x);
}

/* One row without a name: number and shape, or the number with an arrow. */
static void line_bare(const struct stat *stat, struct canvas *canvas, size_t index, struct rect rect,
		      const struct tile_style *style)
{
	const struct shown *shown = &stat->shown[index];
	int width = figure_width(stat->glyphs, &stat->figures[index], 1, -1);
	bool shape = stat->graph && shown->values && shown->count > 1;

	if (shape && rect.width - width > SPARK_MIN_WIDTH) {
		struct rect spark = { rect.x + width + 1, rect.y, rect.width - width - 1, 1 };

		spark_draw(canvas, spark, shown->times_ms, shown->values, shown->count, style->spark);
		rect.width = width;
	} else if (shape && rect.width >= width + 2) {
		trend_put(stat, canvas, shown, rect.x + (rect.width + width) / 2 + 1, rect.y, style->spark);
	}
	figure_put(canvas, &stat->figures[index], rect, 1, style->figure);
}

static void tile_draw(const struct stat *stat, struct canvas *canvas, size_t index, struct rect rect, struct rows rows)
{
	const struct shown *shown = &stat->shown[index];
	struct tile_style style = tile_style(stat, canvas, shown, rect);
	struct rect part = rect;
	int air = rect.height - rows.spark - rows.figure - rows.name;

	if (rect.height == 1 && stat->options->text_mode != TEXT_NONE) {
		if (stat->names)
			line_named(stat, canvas, index, rect, &style);
		else
			line_bare(stat, canvas, index, rect, &style);
		return;
	}
	part.y += rect.height - rows.spark;
	part.height = rows.spark;
	spark_draw(canvas, part, shown->times_ms, shown->values, shown->count, style.spark);
	part.y = rect.y + (air > 0 ? air / 2 : 0);
	if (rows.name > 0)
		canvas_put_centre(canvas, part, part.y++, name_of(shown), style.name);
	figure_put(canvas, &stat->figures[index], part, rows.figure, style.figure);
}

/* What a tile of this size is worth: the height of its figure counts most, then that it is neither flat nor thin. */
static int tile_score(const void *user, int width, int height)
{
	const struct stat *stat = user;
	int need = 0;
	size_t i;

	for (i = 0; i < stat->count; i++) {
		int cells = figure_width(stat->glyphs, &stat->figures[i], 1, -1);
		int name = stat->names ? text_width(name_of(&stat->shown[i])) : 0;

		name = name < NAME_MIN ? name : NAME_MIN;
		if (height == 1 && stat->names)
			cells += 1 + name;
		else if (name > cells)
			cells = name;
		need = cells > need ? cells : need;
	}
	if (width < need)
		return -1;
	return rows_plan(stat, width, height).figure * 1000 + (height >= 2 ? 500 : 0) +
	       (width < 3 * height ? width : 3 * height);
}

/* With text mode "name" the name takes the number's place; with "none" only the sign is left. */
static void figures_make(struct stat *stat, struct arena *arena)
{
	size_t i;

	stat->figures = arena_array(arena, stat->count + 1, sizeof(*stat->figures));
	for (i = 0; i < stat->count; i++) {
		struct figure *figure = &stat->figures[i];

		*figure = figure_of(&stat->shown[i].display);
		if (stat->options->text_mode == TEXT_NAME || stat->options->text_mode == TEXT_NONE) {
			figure->prefix = figure->suffix = "";
			figure->number = stat->options->text_mode == TEXT_NAME ? name_of(&stat->shown[i]) : "";
		}
	}
}

static bool has_shape(const struct shown *shown)
{
	size_t finite = 0;

	for (size_t i = 0; shown->values && i < shown->count && finite < 2; i++)
		finite += isfinite(shown->values[i]) != 0;
	return finite >= 2;
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct stat stat = { .options = &view->panel->options, .glyphs = canvas_glyphs(canvas) };
	struct arena arena;
	struct tiles tiles;
	size_t more, i;

	arena_init(&arena);
	stat.shown = display_shown(view->panel, &view->data->frames, &arena, STAT_LIMIT, &stat.count, &more);
	stat.names = stat.options->text_mode == TEXT_VALUE_AND_NAME ||
		     (stat.options->text_mode == TEXT_AUTO && stat.count > 1);
	for (i = 0; stat.options->graph && i < stat.count; i++)
		stat.graph = stat.graph || has_shape(&stat.shown[i]);
	figures_make(&stat, &arena);
	tiles = tiles_make(inside, stat.count, more, stat.options->orientation, TILE_MIN_WIDTH, tile_score, &stat);
	if (tiles.shown < stat.count) {
		shown_worst_first(stat.shown, stat.count);
		figures_make(&stat, &arena);
	}
	for (i = 0; i < tiles.shown; i++) {
		/* The last tile is the smallest: what fits there fits all. */
		struct rect last = tiles_rect(&tiles, tiles.shown - 1);

		tile_draw(&stat, canvas, i, tiles_rect(&tiles, i), rows_plan(&stat, last.width, last.height));
	}
	tiles_put_more(&tiles, canvas);
	arena_release(&arena);
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct arena arena;
	size_t count, more;
	struct shown *shown;

	arena_init(&arena);
	shown = display_shown(view->panel, &view->data->frames, &arena, STAT_LIMIT, &count, &more);
	shown_line(shown, count, more, 4, ret);
	arena_release(&arena);
}

const struct panel_ops panel_stat = {
	.type = "stat",
	.title = "Stat",
	.help = "one number or a few, as large as the box allows, with colour, sign and shape",
	.draw = draw,
	.line = line,
};

const struct panel_ops panel_singlestat = {
	.type = "singlestat",
	.title = "Singlestat",
	.help = "the older form of stat",
	.draw = draw,
	.line = line,
};
