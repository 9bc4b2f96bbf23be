#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dashboard/load.h"

/* A growing list of mappings in the arena. */
struct mappings {
	struct mapping *items;
	size_t count, capacity;
};

static const struct {
	const char *match;
	enum mapping_special special;
} specials[] = {
	{ "null", SPECIAL_NULL }, { "nan", SPECIAL_NAN },     { "null+nan", SPECIAL_NULL_NAN },
	{ "true", SPECIAL_TRUE }, { "false", SPECIAL_FALSE }, { "empty", SPECIAL_EMPTY },
};

static struct mapping *add(struct loader *loader, struct mappings *list)
{
	if (list->count >= LOAD_LIST_MAX) {
		if (list->count == LOAD_LIST_MAX)
			load_error(loader, NULL, "too many mappings (the limit is %d)", LOAD_LIST_MAX);
		list->count = LOAD_LIST_MAX + 1;
		return NULL;
	}
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 4;
		struct mapping *items = arena_array(&loader->dashboard->arena, capacity, sizeof(*items));
		if (list->count)
			memcpy(items, list->items, list->count * sizeof(*items));
		list->items = items;
		list->capacity = capacity;
	}
	return &list->items[list->count++];
}

static void keep(const struct mappings *list, struct field_config *into)
{
	if (!list->count)
		return;
	into->mappings = list->items;
	into->mapping_count = list->count > LOAD_LIST_MAX ? LOAD_LIST_MAX : list->count;
	into->set |= FIELD_MAPPINGS;
}

static void set_special(struct mapping *mapping, enum mapping_special special)
{
	mapping->kind = MAPPING_SPECIAL;
	mapping->special = special;
}

/* {"text", "color"} of a mapping; an empty text keeps the value's own only when it is absent. */
static void read_result(struct loader *loader, const cJSON *result, struct mapping *mapping)
{
	mapping->text = load_text(loader, result, "text", NULL);
	mapping->colour = load_colour(loader, cJSON_GetObjectItemCaseSensitive(result, "color"), "color");
}

static void read_values(struct loader *loader, const cJSON *options, struct mappings *list)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, options)
	{
		if (!item->string || !cJSON_IsObject(item))
			continue;
		struct mapping *mapping = add(loader, list);
		if (!mapping)
			return;
		mapping->kind = MAPPING_VALUE;
		mapping->value = item->string;
		read_result(loader, item, mapping);
	}
}

static double bound(struct loader *loader, const cJSON *parent, const char *name, double open)
{
	double value = open;

	if (!load_loose_number(cJSON_GetObjectItemCaseSensitive(parent, name), &value)) {
		const char *text = load_text(loader, parent, name, "");
		if (*text && strcmp(text, "null") != 0 && !strstr(text, "Infinity"))
			load_approximate(loader, name, "\"%.40s\" is no number: the range is open", text);
	}
	return value;
}

/* Today's form: {"type": "value|range|regex|special", "options": {...}}. */
static void read_mapping(struct loader *loader, const char *type, const cJSON *options, struct mappings *list)
{
	struct mapping *mapping;

	if (!strcmp(type, "value")) {
		read_values(loader, options, list);
		return;
	}
	mapping = add(loader, list);
	if (!mapping)
		return;
	read_result(loader, load_object(loader, options, "result"), mapping);
	if (!strcmp(type, "range")) {
		mapping->kind = MAPPING_RANGE;
		mapping->from = bound(loader, options, "from", -INFINITY);
		mapping->to = bound(loader, options, "to", INFINITY);
	} else if (!strcmp(type, "regex")) {
		mapping->kind = MAPPING_REGEX;
		mapping->value = load_text(loader, options, "pattern", "");
	} else {
		const char *match = load_text(loader, options, "match", "");
		set_special(mapping, SPECIAL_NULL_NAN);
		for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
			if (!strcmp(match, specials[i].match))
				mapping->special = specials[i].special;
	}
}

/* One value or range of old, where both name their text themselves and "null" is the word for no value. */
static void read_old(struct loader *loader, const cJSON *json, bool range, struct mappings *list)
{
	struct mapping *mapping = add(loader, list);
	const char *from = load_text(loader, json, "from", ""), *to = load_text(loader, json, "to", "");
	const char *value = load_text(loader, json, "value", "");

	if (!mapping)
		return;
	mapping->text = load_text(loader, json, "text", NULL);
	mapping->colour = load_colour(loader, cJSON_GetObjectItemCaseSensitive(json, "color"), "color");
	if (range ? !strcmp(from, "null") && !strcmp(to, "null") : !strcmp(value, "null")) {
		set_special(mapping, SPECIAL_NULL);
	} else if (range) {
		mapping->kind = MAPPING_RANGE;
		mapping->from = bound(loader, json, "from", -INFINITY);
		mapping->to = bound(loader, json, "to", INFINITY);
	} else {
		mapping->kind = MAPPING_VALUE;
		mapping->value = value;
	}
}

static void read_any(struct loader *loader, const cJSON *item, struct mappings *list)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(item, "type");
	double number = 0;

	if (cJSON_IsString(type) && !load_loose_number(type, &number)) {
		const cJSON *options = load_object(loader, item, "options");
		const char *word = type->valuestring;
		if (!strcmp(word, "value") || !strcmp(word, "range") || !strcmp(word, "regex") ||
		    !strcmp(word, "special"))
			read_mapping(loader, word, options, list);
		else
			load_approximate(loader, "type", "mapping type \"%.40s\" is not known", word);
		return;
	}
	/* Old numbers: 1 is a value, 2 a range; without one the members tell. */
	if (!load_loose_number(type, &number))
		number = cJSON_GetObjectItemCaseSensitive(item, "value") ? 1 : 2;
	read_old(loader, item, number == 2, list);
}

/* The path is at the list. */
void load_mappings(struct loader *loader, const cJSON *list, struct field_config *into)
{
	struct mappings mappings = { 0 };
	size_t index = 0;
	const cJSON *item;

	if (!cJSON_IsArray(list)) {
		if (!cJSON_IsObject(list) || list->child)
			load_error(loader, NULL, "must be a list");
		return;
	}
	cJSON_ArrayForEach(item, list)
	{
		char place[32];
		snprintf(place, sizeof(place), "[%zu]", index++);
		size_t mark = load_enter(loader, place);
		if (cJSON_IsObject(item))
			read_any(loader, item, &mappings);
		else if (!cJSON_IsNull(item))
			load_error(loader, NULL, "must be an object");
		load_leave(loader, mark);
	}
	keep(&mappings, into);
}

void load_mappings_old(struct loader *loader, const cJSON *json, struct field_config *into)
{
	struct mappings mappings = { 0 };
	double kind = 0;
	const cJSON *item;

	load_number(loader, json, "mappingType", &kind);
	if (kind != 2)
		cJSON_ArrayForEach(item, load_array(loader, json, "valueMaps")) if (cJSON_IsObject(item))
			read_old(loader, item, false, &mappings);
	if (kind != 1)
		cJSON_ArrayForEach(item, load_array(loader, json, "rangeMaps")) if (cJSON_IsObject(item))
			read_old(loader, item, true, &mappings);
	keep(&mappings, into);
}
