/* labelsToFields: labels as columns (or as a list of label and value), so that a table can show them. */
#include "dashboard/transform.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "dashboard/column.h"

struct label_options {
	const cJSON *keep; /* NULL: all */
	const char *value_label;
};

static bool is_kept(const struct label_options *options, const char *name)
{
	return !options->keep || transform_lists(options->keep, name);
}

/* ---- columns ---- */

/* The same label with the same value in several fields of a frame is one column. */
static bool is_new(struct map *seen, const struct label *label)
{
	char *key = mem_printf("%s=%s", label->name, label->value);
	bool known = map_has(seen, key);

	if (!known)
		map_set(seen, key, NULL);
	free(key);
	return !known;
}

static bool add_label_column(struct transform *transform, struct frame *frame, const struct label *label)
{
	struct field *field = &frame->fields[frame->field_count];

	if (!transform_spend(transform, frame->length, 1))
		return false;
	*field = (struct field){ .name = label->name, .type = FIELD_STRING };
	column_make(field, transform->arena, frame->length);
	for (size_t row = 0; row < frame->length; row++)
		column_set_string(field, row, label->value);
	frame->field_count++;
	return true;
}

static void frame_columns(struct transform *transform, const struct label_options *options, const struct frame *frame)
{
	struct frame ret = *frame;
	size_t capacity = frame->field_count;
	struct map seen;

	map_init(&seen);
	for (size_t f = 0; f < frame->field_count; f++)
		capacity += frame->fields[f].labels.count;
	ret.fields = arena_array(transform->arena, capacity + 1, sizeof(*ret.fields));
	ret.field_count = frame->field_count;
	ret.name = NULL;
	for (size_t f = 0; f < frame->field_count; f++) {
		struct field *field = &ret.fields[f];
		const char *value;

		*field = frame->fields[f];
		if (field->labels.count == 0)
			continue;
		value = *options->value_label && is_kept(options, options->value_label)
				? labels_get(&field->labels, options->value_label)
				: NULL;
		if (value)
			field->name = value;
		field->labels = (struct labels){ 0 };
		field->legend = NULL;
		field->display_name = NULL;
	}
	/* Labels come behind the values, sorted within a field. */
	for (size_t f = 0; f < frame->field_count; f++) {
		const struct labels *labels = &frame->fields[f].labels;

		for (size_t l = 0; l < labels->count; l++) {
			const struct label *label = &labels->items[l];

			if (is_kept(options, label->name) && strcmp(label->name, options->value_label) != 0 &&
			    is_new(&seen, label) && !add_label_column(transform, &ret, label))
				break;
		}
	}
	map_release(&seen, NULL);
	transform_add(transform, ret);
}

/* ---- rows ---- */

/* Kept labels in the wanted order; one a field lacks has no value. */
static size_t pick_labels(struct transform *transform, const struct label_options *options, const struct labels *labels,
			  struct label **ret)
{
	size_t count = options->keep ? (size_t)cJSON_GetArraySize(options->keep) : labels->count, kept = 0;
	const cJSON *item;

	*ret = arena_array(transform->arena, count + 1, sizeof(**ret));
	if (!options->keep) {
		memcpy(*ret, labels->items, count * sizeof(**ret));
		return count;
	}
	cJSON_ArrayForEach(item, options->keep) if (cJSON_IsString(item))(*ret)[kept++] =
		(struct label){ .name = item->valuestring, .value = labels_get(labels, item->valuestring) };
	return kept;
}

static void field_rows(struct transform *transform, const struct label_options *options, const struct frame *frame,
		       const struct labels *labels, const char *name)
{
	struct field fields[2] = { { .name = "label", .type = FIELD_STRING },
				   { .name = "value", .type = FIELD_STRING } };
	struct label *picked;
	size_t count = pick_labels(transform, options, labels, &picked);

	if (count == 0 || !transform_spend(transform, count, 2))
		return;
	column_make(&fields[0], transform->arena, count);
	column_make(&fields[1], transform->arena, count);
	for (size_t i = 0; i < count; i++) {
		column_set_string(&fields[0], i, picked[i].name);
		column_set_string(&fields[1], i, picked[i].value);
	}
	transform_add(transform, (struct frame){ .name = name,
						 .ref_id = frame->ref_id,
						 .format = FORMAT_TABLE,
						 .fields = fields,
						 .field_count = 2,
						 .length = count });
}

void transform_labels_to_fields(struct transform *transform)
{
	struct label_options options = { .keep = transform_array(transform, transform->options, "keepLabels") };
	const char *mode = transform_string(transform, transform->options, "mode", "columns");

	options.value_label = transform_string(transform, transform->options, "valueLabel", "");
	if (strcmp(mode, "rows") != 0) {
		for (size_t i = 0; i < transform->frame_count; i++)
			frame_columns(transform, &options, &transform->frames[i]);
		/* Grafana merges what this gives. */
		transform_chain(transform);
		transform_merge(transform);
		return;
	}
	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];

		for (size_t f = 0; f < frame->field_count; f++)
			if (frame->fields[f].labels.count > 0)
				field_rows(transform, &options, frame, &frame->fields[f].labels,
					   transform_names(transform, i)[f]);
	}
}
