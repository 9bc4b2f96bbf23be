/* Gauge: where a number stands in its range, as a bar above its threshold zones. */
#include <math.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/figure.h"
#include "ui/panel/panel_list.h"
#include "ui/panel/shown_style.h"
#include "ui/panel/tiles.h"
#include "ui/panel/zones.h"

#define GAUGE_LIMIT    200
#define LINE_MIN_WIDTH 24 /* of a one-row gauge with a name */
#define BAR_MIN_WIDTH  6
#define WIDE_BAR_ROWS  10 /* a gauge as high as this has a bar of two rows */

struct gauge {
	const struct panel_options *options;
	struct shown *shown;
	struct figure *figures; /* one a value */
	size_t count;
	enum glyph_set glyphs;
	bool names;
};

/* Rows of a gauge from top to bottom; zero for what has no place. */
struct rows {
	int name, figure, gap, bar, zones, labels;
};

static bool has_zones(const struct gauge *gauge)
{
	size_t i;

	for (i = 0; i < gauge->count; i++) {
		const struct field *field = gauge->shown[i].field;

		if (field && field->config && field->config->thresholds.count > 1)
			return gauge->options->show_threshold_markers;
	}
	return false;
}

/*
 * What a gauge of this size holds: figure and bar first, then the name, the
 * ends of the range, a larger figure, the zones, and air.
 */
static struct rows rows_plan(const struct gauge *gauge, int width, int height)
{
	struct rows rows = { .figure = 1, .bar = 1 };
	int left = height - 2;

	if (left > 0 && gauge->names)
		left -= rows.name = 1;
	if (left > 0)
		left -= rows.labels = 1;
	if (left > 0) {
		rows.figure = figure_rows(gauge->glyphs, gauge->figures, gauge->count, width, left + 1);
		left -= rows.figure - 1;
	}
	if (left > 0 && has_zones(gauge))
		left -= rows.zones = 1;
	if (height >= WIDE_BAR_ROWS && left > 0) {
		rows.bar = 2;
		left--;
	}
	if (left > 1 || (left > 0 && rows.figure > 1))
		rows.gap = 1;
	return rows;
}

static int rows_total(const struct rows *rows)
{
	return rows->name + rows->figure + rows->gap + rows->bar + rows->zones + rows->labels;
}

/* " of 16 GB": what the range ends at, where it begins at zero. */
static void foot_text(const struct shown *shown, struct strbuf *ret)
{
	if (shown->range.min != 0 || !isfinite(shown->range.max))
		return;
	strbuf_addstr(ret, " of ");
	zones_value_text(shown, shown->range.max, ret);
}

/* The figure and, one row high and with `foot`, what it is out of. */
static void number_put(const struct gauge *gauge, struct canvas *canvas, size_t index, struct rect rect, int rows,
		       bool foot)
{
	const struct shown *shown = &gauge->shown[index];
	struct style style = shown_style_text(&shown->display, style_with(style_fg(ROLE_STRONG), ATTR_BOLD));
	int width = figure_width(gauge->glyphs, &gauge->figures[index], 1, -1);
	struct strbuf of = STRBUF_INIT;

	if (foot && rows == 1)
		foot_text(shown, &of);
	if (of.length > 0 && width + text_width(of.text) <= rect.width) {
		rect.x += (rect.width - width - text_width(of.text)) / 2;
		rect.width = width;
		canvas_put(canvas, rect.x + width, rect.y, of.text, style_fg(ROLE_DIM), -1);
	}
	figure_put(canvas, &gauge->figures[index], rect, rows, style);
	strbuf_release(&of);
}

/* The two ends of the range under the bar. */
static void ends_put(struct canvas *canvas, const struct shown *shown, struct rect rect)
{
	struct strbuf min = STRBUF_INIT, max = STRBUF_INIT;

	/* Without data and without a range in the file there is nothing to name. */
	if (!isfinite(shown->range.min) || !isfinite(shown->range.max))
		return;
	zones_value_text(shown, shown->range.min, &min);
	zones_value_text(shown, shown->range.max, &max);
	if (text_width(min.text) + text_width(max.text) < rect.width) {
		canvas_put(canvas, rect.x, rect.y, min.text, style_fg(ROLE_DIM), rect.width);
		canvas_put_right(canvas, rect.x, rect.x + rect.width, rect.y, max.text, style_fg(ROLE_DIM));
	}
	strbuf_release(&min);
	strbuf_release(&max);
}

/* One row: name, bar, number; without place for a bar only the number. */
static void gauge_line(const struct gauge *gauge, struct canvas *canvas, size_t index, struct rect rect, int figure)
{
	const struct shown *shown = &gauge->shown[index];
	struct rect bar = rect;
	const char *name = gauge->names && shown->name ? shown->name : "";
	int end = rect.x + rect.width, start;
	int used;

	if (figure > rect.width)
		figure = rect.width;
	start = end - figure;
	used = text_width(name);
	if (used > (rect.width - figure) / 2)
		used = (rect.width - figure) / 2;
	canvas_put_fit(canvas, rect.x, rect.y, name, style_fg(ROLE_DIM), used);
	bar.x += used > 0 ? rect.width / 3 > used ? rect.width / 3 : used + 1 : 0;
	bar.width = start - 1 - bar.x;
	if (bar.width >= BAR_MIN_WIDTH)
		bar_draw(canvas, bar, shown,
			 &(struct bar){ .share = shown->display.percent, .style = shown_style_bar(shown) });
	number_put(gauge, canvas, index, (struct rect){ start, rect.y, figure, 1 }, 1, false);
}

static void gauge_draw(const struct gauge *gauge, struct canvas *canvas, size_t index, struct rect rect,
		       const struct rows *rows)
{
	const struct shown *shown = &gauge->shown[index];
	struct rect part = rect;
	bool labelled = gauge->options->show_threshold_labels && rows->zones > 0;

	part.y += (rect.height - rows_total(rows)) / 2;
	if (rows->name > 0)
		canvas_put_centre(canvas, part, part.y, shown->name ? shown->name : "", style_fg(ROLE_DIM));
	part.y += rows->name;
	number_put(gauge, canvas, index, part, rows->figure, rows->labels == 0);
	part.y += rows->figure + rows->gap;
	if (rect.width > 2 * BAR_MIN_WIDTH) {
		part.x++;
		part.width -= 2;
	}
	part.height = rows->bar;
	bar_draw(canvas, part, shown,
		 &(struct bar){ .share = shown->display.percent, .style = shown_style_bar(shown) });
	part.y += rows->bar;
	if (rows->zones > 0)
		zones_draw(canvas, part.x, part.y, part.width, shown, labelled && rows->labels > 0);
	part.y += rows->zones;
	if (rows->labels > 0 && !labelled)
		ends_put(canvas, shown, part);
}

/* A bar wants width, a figure height: the better gauge is the one with the larger figure, then the longer bar. */
static int gauge_score(const void *user, int width, int height)
{
	const struct gauge *gauge = user;
	struct rows rows;
	size_t i;

	for (i = 0; i < gauge->count; i++)
		if (figure_width(gauge->glyphs, &gauge->figures[i], 1, -1) > width)
			return -1;
	if (height == 1)
		return gauge->names && width < LINE_MIN_WIDTH ? -1 : width;
	if (height == 2 && gauge->names)
		return width < LINE_MIN_WIDTH ? -1 : width;
	rows = rows_plan(gauge, width, height);
	return rows.figure * 200 + rows.zones * 100 + rows.labels * 100 + (width < 40 ? width : 40);
}

static int widest_figure(const struct gauge *gauge)
{
	int widest = 0;
	size_t i;

	for (i = 0; i < gauge->count; i++) {
		int width = figure_width(gauge->glyphs, &gauge->figures[i], 1, -1);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct gauge gauge = { .options = &view->panel->options, .glyphs = canvas_glyphs(canvas) };
	struct arena arena;
	struct tiles tiles;
	size_t more, i;

	arena_init(&arena);
	gauge.shown = display_shown(view->panel, &view->data->frames, &arena, GAUGE_LIMIT, &gauge.count, &more);
	gauge.figures = arena_array(&arena, gauge.count + 1, sizeof(*gauge.figures));
	for (i = 0; i < gauge.count; i++)
		gauge.figures[i] = figure_of(&gauge.shown[i].display);
	gauge.names = gauge.options->text_mode == TEXT_VALUE_AND_NAME || gauge.count > 1;
	tiles = tiles_make(inside, gauge.count, more, gauge.options->orientation, LINE_MIN_WIDTH, gauge_score, &gauge);
	if (tiles.shown < gauge.count) {
		shown_worst_first(gauge.shown, gauge.count);
		for (i = 0; i < gauge.count; i++)
			gauge.figures[i] = figure_of(&gauge.shown[i].display);
	}
	for (i = 0; i < tiles.shown; i++) {
		struct rect rect = tiles_rect(&tiles, i);
		/* The last tile is the smallest: what fits there fits all. */
		struct rect last = tiles_rect(&tiles, tiles.shown - 1);
		struct rows rows = rows_plan(&gauge, last.width, last.height);

		if (last.height == 1 || (last.height == 2 && gauge.names))
			gauge_line(&gauge, canvas, i, rect, widest_figure(&gauge));
		else
			gauge_draw(&gauge, canvas, i, rect, &rows);
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
	shown = display_shown(view->panel, &view->data->frames, &arena, GAUGE_LIMIT, &count, &more);
	shown_line(shown, count, more, 4, ret);
	if (count == 1 && isfinite(shown->display.number))
		foot_text(shown, ret);
	arena_release(&arena);
}

const struct panel_ops panel_gauge = {
	.type = "gauge",
	.title = "Gauge",
	.help = "a number as a bar in its range, above the zones of its thresholds",
	.draw = draw,
	.line = line,
};
