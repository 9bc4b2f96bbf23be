#include "tsdb/label_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TABLE_LEAST 64u

void label_index_init(struct label_index *index, struct reclaim *reclaim)
{
	*index = (struct label_index){ .reclaim = reclaim };
}

static void free_name(void *value)
{
	struct label_name *name = value;

	vec_release(&name->pairs);
	free(name);
}

void label_index_release(struct label_index *index)
{
	for (size_t i = 0; i < index->capacity; i++) {
		if (!index->table[i])
			continue;
		postings_release(&index->table[i]->series, index->reclaim);
		free(index->table[i]);
	}
	free(index->table);
	map_release(&index->names, free_name);
	*index = (struct label_index){ 0 };
}

static uint64_t pair_hash(const struct label_name *name, const char *value)
{
	return (hash_string(value) ^ (uintptr_t)name) * UINT64_C(0x9E3779B97F4A7C15);
}

/* Where the pair is in the table, or the free place it would take. */
static size_t table_find(const struct label_index *index, const struct label_name *name, const char *value,
			 uint64_t hash)
{
	size_t mask = index->capacity - 1, at = (size_t)(hash >> 20) & mask;

	while (index->table[at] && !(index->table[at]->hash == hash && index->table[at]->name == name &&
				     strcmp(index->table[at]->value, value) == 0))
		at = (at + 1) & mask;
	return at;
}

static void table_grow(struct label_index *index)
{
	struct label_pair **old = index->table;
	size_t old_capacity = index->capacity, mask;

	index->capacity = old_capacity ? 2 * old_capacity : TABLE_LEAST;
	index->table = mem_array(index->capacity, sizeof(*index->table));
	mask = index->capacity - 1;
	for (size_t i = 0; i < old_capacity; i++) {
		size_t at;

		if (!old[i])
			continue;
		at = (size_t)(old[i]->hash >> 20) & mask;
		while (index->table[at])
			at = (at + 1) & mask;
		index->table[at] = old[i];
	}
	free(old);
}

/* Empty a place and move what was pushed behind it back, so that no search ends early. */
static void table_remove(struct label_index *index, size_t at)
{
	size_t mask = index->capacity - 1, next = at;

	index->table[at] = NULL;
	for (;;) {
		size_t home;

		next = (next + 1) & mask;
		if (!index->table[next])
			return;
		home = (size_t)(index->table[next]->hash >> 20) & mask;
		if (((next - home) & mask) < ((next - at) & mask))
			continue;
		index->table[at] = index->table[next];
		index->table[next] = NULL;
		at = next;
	}
}

static struct label_name *intern_name(struct label_index *index, const char *text)
{
	struct label_name *name = map_get(&index->names, text);
	size_t length = strlen(text) + 1;

	if (name)
		return name;
	name = reclaim_alloc(index->reclaim, RECLAIM_INDEX, sizeof(*name) + length);
	memset(name, 0, sizeof(*name));
	memcpy(name->text, text, length);
	map_set(&index->names, text, name);
	return name;
}

static struct label_pair *intern_pair(struct label_index *index, struct label_name *name, const char *value)
{
	uint64_t hash = pair_hash(name, value);
	size_t length = strlen(value) + 1, at;
	struct label_pair *pair;

	if (index->count * 4 >= index->capacity * 3)
		table_grow(index);
	at = table_find(index, name, value, hash);
	if (index->table[at])
		return index->table[at];
	pair = reclaim_alloc(index->reclaim, RECLAIM_INDEX, sizeof(*pair) + length);
	*pair = (struct label_pair){ .name = name, .hash = hash, .slot = name->pairs.count };
	memcpy(pair->value, value, length);
	vec_push(&name->pairs, pair);
	index->table[at] = pair;
	index->count++;
	return pair;
}

void label_index_add(struct label_index *index, uint32_t id, const struct labels *labels, struct label *ret)
{
	for (size_t i = 0; i < labels->count; i++) {
		struct label_name *name = intern_name(index, labels->items[i].name);
		struct label_pair *pair = intern_pair(index, name, labels->items[i].value);

		postings_add(&pair->series, index->reclaim, id);
		ret[i] = (struct label){ .name = name->text, .value = pair->value };
	}
}

static void forget_name(struct label_index *index, struct label_name *name)
{
	size_t size = sizeof(*name) + strlen(name->text) + 1;

	map_remove(&index->names, name->text);
	vec_release(&name->pairs);
	reclaim_retire(index->reclaim, RECLAIM_INDEX, name, size, RECLAIM_ANY);
}

static void forget_pair(struct label_index *index, struct label_pair *pair)
{
	struct label_name *name = pair->name;
	struct label_pair *last = name->pairs.items[name->pairs.count - 1];

	name->pairs.items[pair->slot] = last;
	last->slot = pair->slot;
	name->pairs.count--;
	table_remove(index, table_find(index, name, pair->value, pair->hash));
	index->count--;
	reclaim_retire(index->reclaim, RECLAIM_INDEX, pair, sizeof(*pair) + strlen(pair->value) + 1, RECLAIM_ANY);
	if (name->pairs.count == 0)
		forget_name(index, name);
}

void label_index_remove(struct label_index *index, uint32_t id, const struct labels *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		struct label_pair *pair = label_index_pair(index, labels->items[i].name, labels->items[i].value);

		if (!pair)
			continue;
		postings_remove(&pair->series, index->reclaim, id);
		if (pair->series.count == 0)
			forget_pair(index, pair);
	}
}

struct label_name *label_index_name(const struct label_index *index, const char *name)
{
	return map_get(&index->names, name);
}

struct label_pair *label_index_pair(const struct label_index *index, const char *name, const char *value)
{
	const struct label_name *found = map_get(&index->names, name);

	if (!found)
		return NULL;
	return index->table[table_find(index, found, value, pair_hash(found, value))];
}

size_t label_index_bytes(const struct label_index *index)
{
	size_t bytes = index->capacity * sizeof(*index->table) + index->names.capacity * sizeof(*index->names.entries);

	for (size_t i = 0; i < index->names.capacity; i++) {
		const struct label_name *name = index->names.entries[i].key ? index->names.entries[i].value : NULL;

		if (name)
			bytes += reclaim_cost(strlen(name->text) + 1) +
				 reclaim_cost(name->pairs.capacity * sizeof(struct label_pair *));
	}
	return bytes;
}
