/*
 * Bar charts: numbers by category. Lying bars with the name before and the
 * value behind read best in a terminal; standing ones when the author asks
 * and the names fit.
 */
#include "ui/panel/panel_list.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/series_style.h"

#define ITEMS_MAX 2000

/* One bar. `category` begins a group; the others of it have NULL. */
struct item {
	const char *category;
	const struct field *field;
	const char *series;
	double value, base; /* base: where it begins when stacked, else 0 */
	struct display display;
	struct style style;
};

struct bars {
	struct arena arena;
	struct item *items;
	size_t count;
	size_t more;         /* beyond ITEMS_MAX */
	size_t series_count; /* in each category */
	bool stacked;
	double min, max;           /* from zero */
	struct display_range data; /* of all number fields */
};

static const char *field_label(const struct field *field)
{
	return field->display_name ? field->display_name
	       : field->legend     ? field->legend
	       : field->name       ? field->name
				   : "";
}

static bool is_bar(const struct field *field)
{
	const struct field_config *config = field_config_of(field);

	return field->type == FIELD_NUMBER && !config->hidden && !config->hide_viz;
}

/* The column of names: the one the author chose, else the first of strings. */
static const struct field *category_field(const struct frame *frame, const char *wanted)
{
	const struct field *strings = NULL;

	for (size_t i = 0; i < frame->field_count; i++) {
		const struct field *field = &frame->fields[i];

		if (wanted && wanted[0] &&
		    (!strcmp(field_label(field), wanted) || (field->name && !strcmp(field->name, wanted))))
			return field;
		if (!strings && field->type == FIELD_STRING)
			strings = field;
	}
	return strings;
}

static const char *category_text(struct bars *bars, const struct field *field, size_t row)
{
	char text[40];

	switch (field->type) {
	case FIELD_STRING: return field->strings[row] ? field->strings[row] : "-";
	case FIELD_TIME:
		time_format(field->times_ms[row], "%m-%d %H:%M", text, sizeof(text));
		return arena_strdup(&bars->arena, text);
	case FIELD_NUMBER:
	case FIELD_BOOLEAN: break;
	}
	return arena_printf(&bars->arena, "%g", field->numbers[row]);
}

static void add_item(struct bars *bars, const char *category, const struct field *field, size_t row, double *stack)
{
	const struct field_config *config = field_config_of(field);
	struct display_range range = display_range_with(config, bars->data);
	double value = field->numbers[row];
	struct item *item;

	if (bars->count == ITEMS_MAX) {
		bars->more++;
		return;
	}
	item = &bars->items[bars->count++];
	*item = (struct item){ .category = category, .field = field, .series = field_label(field), .value = value };
	display_number(field->config, value, range, &item->display);
	item->style = series_style(field, value, range);
	if (!isfinite(value))
		return;
	if (bars->stacked) {
		item->base = *stack;
		*stack += value;
		value = *stack;
	}
	if (!isfinite(value)) /* a stack that grew beyond all numbers */
		return;
	bars->min = value < bars->min ? value : bars->min;
	bars->max = value > bars->max ? value : bars->max;
}

/* Rows of a table: a category each. */
static void add_table(struct bars *bars, const struct frame *frame, const struct field *names)
{
	for (size_t row = 0; row < frame->length; row++) {
		const char *category = category_text(bars, names, row);
		double stack = 0;
		size_t series = 0;

		for (size_t i = 0; i < frame->field_count; i++) {
			if (!is_bar(&frame->fields[i]) || &frame->fields[i] == names)
				continue;
			add_item(bars, series ? NULL : category, &frame->fields[i], row, &stack);
			series++;
		}
		bars->series_count = series > bars->series_count ? series : bars->series_count;
	}
}

/* Series without a column of names: a bar each, of its last value. */
static void add_series(struct bars *bars, const struct frame *frame)
{
	for (size_t i = 0; i < frame->field_count; i++) {
		const struct field *field = &frame->fields[i];
		size_t row = frame->length;
		double stack = 0;

		if (!is_bar(field) || row == 0)
			continue;
		while (row > 1 && isnan(field->numbers[row - 1]))
			row--;
		add_item(bars, field_label(field), field, row - 1, &stack);
	}
	if (bars->series_count == 0)
		bars->series_count = 1;
}

static void bars_init(struct bars *bars, const struct panel_view *view)
{
	const struct frame_set *set = &view->data->frames;
	const struct panel_options *options = &view->panel->options;

	*bars = (struct bars){ .stacked = options->stacking != STACK_NONE, .data = display_range_of_set(set) };
	arena_init(&bars->arena);
	bars->items = arena_array(&bars->arena, ITEMS_MAX, sizeof(*bars->items));
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];
		const struct field *names = category_field(frame, options->x_field);

		if (names)
			add_table(bars, frame, names);
		else
			add_series(bars, frame);
	}
	if (!(bars->max / 2 - bars->min / 2 > 0))
		bars->max = bars->min + 1;
}

static const char *value_text(struct bars *bars, const struct item *item)
{
	if (isnan(item->value))
		return "-";
	return arena_printf(&bars->arena, "%s%s%s", item->display.text.prefix, item->display.text.text,
			    item->display.text.suffix);
}

/* Cell at which a value stands, in eighths, within `cells`. */
static int eighths_of(const struct bars *bars, double value, int cells)
{
	double part = (value / 2 - bars->min / 2) / (bars->max / 2 - bars->min / 2);

	return (int)(!(part > 0) ? 0 : part > 1 ? cells * 8 : part * cells * 8 + 0.5);
}

/* A lying bar between two values; only its right end is finer than a cell. */
static void draw_lying(const struct bars *bars, struct canvas *canvas, struct rect area, double from, double to,
		       struct style style)
{
	enum glyph_set set = canvas_glyphs(canvas);
	int start, end;

	if (!isfinite(from) || !isfinite(to))
		return;
	start = eighths_of(bars, from < to ? from : to, area.width) / 8;
	end = eighths_of(bars, from < to ? to : from, area.width);
	if (end <= start * 8 && from != to)
		end = start * 8 + 1; /* something is there */
	for (int x = start; x < area.width && end > x * 8; x++) {
		int part = end - x * 8 > 8 ? 8 : end - x * 8;

		canvas_glyph(canvas, area.x + x, area.y, glyph_bar_horizontal(set, part), style);
	}
}

struct widths {
	int name, series, value;
};

static struct widths measure(struct bars *bars, int width)
{
	struct widths ret = { 0 };

	for (size_t i = 0; i < bars->count; i++) {
		const struct item *item = &bars->items[i];
		int name = item->category ? text_width(item->category) : 0, value = text_width(value_text(bars, item));
		int series = bars->series_count > 1 ? text_width(item->series) : 0;

		ret.name = name > ret.name ? name : ret.name;
		ret.series = series > ret.series ? series : ret.series;
		ret.value = value > ret.value ? value : ret.value;
	}
	if (ret.name > width * 2 / 5)
		ret.name = width * 2 / 5;
	if (ret.value > width / 2)
		ret.value = width / 2;
	if (ret.series > width / 5)
		ret.series = width / 5 >= 3 ? width / 5 : 0;
	return ret;
}

static void put_more(struct canvas *canvas, struct rect inside, size_t more)
{
	char text[32];

	snprintf(text, sizeof(text), "+%zu more", more);
	canvas_put_fit(canvas, inside.x, inside.y + inside.height - 1, text, style_fg(ROLE_DIM), inside.width);
}

static void draw_lying_all(struct bars *bars, struct canvas *canvas, struct rect inside, int scroll)
{
	struct widths widths = measure(bars, inside.width);
	int bar_x = inside.x + (widths.name ? widths.name + 1 : 0) + (widths.series ? widths.series + 1 : 0);
	struct rect area = { bar_x, inside.y, inside.x + inside.width - bar_x - widths.value - 1, 1 };
	size_t first = scroll > 0 && (size_t)scroll < bars->count ? (size_t)scroll : 0;

	for (size_t i = first; i < bars->count && area.y < inside.y + inside.height; i++, area.y++) {
		const struct item *item = &bars->items[i];
		struct style value =
			item->display.severity ? severity_style(item->display.severity) : style_fg(ROLE_STRONG);

		if (inside.height > 1 && area.y == inside.y + inside.height - 1 && i + 1 < bars->count) {
			put_more(canvas, inside, bars->count - i + bars->more);
			return;
		}
		if (item->category)
			canvas_put_fit(canvas, inside.x, area.y, item->category, style_fg(ROLE_TEXT), widths.name);
		if (widths.series)
			canvas_put_fit(canvas, bar_x - widths.series - 1, area.y, item->series, style_fg(ROLE_DIM),
				       widths.series);
		if (area.width > 0)
			draw_lying(bars, canvas, area, item->base, item->base + item->value, item->style);
		canvas_put_right(canvas, inside.x, inside.x + inside.width, area.y, value_text(bars, item), value);
	}
	if (bars->more > 0 && inside.height > 1)
		put_more(canvas, inside, bars->more);
}

static void draw_standing(const struct bars *bars, struct canvas *canvas, struct rect area, const struct item *item)
{
	enum glyph_set set = canvas_glyphs(canvas);
	double from = item->base, to = item->base + item->value;
	int start, end;

	if (!isfinite(to))
		return;
	start = eighths_of(bars, from < to ? from : to, area.height) / 8;
	end = eighths_of(bars, from < to ? to : from, area.height);
	for (int row = start; row < area.height && end > row * 8; row++) {
		int part = end - row * 8 > 8 ? 8 : end - row * 8;

		for (int x = 0; x < area.width; x++)
			canvas_glyph(canvas, area.x + x, area.y + area.height - 1 - row, glyph_bar_vertical(set, part),
				     item->style);
	}
}

/* Cells for each bar when they stand, or 0 when names or bars do not fit. */
static int standing_width(struct bars *bars, struct rect inside)
{
	struct widths widths = measure(bars, inside.width);
	size_t groups = bars->series_count ? bars->count / bars->series_count : 0;
	int group;

	if (groups == 0 || inside.height < 5 || bars->more > 0)
		return 0;
	group = (int)((size_t)inside.width / groups);
	if (group < widths.name + 1 || group < widths.value + 1 || bars->count % bars->series_count)
		return 0;
	return bars->stacked ? group - 1 : (group - 1) / (int)bars->series_count;
}

static void draw_standing_all(struct bars *bars, struct canvas *canvas, struct rect inside, int width)
{
	int group = (int)((size_t)inside.width / (bars->count / bars->series_count)), x = inside.x;
	int floor_y = inside.y + inside.height - 1;

	for (size_t i = 0; i < bars->count; i++) {
		const struct item *item = &bars->items[i];
		size_t place = i % bars->series_count;
		struct rect area = { x + (bars->stacked ? 0 : (int)place * width), inside.y + 1, width,
				     inside.height - 2 };
		struct rect label = { x, floor_y, group - 1, 1 };

		if (place == 0)
			canvas_put_centre(canvas, label, floor_y, item->category ? item->category : "",
					  style_fg(ROLE_DIM));
		draw_standing(bars, canvas, area, item);
		/* The value stands on its bar; of several narrow ones only where there is room. */
		if (!bars->stacked && text_width(value_text(bars, item)) <= width && isfinite(item->value)) {
			int top = eighths_of(bars, item->value > 0 ? item->value : 0, area.height);

			canvas_put_centre(canvas, area, area.y + area.height - 1 - (top + 7) / 8,
					  value_text(bars, item), style_fg(ROLE_STRONG));
		}
		if (place + 1 == bars->series_count)
			x += group;
	}
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct bars bars;
	int width = 0;

	if (rect_is_empty(inside))
		return;
	bars_init(&bars, view);
	if (bars.count > 0 && view->panel->options.orientation == ORIENTATION_VERTICAL)
		width = standing_width(&bars, inside);
	if (bars.count == 0)
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2, "no numbers in the answer",
				  style_fg(ROLE_DIM));
	else if (width > 0)
		draw_standing_all(&bars, canvas, inside, width);
	else
		draw_lying_all(&bars, canvas, inside, view->scroll);
	arena_release(&bars.arena);
}

/* Only lying bars scroll; standing ones are drawn where they all fit. */
static int beyond(const struct panel_view *view, int width, int height)
{
	struct rect inside = { 0, 0, width, height };
	struct bars bars;
	int standing = 0, rows = height, ret;

	if (rect_is_empty(inside))
		return 0;
	bars_init(&bars, view);
	if (bars.count > 0 && view->panel->options.orientation == ORIENTATION_VERTICAL)
		standing = standing_width(&bars, inside);
	if (bars.more > 0 && rows > 1)
		rows--; /* for the count of the rest */
	ret = standing > 0 || bars.count <= (size_t)rows ? 0 : (int)bars.count - rows;
	arena_release(&bars.arena);
	return ret;
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	const size_t shown_max = 3;
	struct bars bars;

	bars_init(&bars, view);
	for (size_t i = 0; i < bars.count && i < shown_max; i++) {
		const struct item *item = &bars.items[i];

		strbuf_addf(ret, "%s%s %s", i ? "  " : "", item->category ? item->category : item->series,
			    value_text(&bars, item));
	}
	if (bars.count + bars.more > shown_max)
		strbuf_addf(ret, "  +%zu", bars.count + bars.more - shown_max);
	arena_release(&bars.arena);
}

const struct panel_ops panel_barchart = {
	.type = "barchart",
	.title = "Bar chart",
	.help = "numbers by category as bars",
	.draw = draw,
	.line = line,
	.beyond = beyond,
};
