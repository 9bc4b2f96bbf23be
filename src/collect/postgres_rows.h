/* One statement's answer, gathered: its columns' names and its rows of texts. A copy; NULL cells are SQL's null. */
#ifndef COLLECT_POSTGRES_ROWS_H
#define COLLECT_POSTGRES_ROWS_H

#include <stddef.h>

#include "base/arena.h"
#include "loop/postgres.h"

struct postgres_rows {
	struct arena arena;
	const char **names;
	size_t columns;
	const char **cells; /* row by row */
	size_t count, capacity;
};

/* Zeroed memory is an empty answer. Clearing keeps nothing. */
void postgres_rows_clear(struct postgres_rows *rows);

/* The first row brings the columns. */
void postgres_rows_add(struct postgres_rows *rows, const struct postgres_row *row);

#define POSTGRES_NO_COLUMN ((size_t)-1)
size_t postgres_rows_column(const struct postgres_rows *rows, const char *name);

/* A cell by its column's name; NULL for null and for a column that is not there. */
const char *postgres_rows_text(const struct postgres_rows *rows, size_t row, const char *name);

/* The same as a number; `fallback` where it is null or none. */
double postgres_rows_number(const struct postgres_rows *rows, size_t row, const char *name, double fallback);

#endif
