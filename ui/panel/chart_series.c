/* Choosing what a chart shows: every number column beside a time column; of too many the largest. */
#include "ui/panel/chart.h"

#include <math.h>
#include <stdlib.h>

#include "ui/panel/time_series.h"

struct rank {
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
	const struct rank *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? 1 : -1;
	return a->index < b->index ? -1 : 1;
}

static int by_index(const void *left, const void *right)
{
	const struct rank *a = left, *b = right;

	return a->index < b->index ? -1 : 1;
}

/* Which to draw: all, or the largest in their own order. Returns how many. */
static size_t choose(struct arena *arena, const struct time_series *all, size_t count, struct rank **ret)
{
	struct rank *ranks = arena_array(arena, count + 1, sizeof(*ranks));

	for (size_t i = 0; i < count; i++) {
		ranks[i].index = i;
		if (count > CHART_SERIES_MAX)
			ranks[i].size = magnitude(all[i].field->numbers, all[i].count);
	}
	if (count > CHART_SERIES_MAX) {
		qsort(ranks, count, sizeof(*ranks), by_size);
		count = CHART_SERIES_MAX;
		qsort(ranks, count, sizeof(*ranks), by_index);
	}
	*ret = ranks;
	return count;
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
	if (!chart->has_data_range)
		chart->data_range = display_range_of_set(&chart->view->data->frames);
	chart->has_data_range = true;
	return display_range_with(config, chart->data_range);
}

static void collect(struct chart *chart)
{
	const struct panel_data *data = chart->view->data;
	size_t count, all_count;
	struct time_series *all = time_series_collect(&data->frames, data->step_ms, false, &chart->arena, &all_count);
	struct rank *ranks;

	time_series_range(chart->view, all, all_count, &chart->start_ms, &chart->end_ms);
	count = choose(&chart->arena, all, all_count, &ranks);
	chart->more = all_count - count + data->frames.dropped;
	chart->series = arena_array(&chart->arena, count + 1, sizeof(*chart->series));
	chart->count = count;
	for (size_t i = 0; i < count; i++)
		fill_series(&chart->series[i], &all[ranks[i].index]);
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

void chart_init(struct chart *chart, const struct panel_view *view)
{
	*chart = (struct chart){ .view = view };
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
