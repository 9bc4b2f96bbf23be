#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_MAX   ((size_t)256 * 1024)
#define ALIGNMENT   alignof(max_align_t)

struct arena_block {
	struct arena_block *next;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

void arena_release(struct arena *arena)
{
	struct arena_block *block, *next;

	if (!arena)
		return;
	for (block = arena->block; block; block = next) {
		next = block->next;
		free(block);
	}
	arena_init(arena);
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	size_t bytes;
	struct arena_block *block;

	if (__builtin_add_overflow(sizeof(*block), size, &bytes))
		bytes = SIZE_MAX;
	block = mem_alloc(bytes);
	block->size = size;
	block->used = 0;
	arena->total += bytes;
	return block;
}

/* A block with room for `size` bytes at its front, or behind the front when the piece is large. */
static struct arena_block *block_for(struct arena *arena, size_t size)
{
	struct arena_block *front = arena->block, *block;
	size_t standard;

	if (front && front->size - front->used >= size)
		return front;
	standard = front ? front->size * 2 : BLOCK_FIRST;
	if (standard > BLOCK_MAX)
		standard = BLOCK_MAX;
	if (standard < BLOCK_FIRST)
		standard = BLOCK_FIRST;
	if (front && size > standard / 4) {
		/* What is left of the front block stays in use. */
		block = block_new(arena, size);
		block->next = front->next;
		front->next = block;
		return block;
	}
	block = block_new(arena, size > standard ? size : standard);
	block->next = front;
	arena->block = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block;
	void *memory;

	if (size > SIZE_MAX - ALIGNMENT)
		return mem_alloc(size); /* aborts */
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!size)
		size = ALIGNMENT;
	block = block_for(arena, size);
	memory = block->data + block->used;
	block->used += size;
	memset(memory, 0, size);
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = SIZE_MAX;
	return arena_alloc(arena, bytes);
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	size_t used = strnlen(text, length);
	char *copy = arena_alloc(arena, used + 1);

	memcpy(copy, text, used);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text, *copy;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	copy = arena_strdup(arena, text ? text : "");
	free(text);
	return copy;
}
