#include "ui/view/alert_chart.h"

#include <math.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"
#include "ui/draw/plot.h"
#include "ui/panel/axis.h"
#include "ui/panel/time_axis.h"
#include "ui/view/alert_text.h"

#define LABEL_MOST 12
#define PLOT_LEAST 3 /* rows */
#define GAP_STEPS  3 /* neighbours further apart than so many steps are not joined */

struct frame {
	struct rect plot;
	struct axis axis;
	int64_t start_ms, end_ms;
};

/* The line and its threshold are both in sight. */
static void make_axis(struct axis *ret, const struct alert_chart *chart, int rows)
{
	const struct condition *condition = chart->alert->condition;
	struct axis_spec spec = { .min = INFINITY,
				  .max = -INFINITY,
				  .intervals = axis_intervals(rows),
				  .unit = condition ? condition->unit : NULL,
				  .decimals = UNIT_DECIMALS_AUTO };

	for (size_t i = 0; i < chart->series->count; i++) {
		double value = chart->series->values[i];

		if (!isfinite(value))
			continue;
		spec.min = value < spec.min ? value : spec.min;
		spec.max = value > spec.max ? value : spec.max;
	}
	if (condition && condition->has_threshold && isfinite(condition->threshold)) {
		spec.min = condition->threshold < spec.min ? condition->threshold : spec.min;
		spec.max = condition->threshold > spec.max ? condition->threshold : spec.max;
	}
	axis_make(ret, &spec);
}

static int64_t step_of(const struct series *series)
{
	int64_t step = 0;

	for (size_t i = 1; i < series->count; i++) {
		int64_t gap = series->times_ms[i] - series->times_ms[i - 1];

		step = !step || gap < step ? gap : step;
	}
	return step;
}

static void draw_line(const struct alert_chart *chart, struct canvas *canvas, const struct frame *frame)
{
	struct plot *plot = plot_new(frame->plot, canvas_glyphs(canvas));
	const struct series *series = chart->series;
	int64_t gap_ms = step_of(series) * GAP_STEPS;
	struct style style = style_fg(ROLE_SERIES_1);
	int dots_x = plot_dots_x(plot), dots_y = plot_dots_y(plot);
	double last_x = NAN, last_y = NAN;

	for (size_t i = 0; i < series->count; i++) {
		double share =
			(double)(series->times_ms[i] - frame->start_ms) / (double)(frame->end_ms - frame->start_ms);
		double x = share * (dots_x - 1), y = axis_dot(axis_position(&frame->axis, series->values[i]), dots_y);
		bool joined = i && series->times_ms[i] - series->times_ms[i - 1] <= gap_ms;

		if (!isfinite(y) || x < 0 || x > dots_x - 1) {
			last_y = NAN;
			continue;
		}
		if (joined && isfinite(last_y))
			plot_line(plot, (int)last_x, (int)last_y, (int)x, (int)y, 0);
		else
			plot_dot(plot, (int)x, (int)y, 0);
		last_x = x;
		last_y = y;
	}
	plot_draw(plot, canvas, &style, 1, "a");
	plot_free(plot);
}

/* In blank cells only: the line is what is read. */
static void draw_threshold(const struct alert_chart *chart, struct canvas *canvas, const struct frame *frame)
{
	const struct condition *condition = chart->alert->condition;
	enum glyph_set set = canvas_glyphs(canvas);
	int row;

	if (!condition || !condition->has_threshold)
		return;
	row = axis_row(axis_position(&frame->axis, condition->threshold), frame->plot.height, set);
	if (row < 0 || row >= frame->plot.height)
		return;
	for (int x = frame->plot.x; x < frame->plot.x + frame->plot.width; x++)
		if (canvas_cell(canvas, x, frame->plot.y + row)->grapheme == 0)
			canvas_glyph(canvas, x, frame->plot.y + row, glyph_code(set, GLYPH_THRESHOLD),
				     style_fg(ROLE_CRITICAL));
}

static void draw_moment(struct canvas *canvas, const struct frame *frame, int64_t time_ms, enum glyph sign,
			enum role role)
{
	enum glyph_set set = canvas_glyphs(canvas);
	int column;

	if (time_ms < frame->start_ms || time_ms > frame->end_ms)
		return;
	column = frame->plot.x + time_axis_column(frame->start_ms, frame->end_ms, frame->plot.width, time_ms);
	if (column >= frame->plot.x + frame->plot.width)
		return;
	for (int y = frame->plot.y; y < frame->plot.y + frame->plot.height; y++)
		if (canvas_cell(canvas, column, y)->grapheme == 0)
			canvas_glyph(canvas, column, y, glyph_code(set, GLYPH_MARK), style_fg(ROLE_DIM));
	canvas_glyph(canvas, column, frame->plot.y + frame->plot.height, glyph_code(set, sign), style_fg(role));
}

static void draw_nothing(const struct alert_chart *chart, struct canvas *canvas, struct rect inside)
{
	struct strbuf text = STRBUF_INIT;

	if (!chart->alert->condition)
		strbuf_addstr(&text, "nothing to draw: its expression is not known here");
	else if (chart->reason && *chart->reason)
		strbuf_addf(&text, "nothing to draw: %s", chart->reason);
	else
		strbuf_addstr(&text, "asking");
	canvas_put_centre(canvas, inside, inside.y + inside.height / 2, text.text, style_fg(ROLE_DIM));
	strbuf_release(&text);
}

void alert_chart_draw(const struct alert_chart *chart, struct canvas *canvas, struct rect rect)
{
	const struct condition *condition = chart->alert->condition;
	struct box box = { .title = condition ? condition->subject : chart->alert->name,
			   .border = style_fg(ROLE_BORDER),
			   .title_style = style_fg(ROLE_TITLE),
			   .note_style = style_fg(ROLE_DIM) };
	struct strbuf note = STRBUF_INIT;
	struct frame frame = { .start_ms = chart->now_ms - ALERT_CHART_MS, .end_ms = chart->now_ms };
	struct rect inside;
	int width;

	alert_add_value(chart->alert, &note);
	box.note = note.length ? note.text : NULL;
	inside = canvas_box(canvas, rect, &box);
	strbuf_release(&note);
	if (!chart->series || !chart->series->count || inside.height < PLOT_LEAST + 2) {
		draw_nothing(chart, canvas, inside);
		return;
	}
	frame.plot = (struct rect){ inside.x, inside.y, inside.width, inside.height - 2 };
	make_axis(&frame.axis, chart, frame.plot.height);
	width = axis_label_width(&frame.axis);
	width = width > LABEL_MOST ? LABEL_MOST : width;
	frame.plot.x += width + 2;
	frame.plot.width -= width + 2;
	if (frame.plot.width < 10)
		return;
	draw_line(chart, canvas, &frame);
	draw_threshold(chart, canvas, &frame);
	axis_draw(&frame.axis, canvas,
		  (struct axis_place){ .x = frame.plot.x - 1,
				       .y = frame.plot.y,
				       .rows = frame.plot.height,
				       .label_width = width,
				       .has_floor = true });
	canvas_glyph(canvas, frame.plot.x - 1, frame.plot.y + frame.plot.height,
		     glyph_code(canvas_glyphs(canvas), GLYPH_AXIS_ORIGIN), style_fg(ROLE_AXIS));
	time_axis_draw(canvas, frame.plot.x, frame.plot.y + frame.plot.height, frame.plot.width, frame.start_ms,
		       frame.end_ms, true);
	draw_moment(canvas, &frame, chart->alert->active_ms, GLYPH_WAITING, ROLE_WARNING);
	draw_moment(canvas, &frame, chart->alert->fired_ms, GLYPH_UP, ROLE_CRITICAL);
}
