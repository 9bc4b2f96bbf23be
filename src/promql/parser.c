#include "promql/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define SHOWN_MAX 40 /* bytes of the user's text in a message */

struct infix {
	enum token_kind kind;
	int precedence;
	bool right; /* groups from the right */
};

/* A sign before an expression binds like a multiplication: -a^b is -(a^b), -a*b is (-a)*b. */
#define PRECEDENCE_SIGN 5

static const struct infix infixes[] = {
	{ TOKEN_OR, 1, false },         { TOKEN_AND, 2, false },       { TOKEN_UNLESS, 2, false },
	{ TOKEN_EQUAL, 3, false },      { TOKEN_NOT_EQUAL, 3, false }, { TOKEN_LESS, 3, false },
	{ TOKEN_LESS_EQUAL, 3, false }, { TOKEN_GREATER, 3, false },   { TOKEN_GREATER_EQUAL, 3, false },
	{ TOKEN_ADD, 4, false },        { TOKEN_SUB, 4, false },       { TOKEN_MUL, 5, false },
	{ TOKEN_DIV, 5, false },        { TOKEN_MOD, 5, false },       { TOKEN_ATAN2, 5, false },
	{ TOKEN_POW, 6, true },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct infix *infix_find(enum token_kind kind)
{
	for (size_t i = 0; i < LENGTH(infixes); i++)
		if (infixes[i].kind == kind)
			return &infixes[i];
	return NULL;
}

void parser_advance(struct parser *parser)
{
	parser->end = parser->now.position + parser->now.length;
	parser->now = parser->next;
	parser->next = lexer_next(&parser->lexer);
	if (!parser->left_open && (parser->next.kind == TOKEN_LIMITK || parser->next.kind == TOKEN_LIMIT_RATIO))
		parser->next.kind = TOKEN_IDENTIFIER;
	if (!parser->left_open && parser->next.kind == TOKEN_NUMBER &&
	    memchr(parser->next.text, '_', parser->next.length)) {
		parser->next.kind = TOKEN_ERROR;
		parser->next.error = "neither a number nor a duration (30s, 1h30m)";
	}
}

bool parser_accept(struct parser *parser, enum token_kind kind)
{
	if (parser->now.kind != kind)
		return false;
	parser_advance(parser);
	return true;
}

/* Line and column from 1, the column in characters. */
static void find_place(const char *text, size_t position, size_t *ret_line, size_t *ret_column)
{
	*ret_line = *ret_column = 1;
	for (size_t i = 0; i < position; i++) {
		if (text[i] == '\n') {
			++*ret_line;
			*ret_column = 1;
		} else if (((unsigned char)text[i + 1] & 0xC0) != 0x80) {
			++*ret_column;
		}
	}
}

int parser_fail(struct parser *parser, size_t position, const char *format, ...)
{
	char text[ERROR_TEXT_MAX];
	size_t line, column;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	find_place(parser->promql->text, position, &line, &column);
	return error_set(parser->error, "%zu:%zu: parse error: %.*s", line, column, ERROR_TEXT_MAX - 64, text);
}

/* The kinds that say what they are, besides their text. */
static const char *kind_word(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_NUMBER: return "number ";
	case TOKEN_DURATION: return "duration ";
	case TOKEN_STRING: return "string ";
	case TOKEN_IDENTIFIER: return "identifier ";
	case TOKEN_METRIC_IDENTIFIER: return "metric identifier ";
	default: return "";
	}
}

int parser_unexpected(struct parser *parser, const char *context, const char *expected)
{
	const struct token *token = &parser->now;
	const char *quote = token->kind == TOKEN_STRING ? "" : "\"";
	size_t shown = token->length;
	char what[128];

	if (shown > SHOWN_MAX)
		for (shown = SHOWN_MAX; shown && ((unsigned char)token->text[shown] & 0xC0) == 0x80;)
			shown--;
	if (token->kind == TOKEN_ERROR)
		return parser_fail(parser, token->position, "%s: \"%.*s\"", token->error, (int)shown, token->text);
	if (token->kind == TOKEN_END)
		snprintf(what, sizeof(what), "end of input");
	else
		snprintf(what, sizeof(what), "%s%s%.*s%s%s", kind_word(token->kind), quote, (int)shown, token->text,
			 shown < token->length ? "..." : "", quote);
	return parser_fail(parser, token->position, "unexpected %s%s%s%s%s", what, context ? " in " : "",
			   context ? context : "", expected ? ", expected " : "", expected ? expected : "");
}

struct expr *parser_node(struct parser *parser, enum expr_kind kind, size_t position)
{
	struct expr *expr = arena_alloc(&parser->promql->arena, sizeof(*expr));

	expr->kind = kind;
	expr->position = position;
	expr->depth = 1;
	return expr;
}

struct expr *parser_close(const struct parser *parser, struct expr *expr)
{
	expr->length = parser->end - expr->position;
	return expr;
}

int parser_adopt(struct parser *parser, struct expr *expr, const struct expr *child)
{
	if (child->depth >= PARSER_TREE_MAX)
		return parser_fail(parser, expr->position, "expression has too many operators in a row (at most %d)",
				   PARSER_TREE_MAX);
	if (expr->depth <= child->depth)
		expr->depth = child->depth + 1;
	return 0;
}

static struct expr *parse_number(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_NUMBER, parser->now.position);

	expr->number = parser->now.number;
	parser_advance(parser);
	return parser_close(parser, expr);
}

static struct expr *parse_string(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_STRING, parser->now.position);
	const char *error;

	expr->string = token_string(&parser->now, &parser->promql->arena, &error);
	if (!expr->string) {
		parser_fail(parser, parser->now.position, "%s", error);
		return NULL;
	}
	parser_advance(parser);
	return parser_close(parser, expr);
}

static struct expr *parse_paren(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_PAREN, parser->now.position);

	parser_advance(parser);
	expr->paren = parser_expression(parser);
	if (!expr->paren || parser_adopt(parser, expr, expr->paren))
		return NULL;
	if (parser->now.kind == TOKEN_END) {
		parser_fail(parser, parser->now.position, "unclosed left parenthesis, expected \")\"");
		return NULL;
	}
	if (!parser_accept(parser, TOKEN_RIGHT_PAREN)) {
		parser_unexpected(parser, NULL, "an operator or \")\"");
		return NULL;
	}
	return parser_close(parser, expr);
}

/* A word of the grammar that may also name a metric. */
static bool names_metric(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_AND:
	case TOKEN_OR:
	case TOKEN_UNLESS:
	case TOKEN_BY:
	case TOKEN_WITHOUT:
	case TOKEN_OFFSET: return true;
	default: return kind == TOKEN_METRIC_IDENTIFIER || kind == TOKEN_IDENTIFIER || token_is_aggregation(kind);
	}
}

static struct expr *parse_primary(struct parser *parser)
{
	enum token_kind kind = parser->now.kind, next = parser->next.kind;

	if (kind == TOKEN_NUMBER || (kind == TOKEN_DURATION && parser->left_open))
		return parse_number(parser);
	if (kind == TOKEN_STRING)
		return parse_string(parser);
	if (kind == TOKEN_LEFT_PAREN)
		return parse_paren(parser);
	if (kind == TOKEN_IDENTIFIER && next == TOKEN_LEFT_PAREN)
		return parser_call(parser);
	if (token_is_aggregation(kind) && (next == TOKEN_LEFT_PAREN || next == TOKEN_BY || next == TOKEN_WITHOUT))
		return parser_aggregate(parser);
	if (kind == TOKEN_LEFT_BRACE || names_metric(kind))
		return parser_selector(parser);
	parser_unexpected(parser, NULL, "an expression");
	return NULL;
}

static struct expr *parse_operand(struct parser *parser, int precedence);

/* `-x`. A sign before a number becomes part of it. */
static struct expr *parse_sign(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_UNARY, parser->now.position), *inner;
	bool minus = parser->now.kind == TOKEN_SUB;

	parser_advance(parser);
	inner = parse_operand(parser, PRECEDENCE_SIGN + 1);
	if (!inner)
		return NULL;
	if (inner->kind == EXPR_NUMBER) {
		expr->kind = EXPR_NUMBER;
		expr->number = minus ? -inner->number : inner->number;
		return parser_close(parser, expr);
	}
	expr->unary.minus = minus;
	expr->unary.inner = inner;
	if (parser_adopt(parser, expr, inner))
		return NULL;
	return parser_close(parser, expr);
}

/* `bool`, `on (...)`, `group_left (...)` behind an operator. */
static int parse_matching(struct parser *parser, struct expr_binary *binary)
{
	binary->return_bool = parser_accept(parser, TOKEN_BOOL);
	if (parser->now.kind != TOKEN_ON && parser->now.kind != TOKEN_IGNORING)
		return 0;
	binary->on = parser->now.kind == TOKEN_ON;
	parser_advance(parser);
	if (parser_labels(parser, &binary->labels, &binary->label_count))
		return -1;
	if (parser->now.kind != TOKEN_GROUP_LEFT && parser->now.kind != TOKEN_GROUP_RIGHT)
		return 0;
	binary->cardinality = parser->now.kind == TOKEN_GROUP_LEFT ? MATCH_MANY_TO_ONE : MATCH_ONE_TO_MANY;
	parser_advance(parser);
	if (parser->now.kind != TOKEN_LEFT_PAREN)
		return 0;
	return parser_labels(parser, &binary->include, &binary->include_count);
}

static struct expr *parse_operation(struct parser *parser, struct expr *left, const struct infix *infix)
{
	struct expr *expr = parser_node(parser, EXPR_BINARY, left->position);
	struct expr_binary *binary = &expr->binary;

	binary->operator= infix->kind;
	binary->operator_position = parser->now.position;
	binary->left = left;
	parser_advance(parser);
	if (parse_matching(parser, binary))
		return NULL;
	binary->right = parse_operand(parser, infix->precedence + !infix->right);
	if (!binary->right || parser_adopt(parser, expr, left) || parser_adopt(parser, expr, binary->right))
		return NULL;
	return parser_close(parser, expr);
}

/* An expression up to the first operator that binds less than `precedence`. */
static struct expr *parse_operand(struct parser *parser, int precedence)
{
	const struct infix *infix;
	struct expr *expr;

	if (parser->depth >= PARSER_DEPTH_MAX) {
		parser_fail(parser, parser->now.position, "expression is nested too deeply (at most %d levels)",
			    PARSER_DEPTH_MAX);
		return NULL;
	}
	parser->depth++;
	if (parser->now.kind == TOKEN_ADD || parser->now.kind == TOKEN_SUB) {
		expr = parse_sign(parser);
	} else {
		expr = parse_primary(parser);
		if (expr)
			expr = parser_modifiers(parser, expr);
	}
	while (expr && (infix = infix_find(parser->now.kind)) && infix->precedence >= precedence)
		expr = parse_operation(parser, expr, infix);
	parser->depth--;
	return expr;
}

struct expr *parser_expression(struct parser *parser)
{
	return parse_operand(parser, 0);
}

static int parse_all(struct parser *parser)
{
	struct expr *root;

	if (parser->now.kind == TOKEN_END)
		return parser_fail(parser, 0, "no expression found in input");
	root = parser_expression(parser);
	if (!root)
		return -1;
	if (parser->now.kind != TOKEN_END)
		return parser_unexpected(parser, NULL, "an operator or end of input");
	parser->promql->root = root;
	return parser_check(parser, root);
}

/* What the parser gathered becomes the result's, complete or not. */
static void hand_over(struct parser *parser)
{
	struct promql *promql = parser->promql;

	for (size_t i = 0; i < parser->matchers.count; i++)
		matcher_release(&parser->matchers.items[i]);
	vec_release(&parser->matchers);
	promql->selector_count = parser->selectors.count;
	if (promql->selector_count) {
		promql->selectors = arena_array(&promql->arena, promql->selector_count, sizeof(*promql->selectors));
		memcpy(promql->selectors, parser->selectors.items, promql->selector_count * sizeof(*promql->selectors));
	}
	vec_release(&parser->selectors);
}

struct promql *promql_parse(const char *text, const struct promql_syntax *syntax, struct error *error)
{
	struct parser parser = { .error = error, .left_open = syntax->left_open };
	size_t length = strlen(text);
	int result;

	if (length > PARSER_TEXT_MAX) {
		error_set(error, "1:1: parse error: expression is too long (at most %d KiB)", PARSER_TEXT_MAX / 1024);
		return NULL;
	}
	parser.promql = mem_zalloc(sizeof(*parser.promql));
	arena_init(&parser.promql->arena);
	parser.promql->text = arena_strndup(&parser.promql->arena, text, length);
	lexer_init(&parser.lexer, parser.promql->text, length);
	parser_advance(&parser);
	parser_advance(&parser);
	result = parse_all(&parser);
	hand_over(&parser);
	if (result) {
		promql_free(parser.promql);
		return NULL;
	}
	return parser.promql;
}

void promql_free(struct promql *promql)
{
	if (!promql)
		return;
	for (size_t i = 0; i < promql->selector_count; i++) {
		struct expr_selector *selector = &promql->selectors[i]->selector;

		for (size_t at = 0; at < selector->matcher_count; at++)
			matcher_release(&selector->matchers[at]);
	}
	arena_release(&promql->arena);
	free(promql);
}
