/*
 * A command, a NUL, and a value: wherever the value is put in, the command
 * runs as many programs with as many words as before, and its names are the
 * same: a value never becomes a part of the command.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "runbook/placeholder.h"
#include "runbook/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *value_of(void *user, const char *name)
{
	(void)name;
	return user;
}

static void check_same_shape(const char *text, const char *filled)
{
	struct arena arena = { 0 };
	struct shell_calls before, after;

	shell_read(text, &arena, &before);
	shell_read(filled, &arena, &after);
	if (before.complete) {
		never(!after.complete || before.items.count != after.items.count);
		for (size_t i = 0; i < before.items.count; i++) {
			const struct shell_call *a = &before.items.items[i], *b = &after.items.items[i];

			never(a->count != b->count || a->assigned_count != b->assigned_count ||
			      a->writes_file != b->writes_file || a->background != b->background);
		}
	}
	shell_calls_release(&before);
	shell_calls_release(&after);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size ? memchr(data, 0, size) : NULL;
	struct arena arena = { 0 };
	struct placeholders found = { 0 };
	struct strbuf filled = STRBUF_INIT;
	struct error error = { "" };
	char *text, *value;
	size_t end = 0;

	if (!cut)
		return 0;
	text = strndup((const char *)data, (size_t)(cut - data));
	value = strndup((const char *)cut + 1, size - (size_t)(cut - data) - 1);
	placeholder_find(text, NULL, NULL, &arena, &found);
	for (size_t i = 0; i < found.items.count; i++) {
		const struct placeholder *item = &found.items.items[i];

		never(item->begin < end || item->begin >= item->end || item->end > strlen(text) || !item->name[0]);
		end = item->end;
	}
	if (placeholder_fill(text, found.items.items, found.items.count, value_of, value, &filled, &error) == 0)
		check_same_shape(text, filled.text);
	else
		always(error.text[0] && !filled.length);
	strbuf_release(&filled);
	vec_release(&found.items);
	arena_release(&arena);
	free(text);
	free(value);
	return 0;
}
