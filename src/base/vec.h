/*
 * Typed growable arrays: `VEC(struct panel) panels;` declares one, zeroed
 * memory is an empty one. Items move when it grows: keep indexes, not pointers.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#define VEC(type)                                                                                                      \
	struct {                                                                                                       \
		type *items;                                                                                           \
		size_t count;                                                                                          \
		size_t capacity;                                                                                       \
	}

/* Append one item by value. */
#define vec_push(vec, ...)                                                                                             \
	do {                                                                                                           \
		vec_reserve_((void **)(void *)&(vec)->items, &(vec)->capacity, (vec)->count + 1,                       \
			     sizeof(*(vec)->items));                                                                   \
		(vec)->items[(vec)->count++] = (__VA_ARGS__);                                                          \
	} while (0)

/* Append one zeroed item and evaluate to its address. */
#define vec_add(vec)                                                                                                   \
	(vec_reserve_((void **)(void *)&(vec)->items, &(vec)->capacity, (vec)->count + 1, sizeof(*(vec)->items)),      \
	 vec_zero_(&(vec)->items[(vec)->count++], sizeof(*(vec)->items)), &(vec)->items[(vec)->count - 1])

/* Free the array itself; items that own memory are the caller's to release first. */
#define vec_release(vec)                                                                                               \
	do {                                                                                                           \
		free((vec)->items);                                                                                    \
		(vec)->items = NULL;                                                                                   \
		(vec)->count = (vec)->capacity = 0;                                                                    \
	} while (0)

#define vec_clear(vec) ((void)((vec)->count = 0))

void vec_reserve_(void **items, size_t *capacity, size_t count, size_t size);
void vec_zero_(void *item, size_t size);

#endif
