#include "dashboard/row_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void row_map_init(struct row_map *map, size_t rows)
{
	size_t buckets = 16;

	while (buckets < rows)
		buckets *= 2;
	map->mask = buckets - 1;
	map->heads = mem_array(buckets, sizeof(*map->heads));
	map->tails = mem_array(buckets, sizeof(*map->tails));
	map->next = mem_array(rows + 1, sizeof(*map->next));
	memset(map->heads, 0xff, buckets * sizeof(*map->heads));
}

void row_map_release(struct row_map *map)
{
	free(map->heads);
	free(map->tails);
	free(map->next);
}

size_t row_map_first(const struct row_map *map, uint64_t hash)
{
	return map->heads[hash & map->mask];
}

size_t row_map_next(const struct row_map *map, size_t row)
{
	return map->next[row];
}

void row_map_add(struct row_map *map, uint64_t hash, size_t row)
{
	size_t bucket = hash & map->mask;

	map->next[row] = ROW_MAP_END;
	if (map->heads[bucket] == ROW_MAP_END)
		map->heads[bucket] = row;
	else
		map->next[map->tails[bucket]] = row;
	map->tails[bucket] = row;
}
