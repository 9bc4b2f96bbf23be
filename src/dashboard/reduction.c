#include "dashboard/reduction.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "dashboard/column.h"

/* Long lists of values help nobody and could be as large as the data. */
#define LIST_BYTES_MAX 4096

enum kind { KIND_OTHER, KIND_CELL, KIND_COUNT, KIND_LIST };

struct kind_row {
	const char *id;
	enum kind kind;
	const char *title; /* of those that reduce.h need not know */
};

static const struct kind_row kinds[] = {
	{ .id = "first", .kind = KIND_CELL, .title = "First" },
	{ .id = "firstNotNull", .kind = KIND_CELL, .title = "First *" },
	{ .id = "last", .kind = KIND_CELL, .title = "Last" },
	{ .id = "lastNotNull", .kind = KIND_CELL, .title = "Last *" },
	{ .id = "min", .kind = KIND_CELL, .title = "Min" },
	{ .id = "max", .kind = KIND_CELL, .title = "Max" },
	{ .id = "count", .kind = KIND_COUNT, .title = "Count" },
	{ .id = "distinctCount", .kind = KIND_COUNT, .title = "Distinct Count" },
	{ .id = "changeCount", .kind = KIND_COUNT, .title = "Change Count" },
	{ .id = "allValues", .kind = KIND_LIST, .title = "All values" },
	{ .id = "uniqueValues", .kind = KIND_LIST, .title = "All unique values" },
};

static const struct kind_row *find_kind(const char *id)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].id, id) == 0)
			return &kinds[i];
	return NULL;
}

bool reduction_find(const char *id, struct reduction *ret)
{
	const struct reducer *reducer = reducer_find(id);
	const struct kind_row *kind = find_kind(reducer ? reducer->id : id);

	if (!reducer && !kind)
		return false;
	*ret = (struct reduction){ .id = reducer ? reducer->id : kind->id,
				   .title = reducer ? reducer->title : kind->title,
				   .reducer = reducer };
	return true;
}

static enum kind kind_of(const struct reduction *reduction)
{
	const struct kind_row *kind = find_kind(reduction->id);

	return kind ? kind->kind : KIND_OTHER;
}

enum field_type reduction_type(const struct reduction *reduction, enum field_type type)
{
	switch (kind_of(reduction)) {
	case KIND_CELL: return type;
	case KIND_LIST: return FIELD_STRING;
	case KIND_COUNT:
	case KIND_OTHER: return FIELD_NUMBER;
	}
	return FIELD_NUMBER;
}

static size_t row_at(const size_t *rows, size_t index)
{
	return rows ? rows[index] : index;
}

/* The row whose cell is the answer, or COLUMN_NO_ROW. */
static size_t pick_row(const char *id, const struct field *field, const size_t *rows, size_t count)
{
	bool skip_null = strcmp(id, "first") != 0 && strcmp(id, "last") != 0;
	bool backwards = strncmp(id, "last", 4) == 0;
	size_t best = COLUMN_NO_ROW;

	for (size_t i = 0; i < count; i++) {
		size_t row = row_at(rows, backwards ? count - 1 - i : i);
		int order;

		if (skip_null && column_is_null(field, row))
			continue;
		if (strcmp(id, "min") != 0 && strcmp(id, "max") != 0)
			return row;
		order = best == COLUMN_NO_ROW ? 0 : column_compare(field, row, best);
		if (best == COLUMN_NO_ROW || (strcmp(id, "min") == 0 ? order < 0 : order > 0))
			best = row;
	}
	return best;
}

/* Texts only: numbers and times are counted by reduce.h. */
static double count_cells(const char *id, const struct field *field, const size_t *rows, size_t count)
{
	struct map seen;
	double changes = 0, total = (double)count;

	if (strcmp(id, "count") == 0)
		return total;
	map_init(&seen);
	for (size_t i = 0; i < count; i++) {
		size_t row = row_at(rows, i);

		if (!column_is_null(field, row) && !map_has(&seen, field->strings[row]))
			map_set(&seen, field->strings[row], NULL);
		if (i > 0 && !column_equal(field, row, field, row_at(rows, i - 1)))
			changes++;
	}
	total = (double)seen.count;
	map_release(&seen, NULL);
	return strcmp(id, "distinctCount") == 0 ? total : changes;
}

static const char *list_cells(const char *id, const struct field *field, const size_t *rows, size_t count,
			      struct arena *arena)
{
	bool unique = strcmp(id, "uniqueValues") == 0;
	struct strbuf list = STRBUF_INIT, cell = STRBUF_INIT;
	struct map seen;
	const char *ret;

	map_init(&seen);
	for (size_t i = 0; i < count && list.length < LIST_BYTES_MAX; i++) {
		strbuf_clear(&cell);
		column_add_text(field, row_at(rows, i), &cell);
		if (unique && map_has(&seen, cell.text))
			continue;
		if (unique)
			map_set(&seen, cell.text, NULL);
		if (i > 0)
			strbuf_addstr(&list, ", ");
		strbuf_addstr(&list, cell.text);
	}
	ret = arena_strndup(arena, list.text, list.length);
	map_release(&seen, NULL);
	strbuf_release(&list);
	strbuf_release(&cell);
	return ret;
}

static double reduce_numbers(const struct reducer *reducer, const struct field *field, const size_t *rows, size_t count)
{
	double *values, result;

	if (!rows && field->type == FIELD_NUMBER)
		return reducer->reduce(field->numbers, count);
	values = mem_array(count + 1, sizeof(*values));
	for (size_t i = 0; i < count; i++)
		values[i] = column_number(field, row_at(rows, i));
	result = reducer->reduce(values, count);
	free(values);
	return result;
}

void reduction_apply(const struct reduction *reduction, const struct field *field, const size_t *rows, size_t count,
		     struct field *ret, size_t ret_row, struct arena *arena)
{
	enum kind kind = kind_of(reduction);
	bool text = field->type == FIELD_STRING;

	if (kind == KIND_LIST) {
		column_set_string(ret, ret_row, list_cells(reduction->id, field, rows, count, arena));
	} else if (kind == KIND_CELL && (text || field->type == FIELD_TIME || !reduction->reducer)) {
		size_t row = pick_row(reduction->id, field, rows, count);

		if (row != COLUMN_NO_ROW)
			column_copy(ret, ret_row, field, row, arena);
	} else if (kind == KIND_COUNT && (text || !reduction->reducer)) {
		if (text)
			column_set_number(ret, ret_row, count_cells(reduction->id, field, rows, count));
	} else if (!text && reduction->reducer) {
		column_set_number(ret, ret_row, reduce_numbers(reduction->reducer, field, rows, count));
	}
}
