#include "collect/json_mapping.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "collect/json_mapping_private.h"

const char *const json_mapping_types[] = { "gauge", "counter", "untyped", NULL };

#define AT(member) .offset = offsetof(struct json_mapping, member)
const struct option json_mapping_options[] = {
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME",
	  .help = "the metric's name; ${key} in it is the place's key", .required = true },
	{ "help", 0, OPTION_STRING, AT(help), .value_name = "TEXT", .help = "what it means" },
	{ "type", 0, OPTION_CHOICE, AT(type), .fallback = "gauge", .choices = json_mapping_types,
	  .help = "what kind of number it is" },
	{ "path", 0, OPTION_STRING, AT(path_text), .value_name = "PATH",
	  .help = "where the document has it: a.b, a[0], a[*], a.*, a[type=Ready]", .required = true },
	{ "value", 0, OPTION_STRING, AT(value_text), .value_name = "PATH",
	  .help = "the value, from the place that path leads to (default: what is there)" },
	{ "labels", 0, OPTION_NODE, AT(label_node), .value_name = "NAME=PATH",
	  .help = "labels and where they are, from that place: name, ^.name (around it), $key, $index, or \"text\" as "
		  "it is" },
	{ "values", 0, OPTION_NODE, AT(value_node), .value_name = "TEXT=NUMBER",
	  .help = "numbers for texts: ok=1, degraded=0.5; *=0 for every other" },
	{ "count", 0, OPTION_BOOL, AT(count), .fallback = "false",
	  .help = "how many places have the same labels (with value: how many where it is not 0)" },
	{ 0 },
};
#undef AT

struct reading {
	struct json_mapping *mapping;
	const struct yaml_node *entry;
	const char *file;
	struct arena *arena;
	struct error_list *errors;
};

static int fault(const struct reading *reading, const struct yaml_node *at, const char *where, const char *text)
{
	if (!at)
		at = reading->entry;
	return error_list_add(reading->errors, FAULT_ERROR, reading->file, at->line, at->column, where, "%s", text);
}

static int bad_item(const struct reading *reading, const struct yaml_node *at, const char *where, const char *form)
{
	struct error error;

	error_set(&error, "is none of the form %s", form);
	return fault(reading, at, where, error.text);
}

/* "name=text", with `last` split at the last '=': a label's name has none, a text that stands for a number may. */
static int split_text(const struct reading *reading, const struct yaml_node *item, const char **ret_name,
		      const char **ret_text, bool last)
{
	const char *equals = last ? strrchr(item->text, '=') : strchr(item->text, '=');

	if (!equals || equals == item->text)
		return -1;
	*ret_name = arena_strndup(reading->arena, item->text, (size_t)(equals - item->text));
	*ret_text = arena_strdup(reading->arena, equals + 1);
	return 0;
}

/* A list of "name=text", or a mapping of names to texts, or one "name=text": `take` is called for each. */
static int
read_pairs(const struct reading *reading, const struct yaml_node *node, const char *where, const char *form, bool last,
	   int (*take)(const struct reading *reading, const struct yaml_node *at, const char *name, const char *text))
{
	struct yaml_node one = { .kind = YAML_SEQUENCE, .count = 1 };
	struct yaml_node copy = *node, *only = &copy;
	int result = 0;

	if (node->kind == YAML_SCALAR) {
		one.items = &only;
		node = &one;
	}
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];
		const char *name = NULL, *text = NULL;

		if (item->kind == YAML_SCALAR && node->kind == YAML_MAPPING) {
			name = arena_strdup(reading->arena, item->key);
			text = arena_strdup(reading->arena, item->text);
		} else if (item->kind != YAML_SCALAR || split_text(reading, item, &name, &text, last)) {
			result = bad_item(reading, item, where, form);
			continue;
		}
		if (take(reading, item, name, text))
			result = -1;
	}
	return result;
}

static bool is_name(const char *text)
{
	if (!*text || isdigit((unsigned char)*text))
		return false;
	for (; *text; text++)
		if (*text != '_' && !(*text > 0 && isalnum((unsigned char)*text)))
			return false;
	return true;
}

static const struct json_path *read_path(const struct reading *reading, const struct yaml_node *at, const char *where,
					 const char *text)
{
	struct error error;
	const struct json_path *path = json_path_parse(text, reading->arena, &error);

	if (!path)
		fault(reading, at, where, error.text);
	return path;
}

static int take_label(const struct reading *reading, const struct yaml_node *at, const char *name, const char *text)
{
	struct json_mapping *mapping = reading->mapping;
	struct json_label label = { .name = name };
	struct error error;
	size_t length;

	if (!is_name(name) || strncmp(name, "__", 2) == 0) {
		error_set(&error, "'%.80s' is no label's name (letters, digits and _, not __ at the beginning)", name);
		return fault(reading, at, "labels", error.text);
	}
	for (size_t i = 0; i < mapping->label_count; i++) {
		if (strcmp(mapping->labels[i].name, name) != 0)
			continue;
		error_set(&error, "'%.80s' is there twice", name);
		return fault(reading, at, "labels", error.text);
	}
	if (mapping->label_count == JSON_MAPPING_LABELS)
		return fault(reading, at, "labels", "too many labels (at most 24)");
	length = strlen(text);
	if (length > 1 && *text == '"' && text[length - 1] == '"')
		label.text = arena_strndup(reading->arena, text + 1, length - 2);
	else
		label.path = read_path(reading, at, "labels", text);
	if (!label.text && !label.path)
		return -1;
	mapping->labels[mapping->label_count++] = label;
	return 0;
}

static int take_value(const struct reading *reading, const struct yaml_node *at, const char *name, const char *text)
{
	struct json_mapping *mapping = reading->mapping;
	struct error error;
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !*text) {
		error_set(&error, "'%.80s' is no number", text);
		return fault(reading, at, "values", error.text);
	}
	mapping->values[mapping->value_count++] = (struct json_named_value){ .text = name, .value = value };
	return 0;
}

/* The name with its ${key} taken for a letter: what is around it must be legal too. */
static int check_name(struct reading *reading)
{
	struct json_mapping *mapping = reading->mapping;
	const char *key = strstr(mapping->name, JSON_MAPPING_KEY);
	struct strbuf plain = STRBUF_INIT;
	struct error error;
	int result = 0;

	mapping->keyed = key != NULL;
	if (key)
		strbuf_addf(&plain, "%.*sk%s", (int)(key - mapping->name), mapping->name,
			    key + strlen(JSON_MAPPING_KEY));
	else
		strbuf_addstr(&plain, mapping->name);
	if (!is_name(plain.text)) {
		error_set(&error, "'%.80s' is no metric's name (letters, digits, _ and one ${key})", mapping->name);
		result = fault(reading, yaml_get(reading->entry, "name"), "name", error.text);
	}
	strbuf_release(&plain);
	return result;
}

static size_t pairs_in(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR ? 1 : node->count;
}

static int read_rest(struct reading *reading)
{
	struct json_mapping *mapping = reading->mapping;
	const struct yaml_node *labels = mapping->label_node, *values = mapping->value_node;
	int result = check_name(reading);

	mapping->path = read_path(reading, yaml_get(reading->entry, "path"), "path", mapping->path_text);
	if (mapping->value_text)
		mapping->value = read_path(reading, yaml_get(reading->entry, "value"), "value", mapping->value_text);
	if (!mapping->path || (mapping->value_text && !mapping->value))
		result = -1;
	mapping->labels = arena_array(reading->arena, JSON_MAPPING_LABELS, sizeof(*mapping->labels));
	if (labels && read_pairs(reading, labels, "labels", "NAME=PATH", false, take_label))
		result = -1;
	mapping->values = arena_array(reading->arena, values ? pairs_in(values) : 1, sizeof(*mapping->values));
	if (values && read_pairs(reading, values, "values", "TEXT=NUMBER", true, take_value))
		result = -1;
	mapping->label_node = mapping->value_node = NULL;
	return result;
}

static int read_one(struct json_mapping *ret, const struct yaml_node *entry, const char *file, struct arena *arena,
		    struct error_list *errors)
{
	struct reading reading = { .mapping = ret, .entry = entry, .file = file, .arena = arena, .errors = errors };

	option_defaults(json_mapping_options, ret, arena);
	if (option_read_yaml(json_mapping_options, ret, entry, file, arena, errors))
		return -1;
	return read_rest(&reading);
}

int json_mappings_read(struct json_mappings *ret, const struct yaml_node *sequence, const char *file,
		       struct arena *arena, struct error_list *errors)
{
	struct json_mapping *items;
	int result = 0;

	*ret = (struct json_mappings){ 0 };
	if (yaml_is_null(sequence))
		return 0;
	if (sequence->kind != YAML_SEQUENCE)
		return error_list_add(errors, FAULT_ERROR, file, sequence->line, sequence->column, sequence->key,
				      "is a list of mappings (- { name: ..., path: ... })");
	if (sequence->count > JSON_MAPPINGS_MAX)
		return error_list_add(errors, FAULT_ERROR, file, sequence->line, sequence->column, sequence->key,
				      "%zu mappings (at most %d)", sequence->count, JSON_MAPPINGS_MAX);
	items = arena_array(arena, sequence->count, sizeof(*items));
	for (size_t i = 0; i < sequence->count; i++)
		if (read_one(&items[i], sequence->items[i], file, arena, errors))
			result = -1;
	ret->items = items;
	ret->count = sequence->count;
	return result;
}

struct json_mappings json_mappings_ready(const char *yaml, struct arena *arena)
{
	struct yaml_document document;
	struct json_mappings mappings;
	struct error_list errors;

	error_list_init(&errors);
	if (yaml_parse(&document, yaml, strlen(yaml), "ready-made", &errors) ||
	    json_mappings_read(&mappings, document.root, "ready-made", arena, &errors))
		abort();
	yaml_document_release(&document);
	error_list_release(&errors);
	return mappings;
}

struct json_mappings json_mappings_join(const struct json_mappings *a, const struct json_mappings *b,
					struct arena *arena)
{
	struct json_mapping *items = arena_array(arena, a->count + b->count, sizeof(*items));

	for (size_t i = 0; i < a->count; i++)
		items[i] = a->items[i];
	for (size_t i = 0; i < b->count; i++)
		items[a->count + i] = b->items[i];
	return (struct json_mappings){ .items = items, .count = a->count + b->count };
}

bool json_mapping_warning(const struct json_mapping_result *result, char *ret, size_t size)
{
	if (result->left_out)
		snprintf(ret, size, "the document is too large: parts of %zu mappings left out", result->left_out);
	else if (result->no_number)
		snprintf(ret, size, "%zu values are no numbers: %s", result->no_number, result->example);
	else
		snprintf(ret, size, "%s", "");
	return *ret != '\0';
}
