#include "collect/postgres_rows.h"

#include <string.h>

#include "collect/postgres_metrics.h"

void postgres_rows_clear(struct postgres_rows *rows)
{
	arena_release(&rows->arena);
	*rows = (struct postgres_rows){ 0 };
}

static void grow(struct postgres_rows *rows)
{
	size_t capacity = rows->capacity ? rows->capacity * 2 : 16;
	const char **cells = arena_array(&rows->arena, capacity * rows->columns + 1, sizeof(*cells));

	if (rows->count)
		memcpy(cells, rows->cells, rows->count * rows->columns * sizeof(*cells));
	rows->cells = cells;
	rows->capacity = capacity;
}

void postgres_rows_add(struct postgres_rows *rows, const struct postgres_row *row)
{
	const char **cells;

	if (!rows->names) {
		rows->columns = row->count;
		rows->names = arena_array(&rows->arena, row->count + 1, sizeof(*rows->names));
		for (size_t i = 0; i < row->count; i++)
			rows->names[i] = arena_strdup(&rows->arena, row->names[i]);
	}
	if (rows->count == rows->capacity)
		grow(rows);
	cells = rows->cells + rows->count++ * rows->columns;
	for (size_t i = 0; i < rows->columns && i < row->count; i++)
		cells[i] = arena_strdup(&rows->arena, row->values[i]);
}

size_t postgres_rows_column(const struct postgres_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->columns; i++)
		if (strcmp(rows->names[i], name) == 0)
			return i;
	return POSTGRES_NO_COLUMN;
}

const char *postgres_rows_text(const struct postgres_rows *rows, size_t row, const char *name)
{
	size_t column = postgres_rows_column(rows, name);

	return column == POSTGRES_NO_COLUMN ? NULL : rows->cells[row * rows->columns + column];
}

double postgres_rows_number(const struct postgres_rows *rows, size_t row, const char *name, double fallback)
{
	const char *text = postgres_rows_text(rows, row, name);
	double value;

	return text && postgres_number(text, &value) ? value : fallback;
}
