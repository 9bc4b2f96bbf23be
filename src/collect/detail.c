#include "collect/detail.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

struct detail *detail_new(int64_t time_ms)
{
	struct detail *detail = mem_zalloc(sizeof(*detail));

	arena_init(&detail->arena);
	detail->time_ms = time_ms;
	return detail;
}

void detail_free(struct detail *detail)
{
	if (!detail)
		return;
	arena_release(&detail->arena);
	free(detail);
}

struct detail_table *detail_add(struct detail *detail, const char *title, const char *empty,
				const struct detail_column *columns, size_t column_count)
{
	struct detail_table *table = arena_array(&detail->arena, 1, sizeof(*table));

	*table = (struct detail_table){
		.title = title, .empty = empty, .columns = columns, .column_count = column_count
	};
	if (detail->last)
		detail->last->next = table;
	else
		detail->first = table;
	detail->last = table;
	return table;
}

static void grow(struct detail *detail, struct detail_table *table)
{
	size_t capacity = table->capacity ? table->capacity * 2 : 16;
	struct detail_cell *cells = arena_array(&detail->arena, capacity * table->column_count, sizeof(*cells));

	if (table->row_count)
		memcpy(cells, table->cells, table->row_count * table->column_count * sizeof(*cells));
	table->cells = cells;
	table->capacity = capacity;
}

struct detail_cell *detail_row(struct detail *detail, struct detail_table *table)
{
	struct detail_cell *row;

	if (table->row_count == DETAIL_ROWS) {
		table->left_out++;
		return NULL;
	}
	if (table->row_count == table->capacity)
		grow(detail, table);
	row = &table->cells[table->row_count++ * table->column_count];
	for (size_t i = 0; i < table->column_count; i++)
		row[i] = (struct detail_cell){ .text = "" };
	return row;
}

void detail_cell(struct detail *detail, struct detail_cell *row, size_t column, enum detail_mood mood,
		 const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	if (!row)
		return;
	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	row[column] = (struct detail_cell){ arena_strndup(&detail->arena, text.text, text.length), mood };
	strbuf_release(&text);
}
