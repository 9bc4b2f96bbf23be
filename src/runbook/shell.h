/*
 * As much of the shell's grammar (POSIX, with bash's loops, here-strings and
 * [[ ]]) as telling where a command ends needs, and which programs it names.
 * Nothing is expanded. A text that does not parse to its end is one unit that
 * is not `complete`.
 */
#ifndef RUNBOOK_SHELL_H
#define RUNBOOK_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"

/* One whole command as a person types it: continuation lines, loops, quotes and here-documents are never split. */
struct shell_unit {
	size_t begin, end; /* in the text; `end` without the newline */
	bool comment;      /* only a comment */
	bool complete;     /* false: a quote, loop or here-document is open at the end */
};
struct shell_units {
	VEC(struct shell_unit) items;
};

/* Blank lines belong to no unit. */
void shell_split(const char *text, size_t length, struct shell_units *ret);

/* One program that is run, wherever it stands: in a pipeline, a loop's body, $( ), after && and so on. */
struct shell_call {
	const char **words; /* the program and its arguments, quotes taken away; NULL ends them */
	size_t count;
	size_t begin, end;     /* in the text */
	const char **assigned; /* names set before it: A=1 cmd, or alone */
	size_t assigned_count;
	bool writes_file; /* a redirection into a file other than /dev/null, or a descriptor */
	bool reads_file;  /* input from a file or here-document */
	bool dynamic;     /* the program's name is not a plain word ($X, $(...)) */
	bool background;  /* & */
	bool literal;     /* every word is plain: nothing is expanded in it */
};
struct shell_calls {
	VEC(struct shell_call) items;
	bool complete; /* false: it did not parse; nothing can be said of it */
};

/* What `text` runs; strings live in the arena. */
void shell_read(const char *text, struct arena *arena, struct shell_calls *ret);
void shell_calls_release(struct shell_calls *calls);

#endif
