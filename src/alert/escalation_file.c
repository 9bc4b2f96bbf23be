#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "alert/escalation_private.h"
#include "alert/policy_reader.h"
#include "base/clock.h"
#include "config/option.h"
#include "config/yaml.h"

#define LIST_MAX     1000 /* entries of one list of the file */
#define LENGTH_LIMIT 2592000000.0

/* The file as its sections. */
struct sections {
	const struct yaml_node *levels, *marks, *priorities, *contacts, *rota, *overrides, *windows;
	struct option_strings roles;
};

#define AT(member) .offset = offsetof(struct sections, member)
static const struct option section_options[] = {
	{ "levels", 0, OPTION_NODE, AT(levels), .help = "P0 to P3: words, clocks, who is asked next, channels" },
	{ "marks", 0, OPTION_NODE, AT(marks), .help = "at which share of the response time it escalates" },
	{ "priorities", 0, OPTION_NODE, AT(priorities), .help = "which labels have which P-number, in order" },
	{ "contacts", 0, OPTION_NODE, AT(contacts), .help = "who has a role, and how to reach them" },
	{ "rota", 0, OPTION_NODE, AT(rota), .help = "who takes turns; the first is primary" },
	{ "overrides", 0, OPTION_NODE, AT(overrides), .help = "who stands in for the rota, from when until when" },
	{ "windows", 0, OPTION_NODE, AT(windows), .help = "maintenance windows that mute with a mark" },
	{ "roles", 0, OPTION_STRINGS, AT(roles), .value_name = "ROLE", .help = "roles of an incident" },
	{ 0 },
};
#undef AT

struct level_entry {
	const char *word, *impact, *example;
	int64_t respond_ms, update_ms, ack_ms;
	const struct yaml_node *path;
	struct option_strings channels;
};

#define AT(member) .offset = offsetof(struct level_entry, member)
static const struct option level_options[] = {
	{ "word", 0, OPTION_STRING, AT(word), .value_name = "WORD", .help = "what it is called" },
	{ "impact", 0, OPTION_STRING, AT(impact), .value_name = "TEXT", .help = "what it means" },
	{ "example", 0, OPTION_STRING, AT(example), .value_name = "TEXT", .help = "for example" },
	{ "respond", 0, OPTION_DURATION, AT(respond_ms), .minimum = 1000, .maximum = LENGTH_LIMIT,
	  .help = "within which it is answered (default: no clock)" },
	{ "update", 0, OPTION_DURATION, AT(update_ms), .minimum = 1000, .maximum = LENGTH_LIMIT,
	  .help = "how often people are told" },
	{ "acknowledge", 0, OPTION_DURATION, AT(ack_ms), .minimum = 1000, .maximum = LENGTH_LIMIT,
	  .help = "how long an acknowledgement holds (default 30m, of P0 10m)" },
	{ "path", 0, OPTION_NODE, AT(path), .help = "who is asked, and after which time the next" },
	{ "channels", 0, OPTION_STRINGS, AT(channels), .value_name = "CHANNEL", .help = "where it is told" },
	{ 0 },
};
#undef AT

static const struct option step_options[] = {
	{ "who", 0, OPTION_STRING, .offset = offsetof(struct escalation_step, who), .value_name = "ROLE",
	  .help = "a role or a person", .required = true },
	{ "after", 0, OPTION_DURATION, .offset = offsetof(struct escalation_step, after_ms), .minimum = 1000,
	  .maximum = LENGTH_LIMIT, .help = "since the alert fired" },
	{ 0 },
};

struct marks_entry {
	const char *unacknowledged, *unmoved;
};

static const struct option marks_options[] = {
	{ "unacknowledged", 0, OPTION_STRING, .offset = offsetof(struct marks_entry, unacknowledged),
	  .value_name = "SHARE", .help = "nobody has it by then (default 50%)" },
	{ "unmoved", 0, OPTION_STRING, .offset = offsetof(struct marks_entry, unmoved), .value_name = "SHARE",
	  .help = "nothing was said of it by then (default 100%)" },
	{ 0 },
};

struct priority_entry {
	struct option_strings match;
	int priority;
};

static const char *const priority_names[] = { "P0", "P1", "P2", "P3", "none", NULL };

static const struct option priority_options[] = {
	{ "match", 0, OPTION_STRINGS, .offset = offsetof(struct priority_entry, match), .value_name = "MATCHERS",
	  .help = "label matchers, all of which hold", .required = true },
	{ "priority", 0, OPTION_CHOICE, .offset = offsetof(struct priority_entry, priority), .choices = priority_names,
	  .help = "what it is", .required = true },
	{ 0 },
};

#define AT(member) .offset = offsetof(struct escalation_contact, member)
static const struct option contact_options[] = {
	{ "role", 0, OPTION_STRING, AT(role), .value_name = "ROLE", .help = "as paths name it", .required = true },
	{ "name", 0, OPTION_STRING, AT(name), .fallback = "", .value_name = "NAME", .help = "who it is" },
	{ "reach", 0, OPTION_STRING, AT(reach), .fallback = "", .value_name = "ADDRESS", .help = "how to reach them" },
	{ "hours", 0, OPTION_STRING, AT(hours), .fallback = "", .value_name = "HOURS",
	  .help = "when: 24/7, or Mon-Fri 09:00-17:00 UTC" },
	{ 0 },
};
#undef AT

int policy_fault(const struct policy_reader *reader, const struct yaml_node *node, const char *where, const char *text)
{
	return error_list_add(reader->errors, FAULT_ERROR, reader->file, node->line, node->column, where, "%s", text);
}

int policy_options(const struct policy_reader *reader, const struct option *table, void *target,
		   const struct yaml_node *node)
{
	option_defaults(table, target, reader->arena);
	return option_read_yaml(table, target, node, reader->file, reader->arena, reader->errors);
}

int policy_list(const struct policy_reader *reader, const struct yaml_node *node, const char *entry, size_t *ret)
{
	struct error error;

	*ret = 0;
	if (yaml_is_null(node))
		return 0;
	if (node->kind == YAML_SEQUENCE && node->count <= LIST_MAX) {
		*ret = node->count;
		return 0;
	}
	if (node->kind == YAML_SEQUENCE)
		error_set(&error, "has %zu entries (at most %d)", node->count, LIST_MAX);
	else
		error_set(&error, "is no list (%s)", entry);
	return policy_fault(reader, node, node->key, error.text);
}

static int read_path(const struct policy_reader *reader, const struct yaml_node *node, struct escalation_level *level)
{
	struct escalation_step *steps;
	size_t count;
	int result = policy_list(reader, node, "- { who: on-call, after: 5m }", &count);

	if (!count)
		return result;
	steps = arena_array(reader->arena, count, sizeof(*steps));
	for (size_t i = 0; i < count; i++) {
		if (policy_options(reader, step_options, &steps[i], node->items[i]))
			return -1;
		if (i == 0 && steps[i].after_ms)
			result = policy_fault(reader, node->items[i], "after",
					      "the first is asked at once, without 'after'");
		else if (i > 0 && steps[i].after_ms < steps[i - 1].after_ms)
			result =
				policy_fault(reader, node->items[i], "after",
					     "is sooner than that of the one before (times are since the alert fired)");
	}
	if (result)
		return -1;
	level->path = steps;
	level->path_count = count;
	return 0;
}

static int read_level(const struct policy_reader *reader, const struct yaml_node *node, struct escalation_level *level)
{
	struct level_entry entry = { .word = level->word,
				     .impact = level->impact,
				     .example = level->example,
				     .respond_ms = level->respond_ms,
				     .update_ms = level->update_ms,
				     .ack_ms = level->ack_ms };
	int result = policy_options(reader, level_options, &entry, node);

	if (read_path(reader, entry.path, level))
		result = -1;
	level->word = entry.word;
	level->impact = entry.impact;
	level->example = entry.example;
	level->respond_ms = entry.respond_ms;
	level->update_ms = entry.update_ms;
	level->ack_ms = entry.ack_ms;
	if (entry.channels.count) {
		level->channels = entry.channels.items;
		level->channel_count = entry.channels.count;
	}
	return result;
}

static int read_levels(const struct policy_reader *reader, const struct yaml_node *node)
{
	int result = 0;

	if (yaml_is_null(node))
		return 0;
	if (node->kind != YAML_MAPPING)
		return policy_fault(reader, node, "levels", "is no mapping (P0: { word: Critical, respond: 5m })");
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_node *item = node->items[i];
		int priority = 0;

		while (priority < PRIORITY_COUNT && strcasecmp(priority_names[priority], item->key) != 0)
			priority++;
		if (priority == PRIORITY_COUNT)
			result = error_list_add(reader->errors, FAULT_ERROR, reader->file, item->key_line,
						item->key_column, "levels", "unknown level '%.64s' (P0, P1, P2, P3)",
						item->key);
		else if (read_level(reader, item, &reader->escalation->levels[priority]))
			result = -1;
	}
	return result;
}

static int read_share(const struct policy_reader *reader, const struct yaml_node *node, const char *name,
		      const char *text, int *ret)
{
	const struct yaml_node *place = yaml_get(node, name);
	int used = 0, percent = 0;

	if (!text)
		return 0;
	if (sscanf(text, "%3d%%%n", &percent, &used) != 1 || !used || text[used] || percent < 1 || percent > 100)
		return policy_fault(reader, place ? place : node, name,
				    "is no share of the response time (1% to 100%)");
	*ret = percent;
	return 0;
}

static int read_marks(const struct policy_reader *reader, const struct yaml_node *node)
{
	struct marks_entry entry = { 0 };
	int result;

	if (yaml_is_null(node))
		return 0;
	result = policy_options(reader, marks_options, &entry, node);
	if (read_share(reader, node, "unacknowledged", entry.unacknowledged, &reader->escalation->ack_percent) ||
	    read_share(reader, node, "unmoved", entry.unmoved, &reader->escalation->progress_percent))
		result = -1;
	return result;
}

static int read_priorities(const struct policy_reader *reader, const struct yaml_node *node)
{
	size_t count;
	int result = policy_list(reader, node, "- { match: severity=\"critical\", priority: P1 }", &count);

	for (size_t i = 0; i < count; i++) {
		struct priority_entry entry = { 0 };
		struct priority_rule rule = { 0 };
		const struct yaml_node *item = node->items[i];

		if (policy_options(reader, priority_options, &entry, item) ||
		    policy_matchers(reader, item, &entry.match, &rule.matchers, &rule.matcher_count)) {
			result = -1;
			continue;
		}
		rule.priority = entry.priority < PRIORITY_COUNT ? entry.priority : PRIORITY_NONE;
		vec_push(&reader->escalation->more->priorities, rule);
	}
	return result;
}

static int read_contacts(const struct policy_reader *reader, const struct yaml_node *node)
{
	size_t count;
	int result = policy_list(reader, node, "- { role: on-call, reach: oncall@example.com, hours: 24/7 }", &count);

	for (size_t i = 0; i < count; i++) {
		struct escalation_contact contact = { 0 };
		const struct yaml_node *item = node->items[i];
		struct error error;
		struct hours hours;

		if (policy_options(reader, contact_options, &contact, item))
			result = -1;
		else if (*contact.hours && hours_parse(&hours, contact.hours, &error))
			result = policy_fault(reader, yaml_get(item, "hours"), "hours", error.text);
		else
			vec_push(&reader->escalation->more->contacts, contact);
	}
	return result;
}

/* Every section, whatever the others hold. The document is released. */
static int read_document(struct escalation *escalation, struct yaml_document *document, const char *path,
			 struct error_list *errors)
{
	struct sections sections = { 0 };
	struct policy_reader reader = { escalation, NULL, &escalation->arena, errors };
	int result;

	escalation->file = reader.file = arena_strdup(&escalation->arena, path);
	result = policy_options(&reader, section_options, &sections, document->root);
	result |= read_levels(&reader, sections.levels);
	result |= read_marks(&reader, sections.marks);
	result |= read_priorities(&reader, sections.priorities);
	result |= read_contacts(&reader, sections.contacts);
	result |= policy_rota(&reader, sections.rota, sections.overrides);
	result |= policy_windows(&reader, sections.windows);
	if (sections.roles.count) {
		escalation->roles = sections.roles.items;
		escalation->role_count = sections.roles.count;
	}
	yaml_document_release(document);
	return result ? -1 : 0;
}

int escalation_read(struct escalation *escalation, const char *path, struct error_list *errors)
{
	struct yaml_document document;

	return yaml_read(&document, path, errors) ? -1 : read_document(escalation, &document, path, errors);
}
