/* Choosing what a chart shows: every number column beside a time column; of too many the largest. */
#include "ui/panel/chart.h"

#include <math.h>
#include <stdlib.h>

#include "ui/panel/time_series.h"

struct candidate {
	struct time_series series;
	double size; /* greatest magnitude */
	size_t index;
};

static double magnitude(const double *values, size_t count)
{
	double ret = -1;

	for (size_t i = 0; i < count; i++) {
		double size = fabs(values[i]);

		if (size > ret && size < INFINITY)
			ret = size;
	}
	return ret;
}

static int by_size(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? 1 : -1;
	return a->index < b->index ? -1 : 1;
}

static int by_index(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	return a->index < b->index ? -1 : 1;
}

static struct candidate *find_candidates(struct chart *chart, struct arena *arena, size_t *ret_count)
{
	const struct panel_data *data = chart->view->data;
	struct time_series *series = time_series_collect(&data->frames, data->step_ms, false, arena, ret_count);
	struct candidate *ret = arena_array(arena, *ret_count + 1, sizeof(*ret));

	time_series_range(chart->view, series, *ret_count, &chart->start_ms, &chart->end_ms);
	for (size_t i = 0; i < *ret_count; i++)
		ret[i] = (struct candidate){ .series = series[i], .index = i };
	return ret;
}

static void fill_series(struct chart_series *series, const struct time_series *from)
{
	*series = (struct chart_series){
		.field = from->field,
		.config = from->config,
		.name = from->name,
		.values_times_ms = from->times_ms,
		.values = from->field->numbers,
		.value_count = from->count,
		.step_ms = from->step_ms,
	};
	if (series->config->span_nulls_ms < 0)
		return;
	series->gap_ms = series->step_ms * 3 / 2;
	if (series->config->span_nulls_ms > series->gap_ms)
		series->gap_ms = series->config->span_nulls_ms;
}

/* Letters follow the palette's index while there are letters enough, so that both stay with a series. */
static void give_letters(struct chart *chart)
{
	bool by_place = false;

	for (size_t i = 0; i < chart->count; i++) {
		int index = chart->series[i].field->series_index;

		by_place = by_place || index < 0 || index >= SERIES_LETTERS ||
			   (i > 0 && index <= chart->series[i - 1].field->series_index);
	}
	for (size_t i = 0; i < chart->count; i++)
		chart->series[i].letter = series_letter(by_place ? i : (size_t)chart->series[i].field->series_index);
}

/* The value that gives a series its colour, where values do. */
static double colouring_value(const struct chart_series *series)
{
	double ret = NAN;

	for (size_t i = 0; i < series->value_count; i++) {
		double value = series->values[i];

		if (!isfinite(value))
			continue;
		if (isnan(ret) || series->config->colour.series_by == 0 ||
		    (series->config->colour.series_by == 1 && value < ret) ||
		    (series->config->colour.series_by == 2 && value > ret))
			ret = value;
	}
	return ret;
}

static bool coloured_by_value(const struct field_config *config)
{
	return (config->set & FIELD_COLOUR) &&
	       (config->colour.mode == COLOUR_THRESHOLDS || config->colour.mode == COLOUR_CONTINUOUS);
}

struct display_range chart_range(struct chart *chart, const struct field_config *config)
{
	struct display_range range;

	if (isnan(chart->data_min)) {
		static const struct field_config none;
		const struct field any = { .type = FIELD_NUMBER, .config = &none };

		range = display_range_of(&any, &chart->view->data->frames);
		chart->data_min = isnan(range.min) ? 0 : range.min;
		chart->data_max = isnan(range.max) ? 0 : range.max;
	}
	range.min = config->set & FIELD_MIN ? config->min : chart->data_min;
	range.max = config->set & FIELD_MAX ? config->max : chart->data_max;
	return range;
}

static void collect(struct chart *chart)
{
	size_t count;
	struct candidate *candidates = find_candidates(chart, &chart->arena, &count);

	if (count > CHART_SERIES_MAX) {
		for (size_t i = 0; i < count; i++)
			candidates[i].size = magnitude(candidates[i].series.field->numbers, candidates[i].series.count);
		qsort(candidates, count, sizeof(*candidates), by_size);
		qsort(candidates, CHART_SERIES_MAX, sizeof(*candidates), by_index);
		chart->more = count - CHART_SERIES_MAX;
		count = CHART_SERIES_MAX;
	}
	chart->more += chart->view->data->frames.dropped;
	chart->series = arena_array(&chart->arena, count ? count : 1, sizeof(*chart->series));
	chart->count = count;
	for (size_t i = 0; i < count; i++)
		fill_series(&chart->series[i], &candidates[i].series);
	give_letters(chart);
	for (size_t i = 0; i < count; i++) {
		struct chart_series *series = &chart->series[i];
		struct display_range range = { 0, 1 };
		double value = NAN;

		if (coloured_by_value(series->config)) {
			range = chart_range(chart, series->config);
			value = colouring_value(series);
		}
		series->style = series_style(series->field, value, range);
	}
}

double chart_last(const struct chart_series *series)
{
	for (size_t i = series->value_count; i-- > 0;) {
		if (!isnan(series->values[i]))
			return series->values[i];
	}
	return NAN;
}

void chart_init(struct chart *chart, const struct panel_view *view)
{
	*chart = (struct chart){ .view = view, .data_min = NAN, .data_max = NAN };
	arena_init(&chart->arena);
	collect(chart);
	chart_sort(chart);
	chart_assign_scales(chart);
	chart_stack(chart);
}

void chart_release(struct chart *chart)
{
	arena_release(&chart->arena);
}
