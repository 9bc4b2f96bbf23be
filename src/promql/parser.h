/*
 * The parser's inside, for the files it is made of. One pass over the tokens
 * builds the tree by recursive descent, operators by precedence climbing; a
 * second one over the tree checks types. The first fault ends it: every
 * function that builds returns NULL or -1 then, with the error set once.
 *
 * What a server of Prometheus 2.x would not read is refused unless
 * `left_open`: numbers as lengths of time and the other way round, digits
 * with underscores, quoted names in braces, limitk and limit_ratio.
 */
#ifndef PROMQL_PARSER_H
#define PROMQL_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"
#include "promql/promql.h"

#define PARSER_TEXT_MAX      (64 * 1024)
#define PARSER_DEPTH_MAX     200  /* of brackets, signs and powers in one another */
#define PARSER_TREE_MAX      2000 /* operators in a row make the tree deep as well: 4 MB of stack with sanitizers */
#define PARSER_SELECTORS_MAX 1000

struct parser {
	struct promql *promql;
	struct error *error;
	struct lexer lexer;
	struct token now, next;
	size_t end;     /* of the token taken last */
	unsigned depth; /* of the recursion */
	bool left_open;
	VEC(struct expr *) selectors;
	VEC(struct matcher) matchers; /* of the selector in hand; their regexes are the parser's until it is done */
};

/* Tokens: take the present one; take it only when it is of that kind. */
void parser_advance(struct parser *parser);
bool parser_accept(struct parser *parser, enum token_kind kind);

/* Set the error, with line and column of `position` before it. Always -1. */
int parser_fail(struct parser *parser, size_t position, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fail at the present token: "unexpected ... in CONTEXT, expected EXPECTED". Both may be NULL. Always -1. */
int parser_unexpected(struct parser *parser, const char *context, const char *expected);

/* A node beginning at `position`; its length is known once its last token is taken: parser_close. */
struct expr *parser_node(struct parser *parser, enum expr_kind kind, size_t position);
struct expr *parser_close(const struct parser *parser, struct expr *expr);

/* Count `child` into the depth of `expr`; -1 when that is too deep. */
int parser_adopt(struct parser *parser, struct expr *expr, const struct expr *child);

/* parser.c: a whole expression; parser_call.c: with the name or operator as the present token. */
struct expr *parser_expression(struct parser *parser);
struct expr *parser_call(struct parser *parser);
struct expr *parser_aggregate(struct parser *parser);

/* parser_labels.c: `(a, b)`; sorted, each once. */
int parser_labels(struct parser *parser, const char ***ret, size_t *ret_count);

/* parser_selector.c: `name{...}`; parser_modifier.c: `[...]`, `offset`, `@` behind `expr`. */
struct expr *parser_selector(struct parser *parser);
struct expr *parser_modifiers(struct parser *parser, struct expr *expr);

/* parser_type.c: fill in types and `constant` everywhere, and check them. */
int parser_check(struct parser *parser, struct expr *expr);

#endif
