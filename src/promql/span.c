#include "promql/promql.h"

#include "promql/eval_private.h"

struct span {
	int64_t from_ms, to_ms;
};

struct search {
	const struct promql_options *options;
	size_t index; /* of the selector wanted */
	struct span found;
};

static struct span shifted(const struct search *search, struct span span, const struct expr_when *when,
			   int64_t range_ms)
{
	const struct promql_options *options = search->options;
	enum at_kind at = eval_when_at(when);
	int64_t fixed = at == AT_START ? options->start_ms : at == AT_END ? options->end_ms : when->at_ms;

	if (at != AT_NONE)
		span.from_ms = span.to_ms = eval_clamp_ms(fixed);
	span.from_ms = eval_clamp_ms(span.from_ms - eval_clamp_ms(when->offset_ms) - eval_clamp_ms(range_ms));
	span.to_ms = eval_clamp_ms(span.to_ms - eval_clamp_ms(when->offset_ms));
	return span;
}

static bool find(struct search *search, const struct expr *expr, struct span span);

static bool find_in_all(struct search *search, struct expr *const *items, size_t count, struct span span)
{
	for (size_t i = 0; i < count; i++)
		if (items[i] && find(search, items[i], span))
			return true;
	return false;
}

/* Walk down with the times at which the expression is evaluated. */
static bool find(struct search *search, const struct expr *expr, struct span span)
{
	int64_t range_ms;

	switch (expr->kind) {
	case EXPR_SELECTOR:
		if (expr->selector.index != search->index)
			return false;
		range_ms = expr->selector.range_ms ? expr->selector.range_ms : eval_lookback_ms(search->options);
		search->found = shifted(search, span, &expr->selector.when, range_ms);
		return true;
	case EXPR_SUBQUERY:
		span = shifted(search, span, &expr->subquery.when, expr->subquery.range_ms);
		return find(search, expr->subquery.inner, span);
	case EXPR_CALL: return find_in_all(search, expr->call.arguments, expr->call.count, span);
	case EXPR_AGGREGATE:
		return find_in_all(search, (struct expr *[]){ expr->aggregate.parameter, expr->aggregate.inner }, 2,
				   span);
	case EXPR_BINARY:
		return find_in_all(search, (struct expr *[]){ expr->binary.left, expr->binary.right }, 2, span);
	case EXPR_UNARY: return find(search, expr->unary.inner, span);
	case EXPR_PAREN: return find(search, expr->paren, span);
	case EXPR_NUMBER:
	case EXPR_STRING: break;
	}
	return false;
}

void promql_span(const struct promql *promql, size_t index, const struct promql_options *options, int64_t *ret_from_ms,
		 int64_t *ret_to_ms)
{
	struct search search = { .options = options, .index = index };
	struct span whole = { eval_clamp_ms(options->start_ms), eval_clamp_ms(options->end_ms) };

	search.found = whole;
	find(&search, promql->root, whole);
	*ret_from_ms = search.found.from_ms;
	*ret_to_ms = search.found.to_ms;
}
