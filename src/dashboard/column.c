#include "dashboard/column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"

/* The matrix's columns are const; those made here are not, though `struct field` shows both alike. */
static double *writable_numbers(struct field *field)
{
	return (double *)(uintptr_t)field->numbers;
}

static int64_t *writable_times(struct field *field)
{
	return (int64_t *)(uintptr_t)field->times_ms;
}

static const char **writable_strings(struct field *field)
{
	return (const char **)(uintptr_t)field->strings;
}

bool column_is_null(const struct field *field, size_t row)
{
	switch (field->type) {
	case FIELD_TIME: return field->times_ms[row] == FRAME_NULL_TIME;
	case FIELD_STRING: return field->strings[row] == NULL;
	case FIELD_NUMBER:
	case FIELD_BOOLEAN: return frame_is_null(field->numbers[row]);
	}
	return true;
}

double column_number(const struct field *field, size_t row)
{
	if (field->type == FIELD_STRING || column_is_null(field, row))
		return frame_null();
	return field->type == FIELD_TIME ? (double)field->times_ms[row] : field->numbers[row];
}

static void add_number(struct strbuf *ret, double number)
{
	char text[40];

	/* The shortest form that reads back as the same number, as JavaScript writes it. */
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	strbuf_addstr(ret, text);
}

void column_add_text(const struct field *field, size_t row, struct strbuf *ret)
{
	if (column_is_null(field, row))
		return;
	switch (field->type) {
	case FIELD_TIME: strbuf_addf(ret, "%lld", (long long)field->times_ms[row]); break;
	case FIELD_STRING: strbuf_addstr(ret, field->strings[row]); break;
	case FIELD_BOOLEAN: strbuf_addstr(ret, field->numbers[row] != 0 ? "true" : "false"); break;
	case FIELD_NUMBER:
		if (isnan(field->numbers[row]))
			strbuf_addstr(ret, "NaN");
		else if (isinf(field->numbers[row]))
			strbuf_addstr(ret, field->numbers[row] > 0 ? "Infinity" : "-Infinity");
		else
			add_number(ret, field->numbers[row]);
		break;
	}
}

static int compare_numbers(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(b) - isnan(a);
	return a < b ? -1 : a > b;
}

int column_compare(const struct field *field, size_t a, size_t b)
{
	bool null_a = column_is_null(field, a), null_b = column_is_null(field, b);
	int order;

	if (null_a || null_b)
		return null_b - null_a;
	switch (field->type) {
	case FIELD_TIME: return field->times_ms[a] < field->times_ms[b] ? -1 : field->times_ms[a] > field->times_ms[b];
	case FIELD_STRING:
		order = strcasecmp(field->strings[a], field->strings[b]);
		return order ? order : strcmp(field->strings[a], field->strings[b]);
	case FIELD_NUMBER:
	case FIELD_BOOLEAN: return compare_numbers(field->numbers[a], field->numbers[b]);
	}
	return 0;
}

bool column_equal(const struct field *a, size_t row_a, const struct field *b, size_t row_b)
{
	double x, y;

	if (column_is_null(a, row_a) || column_is_null(b, row_b))
		return column_is_null(a, row_a) && column_is_null(b, row_b);
	if (a->type == FIELD_STRING || b->type == FIELD_STRING)
		return a->type == b->type && strcmp(a->strings[row_a], b->strings[row_b]) == 0;
	if (a->type == FIELD_TIME && b->type == FIELD_TIME)
		return a->times_ms[row_a] == b->times_ms[row_b];
	x = column_number(a, row_a);
	y = column_number(b, row_b);
	return x == y || (isnan(x) && isnan(y));
}

uint64_t column_hash(const struct field *field, size_t row)
{
	double number;

	if (column_is_null(field, row))
		return 0;
	if (field->type == FIELD_STRING)
		return hash_string(field->strings[row]);
	number = column_number(field, row);
	if (isnan(number))
		return 1;
	if (number == 0)
		number = 0; /* minus zero hashes as zero, to which it is equal */
	return hash_bytes(&number, sizeof(number));
}

void column_make(struct field *field, struct arena *arena, size_t length)
{
	const double null = frame_null();

	switch (field->type) {
	case FIELD_TIME: {
		int64_t *times = arena_array(arena, length, sizeof(*times));

		for (size_t i = 0; i < length; i++)
			times[i] = FRAME_NULL_TIME;
		field->times_ms = times;
		break;
	}
	case FIELD_STRING: field->strings = arena_array(arena, length, sizeof(*field->strings)); break;
	case FIELD_NUMBER:
	case FIELD_BOOLEAN: {
		double *numbers = arena_array(arena, length, sizeof(*numbers));

		for (size_t i = 0; i < length; i++)
			numbers[i] = null;
		field->numbers = numbers;
		break;
	}
	}
}

void column_set_number(struct field *field, size_t row, double number)
{
	switch (field->type) {
	case FIELD_TIME:
		/* Beyond 2^53 a double is no exact time, and casting could overflow. */
		writable_times(field)[row] = fabs(number) <= 9007199254740992.0 ? (int64_t)number : FRAME_NULL_TIME;
		break;
	case FIELD_NUMBER: writable_numbers(field)[row] = number; break;
	case FIELD_BOOLEAN: writable_numbers(field)[row] = isnan(number) ? frame_null() : number != 0; break;
	case FIELD_STRING: writable_strings(field)[row] = NULL; break;
	}
}

void column_set_string(struct field *field, size_t row, const char *text)
{
	if (field->type == FIELD_STRING)
		writable_strings(field)[row] = text;
}

void column_copy(struct field *field, size_t row, const struct field *from, size_t from_row, struct arena *arena)
{
	if (field->type == FIELD_STRING && from->type == FIELD_STRING) {
		writable_strings(field)[row] = from->strings[from_row];
	} else if (field->type == FIELD_STRING) {
		struct strbuf text = STRBUF_INIT;

		if (!column_is_null(from, from_row)) {
			column_add_text(from, from_row, &text);
			writable_strings(field)[row] = arena_strndup(arena, text.text, text.length);
		} else {
			writable_strings(field)[row] = NULL;
		}
		strbuf_release(&text);
	} else if (field->type == FIELD_TIME && from->type == FIELD_TIME) {
		writable_times(field)[row] = from->times_ms[from_row];
	} else {
		column_set_number(field, row, column_number(from, from_row));
	}
}

static bool is_prefix(const size_t *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i] != i)
			return false;
	return true;
}

void column_take(struct field *field, const struct field *from, const size_t *rows, size_t count, struct arena *arena)
{
	*field = *from;
	if (is_prefix(rows, count))
		return;
	column_make(field, arena, count);
	for (size_t i = 0; i < count; i++)
		if (rows[i] != COLUMN_NO_ROW)
			column_copy(field, i, from, rows[i], arena);
}

const double *column_numbers(const struct field *field, size_t length, struct arena *arena)
{
	double *numbers;

	if (field->type == FIELD_NUMBER || field->type == FIELD_BOOLEAN)
		return field->numbers;
	numbers = arena_array(arena, length, sizeof(*numbers));
	for (size_t i = 0; i < length; i++)
		numbers[i] = column_number(field, i);
	return numbers;
}
