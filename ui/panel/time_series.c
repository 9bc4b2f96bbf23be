#include "ui/panel/time_series.h"

#include "ui/panel/panel.h"
#include "ui/panel/series_style.h"

static const struct field *time_field(const struct frame *frame)
{
	for (size_t i = 0; i < frame->field_count; i++) {
		if (frame->fields[i].type == FIELD_TIME)
			return &frame->fields[i];
	}
	return NULL;
}

static bool is_shown(const struct field *field, bool strings)
{
	const struct field_config *config = field_config_of(field);

	if (config->hide_viz || config->hidden)
		return false;
	return field->type == FIELD_NUMBER || field->type == FIELD_BOOLEAN || (strings && field->type == FIELD_STRING);
}

int64_t time_series_step(const int64_t *times_ms, size_t count, int64_t step_ms)
{
	int64_t least = INT64_MAX;

	for (size_t i = 1; i < count; i++) {
		int64_t distance = times_ms[i] - times_ms[i - 1];

		if (distance > 0 && distance < least)
			least = distance;
		if (least <= step_ms) /* the usual case, found at the first two samples */
			return step_ms;
	}
	return least == INT64_MAX ? step_ms : least;
}

struct time_series *time_series_collect(const struct frame_set *set, int64_t step_ms, bool strings, struct arena *arena,
					size_t *ret_count)
{
	size_t count = 0, limit = 0;
	struct time_series *ret;

	for (size_t i = 0; i < set->frames.count; i++)
		limit += set->frames.items[i].field_count;
	ret = arena_array(arena, limit + 1, sizeof(*ret));
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];
		const struct field *time = time_field(frame);

		for (size_t j = 0; time && j < frame->field_count; j++) {
			const struct field *field = &frame->fields[j];
			struct time_series *series = &ret[count];

			if (!is_shown(field, strings))
				continue;
			*series = (struct time_series){
				.field = field,
				.config = field_config_of(field),
				.name = field->display_name ? field->display_name
					: field->legend     ? field->legend
					: field->name       ? field->name
							    : "",
				.times_ms = time->times_ms,
				.count = frame->length,
				.step_ms = time_series_step(time->times_ms, frame->length, step_ms),
			};
			count++;
		}
	}
	*ret_count = count;
	return ret;
}

void time_series_range(const struct panel_view *view, const struct time_series *series, size_t count,
		       int64_t *ret_start_ms, int64_t *ret_end_ms)
{
	bool own = view->panel->time_from || view->panel->time_shift;
	int64_t start_ms = own ? view->data->start_ms : view->start_ms;
	int64_t end_ms = own ? view->data->end_ms : view->end_ms;

	if (end_ms <= start_ms) {
		start_ms = INT64_MAX;
		end_ms = INT64_MIN;
		for (size_t i = 0; i < count; i++) {
			if (series[i].count == 0)
				continue;
			if (series[i].times_ms[0] < start_ms)
				start_ms = series[i].times_ms[0];
			if (series[i].times_ms[series[i].count - 1] > end_ms)
				end_ms = series[i].times_ms[series[i].count - 1];
		}
		if (end_ms < start_ms)
			start_ms = end_ms = view->now_ms;
		if (end_ms == start_ms)
			start_ms -= 60000;
	}
	*ret_start_ms = start_ms;
	*ret_end_ms = end_ms;
}
