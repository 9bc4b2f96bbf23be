#include "alert/label_table.h"

#include <stdlib.h>

#include "base/mem.h"

void label_table_init(struct label_table *table, size_t count)
{
	table->capacity = 8;
	while (table->capacity < count + count / 2 + 1)
		table->capacity *= 2;
	table->slots = mem_array(table->capacity, sizeof(*table->slots));
}

void label_table_release(struct label_table *table)
{
	free(table->slots);
	*table = (struct label_table){ 0 };
}

/* The equal set's slot, or the free one where it would be. */
static struct label_table_slot *slot_of(const struct label_table *table, const struct labels *labels, uint64_t hash)
{
	size_t mask = table->capacity - 1, at = (size_t)hash & mask;

	while (table->slots[at].labels &&
	       (table->slots[at].hash != hash || !labels_equal(table->slots[at].labels, labels)))
		at = (at + 1) & mask;
	return &table->slots[at];
}

size_t label_table_add(struct label_table *table, const struct labels *labels, uint64_t hash, size_t number)
{
	struct label_table_slot *slot = slot_of(table, labels, hash);

	if (slot->labels)
		return slot->number;
	*slot = (struct label_table_slot){ labels, hash, number };
	return LABEL_TABLE_NONE;
}

size_t label_table_find(const struct label_table *table, const struct labels *labels, uint64_t hash)
{
	const struct label_table_slot *slot = slot_of(table, labels, hash);

	return slot->labels ? slot->number : LABEL_TABLE_NONE;
}
