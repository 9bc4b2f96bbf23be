/*
 * Pie chart: shares of a whole, greatest first. A circle of cells cannot be
 * compared by eye; one bar for the whole and one for each share can.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel_list.h"
#include "ui/panel/series_style.h"
#include "ui/panel/shown_style.h"
#include "ui/panel/zones.h"

#define PIE_LIMIT      500
#define KEY_WIDTH      2 /* the letter and a blank */
#define PERCENT_WIDTH  6 /* " 99.9%" */
#define BAR_MIN_WIDTH  4
#define NAME_MIN       6
#define NAME_MAX_SHARE 3
#define WHOLE_ROWS_MIN 2 /* rows that must be left for shares when the whole is drawn too */

struct slice {
	const struct shown *shown;
	size_t index;  /* its place before sorting: picks colour and letter */
	double weight; /* 0 for what has no share: negative, NaN, none */
	double share;  /* 0..1 */
};

struct pie {
	const struct panel_options *options;
	struct slice *slices;
	size_t count, more;
	int name_width, value_width;
	bool show_percent;
};

/* Descending; equal shares keep their order. */
static int slice_compare(const void *a, const void *b)
{
	const struct slice *left = a, *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

static double weight_of(double number)
{
	if (!(number > 0))
		return 0;
	return isinf(number) ? HUGE_VAL : number;
}

/* Shares from weights divided by the greatest first, so that sums of values near 1e308 stay finite. */
static void slices_share(struct slice *slices, size_t count)
{
	double greatest = 0, sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		greatest = fmax(greatest, slices[i].weight);
	for (i = 0; i < count; i++) {
		slices[i].share = !(greatest > 0)   ? 0
				  : isinf(greatest) ? (isinf(slices[i].weight) ? 1 : 0)
						    : slices[i].weight / greatest;
		sum += slices[i].share;
	}
	for (i = 0; i < count; i++)
		slices[i].share = sum > 0 ? slices[i].share / sum : 0;
}

static void pie_make(struct pie *pie, const struct panel_view *view, struct arena *arena)
{
	const struct shown *shown =
		display_shown(view->panel, &view->data->frames, arena, PIE_LIMIT, &pie->count, &pie->more);
	size_t i;

	pie->options = &view->panel->options;
	pie->slices = arena_array(arena, pie->count + 1, sizeof(*pie->slices));
	for (i = 0; i < pie->count; i++) {
		int name = shown[i].name ? text_width(shown[i].name) : 0, value = shown_width(&shown[i].display);

		pie->slices[i] =
			(struct slice){ .shown = &shown[i], .index = i, .weight = weight_of(shown[i].display.number) };
		pie->name_width = name > pie->name_width ? name : pie->name_width;
		pie->value_width = value > pie->value_width ? value : pie->value_width;
	}
	slices_share(pie->slices, pie->count);
	if (pie->count > 1)
		qsort(pie->slices, pie->count, sizeof(*pie->slices), slice_compare);
}

static struct style slice_style(const struct slice *slice)
{
	return shown_style_text(&slice->shown->display, series_palette_style((int)slice->index));
}

static void percent_text(double share, char *ret, size_t size)
{
	double percent = share * 100;

	/* What is there is never called nothing, and what is not all is never called all. */
	if (percent > 0 && percent < 0.1)
		snprintf(ret, size, "<0.1%%");
	else if (percent < 99.95)
		snprintf(ret, size, "%.1f%%", percent);
	else
		snprintf(ret, size, share < 1 ? ">99.9%%" : "100%%");
}

/* The whole as one bar; each part begins with its letter where it is wide enough to show one. */
static void whole_draw(const struct pie *pie, struct canvas *canvas, int x, int y, int width)
{
	uint32_t full = glyph_bar_horizontal(canvas_glyphs(canvas), 8);
	double sum = 0;
	int start = 0, end, cell;
	size_t i;

	for (i = 0; i < pie->count && pie->slices[i].share > 0; i++) {
		struct style style = slice_style(&pie->slices[i]);
		char letter[2] = { series_letter(pie->slices[i].index), '\0' };

		sum += pie->slices[i].share;
		end = i + 1 == pie->count ? width : (int)lround(fmin(sum, 1) * width);
		for (cell = start; cell < end; cell++)
			canvas_glyph(canvas, x + cell, y, full, style);
		if (end - start >= 2)
			canvas_put(canvas, x + start, y, letter, style_with(style, ATTR_REVERSE | ATTR_BOLD), 1);
		start = end > start ? end : start;
	}
}

static void slice_draw(const struct pie *pie, struct canvas *canvas, const struct slice *slice, struct rect rect,
		       int name_width, int bar_width)
{
	struct style style = slice_style(slice);
	char letter[2] = { series_letter(slice->index), '\0' }, percent[16];
	struct strbuf value = STRBUF_INIT;
	int x = rect.x, end = rect.x + rect.width;
	double greatest = pie->slices[0].share;

	canvas_put(canvas, x, rect.y, letter, style_with(style, ATTR_BOLD), 1);
	x += KEY_WIDTH;
	canvas_put_fit(canvas, x, rect.y, slice->shown->name ? slice->shown->name : "", style_fg(ROLE_TEXT),
		       name_width);
	x += name_width + 1;
	if (bar_width > 0) {
		bar_draw(canvas, (struct rect){ x, rect.y, bar_width, 1 }, slice->shown,
			 &(struct bar){ .share = greatest > 0 ? slice->share / greatest : 0, .style = style });
		x += bar_width + 1;
	}
	percent_text(slice->share, percent, sizeof(percent));
	shown_text(&slice->shown->display, &value);
	if (x + PERCENT_WIDTH + 1 + pie->value_width <= end) {
		canvas_put_right(canvas, x, end, rect.y, value.text, style_fg(ROLE_DIM));
		end -= pie->value_width + 1;
	}
	canvas_put_right(canvas, x, end, rect.y, percent, style_with(style_fg(ROLE_STRONG), ATTR_BOLD));
	strbuf_release(&value);
}

/* Cells for name and bar out of `width`: the name as it needs, the bar what is left. */
static void columns_plan(const struct pie *pie, int width, int *ret_name, int *ret_bar)
{
	int left = width - KEY_WIDTH - 1 - PERCENT_WIDTH;
	int name = pie->name_width;

	if (left - pie->value_width - 1 >= NAME_MIN + BAR_MIN_WIDTH)
		left -= pie->value_width + 1;
	if (name > left)
		name = left;
	if (name > width / NAME_MAX_SHARE && left - name < BAR_MIN_WIDTH + 1)
		name = width / NAME_MAX_SHARE > NAME_MIN ? width / NAME_MAX_SHARE : NAME_MIN;
	if (name > left)
		name = left > 0 ? left : 0;
	*ret_name = name;
	*ret_bar = left - name - 1 >= BAR_MIN_WIDTH ? left - name - 1 : 0;
}

static void more_put(struct canvas *canvas, const struct slice *rest, size_t count, size_t more, struct rect rect)
{
	char text[64], percent[16];
	double share = 0;
	size_t i;

	for (i = 0; i < count; i++)
		share += rest[i].share;
	percent_text(share, percent, sizeof(percent));
	snprintf(text, sizeof(text), "%zu more, %s", count + more, percent);
	canvas_put_fit(canvas, rect.x + (rect.width > KEY_WIDTH * 4 ? KEY_WIDTH : 0), rect.y, text, style_fg(ROLE_DIM),
		       rect.width);
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct arena arena;
	struct pie pie = { 0 };
	struct rect row = inside;
	int name, bar;
	size_t i, drawn, places;

	arena_init(&arena);
	pie_make(&pie, view, &arena);
	if (pie.count > 0 && inside.height >= 1 + WHOLE_ROWS_MIN && (size_t)inside.height > pie.count) {
		whole_draw(&pie, canvas, inside.x, inside.y, inside.width);
		row.y++;
		/* A row of air between the whole and its parts. */
		if ((size_t)inside.height > pie.count + 1)
			row.y++;
	}
	places = (size_t)(inside.y + inside.height - row.y);
	drawn = pie.count;
	if (drawn > places || pie.more > 0)
		drawn = places > 1 ? (pie.count < places - 1 ? pie.count : places - 1)
				   : (pie.count < places ? pie.count : places);
	columns_plan(&pie, inside.width, &name, &bar);
	row.height = 1;
	for (i = 0; i < drawn; i++, row.y++)
		slice_draw(&pie, canvas, &pie.slices[i], row, name, bar);
	if (pie.count + pie.more > drawn && row.y < inside.y + inside.height)
		more_put(canvas, pie.slices + drawn, pie.count - drawn, pie.more, row);
	arena_release(&arena);
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct arena arena;
	struct pie pie = { 0 };
	char percent[16];
	size_t i;

	arena_init(&arena);
	pie_make(&pie, view, &arena);
	for (i = 0; i < pie.count && i < 3; i++) {
		percent_text(pie.slices[i].share, percent, sizeof(percent));
		strbuf_addstr(ret, i > 0 ? ", " : "");
		text_add_safe(ret, pie.slices[i].shown->name ? pie.slices[i].shown->name : "");
		strbuf_addf(ret, " %s", percent);
	}
	if (pie.count + pie.more > i)
		strbuf_addf(ret, ", %zu more", pie.count + pie.more - i);
	arena_release(&arena);
}

const struct panel_ops panel_piechart = {
	.type = "piechart",
	.title = "Pie chart",
	.help = "shares of a whole as bars, greatest first",
	.draw = draw,
	.line = line,
};
