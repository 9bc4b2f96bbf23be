/* Bar gauge: one bar a value, on a common scale, lying or standing. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel_list.h"
#include "ui/panel/shown_style.h"
#include "ui/panel/tiles.h"
#include "ui/panel/zones.h"

#define BARGAUGE_LIMIT  500
#define NAME_SHARE      3 /* a name may take a third of the width */
#define NAME_MIN        6 /* cells of a name that still tell it from others */
#define BAR_MIN_WIDTH   4
#define COLUMN_MIN      5 /* of a standing bar */
#define COLUMN_ROWS_MIN 4
#define BAR_ROWS_MAX    3
#define EIGHTHS         8
#define SIGN_WIDTH      2

struct bargauge {
	const struct panel_options *options;
	struct shown *shown;
	size_t count, more;
	bool names;
	int name_width, value_width; /* widest of all */
};

static bool is_mode(const struct bargauge *gauge, const char *mode)
{
	return gauge->options->display_mode && strcmp(gauge->options->display_mode, mode) == 0;
}

static struct bar bar_of(const struct bargauge *gauge, const struct shown *shown)
{
	return (struct bar){
		.share = shown->display.percent,
		.style = shown_style_bar(shown),
		.gradient = is_mode(gauge, "gradient"),
		.lcd = is_mode(gauge, "lcd"),
	};
}

static int value_width(const struct shown *shown)
{
	enum glyph sign;

	return shown_width(&shown->display) + (shown_sign(&shown->display, &sign) ? SIGN_WIDTH : 0);
}

/* Sign and value, ending before `end`. */
static void value_put(struct canvas *canvas, const struct shown *shown, int start, int end, int y)
{
	struct style style = shown_style_text(&shown->display, style_with(style_fg(ROLE_STRONG), ATTR_BOLD));
	struct strbuf text = STRBUF_INIT;
	int x = end - value_width(shown);
	enum glyph sign;

	shown_text(&shown->display, &text);
	if (x < start)
		x = start;
	if (shown_sign(&shown->display, &sign)) {
		canvas_glyph(canvas, x, y, glyph_code(canvas_glyphs(canvas), sign), style);
		x += SIGN_WIDTH;
	}
	canvas_put_fit(canvas, x, y, text.text, style, end - x);
	strbuf_release(&text);
}

/* A name may take what the shortest bar leaves, and a third of the width in any case. */
static int name_limit(int width, int value)
{
	int left = width - value - 2 - BAR_MIN_WIDTH;

	return left > width / NAME_SHARE ? left : width / NAME_SHARE;
}

/* Name, bar and value beside each other; a bar that would be too short is left out. */
static void row_draw(const struct bargauge *gauge, struct canvas *canvas, const struct shown *shown, struct rect rect)
{
	struct bar bar = bar_of(gauge, shown);
	struct rect place = rect;
	int middle = rect.y + (rect.height - 1) / 2, end = rect.x + rect.width;
	int value = gauge->value_width < rect.width ? gauge->value_width : rect.width;
	int name = gauge->names ? gauge->name_width : 0;

	if (name > name_limit(rect.width, value))
		name = name_limit(rect.width, value);
	if (rect.width - name - value - 2 < BAR_MIN_WIDTH) {
		/* No place for a bar: the name may have the rest. */
		name = gauge->names ? rect.width - value - 1 : 0;
		place.width = 0;
	} else {
		place.x += name > 0 ? name + 1 : 0;
		place.width = end - value - 1 - place.x;
	}
	if (name > 0)
		canvas_put_fit(canvas, rect.x, middle, shown->name ? shown->name : "", style_fg(ROLE_TEXT), name);
	/* Bars of neighbours do not touch where there is a row to spare. */
	place.height = rect.height > BAR_ROWS_MAX ? BAR_ROWS_MAX : rect.height > 1 ? rect.height - 1 : 1;
	place.y = rect.height > BAR_ROWS_MAX ? rect.y + (rect.height - BAR_ROWS_MAX) / 2 : rect.y;
	if (place.width > 0)
		bar_draw(canvas, place, shown, &bar);
	value_put(canvas, shown, rect.x + (name > 0 ? name + 1 : 0), end, middle);
}

static struct style column_cell_style(const struct bar *bar, const struct shown *shown, int row, int height)
{
	return bar->gradient || bar->lcd ? zones_style(shown, (row + 0.5) / height, bar->style) : bar->style;
}

/* Value above, bar standing, name below. */
static void column_draw(const struct bargauge *gauge, struct canvas *canvas, const struct shown *shown,
			struct rect rect)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct bar bar = bar_of(gauge, shown);
	int width = value_width(shown), value_end = rect.x + (rect.width + width) / 2;
	int rows = rect.height - 1 - (gauge->names ? 1 : 0), bottom = rect.y + rows;
	double share = bar.share > 0 ? fmin(bar.share, 1) : 0;
	int total = (int)lround(share * rows * EIGHTHS), row, cell;

	if (total == 0 && share > 0)
		total = 1;
	value_put(canvas, shown, rect.x, value_end > rect.x + rect.width ? rect.x + rect.width : value_end, rect.y);
	for (row = 0; row < rows; row++) {
		int eighths = total - row * EIGHTHS;
		bool lit = bar.lcd ? eighths >= EIGHTHS / 2 : eighths > 0;
		uint32_t glyph = bar.lcd ? (lit ? glyph_bar_vertical(set, 6) : glyph_density(set, 1))
					 : glyph_bar_vertical(set, eighths > EIGHTHS ? EIGHTHS : eighths);

		if (!lit && !bar.lcd) {
			if (row == 0)
				for (cell = 0; cell < rect.width; cell++)
					canvas_glyph(canvas, rect.x + cell, bottom, glyph_code(set, GLYPH_GRID),
						     style_fg(ROLE_GRID));
			continue;
		}
		for (cell = 0; cell < rect.width; cell++)
			canvas_glyph(canvas, rect.x + cell, bottom - row, glyph,
				     lit ? column_cell_style(&bar, shown, row, rows) : style_fg(ROLE_GRID));
	}
	if (gauge->names)
		canvas_put_centre(canvas, rect, rect.y + rect.height - 1, shown->name ? shown->name : "",
				  style_fg(ROLE_TEXT));
}

static int row_score(const void *user, int width, int height)
{
	const struct bargauge *gauge = user;

	int name = !gauge->names ? 0 : gauge->name_width < NAME_MIN ? gauge->name_width + 1 : NAME_MIN + 1;

	(void)height;
	/* Below each other as long as there are rows: lengths compare best from one edge. */
	return width < gauge->value_width + name ? -1 : width;
}

static int column_score(const void *user, int width, int height)
{
	const struct bargauge *gauge = user;

	return width < COLUMN_MIN || width < gauge->value_width || height < COLUMN_ROWS_MIN ? -1 : 1;
}

static void measure(struct bargauge *gauge)
{
	size_t i;

	for (i = 0; i < gauge->count; i++) {
		int name = gauge->shown[i].name ? text_width(gauge->shown[i].name) : 0;
		int value = value_width(&gauge->shown[i]);

		gauge->name_width = name > gauge->name_width ? name : gauge->name_width;
		gauge->value_width = value > gauge->value_width ? value : gauge->value_width;
	}
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct bargauge gauge = { .options = &view->panel->options };
	struct arena arena;
	struct tiles tiles = { 0 };
	bool standing;
	size_t i;

	arena_init(&arena);
	gauge.shown =
		display_shown(view->panel, &view->data->frames, &arena, BARGAUGE_LIMIT, &gauge.count, &gauge.more);
	gauge.names = gauge.options->text_mode == TEXT_VALUE_AND_NAME || gauge.count > 1;
	measure(&gauge);
	standing = gauge.options->orientation == ORIENTATION_VERTICAL && gauge.more == 0 && gauge.count > 0 &&
		   column_score(&gauge, (inside.width + TILES_GAP) / (int)gauge.count - TILES_GAP, inside.height) > 0;
	if (standing)
		tiles = tiles_make(inside, gauge.count, gauge.more, ORIENTATION_VERTICAL, COLUMN_MIN, column_score,
				   &gauge);
	else
		tiles = tiles_make(inside, gauge.count, gauge.more, ORIENTATION_HORIZONTAL,
				   gauge.value_width + gauge.name_width + BAR_MIN_WIDTH + 2, row_score, &gauge);
	if (tiles.shown < gauge.count)
		shown_worst_first(gauge.shown, gauge.count);
	for (i = 0; i < tiles.shown; i++) {
		if (standing)
			column_draw(&gauge, canvas, &gauge.shown[i], tiles_rect(&tiles, i));
		else
			row_draw(&gauge, canvas, &gauge.shown[i], tiles_rect(&tiles, i));
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
	shown = display_shown(view->panel, &view->data->frames, &arena, BARGAUGE_LIMIT, &count, &more);
	shown_line(shown, count, more, 4, ret);
	arena_release(&arena);
}

const struct panel_ops panel_bargauge = {
	.type = "bargauge",
	.title = "Bar gauge",
	.help = "one bar a value on a common scale, lying or standing",
	.draw = draw,
	.line = line,
};
