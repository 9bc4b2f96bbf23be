/* groupBy: one row for each combination of some fields' values, the others reduced. */
#include "dashboard/transform.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/json.h"
#include "dashboard/column.h"
#include "dashboard/reduction.h"
#include "dashboard/row_map.h"

/* Rows by group: group g has rows[starts[g]] .. rows[starts[g + 1] - 1]. */
struct groups {
	size_t *of_row; /* group of each row */
	size_t *firsts; /* first row of each group */
	size_t *starts;
	size_t *rows;
	size_t count;
};

/* The options of one field, by display name or name; NULL when it takes no part. */
static const cJSON *options_of(struct transform *transform, const cJSON *fields, size_t frame, size_t field)
{
	const cJSON *member = json_get(fields, transform_names(transform, frame)[field]);

	if (!member)
		member = json_get(fields, transform->frames[frame].fields[field].name);
	return cJSON_IsObject(member) ? member : NULL;
}

static bool has_operation(const cJSON *options, const char *operation)
{
	return strcmp(json_string(options, "operation", ""), operation) == 0;
}

static bool same_keys(const struct field *keys, size_t key_count, size_t a, size_t b)
{
	for (size_t k = 0; k < key_count; k++)
		if (!column_equal(&keys[k], a, &keys[k], b))
			return false;
	return true;
}

static size_t group_of(struct groups *groups, struct row_map *map, const struct field *keys, size_t key_count,
		       size_t row)
{
	uint64_t hash = 0;

	for (size_t k = 0; k < key_count; k++)
		hash = (hash ^ column_hash(&keys[k], row)) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	for (size_t g = row_map_first(map, hash); g != ROW_MAP_END; g = row_map_next(map, g))
		if (same_keys(keys, key_count, groups->firsts[g], row))
			return g;
	groups->firsts[groups->count] = row;
	row_map_add(map, hash, groups->count);
	return groups->count++;
}

static void group_rows(struct groups *groups, const struct field *keys, size_t key_count, size_t length)
{
	struct row_map map;
	size_t *next;

	groups->of_row = mem_array(length + 1, sizeof(size_t));
	groups->firsts = mem_array(length + 1, sizeof(size_t));
	groups->rows = mem_array(length + 1, sizeof(size_t));
	row_map_init(&map, length);
	for (size_t row = 0; row < length; row++)
		groups->of_row[row] = group_of(groups, &map, keys, key_count, row);
	row_map_release(&map);
	groups->starts = mem_array(groups->count + 2, sizeof(size_t));
	for (size_t row = 0; row < length; row++)
		groups->starts[groups->of_row[row] + 1]++;
	for (size_t g = 0; g < groups->count; g++)
		groups->starts[g + 1] += groups->starts[g];
	next = mem_array(groups->count + 1, sizeof(*next));
	memcpy(next, groups->starts, groups->count * sizeof(*next));
	for (size_t row = 0; row < length; row++)
		groups->rows[next[groups->of_row[row]]++] = row;
	free(next);
}

static void groups_release(struct groups *groups)
{
	free(groups->of_row);
	free(groups->firsts);
	free(groups->starts);
	free(groups->rows);
}

static struct field aggregate(struct transform *transform, const struct groups *groups, const struct field *field,
			      const char *name, const struct reduction *reduction, const char *id)
{
	struct field ret = { .type = reduction_type(reduction, field->type) };

	ret.name = arena_printf(transform->arena, "%s (%s)", name, id);
	column_make(&ret, transform->arena, groups->count);
	for (size_t g = 0; g < groups->count; g++)
		reduction_apply(reduction, field, groups->rows + groups->starts[g],
				groups->starts[g + 1] - groups->starts[g], &ret, g, transform->arena);
	return ret;
}

/* Append the aggregations of one field to the frame that is made. */
static void add_aggregations(struct transform *transform, const struct groups *groups, size_t frame, size_t field,
			     const cJSON *options, struct frame *ret)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, transform_array(transform, options, "aggregations"))
	{
		struct reduction reduction;

		if (!cJSON_IsString(item) || !reduction_find(item->valuestring, &reduction)) {
			transform_note(transform, "unknown aggregation");
			continue;
		}
		if (!transform_spend(transform, groups->count, 1))
			return;
		ret->fields[ret->field_count++] =
			aggregate(transform, groups, &transform->frames[frame].fields[field],
				  transform_names(transform, frame)[field], &reduction, item->valuestring);
	}
}

static size_t aggregation_count(struct transform *transform, const cJSON *options, size_t frame)
{
	size_t count = 0;

	for (size_t f = 0; f < transform->frames[frame].field_count; f++)
		count += (size_t)cJSON_GetArraySize(json_get(options_of(transform, options, frame, f), "aggregations"));
	return count;
}

static void group_frame(struct transform *transform, const cJSON *options, size_t index)
{
	const struct frame *frame = &transform->frames[index];
	struct field *keys = arena_array(transform->arena, frame->field_count + 1, sizeof(*keys));
	struct frame ret = { .ref_id = frame->ref_id, .format = frame->format };
	struct groups groups = { 0 };
	size_t key_count = 0;

	for (size_t f = 0; f < frame->field_count; f++)
		if (has_operation(options_of(transform, options, index, f), "groupby"))
			keys[key_count++] = frame->fields[f];
	/* A frame without a field to group by takes no part. */
	if (key_count == 0)
		return;
	group_rows(&groups, keys, key_count, frame->length);
	ret.length = groups.count;
	ret.fields = arena_array(transform->arena, key_count + aggregation_count(transform, options, index),
				 sizeof(*ret.fields));
	for (size_t k = 0; k < key_count; k++)
		column_take(&ret.fields[ret.field_count++], &keys[k], groups.firsts, groups.count, transform->arena);
	for (size_t f = 0; f < frame->field_count; f++) {
		const cJSON *member = options_of(transform, options, index, f);

		if (has_operation(member, "aggregate"))
			add_aggregations(transform, &groups, index, f, member, &ret);
	}
	groups_release(&groups);
	transform_add(transform, ret);
}

void transform_group_by(struct transform *transform)
{
	const cJSON *options = transform_object(transform, transform->options, "fields");
	bool any = false;

	for (const cJSON *item = options ? options->child : NULL; item; item = item->next)
		any |= has_operation(item, "groupby");
	for (size_t i = 0; i < transform->frame_count; i++) {
		if (any)
			group_frame(transform, options, i);
		else
			transform_add(transform, transform->frames[i]);
	}
}
