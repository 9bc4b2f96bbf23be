/* reduce: fields to single values: one row a field (seriesToRows), or the same fields with one row (reduceFields). */
#include "dashboard/transform.h"

#include <string.h>

#include "base/hash.h"
#include "config/json.h"
#include "dashboard/column.h"
#include "dashboard/reduction.h"

#define REDUCERS_MAX 32
#define LABELS_MAX   200

struct reduce {
	struct transform *transform;
	struct reduction reducers[REDUCERS_MAX];
	size_t reducer_count;
	bool include_time;
	bool labels_to_fields;
	const char *labels[LABELS_MAX];
	size_t label_count;
	struct field *columns; /* seriesToRows: Field, labels, one a reducer */
};

static void read_reducers(struct reduce *reduce)
{
	struct transform *transform = reduce->transform;
	const cJSON *wanted = transform_array(transform, transform->options, "reducers"), *item;

	cJSON_ArrayForEach(item, wanted)
	{
		if (reduce->reducer_count == REDUCERS_MAX)
			break;
		if (cJSON_IsString(item) && reduction_find(item->valuestring, &reduce->reducers[reduce->reducer_count]))
			reduce->reducer_count++;
		else
			transform_note(transform, "unknown reducer");
	}
	/* Grafana's default. */
	if (!wanted && reduction_find("max", &reduce->reducers[0]))
		reduce->reducer_count = 1;
}

static bool takes_part(const struct reduce *reduce, const struct field *field)
{
	return field->type != FIELD_TIME || reduce->include_time;
}

/* ---- seriesToRows ---- */

static void collect_labels(struct reduce *reduce)
{
	const struct transform *transform = reduce->transform;
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < transform->frame_count; i++) {
		for (size_t f = 0; f < transform->frames[i].field_count; f++) {
			const struct labels *labels = &transform->frames[i].fields[f].labels;

			for (size_t l = 0; l < labels->count && reduce->label_count < LABELS_MAX; l++) {
				if (map_has(&seen, labels->items[l].name))
					continue;
				map_set(&seen, labels->items[l].name, NULL);
				reduce->labels[reduce->label_count++] = labels->items[l].name;
			}
		}
	}
	map_release(&seen, NULL);
}

/* A reducer's column has the type its answers have when they agree, else it holds numbers. */
static enum field_type column_type(const struct reduce *reduce, const struct reduction *reduction)
{
	const struct transform *transform = reduce->transform;
	enum field_type type = FIELD_NUMBER;
	bool any = false;

	for (size_t i = 0; i < transform->frame_count; i++) {
		for (size_t f = 0; f < transform->frames[i].field_count; f++) {
			const struct field *field = &transform->frames[i].fields[f];
			enum field_type own;

			if (!takes_part(reduce, field))
				continue;
			own = reduction_type(reduction, field->type);
			if (any && own != type)
				return FIELD_NUMBER;
			type = own;
			any = true;
		}
	}
	return type;
}

static void make_columns(struct reduce *reduce, size_t rows)
{
	struct arena *arena = reduce->transform->arena;
	struct field *column = reduce->columns;

	*column++ = (struct field){ .name = "Field", .type = FIELD_STRING };
	for (size_t l = 0; l < reduce->label_count; l++)
		*column++ = (struct field){ .name = reduce->labels[l], .type = FIELD_STRING };
	for (size_t r = 0; r < reduce->reducer_count; r++)
		*column++ = (struct field){ .name = reduce->reducers[r].title,
					    .type = column_type(reduce, &reduce->reducers[r]) };
	for (struct field *made = reduce->columns; made < column; made++)
		column_make(made, arena, rows);
}

static void write_row(struct reduce *reduce, size_t row, const struct frame *frame, const struct field *field,
		      const char *name)
{
	struct field *column = reduce->columns;

	column_set_string(column++, row, reduce->labels_to_fields ? field->name : name);
	for (size_t l = 0; l < reduce->label_count; l++)
		column_set_string(column++, row, labels_get(&field->labels, reduce->labels[l]));
	for (size_t r = 0; r < reduce->reducer_count; r++)
		reduction_apply(&reduce->reducers[r], field, NULL, frame->length, column++, row,
				reduce->transform->arena);
}

static void series_to_rows(struct reduce *reduce)
{
	struct transform *transform = reduce->transform;
	size_t rows = 0, row = 0, columns;

	reduce->labels_to_fields = transform_bool(transform, transform->options, "labelsToFields", false);
	if (reduce->labels_to_fields)
		collect_labels(reduce);
	for (size_t i = 0; i < transform->frame_count; i++)
		for (size_t f = 0; f < transform->frames[i].field_count; f++)
			rows += takes_part(reduce, &transform->frames[i].fields[f]);
	columns = 1 + reduce->label_count + reduce->reducer_count;
	if (!transform_spend(transform, rows, columns))
		return;
	reduce->columns = arena_array(transform->arena, columns, sizeof(*reduce->columns));
	make_columns(reduce, rows);
	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];

		for (size_t f = 0; f < frame->field_count; f++)
			if (takes_part(reduce, &frame->fields[f]))
				write_row(reduce, row++, frame, &frame->fields[f], transform_names(transform, i)[f]);
	}
	transform_add(transform, (struct frame){ .ref_id = transform_ref_id(transform),
						 .format = FORMAT_TABLE,
						 .fields = reduce->columns,
						 .field_count = columns,
						 .length = rows });
}

/* ---- reduceFields ---- */

/* With several reducers the copies are told apart by a label. */
static void add_reducer_label(struct arena *arena, struct field *field, const char *title)
{
	struct label *labels = arena_array(arena, field->labels.count + 1, sizeof(*labels));

	if (field->labels.count > 0)
		memcpy(labels, field->labels.items, field->labels.count * sizeof(*labels));
	labels[field->labels.count] = (struct label){ .name = "reducer", .value = title };
	field->labels = labels_make(arena, labels, field->labels.count + 1);
}

static void reduce_field(struct reduce *reduce, const struct frame *frame, const struct field *field, struct frame *ret)
{
	struct arena *arena = reduce->transform->arena;

	for (size_t r = 0; r < reduce->reducer_count; r++) {
		struct field *copy = &ret->fields[ret->field_count++];

		*copy = *field;
		copy->type = reduction_type(&reduce->reducers[r], field->type);
		column_make(copy, arena, 1);
		reduction_apply(&reduce->reducers[r], field, NULL, frame->length, copy, 0, arena);
		if (reduce->reducer_count > 1)
			add_reducer_label(arena, copy, reduce->reducers[r].title);
	}
}

static void reduce_fields(struct reduce *reduce)
{
	struct transform *transform = reduce->transform;

	for (size_t i = 0; i < transform->frame_count; i++) {
		struct frame frame = transform->frames[i], ret = frame;

		if (!transform_spend(transform, frame.field_count, reduce->reducer_count))
			return;
		ret.field_count = 0;
		ret.length = 1;
		ret.fields = arena_array(transform->arena, frame.field_count * reduce->reducer_count + 1,
					 sizeof(*ret.fields));
		for (size_t f = 0; f < frame.field_count; f++)
			if (takes_part(reduce, &frame.fields[f]))
				reduce_field(reduce, &frame, &frame.fields[f], &ret);
		if (ret.field_count > 0)
			transform_add(transform, ret);
	}
}

void transform_reduce(struct transform *transform)
{
	struct reduce reduce = { .transform = transform };
	const char *mode = transform_string(transform, transform->options, "mode", "seriesToRows");

	read_reducers(&reduce);
	reduce.include_time = transform_bool(transform, transform->options, "includeTimeField", false);
	if (strcmp(mode, "reduceFields") == 0)
		reduce_fields(&reduce);
	else
		series_to_rows(&reduce);
}
