/* The words of a template, one array for the whole text. */
#ifndef ALERT_TEMPLATE_LEXER_H
#define ALERT_TEMPLATE_LEXER_H

#include <stddef.h>

#include "base/vec.h"

enum template_token_kind {
	WORD_END,
	WORD_ERROR, /* `text` says why; the last one */
	WORD_TEXT,  /* between actions, trimmed */
	WORD_LEFT,  /* {{ */
	WORD_RIGHT, /* }} */
	WORD_SPACE,
	WORD_DECLARE, /* := */
	WORD_ASSIGN,  /* = */
	WORD_PIPE,
	WORD_LEFT_PAREN,
	WORD_RIGHT_PAREN,
	WORD_CHARACTER, /* a comma, or another that nothing begins with */
	WORD_STRING,
	WORD_RAW_STRING,
	WORD_CHARACTER_CONSTANT,
	WORD_NUMBER,
	WORD_BOOL,
	WORD_FIELD, /* .x */
	WORD_VARIABLE,
	WORD_IDENTIFIER,
	/* words of the language; those from here on print as <if> in messages */
	WORD_DOT,
	WORD_BLOCK,
	WORD_BREAK,
	WORD_CONTINUE,
	WORD_DEFINE,
	WORD_ELSE,
	WORD_FINISH, /* end */
	WORD_IF,
	WORD_NIL,
	WORD_RANGE,
	WORD_TEMPLATE,
	WORD_WITH,
};

struct template_token {
	enum template_token_kind kind;
	size_t position; /* byte of the text */
	const char *text;
	size_t length;
};

struct template_tokens {
	VEC(struct template_token) items; /* ends with WORD_END or WORD_ERROR */
};

/* Texts point into `text`, those of errors to constants. */
void template_lex(struct template_tokens *ret, const char *text);
void template_tokens_release(struct template_tokens *tokens);

#endif
