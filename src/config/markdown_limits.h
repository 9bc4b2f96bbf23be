/*
 * What of a Markdown source can be bounded by looking at its lines. Parsers
 * take quadratic time and memory on crafted input: this is asked before one
 * sees a byte of it. How long the source may be is the caller's to say.
 */
#ifndef CONFIG_MARKDOWN_LIMITS_H
#define CONFIG_MARKDOWN_LIMITS_H

#include <stddef.h>

#define MARKDOWN_LIMIT_NESTING 24    /* quotes and lists in each other */
#define MARKDOWN_LIMIT_COLUMNS 100   /* of a table */
#define MARKDOWN_LIMIT_CELLS   20000 /* of all tables, columns x rows */
#define MARKDOWN_LIMIT_MARKS   4000  /* brackets, stars, backticks ... of one paragraph */

/* Why the text may not be parsed ("a table of more than 100 columns"), or NULL when it may. */
const char *markdown_limits_refusal(const char *source, size_t length);

#endif
