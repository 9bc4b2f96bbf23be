/* sortBy: the rows of each frame by one field. */
#include "dashboard/transform.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dashboard/column.h"

struct sort {
	const struct field *field;
	bool descending;
};

static int compare_rows(const void *a, const void *b, void *context)
{
	const size_t *left = a, *right = b;
	const struct sort *sort = context;
	int order = column_compare(sort->field, *left, *right);

	if (order != 0)
		return sort->descending ? -order : order;
	return *left < *right ? -1 : *left > *right;
}

static void sort_frame(struct transform *transform, const struct frame *frame, struct sort sort)
{
	size_t *rows;
	struct frame sorted = *frame;

	if (!transform_spend(transform, frame->length, frame->field_count))
		return;
	rows = mem_array(frame->length + 1, sizeof(*rows));
	for (size_t i = 0; i < frame->length; i++)
		rows[i] = i;
	qsort_r(rows, frame->length, sizeof(*rows), compare_rows, &sort);
	sorted.fields = transform_fields(transform, frame);
	for (size_t f = 0; f < frame->field_count; f++)
		column_take(&sorted.fields[f], &frame->fields[f], rows, frame->length, transform->arena);
	free(rows);
	transform_add(transform, sorted);
}

void transform_sort_by(struct transform *transform)
{
	/* Grafana's list has room for several, and it uses the first. */
	const cJSON *sorts = transform_array(transform, transform->options, "sort");
	const cJSON *first = cJSON_GetArrayItem(sorts, 0);
	const char *name = transform_string(transform, first, "field", "");
	bool descending = transform_bool(transform, first, "desc", false);

	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];
		const struct field *by = NULL;

		for (size_t f = 0; *name && !by && f < frame->field_count; f++)
			if (transform_is_named(transform, i, f, name))
				by = &frame->fields[f];
		if (by)
			sort_frame(transform, frame, (struct sort){ by, descending });
		else
			transform_add(transform, *frame);
	}
}
