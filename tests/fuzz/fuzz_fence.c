/*
 * Code blocks, behind a byte that chooses label and hint: parts come in order,
 * cover every line that is not blank once (a sample with the part before it),
 * and what is offered as a command is one whole command.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "runbook/fence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const infos[] = { "", "bash", "console", "text", "promql", "sql", "yaml", "python" };

static unsigned count_lines(const char *text, size_t length)
{
	unsigned lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines + (length && text[length - 1] != '\n');
}

static bool is_blank_line(const char *text, size_t length, unsigned number)
{
	unsigned line = 1;

	for (size_t i = 0; i < length; i++) {
		if (line == number && !strchr(" \t\r\n", text[i]))
			return false;
		if (line == number && !text[i])
			return false;
		line += text[i] == '\n';
	}
	return true;
}

static unsigned sample_lines(const struct fence_part *part)
{
	return part->sample ? count_lines(part->sample, strlen(part->sample)) : 0;
}

static void check_part(const struct fence_part *part, unsigned lines)
{
	never(part->line < 1 || part->last_line < part->line || part->last_line > lines || !part->comment ||
	      !part->text || part->kind >= STEP_KINDS);
	never(part->kind == STEP_MANUAL && part->text[0]);
	never(part->kind == STEP_COMMAND && !part->text[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct fence_parts parts = { 0 };
	unsigned last = 0, lines;
	char *text;

	if (!size)
		return 0;
	text = malloc(size);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	lines = count_lines(text, size - 1);
	fence_read(infos[data[0] % 8], data[0] & 8 ? "Example output:" : "", text, size - 1, &arena, &parts);
	for (size_t i = 0; i < parts.items.count; i++) {
		const struct fence_part *part = &parts.items.items[i];

		check_part(part, lines);
		never(part->line <= last);
		/* Between two parts there is nothing, or the sample of the first. */
		for (unsigned line = last + 1; line < part->line; line++) {
			never(!is_blank_line(text, size - 1, line) && (!i || !sample_lines(&parts.items.items[i - 1])));
		}
		last = part->last_line;
	}
	for (unsigned line = last + 1; line <= lines; line++) {
		never(!is_blank_line(text, size - 1, line) &&
		      (!parts.items.count || !sample_lines(&parts.items.items[parts.items.count - 1])));
	}
	vec_release(&parts.items);
	arena_release(&arena);
	free(text);
	return 0;
}
