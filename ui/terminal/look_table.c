#include "ui/terminal/look_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ENTRIES_FIRST 64
#define ENTRIES_MAX   8192

struct look_entry {
	struct style style;
	bool used;
	uint32_t look;
};

void look_table_release(struct look_table *table)
{
	free(table->entries);
	*table = (struct look_table){ 0 };
}

void look_table_clear(struct look_table *table)
{
	table->count = 0;
	if (table->entries)
		memset(table->entries, 0, table->capacity * sizeof(*table->entries));
}

static uint64_t colour_key(const struct colour *colour)
{
	uint32_t value = 0;

	if (colour->kind == COLOUR_RGB)
		value = colour->rgb;
	else if (colour->kind != COLOUR_DEFAULT)
		value = colour->role;
	return (uint64_t)colour->kind << 24 | value;
}

/* Open addressing; there is always a free entry. */
static struct look_entry *find(const struct look_table *table, const struct style *style)
{
	uint64_t key = colour_key(&style->fg) << 34 | colour_key(&style->bg) << 8 | style->attributes;
	size_t mask = table->capacity - 1, at = (size_t)(key * 0x9E3779B97F4A7C15u >> 40) & mask;

	while (table->entries[at].used && !style_equal(&table->entries[at].style, style))
		at = (at + 1) & mask;
	return &table->entries[at];
}

static void grow(struct look_table *table)
{
	struct look_table former = *table;

	table->capacity = former.capacity ? 2 * former.capacity : ENTRIES_FIRST;
	table->entries = mem_array(table->capacity, sizeof(*table->entries));
	for (size_t i = 0; i < former.capacity; i++)
		if (former.entries[i].used)
			*find(table, &former.entries[i].style) = former.entries[i];
	free(former.entries);
}

uint32_t *look_table_at(struct look_table *table, const struct style *style, bool *ret_fresh)
{
	struct look_entry *entry = table->capacity ? find(table, style) : NULL;

	*ret_fresh = !entry || !entry->used;
	if (!*ret_fresh)
		return &entry->look;
	if (table->count >= ENTRIES_MAX)
		look_table_clear(table);
	if (2 * (table->count + 1) > table->capacity)
		grow(table);
	entry = find(table, style);
	*entry = (struct look_entry){ .style = *style, .used = true };
	table->count++;
	return &entry->look;
}
