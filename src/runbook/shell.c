#include <string.h>

#include "runbook/shell_private.h"

void shell_reader_init(struct shell_reader *reader, const char *text, size_t length, struct arena *arena)
{
	*reader = (struct shell_reader){ .text = text, .length = length, .arena = arena };
	/* A program never gets a NUL, and a shell stops or stumbles over it. */
	reader->failed = length && memchr(text, '\0', length) != NULL;
}

void shell_reader_release(struct shell_reader *reader)
{
	vec_release(&reader->calls.items);
	vec_release(&reader->marks);
	vec_release(&reader->bindings);
	vec_release(&reader->pending);
}

static size_t line_end(const char *text, size_t length, size_t at)
{
	const char *newline = at < length ? memchr(text + at, '\n', length - at) : NULL;

	return newline ? (size_t)(newline - text) : length;
}

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\n';
}

static size_t skip_blanks(const char *text, size_t length, size_t at)
{
	while (at < length && is_blank(text[at]))
		at++;
	return at;
}

void shell_split(const char *text, size_t length, struct shell_units *ret)
{
	for (size_t at = skip_blanks(text, length, 0); at < length; at = skip_blanks(text, length, at)) {
		struct shell_unit unit = { .begin = at, .comment = text[at] == '#' };
		struct arena arena = { 0 };
		struct shell_reader reader;

		shell_reader_init(&reader, text, length, &arena);
		reader.at = at;
		unit.complete = unit.comment || shell_reader_unit(&reader);
		if (unit.comment || !unit.complete)
			unit.end = reader.open ? length : line_end(text, length, reader.at);
		else
			unit.end = reader.at;
		at = unit.end;
		while (unit.end > unit.begin && is_blank(text[unit.end - 1]))
			unit.end--;
		vec_push(&ret->items, unit);
		shell_reader_release(&reader);
		arena_release(&arena);
	}
}

/* $( ) is read before the command it stands in; people read from left to right. */
static int compare_calls(const void *left, const void *right)
{
	const struct shell_call *a = left, *b = right;

	return a->begin < b->begin ? -1 : a->begin > b->begin;
}

void shell_read(const char *text, struct arena *arena, struct shell_calls *ret)
{
	struct shell_reader reader;

	shell_reader_init(&reader, text, strlen(text), arena);
	reader.calls.complete = shell_reader_all(&reader);
	*ret = reader.calls;
	reader.calls = (struct shell_calls){ 0 };
	if (ret->items.count)
		qsort(ret->items.items, ret->items.count, sizeof(ret->items.items[0]), compare_calls);
	shell_reader_release(&reader);
}

void shell_calls_release(struct shell_calls *calls)
{
	vec_release(&calls->items);
}
