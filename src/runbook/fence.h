/*
 * What the text of one code block is, line by line: commands with their
 * comments, output, a query, SQL, configuration, a drawing. Decided by content,
 * the block's label is only a hint: labels lie. When unsure, not a command.
 */
#ifndef RUNBOOK_FENCE_H
#define RUNBOOK_FENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"
#include "runbook/runbook.h"

struct fence_part {
	enum step_kind kind; /* STEP_MANUAL: comment lines that nothing to run follows */
	const char *comment; /* the comment lines above it, '#' taken away, joined by newlines; "" */
	/* Prompts taken away, several commands of one step joined by newlines: behind prompts only one that sets
	 * variables and the one it sets them for. */
	const char *text;
	const char *sample;       /* output that followed it; NULL */
	unsigned line, last_line; /* within the block, from 1; comments included, sample not */
	bool prompted;            /* it had a prompt */
	const char *prompt;       /* that one, without blanks: "[root@node-1 /]#"; "" */
};
struct fence_parts {
	VEC(struct fence_part) items;
};

/*
 * `info` is the fence's info string, "" for an indented block. `hint` is the
 * prose right before the block ("Example output:"), "" when there is none.
 * Parts come in order and cover every line that is not blank.
 */
void fence_read(const char *info, const char *hint, const char *text, size_t length, struct arena *arena,
		struct fence_parts *ret);

#endif
