/*
 * Finding rows of a table by a hash of some of their cells: chains of row
 * numbers. A hit is only a candidate; the caller compares the cells.
 */
#ifndef DASHBOARD_ROW_MAP_H
#define DASHBOARD_ROW_MAP_H

#include <stddef.h>
#include <stdint.h>

#define ROW_MAP_END SIZE_MAX

struct row_map {
	size_t *heads, *tails, *next;
	size_t mask;
};

/* For rows 0 .. rows-1. */
void row_map_init(struct row_map *map, size_t rows);
void row_map_release(struct row_map *map);

/* Rows added under the hash (and some others), oldest first, up to ROW_MAP_END. */
size_t row_map_first(const struct row_map *map, uint64_t hash);
size_t row_map_next(const struct row_map *map, size_t row);

/* Each row at most once. */
void row_map_add(struct row_map *map, uint64_t hash, size_t row);

#endif
