/*
 * The words of a PromQL expression, one after another, with their place in
 * the text. It allocates nothing and never fails: what is no word comes back
 * as TOKEN_ERROR with the reason, and reading can go on behind it.
 *
 * Words are told apart as in Prometheus 3: between braces a word is a label
 * name whatever it says, between brackets ':' divides window and resolution,
 * "5m" is a duration and "5" a number, and either may stand where the grammar
 * wants a length of time.
 */
#ifndef PROMQL_LEXER_H
#define PROMQL_LEXER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum token_kind {
	TOKEN_END,
	TOKEN_ERROR,
	TOKEN_NUMBER,
	TOKEN_DURATION,
	TOKEN_STRING,
	TOKEN_IDENTIFIER,        /* no colon in it: metric, label or function */
	TOKEN_METRIC_IDENTIFIER, /* with a colon: a metric only */
	/* punctuation */
	TOKEN_LEFT_PAREN,
	TOKEN_RIGHT_PAREN,
	TOKEN_LEFT_BRACE,
	TOKEN_RIGHT_BRACE,
	TOKEN_LEFT_BRACKET,
	TOKEN_RIGHT_BRACKET,
	TOKEN_COMMA,
	TOKEN_COLON,
	TOKEN_AT,
	TOKEN_ASSIGN, /* = */
	/* operators */
	TOKEN_ADD,
	TOKEN_SUB,
	TOKEN_MUL,
	TOKEN_DIV,
	TOKEN_MOD,
	TOKEN_POW,
	TOKEN_EQUAL,     /* == */
	TOKEN_NOT_EQUAL, /* != */
	TOKEN_LESS,
	TOKEN_LESS_EQUAL,
	TOKEN_GREATER,
	TOKEN_GREATER_EQUAL,
	TOKEN_REGEX,     /* =~ */
	TOKEN_NOT_REGEX, /* !~ */
	/* operators that are words */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_UNLESS,
	TOKEN_ATAN2,
	/* other words of the grammar */
	TOKEN_BY,
	TOKEN_WITHOUT,
	TOKEN_ON,
	TOKEN_IGNORING,
	TOKEN_GROUP_LEFT,
	TOKEN_GROUP_RIGHT,
	TOKEN_BOOL,
	TOKEN_OFFSET,
	/* aggregations; see token_is_aggregation */
	TOKEN_AVG,
	TOKEN_BOTTOMK,
	TOKEN_COUNT,
	TOKEN_COUNT_VALUES,
	TOKEN_GROUP,
	TOKEN_LIMITK,
	TOKEN_LIMIT_RATIO,
	TOKEN_MAX,
	TOKEN_MIN,
	TOKEN_QUANTILE,
	TOKEN_STDDEV,
	TOKEN_STDVAR,
	TOKEN_SUM,
	TOKEN_TOPK,
	/* start and end behind '@' */
	TOKEN_START,
	TOKEN_END_FUNCTION,
};

struct token {
	enum token_kind kind;
	const char *text; /* in the expression; a string with its quotes */
	size_t length;
	size_t position;     /* byte offset of `text` */
	double number;       /* TOKEN_NUMBER; a TOKEN_DURATION's seconds */
	int64_t duration_ms; /* TOKEN_DURATION */
	const char *error;   /* TOKEN_ERROR: what is wrong */
};

struct lexer {
	const char *text;
	size_t length, position;
	unsigned braces;
	unsigned brackets;
	enum token_kind before; /* the token before this one */
};

/* Read `length` bytes of `text`, which must outlive the tokens. */
void lexer_init(struct lexer *lexer, const char *text, size_t length);

/* The next token; comments and white space are passed over. After the end always TOKEN_END. */
struct token lexer_next(struct lexer *lexer);

/*
 * What a TOKEN_STRING says: quotes off, escapes (as in Go: \a \b \f \n \r \t
 * \v \\ \' \" \ooo \xhh \uhhhh \Uhhhhhhhh) replaced; a back-quoted string as
 * it is. NULL for a wrong escape or a NUL in it, with `ret_error` (may be
 * NULL) saying which.
 */
char *token_string(const struct token *token, struct arena *arena, const char **ret_error);

static inline int token_is_aggregation(enum token_kind kind)
{
	return kind >= TOKEN_AVG && kind <= TOKEN_TOPK;
}

/* "')'", "number", "'by'": for messages about what was met or wanted. */
const char *token_kind_name(enum token_kind kind);

/* An operator, aggregation or other word or sign of the grammar as it is written: "+", "sum". "" for other kinds. */
const char *token_word(enum token_kind kind);

#endif
