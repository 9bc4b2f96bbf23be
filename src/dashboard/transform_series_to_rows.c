/* seriesToRows: all series below each other as Time, Metric, Value, the newest first. */
#include "dashboard/transform.h"

#include <stdlib.h>

#include "base/mem.h"
#include "dashboard/column.h"

struct source {
	const struct field *time, *value;
	const char *name;
	size_t row, order;
};

static int compare_sources(const void *a, const void *b)
{
	const struct source *left = a, *right = b;
	int64_t left_ms = left->time->times_ms[left->row], right_ms = right->time->times_ms[right->row];

	if (left_ms != right_ms)
		return left_ms > right_ms ? -1 : 1;
	return left->order < right->order ? -1 : left->order > right->order;
}

/* The first field of the type, or NULL. */
static const struct field *field_of(const struct frame *frame, enum field_type type, size_t *ret_index)
{
	for (size_t f = 0; f < frame->field_count; f++) {
		if (frame->fields[f].type != type)
			continue;
		*ret_index = f;
		return &frame->fields[f];
	}
	return NULL;
}

static bool all_series(const struct transform *transform, size_t *ret_rows)
{
	size_t index;

	*ret_rows = 0;
	for (size_t i = 0; i < transform->frame_count; i++) {
		if (!field_of(&transform->frames[i], FIELD_TIME, &index) ||
		    !field_of(&transform->frames[i], FIELD_NUMBER, &index))
			return false;
		*ret_rows += transform->frames[i].length;
	}
	return true;
}

static struct source *sorted_sources(struct transform *transform, size_t rows)
{
	struct source *sources = mem_array(rows + 1, sizeof(*sources));
	size_t at = 0;

	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];
		size_t time_index = 0, value_index = 0;
		struct source source = { .time = field_of(frame, FIELD_TIME, &time_index),
					 .value = field_of(frame, FIELD_NUMBER, &value_index) };

		source.name = frame->name ? frame->name : transform_names(transform, i)[value_index];
		for (size_t row = 0; row < frame->length; row++) {
			source.row = row;
			source.order = at;
			sources[at++] = source;
		}
	}
	qsort(sources, rows, sizeof(*sources), compare_sources);
	return sources;
}

void transform_series_to_rows(struct transform *transform)
{
	struct field fields[3] = { { .name = "Time", .type = FIELD_TIME },
				   { .name = "Metric", .type = FIELD_STRING },
				   { .name = "Value", .type = FIELD_NUMBER } };
	struct source *sources;
	size_t rows;

	if (transform->frame_count <= 1 || !all_series(transform, &rows)) {
		for (size_t i = 0; i < transform->frame_count; i++)
			transform_add(transform, transform->frames[i]);
		return;
	}
	if (!transform_spend(transform, rows, 3))
		return;
	sources = sorted_sources(transform, rows);
	for (size_t f = 0; f < 3; f++)
		column_make(&fields[f], transform->arena, rows);
	for (size_t i = 0; i < rows; i++) {
		column_copy(&fields[0], i, sources[i].time, sources[i].row, transform->arena);
		column_set_string(&fields[1], i, sources[i].name);
		column_copy(&fields[2], i, sources[i].value, sources[i].row, transform->arena);
	}
	free(sources);
	transform_add(transform, (struct frame){ .ref_id = transform_ref_id(transform),
						 .format = FORMAT_TABLE,
						 .fields = fields,
						 .field_count = 3,
						 .length = rows });
}
