/* Which labels the result of an expression can have, and whether a text uses another. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alert/lint_private.h"
#include "promql/function.h"

/* Either exactly these names are possible, or all but these. */
struct possible {
	bool all_but;
	const char *names[64];
	size_t count;
};

static const struct possible anything = { .all_but = true };
static const struct possible nothing = { .all_but = false };

static bool is_named(const struct possible *set, const char *name)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->names[i], name) == 0)
			return true;
	return false;
}

static bool is_possible(const struct possible *set, const char *name)
{
	return is_named(set, name) != set->all_but;
}

/* One that is too large to be told is taken for anything. */
static void add_name(struct possible *set, const char *name)
{
	if (is_named(set, name))
		return;
	if (set->count == sizeof(set->names) / sizeof(set->names[0]))
		*set = anything;
	else
		set->names[set->count++] = name;
}

static void remove_name(struct possible *set, const char *name)
{
	if (set->all_but) {
		add_name(set, name);
		return;
	}
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->names[i], name) == 0)
			set->names[i--] = set->names[--set->count];
}

static void allow(struct possible *set, const char *name)
{
	if (!set->all_but) {
		add_name(set, name);
		return;
	}
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->names[i], name) == 0)
			set->names[i--] = set->names[--set->count];
}

/* Of `set` only these. */
static struct possible keep(const struct possible *set, const char *const *names, size_t count)
{
	struct possible kept = nothing;

	for (size_t i = 0; i < count; i++)
		if (is_possible(set, names[i]))
			add_name(&kept, names[i]);
	return kept;
}

static struct possible unite(struct possible one, const struct possible *two)
{
	if (one.all_but || two->all_but) /* telling which are left out by both is of no use here */
		return anything;
	for (size_t i = 0; i < two->count; i++)
		add_name(&one, two->names[i]);
	return one;
}

static struct possible labels_of(const struct expr *expr);

static struct possible labels_of_call(const struct expr *expr)
{
	const char *function = expr->call.function->name;
	struct possible set = nothing;

	for (size_t i = 0; i < expr->call.count; i++)
		if (expr->call.arguments[i]->type == VALUE_VECTOR || expr->call.arguments[i]->type == VALUE_MATRIX)
			set = labels_of(expr->call.arguments[i]);
	/* The labels of what is not there are those that were asked for: with regexes, hardly to be told. */
	if (strncmp(function, "absent", 6) == 0)
		return anything;
	if (strcmp(function, "histogram_quantile") == 0)
		remove_name(&set, "le");
	if (strcmp(function, "label_replace") == 0 || strcmp(function, "label_join") == 0)
		allow(&set, expr_inner(expr->call.arguments[1])->string);
	return set;
}

static struct possible labels_of_aggregate(const struct expr *expr)
{
	const struct expr_aggregate *aggregate = &expr->aggregate;
	struct possible set = labels_of(aggregate->inner);

	/* These keep the labels of the series they choose. */
	if (aggregate->operator== TOKEN_TOPK || aggregate->operator== TOKEN_BOTTOMK ||
	    aggregate->
	    operator== TOKEN_LIMITK || aggregate->
	    operator== TOKEN_LIMIT_RATIO)
		return set;
	if (aggregate->without)
		for (size_t i = 0; i < aggregate->label_count; i++)
			remove_name(&set, aggregate->labels[i]);
	else
		set = keep(&set, aggregate->labels, aggregate->label_count);
	if (aggregate->operator== TOKEN_COUNT_VALUES)
		allow(&set, expr_inner(aggregate->parameter)->string);
	return set;
}

static struct possible labels_of_binary(const struct expr *expr)
{
	const struct expr_binary *binary = &expr->binary;
	struct possible left = labels_of(binary->left), right = labels_of(binary->right);
	struct possible set;

	if (binary->left->type == VALUE_SCALAR)
		return right;
	if (binary->right->type == VALUE_SCALAR || binary->operator== TOKEN_AND || binary->operator== TOKEN_UNLESS)
		return left;
	if (binary->operator== TOKEN_OR)
		return unite(left, &right);
	set = binary->cardinality == MATCH_ONE_TO_MANY ? right : left;
	if (binary->cardinality != MATCH_ONE_TO_ONE)
		for (size_t i = 0; i < binary->include_count; i++)
			allow(&set, binary->include[i]);
	else if (binary->on)
		set = keep(&set, binary->labels, binary->label_count);
	else
		for (size_t i = 0; i < binary->label_count; i++)
			remove_name(&set, binary->labels[i]);
	return set;
}

static struct possible labels_of(const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING: return nothing;
	case EXPR_SELECTOR: return anything;
	case EXPR_SUBQUERY: return labels_of(expr->subquery.inner);
	case EXPR_CALL: return labels_of_call(expr);
	case EXPR_AGGREGATE: return labels_of_aggregate(expr);
	case EXPR_BINARY: return labels_of_binary(expr);
	case EXPR_UNARY: return labels_of(expr->unary.inner);
	case EXPR_PAREN: return labels_of(expr->paren);
	}
	return anything;
}

/* The labels that a template names behind this word. */
static void check_names(struct lint_context *context, const struct possible *set, const struct rule_text *text,
			const char *word, struct possible *told)
{
	for (const char *at = strstr(text->value, word); at; at = strstr(at, word)) {
		size_t length = 0;
		const char *name;

		at += strlen(word);
		while (isalnum((unsigned char)at[length]) || at[length] == '_')
			length++;
		name = arena_strndup(&context->findings->arena, at, length);
		if (!length || is_possible(set, name) || is_named(told, name))
			continue;
		add_name(told, name);
		lint_tell(
			context, context->rule->line,
			"%s uses label %s, which the expression's result does not have: it will be empty (keep it, as "
			"in by (%s))",
			text->name, name, name);
	}
}

static void check_text(struct lint_context *context, const struct possible *set, const struct rule_text *text)
{
	struct possible told = nothing;

	check_names(context, set, text, "$labels.", &told);
	/* between the results of a query, .Labels is theirs */
	if (!strstr(text->value, "query"))
		check_names(context, set, text, ".Labels.", &told);
}

void lint_check_labels(struct lint_context *context)
{
	struct possible set = labels_of(context->promql->root);

	if (context->rule->kind != RULE_ALERT)
		return;
	for (size_t i = 0; i < context->rule->annotation_count; i++)
		check_text(context, &set, &context->rule->annotations[i]);
	for (size_t i = 0; i < context->rule->label_count; i++)
		check_text(context, &set, &context->rule->labels[i]);
}
