#include "alert/template_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "alert/template.h"
#include "alert/template_constant.h"
#include "alert/template_parsing.h"

struct template_node *parsing_fail(struct parsing *parsing, size_t position, const char *format, ...)
{
	va_list args;

	if (parsing->fault->text[0])
		return NULL;
	parsing->fault->position = position;
	va_start(args, format);
	vsnprintf(parsing->fault->text, sizeof(parsing->fault->text), format, args);
	va_end(args);
	return NULL;
}

const struct template_token *parsing_peek(const struct parsing *parsing)
{
	return &parsing->tokens.items.items[parsing->at];
}

const struct template_token *parsing_next(struct parsing *parsing)
{
	const struct template_token *token = parsing_peek(parsing);

	/* The last one is never passed. */
	if (token->kind != WORD_END && token->kind != WORD_ERROR)
		parsing->at++;
	return token;
}

const struct template_token *parsing_peek_word(struct parsing *parsing)
{
	while (parsing_peek(parsing)->kind == WORD_SPACE)
		parsing->at++;
	return parsing_peek(parsing);
}

const struct template_token *parsing_next_word(struct parsing *parsing)
{
	parsing_peek_word(parsing);
	return parsing_next(parsing);
}

struct template_node *parsing_unexpected(struct parsing *parsing, const struct template_token *token,
					 const char *context)
{
	if (token->kind == WORD_ERROR)
		return parsing_fail(parsing, token->position, "%s", token->text);
	if (token->kind == WORD_END)
		return parsing_fail(parsing, token->position, "unexpected EOF");
	if (token->kind >= WORD_DOT)
		return parsing_fail(parsing, token->position, "unexpected <%.*s> in %s", (int)token->length,
				    token->text, context);
	return parsing_fail(parsing, token->position, "unexpected \"%.*s\"%s in %s",
			    (int)(token->length > 10 ? 10 : token->length), token->text,
			    token->length > 10 ? "..." : "", context);
}

struct template_node *parsing_node(struct parsing *parsing, enum template_node_kind kind, size_t position)
{
	struct template_node *node = arena_alloc(parsing->tree->arena, sizeof(*node));

	node->kind = kind;
	node->position = position;
	return node;
}

const char *parsing_copy(struct parsing *parsing, const struct template_token *token)
{
	return arena_strndup(parsing->tree->arena, token->text, token->length);
}

void parsing_keep(struct parsing *parsing, struct template_node *node, void *items, size_t count)
{
	node->count = count;
	node->items = arena_array(parsing->tree->arena, count, sizeof(struct template_node *));
	if (count)
		memcpy(node->items, items, count * sizeof(struct template_node *));
}

static struct template_node *parse_list(struct parsing *parsing, const struct template_token **ret_end);

/* ---- control ---- */

static bool expect_right(struct parsing *parsing, const char *context)
{
	const struct template_token *token = parsing_next_word(parsing);

	if (token->kind == WORD_RIGHT)
		return true;
	parsing_unexpected(parsing, token, context);
	return false;
}

static struct template_node *parse_control(struct parsing *parsing, enum template_node_kind kind, const char *context);

/* Behind {{else: either }} and a list, or if and all of one. */
static struct template_node *parse_else(struct parsing *parsing, enum template_node_kind kind)
{
	const struct template_token *end = NULL;
	struct template_node *list, *control;

	if (kind == NODE_IF && parsing_peek_word(parsing)->kind == WORD_IF) {
		parsing_next(parsing);
		list = parsing_node(parsing, NODE_LIST, parsing_peek(parsing)->position);
		control = parse_control(parsing, NODE_IF, "if");
		if (control)
			parsing_keep(parsing, list, &control, 1);
		return control ? list : NULL;
	}
	if (!expect_right(parsing, "else"))
		return NULL;
	list = parse_list(parsing, &end);
	if (list && end->kind != WORD_FINISH)
		return parsing_fail(parsing, end->position, "expected end; found {{else}}");
	if (list && !expect_right(parsing, "end"))
		return NULL;
	return list;
}

static struct template_node *parse_control(struct parsing *parsing, enum template_node_kind kind, const char *context)
{
	size_t scope = parsing->variables.count;
	struct template_node *node = NULL, *pipe;
	const struct template_token *end = NULL;

	/* `else if` is a level of its own. */
	if (++parsing->depth > TEMPLATE_DEPTH_MAX)
		parsing_fail(parsing, parsing_peek(parsing)->position, "nested deeper than %d levels (the limit)",
			     TEMPLATE_DEPTH_MAX);
	pipe = parsing->fault->text[0] ? NULL : parsing_pipe(parsing, context, WORD_RIGHT);
	if (pipe) {
		node = parsing_node(parsing, kind, pipe->position);
		node->pipe = pipe;
		parsing->ranges += kind == NODE_RANGE;
		node->body = parse_list(parsing, &end);
		parsing->ranges -= kind == NODE_RANGE;
		if (!node->body)
			node = NULL;
		else if (end->kind == WORD_FINISH)
			node = expect_right(parsing, "end") ? node : NULL;
		else
			node->otherwise = parse_else(parsing, kind);
	}
	parsing->depth--;
	parsing->variables.count = scope;
	return parsing->fault->text[0] ? NULL : node;
}

static const char *parse_name(struct parsing *parsing, const char *context)
{
	const struct template_token *token = parsing_next_word(parsing);
	struct template_value value;
	struct error error;

	if (token->kind != WORD_STRING && token->kind != WORD_RAW_STRING)
		parsing_unexpected(parsing, token, context);
	else if (template_constant(token, parsing->tree->arena, &value, &error))
		parsing_fail(parsing, token->position, "%s", error.text);
	else
		return value.text;
	return NULL;
}

static struct template_node *parse_template(struct parsing *parsing)
{
	size_t position = parsing_peek_word(parsing)->position;
	const char *name = parse_name(parsing, "template clause");
	struct template_node *node;

	if (!name)
		return NULL;
	node = parsing_node(parsing, NODE_TEMPLATE, position);
	node->text = name;
	if (parsing_peek_word(parsing)->kind == WORD_RIGHT)
		parsing_next(parsing);
	else
		node->pipe = parsing_pipe(parsing, "template clause", WORD_RIGHT);
	return parsing->fault->text[0] ? NULL : node;
}

struct template_node *template_tree_find(const struct template_tree *tree, const char *name)
{
	for (size_t i = 0; i < tree->definitions.count; i++)
		if (strcmp(tree->definitions.items[i].name, name) == 0)
			return tree->definitions.items[i].root;
	return NULL;
}

static void define(struct parsing *parsing, const char *name, struct template_node *root)
{
	for (size_t i = 0; i < parsing->tree->definitions.count; i++) {
		struct template_definition *definition = &parsing->tree->definitions.items[i];

		if (strcmp(definition->name, name) != 0)
			continue;
		if (template_node_is_empty(definition->root))
			definition->root = root;
		else if (!template_node_is_empty(root))
			parsing_fail(parsing, root->position, "multiple definition of template \"%.64s\"", name);
		return;
	}
	vec_push(&parsing->tree->definitions, (struct template_definition){ .name = name, .root = root });
}

/* The body of a definition knows no variable but $. */
static bool parse_definition(struct parsing *parsing, const char *name, const char *context)
{
	size_t count = parsing->variables.count;
	unsigned ranges = parsing->ranges;
	const char **hidden = arena_array(parsing->tree->arena, count, sizeof(*hidden));
	const struct template_token *end = NULL;
	struct template_node *body;

	memcpy(hidden, parsing->variables.items, count * sizeof(*hidden));
	parsing->variables.count = 1;
	parsing->ranges = 0;
	body = parse_list(parsing, &end);
	parsing->ranges = ranges;
	parsing->variables.count = 0;
	for (size_t i = 0; i < count; i++)
		vec_push(&parsing->variables, hidden[i]);
	if (!body)
		return false;
	if (end->kind != WORD_FINISH) {
		parsing_fail(parsing, end->position, "unexpected {{else}} in %s", context);
		return false;
	}
	if (!expect_right(parsing, "end"))
		return false;
	define(parsing, name, body);
	return !parsing->fault->text[0];
}

/* {{block "name" pipe}} is a definition and its use. */
static struct template_node *parse_block(struct parsing *parsing)
{
	size_t position = parsing_peek_word(parsing)->position;
	const char *name = parse_name(parsing, "block clause");
	struct template_node *node = name ? parsing_node(parsing, NODE_TEMPLATE, position) : NULL;

	if (!node)
		return NULL;
	node->text = name;
	node->pipe = parsing_pipe(parsing, "block clause", WORD_RIGHT);
	if (!node->pipe || !parse_definition(parsing, name, "block clause"))
		return NULL;
	return node;
}

static struct template_node *parse_loop_end(struct parsing *parsing, const struct template_token *token)
{
	enum template_node_kind kind = token->kind == WORD_BREAK ? NODE_BREAK : NODE_CONTINUE;
	const char *word = kind == NODE_BREAK ? "break" : "continue";

	if (!parsing->ranges)
		return parsing_fail(parsing, token->position, "{{%s}} outside {{range}}", word);
	return expect_right(parsing, word) ? parsing_node(parsing, kind, token->position) : NULL;
}

/* Behind {{. At the end of a list `ret_end` is set and no node comes. */
static struct template_node *parse_action(struct parsing *parsing, const struct template_token **ret_end)
{
	const struct template_token *token = parsing_peek_word(parsing);
	struct template_node *node;

	if (token->kind < WORD_BLOCK || token->kind == WORD_NIL) {
		node = parsing_node(parsing, NODE_ACTION, token->position);
		node->pipe = parsing_pipe(parsing, "command", WORD_RIGHT);
		return node->pipe ? node : NULL;
	}
	parsing_next(parsing);
	switch (token->kind) {
	case WORD_BLOCK: return parse_block(parsing);
	case WORD_BREAK:
	case WORD_CONTINUE: return parse_loop_end(parsing, token);
	case WORD_IF: return parse_control(parsing, NODE_IF, "if");
	case WORD_RANGE: return parse_control(parsing, NODE_RANGE, "range");
	case WORD_WITH: return parse_control(parsing, NODE_WITH, "with");
	case WORD_TEMPLATE: return parse_template(parsing);
	case WORD_ELSE:
	case WORD_FINISH: *ret_end = token; return NULL;
	default: return parsing_unexpected(parsing, token, "command");
	}
}

/* One item of a list; NULL when it ends: with a fault, at the end of the text, or with `ret_end` set. */
static struct template_node *parse_item(struct parsing *parsing, const struct template_token **ret_end)
{
	const struct template_token *token = parsing_next(parsing);
	struct template_node *node;

	if (token->kind == WORD_TEXT) {
		node = parsing_node(parsing, NODE_TEXT, token->position);
		node->text = token->text;
		node->length = token->length;
		return node;
	}
	if (token->kind == WORD_LEFT)
		return parse_action(parsing, ret_end);
	if (token->kind == WORD_ERROR)
		return parsing_unexpected(parsing, token, "input");
	return NULL;
}

/* Up to {{end}} or {{else}}, behind whose word it stops. */
static struct template_node *parse_list(struct parsing *parsing, const struct template_token **ret_end)
{
	struct template_node *list = parsing_node(parsing, NODE_LIST, parsing_peek(parsing)->position), *item;
	node_list items = { 0 };

	if (++parsing->depth > TEMPLATE_DEPTH_MAX)
		parsing_fail(parsing, list->position, "nested deeper than %d levels (the limit)", TEMPLATE_DEPTH_MAX);
	while (!parsing->fault->text[0] && (item = parse_item(parsing, ret_end)))
		vec_push(&items, item);
	if (!*ret_end)
		parsing_fail(parsing, parsing_peek(parsing)->position, "unexpected EOF");
	parsing_keep(parsing, list, items.items, items.count);
	vec_release(&items);
	parsing->depth--;
	return *ret_end && !parsing->fault->text[0] ? list : NULL;
}

/* {{define "name"}}: at the top only. */
static bool at_definition(struct parsing *parsing)
{
	size_t before = parsing->at;

	if (parsing_peek(parsing)->kind == WORD_LEFT) {
		parsing_next(parsing);
		if (parsing_peek_word(parsing)->kind == WORD_DEFINE) {
			parsing_next(parsing);
			return true;
		}
	}
	parsing->at = before;
	return false;
}

static void parse_top(struct parsing *parsing)
{
	struct template_node *root = parsing_node(parsing, NODE_LIST, 0), *item;
	const struct template_token *end = NULL;
	node_list items = { 0 };

	while (!parsing->fault->text[0] && parsing_peek(parsing)->kind != WORD_END) {
		if (at_definition(parsing)) {
			const char *name = parse_name(parsing, "define clause");

			if (name && expect_right(parsing, "define clause"))
				parse_definition(parsing, name, "define clause");
			continue;
		}
		item = parse_item(parsing, &end);
		if (item)
			vec_push(&items, item);
		else if (end)
			parsing_fail(parsing, end->position, "unexpected {{%.*s}}", (int)end->length, end->text);
	}
	parsing_keep(parsing, root, items.items, items.count);
	vec_release(&items);
	parsing->tree->root = root;
}

int template_parse(struct template_tree *ret, const char *text, struct arena *arena, struct template_fault *fault)
{
	struct parsing parsing = { .tree = ret, .fault = fault };

	*ret = (struct template_tree){ .arena = arena, .text = text };
	*fault = (struct template_fault){ 0 };
	template_lex(&parsing.tokens, text);
	vec_push(&parsing.variables, "$");
	parse_top(&parsing);
	vec_release(&parsing.variables);
	template_tokens_release(&parsing.tokens);
	return fault->text[0] ? -1 : 0;
}

void template_tree_release(struct template_tree *tree)
{
	vec_release(&tree->definitions);
}
