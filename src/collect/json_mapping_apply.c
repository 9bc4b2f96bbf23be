#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/vec.h"
#include "collect/json_mapping_private.h"
#include "collect/metric_page.h"

#define KEY_LABELS 8 /* from a key's braces */
#define LABELS     (JSON_MAPPING_LABELS + KEY_LABELS)
#define PAGE_BYTES (16u * 1024 * 1024)

/* Places with the same labels, counted. */
struct group {
	struct label *labels;
	size_t count;
	double places;
};

struct applying {
	const struct json_mapping *mapping;
	struct metric_page *page;
	struct json_mapping_result *result;
	struct map families; /* begun */
	/* Of the place that is looked at. */
	struct label labels[LABELS];
	size_t label_count;
	struct strbuf texts[LABELS], key_names[KEY_LABELS], name;
	/* Of a mapping that counts. */
	struct map groups;
	VEC(struct group *) in_order;
	struct arena arena;
};

/* Cut to the limit, not within a character. */
static void cut(struct strbuf *text)
{
	size_t length = JSON_MAPPING_LABEL_SIZE;

	if (text->length <= length)
		return;
	while (length && ((unsigned char)text->text[length] & 0xc0) == 0x80)
		length--;
	strbuf_truncate(text, length);
}

static void find_labels(struct applying *applying, const struct json_place *place)
{
	const struct json_mapping *mapping = applying->mapping;

	applying->label_count = 0;
	for (size_t i = 0; i < mapping->label_count; i++) {
		const struct json_label *label = &mapping->labels[i];
		struct strbuf *text = &applying->texts[applying->label_count];
		struct json_place there;

		strbuf_clear(text);
		if (label->text)
			strbuf_addstr(text, label->text);
		else if (json_path_from(label->path, place, &there))
			json_place_text(&there, text);
		if (!text->length)
			continue;
		cut(text);
		applying->labels[applying->label_count++] = (struct label){ .name = label->name, .value = text->text };
	}
}

static bool has_label(const struct applying *applying, const char *name)
{
	for (size_t i = 0; i < applying->label_count; i++)
		if (strcmp(applying->labels[i].name, name) == 0)
			return true;
	return false;
}

/* One `name=text` of a key's braces, from `at` on; returns what follows it. */
static const char *add_key_label(struct applying *applying, const char *at, struct strbuf *name)
{
	struct strbuf *text = &applying->texts[applying->label_count];
	size_t length = strcspn(at, "=,}");
	char *plain = mem_strndup(at, length);
	bool quoted;

	strbuf_clear(name);
	strbuf_clear(text);
	metric_name(name, plain + strspn(plain, " _"));
	free(plain);
	at += length;
	if (*at != '=')
		return at;
	at++;
	quoted = *at == '"';
	at += quoted;
	for (; *at && *at != (quoted ? '"' : ',') && (quoted || *at != '}'); at++) {
		if (quoted && *at == '\\' && at[1])
			at++;
		strbuf_addch(text, *at);
	}
	at += quoted && *at;
	cut(text);
	if (!has_label(applying, name->text))
		applying->labels[applying->label_count++] = (struct label){ name->text, text->text };
	return at;
}

/* The metric's name for a place with this key; labels in the key's braces are added. */
static void find_name(struct applying *applying, const char *key)
{
	const char *name = applying->mapping->name, *hole = strstr(name, JSON_MAPPING_KEY), *brace = strchr(key, '{');
	char *filled =
		mem_printf("%.*s%.*s%s", (int)(hole - name), name, brace ? (int)(brace - key) : JSON_MAPPING_LABEL_SIZE,
			   key, hole + strlen(JSON_MAPPING_KEY));
	size_t i = 0;

	strbuf_clear(&applying->name);
	metric_name(&applying->name, filled);
	strbuf_truncate(&applying->name, JSON_MAPPING_LABEL_SIZE);
	free(filled);
	while (brace && (*brace == '{' || *brace == ',') && i < KEY_LABELS)
		brace = add_key_label(applying, brace + 1, &applying->key_names[i++]);
}

static void begin_family(struct applying *applying)
{
	const struct json_mapping *mapping = applying->mapping;

	if (map_has(&applying->families, applying->name.text))
		return;
	map_set(&applying->families, applying->name.text, applying);
	metric_page_family(applying->page, applying->name.text, json_mapping_types[mapping->type], mapping->help);
}

static void no_number(struct applying *applying, const struct json_place *place)
{
	struct json_mapping_result *result = applying->result;
	struct strbuf text = STRBUF_INIT;

	if (result->no_number++)
		return;
	if (!json_place_text(place, &text))
		strbuf_addstr(&text, "(an object or a list)");
	snprintf(result->example, sizeof(result->example), "%.40s '%.40s'", applying->mapping->name, text.text);
	strbuf_release(&text);
}

/* A text that the mapping has a number for, else what is a number itself. */
static bool place_value(const struct json_mapping *mapping, const struct json_place *place, double *ret)
{
	const struct json_named_value *other = NULL;
	struct strbuf text = STRBUF_INIT;
	bool found = false;

	if (mapping->value_count && json_place_text(place, &text)) {
		for (size_t i = 0; i < mapping->value_count && !found; i++) {
			if (strcmp(mapping->values[i].text, "*") == 0)
				other = &mapping->values[i];
			found = strcasecmp(mapping->values[i].text, text.text) == 0;
			if (found)
				*ret = mapping->values[i].value;
		}
		if (!found && other)
			*ret = other->value;
		found |= other != NULL;
	}
	strbuf_release(&text);
	return found || json_place_number(place, ret);
}

/* False when the place has no value: nothing there, null, or what is no number (which is told). */
static bool find_value(struct applying *applying, const struct json_place *place, double *ret)
{
	struct json_place there = *place;
	const struct json_mapping *mapping = applying->mapping;

	if (mapping->value && !json_path_from(mapping->value, place, &there))
		return false;
	if (there.part == JSON_PART_VALUE && cJSON_IsNull(there.trail[there.depth].item))
		return false;
	if (place_value(mapping, &there, ret))
		return true;
	no_number(applying, &there);
	return false;
}

static void add_sample(struct applying *applying, const struct label *labels, size_t count, double value)
{
	begin_family(applying);
	metric_page_add(applying->page, applying->name.text, labels, count, value);
	applying->result->samples++;
}

static int on_place(void *user, const struct json_place *place)
{
	struct applying *applying = user;
	double value;

	applying->result->matches++;
	if (!find_value(applying, place, &value))
		return 0;
	find_labels(applying, place);
	if (place->walk->exhausted) /* some labels may not have been looked for to the end */
		return 1;
	if (applying->mapping->keyed) {
		struct json_place key = *place;
		struct strbuf text = STRBUF_INIT;

		key.part = JSON_PART_KEY;
		json_place_text(&key, &text);
		find_name(applying, text.text);
		strbuf_release(&text);
	}
	add_sample(applying, applying->labels, applying->label_count, value);
	return applying->page->text.length > PAGE_BYTES;
}

static struct group *find_group(struct applying *applying)
{
	struct strbuf identity = STRBUF_INIT;
	struct group *group;

	for (size_t i = 0; i < applying->label_count; i++) {
		strbuf_addf(&identity, "%s=", applying->labels[i].name);
		strbuf_add_json(&identity, applying->labels[i].value);
	}
	group = map_get(&applying->groups, identity.text);
	if (!group) {
		group = arena_alloc(&applying->arena, sizeof(*group));
		group->labels = arena_array(&applying->arena, applying->label_count, sizeof(*group->labels));
		group->count = applying->label_count;
		for (size_t i = 0; i < group->count; i++)
			group->labels[i] = (struct label){ applying->labels[i].name,
							   arena_strdup(&applying->arena, applying->labels[i].value) };
		map_set(&applying->groups, identity.text, group);
		vec_push(&applying->in_order, group);
	}
	strbuf_release(&identity);
	return group;
}

static int on_counted(void *user, const struct json_place *place)
{
	struct applying *applying = user;
	double value = 1;

	applying->result->matches++;
	if (applying->mapping->value && (!find_value(applying, place, &value) || value == 0 || isnan(value)))
		value = 0;
	find_labels(applying, place);
	if (place->walk->exhausted)
		return 1;
	find_group(applying)->places += value != 0;
	return applying->arena.total > PAGE_BYTES;
}

/* Nothing there to be counted is a number too, unless nobody can tell of which labels. */
static void add_groups(struct applying *applying)
{
	if (!applying->in_order.count && !applying->mapping->label_count)
		add_sample(applying, NULL, 0, 0);
	for (size_t i = 0; i < applying->in_order.count; i++) {
		const struct group *group = applying->in_order.items[i];

		add_sample(applying, group->labels, group->count, group->places);
	}
	vec_clear(&applying->in_order);
	map_release(&applying->groups, NULL);
	map_init(&applying->groups);
	arena_release(&applying->arena);
}

static void apply(struct applying *applying, struct json_walk *walk)
{
	const struct json_mapping *mapping = applying->mapping;
	bool over = false;

	if (walk->exhausted || applying->page->text.length > PAGE_BYTES) {
		applying->result->left_out++;
		return;
	}
	strbuf_clear(&applying->name);
	strbuf_addstr(&applying->name, mapping->name);
	json_path_each(mapping->path, walk, JSON_MAPPING_MATCHES, mapping->count ? on_counted : on_place, applying,
		       &over);
	if (over || walk->exhausted || applying->page->text.length > PAGE_BYTES || applying->arena.total > PAGE_BYTES)
		applying->result->left_out++;
	if (mapping->count)
		add_groups(applying);
}

void json_mappings_apply(const struct json_mappings *mappings, const cJSON *root, struct metric_page *page,
			 struct json_mapping_result *ret)
{
	struct json_walk walk = { .root = root, .work = JSON_WALK_WORK };
	struct applying *applying = mem_zalloc(sizeof(*applying));

	*ret = (struct json_mapping_result){ 0 };
	applying->page = page;
	applying->result = ret;
	strbuf_init(&applying->name);
	for (size_t i = 0; i < LABELS; i++)
		strbuf_init(&applying->texts[i]);
	for (size_t i = 0; i < KEY_LABELS; i++)
		strbuf_init(&applying->key_names[i]);
	for (size_t i = 0; i < mappings->count; i++) {
		applying->mapping = &mappings->items[i];
		apply(applying, &walk);
	}
	for (size_t i = 0; i < LABELS; i++)
		strbuf_release(&applying->texts[i]);
	for (size_t i = 0; i < KEY_LABELS; i++)
		strbuf_release(&applying->key_names[i]);
	strbuf_release(&applying->name);
	vec_release(&applying->in_order);
	map_release(&applying->families, NULL);
	free(applying);
}
