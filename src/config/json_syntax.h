/*
 * The syntax of RFC 8259, checked without recursion before a document is
 * parsed: where it is wrong, and that its depth is within a limit.
 */
#ifndef CONFIG_JSON_SYNTAX_H
#define CONFIG_JSON_SYNTAX_H

#include <stddef.h>

#include "base/error.h"

/* Check the whole text. The first fault is described in `error`, without a position, and its offset put into `ret`. */
int json_syntax_check(const char *text, size_t length, unsigned depth_limit, size_t *ret_offset, struct error *error);

/* Line and column, 1-based and counted in characters, of the byte at `offset`. */
void json_syntax_position(const char *text, size_t length, size_t offset, unsigned *ret_line, unsigned *ret_column);

#endif
