/* Between the files that turn a parsed Markdown document into lines. */
#ifndef UI_PANEL_MARKDOWN_PRIVATE_H
#define UI_PANEL_MARKDOWN_PRIVATE_H

#include <cmark-gfm.h>

#include "ui/panel/rich_text.h"

struct markdown {
	struct rich_writer *writer;
	enum glyph_set glyphs;
	int tight; /* tight lists around */
};

/* Write the blocks in `parent`, with blank lines between them. */
void markdown_blocks(struct markdown *markdown, cmark_node *parent, int depth);

/* Add the text in `block` to the paragraph that is being written. */
void markdown_inlines(struct markdown *markdown, cmark_node *block, struct style base);

/*
 * Write a table: columns as wide as their content, the widest narrowed until
 * all fit, cells wrapped. Where columns would become unreadable each row
 * becomes a list of "head: cell" lines.
 */
void markdown_table(struct markdown *markdown, cmark_node *table);

#endif
