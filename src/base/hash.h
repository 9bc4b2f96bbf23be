/*
 * Hashing and a map from strings to pointers (open addressing, keys copied).
 * The hash is seeded once per process, so that input cannot choose collisions.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *data, size_t length);
uint64_t hash_string(const char *text);

struct map_entry {
	char *key;
	void *value;
	uint64_t hash;
};

/*
 * Zeroed memory is an empty map. Iterate over `entries` up to `capacity`, skipping entries whose key is NULL; setting
 * and removing move entries, so neither while iterating.
 */
struct map {
	struct map_entry *entries;
	size_t count;
	size_t capacity;
};

void map_init(struct map *map);

/* Free the map; `free_value` (may be NULL) is called for each value. */
void map_release(struct map *map, void (*free_value)(void *value));

/* The value, or NULL when there is none. */
void *map_get(const struct map *map, const char *key);
bool map_has(const struct map *map, const char *key);

/* Set or replace; returns the former value or NULL. */
void *map_set(struct map *map, const char *key, void *value);

/* Take the key out; returns its value or NULL. */
void *map_remove(struct map *map, const char *key);

#endif
