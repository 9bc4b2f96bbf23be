#include "promql/parser.h"

#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "promql/function.h"

struct nearest {
	const char *name, *found;
	unsigned reach, best;
};

/* The fewer changes the nearer; of equals, a name that goes on where the user's ends. */
static void consider(struct nearest *nearest, const char *candidate)
{
	unsigned distance = text_distance(nearest->name, candidate, nearest->reach);
	unsigned rank = 2 * distance + (strncmp(candidate, nearest->name, strlen(nearest->name)) != 0);

	if (!distance || distance > nearest->reach || rank >= nearest->best)
		return;
	nearest->best = rank;
	nearest->found = candidate;
}

/* The nearest name within reach, so that a slip of the finger explains itself; NULL when none is near. */
static const char *nearest_name(const struct parser *parser, const char *name)
{
	struct nearest nearest = { .name = name, .reach = strlen(name) > 4 ? 2 : 1, .best = UINT_MAX };
	size_t count;
	const struct function *functions = function_table(&count);

	for (size_t i = 0; i < count; i++)
		if (parser->left_open || !functions[i].newer)
			consider(&nearest, functions[i].name);
	for (int kind = TOKEN_AVG; kind <= TOKEN_TOPK; kind++)
		consider(&nearest, token_word((enum token_kind)kind));
	return nearest.found;
}

static const struct function *take_function(struct parser *parser)
{
	const struct token *token = &parser->now;
	const struct function *function = function_find(token->text, token->length);
	const char *name, *nearest, *hint = "";

	if (function && (parser->left_open || !function->newer)) {
		parser_advance(parser);
		return function;
	}
	name = arena_strndup(&parser->promql->arena, token->text, token->length < 100 ? token->length : 100);
	nearest = nearest_name(parser, name);
	if (function)
		hint = " (Prometheus 3 knows it)";
	else if (nearest)
		hint = arena_printf(&parser->promql->arena, ", did you mean \"%s\"", nearest);
	parser_fail(parser, token->position, "unknown function with name \"%s\"%s", name, hint);
	return NULL;
}

/* `(a, b)`: the arguments of `expr`, into the arena. */
static int parse_arguments(struct parser *parser, struct expr *expr, const char *context, struct expr ***ret,
			   size_t *ret_count)
{
	VEC(struct expr *) arguments = { 0 };
	int result = -1;

	if (!parser_accept(parser, TOKEN_LEFT_PAREN))
		return parser_unexpected(parser, context, "\"(\"");
	if (parser->now.kind == TOKEN_COMMA)
		return parser_unexpected(parser, context, "an expression or \")\"");
	while (parser->now.kind != TOKEN_RIGHT_PAREN) {
		struct expr *argument = parser_expression(parser);

		if (!argument || parser_adopt(parser, expr, argument))
			goto out;
		vec_push(&arguments, argument);
		if (parser->now.kind == TOKEN_COMMA && parser->next.kind == TOKEN_RIGHT_PAREN) {
			parser_fail(parser, parser->now.position, "trailing commas not allowed in function call args");
			goto out;
		}
		if (parser->now.kind == TOKEN_END) {
			parser_fail(parser, parser->now.position, "unclosed left parenthesis, expected \")\"");
			goto out;
		}
		if (parser->now.kind != TOKEN_RIGHT_PAREN && !parser_accept(parser, TOKEN_COMMA)) {
			parser_unexpected(parser, context, "an operator, \",\" or \")\"");
			goto out;
		}
	}
	parser_advance(parser);
	*ret_count = arguments.count;
	if (arguments.count) {
		*ret = arena_array(&parser->promql->arena, arguments.count, sizeof(**ret));
		memcpy(*ret, arguments.items, arguments.count * sizeof(**ret));
	}
	result = 0;
out:
	vec_release(&arguments);
	return result;
}

struct expr *parser_call(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_CALL, parser->now.position);
	struct expr_call *call = &expr->call;

	call->function = take_function(parser);
	if (!call->function || parse_arguments(parser, expr, "function call", &call->arguments, &call->count))
		return NULL;
	return parser_close(parser, expr);
}

/* `by (a)` or `without (a)`, before or behind the arguments, once. */
static int parse_grouping(struct parser *parser, struct expr_aggregate *aggregate, bool *ret_found)
{
	*ret_found = parser->now.kind == TOKEN_BY || parser->now.kind == TOKEN_WITHOUT;
	if (!*ret_found)
		return 0;
	aggregate->without = parser->now.kind == TOKEN_WITHOUT;
	parser_advance(parser);
	return parser_labels(parser, &aggregate->labels, &aggregate->label_count);
}

static bool takes_parameter(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_BOTTOMK:
	case TOKEN_COUNT_VALUES:
	case TOKEN_LIMITK:
	case TOKEN_LIMIT_RATIO:
	case TOKEN_QUANTILE:
	case TOKEN_TOPK: return true;
	default: return false;
	}
}

struct expr *parser_aggregate(struct parser *parser)
{
	struct expr *expr = parser_node(parser, EXPR_AGGREGATE, parser->now.position), **arguments = NULL;
	struct expr_aggregate *aggregate = &expr->aggregate;
	size_t count = 0, wanted;
	bool grouped;

	aggregate->operator= parser->now.kind;
	wanted = takes_parameter(aggregate->operator) ? 2 : 1;
	parser_advance(parser);
	if (parse_grouping(parser, aggregate, &grouped) ||
	    parse_arguments(parser, expr, "aggregation", &arguments, &count) ||
	    (!grouped && parse_grouping(parser, aggregate, &grouped)))
		return NULL;
	if (!count) {
		parser_fail(parser, expr->position, "no arguments for aggregate expression provided");
		return NULL;
	}
	if (count != wanted) {
		parser_fail(parser, expr->position,
			    "wrong number of arguments for aggregate expression provided, expected %zu, got %zu",
			    wanted, count);
		return NULL;
	}
	aggregate->parameter = wanted == 2 ? arguments[0] : NULL;
	aggregate->inner = arguments[wanted - 1];
	return parser_close(parser, expr);
}
