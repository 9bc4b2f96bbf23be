/*
 * Scales: series of one unit share one. The first unit stands at the left, a
 * second at the right unless its author says otherwise; further ones have
 * scales of their own without labels, since two columns of labels are what a
 * terminal has room for.
 */
#include "ui/panel/chart.h"

#include <math.h>
#include <string.h>

#include "dashboard/unit.h"

static bool same_unit(const char *a, const char *b)
{
	/* Plain numbers by any of their names. */
	a = a && strcmp(a, "none") != 0 && strcmp(a, "short") != 0 ? a : "";
	b = b && strcmp(b, "none") != 0 && strcmp(b, "short") != 0 ? b : "";
	return !strcmp(a, b);
}

static bool side_is_taken(const struct chart *chart, enum axis_side side)
{
	for (size_t i = 0; i < chart->scale_count; i++) {
		if (chart->scales[i].side == side)
			return true;
	}
	return false;
}

static enum axis_side choose_side(const struct chart *chart, enum axis_side wanted)
{
	if (wanted == AXIS_HIDDEN)
		return AXIS_HIDDEN;
	if (wanted == AXIS_AUTO)
		wanted = side_is_taken(chart, AXIS_LEFT) ? AXIS_RIGHT : AXIS_LEFT;
	return side_is_taken(chart, wanted) ? AXIS_HIDDEN : wanted;
}

static bool fits_scale(const struct chart_scale *scale, const struct field_config *config)
{
	bool percent = config->stacking == STACK_PERCENT;

	if (scale->percent != percent || scale->log_base != config->log_base)
		return false;
	if (!percent && !same_unit(scale->unit, config->unit))
		return false;
	return config->axis == AXIS_AUTO || config->axis == AXIS_HIDDEN || config->axis == scale->side;
}

static size_t scale_for(struct chart *chart, const struct field_config *config)
{
	struct chart_scale *scale;
	size_t i;

	for (i = 0; i < chart->scale_count; i++) {
		if (fits_scale(&chart->scales[i], config))
			return i;
	}
	if (chart->scale_count == CHART_SCALES_MAX)
		return CHART_SCALES_MAX - 1;
	scale = &chart->scales[chart->scale_count++];
	scale->percent = config->stacking == STACK_PERCENT;
	scale->unit = scale->percent ? "percentunit" : config->unit;
	scale->log_base = config->log_base;
	scale->side = choose_side(chart, config->axis);
	return i;
}

void chart_assign_scales(struct chart *chart)
{
	for (size_t i = 0; i < chart->count; i++)
		chart->series[i].scale = scale_for(chart, chart->series[i].config);
}

static void extend(struct axis_spec *spec, double value)
{
	if (value < spec->min)
		spec->min = value;
	if (value > spec->max)
		spec->max = value;
}

static void extend_by_values(struct axis_spec *spec, const struct chart *chart, const struct chart_series *series)
{
	for (size_t i = 0; i < series->count; i++) {
		if (series->times_ms[i] < chart->start_ms || series->times_ms[i] > chart->end_ms ||
		    !isfinite(series->drawn[i]))
			continue;
		/* Nothing below zero can stand on a log axis. */
		if (spec->log_base && series->drawn[i] <= 0)
			continue;
		extend(spec, series->drawn[i]);
	}
	if (series->base || series->config->draw_style == DRAW_BARS)
		spec->from_zero = true;
}

static void apply_limits(struct axis_spec *spec, const struct field_config *config)
{
	if (config->set & FIELD_SOFT_MIN && isfinite(config->soft_min) && spec->min <= spec->max)
		extend(spec, config->soft_min);
	if (config->set & FIELD_SOFT_MAX && isfinite(config->soft_max) && spec->min <= spec->max)
		extend(spec, config->soft_max);
	if (config->set & FIELD_MIN && isfinite(config->min) && !spec->fixed_min) {
		spec->min = config->min;
		spec->fixed_min = true;
	}
	if (config->set & FIELD_MAX && isfinite(config->max) && !spec->fixed_max) {
		spec->max = config->max;
		spec->fixed_max = true;
	}
}

static void make_axis(struct chart *chart, size_t index, int rows, enum chart_ticks ticks)
{
	struct chart_scale *scale = &chart->scales[index];
	struct axis_spec spec = {
		.min = INFINITY,
		.max = -INFINITY,
		.intervals = axis_intervals(rows),
		.unit = scale->unit,
		.decimals = UNIT_DECIMALS_AUTO, /* a file's decimals are for its values; ticks are round */
		.log_base = scale->log_base,
		.rows = rows,
		.ends = ticks == CHART_TICKS_ENDS,
		.may_shrink = ticks == CHART_TICKS_SHRINK,
	};

	for (size_t i = 0; i < chart->count; i++) {
		if (chart->series[i].scale == index && !chart_is_hidden(chart, i))
			extend_by_values(&spec, chart, &chart->series[i]);
	}
	for (size_t i = 0; !scale->percent && i < chart->count; i++) {
		if (chart->series[i].scale == index)
			apply_limits(&spec, chart->series[i].config);
	}
	if (scale->percent && spec.min >= 0) {
		spec.min = 0;
		spec.max = 1;
		spec.fixed_min = spec.fixed_max = true;
	}
	if (scale->log_base)
		spec.from_zero = false;
	axis_make(&scale->axis, &spec);
}

int chart_axes(struct chart *chart, int rows, enum chart_ticks ticks)
{
	int wanted = rows;

	for (size_t i = 0; i < chart->scale_count; i++) {
		make_axis(chart, i, rows, ticks);
		if (chart->scales[i].axis.rows > 0 && chart->scales[i].axis.rows < wanted)
			wanted = chart->scales[i].axis.rows;
	}
	/* All scales of a chart share its rows. */
	for (size_t i = 0; wanted < rows && i < chart->scale_count; i++)
		make_axis(chart, i, wanted, CHART_TICKS_ROWS);
	return wanted;
}
