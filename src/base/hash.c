#include "base/hash.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/* SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012). */

struct hash_seed {
	uint64_t k0, k1;
};

static struct hash_seed seed;
static pthread_once_t seed_once = PTHREAD_ONCE_INIT;

static void seed_init(void)
{
	struct timespec now;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == (ssize_t)sizeof(seed))
		return;
	/* Only before the kernel's pool is ready: collisions would cost time, nothing else. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	seed.k0 = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15);
	seed.k1 = (uint64_t)now.tv_sec ^ ((uint64_t)getpid() << 32) ^ (uint64_t)(uintptr_t)&now;
}

static inline uint64_t rotate(uint64_t value, unsigned bits)
{
	return (value << bits) | (value >> (64 - bits));
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

uint64_t hash_bytes(const void *data, size_t length)
{
	const unsigned char *bytes = data;
	uint64_t v[4], word, last = (uint64_t)length << 56;
	size_t left = length;

	pthread_once(&seed_once, seed_init);
	v[0] = seed.k0 ^ UINT64_C(0x736f6d6570736575);
	v[1] = seed.k1 ^ UINT64_C(0x646f72616e646f6d);
	v[2] = seed.k0 ^ UINT64_C(0x6c7967656e657261);
	v[3] = seed.k1 ^ UINT64_C(0x7465646279746573);
	for (; left >= 8; left -= 8, bytes += 8) {
		memcpy(&word, bytes, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < left; i++)
		last |= (uint64_t)bytes[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_string(const char *text)
{
	return hash_bytes(text, strlen(text));
}

void map_init(struct map *map)
{
	*map = (struct map){ 0 };
}

void map_release(struct map *map, void (*free_value)(void *value))
{
	if (!map)
		return;
	for (size_t i = 0; i < map->capacity; i++) {
		if (!map->entries[i].key)
			continue;
		free(map->entries[i].key);
		if (free_value)
			free_value(map->entries[i].value);
	}
	free(map->entries);
	map_init(map);
}

/* The slot that holds `key`, or the free slot where it belongs. The table is never full. */
static struct map_entry *map_slot(const struct map *map, const char *key, uint64_t hash)
{
	size_t mask = map->capacity - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct map_entry *entry = &map->entries[i];

		if (!entry->key || (entry->hash == hash && !strcmp(entry->key, key)))
			return entry;
	}
}

static struct map_entry *map_find(const struct map *map, const char *key)
{
	struct map_entry *entry;

	if (!map || !map->count)
		return NULL;
	entry = map_slot(map, key, hash_string(key));
	return entry->key ? entry : NULL;
}

void *map_get(const struct map *map, const char *key)
{
	struct map_entry *entry = map_find(map, key);

	return entry ? entry->value : NULL;
}

bool map_has(const struct map *map, const char *key)
{
	return map_find(map, key) != NULL;
}

static void map_grow(struct map *map)
{
	struct map old = *map;

	map->capacity = old.capacity ? old.capacity * 2 : 8;
	map->entries = mem_array(map->capacity, sizeof(*map->entries));
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.entries[i].key)
			*map_slot(map, old.entries[i].key, old.entries[i].hash) = old.entries[i];
	}
	free(old.entries);
}

void *map_set(struct map *map, const char *key, void *value)
{
	uint64_t hash = hash_string(key);
	struct map_entry *entry;
	void *former = NULL;

	if (map->count + 1 > map->capacity / 4 * 3)
		map_grow(map);
	entry = map_slot(map, key, hash);
	if (entry->key) {
		former = entry->value;
	} else {
		entry->key = mem_strdup(key);
		entry->hash = hash;
		map->count++;
	}
	entry->value = value;
	return former;
}

void *map_remove(struct map *map, const char *key)
{
	struct map_entry *entry = map_find(map, key);
	size_t mask, hole;
	void *value;

	if (!entry)
		return NULL;
	value = entry->value;
	free(entry->key);
	map->count--;
	/* Close the gap, so that no search stops short of an entry that was pushed along. */
	mask = map->capacity - 1;
	hole = (size_t)(entry - map->entries);
	for (size_t i = (hole + 1) & mask; map->entries[i].key; i = (i + 1) & mask) {
		size_t home = map->entries[i].hash & mask;

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			map->entries[hole] = map->entries[i];
			hole = i;
		}
	}
	map->entries[hole] = (struct map_entry){ 0 };
	return value;
}
