#include "situation/change_rule.h"

#include <string.h>

#include "promql/promql.h"

#define LABELS_MAX 4

static const char *const kinds[] = { "deploy", "config", "restart", NULL };

#define AT(member) .offset = offsetof(struct change_rule, member)
const struct option change_rule_options[] = {
	{ "name", 0, OPTION_STRING, AT(name), .value_name = "NAME", .required = true,
	  .help = "one of your own, or that of a rule to replace: start, server, boot, build, image, file, hash" },
	{ "expression", 0, OPTION_STRING, AT(expression), .value_name = "EXPR", .help = "the series that are watched" },
	{ "kind", 0, OPTION_CHOICE, AT(kind), .fallback = "deploy", .choices = kinds,
	  .help = "what a change of them is" },
	{ "identity", 0, OPTION_STRINGS, AT(identity), .value_name = "LABEL",
	  .help = "labels that say whose series it is (default: all but those that change)" },
	{ "changes", 0, OPTION_STRINGS, AT(changes), .value_name = "LABEL",
	  .help = "labels that change (default: the value does; of a restart it is the time of the start)" },
	{ "off", 0, OPTION_BOOL, AT(off), .fallback = "false", .help = "do not watch it" },
	{ 0 },
};
#undef AT

static const struct {
	const char *name, *expression;
	enum change_kind kind;
	const char *identity[LABELS_MAX], *changes[LABELS_MAX];
} defaults[] = {
	{ "start", "process_start_time_seconds", CHANGE_RESTART, { "job", "instance" }, { NULL } },
	/* Apart from the process: an exporter beside a server has a start of its own under the same job and instance.
	 */
	{ "server",
	  "{__name__=~\"pg_postmaster_start_time_seconds|redis_start_time_seconds\"}",
	  CHANGE_RESTART,
	  { "job", "instance" },
	  { NULL } },
	{ "boot", "node_boot_time_seconds", CHANGE_RESTART, { "job", "instance" }, { NULL } },
	/* Not by instance: the pods of a new version have new addresses. */
	{ "build", "{__name__=~\".+_build_info\"}", CHANGE_DEPLOY, { "__name__", "job" }, { "version", "revision" } },
	{ "image", "kube_pod_container_info", CHANGE_DEPLOY, { "namespace", "container" }, { "image" } },
	{ "file", "skep_file_info", CHANGE_CONFIG, { "job", "path" }, { "sha256" } },
	{ "hash", "{__name__=~\".+_config_hash\"}", CHANGE_CONFIG, { "__name__", "job", "instance" }, { NULL } },
};

static struct option_strings strings_of(const char *const *items, struct arena *arena)
{
	struct option_strings ret = { arena_array(arena, LABELS_MAX, sizeof(*ret.items)), 0 };

	while (ret.count < LABELS_MAX && items[ret.count]) {
		ret.items[ret.count] = items[ret.count];
		ret.count++;
	}
	return ret;
}

void change_rules_init(struct change_rules *rules, struct arena *arena)
{
	size_t count = sizeof(defaults) / sizeof(defaults[0]);

	*rules = (struct change_rules){ arena_array(arena, count, sizeof(*rules->items)), count };
	for (size_t i = 0; i < count; i++)
		rules->items[i] = (struct change_rule){
			.name = defaults[i].name,
			.expression = defaults[i].expression,
			.kind = (int)defaults[i].kind,
			.identity = strings_of(defaults[i].identity, arena),
			.changes = strings_of(defaults[i].changes, arena),
		};
}

static struct change_rule *rule_named(const struct change_rules *rules, const char *name)
{
	for (size_t i = 0; i < rules->count; i++)
		if (strcmp(rules->items[i].name, name) == 0)
			return &rules->items[i];
	return NULL;
}

static int check_expression(const struct change_rule *rule, const struct yaml_node *node, const char *file,
			    struct error_list *errors)
{
	const struct promql_syntax syntax = { .left_open = true };
	const struct yaml_node *place = yaml_get(node, "expression");
	struct error error = { "" };
	struct promql *promql;
	enum value_type type;

	if (!rule->expression || !*rule->expression)
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL,
				      "'expression' is missing");
	if (!place)
		return 0;
	promql = promql_parse(rule->expression, &syntax, &error);
	type = promql ? promql->root->type : VALUE_NONE;
	promql_free(promql);
	if (type == VALUE_NONE)
		return error_list_add(errors, FAULT_ERROR, file, place->line, place->column, "expression", "%s",
				      error.text);
	if (type != VALUE_VECTOR)
		return error_list_add(errors, FAULT_ERROR, file, place->line, place->column, "expression",
				      "gives no instant vector (series that can be told apart)");
	return 0;
}

/* One that has the name of another begins as that one is. */
static int read_rule(struct change_rules *rules, const struct yaml_node *node, const char *file, struct arena *arena,
		     struct error_list *errors)
{
	const struct yaml_node *name = yaml_get(node, "name");
	struct change_rule *known = name && name->kind == YAML_SCALAR ? rule_named(rules, name->text) : NULL;
	struct change_rule read = { 0 };
	int result;

	if (node->kind != YAML_MAPPING)
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, NULL,
				      "a change is a mapping (name: and expression:)");
	if (known)
		read = *known;
	else
		option_defaults(change_rule_options, &read, arena);
	result = option_read_yaml(change_rule_options, &read, node, file, arena, errors);
	if (check_expression(&read, node, file, errors) < 0)
		result = -1;
	if (result < 0)
		return -1;
	if (known)
		*known = read;
	else
		rules->items[rules->count++] = read;
	return 0;
}

int change_rules_read(struct change_rules *rules, const struct yaml_node *node, const char *file, struct arena *arena,
		      struct error_list *errors)
{
	struct change_rules read = *rules;
	int result = 0;

	if (yaml_is_null(node))
		return 0;
	if (node->kind != YAML_SEQUENCE)
		return error_list_add(errors, FAULT_ERROR, file, node->line, node->column, "changes",
				      "is no list (- { name: ..., expression: ... })");
	read.items = arena_array(arena, rules->count + node->count + 1, sizeof(*read.items));
	if (rules->count)
		memcpy(read.items, rules->items, rules->count * sizeof(*read.items));
	for (size_t i = 0; i < node->count; i++)
		if (read_rule(&read, node->items[i], file, arena, errors) < 0)
			result = -1;
	if (result == 0)
		*rules = read;
	return result;
}
