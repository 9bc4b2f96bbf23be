/* The parser's inside: words and nodes; template_pipe.c reads pipelines, template_parse.c what stands around them. */
#ifndef ALERT_TEMPLATE_PARSING_H
#define ALERT_TEMPLATE_PARSING_H

#include <stddef.h>

#include "alert/template_lexer.h"
#include "alert/template_tree.h"
#include "base/vec.h"

struct parsing {
	struct template_tree *tree;
	struct template_tokens tokens;
	size_t at; /* the next token */
	struct template_fault *fault;
	VEC(const char *) variables; /* in scope */
	unsigned depth, ranges;
};

/* Nodes while their number is not known. */
typedef VEC(struct template_node *) node_list;

/* Always NULL. The first fault is kept. */
struct template_node *parsing_fail(struct parsing *parsing, size_t position, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct template_node *parsing_unexpected(struct parsing *parsing, const struct template_token *token,
					 const char *context);

/* The next token, and the next that is no blank; to look at, or taken. */
const struct template_token *parsing_peek(const struct parsing *parsing);
const struct template_token *parsing_next(struct parsing *parsing);
const struct template_token *parsing_peek_word(struct parsing *parsing);
const struct template_token *parsing_next_word(struct parsing *parsing);

struct template_node *parsing_node(struct parsing *parsing, enum template_node_kind kind, size_t position);
const char *parsing_copy(struct parsing *parsing, const struct template_token *token);
void parsing_keep(struct parsing *parsing, struct template_node *node, void *items, size_t count);

/* Up to `end`, which is taken. `context` is for messages. */
struct template_node *parsing_pipe(struct parsing *parsing, const char *context, enum template_token_kind end);

#endif
