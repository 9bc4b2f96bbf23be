/*
 * The command line: one table, one row a command. What it does by hand is
 * what keys do, and what no key can say: a theme, a length, a moment, a value.
 */
#ifndef UI_VIEW_COMMAND_H
#define UI_VIEW_COMMAND_H

#include "base/error.h"
#include "ui/view/console.h"

struct line_command {
	const char *name;
	const char *words; /* "NAME=VALUE"; "" when it takes none */
	const char *help;
	bool acts; /* not in watch mode */
	/* `argument` is what follows the name, without blanks around it. */
	int (*run)(struct console *console, const char *argument, struct error *error);
	/* Append what the argument could be. May be NULL. */
	void (*complete)(const struct console *console, const char *argument, struct prompt_candidates *ret);
};

const struct line_command *line_command_table(size_t *ret_count);

/* Run one line ("range 1h"). A name may be shortened as long as it is the only one that begins so. */
int line_command_run(struct console *console, const char *line, struct error *error);

/* For the prompt: whole lines that complete `text`; `user` is the console. */
void line_command_complete(void *user, const char *text, struct prompt_candidates *ret);

/* The key that opens it. */
bool line_command_open(struct console *console, enum action action);

#endif
