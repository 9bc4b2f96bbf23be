/*
 * Where a block of Markdown stands in its file. libcmark-gfm loses the place of a paragraph that a table follows
 * without an empty line (0:0-0:0), and gives it to the table and the table's heading; here both are put right. Source:
 * libcmark-gfm 0.29.0.gfm.6, try_inserting_table_header_paragraph.
 */
#ifndef SKEP_CONFIG_MARKDOWN_PLACE_H
#define SKEP_CONFIG_MARKDOWN_PLACE_H

#include <cmark-gfm.h>

struct markdown_place {
	unsigned first, last; /* 1-based lines; last >= first. 0 and 0: not known */
	unsigned column;      /* 1-based column of the first line; 0 when not known */
};

struct markdown_place markdown_place(cmark_node *block);

#endif
