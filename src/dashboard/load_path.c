#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/load.h"

size_t load_enter(struct loader *loader, const char *member)
{
	size_t mark = loader->path.length;

	if (mark && *member != '[')
		strbuf_addch(&loader->path, '.');
	/* Names come from the file and may be megabytes long: a message needs the beginning. */
	strbuf_add(&loader->path, member, strnlen(member, 80));
	return mark;
}

size_t load_enter_item(struct loader *loader, const char *member, size_t index)
{
	size_t mark = load_enter(loader, member);

	strbuf_addf(&loader->path, "[%zu]", index);
	return mark;
}

void load_leave(struct loader *loader, size_t mark)
{
	strbuf_truncate(&loader->path, mark);
}

static void report(struct loader *loader, enum fault_severity severity, const char *member, const char *format,
		   va_list args) __attribute__((format(printf, 4, 0)));

static void report(struct loader *loader, enum fault_severity severity, const char *member, const char *format,
		   va_list args)
{
	size_t mark = loader->path.length;
	char text[ERROR_TEXT_MAX];

	vsnprintf(text, sizeof(text), format, args);
	if (member)
		load_enter(loader, member);
	error_list_add(loader->errors, severity, loader->dashboard->file, 0, 0,
		       loader->path.length ? loader->path.text : NULL, "%s", text);
	load_leave(loader, mark);
}

void load_error(struct loader *loader, const char *member, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(loader, FAULT_ERROR, member, format, args);
	va_end(args);
	loader->failed = true;
}

void load_approximate(struct loader *loader, const char *member, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(loader, FAULT_APPROXIMATION, member, format, args);
	va_end(args);
}

static const cJSON *member_of(const cJSON *parent, const char *name)
{
	const cJSON *value = cJSON_IsObject(parent) ? cJSON_GetObjectItemCaseSensitive(parent, name) : NULL;

	return cJSON_IsNull(value) ? NULL : value;
}

const cJSON *load_object(struct loader *loader, const cJSON *parent, const char *name)
{
	const cJSON *value = member_of(parent, name);

	if (!value || cJSON_IsObject(value))
		return value;
	if (!cJSON_IsArray(value) || value->child)
		load_error(loader, name, "must be an object");
	return NULL;
}

const cJSON *load_array(struct loader *loader, const cJSON *parent, const char *name)
{
	const cJSON *value = member_of(parent, name);

	if (!value || cJSON_IsArray(value))
		return value;
	if (!cJSON_IsObject(value) || value->child)
		load_error(loader, name, "must be a list");
	return NULL;
}

const char *load_loose_text(struct loader *loader, const cJSON *value)
{
	if (cJSON_IsString(value))
		return value->valuestring;
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? "true" : "false";
	if (!cJSON_IsNumber(value) || !isfinite(value->valuedouble))
		return NULL;
	if (value->valuedouble == floor(value->valuedouble) && fabs(value->valuedouble) < 1e15)
		return arena_printf(&loader->dashboard->arena, "%.0f", value->valuedouble);
	/* The shortest text that reads back as the same number, as JavaScript writes it. */
	for (int digits = 6; digits < 17; digits++) {
		char text[40];
		snprintf(text, sizeof(text), "%.*g", digits, value->valuedouble);
		if (strtod(text, NULL) == value->valuedouble)
			return arena_strdup(&loader->dashboard->arena, text);
	}
	return arena_printf(&loader->dashboard->arena, "%.17g", value->valuedouble);
}

bool load_loose_number(const cJSON *value, double *ret)
{
	double number;

	if (cJSON_IsNumber(value)) {
		number = value->valuedouble;
	} else if (cJSON_IsString(value)) {
		const char *text = value->valuestring;
		char *end;
		number = strtod(text, &end);
		if (end == text || end[strspn(end, " \t\n")])
			return false;
	} else {
		return false;
	}
	if (!isfinite(number))
		return false;
	*ret = number;
	return true;
}

const char *load_value_text(struct loader *loader, const cJSON *value, const char *name)
{
	const char *text = load_loose_text(loader, value);

	if (!text && value && !cJSON_IsNull(value))
		load_error(loader, name, "must be text");
	return text;
}

bool load_value_number(struct loader *loader, const cJSON *value, const char *name, double *ret)
{
	if (!value || cJSON_IsNull(value) || (cJSON_IsString(value) && !value->valuestring[0]))
		return false;
	if (load_loose_number(value, ret))
		return true;
	if (cJSON_IsString(value))
		load_error(loader, name, "must be a number, not \"%.60s\"", value->valuestring);
	else
		load_error(loader, name, cJSON_IsNumber(value) ? "number is out of range" : "must be a number");
	return false;
}

const char *load_text(struct loader *loader, const cJSON *parent, const char *name, const char *fallback)
{
	const char *text = load_value_text(loader, member_of(parent, name), name);

	return text ? text : fallback;
}

bool load_number(struct loader *loader, const cJSON *parent, const char *name, double *ret)
{
	return load_value_number(loader, member_of(parent, name), name, ret);
}

bool load_flag(const cJSON *parent, const char *name, bool fallback)
{
	const cJSON *value = member_of(parent, name);

	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value);
	if (cJSON_IsNumber(value))
		return value->valuedouble != 0;
	if (cJSON_IsString(value))
		return !strcmp(value->valuestring, "true") || !strcmp(value->valuestring, "1");
	return fallback;
}

const char **load_texts(struct loader *loader, const cJSON *value, size_t *ret_count)
{
	struct arena *arena = &loader->dashboard->arena;
	size_t size = cJSON_IsArray(value) ? (size_t)cJSON_GetArraySize(value) : 1;
	const char **texts = arena_array(arena, (size < LOAD_LIST_MAX ? size : LOAD_LIST_MAX) + 1, sizeof(*texts));
	size_t count = 0;

	if (cJSON_IsArray(value)) {
		const cJSON *item;
		cJSON_ArrayForEach(item, value)
		{
			const char *text = load_loose_text(loader, item);
			if (text && count < LOAD_LIST_MAX)
				texts[count++] = text;
		}
	} else {
		const char *text = load_loose_text(loader, value);
		if (text)
			texts[count++] = text;
	}
	if (ret_count)
		*ret_count = count;
	return texts;
}

size_t load_count(struct loader *loader, const cJSON *array, const char *what, size_t limit)
{
	size_t count = array ? (size_t)cJSON_GetArraySize(array) : 0;

	if (count <= limit)
		return count;
	load_error(loader, NULL, "%zu %s (the limit is %zu)", count, what, limit);
	return limit;
}
