/* New labels from old ones: label_replace and label_join. Values and, where nothing changes, names stay. */
#include "promql/function_impl.h"

#include <string.h>

#include "base/strbuf.h"
#include "promql/eval.h"
#include "promql/series_table.h"
#include "tsdb/label_regex.h"

struct relabelling {
	struct eval *eval;
	struct series_table table;
	struct strbuf value;
	const char *target;
	const char *source, *replacement; /* label_replace */
	struct label_regex *regex;
	const char *separator; /* label_join */
	const char **sources;
	size_t source_count;
};

static int check_name(struct eval *eval, const char *function, const char *which, const char *name)
{
	if (label_name_allowed(eval, name))
		return 0;
	return eval_fail(eval, PROMQL_BAD, "invalid %s label name in %s(): %s", which, function, name);
}

static const char *value_of(const struct labels *labels, const char *name)
{
	const char *value = labels_get(labels, name);

	return value ? value : "";
}

static int add_with_target(struct relabelling *relabelling, const struct labels *labels, const double *values)
{
	struct arena *arena = relabelling->eval->arena;
	const char *value = relabelling->value.length ? arena_strdup(arena, relabelling->value.text) : "";

	return series_table_merge(&relabelling->table, labels_with(arena, labels, relabelling->target, value), values);
}

static int replace_series(void *user, const struct labels *labels, double *values)
{
	struct relabelling *relabelling = user;

	strbuf_clear(&relabelling->value);
	if (!label_regex_expand(relabelling->regex, value_of(labels, relabelling->source), relabelling->replacement,
				&relabelling->value))
		return series_table_merge(&relabelling->table, *labels, values);
	return add_with_target(relabelling, labels, values);
}

int special_label_replace(struct eval *eval, const struct expr *call, struct grid *ret)
{
	struct expr **arguments = call->call.arguments;
	struct relabelling relabelling = { .eval = eval, .value = STRBUF_INIT };
	const char *pattern = eval_string(arguments[4]);
	struct error error = { 0 };
	int result;

	relabelling.target = eval_string(arguments[1]);
	relabelling.replacement = eval_string(arguments[2]);
	relabelling.source = eval_string(arguments[3]);
	relabelling.regex = label_regex_new(pattern, eval->options->left_open, &error);
	if (!relabelling.regex)
		return eval_fail(eval, PROMQL_BAD, "invalid regular expression in label_replace(): %s: %s", pattern,
				 error.text);
	series_table_init(&relabelling.table, eval, ret);
	result = check_name(eval, "label_replace", "destination", relabelling.target);
	if (!result)
		result = eval_each(eval, arguments[0], replace_series, &relabelling);
	series_table_release(&relabelling.table);
	label_regex_free(relabelling.regex);
	strbuf_release(&relabelling.value);
	return result;
}

static int join_series(void *user, const struct labels *labels, double *values)
{
	struct relabelling *relabelling = user;

	strbuf_clear(&relabelling->value);
	for (size_t i = 0; i < relabelling->source_count; i++) {
		if (i)
			strbuf_addstr(&relabelling->value, relabelling->separator);
		strbuf_addstr(&relabelling->value, value_of(labels, relabelling->sources[i]));
	}
	return add_with_target(relabelling, labels, values);
}

int special_label_join(struct eval *eval, const struct expr *call, struct grid *ret)
{
	struct expr **arguments = call->call.arguments;
	struct relabelling relabelling = { .eval = eval, .value = STRBUF_INIT };
	int result = 0;

	relabelling.target = eval_string(arguments[1]);
	relabelling.separator = eval_string(arguments[2]);
	relabelling.source_count = call->call.count - 3;
	relabelling.sources = arena_array(eval->arena, call->call.count, sizeof(*relabelling.sources));
	for (size_t i = 0; i < relabelling.source_count && !result; i++) {
		relabelling.sources[i] = eval_string(arguments[i + 3]);
		result = check_name(eval, "label_join", "source", relabelling.sources[i]);
	}
	if (!result)
		result = check_name(eval, "label_join", "destination", relabelling.target);
	series_table_init(&relabelling.table, eval, ret);
	if (!result)
		result = eval_each(eval, arguments[0], join_series, &relabelling);
	series_table_release(&relabelling.table);
	strbuf_release(&relabelling.value);
	return result;
}
