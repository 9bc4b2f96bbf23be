/* A chart's series as dots: areas below, then bars, lines and points, later series over earlier ones. */
#include "ui/panel/chart.h"

#include <math.h>

#include "ui/draw/glyph.h"
#include "ui/draw/plot.h"
#include "ui/panel/time_axis.h"

/* More filled lines than this hide each other, and each line cuts the others' areas; layers of a stack never do. */
#define AREAS_MAX 1

/* Dots beyond this are all equally far outside. */
#define FAR 1000000.0

#define DASH 3 /* dots on, dots off */

struct pen {
	const struct chart *chart;
	const struct chart_series *series;
	const struct axis *axis;
	struct plot *lines, *areas;
	unsigned id;
	int dots_x, dots_y;
	bool filled;
};

/* One sample in dots. */
struct spot {
	double x, y, base;
};

static double limit(double value)
{
	return value > FAR ? FAR : value < -FAR ? -FAR : value;
}

static double dot_y(const struct pen *pen, double value)
{
	return limit(axis_dot(axis_position(pen->axis, value), pen->dots_y));
}

/* Where a bar or an area stands: on zero where the axis has it, else on its end nearest to zero. */
static double floor_y(const struct pen *pen)
{
	if (pen->axis->log_base || pen->axis->min > 0)
		return pen->dots_y - 1;
	if (pen->axis->max < 0)
		return 0;
	return dot_y(pen, 0);
}

static bool find_spot(const struct pen *pen, size_t index, struct spot *ret)
{
	const struct chart *chart = pen->chart;
	const struct chart_series *series = pen->series;
	double span = (double)chart->end_ms - (double)chart->start_ms;

	if (isnan(axis_position(pen->axis, series->drawn[index])))
		return false;
	ret->x = limit(((double)series->times_ms[index] - (double)chart->start_ms) / span * (pen->dots_x - 1));
	ret->y = dot_y(pen, series->drawn[index]);
	ret->base = floor_y(pen);
	if (series->base && !isnan(axis_position(pen->axis, series->base[index])))
		ret->base = dot_y(pen, series->base[index]);
	return true;
}

static int dot(double at)
{
	return (int)floor(at + 0.5);
}

static void draw_dashed(const struct pen *pen, const struct spot *from, const struct spot *to)
{
	int x0 = dot(from->x), x1 = dot(to->x);
	int first = x0 < 0 ? 0 : x0, last = x1 >= pen->dots_x ? pen->dots_x - 1 : x1;

	for (int x = first; x <= last; x++) {
		double slope = x1 > x0 ? (to->y - from->y) / (x1 - x0) : 0;
		int next = x < x1 ? x + 1 : x;

		if (x / DASH % 2 == 0)
			plot_line(pen->lines, x, dot(from->y + slope * (x - x0)), next,
				  x1 > x0 ? dot(from->y + slope * (next - x0)) : dot(to->y), pen->id);
	}
}

static void draw_area(const struct pen *pen, const struct spot *from, const struct spot *to)
{
	int x0 = dot(from->x), x1 = dot(to->x);
	int first = x0 < 0 ? 0 : x0, last = x1 >= pen->dots_x ? pen->dots_x - 1 : x1;

	for (int x = first; x <= last; x++) {
		double part = x1 > x0 ? (double)(x - x0) / (x1 - x0) : 0;

		plot_column(pen->areas, x, dot(from->y + (to->y - from->y) * part),
			    dot(from->base + (to->base - from->base) * part), pen->id, true);
	}
}

static void draw_segment(const struct pen *pen, const struct spot *from, const struct spot *to)
{
	if (pen->filled)
		draw_area(pen, from, to);
	if (pen->series->config->dashed)
		draw_dashed(pen, from, to);
	else
		plot_line(pen->lines, dot(from->x), dot(from->y), dot(to->x), dot(to->y), pen->id);
}

/* A sample that stands alone must be seen: a small square rather than a dot. */
static void draw_point(const struct pen *pen, const struct spot *spot)
{
	int x = dot(spot->x), y = dot(spot->y);

	if (x < 0 || x >= pen->dots_x)
		return;
	plot_dot(pen->lines, x, y, pen->id);
	if (pen->dots_x < 3 || plot_dots_y(pen->lines) < 3)
		return;
	plot_dot(pen->lines, x ^ 1, y, pen->id);
	plot_dot(pen->lines, x, y ^ 1, pen->id);
	plot_dot(pen->lines, x ^ 1, y ^ 1, pen->id);
}

static void draw_bar(const struct pen *pen, const struct spot *spot)
{
	double span = (double)pen->chart->end_ms - (double)pen->chart->start_ms;
	double step = (double)pen->series->step_ms / span * (pen->dots_x - 1);
	int width = step < 1 ? 1 : step > pen->dots_x ? pen->dots_x : (int)step;
	int left;

	if (width >= 3) /* air between bars */
		width--;
	left = dot(spot->x) - width / 2;
	for (int x = left; x < left + width; x++) {
		if (x >= 0 && x < pen->dots_x)
			plot_column(pen->lines, x, dot(spot->y), dot(spot->base), pen->id, false);
	}
}

static void draw_series(const struct pen *pen)
{
	const struct chart_series *series = pen->series;
	struct spot last = { 0 }, here;
	bool have_last = false, joined = false; /* whether the last one already has a line */
	int64_t last_ms = 0;

	for (size_t i = 0; i < series->count; i++) {
		bool there = find_spot(pen, i, &here);

		if (there && series->config->draw_style == DRAW_BARS) {
			draw_bar(pen, &here);
			continue;
		}
		if (there && series->config->draw_style == DRAW_POINTS) {
			draw_point(pen, &here);
			continue;
		}
		if (!there) {
			/* A gap stays unless nulls are spanned; then the time between decides. */
			if (series->config->span_nulls_ms != 0)
				continue;
			if (have_last && !joined)
				draw_point(pen, &last);
			have_last = joined = false;
			continue;
		}
		if (have_last && (series->gap_ms == 0 || series->times_ms[i] - last_ms <= series->gap_ms)) {
			draw_segment(pen, &last, &here);
			joined = true;
		} else {
			if (have_last && !joined)
				draw_point(pen, &last);
			joined = false;
		}
		last = here;
		last_ms = series->times_ms[i];
		have_last = true;
	}
	if (have_last && !joined)
		draw_point(pen, &last);
}

static size_t count_filled(const struct chart *chart)
{
	size_t ret = 0;

	for (size_t i = 0; i < chart->count; i++)
		ret += !chart_is_hidden(chart, i) && chart->series[i].config->fill_opacity > 0 &&
		       !chart->series[i].base;
	return ret;
}

void chart_draw_series(const struct chart *chart, struct canvas *canvas, struct rect cells)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct plot *lines = plot_new(cells, set), *areas = plot_new(cells, set);
	struct style styles[CHART_SERIES_MAX] = { 0 }, dim[CHART_SERIES_MAX] = { 0 };
	char letters[CHART_SERIES_MAX + 1] = { 0 };
	bool few = count_filled(chart) <= AREAS_MAX, has_areas = false;

	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_series *series = &chart->series[i];
		struct pen pen = {
			.chart = chart,
			.series = series,
			.axis = &chart->scales[series->scale].axis,
			.lines = lines,
			.areas = areas,
			.id = (unsigned)i,
			.dots_x = plot_dots_x(lines),
			.dots_y = plot_dots_y(lines),
			.filled = series->config->fill_opacity > 0 && (few || series->base),
		};

		styles[i] = series->style;
		dim[i] = style_with(series->style, ATTR_DIM);
		letters[i] = series->letter;
		has_areas = has_areas || pen.filled;
		if (!chart_is_hidden(chart, i))
			draw_series(&pen);
	}
	if (has_areas)
		plot_underlay(lines, areas);
	plot_draw(areas, canvas, dim, (unsigned)chart->count, letters);
	plot_draw(lines, canvas, styles, (unsigned)chart->count, letters);
	plot_free(lines);
	plot_free(areas);
}

static bool is_blank(const struct canvas *canvas, int x, int y)
{
	const struct cell *cell = canvas_cell(canvas, x, y);

	return cell->width == 1 && (cell->grapheme == 0 || cell->grapheme == ' ');
}

static const struct field_config *threshold_config(const struct chart *chart, size_t scale)
{
	for (size_t i = 0; i < chart->count; i++) {
		const struct field_config *config = chart->series[i].config;

		if (chart->series[i].scale == scale && !chart_is_hidden(chart, i) &&
		    config->threshold_style != THRESHOLD_OFF && config->thresholds.count > 0)
			return config;
	}
	return NULL;
}

static double threshold_value(struct chart *chart, const struct field_config *config, double value)
{
	struct display_range range;

	if (!config->thresholds.percentage)
		return value;
	range = chart_range(chart, config);
	return range.min + (range.max - range.min) * value / 100;
}

void chart_draw_thresholds(struct chart *chart, struct canvas *canvas, struct rect plot, size_t scale)
{
	const struct field_config *config = threshold_config(chart, scale);
	enum glyph_set set = canvas_glyphs(canvas);

	for (size_t i = 0; config && i < config->thresholds.count; i++) {
		const struct threshold *step = &config->thresholds.steps[i];
		enum severity severity = severity_of_hue(step->colour.hue);
		double position =
			axis_position(&chart->scales[scale].axis, threshold_value(chart, config, step->value));
		int y;

		if (!(position >= 0 && position <= 1))
			continue;
		y = plot.y + axis_row(position, plot.height, set);
		for (int x = plot.x; x < plot.x + plot.width; x++) {
			if (is_blank(canvas, x, y))
				canvas_glyph(canvas, x, y, glyph_code(set, GLYPH_THRESHOLD), style_fg(ROLE_THRESHOLD));
		}
		/* The state's colour and sign stand at the line's beginning; a coloured line would look like a series.
		 */
		if (severity >= SEVERITY_WARNING)
			canvas_glyph(canvas, plot.x, y, severity_sign(set, severity),
				     colour_style(step->colour, severity_style(severity)));
	}
}

void chart_draw_zones(struct chart *chart, struct canvas *canvas, struct rect plot, size_t scale, int x)
{
	const struct field_config *config = threshold_config(chart, scale);
	const struct axis *axis = &chart->scales[scale].axis;

	if (!config || config->threshold_style != THRESHOLD_AREA)
		return;
	for (int row = 0; row < plot.height; row++) {
		struct colour_spec colour = { .hue = HUE_NONE };
		const struct cell *cell = canvas_cell(canvas, x, plot.y + row);

		for (size_t i = 0; i < config->thresholds.count; i++) {
			double value = threshold_value(chart, config, config->thresholds.steps[i].value);
			double position = isinf(value) ? -INFINITY : axis_position(axis, value);

			/* The middle of the row decides. */
			if (position <= 1 - (row + 0.5) / plot.height)
				colour = config->thresholds.steps[i].colour;
		}
		if (colour.hue == HUE_NONE || colour.hue == HUE_TEXT || cell->grapheme == 0)
			continue;
		canvas_glyph(canvas, x, plot.y + row, cell->grapheme,
			     style_with(colour_style(colour, cell->style), ATTR_BOLD));
	}
}

void chart_draw_cursor(const struct chart *chart, struct canvas *canvas, struct rect plot)
{
	int64_t cursor_ms = chart->view->cursor_ms;
	int x;

	if (cursor_ms < chart->start_ms || cursor_ms > chart->end_ms)
		return;
	x = plot.x + time_axis_column(chart->start_ms, chart->end_ms, plot.width, cursor_ms);
	for (int y = plot.y; y < plot.y + plot.height; y++) {
		if (is_blank(canvas, x, y))
			canvas_glyph(canvas, x, y, glyph_code(canvas_glyphs(canvas), GLYPH_VLINE),
				     style_fg(ROLE_STRONG));
		else /* what is drawn there stays, and the line is seen through areas too */
			canvas_tint(canvas, (struct rect){ x, y, 1, 1 }, style_role(ROLE_SELECTION));
	}
}

/* The last sample within the range that has a place; false when there is none. */
static bool last_place(const struct chart *chart, const struct chart_series *series, double *ret_position,
		       int64_t *ret_ms)
{
	const struct axis *axis = &chart->scales[series->scale].axis;

	for (size_t i = series->count; i-- > 0;) {
		double value = series->drawn[i];

		if (series->times_ms[i] < chart->start_ms || series->times_ms[i] > chart->end_ms || isnan(value))
			continue;
		if (series->base) /* the middle of its layer */
			value = series->base[i] + (value - series->base[i]) / 2;
		*ret_position = axis_position(axis, value);
		*ret_ms = series->times_ms[i];
		if (*ret_position >= 0 && *ret_position <= 1)
			return true;
		return false;
	}
	return false;
}

/* A free cell for a letter: its own row first, then the rows beside it. */
static bool place_letter(const struct canvas *canvas, struct rect rect, int row, int *ret_x, int *ret_y)
{
	static const int nearby[] = { 0, -1, 1 };

	for (size_t i = 0; i < sizeof(nearby) / sizeof(nearby[0]); i++) {
		int y = row + nearby[i];

		for (int x = 1; x < rect.width && y >= 0 && y < rect.height; x++) {
			if (is_blank(canvas, rect.x + x, rect.y + y)) {
				*ret_x = rect.x + x;
				*ret_y = rect.y + y;
				return true;
			}
		}
	}
	return false;
}

void chart_draw_letters(const struct chart *chart, struct canvas *canvas, struct rect rect)
{
	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_series *series = &chart->series[i];
		double position;
		int64_t time_ms;
		int x, y;

		if (chart_is_hidden(chart, i) || !last_place(chart, series, &position, &time_ms))
			continue;
		if (place_letter(canvas, rect, axis_row(position, rect.height, canvas_glyphs(canvas)), &x, &y))
			canvas_glyph(canvas, x, y, (uint32_t)series->letter, style_with(series->style, ATTR_BOLD));
	}
}
