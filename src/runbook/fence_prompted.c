#include <string.h>

#include "runbook/fence_guess.h"
#include "runbook/fence_private.h"
#include "runbook/fence_prompt.h"
#include "runbook/program.h"
#include "runbook/shell_private.h"

#define COMMAND_LINES_MAX 500

static enum fence_prompt prompt_at(const struct fence *fence, size_t line, size_t *ret_length)
{
	return fence_prompt(fence->lines.items[line].text, fence->lines.items[line].length, ret_length);
}

static const char *behind(const struct fence *fence, size_t line, size_t prompt)
{
	return arena_strndup(fence->arena, fence->lines.items[line].text + prompt,
			     fence->lines.items[line].length - prompt);
}

/* A line without a prompt that begins as commands do: "echo done", which prose and output may begin with too. */
static bool may_be_command(const char *text)
{
	char name[32];
	size_t length = strcspn(text, " \t");

	if (fence_guess_command(text) == GUESS_LIKELY)
		return true;
	if (length >= sizeof(name))
		return false;
	memcpy(name, text, length);
	name[length] = '\0';
	return fence_guess_command(text) != GUESS_NO && program_look_up(name) != PROGRAM_UNKNOWN;
}

/* "# " is root's prompt when each such line is a known command, and nothing else in the block may be one: what is a
 * comment is never run. */
static bool is_root(const struct fence *fence)
{
	size_t commands = 0;

	for (size_t i = 0; i < fence->lines.count; i++) {
		size_t length;
		const char *text;

		if (fence_is_blank(fence, i))
			continue;
		if (prompt_at(fence, i, &length) == PROMPT_HASH) {
			text = behind(fence, i, length);
			if (text[0] == '#' || fence_guess_command(text) != GUESS_LIKELY ||
			    text[strlen(text) - 1] == ':')
				return false;
			commands++;
		} else if (may_be_command(behind(fence, i, 0))) {
			return false;
		}
	}
	return commands > 0;
}

static bool is_prompt(enum fence_prompt kind, bool hash)
{
	return kind == PROMPT_SHELL || kind == PROMPT_SQL || kind == PROMPT_OTHER || (kind == PROMPT_HASH && hash);
}

/* Does the shell wait for more? */
static bool is_open(const char *text)
{
	size_t length = strlen(text), slashes = 0;
	struct arena arena = { 0 };
	struct shell_reader reader;
	bool open;

	while (slashes < length && text[length - 1 - slashes] == '\\')
		slashes++;
	shell_reader_init(&reader, text, length, &arena);
	open = !reader.failed && !shell_reader_all(&reader) && reader.open;
	shell_reader_release(&reader);
	arena_release(&arena);
	return open || slashes % 2;
}

/* The command with the lines it goes on over; `ret_end` is the line behind it. False: it never ends. */
static bool gather(struct fence *fence, size_t line, size_t prompt, bool hash, const char **ret_text, size_t *ret_end)
{
	struct strbuf buf = STRBUF_INIT;
	size_t end = line + 1;
	bool open;

	strbuf_addstr(&buf, behind(fence, line, prompt));
	while ((open = is_open(buf.text)) && end < fence->lines.count && end - line < COMMAND_LINES_MAX) {
		size_t length;
		enum fence_prompt kind = prompt_at(fence, end, &length);

		/* A here-document's line may begin as a prompt does. */
		if (buf.length > fence->budget || (is_prompt(kind, hash) && !strstr(buf.text, "<<")))
			break;
		fence->budget -= buf.length;
		strbuf_addch(&buf, '\n');
		strbuf_addstr(&buf, behind(fence, end, kind == PROMPT_MORE ? length : 0));
		end++;
	}
	*ret_text = open ? behind(fence, line, prompt) : arena_strndup(fence->arena, buf.text, buf.length);
	*ret_end = open ? line + 1 : end;
	strbuf_release(&buf);
	return !open;
}

/* The line behind the here-document of a command that has no prompt; 0 when it has none. What stands in it may begin as
 * a prompt does, and is none. */
static size_t behind_document(struct fence *fence, size_t line)
{
	const char *first = behind(fence, line, 0);
	const char *text;
	size_t end;

	if (!strstr(first, "<<") || fence_is_comment(fence, line) || !gather(fence, line, 0, false, &text, &end))
		return 0;
	return may_be_command(text) ? end : 0;
}

bool fence_has_prompts(struct fence *fence, bool *ret_hash)
{
	size_t length;

	*ret_hash = false;
	if (fence->label == LABEL_CONFIG || fence->label == LABEL_CODE || fence->label == LABEL_DRAWING)
		return false;
	for (size_t i = 0; i < fence->lines.count;) {
		enum fence_prompt kind = prompt_at(fence, i, &length);
		size_t next;

		if (kind == PROMPT_SHELL || kind == PROMPT_SQL || kind == PROMPT_OTHER)
			return true;
		next = kind == PROMPT_NONE ? behind_document(fence, i) : 0;
		i = next ? next : i + 1;
	}
	*ret_hash = is_root(fence);
	return *ret_hash;
}

static bool parses(const char *text)
{
	struct arena arena = { 0 };
	struct shell_calls calls;
	bool complete;

	shell_read(text, &arena, &calls);
	complete = calls.complete && calls.items.count;
	shell_calls_release(&calls);
	arena_release(&arena);
	return complete;
}

/* What stands behind a shell's prompt: a command, unless it is none of the shell's. */
static enum step_kind kind_of(const struct fence *fence, enum fence_prompt prompt, const char *text)
{
	if (prompt == PROMPT_SQL)
		return STEP_SQL;
	if (prompt == PROMPT_OTHER)
		return STEP_UNKNOWN;
	if (fence_is_promql(text, fence->label == LABEL_PROMQL))
		return STEP_QUERY;
	if (fence_is_sql(text, false))
		return STEP_SQL;
	return parses(text) && !(text[0] >= '0' && text[0] <= '9') ? STEP_COMMAND : STEP_UNKNOWN;
}

/* The prompt that ends before `length`, blanks around it taken away. */
static const char *prompt_text(const struct fence *fence, size_t line, size_t length)
{
	const char *text = fence->lines.items[line].text;
	size_t begin = 0;

	while (begin < length && (text[begin] == ' ' || text[begin] == '\t'))
		begin++;
	while (length > begin && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return arena_strndup(fence->arena, text + begin, length - begin);
}

static void read_command(struct fence *fence, enum fence_prompt prompt, size_t *line, size_t length, bool hash)
{
	size_t first = *line;
	const char *text;
	size_t end;
	bool whole = gather(fence, *line, length, hash, &text, &end);
	enum step_kind kind = whole ? kind_of(fence, prompt, text) : STEP_UNKNOWN;
	bool joins = fence->assigns && fence->part.kind == STEP_COMMAND && !fence->sample.length &&
		     fence->part.last_line == *line && kind == STEP_COMMAND;

	/* A variable alone does nothing: it belongs to the command that it is set for. */
	if (fence->text.length && !joins)
		fence_flush(fence);
	fence->assigns = fence_is_assignment(text);
	fence_add_text(fence, kind, text, *line, end - 1);
	/* Of several commands in one step the first says whose shell it is. */
	if (!fence->part.prompted)
		fence->part.prompt = prompt_text(fence, first, length);
	fence->part.prompted = true;
	*line = end;
}

/* Is there a prompt behind these comments and blank lines? Else they are notes, or what a program printed. */
static bool leads_to_prompt(const struct fence *fence, size_t line, bool hash)
{
	size_t length;

	while (line < fence->lines.count && (fence_is_blank(fence, line) || fence_is_comment(fence, line)))
		line++;
	return line < fence->lines.count && is_prompt(prompt_at(fence, line, &length), hash);
}

static bool is_at_end(const struct fence *fence, size_t line)
{
	while (line < fence->lines.count && (fence_is_blank(fence, line) || fence_is_comment(fence, line)))
		line++;
	return line == fence->lines.count;
}

/* Lines without a prompt, up to `end`. */
static void read_output(struct fence *fence, size_t line, size_t end)
{
	if (fence->text.length && fence->part.prompted) {
		for (; line < end; line++)
			fence_add_sample(fence, line);
		return;
	}
	if (fence->part.kind == STEP_MANUAL)
		fence_flush(fence);
	fence_add_text(fence, STEP_OUTPUT, fence_join(fence, line, end), line, end - 1);
}

/* With prompts: each prompt's command is a step with what it printed; lines without one are output. */
void fence_read_prompted(struct fence *fence, bool hash)
{
	for (size_t line = 0; line < fence->lines.count;) {
		size_t length;
		enum fence_prompt prompt = prompt_at(fence, line, &length);

		if (is_prompt(prompt, hash)) {
			read_command(fence, prompt, &line, length, hash);
			continue;
		}
		if (fence_is_blank(fence, line)) {
			if (fence->sample.length)
				strbuf_addch(&fence->sample, '\n');
			else if (!fence->text.length)
				fence_flush(fence);
		} else if (fence_is_comment(fence, line) &&
			   (leads_to_prompt(fence, line, hash) || (is_at_end(fence, line) && !fence->sample.length))) {
			if (fence->text.length)
				fence_flush(fence);
			fence_add_comment(fence, line);
		} else {
			size_t end = behind_document(fence, line);

			end = end ? end : line + 1;
			read_output(fence, line, end);
			line = end;
			continue;
		}
		line++;
	}
	fence_flush(fence);
}
