#include "config/markdown_place.h"

#include <stdbool.h>
#include <string.h>

static bool is_a(cmark_node *node, const char *type)
{
	return node && strcmp(cmark_node_get_type_string(node), type) == 0;
}

static bool is_placeless(cmark_node *node)
{
	return node && cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH && !cmark_node_get_start_line(node);
}

/* The heading's line: two above the first row's, for the rule stands between; without rows the rule ends the table. */
static int heading_line(cmark_node *table)
{
	cmark_node *heading = cmark_node_first_child(table), *row = heading ? cmark_node_next(heading) : NULL;

	return row ? cmark_node_get_start_line(row) - 2 : cmark_node_get_end_line(table) - 1;
}

struct markdown_place markdown_place(cmark_node *block)
{
	cmark_node *next = cmark_node_next(block), *owner = block;
	int first = cmark_node_get_start_line(block), last = cmark_node_get_end_line(block);
	int column = cmark_node_get_start_column(block);

	if (is_placeless(block) && is_a(next, "table")) {
		first = cmark_node_get_start_line(next);
		last = heading_line(next) - 1;
		column = cmark_node_get_start_column(next);
	}
	if (is_a(block, "table_header"))
		owner = cmark_node_parent(block);
	if (is_a(owner, "table") && is_placeless(cmark_node_previous(owner)))
		first = heading_line(owner);
	if (is_a(block, "table_header"))
		last = first;
	if (first < 0)
		first = 0;
	return (struct markdown_place){ .first = (unsigned)first,
					.last = (unsigned)(last > first ? last : first),
					.column = column > 0 ? (unsigned)column : 0 };
}
