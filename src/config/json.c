#include "config/json.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "config/json_syntax.h"

static cJSON *syntax_fault(const char *text, size_t length, size_t offset, const char *file, const char *message,
			   struct error_list *errors)
{
	unsigned line, column;

	json_syntax_position(text, length, offset, &line, &column);
	error_list_add(errors, FAULT_ERROR, file, line, column, NULL, "%s", message);
	return NULL;
}

cJSON *json_parse(const char *text, size_t length, const char *file, struct error_list *errors)
{
	struct error error;
	const char *end = NULL;
	size_t offset;
	cJSON *root;

	if (length > JSON_LIMIT_BYTES) {
		error_list_add(errors, FAULT_ERROR, file, 0, 0, NULL, "larger than %u MiB (the limit)",
			       JSON_LIMIT_BYTES / (1024 * 1024));
		return NULL;
	}
	if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		length -= 3;
	}
	if (json_syntax_check(text, length, JSON_LIMIT_DEPTH, &offset, &error))
		return syntax_fault(text, length, offset, file, error.text, errors);
	root = cJSON_ParseWithLengthOpts(text, length, &end, 0);
	if (!root)
		return syntax_fault(text, length, end ? (size_t)(end - text) : 0, file, "cannot be read as JSON",
				    errors);
	return root;
}

cJSON *json_read(const char *path, struct error_list *errors)
{
	struct strbuf content = STRBUF_INIT;
	struct error error;
	cJSON *root;

	if (path_read(path, JSON_LIMIT_BYTES, &content, &error)) {
		/* The message begins with the file's name already. */
		error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "%s", error.text);
		return NULL;
	}
	root = json_parse(content.text, content.length, path, errors);
	strbuf_release(&content);
	return root;
}

static cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const cJSON *json_get(const cJSON *object, const char *name)
{
	return member(object, name);
}

const cJSON *json_path(const cJSON *object, const char *dotted_path)
{
	const char *dot;

	while (object && (dot = strchr(dotted_path, '.'))) {
		char *name = mem_strndup(dotted_path, (size_t)(dot - dotted_path));

		object = json_get(object, name);
		free(name);
		dotted_path = dot + 1;
	}
	return json_get(object, dotted_path);
}

char *json_number_text(double value)
{
	char text[32];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	/* Identifiers and byte counts are not written with an exponent. */
	if (fabs(value) < 1e17 && value == trunc(value))
		snprintf(text, sizeof(text), "%.0f", value);
	return mem_strdup(text);
}

const char *json_string(const cJSON *object, const char *name, const char *fallback)
{
	cJSON *item = member(object, name);

	if (cJSON_IsString(item))
		return item->valuestring;
	if (!cJSON_IsNumber(item))
		return fallback;
	/* The text lives as long as the number: cJSON frees it together with the item and uses it for nothing else. */
	if (!item->valuestring)
		item->valuestring = json_number_text(item->valuedouble);
	return item->valuestring;
}

double json_number(const cJSON *object, const char *name, double fallback)
{
	const cJSON *item = member(object, name);
	double value;
	char *end;

	if (cJSON_IsNumber(item))
		return item->valuedouble;
	/* strtod would skip leading space and read hexadecimal. */
	if (!cJSON_IsString(item) || !strchr("+-.0123456789iInN", item->valuestring[0]) ||
	    strpbrk(item->valuestring, "xX("))
		return fallback;
	value = strtod(item->valuestring, &end);
	return end != item->valuestring && !*end ? value : fallback;
}

int json_int(const cJSON *object, const char *name, int fallback)
{
	double value = json_number(object, name, NAN);

	if (isnan(value))
		return fallback;
	if (value >= INT_MAX)
		return INT_MAX;
	return value <= INT_MIN ? INT_MIN : (int)value;
}

bool json_bool(const cJSON *object, const char *name, bool fallback)
{
	const cJSON *item = member(object, name);

	return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

static const struct {
	enum json_type type;
	const char *name;
} types_named[] = {
	{ JSON_STRING, "a text" },  { JSON_NUMBER, "a number" },  { JSON_BOOL, "true or false" },
	{ JSON_ARRAY, "an array" }, { JSON_OBJECT, "an object" },
};

static unsigned type_of(const cJSON *item)
{
	if (cJSON_IsString(item))
		return JSON_STRING;
	if (cJSON_IsNumber(item))
		return JSON_NUMBER;
	if (cJSON_IsBool(item))
		return JSON_BOOL;
	return cJSON_IsArray(item) ? JSON_ARRAY : JSON_OBJECT;
}

static void add_types(struct strbuf *buf, unsigned types)
{
	const char *separator = "";

	for (size_t i = 0; i < sizeof(types_named) / sizeof(*types_named); i++) {
		if (!(types & types_named[i].type))
			continue;
		strbuf_addf(buf, "%s%s", separator, types_named[i].name);
		separator = " or ";
	}
}

const cJSON *json_expect(const cJSON *object, const char *name, unsigned types, const char *where, const char *file,
			 struct error_list *errors)
{
	const cJSON *item = json_get(object, name);
	struct strbuf message = STRBUF_INIT;
	char *path;

	if (!item || cJSON_IsNull(item))
		return NULL;
	if (type_of(item) & types)
		return item;
	strbuf_addstr(&message, "is ");
	add_types(&message, type_of(item));
	strbuf_addstr(&message, " (must be ");
	add_types(&message, types);
	strbuf_addch(&message, ')');
	path = where && *where ? mem_printf("%s.%s", where, name) : mem_strdup(name);
	error_list_add(errors, FAULT_ERROR, file, 0, 0, path, "%s", message.text);
	free(path);
	strbuf_release(&message);
	return NULL;
}
