#include <criterion/criterion.h>

#include <stdalign.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"

TestSuite(mem);

Test(mem, strings)
{
	char *text = mem_strndup("abcdef", 3);

	cr_expect_str_eq(text, "abc");
	free(text);
	text = mem_strndup("ab", 10);
	cr_expect_str_eq(text, "ab");
	free(text);
	cr_expect_null(mem_strdup(NULL));
	text = mem_printf("%d%s", 1, "x");
	cr_expect_str_eq(text, "1x");
	free(text);
}

Test(mem, nothing_is_still_something)
{
	void *nothing = mem_alloc(0), *array = mem_array(0, 8), *resized = mem_resize(NULL, 0, 8);

	cr_expect_not_null(nothing);
	cr_expect_not_null(array);
	cr_expect_not_null(resized);
	free(nothing);
	free(array);
	free(resized);
}

Test(mem, vec_pushes_and_adds)
{
	VEC(int) numbers = { 0 };
	VEC(struct pair {
		int a;
		int b;
	})
	pairs = { 0 };

	for (int i = 0; i < 1000; i++)
		vec_push(&numbers, i);
	cr_expect_eq(numbers.count, 1000);
	cr_expect_eq(numbers.items[999], 999);
	vec_clear(&numbers);
	cr_expect_eq(numbers.count, 0);
	vec_release(&numbers);
	cr_expect_null(numbers.items);

	vec_push(&pairs, (struct pair){ 1, 2 });
	vec_add(&pairs)->b = 7;
	cr_expect_eq(pairs.count, 2);
	cr_expect_eq(pairs.items[0].b, 2);
	cr_expect_eq(pairs.items[1].a, 0);
	cr_expect_eq(pairs.items[1].b, 7);
	vec_release(&pairs);
}

Test(mem, arena_is_aligned_and_zeroed)
{
	struct arena arena = { 0 };

	for (size_t size = 0; size < 5000; size += 37) {
		unsigned char *memory = arena_alloc(&arena, size);

		cr_assert_eq((uintptr_t)memory % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			cr_assert_eq(memory[i], 0);
		memset(memory, 0xff, size);
	}
	arena_release(&arena);
	cr_expect_eq(arena.total, 0);
	arena_release(&arena);
	arena_release(NULL);
}

Test(mem, arena_pointers_stay)
{
	struct arena arena = { 0 };
	char *first = arena_strdup(&arena, "first");
	char *large = arena_alloc(&arena, 3000000);
	char *texts[500];

	large[2999999] = 'x';
	for (int i = 0; i < 500; i++)
		texts[i] = arena_printf(&arena, "text %d", i);
	cr_expect_str_eq(first, "first");
	cr_expect_str_eq(texts[0], "text 0");
	cr_expect_str_eq(texts[499], "text 499");
	cr_expect_str_eq(arena_strndup(&arena, "abcdef", 2), "ab");
	cr_expect_null(arena_strdup(&arena, NULL));
	/* Large pieces do not waste the block in use. */
	cr_expect_lt(arena.total, 3000000 + 100000);
	arena_release(&arena);
}
