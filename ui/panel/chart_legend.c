/* What a chart's legend says: the calculations asked for, the last value else, or the values at the cursor. */
#include "ui/panel/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dashboard/reduce.h"

#define COLUMNS_MAX 8

/* One column: a reducer, or the value at the cursor. */
struct column {
	const struct reducer *reducer;
	const char *title;
};

static bool at_cursor(const struct chart *chart)
{
	int64_t cursor_ms = chart->view->cursor_ms;

	return cursor_ms != 0 && cursor_ms >= chart->start_ms && cursor_ms <= chart->end_ms;
}

static bool is_last(const struct reducer *reducer)
{
	return !strcmp(reducer->id, "lastNotNull") || !strcmp(reducer->id, "last");
}

static size_t find_columns(const struct chart *chart, struct column *ret)
{
	const struct legend_options *options = &chart->view->panel->options.legend;
	const struct reducer *last = reducer_find("lastNotNull");
	size_t count = 0;

	if (at_cursor(chart)) {
		ret[0] = (struct column){ .title = "" };
		return 1;
	}
	for (size_t i = 0; options->calcs && options->calcs[i] && count < COLUMNS_MAX; i++) {
		const struct reducer *reducer = reducer_find(options->calcs[i]);

		if (reducer)
			ret[count++] = (struct column){ reducer, reducer->short_title };
	}
	if (count == 0)
		ret[count++] = (struct column){ last, last->short_title };
	/* In a list a lone last value needs no word. */
	if (count == 1 && options->mode != LEGEND_TABLE && is_last(ret[0].reducer))
		ret[0].title = "";
	return count;
}

static double value_at_cursor(const struct chart *chart, const struct chart_series *series)
{
	int64_t cursor_ms = chart->view->cursor_ms, nearest = INT64_MAX;
	double ret = NAN;

	for (size_t i = 0; i < series->value_count; i++) {
		int64_t distance = llabs(series->values_times_ms[i] - cursor_ms);

		if (distance < nearest && !isnan(series->values[i])) {
			nearest = distance;
			ret = series->values[i];
		}
	}
	return nearest <= (series->step_ms > 0 ? series->step_ms : INT64_MAX - 1) ? ret : NAN;
}

const char *chart_value_text(struct chart *chart, const struct field_config *config, double value)
{
	struct display_range range = { 0, 1 }; /* only the text is wanted */
	struct display display;

	if (isnan(value))
		return "-";
	display_number(config, value, range, &display);
	return arena_printf(&chart->arena, "%s%s%s", display.text.prefix, display.text.text, display.text.suffix);
}

struct sorted {
	size_t index;
	const char *name;
	double value;
};

static int by_name(const void *left, const void *right)
{
	const struct sorted *a = left, *b = right;
	int ret = strcmp(a->name, b->name);

	return ret ? ret : a->index < b->index ? -1 : 1;
}

/* Ascending, what has no value first, so that it is last in the usual descending order. */
static int by_value(const void *left, const void *right)
{
	const struct sorted *a = left, *b = right;

	if (isnan(a->value) || isnan(b->value))
		return isnan(a->value) == isnan(b->value) ? (a->index < b->index ? 1 : -1) : isnan(a->value) ? -1 : 1;
	return a->value < b->value ? -1 : a->value > b->value ? 1 : a->index < b->index ? 1 : -1;
}

/* The reducer a legend is sorted by: its id or its title ("Last *", "Mean"). */
static const struct reducer *sorting_reducer(const char *sort_by)
{
	size_t count;
	const struct reducer *table = reducer_table(&count);

	for (size_t i = 0; i < count; i++) {
		if (!strcasecmp(table[i].title, sort_by) || !strcasecmp(table[i].short_title, sort_by))
			return &table[i];
	}
	return reducer_find(sort_by);
}

void chart_sort(struct chart *chart)
{
	const struct legend_options *options = &chart->view->panel->options.legend;
	struct sorted sorted[CHART_SERIES_MAX];
	const struct reducer *reducer = NULL;
	bool names = options->sort_by && !strcasecmp(options->sort_by, "name");
	size_t count = 0;

	if (options->sort_by && options->sort_by[0] && !names)
		reducer = sorting_reducer(options->sort_by);
	for (size_t i = 0; i < chart->count; i++) {
		const struct chart_series *series = &chart->series[i];

		if (series->config->hide_legend)
			continue;
		sorted[count] = (struct sorted){ i, series->name, NAN };
		if (reducer)
			sorted[count].value = reducer->reduce(series->values, series->value_count);
		count++;
	}
	if (reducer || names)
		qsort(sorted, count, sizeof(*sorted), names ? by_name : by_value);
	chart->order = arena_array(&chart->arena, count + 1, sizeof(*chart->order));
	chart->order_count = count;
	for (size_t i = 0; i < count; i++)
		chart->order[i] = sorted[options->sort_descending && (reducer || names) ? count - 1 - i : i].index;
}

bool chart_is_hidden(const struct chart *chart, size_t series)
{
	int selected = chart->view->selected;

	return selected >= 0 && (size_t)selected < chart->order_count && chart->order[selected] != series;
}

void chart_legend(struct chart *chart, struct legend *ret)
{
	struct column columns[COLUMNS_MAX];
	size_t count = find_columns(chart, columns);
	const char **titles = arena_array(&chart->arena, count, sizeof(*titles));
	struct legend_entry *entries = arena_array(&chart->arena, chart->order_count + 1, sizeof(*entries));

	for (size_t i = 0; i < count; i++)
		titles[i] = columns[i].title;
	for (size_t i = 0; i < chart->order_count; i++) {
		const struct chart_series *series = &chart->series[chart->order[i]];
		const char **values = arena_array(&chart->arena, count, sizeof(*values));

		for (size_t j = 0; j < count; j++) {
			double value = columns[j].reducer
					       ? columns[j].reducer->reduce(series->values, series->value_count)
					       : value_at_cursor(chart, series);

			values[j] = chart_value_text(chart, series->config, value);
		}
		entries[i] = (struct legend_entry){ series->letter, series->name, series->style, values };
	}
	*ret = (struct legend){
		.entries = entries,
		.count = chart->order_count,
		.columns = titles,
		.column_count = count,
		.more = chart->more,
		.table = chart->view->panel->options.legend.mode == LEGEND_TABLE,
		.selected = chart->view->selected < (int)chart->order_count ? chart->view->selected : -1,
		.chosen = chart->view->chosen <= (int)chart->order_count ? chart->view->chosen : 0,
	};
}
