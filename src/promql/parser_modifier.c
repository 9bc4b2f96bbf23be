#include "promql/parser.h"

#include <math.h>

#define DURATION_S_MAX (1000. * 365 * 24 * 3600) /* as the lexer's */
#define AT_MS_MAX      (INT64_MAX / 2)           /* so that windows around it do not overflow */

/* A length of time: a duration, or in 3.x a number of seconds. Zero only for offsets, and there only in 3.x. */
static int take_duration(struct parser *parser, const char *context, const char *expected, bool zero, int64_t *ret_ms)
{
	const struct token *token = &parser->now;

	if (token->kind == TOKEN_DURATION) {
		*ret_ms = token->duration_ms;
	} else if (token->kind == TOKEN_NUMBER && parser->left_open) {
		if (!(token->number <= DURATION_S_MAX))
			return parser_fail(parser, token->position, "duration out of range (at most 1000y)");
		*ret_ms = llround(token->number * 1000.);
	} else {
		return parser_unexpected(parser, context, expected);
	}
	if (!*ret_ms && !(zero && parser->left_open))
		return parser_fail(parser, token->position, "duration must be greater than 0");
	parser_advance(parser);
	return 0;
}

static int close_bracket(struct parser *parser, const char *context, const char *expected)
{
	if (parser->now.kind == TOKEN_END)
		return parser_fail(parser, parser->now.position, "unclosed left bracket, expected %s", expected);
	return parser_accept(parser, TOKEN_RIGHT_BRACKET) ? 0 : parser_unexpected(parser, context, expected);
}

/* `foo[5m]`: the selector becomes one of ranges. */
static struct expr *parse_range(struct parser *parser, struct expr *expr, size_t position, int64_t range_ms)
{
	const char *why = NULL;

	if (expr->kind != EXPR_SELECTOR || expr->selector.range_ms)
		why = "ranges only allowed for vector selectors";
	else if (expr->selector.when.offset_ms)
		why = "no offset modifiers allowed before range";
	else if (expr->selector.when.at != AT_NONE)
		why = "no @ modifiers allowed before range";
	if (why) {
		parser_fail(parser, position, "%s", why);
		return NULL;
	}
	expr->selector.range_ms = range_ms;
	return expr;
}

/* `foo[5m]` or `expr[1h:5m]`, from the bracket on. */
static struct expr *parse_bracket(struct parser *parser, struct expr *expr)
{
	size_t position = parser->now.position;
	struct expr *subquery;
	int64_t range_ms = 0;

	parser_advance(parser);
	if (take_duration(parser, "subquery or range selector", "duration", false, &range_ms))
		return NULL;
	if (!parser_accept(parser, TOKEN_COLON)) {
		if (close_bracket(parser, "subquery or range", "\":\" or \"]\""))
			return NULL;
		expr = parse_range(parser, expr, position, range_ms);
		return expr ? parser_close(parser, expr) : NULL;
	}
	subquery = parser_node(parser, EXPR_SUBQUERY, expr->position);
	subquery->subquery.inner = expr;
	subquery->subquery.range_ms = range_ms;
	if (parser_adopt(parser, subquery, expr))
		return NULL;
	if (parser->now.kind != TOKEN_RIGHT_BRACKET && parser->now.kind != TOKEN_END &&
	    take_duration(parser, "subquery selector", "duration or \"]\"", false, &subquery->subquery.step_ms))
		return NULL;
	if (close_bracket(parser, "subquery selector", "\"]\""))
		return NULL;
	return parser_close(parser, subquery);
}

/* Where `expr` keeps its offset and @; NULL with the error set when it has no such place. */
static struct expr_when *find_when(struct parser *parser, struct expr *expr, const char *modifier)
{
	static const char *const names[] = {
		[EXPR_NUMBER] = "a number",          [EXPR_STRING] = "a string",     [EXPR_CALL] = "a function call",
		[EXPR_AGGREGATE] = "an aggregation", [EXPR_BINARY] = "an operation", [EXPR_UNARY] = "a sign",
		[EXPR_PAREN] = "parentheses",
	};

	if (expr->kind == EXPR_SELECTOR)
		return &expr->selector.when;
	if (expr->kind == EXPR_SUBQUERY)
		return &expr->subquery.when;
	parser_fail(parser, expr->position,
		    "%s modifier must be preceded by an instant vector selector or range vector selector or a "
		    "subquery, but follows %s instead",
		    modifier, names[expr->kind]);
	return NULL;
}

static int parse_offset(struct parser *parser, struct expr *expr)
{
	struct expr_when *when;
	int64_t offset_ms = 0;
	bool minus;

	parser_advance(parser);
	minus = parser_accept(parser, TOKEN_SUB);
	if (take_duration(parser, "offset", "duration", true, &offset_ms))
		return -1;
	when = find_when(parser, expr, "offset");
	if (!when)
		return -1;
	if (when->offset_ms)
		return parser_fail(parser, expr->position, "offset may not be set multiple times");
	when->offset_ms = minus ? -offset_ms : offset_ms;
	return 0;
}

/* `start()` or `end()` behind `@`. */
static int parse_preprocessor(struct parser *parser, enum at_kind *ret)
{
	*ret = parser->now.kind == TOKEN_START ? AT_START : AT_END;
	parser_advance(parser);
	if (!parser_accept(parser, TOKEN_LEFT_PAREN))
		return parser_unexpected(parser, "@", "\"(\"");
	if (!parser_accept(parser, TOKEN_RIGHT_PAREN))
		return parser_unexpected(parser, "@", "\")\"");
	return 0;
}

/* A moment in Unix seconds, signed. */
static int parse_moment(struct parser *parser, const struct expr *expr, int64_t *ret_ms)
{
	bool minus = parser->now.kind == TOKEN_SUB;
	double seconds, ms;

	if (parser->now.kind == TOKEN_ADD || minus)
		parser_advance(parser);
	if (parser->now.kind != TOKEN_NUMBER && !(parser->now.kind == TOKEN_DURATION && parser->left_open))
		return parser_unexpected(parser, "@", "timestamp");
	seconds = minus ? -parser->now.number : parser->now.number;
	if (!(fabs(seconds) < (double)INT64_MAX))
		return parser_fail(parser, expr->position, "timestamp out of bounds for @ modifier: %g", seconds);
	ms = round(seconds * 1000.);
	*ret_ms = ms >= (double)AT_MS_MAX ? AT_MS_MAX : ms <= -(double)AT_MS_MAX ? -AT_MS_MAX : (int64_t)ms;
	parser_advance(parser);
	return 0;
}

static int parse_at(struct parser *parser, struct expr *expr)
{
	enum at_kind at = AT_TIME;
	struct expr_when *when;
	int64_t at_ms = 0;

	parser_advance(parser);
	if (parser->now.kind == TOKEN_START || parser->now.kind == TOKEN_END_FUNCTION) {
		if (parse_preprocessor(parser, &at))
			return -1;
	} else if (parse_moment(parser, expr, &at_ms)) {
		return -1;
	}
	when = find_when(parser, expr, "@");
	if (!when)
		return -1;
	if (when->at != AT_NONE)
		return parser_fail(parser, expr->position, "@ <timestamp> may not be set multiple times");
	when->at = at;
	when->at_ms = at_ms;
	return 0;
}

struct expr *parser_modifiers(struct parser *parser, struct expr *expr)
{
	for (;;) {
		switch (parser->now.kind) {
		case TOKEN_LEFT_BRACKET:
			expr = parse_bracket(parser, expr);
			if (!expr)
				return NULL;
			break;
		case TOKEN_OFFSET:
			if (parse_offset(parser, expr))
				return NULL;
			parser_close(parser, expr);
			break;
		case TOKEN_AT:
			if (parse_at(parser, expr))
				return NULL;
			parser_close(parser, expr);
			break;
		default: return expr;
		}
	}
}
