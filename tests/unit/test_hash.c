#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

TestSuite(hash);

Test(hash, is_stable_within_a_process)
{
	cr_expect_eq(hash_string("abc"), hash_bytes("abc", 3));
	cr_expect_neq(hash_bytes("abc", 3), hash_bytes("abc", 4));
	cr_expect_neq(hash_bytes("", 0), hash_bytes("\0", 1));
	cr_expect_neq(hash_string("12345678"), hash_string("12345679"));
}

Test(hash, does_not_depend_on_alignment)
{
	char buffer[32];

	for (size_t shift = 0; shift < 8; shift++) {
		memcpy(buffer + shift, "0123456789abcdef", 16);
		cr_expect_eq(hash_bytes(buffer + shift, 16), hash_string("0123456789abcdef"));
	}
}

Test(hash, empty_map_answers)
{
	struct map map = { 0 };

	cr_expect_null(map_get(&map, "a"));
	cr_expect_not(map_has(&map, "a"));
	cr_expect_null(map_remove(&map, "a"));
	map_release(&map, free);
	map_release(NULL, free);
}

Test(hash, sets_replaces_and_removes)
{
	struct map map = { 0 };
	int one = 1, two = 2;

	cr_expect_null(map_set(&map, "a", &one));
	cr_expect_eq(map_set(&map, "a", &two), &one);
	cr_expect_eq(map.count, 1);
	cr_expect_eq(map_get(&map, "a"), &two);
	cr_expect_null(map_set(&map, "", &one), "the empty key is a key");
	cr_expect_eq(map_get(&map, ""), &one);
	cr_expect_null(map_set(&map, "null", NULL));
	cr_expect(map_has(&map, "null"), "a NULL value is there");
	cr_expect_eq(map_remove(&map, "a"), &two);
	cr_expect_not(map_has(&map, "a"));
	cr_expect_eq(map.count, 2);
	map_release(&map, NULL);
	cr_expect_eq(map.count, 0);
	cr_expect_null(map.entries);
}

Test(hash, keys_are_copied)
{
	struct map map = { 0 };
	char key[] = "key";

	map_set(&map, key, key);
	key[0] = 'x';
	cr_expect(map_has(&map, "key"));
	cr_expect_not(map_has(&map, "xey"));
	map_release(&map, NULL);
}

/* Against a plain array of flags: thousands of insertions and removals in a fixed pseudo-random order. */
Test(hash, keeps_its_entries_through_churn)
{
	enum { KEYS = 700, STEPS = 20000 };
	static char present[KEYS];
	struct map map = { 0 };
	unsigned random = 12345;
	size_t count = 0, seen = 0;

	for (int step = 0; step < STEPS; step++) {
		char key[16];
		unsigned index;

		random = random * 1103515245u + 12345u;
		index = (random >> 8) % KEYS;
		snprintf(key, sizeof(key), "key%u", index);
		cr_assert_eq(map_has(&map, key), present[index] != 0);
		if (random >> 28 < 8) {
			map_set(&map, key, &present[index]);
			count += !present[index];
			present[index] = 1;
		} else {
			cr_assert_eq(map_remove(&map, key), present[index] ? &present[index] : NULL);
			count -= present[index] != 0;
			present[index] = 0;
		}
		cr_assert_eq(map.count, count);
	}
	for (unsigned index = 0; index < KEYS; index++) {
		char key[16];

		snprintf(key, sizeof(key), "key%u", index);
		cr_assert_eq(map_get(&map, key), present[index] ? &present[index] : NULL);
	}
	for (size_t i = 0; i < map.capacity; i++)
		seen += map.entries[i].key != NULL;
	cr_expect_eq(seen, count);
	map_release(&map, NULL);
}

static int freed;

static void count_free(void *value)
{
	(void)value;
	freed++;
}

Test(hash, release_frees_values)
{
	struct map map = { 0 };

	map_set(&map, "a", &freed);
	map_set(&map, "b", &freed);
	map_release(&map, count_free);
	cr_expect_eq(freed, 2);
}
