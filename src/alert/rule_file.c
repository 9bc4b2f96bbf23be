#include "alert/rule_file.h"

#include <stdlib.h>
#include <string.h>

#include "alert/rule_reader.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "config/yaml.h"

struct raw_group {
	const struct yaml_node *name, *interval, *limit, *query_offset, *strategy, *labels, *rules;
};

#define AT(member) .type = OPTION_NODE, .offset = offsetof(struct raw_group, member)
static const struct option group_keys[] = {
	{ "name", AT(name), .required = true },
	{ "interval", AT(interval) },
	{ "limit", AT(limit) },
	{ "query-offset", AT(query_offset) },
	{ "partial-response-strategy", AT(strategy) }, /* Thanos's, of no effect here */
	{ "labels", AT(labels) },
	{ "rules", AT(rules) },
	{ 0 },
};
#undef AT

struct raw_file {
	const struct yaml_node *groups;
};

static const struct option file_keys[] = {
	{ "groups", .type = OPTION_NODE, .offset = offsetof(struct raw_file, groups) },
	{ 0 },
};

void rule_set_init(struct rule_set *set)
{
	*set = (struct rule_set){ 0 };
}

void rule_set_release(struct rule_set *set)
{
	vec_release(&set->groups);
	arena_release(&set->arena);
}

size_t rule_set_count(const struct rule_set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < set->groups.count; i++)
		count += set->groups.items[i].rule_count;
	return count;
}

static void read_limit(struct rule_reader *reader, const struct yaml_node *node, int64_t *ret)
{
	long long limit;
	char *end;

	if (!node)
		return;
	limit = node->kind == YAML_SCALAR ? strtoll(node->text, &end, 0) : 0;
	if (node->kind != YAML_SCALAR || node->quoted || end == node->text || *end)
		rule_reader_fault(reader, node, "'limit' must be a whole number (0: no limit)");
	else
		*ret = limit > 0 ? limit : 0; /* Prometheus takes a negative one for none */
}

static void read_strategy(struct rule_reader *reader, const struct yaml_node *node)
{
	if (node &&
	    (node->kind != YAML_SCALAR || (strcmp(node->text, "warn") != 0 && strcmp(node->text, "abort") != 0)))
		rule_reader_fault(reader, node, "'partial_response_strategy' must be warn or abort");
}

/* The name, or NULL when the group cannot be told from others. */
static const char *read_group_name(struct rule_reader *reader, const struct yaml_node *node, size_t first)
{
	const char *name;

	if (!node) /* told already */
		return NULL;
	if (node->kind != YAML_SCALAR || !*node->text) {
		rule_reader_fault(reader, node, "the name of a group must be a text that is not empty");
		return NULL;
	}
	name = arena_strdup(&reader->set->arena, node->text);
	for (size_t i = first; i < reader->set->groups.count; i++) {
		const struct rule_group *group = &reader->set->groups.items[i];

		if (strcmp(group->name, name) != 0)
			continue;
		rule_reader_fault(reader, node, "the group '%.64s' is there twice (first in line %u)", name,
				  group->line);
		return NULL;
	}
	return name;
}

static void read_rules(struct rule_reader *reader, struct rule_group *group, const struct yaml_node *node)
{
	struct rule *rules;

	if (!node)
		return;
	if (node->kind != YAML_SEQUENCE) {
		rule_reader_fault(reader, node, "'rules' must be a sequence of rules");
		return;
	}
	rules = arena_array(&reader->set->arena, node->count, sizeof(*rules));
	for (size_t i = 0; i < node->count; i++) {
		if (yaml_is_null(node->items[i])) /* a dash alone */
			continue;
		if (++reader->rules > RULE_RULES_MAX) {
			rule_reader_fault(reader, node->items[i], "more than %d rules in a file (the limit)",
					  RULE_RULES_MAX);
			break;
		}
		if (rule_reader_read(reader, &rules[group->rule_count], node->items[i]) == 0)
			group->rule_count++;
	}
	group->rules = rules;
}

static void read_group(struct rule_reader *reader, const struct yaml_node *node, size_t first)
{
	struct rule_group group = { .file = reader->file };
	struct raw_group raw = { 0 };

	if (node->kind != YAML_MAPPING) {
		rule_reader_fault(reader, node, "a group must be a mapping with 'name' and 'rules'");
		return;
	}
	group.line = node->line;
	rule_reader_keys(reader, group_keys, &raw, node);
	group.name = read_group_name(reader, raw.name, first);
	rule_reader_duration(reader, raw.interval, &group.interval_ms);
	rule_reader_duration(reader, raw.query_offset, &group.query_offset_ms);
	read_limit(reader, raw.limit, &group.limit);
	read_strategy(reader, raw.strategy);
	reader->group_labels = raw.labels;
	rule_reader_check_labels(reader, raw.labels);
	/* Without a name of its own its rules are checked all the same. */
	read_rules(reader, &group, raw.rules);
	if (group.name)
		vec_push(&reader->set->groups, group);
}

static void read_groups(struct rule_reader *reader, const struct yaml_node *node, size_t first)
{
	if (!node)
		return;
	if (node->kind != YAML_SEQUENCE) {
		rule_reader_fault(reader, node, "'groups' must be a sequence of groups");
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		if (yaml_is_null(node->items[i]))
			continue;
		if (++reader->groups > RULE_GROUPS_MAX) {
			rule_reader_fault(reader, node->items[i], "more than %d groups in a file (the limit)",
					  RULE_GROUPS_MAX);
			return;
		}
		read_group(reader, node->items[i], first);
	}
}

static bool is_kind(const struct yaml_node *root, const char *kind)
{
	const struct yaml_node *node = yaml_get(root, "kind");

	return node && node->kind == YAML_SCALAR && strcmp(node->text, kind) == 0;
}

static bool is_list(const struct yaml_node *root)
{
	return is_kind(root, "List") || is_kind(root, "PrometheusRuleList");
}

/* A document of Kubernetes that holds rules; others of its kind may stand in the same file and are not looked at. */
static bool is_resource_of_rules(const struct yaml_node *root)
{
	const struct yaml_node *items = yaml_get(root, "items");

	if (is_kind(root, "PrometheusRule"))
		return true;
	for (size_t i = 0; is_list(root) && items && items->kind == YAML_SEQUENCE && i < items->count; i++)
		if (is_kind(items->items[i], "PrometheusRule"))
			return true;
	return false;
}

static bool holds_rules(const struct yaml_node *root)
{
	return is_resource_of_rules(root) || (!yaml_get(root, "kind") && yaml_get(root, "groups"));
}

/* Names of groups are told apart within one resource: the operator makes a file of each. */
static void read_resource(struct rule_reader *reader, const struct yaml_node *root)
{
	const struct yaml_node *spec = yaml_get(root, "spec");
	struct raw_file raw = { 0 };

	if (yaml_is_null(spec)) {
		rule_reader_fault(reader, root, "'spec' is missing (it holds 'groups')");
		return;
	}
	rule_reader_keys(reader, file_keys, &raw, spec);
	read_groups(reader, raw.groups, reader->set->groups.count);
}

static void read_root(struct rule_reader *reader, const struct yaml_node *root, size_t first)
{
	const struct yaml_node *items = yaml_get(root, "items");
	struct raw_file raw = { 0 };

	if (is_kind(root, "PrometheusRule")) {
		read_resource(reader, root);
	} else if (is_list(root)) {
		for (size_t i = 0; items && items->kind == YAML_SEQUENCE && i < items->count; i++)
			if (is_kind(items->items[i], "PrometheusRule"))
				read_resource(reader, items->items[i]);
	} else if (!yaml_get(root, "kind")) {
		rule_reader_keys(reader, file_keys, &raw, root);
		read_groups(reader, raw.groups, first);
	}
}

static bool any_holds_rules(const struct yaml_document *document)
{
	for (size_t i = 0; i < document->root_count; i++)
		if (holds_rules(document->roots[i]))
			return true;
	return false;
}

int rule_file_parse(struct rule_set *set, const char *path, const char *text, size_t length, struct error_list *errors)
{
	struct rule_reader reader = { .set = set, .errors = errors };
	size_t first = set->groups.count;
	struct yaml_document document;

	if (yaml_parse_all(&document, text, length, path, errors))
		return -1;
	rule_source_init(&reader.source, text, length);
	reader.file = arena_strdup(&set->arena, path);
	/* Other resources of Kubernetes alone: a wrong file. An empty one is fine, and one with wrong keys told so. */
	if (document.root && yaml_get(document.root, "kind") && !any_holds_rules(&document))
		rule_reader_fault(&reader, document.root,
				  "holds no rules (must have 'groups' or be of kind PrometheusRule)");
	for (size_t i = 0; i < document.root_count; i++)
		read_root(&reader, document.roots[i], first);
	rule_reader_release(&reader);
	yaml_document_release(&document);
	return reader.failed ? -1 : 0;
}

int rule_file_read(struct rule_set *set, const char *path, struct error_list *errors)
{
	struct strbuf content = STRBUF_INIT;
	struct error error;
	int result;

	if (path_read(path, YAML_LIMIT_BYTES, &content, &error))
		/* The message begins with the file's name already. */
		return error_list_add(errors, FAULT_ERROR, NULL, 0, 0, NULL, "%s", error.text);
	result = rule_file_parse(set, path, content.text, content.length, errors);
	strbuf_release(&content);
	return result;
}

/* For a file that YAML cannot read: does it look as if it were to hold rules? Its faults are then told as such. */
static bool looks_like_rules(const char *text)
{
	return strncmp(text, "groups:", 7) == 0 || strstr(text, "\ngroups:") || strstr(text, "kind: PrometheusRule");
}

bool rule_file_recognise(const char *path)
{
	struct strbuf content = STRBUF_INIT;
	struct yaml_document document;
	bool found = false;

	if (path_read(path, YAML_LIMIT_BYTES, &content, NULL) == 0) {
		if (yaml_parse_all(&document, content.text, content.length, path, NULL) == 0)
			found = any_holds_rules(&document);
		else
			found = looks_like_rules(content.text);
		yaml_document_release(&document);
	}
	strbuf_release(&content);
	return found;
}

static const char *find_text(const struct rule_text *texts, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i].name, name) == 0)
			return texts[i].value;
	return NULL;
}

const char *rule_annotation(const struct rule *rule, const char *name)
{
	return find_text(rule->annotations, rule->annotation_count, name);
}

const char *rule_label(const struct rule *rule, const char *name)
{
	return find_text(rule->labels, rule->label_count, name);
}
