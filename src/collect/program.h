/*
 * One run of a program for a collector: its output in one piece and bounded,
 * and, when it went wrong, a reason a person can read, with the last line the
 * program itself said on standard error.
 */
#ifndef COLLECT_PROGRAM_H
#define COLLECT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "loop/child.h"
#include "loop/loop.h"

struct program;

struct program_result {
	struct strbuf *output;            /* complete, or what came until it went wrong; may be taken over */
	const struct child_result *child; /* NULL when it was ended for its output */
	int64_t elapsed_ms, cpu_ms;
	const char
		*reason; /* "" when it ended well, else "exit status 1: connection refused", "over 4 MiB of output" */
};

struct program_options {
	const char *const *arguments; /* as in struct child_program */
	const char *const *environment;
	const char *folder;
	const char *input;
	size_t input_length;
	int64_t timeout_ms;
	size_t limit_bytes; /* of output, and of errors: more ends the program */
	/* Called once. The run is over then and freed after the call. */
	void (*done)(void *user, const struct program_result *result);
	void *user;
};

/* NULL with the reason when it cannot be started; `done` is not called then. */
struct program *program_start(struct loop *loop, const struct program_options *options, struct error *error);

/* Kill it; no call after this. NULL is allowed. */
void program_cancel(struct program *program);

/* Put the last line of `text` that is not blank into `ret`; false and "" when there is none. */
bool program_last_line(const char *text, size_t length, char *ret, size_t size);

#endif
