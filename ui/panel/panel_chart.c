/* Charts over time: timeseries and its elder graph. Layout only; chart.h says who does the rest. */
#include "ui/panel/panel_list.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/chart.h"
#include "ui/panel/spark.h"
#include "ui/panel/time_axis.h"
#include "ui/panel/time_series.h"

/* Below this there is no room for axes and legend, only for the lines. */
#define AXES_MIN_WIDTH  16
#define AXES_MIN_HEIGHT 6

/* Lower plots have no time axis, but the ends of their scale, and from here on one row of legend. */
#define LEGEND_MIN_HEIGHT 4

/* A legend at the right needs this much for itself and its chart. */
#define RIGHT_MIN_WIDTH 70
#define RIGHT_MIN_CELLS 16

#define LEGEND_GAP 2 /* between the letters beside the lines and a legend at their right */

#define LABEL_MIN   5  /* "500ms": less would cut numbers */
#define LABEL_MAX   14 /* cells of a value label */
#define LABEL_SHARE 3  /* labels take at most this part of the width, and one less below the next */

#define NARROW_WIDTH 30

struct layout_chart {
	struct rect plot, legend, letters;
	int label_left, label_right; /* cells of the labels; 0 when that axis is not shown */
	bool axes;                   /* values and time, and all of the legend */
	bool ends;                   /* only the ends of the values' scale */
};

static struct chart_scale *scale_at(struct chart *chart, enum axis_side side)
{
	for (size_t i = 0; i < chart->scale_count; i++) {
		if (chart->scales[i].side == side)
			return &chart->scales[i];
	}
	return NULL;
}

/* Labels that would eat the plot do without the words of their unit. */
static int label_width(struct chart *chart, enum axis_side side, int room)
{
	struct chart_scale *scale = scale_at(chart, side);
	int width = scale ? axis_label_width(&scale->axis) : 0, most = room / LABEL_SHARE;

	if (room < NARROW_WIDTH || (scale_at(chart, AXIS_LEFT) && scale_at(chart, AXIS_RIGHT)))
		most = room / (LABEL_SHARE + 1);
	if (most > LABEL_MAX)
		most = LABEL_MAX;
	if (most < LABEL_MIN)
		most = LABEL_MIN;
	if (width > most) {
		scale->axis.short_labels = true;
		width = axis_label_width(&scale->axis);
	}
	return width > most ? most : width;
}

/* Someone reads values at the time cursor or walks through the legend: it is shown, with as much as half the room. */
static bool is_read(const struct panel_view *view)
{
	return view->cursor_ms != 0 || view->chosen > 0 || view->selected >= 0;
}

/* Take the legend's rectangle off `area`. */
static struct rect cut_legend(const struct chart *chart, struct legend *legend, struct rect *area)
{
	static const char *const untitled[] = { "" };
	const struct legend_options *options = &chart->view->panel->options.legend;
	struct rect ret = *area;
	bool read = is_read(chart->view);
	int rows_max = read ? area->height / 2 : legend->table ? area->height / 3 : area->height / 4;
	bool right = options->right && area->width >= RIGHT_MIN_WIDTH;

	if ((options->mode == LEGEND_HIDDEN && !read) || legend->count == 0)
		return (struct rect){ 0 };
	/* A table that would lose rows to its own heading says more as a list. */
	if (legend->table && !right && rows_max < (legend->column_count == 1 ? 5 : 3) &&
	    (size_t)rows_max < legend->count + 1) {
		legend->table = false;
		rows_max = area->height / 4;
		if (legend->column_count == 1 && !strcmp(legend->columns[0], "last"))
			legend->columns = untitled; /* in a list it needs no word */
	}
	if (right) {
		int width = legend_width(legend), most = area->width / 2;

		ret.width = width > most ? most : width < RIGHT_MIN_CELLS ? RIGHT_MIN_CELLS : width;
		ret.x = area->x + area->width - ret.width;
		area->width -= ret.width + LEGEND_GAP;
		return ret;
	}
	if (rows_max < 1)
		rows_max = 1;
	ret.height = legend_height(legend, area->width, rows_max);
	ret.y = area->y + area->height - ret.height;
	area->height -= ret.height;
	return ret;
}

/* Columns for the letters: one for a lone line, more where ends may meet. */
static int letter_columns(const struct chart *chart, int width)
{
	if (chart->view->panel->options.legend.mode == LEGEND_HIDDEN || chart->count == 0)
		return 0;
	return chart->count == 1 || width < 40 ? 2 : chart->count < 8 ? 3 : 4;
}

/* Labels of both sides off the plot's width. */
static void cut_labels(struct chart *chart, struct layout_chart *layout, int room)
{
	int left, right;

	layout->label_left = label_width(chart, AXIS_LEFT, room);
	layout->label_right = label_width(chart, AXIS_RIGHT, room);
	left = layout->label_left ? layout->label_left + 2 : 1;
	right = layout->label_right ? layout->label_right + 2 : 0;
	layout->plot.x += left;
	layout->plot.width -= left + right;
}

static struct layout_chart lay_out(struct chart *chart, struct legend *legend, struct rect inside)
{
	struct layout_chart ret = { .plot = inside };
	bool wide = inside.width >= AXES_MIN_WIDTH;
	int letters, rows;

	ret.axes = wide && inside.height >= AXES_MIN_HEIGHT;
	ret.ends = wide && !ret.axes;
	if (ret.axes || (ret.ends && inside.height >= LEGEND_MIN_HEIGHT))
		ret.legend = cut_legend(chart, legend, &ret.plot);
	if (ret.axes)
		ret.plot.height -= 2;
	rows = chart_axes(chart, ret.plot.height, ret.axes ? CHART_TICKS_SHRINK : CHART_TICKS_ENDS);
	ret.plot.y += ret.plot.height - rows;
	ret.plot.height = rows;
	if (wide)
		cut_labels(chart, &ret, inside.width);
	letters = ret.plot.width >= 12 && ret.plot.height >= 2 ? letter_columns(chart, ret.plot.width) : 0;
	ret.plot.width -= letters;
	ret.letters = (struct rect){ ret.plot.x + ret.plot.width, ret.plot.y, letters, ret.plot.height };
	return ret;
}

/* The scales' lines and labels; the floor below them belongs to the time axis, where there is one. */
static void draw_scales(struct chart *chart, struct canvas *canvas, const struct layout_chart *layout)
{
	struct chart_scale *left = scale_at(chart, AXIS_LEFT), *right = scale_at(chart, AXIS_RIGHT);
	struct rect plot = layout->plot;
	int end = plot.x + plot.width + layout->letters.width;

	if (left)
		axis_draw(&left->axis, canvas,
			  (struct axis_place){ plot.x - 1, plot.y, plot.height, layout->label_left, false,
					       layout->axes });
	if (right)
		axis_draw(&right->axis, canvas,
			  (struct axis_place){ end, plot.y, plot.height, layout->label_right, true, layout->axes });
	for (size_t i = 0; i < chart->scale_count; i++)
		chart_draw_zones(chart, canvas, plot, i, &chart->scales[i] == right ? end : plot.x - 1);
}

static void draw_axes(struct chart *chart, struct canvas *canvas, const struct layout_chart *layout)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct chart_scale *left = scale_at(chart, AXIS_LEFT), *right = scale_at(chart, AXIS_RIGHT);
	struct rect plot = layout->plot;
	int bottom = plot.y + plot.height, end = plot.x + plot.width + layout->letters.width;

	time_axis_draw(canvas, plot.x, bottom, plot.width, chart->start_ms, chart->end_ms, true);
	for (int x = plot.x + plot.width; x < end; x++)
		canvas_glyph(canvas, x, bottom, glyph_code(set, GLYPH_HLINE), style_fg(ROLE_AXIS));
	draw_scales(chart, canvas, layout);
	mark_draw_signs(&chart->view->marks, canvas, plot.x, bottom, plot.width, chart->start_ms, chart->end_ms);
	canvas_glyph(canvas, plot.x - 1, bottom, glyph_code(set, left ? GLYPH_AXIS_ORIGIN : GLYPH_CORNER_BL),
		     style_fg(ROLE_AXIS));
	if (right)
		canvas_glyph(canvas, end, bottom, glyph_code(set, GLYPH_AXIS_ORIGIN), style_fg(ROLE_AXIS));
}

/* Blank what is left of a label that another one covers, from `x` on to the next blank. */
static void wipe_label(struct canvas *canvas, int x, int step, int y)
{
	const struct cell *cell = canvas_cell(canvas, x, y);

	while (cell->grapheme != 0 && cell->grapheme != ' ') {
		canvas_glyph(canvas, x, y, ' ', style_fg(ROLE_DIM));
		x += step;
		cell = canvas_cell(canvas, x, y);
	}
}

static void draw_cursor_time(const struct chart *chart, struct canvas *canvas, struct rect plot)
{
	int64_t cursor_ms = chart->view->cursor_ms;
	int x, cells, y = plot.y + plot.height + 1;
	char label[24];

	if (cursor_ms < chart->start_ms || cursor_ms > chart->end_ms)
		return;
	time_axis_format(chart->start_ms, chart->end_ms, cursor_ms, label, sizeof(label));
	cells = text_width(label);
	x = plot.x + time_axis_column(chart->start_ms, chart->end_ms, plot.width, cursor_ms) - cells / 2;
	if (x + cells > plot.x + plot.width)
		x = plot.x + plot.width - cells;
	x = x < plot.x ? plot.x : x;
	wipe_label(canvas, x, -1, y);
	wipe_label(canvas, x + cells - 1, 1, y);
	canvas_put(canvas, x, y, label, style_role(ROLE_SELECTION), cells);
}

/* What happened at the time cursor, beside its line in the plot's first row. */
static void draw_cursor_words(const struct chart *chart, struct canvas *canvas, struct rect plot)
{
	int64_t cursor_ms = chart->view->cursor_ms;
	int column = time_axis_column(chart->start_ms, chart->end_ms, plot.width, cursor_ms);
	int left = column - 1, right = plot.width - column - 2;
	struct strbuf words = STRBUF_INIT;

	if (cursor_ms >= chart->start_ms && cursor_ms <= chart->end_ms)
		mark_add_words(&chart->view->marks, plot.width, chart->start_ms, chart->end_ms, cursor_ms, &words);
	if (words.length && right >= left)
		canvas_put_fit(canvas, plot.x + column + 2, plot.y, words.text, style_role(ROLE_SELECTION), right);
	else if (words.length)
		canvas_put_right(canvas, plot.x, plot.x + left, plot.y, words.text, style_role(ROLE_SELECTION));
	strbuf_release(&words);
}

static double last_number(const double *values, size_t count)
{
	while (count > 0 && isnan(values[count - 1]))
		count--;
	return count > 0 ? values[count - 1] : NAN;
}

/* One row: the shape of the first series that is shown, and its last value where there is room. */
static void draw_spark(struct chart *chart, struct canvas *canvas, struct rect inside)
{
	const struct chart_series *series = &chart->series[0];
	const char *value;
	int cells;

	for (size_t i = 0; i < chart->count; i++) {
		if (!chart_is_hidden(chart, i)) {
			series = &chart->series[i];
			break;
		}
	}
	value = chart_value_text(chart, series->config, last_number(series->values, series->value_count));
	cells = text_width(value);
	if (inside.width >= cells + 9) {
		canvas_put_right(canvas, inside.x, inside.x + inside.width, inside.y, value, style_fg(ROLE_STRONG));
		inside.width -= cells + 1;
	}
	spark_draw(canvas, inside, series->values_times_ms, series->values, series->value_count, series->style);
}

/* Something to see: a number within the range, in a series that is shown. */
static bool has_numbers(const struct chart *chart)
{
	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_series *series = &chart->series[i];

		for (size_t j = 0; !chart_is_hidden(chart, i) && j < series->count; j++) {
			if (isfinite(series->drawn[j]) && series->times_ms[j] >= chart->start_ms &&
			    series->times_ms[j] <= chart->end_ms)
				return true;
		}
	}
	return false;
}

static void draw_plot(struct chart *chart, struct canvas *canvas, const struct layout_chart *layout)
{
	struct rect plot = layout->plot;

	if (!has_numbers(chart)) {
		canvas_put_centre(canvas, plot, plot.y + plot.height / 2, "no numbers in this range",
				  style_fg(ROLE_DIM));
		return;
	}
	chart_draw_series(chart, canvas, plot);
	for (size_t i = 0; i < chart->scale_count; i++)
		chart_draw_thresholds(chart, canvas, plot, i);
	mark_draw_lines(&chart->view->marks, canvas, plot, chart->start_ms, chart->end_ms);
	if (chart->view->cursor_ms != 0)
		chart_draw_cursor(chart, canvas, plot);
	chart_draw_letters(chart, canvas, layout->letters);
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct layout_chart layout;
	struct legend legend;
	struct chart chart;

	if (rect_is_empty(inside))
		return;
	chart_init(&chart, view);
	if (chart.count == 0) {
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2, "no numbers over time in the answer",
				  style_fg(ROLE_DIM));
		chart_release(&chart);
		return;
	}
	if (inside.height == 1) {
		draw_spark(&chart, canvas, inside);
		chart_release(&chart);
		return;
	}
	chart_legend(&chart, &legend);
	layout = lay_out(&chart, &legend, inside);
	draw_plot(&chart, canvas, &layout);
	if (layout.axes) {
		draw_axes(&chart, canvas, &layout);
		if (view->cursor_ms != 0) {
			draw_cursor_time(&chart, canvas, layout.plot);
			draw_cursor_words(&chart, canvas, layout.plot);
		}
	} else if (layout.ends) {
		draw_scales(&chart, canvas, &layout);
	}
	legend_draw(&legend, canvas, layout.legend);
	chart_release(&chart);
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	const size_t shown_max = 3;
	struct chart chart;

	chart_init(&chart, view);
	for (size_t i = 0; i < chart.count && i < shown_max; i++) {
		const struct chart_series *series = &chart.series[i];

		if (i > 0)
			strbuf_addstr(ret, "  ");
		if (chart.count + chart.more > 1)
			strbuf_addf(ret, "%s ", series->name);
		strbuf_addstr(ret, chart_value_text(&chart, series->config,
						    last_number(series->values, series->value_count)));
	}
	if (chart.count + chart.more > shown_max)
		strbuf_addf(ret, "  +%zu", chart.count + chart.more - shown_max);
	chart_release(&chart);
}

/* Thresholds of a chart are a state only where they are drawn or give the colour: every file has default ones. */
static bool has_state(const struct field_config *config)
{
	bool coloured = config->set & FIELD_COLOUR && config->colour.mode == COLOUR_THRESHOLDS;

	return config->thresholds.count > 0 && (coloured || config->threshold_style != THRESHOLD_OFF);
}

/* Of all series, also those that are too many to draw. */
static enum severity severity(const struct panel_view *view)
{
	const struct frame_set *set = &view->data->frames;
	struct display_range data = { NAN, NAN }; /* found once: it reads every value */
	enum severity worst = SEVERITY_NONE;
	struct time_series *series;
	struct arena arena;
	size_t count;

	arena_init(&arena);
	series = time_series_collect(set, view->data->step_ms, false, &arena, &count);
	for (size_t i = 0; i < count && worst < SEVERITY_CRITICAL; i++) {
		const struct thresholds *thresholds = &series[i].config->thresholds;
		enum severity found = SEVERITY_NONE;
		double last;

		if (!has_state(series[i].config))
			continue;
		if (thresholds->percentage && isnan(data.min))
			data = display_range_of_set(set);
		last = last_number(series[i].field->numbers, series[i].count);
		if (isnan(last))
			continue;
		threshold_colour(thresholds, last, display_range_with(series[i].config, data), &found);
		worst = found > worst ? found : worst;
	}
	arena_release(&arena);
	return worst;
}

/* Those in the legend, in its order. */
static size_t entries(const struct panel_view *view)
{
	struct chart chart;
	size_t ret;

	chart_init(&chart, view);
	ret = chart.order_count;
	chart_release(&chart);
	return ret;
}

const struct panel_ops panel_graph = {
	.type = "graph",
	.title = "Graph (old)",
	.help = "lines over time, as old dashboards have them",
	.draw = draw,
	.line = line,
	.severity = severity,
	.entries = entries,
};

const struct panel_ops panel_chart = {
	.type = "timeseries",
	.title = "Time series",
	.help = "lines, bars or points over time, with axes, thresholds and a legend",
	.draw = draw,
	.line = line,
	.severity = severity,
	.entries = entries,
};
