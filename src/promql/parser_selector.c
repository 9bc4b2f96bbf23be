#include "promql/parser.h"

#include <string.h>

static const char metric_label[] = "__name__";

static bool matcher_operator(enum token_kind kind, enum matcher_kind *ret)
{
	switch (kind) {
	case TOKEN_ASSIGN: *ret = MATCHER_EQUAL; return true;
	case TOKEN_NOT_EQUAL: *ret = MATCHER_NOT_EQUAL; return true;
	case TOKEN_REGEX: *ret = MATCHER_REGEX; return true;
	case TOKEN_NOT_REGEX: *ret = MATCHER_NOT_REGEX; return true;
	default: return false;
	}
}

/* The present token's text as a string; NULL with the error set. */
static const char *take_string(struct parser *parser)
{
	const char *error, *text = token_string(&parser->now, &parser->promql->arena, &error);

	if (!text)
		parser_fail(parser, parser->now.position, "%s", error);
	else
		parser_advance(parser);
	return text;
}

/* `name="value"` from its operator on. */
static int parse_match(struct parser *parser, const char *label, size_t position)
{
	struct matcher matcher = { .label = label };
	struct error why;

	if (!matcher_operator(parser->now.kind, &matcher.kind))
		return parser_unexpected(parser, "label matching", "label matching operator");
	parser_advance(parser);
	if (parser->now.kind != TOKEN_STRING)
		return parser_unexpected(parser, "label matching", "string");
	matcher.value = take_string(parser);
	if (!matcher.value)
		return -1;
	if (matcher_compile(&matcher, parser->left_open, &why))
		return parser_fail(parser, position, "%s", why.text);
	vec_push(&parser->matchers, matcher);
	return 0;
}

/* A quoted name in braces: the metric's when no operator follows, else a label's. */
static int parse_quoted(struct parser *parser, struct expr_selector *selector)
{
	size_t position = parser->now.position;
	const char *name = take_string(parser);

	if (!name)
		return -1;
	if (parser->now.kind != TOKEN_COMMA && parser->now.kind != TOKEN_RIGHT_BRACE) {
		if (!*name)
			return parser_fail(parser, position, "empty label name");
		return parse_match(parser, name, position);
	}
	if (selector->named)
		return parser_fail(parser, position, "metric name must not be set twice: \"%.100s\" or \"%.100s\"",
				   selector->metric, name);
	selector->metric = name;
	selector->named = true;
	return 0;
}

static int parse_matchers(struct parser *parser, struct expr_selector *selector)
{
	parser_advance(parser); /* { */
	while (parser->now.kind != TOKEN_RIGHT_BRACE) {
		size_t position = parser->now.position;
		int result;

		if (parser->now.kind == TOKEN_STRING && parser->left_open) {
			result = parse_quoted(parser, selector);
		} else if (parser->now.kind == TOKEN_IDENTIFIER) {
			const char *label = arena_strndup(&parser->promql->arena, parser->now.text, parser->now.length);

			parser_advance(parser);
			result = parse_match(parser, label, position);
		} else {
			return parser_unexpected(parser, "label matching", "identifier or \"}\"");
		}
		if (result)
			return result;
		if (parser->now.kind != TOKEN_RIGHT_BRACE && !parser_accept(parser, TOKEN_COMMA))
			return parser_unexpected(parser, "label matching", "\",\" or \"}\"");
	}
	parser_advance(parser);
	return 0;
}

/* Move the matchers in hand into the selector, the one of its name last. */
static void keep_matchers(struct parser *parser, struct expr_selector *selector)
{
	if (selector->named)
		vec_push(&parser->matchers, (struct matcher){ .label = metric_label, .value = selector->metric });
	for (size_t i = 0; i < parser->matchers.count && !selector->metric; i++) {
		const struct matcher *matcher = &parser->matchers.items[i];

		if (matcher->kind == MATCHER_EQUAL && *matcher->value && strcmp(matcher->label, metric_label) == 0)
			selector->metric = matcher->value;
	}
	selector->matcher_count = parser->matchers.count;
	if (!selector->matcher_count)
		return;
	selector->matchers = arena_array(&parser->promql->arena, selector->matcher_count, sizeof(*selector->matchers));
	memcpy(selector->matchers, parser->matchers.items, selector->matcher_count * sizeof(*selector->matchers));
	vec_clear(&parser->matchers);
}

struct expr *parser_selector(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_SELECTOR, parser->now.position);
	struct expr_selector *selector = &expr->selector;

	if (parser->selectors.count >= PARSER_SELECTORS_MAX) {
		parser_fail(parser, expr->position, "too many selectors (at most %d)", PARSER_SELECTORS_MAX);
		return NULL;
	}
	if (parser->now.kind != TOKEN_LEFT_BRACE) {
		selector->metric = arena_strndup(&parser->promql->arena, parser->now.text, parser->now.length);
		selector->named = true;
		parser_advance(parser);
	}
	if (parser->now.kind == TOKEN_LEFT_BRACE && parse_matchers(parser, selector))
		return NULL;
	keep_matchers(parser, selector);
	selector->index = parser->selectors.count;
	vec_push(&parser->selectors, expr);
	return parser_close(parser, expr);
}
