#include "collect/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Of what it says on standard error only the end is of interest. */
#define ERRORS_KEPT 4096

struct program {
	struct loop *loop;
	struct child *child;
	struct strbuf output, errors;
	size_t error_bytes, limit_bytes;
	int64_t begun_ms;
	void (*done)(void *user, const struct program_result *result);
	void *user;
};

static bool is_blank(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

bool program_last_line(const char *text, size_t length, char *ret, size_t size)
{
	size_t begin;

	while (length && (is_blank(text[length - 1]) || !text[length - 1]))
		length--;
	begin = length;
	while (begin && text[begin - 1] != '\n' && text[begin - 1] != '\r')
		begin--;
	while (begin < length && is_blank(text[begin]))
		begin++;
	snprintf(ret, size, "%.*s", (int)(length - begin < size ? length - begin : size - 1), text + begin);
	return *ret;
}

static void program_free(struct program *program)
{
	child_free(program->child);
	strbuf_release(&program->output);
	strbuf_release(&program->errors);
	free(program);
}

static void end(struct program *program, const struct child_result *child, const char *why)
{
	char reason[320], line[200];
	struct program_result result = {
		.output = &program->output,
		.child = child,
		.elapsed_ms = loop_monotonic_now_ms(program->loop) - program->begun_ms,
		.cpu_ms = child ? child->cpu_ms : 0,
		.reason = reason,
	};

	if (why && *why && program_last_line(program->errors.text, program->errors.length, line, sizeof(line)))
		snprintf(reason, sizeof(reason), "%s: %s", why, line);
	else
		snprintf(reason, sizeof(reason), "%s", why ? why : "");
	program->done(program->user, &result);
	program_free(program);
}

static void end_flood(struct program *program, const char *what)
{
	char why[80];

	if (program->limit_bytes >= 1024u * 1024)
		snprintf(why, sizeof(why), "over %zu MiB of %s", program->limit_bytes / (1024u * 1024), what);
	else
		snprintf(why, sizeof(why), "over %zu bytes of %s", program->limit_bytes, what);
	child_free(program->child);
	program->child = NULL;
	/* What a flood says last is no explanation. */
	strbuf_clear(&program->errors);
	end(program, NULL, why);
}

static void on_data(void *user, enum child_stream stream, const char *data, size_t length)
{
	struct program *program = user;

	if (stream == CHILD_OUTPUT) {
		size_t room = program->limit_bytes - program->output.length;

		strbuf_add(&program->output, data, length < room ? length : room);
		if (length > room)
			end_flood(program, "output");
		return;
	}
	program->error_bytes += length;
	if (program->error_bytes > program->limit_bytes) {
		end_flood(program, "errors");
		return;
	}
	strbuf_add(&program->errors, data, length);
	if (program->errors.length > 2 * ERRORS_KEPT) {
		memmove(program->errors.text, program->errors.text + program->errors.length - ERRORS_KEPT, ERRORS_KEPT);
		strbuf_truncate(&program->errors, ERRORS_KEPT);
	}
}

static void on_done(void *user, const struct child_result *result)
{
	end(user, result, result->reason);
}

struct program *program_start(struct loop *loop, const struct program_options *options, struct error *error)
{
	struct program *program = mem_zalloc(sizeof(*program));
	struct child_program child = {
		.arguments = options->arguments,
		.environment = options->environment,
		.folder = options->folder,
		.input = options->input,
		.input_length = options->input_length,
		.timeout_ms = options->timeout_ms,
		.on_data = on_data,
		.done = on_done,
		.user = program,
	};

	program->loop = loop;
	program->limit_bytes = options->limit_bytes;
	program->done = options->done;
	program->user = options->user;
	program->begun_ms = loop_monotonic_now_ms(loop);
	strbuf_init(&program->output);
	strbuf_init(&program->errors);
	program->child = child_start(loop, &child, error);
	if (program->child)
		return program;
	program_free(program);
	return NULL;
}

void program_cancel(struct program *program)
{
	if (program)
		program_free(program);
}
