#include "alert/rule_test_file.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert/rule_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "config/yaml.h"

#define KEYS_MOST 8

/* Where things of a file are read to, and whether anything was wrong. */
struct reader {
	struct arena *arena;
	const char *path;
	struct error_list *errors;
	bool failed;
};

__attribute__((format(printf, 3, 4))) static void fault(struct reader *reader, const struct yaml_node *node,
							const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	error_list_add(reader->errors, FAULT_ERROR, reader->path, node->line, node->column, node->key, "%s", text);
	reader->failed = true;
}

/* ---- mappings and sequences ---- */

static void unknown_key(struct reader *reader, const char *const *keys, const struct yaml_node *node)
{
	struct strbuf allowed = STRBUF_INIT;

	for (size_t i = 0; keys[i]; i++)
		if (text_distance(keys[i], node->key, 3) <= 3) {
			strbuf_clear(&allowed);
			strbuf_addf(&allowed, "did you mean '%s'", keys[i]);
			break;
		} else {
			strbuf_addf(&allowed, "%s%s", i ? ", " : "allowed: ", keys[i]);
		}
	error_list_add(reader->errors, FAULT_ERROR, reader->path, node->key_line, node->key_column, NULL,
		       "unknown key '%.64s' (%s)", node->key, allowed.text);
	reader->failed = true;
	strbuf_release(&allowed);
}

/* Spread a mapping by its keys, which end with NULL; a member that is null is not there. */
static void read_keys(struct reader *reader, const struct yaml_node *node, const char *const *keys,
		      const struct yaml_node *ret[KEYS_MOST])
{
	memset(ret, 0, KEYS_MOST * sizeof(*ret));
	if (yaml_is_null(node))
		return;
	if (node->kind != YAML_MAPPING) {
		fault(reader, node, "must be a mapping");
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		size_t key = 0;

		while (keys[key] && strcmp(keys[key], node->items[i]->key) != 0)
			key++;
		if (!keys[key])
			unknown_key(reader, keys, node->items[i]);
		else if (!yaml_is_null(node->items[i]))
			ret[key] = node->items[i];
	}
}

/* The items of a sequence, and how many; one that is not there has none. */
static struct yaml_node *const *sequence(struct reader *reader, const struct yaml_node *node, size_t *ret_count)
{
	*ret_count = 0;
	if (!node)
		return NULL;
	if (node->kind == YAML_SEQUENCE) {
		*ret_count = node->count;
		return node->items;
	}
	fault(reader, node, "must be a sequence");
	return NULL;
}

/* ---- values ---- */

static const char *text(struct reader *reader, const struct yaml_node *node)
{
	if (yaml_is_null(node))
		return "";
	if (node->kind == YAML_SCALAR)
		return arena_strdup(reader->arena, node->text);
	fault(reader, node, "must be a text");
	return "";
}

static int64_t duration(struct reader *reader, const struct yaml_node *node)
{
	struct error error;
	int64_t ms = 0;

	if (!node)
		return 0;
	if (node->kind != YAML_SCALAR)
		fault(reader, node, "must be a duration (as 1h30m)");
	else if (rule_duration_read(node->text, &ms, &error))
		fault(reader, node, "%s", error.text);
	return ms;
}

/* A whole number as Go reads it with base 0: 0x1f, 0b1, 0o17, 017. */
static int read_integer(const char *written, double *ret)
{
	const char *at = written + (*written == '-' || *written == '+');
	int base = 10;
	unsigned long long value;
	char *end;

	if (at[0] == '0' && at[1]) {
		char sign = (char)(at[1] | 0x20);

		base = sign == 'x' ? 16 : sign == 'b' ? 2 : 8;
		at += sign == 'x' || sign == 'b' || sign == 'o' ? 2 : 1;
	}
	if (!*at || strspn(at, "0123456789abcdefABCDEF") != strlen(at))
		return -1;
	errno = 0;
	value = strtoull(at, &end, base);
	if (errno || *end || (*written == '-' && value > (uint64_t)INT64_MAX + 1))
		return -1;
	*ret = *written == '-' ? -(double)value : (double)value;
	return 0;
}

static int read_special(const char *written, double *ret)
{
	static const char *const nan_words[] = { ".nan", ".NaN", ".NAN" }, *const inf_words[] = { ".inf", ".Inf",
												  ".INF" };
	const char *at = written + (*written == '-' || *written == '+');

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(written, nan_words[i]) == 0) {
			*ret = (double)NAN;
			return 0;
		}
		if (strcmp(at, inf_words[i]) == 0) {
			*ret = *written == '-' ? -(double)INFINITY : (double)INFINITY;
			return 0;
		}
	}
	return -1;
}

/* A float of YAML 1.1 as Go's yaml.v2 takes it: underscores anywhere, no text in quotes, .inf and .nan. */
static int read_float(const char *written, double *ret)
{
	char copy[64], *end;
	size_t length = 0;

	if (read_special(written, ret) == 0)
		return 0;
	for (; *written; written++)
		if (*written != '_') {
			if (length + 1 >= sizeof(copy))
				return -1;
			copy[length++] = *written;
		}
	copy[length] = '\0';
	if (read_integer(copy, ret) == 0)
		return 0;
	if (strspn(copy, "0123456789+-.eE") != length || !strpbrk(copy, "0123456789"))
		return -1;
	*ret = strtod(copy, &end);
	return *end || isinf(*ret) ? -1 : 0;
}

static double number(struct reader *reader, const struct yaml_node *node)
{
	double value = 0;

	if (node && (node->kind != YAML_SCALAR || node->quoted || read_float(node->text, &value)))
		fault(reader, node, "must be a number without quotes (as 1.5, .inf, .nan)");
	return value;
}

static int by_name(const void *a, const void *b)
{
	const struct label *one = a, *two = b;

	return strcmp(one->name, two->name);
}

/* A mapping of texts, sorted; `name` (may be NULL) is put in with this value, in place of one that is there. */
static struct labels label_set(struct reader *reader, const struct yaml_node *node, const char *name, const char *value)
{
	size_t count = node && node->kind == YAML_MAPPING ? node->count : 0, used = 0;
	struct label *items = arena_array(reader->arena, count + 1, sizeof(*items));

	if (node && node->kind != YAML_MAPPING)
		fault(reader, node, "must be a mapping of names to texts");
	for (size_t i = 0; i < count; i++) {
		const char *key = arena_strdup(reader->arena, node->items[i]->key);

		if (!name || strcmp(key, name) != 0)
			items[used++] = (struct label){ key, text(reader, node->items[i]) };
	}
	if (name)
		items[used++] = (struct label){ name, value };
	if (used)
		qsort(items, used, sizeof(*items), by_name);
	return (struct labels){ items, used };
}

static const char **texts(struct reader *reader, const struct yaml_node *node, size_t *ret_count)
{
	struct yaml_node *const *nodes = sequence(reader, node, ret_count);
	const char **items = arena_array(reader->arena, *ret_count + 1, sizeof(*items));

	for (size_t i = 0; i < *ret_count; i++)
		items[i] = text(reader, nodes[i]);
	return items;
}

/* ---- the parts of a test ---- */

static void read_alerts(struct reader *reader, const struct yaml_node *node, struct rule_test_alerts *ret)
{
	enum { TIME, NAME, ALERTS };
	static const char *const keys[] = { "eval_time", "alertname", "exp_alerts", NULL };
	enum { LABELS, ANNOTATIONS };
	static const char *const alert_keys[] = { "exp_labels", "exp_annotations", NULL };
	const struct yaml_node *members[KEYS_MOST], *parts[KEYS_MOST];
	struct yaml_node *const *alerts;
	struct rule_test_alert *items;

	read_keys(reader, node, keys, members);
	ret->line = node->line;
	ret->time_ms = duration(reader, members[TIME]);
	ret->name = text(reader, members[NAME]);
	if (!*ret->name)
		fault(reader, node, "alertname is missing");
	alerts = sequence(reader, members[ALERTS], &ret->count);
	ret->items = items = arena_array(reader->arena, ret->count + 1, sizeof(*items));
	for (size_t i = 0; i < ret->count; i++) {
		read_keys(reader, alerts[i], alert_keys, parts);
		items[i].labels = label_set(reader, parts[LABELS], "alertname", ret->name);
		items[i].annotations = label_set(reader, parts[ANNOTATIONS], NULL, NULL);
	}
}

static void read_expression(struct reader *reader, const struct yaml_node *node, struct rule_test_expression *ret)
{
	enum { EXPRESSION, TIME, SAMPLES };
	static const char *const keys[] = { "expr", "eval_time", "exp_samples", NULL };
	enum { LABELS, VALUE };
	static const char *const sample_keys[] = { "labels", "value", NULL };
	const struct yaml_node *members[KEYS_MOST], *parts[KEYS_MOST];
	struct yaml_node *const *samples;
	struct rule_test_sample *items;

	read_keys(reader, node, keys, members);
	ret->line = node->line;
	ret->time_ms = duration(reader, members[TIME]);
	ret->expression = text(reader, members[EXPRESSION]);
	samples = sequence(reader, members[SAMPLES], &ret->count);
	ret->items = items = arena_array(reader->arena, ret->count + 1, sizeof(*items));
	for (size_t i = 0; i < ret->count; i++) {
		read_keys(reader, samples[i], sample_keys, parts);
		items[i] = (struct rule_test_sample){ text(reader, parts[LABELS]), number(reader, parts[VALUE]),
						      samples[i]->line };
	}
}

static void read_series(struct reader *reader, const struct yaml_node *node, struct rule_test_series *ret)
{
	static const char *const keys[] = { "series", "values", NULL };
	const struct yaml_node *members[KEYS_MOST];

	read_keys(reader, node, keys, members);
	*ret = (struct rule_test_series){ text(reader, members[0]), text(reader, members[1]), node->line };
}

static int by_time(const void *a, const void *b)
{
	const struct rule_test_alerts *one = a, *two = b;

	if (one->time_ms != two->time_ms)
		return one->time_ms < two->time_ms ? -1 : 1;
	return one->line < two->line ? -1 : one->line > two->line;
}

static void read_test(struct reader *reader, const struct yaml_node *node, struct rule_test *ret)
{
	enum { NAME, INTERVAL, SERIES, ALERTS, EXPRESSIONS, LABELS, URL };
	static const char *const keys[] = {
		"name",         "interval", "input_series", "alert_rule_test", "promql_expr_test", "external_labels",
		"external_url", NULL
	};
	const struct yaml_node *members[KEYS_MOST];
	struct yaml_node *const *series_nodes, *const *alert_nodes, *const *expression_nodes;
	struct rule_test_series *series;
	struct rule_test_alerts *alerts;
	struct rule_test_expression *expressions;

	read_keys(reader, node, keys, members);
	ret->line = node->line;
	ret->name = text(reader, members[NAME]);
	ret->interval_ms = duration(reader, members[INTERVAL]);
	ret->external_labels = label_set(reader, members[LABELS], NULL, NULL);
	ret->external_url = text(reader, members[URL]);
	series_nodes = sequence(reader, members[SERIES], &ret->series_count);
	alert_nodes = sequence(reader, members[ALERTS], &ret->alerts_count);
	expression_nodes = sequence(reader, members[EXPRESSIONS], &ret->expression_count);
	ret->series = series = arena_array(reader->arena, ret->series_count + 1, sizeof(*series));
	ret->alerts = alerts = arena_array(reader->arena, ret->alerts_count + 1, sizeof(*alerts));
	ret->expressions = expressions = arena_array(reader->arena, ret->expression_count + 1, sizeof(*expressions));
	for (size_t i = 0; i < ret->series_count; i++)
		read_series(reader, series_nodes[i], &series[i]);
	for (size_t i = 0; i < ret->alerts_count; i++)
		read_alerts(reader, alert_nodes[i], &alerts[i]);
	for (size_t i = 0; i < ret->expression_count; i++)
		read_expression(reader, expression_nodes[i], &expressions[i]);
	if (ret->alerts_count)
		qsort(alerts, ret->alerts_count, sizeof(*alerts), by_time);
}

static void read_root(struct reader *reader, struct rule_test_file *ret, const struct yaml_node *root)
{
	enum { RULES, INTERVAL, ORDER, TESTS };
	static const char *const keys[] = { "rule_files", "evaluation_interval", "group_eval_order", "tests", NULL };
	const struct yaml_node *members[KEYS_MOST];
	struct yaml_node *const *nodes;
	struct rule_test *tests;

	read_keys(reader, root, keys, members);
	ret->rule_files = texts(reader, members[RULES], &ret->rule_file_count);
	ret->group_order = texts(reader, members[ORDER], &ret->group_order_count);
	for (size_t i = 0; members[ORDER] && i < ret->group_order_count; i++)
		for (size_t before = 0; before < i; before++)
			if (strcmp(ret->group_order[i], ret->group_order[before]) == 0)
				fault(reader, members[ORDER], "the group '%.64s' is there twice", ret->group_order[i]);
	ret->evaluation_ms = duration(reader, members[INTERVAL]);
	if (!ret->evaluation_ms)
		ret->evaluation_ms = CLOCK_MINUTE;
	nodes = sequence(reader, members[TESTS], &ret->test_count);
	ret->tests = tests = arena_array(reader->arena, ret->test_count + 1, sizeof(*tests));
	for (size_t i = 0; i < ret->test_count; i++)
		read_test(reader, nodes[i], &tests[i]);
}

int rule_test_file_read(struct rule_test_file *ret, const char *path, struct error_list *errors)
{
	struct reader reader = { .arena = &ret->arena, .errors = errors };
	struct yaml_document document;

	*ret = (struct rule_test_file){ 0 };
	if (yaml_read(&document, path, errors))
		return -1;
	ret->path = reader.path = arena_strdup(&ret->arena, path);
	read_root(&reader, ret, document.root);
	yaml_document_release(&document);
	if (reader.failed)
		rule_test_file_release(ret);
	return reader.failed ? -1 : 0;
}

void rule_test_file_release(struct rule_test_file *file)
{
	arena_release(&file->arena);
	*file = (struct rule_test_file){ 0 };
}
