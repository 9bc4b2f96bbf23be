#include "query/label_map.h"

#include <string.h>

static struct label rename_label(const struct history_label *map, size_t count, struct label label)
{
	for (size_t i = 0; i < count; i++) {
		const struct history_label *row = &map[i];

		if (strcmp(row->name, label.name) != 0 || (row->value && strcmp(row->value, label.value) != 0))
			continue;
		label.name = row->local_name ? row->local_name : label.name;
		label.value = row->value && row->local_value ? row->local_value : label.value;
		return label;
	}
	return label;
}

struct labels label_map_local(const struct history_label *map, size_t count, const struct labels *theirs,
			      struct arena *arena)
{
	struct label *items;

	if (!count)
		return *theirs;
	items = arena_array(arena, theirs->count + 1, sizeof(*items));
	for (size_t i = 0; i < theirs->count; i++)
		items[i] = rename_label(map, count, theirs->items[i]);
	return labels_make(arena, items, theirs->count);
}
