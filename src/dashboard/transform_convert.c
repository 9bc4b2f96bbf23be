/* convertFieldType: columns read as another type. */
#include "dashboard/transform.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "config/json.h"
#include "dashboard/column.h"

/* JavaScript's Number(): the whole text has to be a number. Hexadecimal floats and words are not. */
static double text_number(const char *text)
{
	char *end;
	double value;

	text += strspn(text, " \t\n");
	if (!*text || strspn(text, "+-.0123456789eE") < strcspn(text, " \t\n"))
		return frame_null();
	value = strtod(text, &end);
	return end[strspn(end, " \t\n")] == '\0' ? value : frame_null();
}

static double text_time(const char *text)
{
	int64_t ms;

	if (time_parse(text, 0, &ms, NULL) < 0)
		return frame_null();
	return (double)ms;
}

static double text_boolean(const char *text)
{
	if (!*text || strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0)
		return 0;
	return 1;
}

static double read_text(enum field_type type, const char *text)
{
	switch (type) {
	case FIELD_TIME: return text_time(text);
	case FIELD_BOOLEAN: return text_boolean(text);
	case FIELD_NUMBER:
	case FIELD_STRING: break;
	}
	return text_number(text);
}

static void convert(struct transform *transform, struct field *field, enum field_type type, size_t length)
{
	struct field from = *field;

	if (from.type == type || !transform_spend(transform, length, 1))
		return;
	field->type = type;
	column_make(field, transform->arena, length);
	for (size_t row = 0; row < length; row++) {
		if (column_is_null(&from, row))
			continue;
		if (from.type == FIELD_STRING)
			column_set_number(field, row, read_text(type, from.strings[row]));
		else
			column_copy(field, row, &from, row, transform->arena);
	}
}

struct type_row {
	const char *id;
	enum field_type type;
};

static const struct type_row types[] = {
	{ .id = "time", .type = FIELD_TIME },     { .id = "number", .type = FIELD_NUMBER },
	{ .id = "string", .type = FIELD_STRING }, { .id = "boolean", .type = FIELD_BOOLEAN },
	{ .id = "enum", .type = FIELD_STRING },
};

static const struct type_row *find_type(const char *id)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(types[i].id, id) == 0)
			return &types[i];
	return NULL;
}

/* Convert in every frame the field that is called so. */
static void apply_conversion(struct transform *transform, struct frame *frames, const cJSON *conversion)
{
	const char *target = transform_string(transform, conversion, "targetField", "");
	const char *id = transform_string(transform, conversion, "destinationType", "");
	const struct type_row *row = find_type(id);

	if (!row) {
		if (*id && strcmp(id, "other") != 0)
			transform_note(transform, "unknown type %s", id);
		return;
	}
	for (size_t i = 0; i < transform->frame_count; i++)
		for (size_t f = 0; f < frames[i].field_count; f++)
			if (transform_is_named(transform, i, f, target))
				convert(transform, &frames[i].fields[f], row->type, frames[i].length);
}

void transform_convert(struct transform *transform)
{
	struct frame *frames = arena_array(transform->arena, transform->frame_count, sizeof(*frames));
	const cJSON *conversion;

	for (size_t i = 0; i < transform->frame_count; i++) {
		frames[i] = transform->frames[i];
		frames[i].fields = transform_fields(transform, &frames[i]);
	}
	cJSON_ArrayForEach(conversion, transform_array(transform, transform->options, "conversions"))
		apply_conversion(transform, frames, conversion);
	for (size_t i = 0; i < transform->frame_count; i++)
		transform_add(transform, frames[i]);
}
