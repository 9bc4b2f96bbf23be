#include <string.h>

#include "runbook/fence_guess.h"
#include "runbook/fence_private.h"
#include "runbook/shell_private.h"

/* So much of a block is looked at for one command's end. */
#define COMMAND_MAX (64u * 1024)

/* Where the whole command that begins on `line` ends; false when it does not parse. `ret_end`: the line behind it. */
static bool command_end(struct fence *fence, size_t line, size_t *ret_end)
{
	const struct fence_line *last = &fence->lines.items[fence->lines.count - 1];
	const char *begin = fence->lines.items[line].text;
	size_t length = (size_t)(last->text + last->length - begin);
	struct arena arena = { 0 };
	struct shell_reader reader;
	bool complete;

	if (length > COMMAND_MAX)
		length = COMMAND_MAX;
	if (length > fence->budget)
		return false;
	shell_reader_init(&reader, begin, length, &arena);
	complete = !reader.failed && shell_reader_unit(&reader);
	if (!complete)
		fence->budget -= reader.at < length ? reader.at : length;
	*ret_end = line + 1;
	while (*ret_end < fence->lines.count && fence->lines.items[*ret_end].text < begin + reader.at)
		(*ret_end)++;
	shell_reader_release(&reader);
	arena_release(&arena);
	return complete;
}

/* May a line be a command here? Behind output only what certainly is one. */
static bool accepts(const struct fence *fence, const char *text, bool behind_output)
{
	enum fence_guess guess = fence_guess_command(text);

	if (fence->hints_output || fence->label != LABEL_SHELL || behind_output)
		return guess == GUESS_LIKELY;
	return guess != GUESS_NO;
}

/* PromQL, or SQL, up to the next blank line. */
static bool read_paragraph(struct fence *fence, size_t *line)
{
	size_t end = *line;
	const char *text;
	enum step_kind kind;

	while (end < fence->lines.count && !fence_is_blank(fence, end))
		end++;
	text = fence_join(fence, *line, end);
	if (fence_is_promql(text, fence->label == LABEL_PROMQL))
		kind = STEP_QUERY;
	else if (fence_is_sql(text, fence->label == LABEL_SQL))
		kind = STEP_SQL;
	else
		return false;
	if (fence->part.kind != STEP_MANUAL)
		fence_flush(fence);
	fence_add_text(fence, kind, text, *line, end - 1);
	fence_flush(fence);
	*line = end;
	return true;
}

/* What is no command: the sample of the command above it, else a part of its own, up to the next blank line. */
static void read_refused(struct fence *fence, size_t *line, bool after_command)
{
	size_t end = *line;

	/* The rest of what did not parse is no command either. */
	while (end < fence->lines.count && !fence_is_blank(fence, end))
		end++;
	if (after_command) {
		for (size_t i = *line; i < end; i++)
			fence_add_sample(fence, i);
	} else {
		fence_flush(fence);
		fence_add_text(fence, fence_refused_kind(fence, *line), fence_join(fence, *line, end), *line, end - 1);
		fence_flush(fence);
	}
	*line = end;
}

/* A comment that ends the block's commands names nothing: it is a note of its own. */
static bool names_something(const struct fence *fence, size_t line)
{
	while (line < fence->lines.count && fence_is_comment(fence, line))
		line++;
	return line < fence->lines.count && !fence_is_blank(fence, line);
}

static void read_comment(struct fence *fence, size_t line, bool after_blank)
{
	if (fence->text.length && (after_blank || !names_something(fence, line)))
		fence_flush(fence);
	else if (!fence->text.length && after_blank)
		fence_flush(fence);
	if (fence->text.length)
		fence_add_text(fence, fence->part.kind, fence_join(fence, line, line + 1), line, line);
	else
		fence_add_comment(fence, line);
}

/*
 * Without prompts: comments name a step, commands under them are of it up to a
 * blank line and the next comment; without comments consecutive commands are
 * one step, and a blank line ends it.
 */
void fence_read_plain(struct fence *fence)
{
	bool after_blank = true, refused = false;

	for (size_t line = 0; line < fence->lines.count;) {
		size_t end;
		bool commands = fence->part.kind == STEP_COMMAND && fence->text.length;

		if (fence_is_blank(fence, line)) {
			if (fence->sample.length)
				strbuf_addch(&fence->sample, '\n');
			after_blank = true;
			line++;
			continue;
		}
		if (fence_is_comment(fence, line) && !(commands && fence->sample.length && !after_blank)) {
			read_comment(fence, line++, after_blank);
		} else if (command_end(fence, line, &end) && accepts(fence, fence_join(fence, line, end), refused) &&
			   !(fence->sample.length && !after_blank && !refused)) {
			if (commands && (fence->sample.length || (after_blank && !fence->comment.length)))
				fence_flush(fence);
			fence_add_text(fence, STEP_COMMAND, fence_join(fence, line, end), line, end - 1);
			line = end;
			refused = false;
		} else if (!read_paragraph(fence, &line)) {
			read_refused(fence, &line, commands);
			refused = true;
		}
		after_blank = false;
	}
	fence_flush(fence);
}
