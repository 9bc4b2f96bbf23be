#include "situation/map.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "promql/promql.h"

#define PARTS_MAX 200
#define LEVEL_MAX 99

/* A part as its table reads it; what needs the other parts is put in afterwards. */
struct entry {
	struct map_part part;
	struct option_strings needs;
	const struct yaml_node *state;
	const char *health;
};

/* What is read where, for messages. */
struct place {
	const char *file;
	struct arena *arena;
	struct error_list *errors;
};

static const struct {
	const char *key, *name;
} states[PART_STATES] = {
	[PART_UNKNOWN] = { NULL, "unknown" },
	[PART_NOT_OFFERED] = { NULL, "not offered" },
	[PART_OK] = { "ok", "ok" },
	[PART_SUSPECT] = { NULL, "suspect" },
	[PART_DEGRADED] = { "degraded", "degraded" },
	[PART_DOWN] = { "down", "down" },
};

struct section {
	const struct yaml_node *parts;
};

const struct option map_options[] = {
	{ "parts", 0, OPTION_NODE, .offset = offsetof(struct section, parts), .required = true,
	  .help = "the parts of the system, in the order in which they are drawn" },
	{ 0 },
};

#define AT(member) .offset = offsetof(struct entry, member)
const struct option map_part_options[] = {
	{ "name", 0, OPTION_STRING, AT(part.name), .value_name = "NAME", .required = true,
	  .help = "short name, by which other parts need it" },
	{ "title", 0, OPTION_STRING, AT(part.title), .value_name = "TEXT",
	  .help = "as it is shown (default: its name)" },
	{ "group", 0, OPTION_STRING, AT(part.group), .value_name = "TEXT",
	  .help = "row of the picture it stands in, with the others of that group" },
	{ "region", 0, OPTION_STRING, AT(part.region), .value_name = "TEXT",
	  .help = "frame of the picture it stands in" },
	{ "level", 0, OPTION_INT, AT(part.level), .fallback = "-1", .minimum = -1, .maximum = LEVEL_MAX,
	  .value_name = "NUMBER",
	  .help = "place in a stack, 0 at the bottom; a level that is down makes those above it suspect" },
	{ "needs", 0, OPTION_STRINGS, AT(needs), .value_name = "NAME",
	  .help = "parts it stands on; one of them down makes it suspect, unless that one has a fallback" },
	{ "state", 0, OPTION_NODE, AT(state),
	  .help = "expressions by state (down, degraded, ok), in order: the first with an answer tells" },
	{ "health", 0, OPTION_STRING, AT(health), .value_name = "NAME",
	  .help = "in place of state: the health document's component of that name, and the job's up" },
	{ "figure", 0, OPTION_STRING, AT(part.figure), .value_name = "EXPR", .help = "the one number its box shows" },
	{ "unit", 0, OPTION_STRING, AT(part.unit), .value_name = "UNIT",
	  .help = "the number's unit, as Grafana names it" },
	{ "loss", 0, OPTION_STRING, AT(part.loss), .value_name = "TEXT", .help = "what its loss costs" },
	{ "fallback", 0, OPTION_STRING, AT(part.fallback), .value_name = "TEXT", .help = "what goes on without it" },
	{ "runbook", 0, OPTION_STRING, AT(part.runbook), .value_name = "NAME", .help = "the runbook for its loss" },
	{ "instances", 0, OPTION_STRING, AT(part.instances), .value_name = "EXPR",
	  .help = "a series for each instance or agent: 1 is well, 0 down, anything between degraded" },
	{ 0 },
};
#undef AT

const char *part_state_name(enum part_state state)
{
	return states[(unsigned)state < PART_STATES ? state : PART_UNKNOWN].name;
}

static int bad_state(const struct place *place, const struct yaml_node *node)
{
	const char *near = NULL;

	for (size_t i = 0; i < PART_STATES; i++)
		if (states[i].key && text_distance(node->key, states[i].key, 2) <= 2)
			near = states[i].key;
	if (near)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->key_line, node->key_column,
				      "state", "unknown state '%.40s' (did you mean '%s')", node->key, near);
	return error_list_add(place->errors, FAULT_ERROR, place->file, node->key_line, node->key_column, "state",
			      "unknown state '%.40s' (down, degraded, ok)", node->key);
}

static int check_expression(const struct place *place, const struct yaml_node *node, const char *what,
			    const char *expression)
{
	const struct promql_syntax syntax = { .left_open = true };
	struct error error = { "" };
	struct promql *promql = promql_parse(expression, &syntax, &error);
	enum value_type type = promql ? promql->root->type : VALUE_NONE;

	promql_free(promql);
	if (type == VALUE_NONE)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, what, "%s",
				      error.text);
	if (type != VALUE_VECTOR && type != VALUE_SCALAR)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, what,
				      "the expression gives no instant vector (a range vector or a text has no state)");
	return 0;
}

static int read_rules(const struct place *place, const struct yaml_node *node, struct map_part *part)
{
	bool ok = false;
	int result = 0;

	if (node->kind != YAML_MAPPING)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, "state",
				      "is no mapping (down: EXPR, degraded: EXPR, ok: EXPR, in the order asked)");
	part->rules = arena_array(place->arena, node->count + 1, sizeof(*part->rules));
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];
		enum part_state state = PART_OK;

		while (state < PART_STATES && (!states[state].key || strcmp(states[state].key, item->key) != 0))
			state++;
		if (state == PART_STATES) {
			result = bad_state(place, item);
			continue;
		}
		if (item->kind != YAML_SCALAR || !*item->text) {
			result = error_list_add(place->errors, FAULT_ERROR, place->file, item->line, item->column,
						item->key, "is no expression");
			continue;
		}
		if (check_expression(place, item, item->key, item->text) < 0)
			result = -1;
		ok |= state == PART_OK;
		part->rules[part->rule_count++] = (struct map_rule){ state, arena_strdup(place->arena, item->text) };
	}
	if (!ok && result == 0)
		result = error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, "state",
					"has no ok: expression, so the part could never be well");
	return result;
}

/* A value as a label matcher has it, in quotes. */
static const char *quoted(struct arena *arena, const char *text)
{
	struct strbuf buf = STRBUF_INIT;
	const char *ret;

	strbuf_addch(&buf, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addch(&buf, '\\');
		strbuf_addch(&buf, *text);
	}
	strbuf_addch(&buf, '"');
	ret = arena_strdup(arena, buf.text);
	strbuf_release(&buf);
	return ret;
}

/*
 * A component in a health document has 1 when well, 0 when down and something
 * between when degraded; a job's targets that are all gone are down, some of
 * them degraded.
 */
static void add_health(struct arena *arena, const char *name, struct map_part *part)
{
	static const struct {
		enum part_state state;
		const char *format;
	} rows[] = {
		{ PART_DOWN, "max(health_status{component=%s}) == 0" },    { PART_DOWN, "max(up{job=%s}) == 0" },
		{ PART_DEGRADED, "min(health_status{component=%s}) < 1" }, { PART_DEGRADED, "min(up{job=%s}) == 0" },
		{ PART_OK, "min(health_status{component=%s}) == 1" },      { PART_OK, "min(up{job=%s}) == 1" },
	};
	const char *text = quoted(arena, name);

	part->rules = arena_array(arena, sizeof(rows) / sizeof(rows[0]), sizeof(*part->rules));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *hole = strstr(rows[i].format, "%s");

		part->rules[part->rule_count++] =
			(struct map_rule){ rows[i].state, arena_printf(arena, "%.*s%s%s", (int)(hole - rows[i].format),
								       rows[i].format, text, hole + 2) };
	}
}

static int read_state(const struct place *place, const struct yaml_node *node, struct entry *entry)
{
	if (entry->state && entry->health)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, NULL,
				      "has both state: and health: (one tells its state)");
	if (entry->state)
		return read_rules(place, entry->state, &entry->part);
	if (!entry->health)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, NULL,
				      "has neither state: nor health: (one tells its state)");
	add_health(place->arena, entry->health, &entry->part);
	return 0;
}

static int read_entry(const struct place *place, const struct yaml_node *node, struct entry *ret)
{
	int result;

	if (node->kind != YAML_MAPPING)
		return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, NULL,
				      "a part is a mapping (name: and what tells its state)");
	option_defaults(map_part_options, ret, place->arena);
	result = option_read_yaml(map_part_options, ret, node, place->file, place->arena, place->errors);
	if (read_state(place, node, ret) < 0)
		result = -1;
	if (ret->part.figure && check_expression(place, yaml_get(node, "figure"), "figure", ret->part.figure) < 0)
		result = -1;
	if (ret->part.instances &&
	    check_expression(place, yaml_get(node, "instances"), "instances", ret->part.instances) < 0)
		result = -1;
	if (!ret->part.name)
		ret->part.name = "";
	if (!ret->part.title)
		ret->part.title = ret->part.name;
	return result;
}

static int unknown_need(const struct place *place, const struct yaml_node *node, const struct system_map *map,
			const char *name)
{
	const char *near = NULL;
	unsigned best = 3;

	for (size_t i = 0; i < map->count; i++) {
		unsigned distance = text_distance(name, map->parts[i].name, best);

		if (distance < best) {
			best = distance;
			near = map->parts[i].name;
		}
	}
	return error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column, "needs",
			      near ? "no part is called '%.64s' (did you mean '%s')" : "no part is called '%.64s'",
			      name, near);
}

static int find_part(const struct system_map *map, const char *name)
{
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->parts[i].name, name) == 0)
			return (int)i;
	return -1;
}

static int link_needs(const struct place *place, const struct yaml_node *node, const struct system_map *map,
		      size_t index, const struct option_strings *names)
{
	struct map_part *part = &map->parts[index];
	const struct yaml_node *needs = yaml_get(node, "needs");
	int result = 0;

	part->needs = arena_array(place->arena, names->count + 1, sizeof(*part->needs));
	for (size_t i = 0; i < names->count; i++) {
		int found = find_part(map, names->items[i]);

		if (found < 0)
			result = unknown_need(place, needs, map, names->items[i]);
		else if ((size_t)found == index)
			result = error_list_add(place->errors, FAULT_ERROR, place->file, needs->line, needs->column,
						"needs", "'%.64s' needs itself", part->name);
		else
			part->needs[part->need_count++] = (size_t)found;
	}
	return result;
}

static int check_names(const struct place *place, const struct yaml_node *parts, const struct system_map *map)
{
	int result = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct yaml_node *node = yaml_get(parts->items[i], "name");

		if (node && find_part(map, map->parts[i].name) < (int)i)
			result = error_list_add(place->errors, FAULT_ERROR, place->file, node->line, node->column,
						"name", "'%.64s' is the name of another part too", map->parts[i].name);
	}
	return result;
}

static int read_parts(const struct place *place, const struct yaml_node *parts, struct system_map *ret)
{
	struct entry *entries;
	int result = 0;

	if (parts->kind != YAML_SEQUENCE)
		return error_list_add(place->errors, FAULT_ERROR, place->file, parts->line, parts->column, "parts",
				      "is no list (- { name: ..., health: ... })");
	if (parts->count > PARTS_MAX)
		return error_list_add(place->errors, FAULT_ERROR, place->file, parts->line, parts->column, "parts",
				      "has %zu parts (at most %d)", parts->count, PARTS_MAX);
	entries = arena_array(place->arena, parts->count + 1, sizeof(*entries));
	ret->parts = arena_array(place->arena, parts->count + 1, sizeof(*ret->parts));
	for (size_t i = 0; i < parts->count; i++) {
		if (read_entry(place, parts->items[i], &entries[i]) < 0)
			result = -1;
		ret->parts[ret->count++] = entries[i].part;
		if (!ret->parts[i].name)
			ret->parts[i].name = ret->parts[i].title = "";
	}
	if (check_names(place, parts, ret) < 0)
		result = -1;
	for (size_t i = 0; i < ret->count; i++)
		if (link_needs(place, parts->items[i], ret, i, &entries[i].needs) < 0)
			result = -1;
	return result;
}

static int read_section(struct system_map *ret, const struct yaml_node *node, const struct place *place)
{
	struct section section = { 0 };
	struct system_map read = { 0 };
	int result = option_read_yaml(map_options, &section, node, place->file, place->arena, place->errors);

	if (section.parts && read_parts(place, section.parts, &read) < 0)
		result = -1;
	if (result == 0)
		*ret = read;
	return result;
}

struct map_reading {
	struct system_map *ret;
	struct place place;
};

static int on_section(void *user, const struct yaml_node *section, const char *file)
{
	struct map_reading *reading = user;

	reading->place.file = file;
	return read_section(reading->ret, section, &reading->place);
}

int map_read(struct system_map *ret, const struct yaml_node *node, const char *file, const char *folder,
	     struct arena *arena, struct error_list *errors)
{
	struct map_reading reading = { ret, { file, arena, errors } };

	return yaml_read_section(node, file, folder, "parts", on_section, &reading, errors);
}
