/*
 * Markdown to the parser's tree, by one thread at a time: libcmark-gfm keeps
 * what its extensions give a meaning to in tables that all parsers share, and
 * changes them while it reads. Trees are the caller's own.
 */
#ifndef CONFIG_MARKDOWN_PARSE_H
#define CONFIG_MARKDOWN_PARSE_H

#include <stddef.h>

#include <cmark-gfm.h>

/* With these of its extensions ("table"), as far as there are such. What the limits refuse is not given to it. */
cmark_node *markdown_parse(const char *source, size_t length, int options, const char *const *extensions, size_t count);

#endif
