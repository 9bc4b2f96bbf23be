/*
 * From values to what is drawn: negative-Y turns them over, stacking lays
 * each series of a group on those before it. Series of a group may have
 * different times: the group is laid on the union of them; where a series has
 * no value it adds nothing and shows a gap.
 */
#include "ui/panel/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_stacked(const struct chart_series *series)
{
	return series->config->stacking != STACK_NONE;
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* Series that were turned over stack downwards, apart from the others. */
static bool same_group(const struct chart_series *a, const struct chart_series *b)
{
	return is_stacked(a) && is_stacked(b) && a->scale == b->scale && a->config->stacking == b->config->stacking &&
	       a->config->negate == b->config->negate && same_text(a->config->stack_group, b->config->stack_group);
}

static int by_time(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

struct group {
	size_t members[CHART_SERIES_MAX];
	size_t count;
	int64_t *times_ms;
	size_t length;
	double *sum;   /* height reached so far */
	double *total; /* of magnitudes, for percent */
};

static bool same_times(const struct chart_series *a, const struct chart_series *b)
{
	return a->value_count == b->value_count &&
	       (a->values_times_ms == b->values_times_ms ||
		!memcmp(a->values_times_ms, b->values_times_ms, a->value_count * sizeof(*a->values_times_ms)));
}

static void group_times(struct chart *chart, struct group *group)
{
	const struct chart_series *first = &chart->series[group->members[0]];
	size_t all = 0, length = 0;
	bool same = true;

	for (size_t i = 0; i < group->count; i++) {
		same = same && same_times(first, &chart->series[group->members[i]]);
		all += chart->series[group->members[i]].value_count;
	}
	if (same)
		all = first->value_count;
	group->times_ms = arena_array(&chart->arena, all + 1, sizeof(*group->times_ms));
	for (size_t i = 0; i < (same ? 1 : group->count); i++) {
		const struct chart_series *series = &chart->series[group->members[i]];

		if (series->value_count > 0)
			memcpy(group->times_ms + length, series->values_times_ms,
			       series->value_count * sizeof(*group->times_ms));
		length += series->value_count;
	}
	if (!same && length > 0) {
		size_t kept = 1;

		qsort(group->times_ms, length, sizeof(*group->times_ms), by_time);
		for (size_t i = 1; i < length; i++) {
			if (group->times_ms[i] != group->times_ms[kept - 1])
				group->times_ms[kept++] = group->times_ms[i];
		}
		length = kept;
	}
	group->length = length;
}

/* The member's values on the group's times, NaN where it has none. */
static double *on_times(struct chart *chart, const struct group *group, const struct chart_series *series)
{
	double *ret = arena_array(&chart->arena, group->length + 1, sizeof(*ret));
	size_t at = 0;

	for (size_t i = 0; i < group->length; i++) {
		while (at < series->value_count && series->values_times_ms[at] < group->times_ms[i])
			at++;
		ret[i] = NAN;
		if (at < series->value_count && series->values_times_ms[at] == group->times_ms[i] &&
		    isfinite(series->values[at]))
			ret[i] = series->config->negate ? -series->values[at] : series->values[at];
	}
	return ret;
}

static void stack_group(struct chart *chart, struct group *group)
{
	bool percent = chart->series[group->members[0]].config->stacking == STACK_PERCENT;
	double *layers[CHART_SERIES_MAX];

	group_times(chart, group);
	group->sum = arena_array(&chart->arena, group->length + 1, sizeof(*group->sum));
	group->total = arena_array(&chart->arena, group->length + 1, sizeof(*group->total));
	for (size_t i = 0; i < group->count; i++) {
		layers[i] = on_times(chart, group, &chart->series[group->members[i]]);
		for (size_t j = 0; j < group->length; j++)
			group->total[j] += isnan(layers[i][j]) ? 0 : fabs(layers[i][j]);
	}
	for (size_t i = 0; i < group->count; i++) {
		struct chart_series *series = &chart->series[group->members[i]];
		double *base = arena_array(&chart->arena, group->length + 1, sizeof(*base));

		for (size_t j = 0; j < group->length; j++) {
			double value = layers[i][j];

			base[j] = group->sum[j];
			if (isnan(value))
				continue;
			if (percent)
				value = group->total[j] > 0 ? value / group->total[j] : 0;
			group->sum[j] += value;
			layers[i][j] = group->sum[j];
		}
		series->times_ms = group->times_ms;
		series->count = group->length;
		series->drawn = layers[i];
		series->base = base;
	}
}

static void copy_values(struct chart *chart, struct chart_series *series)
{
	series->times_ms = series->values_times_ms;
	series->drawn = series->values;
	series->count = series->value_count;
	if (series->config->negate) {
		double *turned = arena_array(&chart->arena, series->count + 1, sizeof(*turned));

		for (size_t i = 0; i < series->count; i++)
			turned[i] = -series->values[i];
		series->drawn = turned;
	}
}

void chart_stack(struct chart *chart)
{
	bool done[CHART_SERIES_MAX] = { false };

	for (size_t i = 0; i < chart->count; i++) {
		struct group group = { .count = 0 };

		if (done[i])
			continue;
		if (!is_stacked(&chart->series[i])) {
			copy_values(chart, &chart->series[i]);
			continue;
		}
		for (size_t j = i; j < chart->count; j++) {
			/* An isolated series stands on the floor, not on what is hidden. */
			if (same_group(&chart->series[i], &chart->series[j]) &&
			    (chart_is_hidden(chart, i) || !chart_is_hidden(chart, j))) {
				done[j] = !chart_is_hidden(chart, i) || j == i;
				if (done[j])
					group.members[group.count++] = j;
			}
		}
		stack_group(chart, &group);
	}
}
