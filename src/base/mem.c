#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static void __attribute__((noreturn)) out_of_memory(size_t count, size_t size)
{
	log_line(LOG_LEVEL_ERROR, "out of memory: %zu x %zu bytes", count, size);
	abort();
}

/* malloc(0) may give NULL, which here would look like a failure. */
static size_t at_least_one(size_t size)
{
	return size ? size : 1;
}

void *mem_alloc(size_t size)
{
	void *memory = malloc(at_least_one(size));

	if (!memory)
		out_of_memory(1, size);
	return memory;
}

void *mem_zalloc(size_t size)
{
	return mem_array(1, size);
}

void *mem_array(size_t count, size_t size)
{
	void *memory = calloc(at_least_one(count), at_least_one(size));

	if (!memory)
		out_of_memory(count, size);
	return memory;
}

void *mem_resize(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, at_least_one(count), at_least_one(size));

	if (!memory)
		out_of_memory(count, size);
	return memory;
}

char *mem_strdup(const char *text)
{
	return text ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *text, size_t length)
{
	size_t used = strnlen(text, length);
	char *copy = mem_alloc(used + 1);

	memcpy(copy, text, used);
	copy[used] = '\0';
	return copy;
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		out_of_memory(1, strlen(format));
	return text;
}
