/* Pieces of RE2's language that stand in and outside of character classes, written in PCRE2's. */
#ifndef TSDB_LABEL_REGEX_ESCAPE_H
#define TSDB_LABEL_REGEX_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

/* "regular expression: WHAT: " and the pattern from `from` to `to`; always -1. */
int label_regex_fail(struct error *error, const char *what, const char *from, const char *to);

/* ASCII letters, digits and the underscore. */
bool label_regex_is_word(char byte);

/* Append a character that stands for itself. */
void label_regex_put_code(struct strbuf *out, uint32_t code);

/* The character an escape stands for, `at` behind the backslash; returns where it ends, or NULL when it is none. */
const char *label_regex_character(const char *at, const char *end, uint32_t *ret);

/* \pN, \p{Greek}, \P{^Lu}: `at` on the p. Returns where it ends, or NULL. */
const char *label_regex_property(struct strbuf *out, const char *at, const char *end);

/* What \d and its like are, in or outside of [...]; NULL when the letter is none of them. */
const char *label_regex_perl_class(char letter, bool in_class);

/* [...] at `at`. Returns where it ends, or NULL with the reason. */
const char *label_regex_class(struct strbuf *out, const char *at, const char *end, struct error *error);

#endif
