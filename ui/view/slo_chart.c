#include "ui/view/slo_chart.h"

#include <math.h>
#include <string.h>

#include "ui/draw/glyph.h"
#include "ui/draw/plot.h"
#include "ui/panel/axis.h"
#include "ui/panel/time_axis.h"
#include "ui/view/slo_text.h"

#define ROWS_LEAST  5
#define WIDTH_LEAST 24
#define NAMES_WIDTH 60 /* from this size on the levels of the policy have their names in it */
#define NAMES_ROWS  12

struct extent {
	double least, last; /* NaN: nothing is known */
	size_t known;
};

static struct extent extent_of(const struct slo_chart *chart)
{
	struct extent ret = { .least = NAN, .last = NAN };

	for (size_t i = 0; i < chart->count; i++) {
		if (!isfinite(chart->left[i]))
			continue;
		ret.last = chart->left[i];
		ret.least = isnan(ret.least) ? ret.last : fmin(ret.least, ret.last);
		ret.known++;
	}
	return ret;
}

static void draw_policies(const struct slo_file *file, struct canvas *canvas, const struct axis *axis, struct rect plot)
{
	enum glyph_set set = canvas_glyphs(canvas);

	for (size_t i = 0; i < file->policy_count; i++) {
		double position = axis_position(axis, 1 - file->policies[i].used);
		int y = plot.y + axis_row(position, plot.height, set);

		if (file->policies[i].used <= 0 || !(position >= 0 && position <= 1))
			continue;
		for (int x = 0; x < plot.width; x += 2)
			canvas_put_fit(canvas, plot.x + x, y, glyph_text(set, GLYPH_GRID), style_fg(ROLE_GRID), 1);
		/* The line begins at the top left, so that the left is free below. */
		if (plot.width >= NAMES_WIDTH && plot.height >= NAMES_ROWS)
			canvas_put_fit(canvas, plot.x + 1, y, file->policies[i].rule, style_fg(ROLE_DIM),
				       plot.width / 2);
	}
}

/* Where a number stands: what is left after a part is known at its end. */
static int dot_x(const struct slo_chart *chart, size_t part, int dots)
{
	return (int)((double)(part + 1) / (double)chart->count * (dots - 1) + 0.5);
}

static void draw_line(const struct slo_chart *chart, struct canvas *canvas, const struct axis *axis, struct rect plot,
		      struct style style)
{
	struct plot *dots = plot_new(plot, canvas_glyphs(canvas));
	int width = plot_dots_x(dots), height = plot_dots_y(dots), from_x = 0, from_y = -1;

	for (size_t i = 0; i < chart->count; i++) {
		int x = dot_x(chart, i, width), y;

		if (!isfinite(chart->left[i])) {
			from_y = -1;
			continue;
		}
		y = (int)axis_dot(axis_position(axis, chart->left[i]), height);
		/* It falls when something was bad, and stays where it is until then. */
		if (from_y >= 0) {
			plot_line(dots, from_x, from_y, x, from_y, 0);
			plot_line(dots, x, from_y, x, y, 0);
		} else {
			plot_dot(dots, x, y, 0);
		}
		from_x = x;
		from_y = y;
	}
	plot_draw(dots, canvas, &style, 1, "*");
	plot_free(dots);
}

void slo_chart_draw(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		    struct canvas *canvas, struct rect area)
{
	const struct slo_chart *chart = &status->chart;
	struct extent extent = extent_of(chart);
	struct axis_spec spec = { .unit = "percentunit", .decimals = -1, .max = 1, .fixed_max = true };
	struct rect plot = area;
	struct axis axis;
	struct style style;
	int label, rows = area.height - 2;

	if (area.height < ROWS_LEAST || area.width < WIDTH_LEAST || !extent.known || slo_budget(line->target) <= 0) {
		const char *why = slo_budget(line->target) <= 0 ? "nothing may be bad: there is no budget to burn"
				  : status->chart_answered      ? "nothing is known of the window yet"
								: "not asked yet";

		if (area.height > 0)
			canvas_put_centre(canvas, area, area.y + area.height / 2, why, style_fg(ROLE_DIM));
		return;
	}
	spec.min = extent.least < 0 ? extent.least : 0;
	spec.fixed_min = extent.least >= 0;
	spec.intervals = axis_intervals(rows);
	spec.rows = rows;
	axis_make(&axis, &spec);
	label = axis_label_width(&axis);
	plot.x += label + 1;
	plot.width -= label + 1;
	plot.height = rows;
	draw_policies(file, canvas, &axis, plot);
	slo_sign(extent.last < 0      ? SLO_HEALTH_CRITICAL
		 : extent.last < 0.25 ? SLO_HEALTH_WARNING
				      : SLO_HEALTH_OK,
		 &style);
	draw_line(chart, canvas, &axis, plot, style);
	time_axis_draw(canvas, plot.x - 1, plot.y + rows, plot.width + 1,
		       chart->end_ms - (int64_t)chart->count * chart->step_ms, chart->end_ms, true);
	axis_draw(&axis, canvas,
		  (struct axis_place){
			  .x = plot.x - 1, .y = plot.y, .rows = rows, .label_width = label, .has_floor = true });
}
