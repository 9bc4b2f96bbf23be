#include <string.h>

#include <cmark-gfm-core-extensions.h>

#include "config/markdown_place.h"
#include "ui/draw/glyph.h"
#include "ui/panel/markdown.h"
#include "ui/panel/markdown_private.h"

#define SEPARATOR_CELLS 3   /* blank, rule, blank */
#define COLUMN_MIN      6   /* below this a wrapped column is not read any more */
#define NATURAL_MAX     400 /* cells at which a column's own width is not measured further */

struct table {
	struct markdown *markdown;
	cmark_node *node;
	size_t columns;
	const uint8_t *alignments; /* 'l' 'c' 'r' or 0, one a column */
	int *widths;               /* one a column */
};

/* Lay out one cell alone; `ret` is initialised here. */
static void cell_layout(const struct table *table, cmark_node *cell, int width, bool head, struct rich_text *ret)
{
	struct rich_writer writer;
	struct markdown inner = { .writer = &writer, .glyphs = table->markdown->glyphs };

	rich_text_init(ret);
	rich_writer_init(&writer, ret, width);
	markdown_inlines(&inner, cell, head ? style_with(style_fg(ROLE_TITLE), ATTR_BOLD) : style_fg(ROLE_TEXT));
	rich_flush(&writer, false);
	rich_writer_release(&writer);
}

static int text_widest(const struct rich_text *text)
{
	int widest = 0;
	size_t i;

	for (i = 0; i < text->lines.count; i++) {
		int width = rich_line_width(&text->lines.items[i]);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static void measure(struct table *table)
{
	cmark_node *row, *cell;

	for (row = cmark_node_first_child(table->node); row; row = cmark_node_next(row)) {
		size_t column = 0;

		for (cell = cmark_node_first_child(row); cell && column < table->columns;
		     cell = cmark_node_next(cell), column++) {
			struct rich_text text;
			int width;

			cell_layout(table, cell, NATURAL_MAX, false, &text);
			width = text_widest(&text);
			rich_text_release(&text);
			if (width > table->widths[column])
				table->widths[column] = width;
		}
	}
}

/* Take cells from the widest columns until all fit into `room`; false when they would become too narrow. */
static bool fit(struct table *table, int room)
{
	int total = (int)(table->columns - 1) * SEPARATOR_CELLS;
	size_t i, widest;

	for (i = 0; i < table->columns; i++)
		total += table->widths[i];
	while (total > room) {
		for (widest = 0, i = 1; i < table->columns; i++)
			if (table->widths[i] > table->widths[widest])
				widest = i;
		if (table->widths[widest] <= COLUMN_MIN)
			return false;
		table->widths[widest]--;
		total--;
	}
	return true;
}

static struct rich_span blanks(struct arena *arena, int cells)
{
	return (struct rich_span){ .text = arena_printf(arena, "%*s", cells > 0 ? cells : 0, "") };
}

static int pad_left(uint8_t alignment, int space)
{
	return alignment == 'r' ? space : alignment == 'c' ? space / 2 : 0;
}

/* The spans of line `index` of a cell, copied, with its padding in front. Returns the cells used. */
static int cell_spans(struct rich_line *line, struct arena *arena, const struct rich_text *cell, size_t index,
		      uint8_t alignment, int width)
{
	const struct rich_line *source = index < cell->lines.count ? &cell->lines.items[index] : NULL;
	int used = source ? rich_line_width(source) : 0, left = pad_left(alignment, width - used);
	size_t i;

	if (left > 0)
		line->spans[line->count++] = blanks(arena, left);
	for (i = 0; source && i < source->count; i++) {
		const struct rich_span *span = &source->spans[i];

		line->spans[line->count++] = (struct rich_span){ .text = arena_strdup(arena, span->text),
								 .style = span->style,
								 .link = arena_strdup(arena, span->link) };
	}
	return used + (left > 0 ? left : 0);
}

static size_t spans_needed(const struct rich_text *cells, size_t columns, size_t index)
{
	size_t i, count = 0;

	for (i = 0; i < columns; i++)
		count += 3 + (index < cells[i].lines.count ? cells[i].lines.items[index].count : 0);
	return count;
}

/* One screen line of a row: all cells' line `index`, put behind the writer's prefixes. */
static void row_line(struct table *table, const struct rich_text *cells, size_t index)
{
	struct rich_writer *writer = table->markdown->writer;
	struct arena *arena = &writer->text->arena;
	struct rich_line line = { 0 };
	size_t i, c;
	const char *rule = glyph_text(table->markdown->glyphs, GLYPH_VLINE);

	line.spans = arena_array(arena, spans_needed(cells, table->columns, index), sizeof(*line.spans));
	for (c = 0; c < table->columns; c++) {
		int used = cell_spans(&line, arena, &cells[c], index, table->alignments[c], table->widths[c]);

		if (c + 1 == table->columns)
			break;
		line.spans[line.count++] = blanks(arena, table->widths[c] - used);
		line.spans[line.count++] =
			(struct rich_span){ .text = arena_printf(arena, " %s ", rule), .style = style_fg(ROLE_BORDER) };
	}
	/* Through the writer, literally, so that prefixes and the source line come with it. */
	for (i = 0; i < line.count; i++)
		rich_add(writer, line.spans[i].text, strlen(line.spans[i].text), line.spans[i].style,
			 line.spans[i].link);
	rich_flush(writer, true);
}

static void head_rule(struct table *table)
{
	struct rich_writer *writer = table->markdown->writer;
	const char *dash = glyph_text(table->markdown->glyphs, GLYPH_HLINE);
	const char *cross = glyph_text(table->markdown->glyphs, GLYPH_CROSS);
	struct style style = style_fg(ROLE_BORDER);
	size_t c;
	int i;

	for (c = 0; c < table->columns; c++) {
		int cells = table->widths[c] + (c > 0) + (c + 1 < table->columns);

		for (i = 0; i < cells; i++)
			rich_add(writer, dash, strlen(dash), style, NULL);
		if (c + 1 < table->columns)
			rich_add(writer, cross, strlen(cross), style, NULL);
	}
	rich_flush(writer, true);
}

static void write_row(struct table *table, cmark_node *row)
{
	struct arena arena;
	struct rich_text *cells;
	cmark_node *cell = cmark_node_first_child(row);
	bool head = cmark_gfm_extensions_get_table_row_is_header(row);
	size_t c, i, lines = 1;

	arena_init(&arena);
	cells = arena_array(&arena, table->columns, sizeof(*cells));
	for (c = 0; c < table->columns; c++) {
		if (cell)
			cell_layout(table, cell, table->widths[c] > 0 ? table->widths[c] : 1, head, &cells[c]);
		else
			rich_text_init(&cells[c]);
		lines = cells[c].lines.count > lines ? cells[c].lines.count : lines;
		cell = cell ? cmark_node_next(cell) : NULL;
	}
	table->markdown->writer->source_line = markdown_place(row).first;
	for (i = 0; i < lines; i++)
		row_line(table, cells, i);
	for (c = 0; c < table->columns; c++)
		rich_text_release(&cells[c]);
	arena_release(&arena);
	if (head)
		head_rule(table);
}

/* Too narrow for columns: every row as lines of "head: cell". */
static void write_records(struct table *table)
{
	struct rich_writer *writer = table->markdown->writer;
	cmark_node *head = cmark_node_first_child(table->node), *row = head ? cmark_node_next(head) : NULL;

	for (; row; row = cmark_node_next(row)) {
		cmark_node *name = cmark_node_first_child(head), *cell = cmark_node_first_child(row);

		writer->source_line = markdown_place(row).first;
		for (; name && cell; name = cmark_node_next(name), cell = cmark_node_next(cell)) {
			markdown_inlines(table->markdown, name, style_fg(ROLE_TITLE));
			rich_add(writer, ": ", 2, style_fg(ROLE_TITLE), NULL);
			markdown_inlines(table->markdown, cell, style_fg(ROLE_TEXT));
			rich_flush(writer, false);
		}
		if (cmark_node_next(row))
			rich_blank(writer);
	}
}

void markdown_table(struct markdown *markdown, cmark_node *node)
{
	struct table table = { .markdown = markdown, .node = node };
	struct arena arena;
	cmark_node *row;

	table.columns = cmark_gfm_extensions_get_table_columns(node);
	table.alignments = cmark_gfm_extensions_get_table_alignments(node);
	if (table.columns == 0 || !table.alignments)
		return;
	arena_init(&arena);
	table.widths = arena_array(&arena, table.columns, sizeof(*table.widths));
	measure(&table);
	if (fit(&table, rich_room(markdown->writer))) {
		for (row = cmark_node_first_child(node); row; row = cmark_node_next(row))
			write_row(&table, row);
	} else {
		write_records(&table);
	}
	arena_release(&arena);
}
