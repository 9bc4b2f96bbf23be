/* Checks of what the expression asks for, and of what it makes of it. */
#include <stdlib.h>
#include <string.h>

#include "alert/lint_private.h"
#include "base/text.h"
#include "promql/function.h"

/* ---- against the system's series ---- */

static int compare_name(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool has_name(const struct lint_system *system, const char *name)
{
	return system->name_count &&
	       bsearch(name, system->names, system->name_count, sizeof(*system->names), compare_name);
}

static bool is_made_by_rules(const struct lint_context *context, const char *metric)
{
	for (size_t i = 0; i < context->entry_count; i++)
		if (context->entries[i].rule->kind == RULE_RECORD &&
		    strcmp(context->entries[i].rule->name, metric) == 0)
			return true;
	return strcmp(metric, "ALERTS") == 0 || strcmp(metric, "ALERTS_FOR_STATE") == 0;
}

/* The nearest name there is, NULL when none is near. */
static const char *nearest_name(const struct lint_system *system, const char *metric)
{
	const char *nearest = NULL;
	unsigned best = 4;

	for (size_t i = 0; i < system->name_count; i++) {
		unsigned distance = text_distance(metric, system->names[i], best - 1);

		if (distance < best) {
			best = distance;
			nearest = system->names[i];
			if (best == 1)
				break;
		}
	}
	return nearest;
}

/* Where a selector stands in an expression: whether the rest still means something when it gives nothing. */
enum place { PLACE_ELSEWHERE, PLACE_NEEDED, PLACE_OPTIONAL };

static enum place place_in(const struct expr *expr, const struct expr *selector);

/* absent(x) asks for just that. */
static enum place place_in_call(const struct expr *expr, const struct expr *selector)
{
	enum place place = PLACE_ELSEWHERE;

	for (size_t i = 0; i < expr->call.count && !place; i++)
		place = place_in(expr->call.arguments[i], selector);
	return place && strncmp(expr->call.function->name, "absent", 6) == 0 ? PLACE_OPTIONAL : place;
}

/* So do `x or y` of both sides, and `y unless x` of x. */
static enum place place_in_binary(const struct expr *expr, const struct expr *selector)
{
	enum token_kind kind = expr->binary.operator;
	enum place left = place_in(expr->binary.left, selector), right;

	if (left)
		return kind == TOKEN_OR ? PLACE_OPTIONAL : left;
	right = place_in(expr->binary.right, selector);
	return right && (kind == TOKEN_OR || kind == TOKEN_UNLESS) ? PLACE_OPTIONAL : right;
}

static enum place place_in(const struct expr *expr, const struct expr *selector)
{
	if (expr == selector)
		return PLACE_NEEDED;
	switch (expr->kind) {
	case EXPR_NUMBER:
	case EXPR_STRING:
	case EXPR_SELECTOR: return PLACE_ELSEWHERE;
	case EXPR_SUBQUERY: return place_in(expr->subquery.inner, selector);
	case EXPR_CALL: return place_in_call(expr, selector);
	case EXPR_AGGREGATE: return place_in(expr->aggregate.inner, selector);
	case EXPR_BINARY: return place_in_binary(expr, selector);
	case EXPR_UNARY: return place_in(expr->unary.inner, selector);
	case EXPR_PAREN: return place_in(expr->paren, selector);
	}
	return PLACE_ELSEWHERE;
}

/* A selector of an aggregation's parameter (as in topk(scalar(x), y)) stands elsewhere, and is needed all the same. */
static bool may_be_missing(const struct expr *root, const struct expr *selector)
{
	return place_in(root, selector) == PLACE_OPTIONAL;
}

void lint_check_metrics(struct lint_context *context)
{
	for (size_t i = 0; context->system->has_names && i < context->promql->selector_count; i++) {
		const struct expr *selector = context->promql->selectors[i];
		const char *metric = selector->selector.metric, *nearest;
		bool told = false;

		if (!metric || has_name(context->system, metric) || is_made_by_rules(context, metric) ||
		    may_be_missing(context->promql->root, selector))
			continue;
		for (size_t before = 0; before < i && !told; before++) {
			const char *other = context->promql->selectors[before]->selector.metric;

			told = other && strcmp(other, metric) == 0;
		}
		if (told)
			continue;
		nearest = nearest_name(context->system, metric);
		lint_tell(context, context->rule->expression_line, "the system has no metric %s%s%s%s", metric,
			  nearest ? " (did you mean " : " (a name it exports, or absent() where it may be missing)",
			  nearest ? nearest : "", nearest ? "?)" : "");
	}
}

/* Is there a series of the metric at all, and one that meets all matchers? */
static void look_for(const struct lint_system *system, const struct expr_selector *selector, bool *ret_any,
		     bool *ret_met)
{
	*ret_any = *ret_met = false;
	for (size_t i = 0; i < system->series_count; i++) {
		const char *name = labels_get(&system->series[i], "__name__");

		if (!name || strcmp(name, selector->metric) != 0)
			continue;
		*ret_any = true;
		if (matchers_match(selector->matchers, selector->matcher_count, &system->series[i])) {
			*ret_met = true;
			return;
		}
	}
}

/* The one matcher that alone is met by no series of the metric, NULL when it is only all of them together. */
static const struct matcher *blame(const struct lint_system *system, const struct expr_selector *selector)
{
	for (size_t i = 0; i < selector->matcher_count; i++) {
		struct expr_selector alone = *selector;
		bool any, met;

		alone.matchers = &selector->matchers[i];
		alone.matcher_count = 1;
		look_for(system, &alone, &any, &met);
		if (any && !met)
			return &selector->matchers[i];
	}
	return NULL;
}

static const char *matcher_word(enum matcher_kind kind)
{
	static const char *const words[] = {
		[MATCHER_EQUAL] = "=", [MATCHER_NOT_EQUAL] = "!=", [MATCHER_REGEX] = "=~", [MATCHER_NOT_REGEX] = "!~"
	};

	return words[kind];
}

void lint_check_matchers(struct lint_context *context)
{
	for (size_t i = 0; i < context->promql->selector_count; i++) {
		const struct expr *expr = context->promql->selectors[i];
		const struct expr_selector *selector = &expr->selector;
		const struct matcher *matcher;
		bool any, met;

		/* up has a check of its own */
		if (!selector->metric || strcmp(selector->metric, "up") == 0 ||
		    may_be_missing(context->promql->root, expr))
			continue;
		look_for(context->system, selector, &any, &met);
		if (!any || met)
			continue;
		matcher = blame(context->system, selector);
		if (matcher)
			lint_tell(context, context->rule->expression_line,
				  "no series of %s has %s%s\"%s\" (a value it has)", selector->metric, matcher->label,
				  matcher_word(matcher->kind), matcher->value);
		else
			lint_tell(context, context->rule->expression_line,
				  "no series of %s meets all of its matchers (labels it has)", selector->metric);
	}
}

/* ---- up ---- */

static bool is_below_one(const struct expr_binary *binary, double number)
{
	return (binary->operator== TOKEN_EQUAL && number == 0.) || (binary->operator== TOKEN_LESS && number <= 1.) ||
	       (binary->operator== TOKEN_NOT_EQUAL && number == 1.);
}

static void visit_up(struct lint_context *context, const struct expr *expr)
{
	const struct expr *up, *number;
	bool any, met;

	if (expr->kind != EXPR_BINARY)
		return;
	up = expr_inner(expr->binary.left);
	number = expr_inner(expr->binary.right);
	if (up->kind != EXPR_SELECTOR || !up->selector.metric || strcmp(up->selector.metric, "up") != 0 ||
	    number->kind != EXPR_NUMBER || !is_below_one(&expr->binary, number->number))
		return;
	look_for(context->system, &up->selector, &any, &met);
	if (context->system->has_names && !met)
		lint_tell(context, context->rule->expression_line,
			  "nothing is scraped that %s could be of, so it never is 0 (scrape it, or use absent())",
			  lint_print(context, up));
}

void lint_check_up(struct lint_context *context)
{
	lint_visit(context, context->promql->root, visit_up);
}

/* ---- counters ---- */

/* A name that says it only ever rises. */
static bool is_counter(const char *metric)
{
	static const char ending[] = "_total";
	size_t length = strlen(metric), size = sizeof(ending) - 1;

	return length > size && strcmp(metric + length - size, ending) == 0;
}

/* The counter whose value, added up at most, an expression is; NULL. */
static const struct expr *bare_counter(struct expr *expr)
{
	expr = expr_inner(expr);
	while (expr->kind == EXPR_AGGREGATE &&
	       (expr->aggregate.operator== TOKEN_SUM || expr->aggregate.operator== TOKEN_MAX ||
		expr->aggregate.
		operator== TOKEN_MIN || expr->aggregate.
		operator== TOKEN_AVG))
		expr = expr_inner(expr->aggregate.inner);
	if (expr->kind != EXPR_SELECTOR || expr->selector.range_ms || !expr->selector.metric)
		return NULL;
	return is_counter(expr->selector.metric) ? expr : NULL;
}

/* Is it 0, or what separates 0 from more, that a counter is compared with? `kind` has the counter on its left. */
static bool is_about_zero(const struct expr *number, enum token_kind kind)
{
	if (number->kind != EXPR_NUMBER)
		return false;
	if (kind == TOKEN_GREATER_EQUAL)
		return number->number >= 0. && number->number <= 1.;
	return (kind == TOKEN_GREATER || kind == TOKEN_NOT_EQUAL) && number->number >= 0. && number->number < 1.;
}

static enum token_kind mirrored(enum token_kind kind)
{
	return kind == TOKEN_LESS ? TOKEN_GREATER : kind == TOKEN_LESS_EQUAL ? TOKEN_GREATER_EQUAL : kind;
}

static void visit_counter(struct lint_context *context, const struct expr *expr)
{
	const struct expr *counter = NULL;

	if (expr->kind != EXPR_BINARY || expr->binary.return_bool)
		return;
	if (is_about_zero(expr_inner(expr->binary.right), expr->binary.operator))
		counter = bare_counter(expr->binary.left);
	else if (expr->binary.operator== TOKEN_LESS || expr->binary.operator== TOKEN_LESS_EQUAL)
		counter = is_about_zero(expr_inner(expr->binary.left), mirrored(expr->binary.operator))
				  ? bare_counter(expr->binary.right)
				  : NULL;
	if (counter)
		lint_tell(context, context->rule->expression_line,
			  "%s is a counter and does not fall: once raised, this stays until the process restarts "
			  "(compare increase(%s[5m]))",
			  counter->selector.metric, lint_print(context, counter));
}

void lint_check_counter(struct lint_context *context)
{
	if (context->rule->kind == RULE_ALERT)
		lint_visit(context, context->promql->root, visit_counter);
}

/* ---- ratios ---- */

/* Is it a rate, added up at most, that is 0 when nothing happens? */
static bool is_traffic(struct expr *expr)
{
	static const char *const rates[] = { "rate", "irate", "increase" };

	expr = expr_inner(expr);
	switch (expr->kind) {
	case EXPR_AGGREGATE: return is_traffic(expr->aggregate.inner);
	case EXPR_BINARY:
		return (expr->binary.operator== TOKEN_ADD && is_traffic(expr->binary.left) &&
			is_traffic(expr->binary.right)) ||
		       (expr->binary.operator== TOKEN_MUL && is_traffic(expr->binary.left));
	case EXPR_CALL:
		for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
			if (strcmp(expr->call.function->name, rates[i]) == 0)
				return true;
		return false;
	default: return false;
	}
}

static void visit_ratio(struct lint_context *context, const struct expr *expr)
{
	if (expr->kind == EXPR_BINARY && expr->binary.operator== TOKEN_DIV && is_traffic(expr->binary.left) &&
	    is_traffic(expr->binary.right))
		lint_tell(
			context, context->rule->expression_line,
			"without traffic %s is 0, and the ratio NaN, which no comparison holds for (add `and %s > 0`, "
			"and watch the traffic itself)",
			lint_print(context, expr->binary.right), lint_print(context, expr_inner(expr->binary.right)));
}

/* Whoever has written an `and` has thought of when the ratio counts. */
static bool has_guard(const struct expr *expr)
{
	if (expr->kind == EXPR_PAREN)
		return has_guard(expr->paren);
	if (expr->kind != EXPR_BINARY)
		return false;
	return expr->binary.operator== TOKEN_AND || has_guard(expr->binary.left) || has_guard(expr->binary.right);
}

void lint_check_ratio(struct lint_context *context)
{
	if (context->rule->kind == RULE_ALERT && !has_guard(context->promql->root))
		lint_visit(context, context->promql->root, visit_ratio);
}
