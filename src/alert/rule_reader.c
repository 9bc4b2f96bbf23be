#include "alert/rule_reader.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alert/template.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "promql/promql.h"

struct raw_rule {
	const struct yaml_node *alert, *record, *expr, *wait, *keep, *labels, *annotations;
};

#define AT(member) .type = OPTION_NODE, .offset = offsetof(struct raw_rule, member)
static const struct option rule_keys[] = {
	{ "alert", AT(alert) },
	{ "record", AT(record) },
	{ "expr", AT(expr) },
	{ "for", AT(wait) },
	{ "keep-firing-for", AT(keep) },
	{ "labels", AT(labels) },
	{ "annotations", AT(annotations) },
	{ 0 },
};
#undef AT

/* In the order in which a duration names them. */
static const struct {
	const char *name;
	int64_t ms;
} units[] = {
	{ "y", 365 * CLOCK_DAY }, { "w", 7 * CLOCK_DAY }, { "d", CLOCK_DAY }, { "h", CLOCK_HOUR },
	{ "m", CLOCK_MINUTE },    { "s", CLOCK_SECOND },  { "ms", 1 },
};
#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

/* Prometheus counts nanoseconds in 64 bits. */
#define DURATION_MAX_MS (INT64_MAX / 1000000)

int rule_duration_read(const char *text, int64_t *ret_ms, struct error *error)
{
	const char *at = text;
	size_t next = 0;
	int64_t total = 0;

	if (strcmp(text, "0") == 0) {
		*ret_ms = 0;
		return 0;
	}
	do {
		int64_t count = 0;
		size_t digits = strspn(at, "0123456789"), letters, unit = next;

		for (size_t i = 0; i < digits && count <= DURATION_MAX_MS; i++)
			count = count * 10 + (at[i] - '0');
		at += digits;
		for (letters = 0; islower((unsigned char)at[letters]);)
			letters++;
		while (unit < UNIT_COUNT &&
		       (strlen(units[unit].name) != letters || strncmp(units[unit].name, at, letters) != 0))
			unit++;
		if (!digits || unit == UNIT_COUNT)
			return error_set(error, "'%.64s' is no duration (like 30s, 5m, 1h30m, 1d or 0)", text);
		if (__builtin_mul_overflow(count, units[unit].ms, &count) || count > DURATION_MAX_MS ||
		    (total += count) > DURATION_MAX_MS)
			return error_set(error, "'%.64s' is too long (at most 292 years)", text);
		at += letters;
		next = unit + 1;
	} while (*at);
	*ret_ms = total;
	return 0;
}

void rule_reader_release(struct rule_reader *reader)
{
	map_release(&reader->known, NULL);
	rule_source_release(&reader->source);
}

static void fault_at(struct rule_reader *reader, unsigned line, unsigned column, const char *prefix, const char *text)
{
	error_list_add(reader->errors, FAULT_ERROR, reader->file, line, column, reader->where, "%s%s", prefix, text);
	reader->failed = reader->bad = true;
}

void rule_reader_fault(struct rule_reader *reader, const struct yaml_node *node, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fault_at(reader, node->line, node->column, "", text);
}

void rule_reader_keys(struct rule_reader *reader, const struct option *table, void *target,
		      const struct yaml_node *mapping)
{
	if (option_read_yaml(table, target, mapping, reader->file, &reader->set->arena, reader->errors))
		reader->failed = reader->bad = true;
}

void rule_reader_duration(struct rule_reader *reader, const struct yaml_node *node, int64_t *ret)
{
	struct error error;

	if (!node)
		return;
	if (node->kind != YAML_SCALAR)
		rule_reader_fault(reader, node, "'%s' must be a duration (like 30s, 5m, 1h30m or 0)", node->key);
	else if (rule_duration_read(node->text, ret, &error))
		rule_reader_fault(reader, node, "'%s': %s", node->key, error.text);
}

static bool is_name(const char *text, bool colon)
{
	if (!*text || isdigit((unsigned char)*text))
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && *text != '_' && !(colon && *text == ':'))
			return false;
	return true;
}

static int compare_names(const void *a, const void *b)
{
	const struct rule_text *left = a, *right = b;

	return strcmp(left->name, right->name);
}

/* The text of a scalar; a null is the empty one. */
static const char *scalar_text(const struct yaml_node *node)
{
	return yaml_is_null(node) ? "" : node->text;
}

static bool check_text(struct rule_reader *reader, const struct yaml_node *node, const char *what)
{
	if (!is_name(node->key, false) || (strcmp(what, "label") == 0 && strcmp(node->key, "__name__") == 0)) {
		char text[ERROR_TEXT_MAX];

		snprintf(text, sizeof(text), "'%.64s' is no name for a%s %s (%s)", node->key, *what == 'a' ? "n" : "",
			 what,
			 strcmp(node->key, "__name__") == 0 ? "it is the metric's name"
							    : "letters, digits and _, no digit first");
		fault_at(reader, node->key_line, node->key_column, "", text);
		return false;
	}
	if (node->kind == YAML_SCALAR)
		return true;
	rule_reader_fault(reader, node, "'%s' must be a text", node->key);
	return false;
}

static bool is_texts(struct rule_reader *reader, const struct yaml_node *node, const char *what)
{
	if (!node)
		return false;
	if (node->kind != YAML_MAPPING)
		rule_reader_fault(reader, node, "'%ss' must be a mapping of names to texts", what);
	else if (node->count > RULE_TEXTS_MAX)
		rule_reader_fault(reader, node, "more than %d %ss (the limit)", RULE_TEXTS_MAX, what);
	else
		return true;
	return false;
}

void rule_reader_check_labels(struct rule_reader *reader, const struct yaml_node *labels)
{
	if (!is_texts(reader, labels, "label"))
		return;
	for (size_t i = 0; i < labels->count; i++)
		check_text(reader, labels->items[i], "label");
}

/* Those of the group that the rule does not set itself come with `group`. */
static const struct rule_text *read_texts(struct rule_reader *reader, const struct yaml_node *own,
					  const struct yaml_node *group, const char *what, size_t *ret_count)
{
	const struct yaml_node *sources[] = { own, group };
	size_t most = (own ? own->count : 0) + (group ? group->count : 0), count = 0;
	struct rule_text *texts = arena_array(&reader->set->arena, most, sizeof(*texts));

	for (size_t i = 0; i < 2; i++) {
		const struct yaml_node *source = sources[i];

		if (!source || source->kind != YAML_MAPPING || source->count > RULE_TEXTS_MAX)
			continue;
		for (size_t j = 0; j < source->count; j++) {
			const struct yaml_node *item = source->items[j];

			/* The group's own are told of once, not with every rule. */
			if (source == own ? !check_text(reader, item, what)
					  : item->kind != YAML_SCALAR || yaml_get(own, item->key))
				continue;
			texts[count++] = (struct rule_text){
				.name = arena_strdup(&reader->set->arena, item->key),
				.value = arena_strdup(&reader->set->arena, scalar_text(item)),
			};
		}
	}
	if (count)
		qsort(texts, count, sizeof(*texts), compare_names);
	*ret_count = count;
	return texts;
}

/* The byte of `text` at line and column in characters, both 1-based. */
static size_t offset_at(const char *text, unsigned line, unsigned column)
{
	const char *at = text;

	for (; line > 1 && *at; at++)
		if (*at == '\n')
			line--;
	for (; column > 1 && *at && *at != '\n'; column--)
		do
			at++;
		while (((unsigned char)*at & 0xc0) == 0x80);
	return (size_t)(at - text);
}

/* A message "1:8: what is wrong" about part of a scalar is told at the file's own line and column. */
static void fault_within(struct rule_reader *reader, const struct yaml_node *node, size_t start, const char *prefix,
			 const char *message)
{
	struct rule_position position = { node->line, node->column };
	unsigned line, column;
	int used = 0;

	if (sscanf(message, "%9u:%9u: %n", &line, &column, &used) == 2 && used) {
		position = rule_source_find(&reader->source, node, start + offset_at(node->text + start, line, column));
		message += used;
	}
	fault_at(reader, position.line, position.column, prefix, message);
}

static void read_expression(struct rule_reader *reader, struct rule *rule, const struct yaml_node *node)
{
	/* A server of 3.x reads more than one of 2.x; what the user's own reads is not known here. */
	static const struct promql_syntax syntax = { .left_open = true };
	struct promql *promql;
	struct error error;
	size_t start, length;

	if (node->kind != YAML_SCALAR) {
		rule_reader_fault(reader, node, "'expr' must be a text");
		return;
	}
	start = strspn(node->text, " \t\r\n");
	length = strlen(node->text + start);
	while (length && strchr(" \t\r\n", node->text[start + length - 1]))
		length--;
	if (!length) {
		rule_reader_fault(reader, node, "'expr' is empty (must be an expression)");
		return;
	}
	rule->expression = arena_strndup(&reader->set->arena, node->text + start, length);
	rule->expression_line = rule_source_find(&reader->source, node, start).line;
	promql = promql_parse(rule->expression, &syntax, &error);
	if (!promql)
		fault_within(reader, node, start, "expression: ", error.text);
	promql_free(promql);
}

/* Prometheus parses the templates of alerts when it loads them; those of recording rules are plain texts. */
static void check_templates(struct rule_reader *reader, const struct yaml_node *texts)
{
	struct error error;

	for (size_t i = 0; texts && texts->kind == YAML_MAPPING && i < texts->count; i++) {
		const struct yaml_node *text = texts->items[i];
		char prefix[96];

		if (text->kind != YAML_SCALAR || template_check(text->text, &error) == 0)
			continue;
		snprintf(prefix, sizeof(prefix), "template of '%.64s': ", text->key);
		fault_within(reader, text, 0, prefix, error.text);
	}
}

static void read_alert(struct rule_reader *reader, struct rule *rule, const struct raw_rule *raw)
{
	rule->kind = RULE_ALERT;
	rule->name = arena_strdup(&reader->set->arena, raw->alert->text);
	rule_reader_duration(reader, raw->wait, &rule->for_ms);
	rule_reader_duration(reader, raw->keep, &rule->keep_firing_ms);
	if (is_texts(reader, raw->annotations, "annotation"))
		rule->annotations = read_texts(reader, raw->annotations, NULL, "annotation", &rule->annotation_count);
	check_templates(reader, raw->labels);
	check_templates(reader, raw->annotations);
}

/* Zero and nothing are let pass, as Prometheus does. */
static void check_alerts_only(struct rule_reader *reader, const struct yaml_node *node, bool given)
{
	if (node && given)
		rule_reader_fault(reader, node, "'%s' is for alerts only", node->key);
}

static void read_record(struct rule_reader *reader, struct rule *rule, const struct raw_rule *raw)
{
	int64_t wait_ms = 0, keep_ms = 0;

	rule->kind = RULE_RECORD;
	rule->name = arena_strdup(&reader->set->arena, raw->record->text);
	if (!is_name(rule->name, true))
		rule_reader_fault(reader, raw->record,
				  "'%.64s' is no name for a metric (letters, digits, _ and :, no digit first)",
				  rule->name);
	rule_reader_duration(reader, raw->wait, &wait_ms);
	rule_reader_duration(reader, raw->keep, &keep_ms);
	check_alerts_only(reader, raw->wait, wait_ms != 0);
	check_alerts_only(reader, raw->keep, keep_ms != 0);
	check_alerts_only(reader, raw->annotations, raw->annotations && raw->annotations->count);
}

/* Two of the same identity: nobody can tell their series apart. */
static void check_known(struct rule_reader *reader, const struct rule *rule)
{
	struct strbuf identity = STRBUF_INIT;
	uintptr_t first;

	strbuf_addf(&identity, "%d\n%s", rule->kind, rule->name);
	for (size_t i = 0; i < rule->label_count; i++)
		strbuf_addf(&identity, "\n%s\n%s", rule->labels[i].name, rule->labels[i].value);
	first = (uintptr_t)map_get(&reader->known, identity.text);
	if (first)
		error_list_add(reader->errors, FAULT_APPROXIMATION, reader->file, rule->line, 0, reader->where,
			       "has the name and labels of the rule in line %u (they cannot be told apart)",
			       (unsigned)first);
	else
		map_set(&reader->known, identity.text, (void *)(uintptr_t)rule->line);
	strbuf_release(&identity);
}

/* An empty name is none, as in Prometheus. */
static bool is_set(const struct yaml_node *node)
{
	return node && (node->kind != YAML_SCALAR || *node->text);
}

/* Which of the two it is; NULL when it is neither or both, which is told. */
static const struct yaml_node *read_name(struct rule_reader *reader, const struct raw_rule *raw,
					 const struct yaml_node *node)
{
	const struct yaml_node *name = is_set(raw->alert) || !raw->record ? raw->alert : raw->record;

	if (is_set(raw->alert) && is_set(raw->record))
		rule_reader_fault(reader, raw->record, "'alert' and 'record' in one rule (one of them is allowed)");
	else if (!name)
		rule_reader_fault(reader, node, "neither 'alert' nor 'record' (one of them must be there)");
	else if (name->kind != YAML_SCALAR || !*name->text)
		rule_reader_fault(reader, name, "'%s' must be a name that is not empty", name->key);
	else
		return name;
	return NULL;
}

int rule_reader_read(struct rule_reader *reader, struct rule *ret, const struct yaml_node *node)
{
	struct rule rule = { .line = node->line };
	struct raw_rule raw = { 0 };
	const struct yaml_node *name;

	reader->bad = false;
	if (node->kind != YAML_MAPPING) {
		rule_reader_fault(reader, node, "a rule must be a mapping with 'alert' or 'record', and 'expr'");
		return -1;
	}
	rule_reader_keys(reader, rule_keys, &raw, node);
	name = read_name(reader, &raw, node);
	if (name)
		reader->where = arena_printf(&reader->set->arena, "%s %.100s", name->key, name->text);
	if (raw.expr)
		read_expression(reader, &rule, raw.expr);
	else
		rule_reader_fault(reader, node, "'expr' is missing");
	if (name && name == raw.alert)
		read_alert(reader, &rule, &raw);
	else if (name)
		read_record(reader, &rule, &raw);
	if (is_texts(reader, raw.labels, "label") || !raw.labels)
		rule.labels = read_texts(reader, raw.labels, reader->group_labels, "label", &rule.label_count);
	if (!reader->bad)
		check_known(reader, &rule);
	reader->where = NULL;
	if (reader->bad)
		return -1;
	*ret = rule;
	return 0;
}
