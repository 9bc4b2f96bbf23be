/* Lines of logs, in every format, and filters as typed: the first line is the filter, the rest are lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "base/error.h"
#include "base/hash.h"
#include "logs/log_filter.h"
#include "logs/log_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct line_text text, const char *line, size_t length, const char *space, size_t space_size)
{
	bool in_line = text.text >= line && text.text + text.length <= line + length;
	bool in_space = text.text >= space && text.text + text.length <= space + space_size;

	never(text.text && text.length && !in_line && !in_space);
}

static void parse(const char *text, size_t length, struct log_match *match)
{
	static struct log_line line;
	size_t space_size = log_line_space(length);
	char *space = malloc(space_size), *copy = malloc(length + 1);

	memcpy(copy, text, length);
	for (int format = 0; format < LINE_FORMATS; format++) {
		struct line_parser parser = { .format = (enum line_format)format, .now_ms = INT64_C(1795348800000) };
		struct line_text value;
		size_t offset = 0, start, found;

		log_line_parse(&line, &parser, copy, length, space);
		check(line.message, copy, length, space, space_size);
		check(line.component, copy, length, space, space_size);
		never(line.field_count > LOG_LINE_FIELDS || line.level >= LINE_LEVELS || line.shape >= LINE_SHAPES);
		/* Names and some values may be constants; reading them shows whether they are there. */
		for (unsigned i = 0; i < line.field_count; i++)
			if (!hash_bytes(line.fields[i].name.text, line.fields[i].name.length) ||
			    !hash_bytes(line.fields[i].value.text, line.fields[i].value.length))
				continue;
		log_line_get(&line, "component", &value);
		/* What passes must not have been ruled out by the raw look. */
		never(log_match_line(match, &line, copy, length) && !log_match_raw(match, copy, length));
		for (int i = 0; i < 50 && log_match_find(match, copy, length, &offset, &start, &found); i++)
			never(start + found > length);
	}
	free(copy);
	free(space);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *end = text + size, *newline = memchr(data, '\n', size);
	struct log_filter *filter = NULL;
	struct log_match *match;
	struct error error;

	if (newline) {
		char *typed = strndup(text, (size_t)(newline - text));

		filter = log_filter_read(typed, &error);
		free(typed);
		text = newline + 1;
	}
	match = log_match_new(filter);
	do {
		newline = memchr(text, '\n', (size_t)(end - text));
		parse(text, (size_t)((newline ? newline : end) - text), match);
		text = newline ? newline + 1 : end;
	} while (text < end);
	log_match_free(match);
	log_filter_drop(filter);
	return 0;
}
