/* concatenate: all fields of all frames side by side, row by row as they come. */
#include "dashboard/transform.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dashboard/column.h"

enum name_mode { NAME_LABEL, NAME_FIELD, NAME_DROP };

struct concatenate {
	enum name_mode mode;
	const char *label;
};

static struct concatenate read_options(struct transform *transform)
{
	struct concatenate ret = { .mode = NAME_LABEL };
	const char *mode = transform_string(transform, transform->options, "frameNameMode", "label");

	ret.label = transform_string(transform, transform->options, "frameNameLabel", "frame");
	if (!*ret.label)
		ret.label = "frame";
	if (strcmp(mode, "field") == 0)
		ret.mode = NAME_FIELD;
	else if (strcmp(mode, "drop") == 0)
		ret.mode = NAME_DROP;
	return ret;
}

/* Keep the frame's name in the field, since the joined frame has none. */
static void keep_name(struct arena *arena, const struct concatenate *options, const struct frame *frame,
		      struct field *field)
{
	struct label *labels;

	if (!frame->name || !*frame->name || options->mode == NAME_DROP)
		return;
	if (options->mode == NAME_FIELD) {
		field->name = arena_printf(arena, "%s \xc2\xb7 %s", frame->name, field->name);
		return;
	}
	labels = arena_array(arena, field->labels.count + 1, sizeof(*labels));
	if (field->labels.count > 0)
		memcpy(labels, field->labels.items, field->labels.count * sizeof(*labels));
	labels[field->labels.count] = (struct label){ .name = options->label, .value = frame->name };
	field->labels = labels_make(arena, labels, field->labels.count + 1);
}

void transform_concatenate(struct transform *transform)
{
	struct concatenate options = read_options(transform);
	struct arena *arena = transform->arena;
	struct frame whole = { .format = transform->frames[0].format };
	size_t *rows;

	for (size_t i = 0; i < transform->frame_count; i++) {
		whole.field_count += transform->frames[i].field_count;
		if (transform->frames[i].length > whole.length)
			whole.length = transform->frames[i].length;
	}
	if (!transform_spend(transform, whole.length, whole.field_count))
		return;
	whole.fields = arena_array(arena, whole.field_count + 1, sizeof(*whole.fields));
	whole.field_count = 0;
	rows = mem_array(whole.length + 1, sizeof(*rows));
	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];

		for (size_t row = 0; row < whole.length; row++)
			rows[row] = row < frame->length ? row : COLUMN_NO_ROW;
		for (size_t f = 0; f < frame->field_count; f++) {
			struct field *field = &whole.fields[whole.field_count++];

			column_take(field, &frame->fields[f], rows, whole.length, arena);
			keep_name(arena, &options, frame, field);
		}
	}
	free(rows);
	whole.ref_id = transform_ref_id(transform);
	transform_add(transform, whole);
}
