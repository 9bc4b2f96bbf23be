#include "promql/parser.h"

#include <stdlib.h>
#include <string.h>

/* Words of the grammar are label names too; "inf" and "nan" are numbers wherever they stand. */
static bool names_label(const struct token *token)
{
	if (token->kind == TOKEN_IDENTIFIER)
		return true;
	return token->kind >= TOKEN_AND && token->kind <= TOKEN_END_FUNCTION;
}

static const char *take_label(struct parser *parser)
{
	struct arena *arena = &parser->promql->arena;
	const char *label = NULL, *error = NULL;

	if (names_label(&parser->now)) {
		label = arena_strndup(arena, parser->now.text, parser->now.length);
	} else if (parser->now.kind == TOKEN_STRING && parser->left_open) {
		label = token_string(&parser->now, arena, &error);
		if (label && !*label)
			error = "empty label name";
	}
	if (error) {
		parser_fail(parser, parser->now.position, "%s", error);
		return NULL;
	}
	if (!label) {
		parser_unexpected(parser, "grouping opts", "label");
		return NULL;
	}
	parser_advance(parser);
	return label;
}

static int compare(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

static void keep_labels(struct parser *parser, const char **labels, size_t count, const char ***ret, size_t *ret_count)
{
	size_t kept = 0;

	if (!count)
		return;
	qsort(labels, count, sizeof(*labels), compare);
	*ret = arena_array(&parser->promql->arena, count, sizeof(**ret));
	for (size_t i = 0; i < count; i++)
		if (!kept || strcmp((*ret)[kept - 1], labels[i]) != 0)
			(*ret)[kept++] = labels[i];
	*ret_count = kept;
}

int parser_labels(struct parser *parser, const char ***ret, size_t *ret_count)
{
	VEC(const char *) labels = { 0 };
	int result = -1;

	if (!parser_accept(parser, TOKEN_LEFT_PAREN))
		return parser_unexpected(parser, "grouping opts", "\"(\"");
	while (parser->now.kind != TOKEN_RIGHT_PAREN) {
		const char *label = take_label(parser);

		if (!label)
			goto out;
		vec_push(&labels, label);
		if (parser->now.kind == TOKEN_RIGHT_PAREN)
			break;
		if (!parser_accept(parser, TOKEN_COMMA)) {
			parser_unexpected(parser, "grouping opts", "\",\" or \")\"");
			goto out;
		}
	}
	parser_advance(parser);
	keep_labels(parser, labels.items, labels.count, ret, ret_count);
	result = 0;
out:
	vec_release(&labels);
	return result;
}
