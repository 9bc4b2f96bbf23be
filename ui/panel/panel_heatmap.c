/*
 * Heatmaps: how many where, over time. Each series is a band (a bucket of a
 * histogram, its name the bound), or the values themselves are counted into
 * rows. Density is a sign as well as a colour.
 */
#include "ui/panel/panel_list.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"
#include "ui/panel/axis.h"
#include "ui/panel/series_style.h"
#include "ui/panel/time_axis.h"
#include "ui/panel/time_series.h"

#define AXES_MIN_WIDTH  24
#define AXES_MIN_HEIGHT 5
#define LABEL_MAX       14

#define LEVELS 4 /* of density, without the blank */

struct heat {
	struct arena arena;
	const struct panel_view *view;
	struct time_series *series;
	size_t count;
	int64_t start_ms, end_ms;
	bool counted;     /* rows are ranges of values, else bands */
	struct axis axis; /* when counted */
	int columns, rows;
	double *sum;       /* rows x columns, row 0 at the bottom */
	unsigned *sharing; /* samples in each column of the series at hand */
	double most;
};

/* A sample stands for the time until the next one: all columns up to there. False when it is out of range. */
static bool find_span(const struct heat *heat, const struct time_series *series, size_t sample, int *ret_first,
		      int *ret_last)
{
	int64_t time_ms = series->times_ms[sample];

	if (time_ms < heat->start_ms || time_ms > heat->end_ms)
		return false;
	*ret_first = time_axis_column(heat->start_ms, heat->end_ms, heat->columns, time_ms);
	*ret_last = time_axis_column(heat->start_ms, heat->end_ms, heat->columns, time_ms + series->step_ms) - 1;
	if (*ret_last < *ret_first)
		*ret_last = *ret_first;
	if (*ret_last >= heat->columns)
		*ret_last = heat->columns - 1;
	return true;
}

/* How many samples of a series share each column: a column shows their mean, or wide ranges would get stripes. */
static void count_samples(struct heat *heat, const struct time_series *series)
{
	int first, last;

	memset(heat->sharing, 0, (size_t)heat->columns * sizeof(*heat->sharing));
	for (size_t i = 0; i < series->count; i++) {
		if (!find_span(heat, series, i, &first, &last))
			continue;
		for (int column = first; column <= last; column++)
			heat->sharing[column]++;
	}
}

static void add_sample(struct heat *heat, const struct time_series *series, size_t sample, int row, double value)
{
	int first, last;

	if (row < 0 || row >= heat->rows || !find_span(heat, series, sample, &first, &last))
		return;
	for (int column = first; column <= last; column++)
		heat->sum[(size_t)row * (size_t)heat->columns + (size_t)column] += value / heat->sharing[column];
}

/* Band to rows from the bottom: several rows a band, or several bands a row. */
static void band_rows(const struct heat *heat, size_t band, int *ret_first, int *ret_last)
{
	size_t rows = (size_t)heat->rows;

	*ret_first = (int)(band * rows / heat->count);
	*ret_last = (int)((band + 1) * rows / heat->count) - 1;
	if (*ret_last < *ret_first)
		*ret_last = *ret_first;
}

static void fill_band(struct heat *heat, size_t band)
{
	const struct time_series *series = &heat->series[band];
	int first, last;

	band_rows(heat, band, &first, &last);
	for (size_t i = 0; i < series->count; i++) {
		for (int row = first; row <= last && isfinite(series->field->numbers[i]); row++)
			add_sample(heat, series, i, row, series->field->numbers[i]);
	}
}

static void fill_counted(struct heat *heat, const struct time_series *series)
{
	for (size_t i = 0; i < series->count; i++) {
		double position = axis_position(&heat->axis, series->field->numbers[i]);

		if (position >= 0 && position <= 1)
			add_sample(heat, series, i, heat->rows - 1 - axis_row(position, heat->rows, GLYPHS_BRAILLE), 1);
	}
}

static void make_value_axis(struct heat *heat, int rows)
{
	struct axis_spec spec = {
		.min = INFINITY,
		.max = -INFINITY,
		.intervals = axis_intervals(rows),
		.decimals = UNIT_DECIMALS_AUTO,
		.rows = rows,
	};

	for (size_t i = 0; i < heat->count; i++) {
		const struct time_series *series = &heat->series[i];

		spec.unit = series->config->unit;
		for (size_t j = 0; j < series->count; j++) {
			double value = series->field->numbers[j];

			if (isfinite(value) && value < spec.min)
				spec.min = value;
			if (isfinite(value) && value > spec.max)
				spec.max = value;
		}
	}
	axis_make(&heat->axis, &spec);
}

static void fill(struct heat *heat, int columns, int rows)
{
	size_t cells = (size_t)columns * (size_t)rows;

	heat->columns = columns;
	heat->rows = rows;
	heat->sum = arena_array(&heat->arena, cells, sizeof(*heat->sum));
	heat->sharing = arena_array(&heat->arena, (size_t)columns, sizeof(*heat->sharing));
	for (size_t i = 0; i < heat->count; i++) {
		count_samples(heat, &heat->series[i]);
		if (heat->counted)
			fill_counted(heat, &heat->series[i]);
		else
			fill_band(heat, i);
	}
	for (size_t i = 0; i < cells; i++) {
		heat->sum[i] = fmin(heat->sum[i], DBL_MAX);
		if (heat->sum[i] > heat->most)
			heat->most = heat->sum[i];
	}
}

/* Counts differ by magnitudes: the root keeps the few visible beside the many, as Grafana does. */
static int level_of(const struct heat *heat, double value)
{
	int level;

	if (!(value > 0) || !(heat->most > 0))
		return 0;
	level = 1 + (int)(sqrt(value / heat->most) * LEVELS);
	return level > LEVELS ? LEVELS : level;
}

static struct style level_style(int level)
{
	return style_with(style_fg(ROLE_SERIES_1), level == LEVELS ? ATTR_BOLD : level == 1 ? ATTR_DIM : 0);
}

static void draw_cells(const struct heat *heat, struct canvas *canvas, struct rect plot)
{
	for (int row = 0; row < heat->rows; row++) {
		for (int column = 0; column < heat->columns; column++) {
			int level = level_of(heat, heat->sum[(size_t)row * (size_t)heat->columns + (size_t)column]);

			if (level > 0)
				canvas_glyph(canvas, plot.x + column, plot.y + plot.height - 1 - row,
					     glyph_density(canvas_glyphs(canvas), level), level_style(level));
		}
	}
}

static int band_label_width(const struct heat *heat)
{
	int width = 0;

	for (size_t i = 0; i < heat->count; i++) {
		int cells = text_width(heat->series[i].name);

		width = cells > width ? cells : width;
	}
	return width;
}

static void draw_band_labels(const struct heat *heat, struct canvas *canvas, struct rect plot, int label_width)
{
	enum glyph_set set = canvas_glyphs(canvas);
	int last_y = plot.y + plot.height;

	for (int y = plot.y; y < plot.y + plot.height; y++)
		canvas_glyph(canvas, plot.x - 1, y, glyph_code(set, GLYPH_VLINE), style_fg(ROLE_AXIS));
	for (size_t i = 0; i < heat->count; i++) {
		int first, last, y;

		band_rows(heat, i, &first, &last);
		y = plot.y + plot.height - 1 - first;
		if (y >= last_y)
			continue;
		last_y = y;
		canvas_glyph(canvas, plot.x - 1, y, glyph_code(set, GLYPH_AXIS_TICK_Y), style_fg(ROLE_AXIS));
		if (text_width(heat->series[i].name) <= label_width)
			canvas_put_right(canvas, plot.x - 2 - label_width, plot.x - 2, y, heat->series[i].name,
					 style_fg(ROLE_DIM));
		else
			canvas_put_fit(canvas, plot.x - 2 - label_width, y, heat->series[i].name, style_fg(ROLE_DIM),
				       label_width);
	}
}

/* What the signs mean: "░▒▓█ up to 1.2 K". */
static void draw_scale(const struct heat *heat, struct canvas *canvas, int x, int y, int width)
{
	const struct field_config *config = heat->series[0].config;
	char text[200], most[160];

	unit_string(heat->counted ? NULL : config->unit, heat->most,
		    config->set & FIELD_DECIMALS ? config->decimals : UNIT_DECIMALS_AUTO, most, sizeof(most));
	for (int level = 1; level <= LEVELS && level <= width; level++)
		canvas_glyph(canvas, x + level - 1, y, glyph_density(canvas_glyphs(canvas), level), level_style(level));
	snprintf(text, sizeof(text), "up to %s", most);
	if (width > LEVELS + 1)
		canvas_put_fit(canvas, x + LEVELS + 1, y, text, style_fg(ROLE_DIM), width - LEVELS - 1);
}

static void draw_with_axes(struct heat *heat, struct canvas *canvas, struct rect inside)
{
	struct rect plot = { inside.x, inside.y, inside.width, inside.height - 2 };
	bool scale = inside.height > AXES_MIN_HEIGHT;
	int labels;

	plot.height -= scale;
	if (heat->counted)
		make_value_axis(heat, plot.height);
	labels = heat->counted ? axis_label_width(&heat->axis) : band_label_width(heat);
	if (labels > LABEL_MAX)
		labels = LABEL_MAX;
	plot.x += labels + 2;
	plot.width -= labels + 2;
	fill(heat, plot.width, plot.height);
	draw_cells(heat, canvas, plot);
	time_axis_draw(canvas, plot.x, plot.y + plot.height, plot.width, heat->start_ms, heat->end_ms, true);
	mark_draw_signs(&heat->view->marks, canvas, plot.x, plot.y + plot.height, plot.width, heat->start_ms,
			heat->end_ms);
	if (heat->counted)
		axis_draw(&heat->axis, canvas,
			  (struct axis_place){ plot.x - 1, plot.y, plot.height, labels, false, true });
	else
		draw_band_labels(heat, canvas, plot, labels);
	canvas_glyph(canvas, plot.x - 1, plot.y + plot.height, glyph_code(canvas_glyphs(canvas), GLYPH_AXIS_ORIGIN),
		     style_fg(ROLE_AXIS));
	if (scale)
		draw_scale(heat, canvas, plot.x, inside.y + inside.height - 1, plot.width);
}

static void heat_init(struct heat *heat, const struct panel_view *view)
{
	*heat = (struct heat){ .view = view, .counted = view->panel->options.calculate };
	arena_init(&heat->arena);
	heat->series = time_series_collect(&view->data->frames, view->data->step_ms, false, &heat->arena, &heat->count);
	time_series_range(view, heat->series, heat->count, &heat->start_ms, &heat->end_ms);
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct heat heat;

	if (rect_is_empty(inside))
		return;
	heat_init(&heat, view);
	if (heat.count == 0) {
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2, "no numbers over time in the answer",
				  style_fg(ROLE_DIM));
	} else if (inside.width >= AXES_MIN_WIDTH && inside.height >= AXES_MIN_HEIGHT) {
		draw_with_axes(&heat, canvas, inside);
	} else {
		if (heat.counted)
			make_value_axis(&heat, inside.height);
		fill(&heat, inside.width, inside.height);
		draw_cells(&heat, canvas, inside);
	}
	arena_release(&heat.arena);
}

/* The band with most in its last sample: where things are now. */
static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct heat heat;
	const char *name = NULL;
	double most = 0;

	heat_init(&heat, view);
	for (size_t i = 0; i < heat.count; i++) {
		const struct time_series *series = &heat.series[i];
		double last = series->count > 0 ? series->field->numbers[series->count - 1] : NAN;

		if (last > most) {
			most = last;
			name = series->name;
		}
	}
	if (heat.counted)
		strbuf_addf(ret, "%zu series", heat.count);
	else if (name)
		strbuf_addf(ret, "most at %s", name);
	else
		strbuf_addf(ret, "%zu buckets, all empty", heat.count);
	arena_release(&heat.arena);
}

const struct panel_ops panel_heatmap = {
	.type = "heatmap",
	.title = "Heatmap",
	.help = "how many values fell where over time, by density",
	.draw = draw,
	.line = line,
	.severity = panel_severity_none,
};
