/*
 * What a collector has to show to a person beyond its samples: tables, such
 * as the sessions of a database or the slow log of a cache. Plain text and a
 * severity for each cell; who draws them knows nothing of what they mean.
 * Made anew at each collection, never changed afterwards. Cells are kept raw.
 */
#ifndef COLLECT_DETAIL_H
#define COLLECT_DETAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum detail_mood { DETAIL_PLAIN, DETAIL_DIM, DETAIL_GOOD, DETAIL_WARNING, DETAIL_BAD };

struct detail_cell {
	const char *text;
	enum detail_mood mood;
};

struct detail_column {
	const char *title;
	bool right; /* numbers and ages stand at the right */
	bool wide;  /* takes what room is left: a query's text */
};

#define DETAIL_COLUMNS 12
#define DETAIL_ROWS    500 /* in one table; what is more is counted */

struct detail_table {
	const char *title; /* "Sessions" */
	const char *empty; /* said when it has no rows: "nothing waits for a lock" */
	const struct detail_column *columns;
	size_t column_count;
	struct detail_cell *cells; /* row by row */
	size_t row_count, capacity;
	size_t left_out; /* rows beyond DETAIL_ROWS */
	struct detail_table *next;
};

struct detail {
	struct arena arena;
	int64_t time_ms; /* wall, of the collection */
	struct detail_table *first, *last;
};

struct detail *detail_new(int64_t time_ms);
void detail_free(struct detail *detail); /* NULL is allowed */

/* Add a table. Title, empty and columns (and their titles) are constants, or in the detail's arena. */
struct detail_table *detail_add(struct detail *detail, const char *title, const char *empty,
				const struct detail_column *columns, size_t column_count);

/* A new row of empty cells; NULL when the table has DETAIL_ROWS already (it is counted then). */
struct detail_cell *detail_row(struct detail *detail, struct detail_table *table);

/* Fill one cell of a row; a NULL row is passed over. The text is copied. */
void detail_cell(struct detail *detail, struct detail_cell *row, size_t column, enum detail_mood mood,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
