/*
 * merge: frames into one table. Fields of the same name are one column; those
 * in every frame are the key. Rows of equal keys become one where nothing in
 * them disagrees.
 */
#include "dashboard/transform.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "dashboard/column.h"
#include "dashboard/row_map.h"

/* Comparing many rows of one key is quadratic; after so many, rows are appended unmerged. */
#define COMPARISONS_MAX 20000000

/* In how many frames a column is, and the number of the last one. */
struct presence {
	size_t frames, last;
};

struct merge {
	struct transform *transform;
	struct field *fields;     /* of the result */
	struct presence *present; /* of each of them */
	size_t field_count;
	size_t frame_count; /* frames with fields */
	size_t *columns;    /* for the fields of all frames, one after the other: the column of the result */
	size_t rows;        /* of all frames */
	size_t length;      /* of the result so far */
	size_t comparisons;
	struct row_map map;
};

/* Decide the columns of the result. */
static void plan(struct merge *merge)
{
	const struct transform *transform = merge->transform;
	size_t total = 0, at = 0;
	struct map names;

	map_init(&names);
	for (size_t i = 0; i < transform->frame_count; i++)
		total += transform->frames[i].field_count;
	merge->fields = arena_array(transform->arena, total + 1, sizeof(*merge->fields));
	merge->present = mem_array(total + 1, sizeof(*merge->present));
	merge->columns = mem_array(total + 1, sizeof(*merge->columns));
	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];

		merge->frame_count += frame->field_count > 0;
		merge->rows += frame->length;
		for (size_t f = 0; f < frame->field_count; f++, at++) {
			uintptr_t known = (uintptr_t)map_get(&names, frame->fields[f].name);
			size_t column = known ? known - 1 : merge->field_count;
			struct field *field = &merge->fields[column];

			if (!known) {
				*field = frame->fields[f];
				field->labels = (struct labels){ 0 };
				field->display_name = NULL;
				map_set(&names, field->name, (void *)(uintptr_t)(++merge->field_count));
			}
			merge->columns[at] = column;
			/* A name twice in a frame counts once. */
			if (merge->present[column].last != i + 1)
				merge->present[column].frames++;
			merge->present[column].last = i + 1;
		}
	}
	map_release(&names, NULL);
}

static bool is_key(const struct merge *merge, size_t column)
{
	return merge->present[column].frames == merge->frame_count;
}

static bool has_key(const struct merge *merge)
{
	for (size_t c = 0; c < merge->field_count; c++)
		if (is_key(merge, c))
			return true;
	return false;
}

/* Equal keys, and no cell of which both have a value with different ones. */
static bool mergeable(const struct merge *merge, size_t existing, size_t added)
{
	for (size_t c = 0; c < merge->field_count; c++) {
		const struct field *field = &merge->fields[c];

		if (!is_key(merge, c) && (column_is_null(field, existing) || column_is_null(field, added)))
			continue;
		if (!column_equal(field, existing, field, added))
			return false;
	}
	return true;
}

static void merge_into(struct merge *merge, size_t existing, size_t added)
{
	for (size_t c = 0; c < merge->field_count; c++)
		if (!column_is_null(&merge->fields[c], added))
			column_copy(&merge->fields[c], existing, &merge->fields[c], added, merge->transform->arena);
}

/* The row stands at the end of the result as if it were appended; take it back when it went into others. */
static void settle_row(struct merge *merge)
{
	size_t row = merge->length;
	uint64_t hash = 0;
	bool merged = false;

	for (size_t c = 0; c < merge->field_count; c++)
		if (is_key(merge, c))
			hash = (hash ^ column_hash(&merge->fields[c], row)) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	for (size_t other = row_map_first(&merge->map, hash); other != ROW_MAP_END;
	     other = row_map_next(&merge->map, other)) {
		if (merge->comparisons++ >= COMPARISONS_MAX)
			break;
		if (!mergeable(merge, other, row))
			continue;
		merge_into(merge, other, row);
		merged = true;
	}
	if (!merged) {
		row_map_add(&merge->map, hash, row);
		merge->length++;
		return;
	}
	for (size_t c = 0; c < merge->field_count; c++)
		column_set_number(&merge->fields[c], row, frame_null());
}

static void merge_rows(struct merge *merge)
{
	const struct transform *transform = merge->transform;
	size_t first = 0;

	for (size_t c = 0; c < merge->field_count; c++)
		column_make(&merge->fields[c], transform->arena, merge->rows);
	row_map_init(&merge->map, merge->rows);
	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];

		for (size_t row = 0; row < frame->length; row++) {
			for (size_t f = 0; f < frame->field_count; f++)
				column_copy(&merge->fields[merge->columns[first + f]], merge->length, &frame->fields[f],
					    row, transform->arena);
			settle_row(merge);
		}
		first += frame->field_count;
	}
	row_map_release(&merge->map);
	if (merge->comparisons >= COMPARISONS_MAX)
		transform_note(merge->transform, "too many rows of one key, some are not merged");
}

static void add_unchanged(struct transform *transform)
{
	for (size_t i = 0; i < transform->frame_count; i++)
		transform_add(transform, transform->frames[i]);
}

void transform_merge(struct transform *transform)
{
	struct merge merge = { .transform = transform };

	if (transform->frame_count <= 1) {
		add_unchanged(transform);
		return;
	}
	plan(&merge);
	if (!has_key(&merge)) {
		add_unchanged(transform);
	} else if (transform_spend(transform, merge.rows, merge.field_count)) {
		merge_rows(&merge);
		transform_add(transform, (struct frame){ .ref_id = transform_ref_id(transform),
							 .format = transform->frames[0].format,
							 .fields = merge.fields,
							 .field_count = merge.field_count,
							 .length = merge.length });
	}
	free(merge.present);
	free(merge.columns);
}
