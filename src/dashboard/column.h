/*
 * Cells of columns, whatever their type: reading, comparing, converting, and
 * making columns from rows of others. "No value" is frame_null() among
 * numbers, NULL among strings, FRAME_NULL_TIME among times.
 */
#ifndef DASHBOARD_COLUMN_H
#define DASHBOARD_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "dashboard/frame.h"

/* Instead of a row number: this row has no value. */
#define COLUMN_NO_ROW SIZE_MAX

bool column_is_null(const struct field *field, size_t row);

/* Times as milliseconds; strings and "no value" as frame_null(). */
double column_number(const struct field *field, size_t row);

/* Append the value as text: numbers in full, times in milliseconds; nothing for "no value". */
void column_add_text(const struct field *field, size_t row, struct strbuf *ret);

/* Order for sorting: "no value" first, then NaN, numbers by size, strings without regard to case. */
int column_compare(const struct field *field, size_t a, size_t b);

/* Equality and hash across columns: "no value" equals itself, NaN too. */
bool column_equal(const struct field *a, size_t row_a, const struct field *b, size_t row_b);
uint64_t column_hash(const struct field *field, size_t row);

/* Give `field` a new, writable column of its type, all "no value". */
void column_make(struct field *field, struct arena *arena, size_t length);

/* Write one cell of a column made by column_make, converting where types differ; what cannot be is "no value". */
void column_copy(struct field *field, size_t row, const struct field *from, size_t from_row, struct arena *arena);
void column_set_number(struct field *field, size_t row, double number);
void column_set_string(struct field *field, size_t row, const char *text);

/* Make `field` hold the given rows of `from` (COLUMN_NO_ROW: "no value"). Aliases `from` where rows are its first
 * `count`. */
void column_take(struct field *field, const struct field *from, const size_t *rows, size_t count, struct arena *arena);

/* All values as numbers: the field's own column when it is of numbers. */
const double *column_numbers(const struct field *field, size_t length, struct arena *arena);

#endif
