#include "runbook/annotation.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "config/option.h"
#include "promql/promql.h"
#include "runbook/section.h"

#define LIST_MAX 100 /* checks, choices, watched figures of one comment */

/* ---- what may stand in one ---- */

static const char *const tiers[] = { "read", "change", "destroy", NULL };

/* A check and a list of choices are asked for by themselves: nothing that changes something is. */
static const char *const reading_tiers[] = { "read", NULL };

struct step_words {
	int risk; /* index into `tiers`; -1 not said */
	const char *confirm, *rollback, *target, *next, *on_fail;
	int64_t timeout_ms, step;
	bool follow, manual;
	const struct yaml_node *check, *choices;
};

static const struct option step_options[] = {
	{ "risk", 0, OPTION_CHOICE, offsetof(struct step_words, risk), NULL, 0, 0, tiers, "TIER",
	  "what it does at worst: read, change or destroy", false },
	{ "confirm", 0, OPTION_STRING, offsetof(struct step_words, confirm), NULL, 0, 0, NULL, "WORD",
	  "what is typed before a destruction: the name of what is lost", false },
	{ "rollback", 0, OPTION_STRING, offsetof(struct step_words, rollback), NULL, 0, 0, NULL, "TEXT",
	  "a command, or words, that take it back", false },
	{ "timeout", 0, OPTION_DURATION, offsetof(struct step_words, timeout_ms), NULL, CLOCK_SECOND, CLOCK_DAY, NULL,
	  "DURATION", "when it is ended", false },
	{ "follow", 0, OPTION_BOOL, offsetof(struct step_words, follow), NULL, 0, 0, NULL, NULL,
	  "it never ends by itself: a key ends it", false },
	{ "manual", 0, OPTION_BOOL, offsetof(struct step_words, manual), NULL, 0, 0, NULL, NULL, "it is never run",
	  false },
	{ "target", 0, OPTION_STRING, offsetof(struct step_words, target), NULL, 0, 0, NULL, "TARGET",
	  "namespace/NAME, context/NAME or host/NAME: where it may run at all", false },
	{ "check", 0, OPTION_NODE, offsetof(struct step_words, check), NULL, 0, 0, NULL, "CHECK",
	  "what proves that it worked, or a list of that", false },
	{ "next", 0, OPTION_STRING, offsetof(struct step_words, next), NULL, 0, 0, NULL, "SECTION",
	  "the section to go on with", false },
	{ "on-fail", 0, OPTION_STRING, offsetof(struct step_words, on_fail), NULL, 0, 0, NULL, "SECTION",
	  "the section to go on with when it failed", false },
	{ "choices", 0, OPTION_NODE, offsetof(struct step_words, choices), NULL, 0, 0, NULL, "CHOICES",
	  "where the values of placeholders come from", false },
	{ "step", 0, OPTION_INT, offsetof(struct step_words, step), NULL, 1, RUNBOOK_STEPS_MAX, NULL, "NUMBER",
	  "which step of the block is meant", false },
	{ 0 },
};

struct section_words {
	const struct yaml_node *check;
	const char *next, *minutes;
};

static const struct option section_options[] = {
	{ "check", 0, OPTION_NODE, offsetof(struct section_words, check), NULL, 0, 0, NULL, "CHECK",
	  "what proves the section, or a list of that", false },
	{ "next", 0, OPTION_STRING, offsetof(struct section_words, next), NULL, 0, 0, NULL, "SECTION",
	  "the section to go on with", false },
	{ "minutes", 0, OPTION_STRING, offsetof(struct section_words, minutes), NULL, 0, 0, NULL, "SPAN",
	  "its place on the clock: 15-30, or 60+", false },
	{ 0 },
};

struct runbook_words {
	struct option_strings alerts, tags;
	const struct yaml_node *watch;
	const char *severity, *command;
	int64_t mttr_ms, rto_ms, rpo_ms;
};

static const struct option runbook_options[] = {
	{ "alerts", 0, OPTION_STRINGS, offsetof(struct runbook_words, alerts), NULL, 0, 0, NULL, "NAMES",
	  "the alerts it is for", false },
	{ "watch", 0, OPTION_NODE, offsetof(struct runbook_words, watch), NULL, 0, 0, NULL, "FIGURES",
	  "figures that stand beside the steps", false },
	{ "severity", 0, OPTION_STRING, offsetof(struct runbook_words, severity), NULL, 0, 0, NULL, "TEXT",
	  "how bad it is", false },
	{ "mttr", 0, OPTION_DURATION, offsetof(struct runbook_words, mttr_ms), NULL, CLOCK_SECOND, 366.0 * CLOCK_DAY,
	  NULL, "DURATION", "when it should be mended", false },
	{ "rto", 0, OPTION_DURATION, offsetof(struct runbook_words, rto_ms), NULL, CLOCK_SECOND, 366.0 * CLOCK_DAY,
	  NULL, "DURATION", "when the service should be back", false },
	{ "rpo", 0, OPTION_DURATION, offsetof(struct runbook_words, rpo_ms), NULL, CLOCK_SECOND, 366.0 * CLOCK_DAY,
	  NULL, "DURATION", "how much may be lost", false },
	{ "tags", 0, OPTION_STRINGS, offsetof(struct runbook_words, tags), NULL, 0, 0, NULL, "WORDS",
	  "what kind it is; common: reachable from everywhere", false },
	{ "command", 0, OPTION_STRING, offsetof(struct runbook_words, command), NULL, 0, 0, NULL, "NAME",
	  "the word it is reached by", false },
	{ 0 },
};

struct check_words {
	const char *expr, *command, *name;
	int risk; /* index into `reading_tiers`; -1 not said */
	int64_t for_ms, within_ms;
};

static const struct option check_options[] = {
	{ "expr", 0, OPTION_STRING, offsetof(struct check_words, expr), NULL, 0, 0, NULL, "PROMQL",
	  "holds while it has a result", false },
	{ "command", 0, OPTION_STRING, offsetof(struct check_words, command), NULL, 0, 0, NULL, "COMMAND",
	  "a reading command instead: holds when its exit status is 0", false },
	{ "risk", 0, OPTION_CHOICE, offsetof(struct check_words, risk), NULL, 0, 0, reading_tiers, "TIER",
	  "the command only reads, though it is on no list of those that do", false },
	{ "for", 0, OPTION_DURATION, offsetof(struct check_words, for_ms), NULL, 0, CLOCK_DAY, NULL, "DURATION",
	  "it must hold that long", false },
	{ "within", 0, OPTION_DURATION, offsetof(struct check_words, within_ms), NULL, 0, 7.0 * CLOCK_DAY, NULL,
	  "DURATION", "from the step's end on", false },
	{ "name", 0, OPTION_STRING, offsetof(struct check_words, name), NULL, 0, 0, NULL, "TEXT",
	  "what it proves, for people", false },
	{ 0 },
};

struct choices_words {
	const char *command, *expr, *label;
	int risk; /* as of a check */
	struct option_strings values;
};

static const struct option choices_options[] = {
	{ "command", 0, OPTION_STRING, offsetof(struct choices_words, command), NULL, 0, 0, NULL, "COMMAND",
	  "each line of its output is a value", false },
	{ "risk", 0, OPTION_CHOICE, offsetof(struct choices_words, risk), NULL, 0, 0, reading_tiers, "TIER",
	  "the command only reads, though it is on no list of those that do", false },
	{ "expr", 0, OPTION_STRING, offsetof(struct choices_words, expr), NULL, 0, 0, NULL, "PROMQL",
	  "each series it gives has a value in its label", false },
	{ "label", 0, OPTION_STRING, offsetof(struct choices_words, label), NULL, 0, 0, NULL, "LABEL",
	  "the label of the values", false },
	{ "values", 0, OPTION_STRINGS, offsetof(struct choices_words, values), NULL, 0, 0, NULL, "VALUES",
	  "the values themselves", false },
	{ 0 },
};

struct watch_words {
	const char *title, *expr, *unit;
};

static const struct option watch_options[] = {
	{ "title", 0, OPTION_STRING, offsetof(struct watch_words, title), NULL, 0, 0, NULL, "TEXT", "what it is",
	  false },
	{ "expr", 0, OPTION_STRING, offsetof(struct watch_words, expr), NULL, 0, 0, NULL, "PROMQL", "its value", true },
	{ "unit", 0, OPTION_STRING, offsetof(struct watch_words, unit), NULL, 0, 0, NULL, "UNIT",
	  "the id Grafana gives it", false },
	{ 0 },
};

/* ---- a comment's text ---- */

static const char *skip_blanks(const char *text, const char *end)
{
	while (text < end && strchr(" \t\r\n", *text) && *text)
		text++;
	return text;
}

bool annotation_is(const char *text, size_t length)
{
	const char *end = text + length, *at = skip_blanks(text, end);

	if (end - at < 5 || strncmp(at, "skep", 4) != 0)
		return false;
	at = skip_blanks(at + 4, end);
	return at < end && *at == ':';
}

/* Lines of the comment become lines of the file; columns are not those of the file, and not told. */
static void move_lines(struct yaml_node *node, unsigned by)
{
	node->line += by;
	node->key_line += by;
	node->column = node->key_column = 0;
	for (size_t i = 0; i < node->count; i++)
		move_lines(node->items[i], by);
}

static void move_faults(struct error_list *from, unsigned by, struct error_list *errors)
{
	for (size_t i = 0; i < from->count; i++) {
		from->faults[i].line += by;
		from->faults[i].column = 0;
	}
	if (errors)
		error_list_take(errors, from);
	error_list_release(from);
}

/* Options are spelt with '_' in YAML elsewhere; here `on-fail` is as good. */
static void allow_dashes(const struct yaml_node *root, struct arena *arena)
{
	for (size_t i = 0; root && root->kind == YAML_MAPPING && i < root->count; i++) {
		char *key = arena_strdup(arena, root->items[i]->key);

		for (char *at = strchr(key, '-'); at; at = strchr(at, '-'))
			*at = '_';
		root->items[i]->key = key;
	}
}

int annotation_parse(struct annotation *ret, const char *text, size_t length, const char *file, unsigned line,
		     struct error_list *errors)
{
	struct error_list own;
	const struct yaml_node *root;
	int result;

	*ret = (struct annotation){ .file = file, .line = line };
	error_list_init(&own);
	/* Blanks before the key would indent it deeper than what follows in the lines below. */
	for (; length && strchr(" \t\r\n", *text) && *text; text++, length--)
		if (*text == '\n')
			line++;
	result = yaml_parse(&ret->document, text, length, file, &own);
	move_faults(&own, line - 1, errors);
	if (result < 0)
		return -1;
	root = ret->document.root;
	if (root)
		move_lines(ret->document.root, line - 1);
	if (!root || root->kind != YAML_MAPPING || !yaml_get(root, "skep")) {
		error_list_add(errors, FAULT_ERROR, file, line, 0, NULL, "is no annotation (skep: { key: value })");
		yaml_document_release(&ret->document);
		return -1;
	}
	for (size_t i = 0; i < root->count; i++)
		if (strcmp(root->items[i]->key, "skep") != 0)
			error_list_add(errors, FAULT_ERROR, file, root->items[i]->key_line, 0, NULL,
				       "unknown key '%.64s' beside 'skep' (what is said must be indented below it)",
				       root->items[i]->key);
	root = yaml_get(root, "skep");
	ret->root = yaml_is_null(root) ? NULL : root;
	allow_dashes(ret->root, &ret->document.arena);
	return 0;
}

void annotation_release(struct annotation *annotation)
{
	yaml_document_release(&annotation->document);
	*annotation = (struct annotation){ 0 };
}

/* ---- lists in it ---- */

/* Everything a member is read with. */
struct reading {
	const char *file;
	struct arena *arena;
	struct error_list *errors;
	int result;
};

static void fault(struct reading *reading, unsigned line, const char *what, const char *text)
{
	reading->result = error_list_add(reading->errors, FAULT_ERROR, reading->file, line, 0, what, "%s", text);
}

static void check_expression(struct reading *reading, unsigned line, const char *what, const char *expression)
{
	static const struct promql_syntax syntax = { .left_open = true };
	struct error error;
	struct promql *promql = expression ? promql_parse(expression, &syntax, &error) : NULL;

	if (expression && !promql)
		fault(reading, line, what, error.text);
	promql_free(promql);
}

static void check_risk(struct reading *reading, unsigned line, const char *what, int risk, const char *command)
{
	if (risk >= 0 && !command)
		fault(reading, line, what, "'risk' is said of a 'command' only");
}

static void read_check(struct reading *reading, const struct yaml_node *node, struct step_check *ret)
{
	struct check_words words = { .name = "", .risk = -1 };

	*ret = (struct step_check){ .name = "", .line = node->line };
	if (node->kind == YAML_SCALAR)
		words.expr = arena_strdup(reading->arena, node->text);
	else if (option_read_yaml(check_options, &words, node, reading->file, reading->arena, reading->errors))
		reading->result = -1;
	if (!words.expr == !words.command)
		fault(reading, node->line, "check", "needs 'expr' or 'command', and one of them only");
	check_risk(reading, node->line, "check", words.risk, words.command);
	check_expression(reading, node->line, "check", words.expr);
	ret->expression = words.expr;
	ret->command = words.expr ? NULL : words.command;
	ret->declared = ret->command && words.risk >= 0;
	ret->name = words.name;
	ret->for_ms = words.for_ms;
	ret->within_ms = words.within_ms;
}

/* One, or a list of them: member `index` of either; NULL at the end. */
static const struct yaml_node *item_at(const struct yaml_node *node, size_t index)
{
	if (yaml_is_null(node) || index >= LIST_MAX)
		return NULL;
	if (node->kind != YAML_SEQUENCE)
		return index == 0 ? node : NULL;
	return index < node->count ? node->items[index] : NULL;
}

static void read_choices(struct reading *reading, const struct yaml_node *node, struct step_notes *ret)
{
	if (yaml_is_null(node))
		return;
	if (node->kind != YAML_MAPPING) {
		fault(reading, node->line, "choices",
		      "must be a mapping of placeholders to where their values are from");
		return;
	}
	for (size_t i = 0; i < node->count && i < LIST_MAX; i++) {
		const struct yaml_node *item = node->items[i];
		struct choices_words words = { .risk = -1 };

		/* A bare list is what it looks like. */
		if (item->kind == YAML_SEQUENCE) {
			struct yaml_node values = *item, *members[] = { &values };
			struct yaml_node wrapped = {
				.kind = YAML_MAPPING, .line = item->line, .items = members, .count = 1
			};

			values.key = "values";
			if (option_read_yaml(choices_options, &words, &wrapped, reading->file, reading->arena,
					     reading->errors))
				reading->result = -1;
		} else if (option_read_yaml(choices_options, &words, item, reading->file, reading->arena,
					    reading->errors)) {
			reading->result = -1;
		}
		if (!words.command + !words.expr + !words.values.count != 2)
			fault(reading, item->line, item->key, "needs one of 'command', 'expr' and 'values'");
		if (!words.expr != !words.label)
			fault(reading, item->line, item->key, "'expr' and 'label' go together");
		check_risk(reading, item->line, item->key, words.risk, words.command);
		check_expression(reading, item->line, item->key, words.expr);
		vec_push(&ret->choices, (struct step_choices){ .placeholder = arena_strdup(reading->arena, item->key),
							       .command = words.command,
							       .declared = words.command && words.risk >= 0,
							       .expression = words.expr,
							       .label = words.label,
							       .values = words.values.items,
							       .value_count = words.values.count,
							       .line = item->line });
	}
}

static void read_watches(struct reading *reading, const struct yaml_node *node, struct runbook *ret)
{
	const struct yaml_node *item;

	for (size_t i = 0; (item = item_at(node, i)); i++) {
		struct watch_words words = { .title = NULL, .unit = "" };

		if (item->kind == YAML_SCALAR)
			words.expr = arena_strdup(reading->arena, item->text);
		else if (option_read_yaml(watch_options, &words, item, reading->file, reading->arena, reading->errors))
			reading->result = -1;
		check_expression(reading, item->line, "watch", words.expr);
		if (words.expr)
			vec_push(&ret->watches, (struct runbook_watch){ .title = words.title ? words.title : words.expr,
									.expression = words.expr,
									.unit = words.unit });
	}
}

/* ---- what it is about ---- */

int annotation_read_step(const struct annotation *annotation, struct arena *arena, struct error_list *errors,
			 struct step_notes *ret, size_t *ret_step)
{
	struct reading reading = { .file = annotation->file, .arena = arena, .errors = errors };
	struct step_words words = { .risk = -1 };
	const struct yaml_node *item;

	*ret = (struct step_notes){ .line = annotation->line };
	*ret_step = 0;
	if (option_read_yaml(step_options, &words, annotation->root, reading.file, arena, errors))
		reading.result = -1;
	ret->said_tier = words.risk >= 0;
	ret->tier = ret->said_tier ? (enum step_tier)words.risk : TIER_READ;
	ret->timeout_ms = words.timeout_ms;
	ret->follow = words.follow;
	ret->manual = words.manual;
	ret->target = words.target;
	ret->confirm = words.confirm;
	ret->rollback = words.rollback;
	ret->next = words.next;
	ret->on_fail = words.on_fail;
	*ret_step = (size_t)words.step;
	for (size_t i = 0; (item = item_at(words.check, i)); i++) {
		struct step_check check;

		read_check(&reading, item, &check);
		if (check.expression || check.command)
			vec_push(&ret->checks, check);
	}
	read_choices(&reading, words.choices, ret);
	return reading.result;
}

int annotation_read_section(const struct annotation *annotation, struct arena *arena, struct error_list *errors,
			    struct runbook_section *ret)
{
	struct reading reading = { .file = annotation->file, .arena = arena, .errors = errors };
	struct section_words words = { 0 };
	const struct yaml_node *item;
	bool unit;

	if (option_read_yaml(section_options, &words, annotation->root, reading.file, arena, errors))
		reading.result = -1;
	for (size_t i = 0; (item = item_at(words.check, i)); i++) {
		struct step_check check;

		read_check(&reading, item, &check);
		if (check.expression || check.command)
			vec_push(&ret->checks, check);
	}
	if (words.next)
		ret->next = words.next;
	if (words.minutes && !section_minutes_read(words.minutes, &ret->minutes_from, &ret->minutes_to, &unit))
		fault(&reading, annotation->line, "minutes", "is no span of minutes (15-30, or 60+)");
	return reading.result;
}

int annotation_read_runbook(const struct annotation *annotation, struct runbook *ret, struct error_list *errors)
{
	struct reading reading = { .file = annotation->file, .arena = &ret->arena, .errors = errors };
	struct runbook_words words = { .mttr_ms = -1, .rto_ms = -1, .rpo_ms = -1 };

	if (option_read_yaml(runbook_options, &words, annotation->root, reading.file, &ret->arena, errors))
		reading.result = -1;
	for (size_t i = 0; i < words.alerts.count; i++)
		vec_push(&ret->alerts, words.alerts.items[i]);
	for (size_t i = 0; i < words.tags.count; i++)
		vec_push(&ret->tags, words.tags.items[i]);
	read_watches(&reading, words.watch, ret);
	if (words.severity)
		ret->severity = words.severity;
	if (words.command)
		ret->command = words.command;
	ret->mttr_ms = words.mttr_ms >= 0 ? words.mttr_ms : ret->mttr_ms;
	ret->rto_ms = words.rto_ms >= 0 ? words.rto_ms : ret->rto_ms;
	ret->rpo_ms = words.rpo_ms >= 0 ? words.rpo_ms : ret->rpo_ms;
	return reading.result;
}
