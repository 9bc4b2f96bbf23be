#include "alert/template_value.h"

#include <string.h>

#include "alert/template.h"

static const char *const types[] = {
	[TEMPLATE_INVALID] = "<nil>",
	[TEMPLATE_NIL] = "<nil>",
	[TEMPLATE_BOOL] = "bool",
	[TEMPLATE_INT] = "int",
	[TEMPLATE_INT64] = "int64",
	[TEMPLATE_BYTE] = "uint8",
	[TEMPLATE_FLOAT] = "float64",
	[TEMPLATE_STRING] = "string",
	[TEMPLATE_HTML] = "template.HTML",
	[TEMPLATE_LABELS] = "map[string]string",
	[TEMPLATE_ARGS] = "map[string]interface {}",
	[TEMPLATE_SAMPLE] = "*template.sample",
	[TEMPLATE_VECTOR] = "template.queryResult",
	[TEMPLATE_DATA] =
		("struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value "
		 "float64 }"),
	[TEMPLATE_TIME] = "*time.Time",
	[TEMPLATE_MONTH] = "time.Month",
	[TEMPLATE_WEEKDAY] = "time.Weekday",
};

struct template_value template_text(const char *text)
{
	return template_bytes(text, strlen(text));
}

struct template_value template_bytes(const char *text, size_t length)
{
	return (struct template_value){ .kind = TEMPLATE_STRING, .text = text, .length = length };
}

struct template_value template_take(struct arena *arena, struct strbuf *buf)
{
	char *copy = arena_alloc(arena, buf->length + 1);
	struct template_value value = template_bytes(copy, buf->length);

	memcpy(copy, buf->text, buf->length);
	strbuf_release(buf);
	return value;
}

const char *template_type(const struct template_value *value)
{
	return types[value->kind];
}

bool template_truth(const struct template_value *value)
{
	switch (value->kind) {
	case TEMPLATE_INVALID:
	case TEMPLATE_NIL: return false;
	case TEMPLATE_BOOL: return value->truth;
	case TEMPLATE_INT:
	case TEMPLATE_INT64:
	case TEMPLATE_BYTE:
	case TEMPLATE_MONTH:
	case TEMPLATE_WEEKDAY: return value->number != 0;
	case TEMPLATE_FLOAT: return value->real != 0;
	case TEMPLATE_STRING:
	case TEMPLATE_HTML: return value->length != 0;
	case TEMPLATE_LABELS:
	case TEMPLATE_ARGS:
	case TEMPLATE_VECTOR: return template_length(value) != 0;
	case TEMPLATE_SAMPLE: return value->sample != NULL;
	case TEMPLATE_DATA:
	case TEMPLATE_TIME: return true;
	}
	return false;
}

static struct template_value args_member(const struct template_args *args, const char *key)
{
	for (size_t i = 0; i < args->count; i++)
		if (strcmp(args->names[i], key) == 0)
			return args->items[i];
	return (struct template_value){ .kind = TEMPLATE_NIL };
}

struct template_value template_member(const struct template_value *map, const char *key, size_t length)
{
	const char *found = NULL;

	if (map->kind == TEMPLATE_ARGS)
		return args_member(map->args, key);
	if (map->labels && strlen(key) == length)
		found = labels_get(map->labels, key);
	return template_text(found ? found : "");
}

size_t template_length(const struct template_value *value)
{
	switch (value->kind) {
	case TEMPLATE_LABELS: return value->labels ? value->labels->count : 0;
	case TEMPLATE_ARGS: return value->args->count;
	default: return value->length;
	}
}

void template_item(const struct template_value *value, size_t index, struct template_value *ret_key,
		   struct template_value *ret_value)
{
	*ret_key = template_int((int64_t)index);
	*ret_value = (struct template_value){ .kind = TEMPLATE_INVALID };
	if (value->kind == TEMPLATE_LABELS) {
		*ret_key = template_text(value->labels->items[index].name);
		*ret_value = template_text(value->labels->items[index].value);
	} else if (value->kind == TEMPLATE_ARGS) {
		*ret_key = template_text(value->args->names[index]);
		*ret_value = value->args->items[index];
	} else if (value->kind == TEMPLATE_VECTOR) {
		*ret_value = (struct template_value){ .kind = TEMPLATE_SAMPLE, .sample = value->vector[index] };
	}
}
