#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/lint_private.h"

static const struct lint_check checks[] = {
	{ "unknown-metric", LINT_ERROR, "a metric that the system does not have", lint_check_metrics },
	{ "no-series", LINT_WARNING, "a selector that no series of its metric meets", lint_check_matchers },
	{ "not-scraped", LINT_ERROR, "up == 0 of a job that no target is scraped for", lint_check_up },
	{ "counter", LINT_WARNING, "a bare counter compared with 0: it never resolves", lint_check_counter },
	{ "ratio", LINT_WARNING, "a ratio that is NaN without traffic", lint_check_ratio },
	{ "no-for", LINT_WARNING, "no `for`: one sample is enough", lint_check_for },
	{ "short-for", LINT_WARNING, "a `for` shorter than the interval", lint_check_interval },
	{ "runbook", LINT_WARNING, "no runbook, or one that has no file", lint_check_runbook },
	{ "pair", LINT_ERROR, "two severities whose thresholds are the wrong way round", lint_check_pair },
	{ "label", LINT_ERROR, "a text that uses a label the expression has aggregated away", lint_check_labels },
	{ "panel-unit", LINT_WARNING, "a panel that shows the value in another unit", lint_check_panels },
	{ "percentage", LINT_WARNING, "humanizePercentage of what is no ratio", lint_check_percentage },
};

void lint_add_help(struct strbuf *ret)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		strbuf_addf(ret, "  %-15s %-8s %s\n", checks[i].name,
			    checks[i].severity == LINT_ERROR ? "error" : "warning", checks[i].help);
}

/* ---- findings ---- */

void lint_findings_init(struct lint_findings *findings)
{
	*findings = (struct lint_findings){ 0 };
}

void lint_findings_release(struct lint_findings *findings)
{
	vec_release(&findings->items);
	arena_release(&findings->arena);
}

void lint_add_faults(struct lint_findings *findings, const struct error_list *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		const struct fault *fault = &errors->faults[i];
		struct lint_finding finding = { .check = "syntax", .line = fault->line };

		finding.severity = fault->severity == FAULT_ERROR ? LINT_ERROR : LINT_WARNING;
		finding.file = arena_strdup(&findings->arena, fault->file ? fault->file : "");
		finding.rule = "";
		finding.text = fault->where ? arena_printf(&findings->arena, "%s: %s", fault->where, fault->text)
					    : arena_strdup(&findings->arena, fault->text);
		vec_push(&findings->items, finding);
	}
	findings->errors += errors->errors;
}

void lint_tell(struct lint_context *context, unsigned line, const char *format, ...)
{
	struct lint_findings *findings = context->findings;
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	vec_push(&findings->items, (struct lint_finding){
					   .severity = context->check->severity,
					   .file = arena_strdup(&findings->arena, context->group->file),
					   .check = context->check->name,
					   .rule = arena_strdup(&findings->arena, context->rule->name),
					   .line = line,
					   .text = arena_strdup(&findings->arena, text.text),
				   });
	findings->errors += context->check->severity == LINT_ERROR;
	strbuf_release(&text);
}

static int by_place(const void *a, const void *b)
{
	const struct lint_finding *one = a, *two = b;
	int difference = strcmp(one->file, two->file);

	if (difference)
		return difference;
	if (one->line != two->line)
		return one->line < two->line ? -1 : 1;
	difference = strcmp(one->check, two->check);
	return difference ? difference : strcmp(one->text, two->text);
}

/* ---- expressions ---- */

const char *lint_print(struct lint_context *context, const struct expr *expr)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	promql_print(expr, &text);
	copy = arena_strdup(&context->findings->arena, text.text);
	strbuf_release(&text);
	return copy;
}

void lint_visit(struct lint_context *context, const struct expr *expr, lint_visit_fn *fn)
{
	if (!expr)
		return;
	fn(context, expr);
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_SELECTOR: break;
	case EXPR_SUBQUERY: lint_visit(context, expr->subquery.inner, fn); break;
	case EXPR_CALL:
		for (size_t i = 0; i < expr->call.count; i++)
			lint_visit(context, expr->call.arguments[i], fn);
		break;
	case EXPR_AGGREGATE:
		lint_visit(context, expr->aggregate.parameter, fn);
		lint_visit(context, expr->aggregate.inner, fn);
		break;
	case EXPR_BINARY:
		lint_visit(context, expr->binary.left, fn);
		lint_visit(context, expr->binary.right, fn);
		break;
	case EXPR_UNARY: lint_visit(context, expr->unary.inner, fn); break;
	case EXPR_PAREN: lint_visit(context, expr->paren, fn); break;
	}
}

bool lint_is_comparison(enum token_kind kind)
{
	return kind >= TOKEN_EQUAL && kind <= TOKEN_GREATER_EQUAL;
}

/* ---- rules ---- */

void lint_rules(const struct rule_set *set, const struct lint_system *system, struct lint_findings *ret)
{
	struct promql_syntax syntax = { .left_open = true };
	struct arena arena = { 0 };
	struct lint_entry *entries = arena_array(&arena, rule_set_count(set) + 1, sizeof(*entries));
	struct lint_context context = { .entries = entries, .system = system, .findings = ret };

	for (size_t i = 0; i < set->groups.count; i++)
		for (size_t rule = 0; rule < set->groups.items[i].rule_count; rule++) {
			struct lint_entry *entry = &entries[context.entry_count++];

			entry->group = &set->groups.items[i];
			entry->rule = &entry->group->rules[rule];
			entry->promql = promql_parse(entry->rule->expression, &syntax, NULL);
			condition_read(&entry->condition, entry->rule->expression, &arena);
		}
	for (size_t i = 0; i < context.entry_count; i++) {
		context.group = entries[i].group;
		context.rule = entries[i].rule;
		context.promql = entries[i].promql;
		context.condition = &entries[i].condition;
		for (size_t check = 0; context.promql && check < sizeof(checks) / sizeof(checks[0]); check++) {
			context.check = &checks[check];
			context.check->run(&context);
		}
	}
	for (size_t i = 0; i < context.entry_count; i++)
		promql_free(entries[i].promql);
	if (ret->items.count)
		qsort(ret->items.items, ret->items.count, sizeof(*ret->items.items), by_place);
	arena_release(&arena);
}

/* ---- metrics ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_recorded(const struct rule_set *set, const char *metric)
{
	for (size_t i = 0; i < set->groups.count; i++)
		for (size_t rule = 0; rule < set->groups.items[i].rule_count; rule++)
			if (set->groups.items[i].rules[rule].kind == RULE_RECORD &&
			    strcmp(set->groups.items[i].rules[rule].name, metric) == 0)
				return true;
	return strcmp(metric, "ALERTS") == 0 || strcmp(metric, "ALERTS_FOR_STATE") == 0;
}

const char *const *lint_metrics(const struct rule_set *set, struct arena *arena, size_t *ret_count)
{
	VEC(const char *) names = { 0 };
	const char **copy;
	size_t count = 0;

	for (size_t i = 0; i < set->groups.count; i++)
		for (size_t rule = 0; rule < set->groups.items[i].rule_count; rule++) {
			struct condition condition;

			condition_read(&condition, set->groups.items[i].rules[rule].expression, arena);
			for (size_t metric = 0; metric < condition.metric_count; metric++)
				if (!is_recorded(set, condition.metrics[metric]))
					vec_push(&names, condition.metrics[metric]);
		}
	copy = arena_array(arena, names.count + 1, sizeof(*copy));
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), by_text);
	for (size_t i = 0; i < names.count; i++)
		if (!count || strcmp(copy[count - 1], names.items[i]) != 0)
			copy[count++] = names.items[i];
	vec_release(&names);
	*ret_count = count;
	return copy;
}
