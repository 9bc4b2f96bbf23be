#include "query/condition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "query/condition_unit.h"
#include "base/strbuf.h"
#include "promql/promql.h"

static const struct {
	enum token_kind kind;
	const char *text, *turned; /* with its sides exchanged */
} comparisons[] = {
	{ TOKEN_EQUAL, "==", "==" },      { TOKEN_NOT_EQUAL, "!=", "!=" }, { TOKEN_LESS, "<", ">" },
	{ TOKEN_LESS_EQUAL, "<=", ">=" }, { TOKEN_GREATER, ">", "<" },     { TOKEN_GREATER_EQUAL, ">=", "<=" },
};
#define REACH_MOST_MS    (INT64_C(1000) * 365 * 24 * 3600 * 1000)
#define COMPARISON_COUNT (sizeof(comparisons) / sizeof(comparisons[0]))

/* Index into `comparisons`, or their count. */
static size_t comparison_of(const struct expr *expr)
{
	size_t i = 0;

	if (expr->kind != EXPR_BINARY)
		return COMPARISON_COUNT;
	while (i < COMPARISON_COUNT && comparisons[i].kind != expr->binary.operator)
		i++;
	return i;
}

/* An alert's value is that of the first side of and, or, unless. */
static struct expr *first_side(struct expr *expr)
{
	expr = expr_inner(expr);
	while (expr->kind == EXPR_BINARY &&
	       (expr->binary.operator== TOKEN_AND || expr->binary.operator== TOKEN_OR || expr->binary.operator==
		TOKEN_UNLESS))
		expr = expr_inner(expr->binary.left);
	return expr;
}

static const char *print(struct expr *expr, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT;
	const char *copy;

	promql_print(expr_inner(expr), &text);
	copy = arena_strdup(arena, text.text);
	strbuf_release(&text);
	return copy;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_metrics(struct condition *ret, const struct promql *promql, struct arena *arena)
{
	const char **names = arena_array(arena, promql->selector_count, sizeof(*names));
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < promql->selector_count; i++)
		if (promql->selectors[i]->selector.metric)
			names[count++] = promql->selectors[i]->selector.metric;
	if (count)
		qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++)
		if (!i || strcmp(names[i], names[i - 1]) != 0)
			names[kept++] = names[i];
	for (size_t i = 0; i < kept; i++)
		names[i] = arena_strdup(arena, names[i]);
	ret->metrics = names;
	ret->metric_count = kept;
}

static void read_comparison(struct condition *ret, struct expr *expr, size_t which, struct arena *arena)
{
	struct expr *subject = expr->binary.left, *other = expr->binary.right;
	double number;

	ret->operation = comparisons[which].text;
	/* `0.5 < a` is a condition on a. */
	if (condition_number(subject, &number) && !condition_number(other, &number)) {
		subject = expr->binary.right;
		other = expr->binary.left;
		ret->operation = comparisons[which].turned;
	}
	ret->subject = print(subject, arena);
	ret->has_threshold = condition_number(other, &ret->threshold);
	if (!ret->has_threshold) {
		ret->threshold = 0;
		ret->other = print(other, arena);
	}
	ret->unit = condition_unit(subject, ret->has_threshold ? ret->threshold : NAN);
}

static int64_t reach_of(const struct expr *expr);

static int64_t further(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Lengths are as somebody wrote them. */
static int64_t beyond(int64_t a, int64_t b)
{
	return a > REACH_MOST_MS - b ? REACH_MOST_MS : a + b;
}

static int64_t back_ms(const struct expr_when *when)
{
	return when->offset_ms <= 0 ? 0 : when->offset_ms < REACH_MOST_MS ? when->offset_ms : REACH_MOST_MS;
}

static int64_t reach_of_arguments(const struct expr_call *call)
{
	int64_t ret = 0;

	for (size_t i = 0; i < call->count; i++)
		ret = further(ret, reach_of(call->arguments[i]));
	return ret;
}

/* What is inside a subquery is asked at each moment of it. The tree is no deeper than its parser allows. */
static int64_t reach_of(const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_SELECTOR: return beyond(expr->selector.range_ms, back_ms(&expr->selector.when));
	case EXPR_SUBQUERY:
		return beyond(beyond(expr->subquery.range_ms, back_ms(&expr->subquery.when)),
			      reach_of(expr->subquery.inner));
	case EXPR_CALL: return reach_of_arguments(&expr->call);
	case EXPR_AGGREGATE: return reach_of(expr->aggregate.inner);
	case EXPR_BINARY: return further(reach_of(expr->binary.left), reach_of(expr->binary.right));
	case EXPR_UNARY: return reach_of(expr->unary.inner);
	case EXPR_PAREN: return reach_of(expr->paren);
	case EXPR_NUMBER:
	case EXPR_STRING: break;
	}
	return 0;
}

void condition_read(struct condition *ret, const char *expression, struct arena *arena)
{
	static const struct promql_syntax syntax = { .left_open = true };
	struct promql *promql = promql_parse(expression, &syntax, NULL);
	struct expr *expr;
	size_t which;

	*ret = (struct condition){ .operation = "", .unit = "" };
	if (!promql) {
		ret->subject = arena_strdup(arena, expression);
		return;
	}
	expr = first_side(promql->root);
	which = comparison_of(expr);
	if (which < COMPARISON_COUNT) {
		read_comparison(ret, expr, which, arena);
	} else {
		ret->subject = print(promql->root, arena);
		ret->unit = condition_unit(promql->root, NAN);
	}
	read_metrics(ret, promql, arena);
	ret->reach_ms = reach_of(promql->root);
	promql_free(promql);
}
