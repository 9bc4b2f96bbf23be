#include "config/option.h"

#include <string.h>

#include "base/strbuf.h"
#include "config/option_value.h"

/* Where faults of one mapping go. */
struct place {
	const struct option *table;
	void *target;
	const char *file;
	struct arena *arena;
	struct error_list *errors;
};

static const char *const kind_names[] = {
	[YAML_SCALAR] = "a single value",
	[YAML_SEQUENCE] = "a sequence",
	[YAML_MAPPING] = "a mapping",
};

static void add_yaml_name(struct strbuf *buf, const char *name)
{
	for (; *name; name++)
		strbuf_addch(buf, *name == '-' ? '_' : *name);
}

static int unknown_key(const struct place *place, const struct yaml_node *node)
{
	const struct option *nearest = option_nearest(place->table, node->key);
	struct strbuf text = STRBUF_INIT;

	if (nearest) {
		strbuf_addstr(&text, "did you mean '");
		add_yaml_name(&text, nearest->name);
		strbuf_addch(&text, '\'');
	} else {
		strbuf_addstr(&text, "allowed: ");
		for (const struct option *option = place->table; option->name; option++) {
			if (option != place->table)
				strbuf_addstr(&text, ", ");
			add_yaml_name(&text, option->name);
		}
	}
	error_list_add(place->errors, FAULT_ERROR, place->file, node->key_line, node->key_column, NULL,
		       "unknown key '%.64s' (%s)", node->key, text.text);
	strbuf_release(&text);
	return -1;
}

static int value_fault(const struct place *place, const struct yaml_node *node, const char *key, const char *text)
{
	return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, key, "%s", text);
}

static int wrong_kind(const struct place *place, const struct yaml_node *node, const char *key, const char *wanted)
{
	struct error error;

	error_set(&error, "is %s (must be %s)", kind_names[node->kind], wanted);
	return value_fault(place, node, key, error.text);
}

static int read_scalar(const struct place *place, const struct option *option, const struct yaml_node *node)
{
	struct error error;

	if (node->kind != YAML_SCALAR)
		return wrong_kind(place, node, node->key, "a single value");
	if (node->quoted && option->type == OPTION_BOOL)
		return value_fault(place, node, node->key, "is a text (must be true or false, without quotes)");
	if (option_value_read(option, place->target, node->text, place->arena, &error))
		return value_fault(place, node, node->key, error.text);
	return 0;
}

static struct option_strings *new_strings(const struct place *place, const struct option *option, size_t count)
{
	struct option_strings *strings = (struct option_strings *)(void *)((char *)place->target + option->offset);

	strings->items = arena_array(place->arena, count, sizeof(*strings->items));
	strings->count = 0;
	return strings;
}

static int read_strings(const struct place *place, const struct option *option, const struct yaml_node *node)
{
	struct option_strings *strings;
	int result = 0;

	if (node->kind == YAML_MAPPING)
		return wrong_kind(place, node, node->key, "a sequence of texts or one text");
	if (node->kind == YAML_SCALAR) {
		option_value_clear(option, place->target);
		return read_scalar(place, option, node);
	}
	strings = new_strings(place, option, node->count);
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];

		if (item->kind != YAML_SCALAR)
			result = wrong_kind(place, item, node->key, "a text");
		else
			strings->items[strings->count++] = arena_strdup(place->arena, item->text);
	}
	return result;
}

static int read_pairs(const struct place *place, const struct option *option, const struct yaml_node *node)
{
	struct option_strings *strings;
	int result = 0;

	if (node->kind != YAML_MAPPING)
		return wrong_kind(place, node, node->key, "a mapping of names to single values");
	strings = new_strings(place, option, node->count);
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];

		if (item->kind != YAML_SCALAR)
			result = wrong_kind(place, item, item->key, "a single value");
		else if (!*item->key || strchr(item->key, '='))
			result = error_list_add(place->errors, FAULT_ERROR, place->file, item->key_line,
						item->key_column, node->key,
						"'%.64s' is no name (not empty, without '=')", item->key);
		else
			strings->items[strings->count++] = arena_printf(place->arena, "%s=%s", item->key, item->text);
	}
	return result;
}

static int read_member(const struct place *place, const struct option *option, const struct yaml_node *node)
{
	switch (option->type) {
	case OPTION_NODE: *(const struct yaml_node **)(void *)((char *)place->target + option->offset) = node; return 0;
	case OPTION_STRINGS: return read_strings(place, option, node);
	case OPTION_PAIRS: return read_pairs(place, option, node);
	default: return read_scalar(place, option, node);
	}
}

/* The option of a YAML key: spelt with '_', where the table has '-'. */
static const struct option *option_of_key(const struct option *table, const char *key)
{
	return strchr(key, '-') ? NULL : option_find(table, key);
}

int option_read_yaml(const struct option *table, void *target, const struct yaml_node *mapping, const char *file,
		     struct arena *arena, struct error_list *errors)
{
	struct place place = { .table = table, .target = target, .file = file, .arena = arena, .errors = errors };
	static const struct yaml_node nothing = { .kind = YAML_MAPPING };
	int result = 0;

	if (!mapping)
		mapping = &nothing;
	if (mapping->kind != YAML_MAPPING)
		return wrong_kind(&place, mapping, mapping->key, "a mapping");
	for (size_t i = 0; i < mapping->count; i++) {
		const struct yaml_node *node = mapping->items[i];
		const struct option *option = option_of_key(table, node->key);

		if (!option)
			result = unknown_key(&place, node);
		else if (!yaml_is_null(node) && read_member(&place, option, node))
			result = -1;
	}
	for (const struct option *option = table; option->name; option++) {
		struct strbuf name = STRBUF_INIT;

		if (!option->required)
			continue;
		add_yaml_name(&name, option->name);
		if (yaml_is_null(yaml_get(mapping, name.text)))
			result = error_list_add(errors, FAULT_ERROR, file, mapping->line, mapping->column, NULL,
						"'%s' is missing", name.text);
		strbuf_release(&name);
	}
	return result;
}
