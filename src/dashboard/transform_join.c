/*
 * joinByField (also seriesToColumns): frames side by side, rows matched by one
 * field. Keys of all frames get ids in the order of the result: numbers and
 * times ascending, texts as they first appear. Then each frame's rows are
 * sorted by id, which makes every mode a walk along the ids.
 */
#include "dashboard/transform.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "dashboard/column.h"

struct entry {
	double key; /* of numbers and times */
	size_t id;
	size_t row;
};

/* One frame that has the field. */
struct side {
	const struct frame *frame;
	size_t key_field;
	struct entry *entries;
	size_t count;
};

struct join {
	struct transform *transform;
	enum join_mode mode;
	struct side *sides;
	size_t side_count;
	size_t column_count; /* of the result */
	bool text;           /* keys are compared as text */
	double *keys;        /* numbers: the ids' keys, ascending */
	size_t id_count;
};

/* ---- sides and their keys ---- */

static size_t find_key_field(struct transform *transform, size_t frame, const char *by)
{
	const struct frame *in = &transform->frames[frame];

	for (size_t f = 0; f < in->field_count; f++)
		if (by ? transform_is_named(transform, frame, f, by) : in->fields[f].type == FIELD_TIME)
			return f;
	return SIZE_MAX;
}

static void find_sides(struct join *join, const char *by)
{
	struct transform *transform = join->transform;

	join->sides = mem_array(transform->frame_count, sizeof(*join->sides));
	for (size_t i = 0; i < transform->frame_count; i++) {
		const struct frame *frame = &transform->frames[i];
		size_t key = find_key_field(transform, i, by);

		if (key == SIZE_MAX)
			continue;
		join->sides[join->side_count++] = (struct side){ .frame = frame, .key_field = key };
		join->column_count += frame->field_count - 1;
		join->text |= frame->fields[key].type == FIELD_STRING;
	}
	join->column_count++;
}

static int compare_keys(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

static int compare_ids(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

static void sort_entries(struct side *side, int (*compare)(const void *, const void *))
{
	for (size_t i = 1; i < side->count; i++) {
		if (compare(&side->entries[i - 1], &side->entries[i]) <= 0)
			continue;
		qsort(side->entries, side->count, sizeof(*side->entries), compare);
		return;
	}
}

/* ---- ids of numbers: merge (or intersect) the sorted keys, side by side ---- */

static void read_numbers(struct side *side)
{
	const struct field *field = &side->frame->fields[side->key_field];

	side->entries = mem_array(side->frame->length + 1, sizeof(*side->entries));
	for (size_t row = 0; row < side->frame->length; row++) {
		double key = column_number(field, row);

		if (!isnan(key))
			side->entries[side->count++] = (struct entry){ .key = key, .row = row };
	}
	sort_entries(side, compare_keys);
}

static size_t unite(const double *keys, size_t count, const struct side *side, double *ret)
{
	size_t at = 0, written = 0;

	for (size_t e = 0; e < side->count; e++) {
		double key = side->entries[e].key;

		while (at < count && keys[at] < key)
			ret[written++] = keys[at++];
		if (at < count && keys[at] == key)
			at++;
		if (written == 0 || ret[written - 1] != key)
			ret[written++] = key;
	}
	while (at < count)
		ret[written++] = keys[at++];
	return written;
}

static size_t intersect(const double *keys, size_t count, const struct side *side, double *ret)
{
	size_t e = 0, written = 0;

	for (size_t at = 0; at < count; at++) {
		while (e < side->count && side->entries[e].key < keys[at])
			e++;
		if (e < side->count && side->entries[e].key == keys[at])
			ret[written++] = keys[at];
	}
	return written;
}

/* Ids are the positions among the keys; entries whose key is not among them go. */
static void number_entries(struct side *side, const double *keys, size_t count)
{
	size_t at = 0, kept = 0;

	for (size_t e = 0; e < side->count; e++) {
		struct entry entry = side->entries[e];

		while (at < count && keys[at] < entry.key)
			at++;
		if (at >= count || keys[at] != entry.key)
			continue;
		entry.id = at;
		side->entries[kept++] = entry;
	}
	side->count = kept;
}

/* False when the union alone makes the result too large; checked on the way, since each step costs its size. */
static bool number_ids(struct join *join)
{
	size_t limit = *join->transform->cells_left / join->column_count;

	for (size_t s = 0; s < join->side_count; s++) {
		struct side *side = &join->sides[s];
		bool narrow = join->mode == JOIN_INNER && s > 0;
		double *merged;

		read_numbers(side);
		merged = mem_array(join->id_count + side->count + 1, sizeof(*merged));
		join->id_count = narrow ? intersect(join->keys, join->id_count, side, merged)
					: unite(join->keys, join->id_count, side, merged);
		free(join->keys);
		join->keys = merged;
		if (join->mode != JOIN_INNER && join->id_count > limit)
			return false;
	}
	for (size_t s = 0; s < join->side_count; s++)
		number_entries(&join->sides[s], join->keys, join->id_count);
	return true;
}

/* ---- ids of texts ---- */

static void text_ids(struct join *join)
{
	struct strbuf text = STRBUF_INIT;
	struct map ids;

	map_init(&ids);
	for (size_t s = 0; s < join->side_count; s++) {
		struct side *side = &join->sides[s];
		const struct field *field = &side->frame->fields[side->key_field];

		side->entries = mem_array(side->frame->length + 1, sizeof(*side->entries));
		side->count = side->frame->length;
		for (size_t row = 0; row < side->count; row++) {
			uintptr_t known;

			strbuf_clear(&text);
			column_add_text(field, row, &text);
			known = (uintptr_t)map_get(&ids, text.text);
			if (known == 0) {
				known = ++join->id_count;
				map_set(&ids, text.text, (void *)known);
			}
			side->entries[row] = (struct entry){ .id = known - 1, .row = row };
		}
		sort_entries(side, compare_ids);
	}
	map_release(&ids, NULL);
	strbuf_release(&text);
}

/* ---- rows of the result ---- */

/* The rows an id gives: from `start` on, `count` of them; `stride` is how many in turn have the same row of a side. */
struct id_rows {
	size_t start, count, stride, sides;
};

static size_t run_length(const struct side *side, size_t at)
{
	size_t end = at;

	while (end < side->count && side->entries[end].id == side->entries[at].id)
		end++;
	return end - at;
}

/* False when there are more rows than the budget can hold. */
static bool count_rows(struct join *join, struct id_rows *ids, size_t *ret_rows)
{
	size_t limit = *join->transform->cells_left / join->column_count, rows = 0;

	for (size_t i = 0; i < join->id_count; i++)
		ids[i].count = 1;
	for (size_t s = 0; s < join->side_count; s++) {
		const struct side *side = &join->sides[s];
		size_t run;

		for (size_t e = 0; e < side->count; e += run) {
			struct id_rows *id = &ids[side->entries[e].id];

			run = run_length(side, e);
			id->sides++;
			/* The outer mode has one row a key: the last row of each side. Else all pairs. */
			if (join->mode != JOIN_OUTER && id->count <= limit)
				id->count *= run;
		}
	}
	for (size_t i = 0; i < join->id_count; i++) {
		if (join->mode == JOIN_INNER && ids[i].sides < join->side_count)
			ids[i].count = 0;
		ids[i].start = rows;
		ids[i].stride = ids[i].count;
		if (ids[i].count > limit || rows + ids[i].count > limit)
			return false;
		rows += ids[i].count;
	}
	*ret_rows = rows;
	return true;
}

/* For each row of the result, the row of this side. */
static void place_rows(const struct join *join, const struct side *side, struct id_rows *ids, size_t *ret, size_t rows)
{
	size_t run;

	for (size_t i = 0; i < rows; i++)
		ret[i] = COLUMN_NO_ROW;
	for (size_t e = 0; e < side->count; e += run) {
		struct id_rows *id = &ids[side->entries[e].id];

		run = run_length(side, e);
		if (id->count == 0)
			continue;
		if (join->mode == JOIN_OUTER) {
			ret[id->start] = side->entries[e + run - 1].row;
			continue;
		}
		id->stride /= run;
		for (size_t i = 0; i < id->count; i++)
			ret[id->start + i] = side->entries[e + i / id->stride % run].row;
	}
}

static void fill_key(struct join *join, const struct side *side, const size_t *rows, size_t count, struct field *field)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i] != COLUMN_NO_ROW)
			column_copy(field, i, &side->frame->fields[side->key_field], rows[i], join->transform->arena);
}

static void assemble(struct join *join, struct id_rows *ids, size_t rows, struct frame *ret)
{
	struct arena *arena = join->transform->arena;
	struct field *fields = arena_array(arena, join->column_count, sizeof(*fields));
	size_t *places = mem_array(rows + 1, sizeof(*places));
	size_t column = 1;

	fields[0] = join->sides[0].frame->fields[join->sides[0].key_field];
	if (join->text)
		fields[0].type = FIELD_STRING;
	column_make(&fields[0], arena, rows);
	for (size_t s = 0; s < join->side_count; s++) {
		const struct side *side = &join->sides[s];

		place_rows(join, side, ids, places, rows);
		fill_key(join, side, places, rows, &fields[0]);
		for (size_t f = 0; f < side->frame->field_count; f++)
			if (f != side->key_field)
				column_take(&fields[column++], &side->frame->fields[f], places, rows, arena);
	}
	free(places);
	*ret = (struct frame){ .fields = fields, .field_count = column, .length = rows };
}

bool transform_join_frames(struct transform *transform, const char *by, enum join_mode mode, struct frame *ret)
{
	struct join join = { .transform = transform, .mode = mode };
	struct id_rows *ids = NULL;
	size_t rows = 0;
	bool fits = true, joined = false;

	find_sides(&join, by);
	if (join.side_count > 0) {
		if (join.text)
			text_ids(&join);
		else
			fits = number_ids(&join);
		ids = mem_array(join.id_count + 1, sizeof(*ids));
		fits = fits && count_rows(&join, ids, &rows);
		joined = transform_spend(transform, fits ? rows : TRANSFORM_CELLS_MAX + 1, join.column_count);
		if (joined) {
			assemble(&join, ids, rows, ret);
			ret->ref_id = transform_ref_id(transform);
			ret->format = join.sides[0].frame->format;
		}
	}
	for (size_t s = 0; s < join.side_count; s++)
		free(join.sides[s].entries);
	free(join.sides);
	free(join.keys);
	free(ids);
	return joined;
}

/* ---- the transformation ---- */

static enum join_mode read_mode(struct transform *transform)
{
	const char *mode = transform_string(transform, transform->options, "mode", "outer");

	if (strcmp(mode, "inner") == 0)
		return JOIN_INNER;
	if (strcmp(mode, "outerTabular") == 0)
		return JOIN_OUTER_TABULAR;
	if (strcmp(mode, "outer") != 0)
		transform_note(transform, "unknown mode, outer is used");
	return JOIN_OUTER;
}

void transform_join(struct transform *transform)
{
	const char *by = transform_string(transform, transform->options, "byField", "");
	struct frame joined;

	if (transform->frame_count > 1 &&
	    transform_join_frames(transform, *by ? by : NULL, read_mode(transform), &joined)) {
		transform_add(transform, joined);
		return;
	}
	/* One frame, or none with the field: as they were. */
	for (size_t i = 0; i < transform->frame_count; i++)
		transform_add(transform, transform->frames[i]);
}
