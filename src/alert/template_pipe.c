/* Pipelines: operands, commands, the variables they set. */
#include "alert/template_parsing.h"

#include <string.h>

#include "alert/template.h"
#include "alert/template_constant.h"
#include "alert/template_function.h"

static bool has_variable(const struct parsing *parsing, const char *name)
{
	for (size_t i = parsing->variables.count; i-- > 0;)
		if (strcmp(parsing->variables.items[i], name) == 0)
			return true;
	return false;
}

static struct template_node *parse_constant(struct parsing *parsing, const struct template_token *token)
{
	struct template_node *node = parsing_node(parsing, NODE_CONSTANT, token->position);
	struct error error;

	node->text = parsing_copy(parsing, token);
	if (template_constant(token, parsing->tree->arena, &node->constant, &error))
		return parsing_fail(parsing, token->position, "%s", error.text);
	return node;
}

/* NULL for what begins no operand; it is not taken then. */
static struct template_node *parse_term(struct parsing *parsing)
{
	const struct template_token *token = parsing_next_word(parsing);
	struct template_node *node;
	const char *word = parsing_copy(parsing, token);

	switch (token->kind) {
	case WORD_IDENTIFIER:
		if (!template_function_find(word))
			return parsing_fail(parsing, token->position, "function \"%.64s\" not defined", word);
		node = parsing_node(parsing, NODE_IDENTIFIER, token->position);
		break;
	case WORD_DOT: node = parsing_node(parsing, NODE_DOT, token->position); break;
	case WORD_NIL: node = parsing_node(parsing, NODE_NIL, token->position); break;
	case WORD_VARIABLE:
	case WORD_FIELD:
		if (token->kind == WORD_VARIABLE && !has_variable(parsing, word))
			return parsing_fail(parsing, token->position, "undefined variable \"%.64s\"", word);
		node = parsing_node(parsing, token->kind == WORD_FIELD ? NODE_FIELD : NODE_VARIABLE, token->position);
		node->names = arena_array(parsing->tree->arena, 1, sizeof(*node->names));
		node->names[0] = word + (token->kind == WORD_FIELD);
		node->name_count = 1;
		break;
	case WORD_BOOL:
	case WORD_NUMBER:
	case WORD_STRING:
	case WORD_RAW_STRING:
	case WORD_CHARACTER_CONSTANT: return parse_constant(parsing, token);
	case WORD_LEFT_PAREN: return parsing_pipe(parsing, "parenthesized pipeline", WORD_RIGHT_PAREN);
	default:
		if (token == parsing_peek(parsing)) /* the end, which is never passed */
			return NULL;
		parsing->at--;
		return NULL;
	}
	node->text = word;
	return node;
}

/* Fields directly behind a term. */
static struct template_node *parse_operand(struct parsing *parsing)
{
	struct template_node *node = parse_term(parsing), *chain = node;
	size_t count = 0, first;

	if (!node || parsing_peek(parsing)->kind != WORD_FIELD)
		return node;
	if (node->kind == NODE_CONSTANT || node->kind == NODE_NIL || node->kind == NODE_DOT)
		return parsing_fail(parsing, node->position, "unexpected . after term \"%.64s\"", node->text);
	while (parsing->tokens.items.items[parsing->at + count].kind == WORD_FIELD)
		count++;
	if (node->kind != NODE_FIELD && node->kind != NODE_VARIABLE) {
		chain = parsing_node(parsing, NODE_CHAIN, parsing_peek(parsing)->position);
		chain->pipe = node;
	}
	first = chain->name_count;
	chain->position = parsing_peek(parsing)->position;
	chain->names = arena_array(parsing->tree->arena, first + count, sizeof(*chain->names));
	if (first)
		chain->names[0] = node->kind == NODE_FIELD ? node->text + 1 : node->text;
	for (size_t i = 0; i < count; i++)
		chain->names[first + i] = parsing_copy(parsing, parsing_next(parsing)) + 1;
	chain->name_count = first + count;
	return chain;
}

/* ---- pipelines ---- */

static struct template_node *parse_command(struct parsing *parsing)
{
	struct template_node *node = parsing_node(parsing, NODE_COMMAND, parsing_peek_word(parsing)->position),
			     *operand;
	node_list items = { 0 };
	bool more = true;

	while (more) {
		const struct template_token *token;

		parsing_peek_word(parsing);
		operand = parse_operand(parsing);
		if (operand)
			vec_push(&items, operand);
		if (parsing->fault->text[0])
			break;
		token = parsing_peek(parsing);
		more = token->kind == WORD_SPACE;
		if (more || token->kind == WORD_PIPE)
			parsing_next(parsing);
		else if (token->kind != WORD_RIGHT && token->kind != WORD_RIGHT_PAREN)
			parsing_unexpected(parsing, token, "operand");
	}
	if (!items.count)
		parsing_fail(parsing, node->position, "empty command");
	parsing_keep(parsing, node, items.items, items.count);
	vec_release(&items);
	return parsing->fault->text[0] ? NULL : node;
}

/* `$x :=`, `$x =` and in a range `$i, $x :=`; what is none of them is left to be a command. */
static void parse_variables(struct parsing *parsing, struct template_node *pipe, const char *context)
{
	size_t before = parsing->at;
	const struct template_token *variable = parsing_peek_word(parsing), *token;

	if (variable->kind != WORD_VARIABLE)
		return;
	parsing_next(parsing);
	token = parsing_peek_word(parsing);
	if (token->kind == WORD_ASSIGN || token->kind == WORD_DECLARE) {
		parsing_next(parsing);
		pipe->assigns = token->kind == WORD_ASSIGN;
	} else if (token->kind != WORD_CHARACTER || *token->text != ',') {
		parsing->at = before;
		return;
	} else if (strcmp(context, "range") != 0 || pipe->variable_count == 1) {
		parsing_fail(parsing, token->position, "too many declarations in %s", context);
		return;
	}
	pipe->variables[pipe->variable_count++] = parsing_copy(parsing, variable);
	vec_push(&parsing->variables, pipe->variables[pipe->variable_count - 1]);
	if (token->kind != WORD_CHARACTER)
		return;
	parsing_next(parsing);
	token = parsing_peek_word(parsing);
	if (token->kind == WORD_VARIABLE)
		parse_variables(parsing, pipe, context);
	else if (token->kind != WORD_RIGHT && token->kind != WORD_RIGHT_PAREN)
		parsing_fail(parsing, token->position, "range can only initialize variables");
}

static void check_pipe(struct parsing *parsing, const struct template_node *pipe, const char *context)
{
	if (!pipe->count)
		parsing_fail(parsing, pipe->position, "missing value for %s", context);
	for (size_t i = 1; i < pipe->count; i++) {
		const struct template_node *first = pipe->items[i]->items[0];

		if (first->kind == NODE_CONSTANT || first->kind == NODE_DOT || first->kind == NODE_NIL)
			parsing_fail(parsing, first->position, "non executable command in pipeline stage %zu", i + 1);
	}
}

struct template_node *parsing_pipe(struct parsing *parsing, const char *context, enum template_token_kind end)
{
	struct template_node *pipe = parsing_node(parsing, NODE_PIPE, parsing_peek_word(parsing)->position), *command;
	node_list items = { 0 };

	if (++parsing->depth > TEMPLATE_DEPTH_MAX)
		parsing_fail(parsing, pipe->position, "nested deeper than %d levels (the limit)", TEMPLATE_DEPTH_MAX);
	else
		parse_variables(parsing, pipe, context);
	while (!parsing->fault->text[0]) {
		const struct template_token *token = parsing_peek_word(parsing);

		if (token->kind == end) {
			parsing_next(parsing);
			parsing_keep(parsing, pipe, items.items, items.count);
			check_pipe(parsing, pipe, context);
			break;
		}
		if ((token->kind >= WORD_STRING && token->kind <= WORD_DOT) || token->kind == WORD_NIL ||
		    token->kind == WORD_LEFT_PAREN) {
			command = parse_command(parsing);
			if (command)
				vec_push(&items, command);
		} else {
			parsing_unexpected(parsing, token, context);
		}
	}
	vec_release(&items);
	parsing->depth--;
	return parsing->fault->text[0] ? NULL : pipe;
}
