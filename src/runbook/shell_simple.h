/* One simple command of the shell: assignments, words and redirections; and what may stand behind any command. */
#ifndef RUNBOOK_SHELL_SIMPLE_H
#define RUNBOOK_SHELL_SIMPLE_H

#include "runbook/shell_private.h"

/* What the redirections of one command do. */
struct shell_redirects {
	bool writes, reads;
};

/* Read redirections as long as there are some. */
bool shell_redirects(struct shell_reader *reader, struct shell_redirects *ret);

/* `ret_function`: it was `NAME (`, whose body follows; `at` behind the ")". */
bool shell_simple(struct shell_reader *reader, bool *ret_function);

/* A call that is grammar, as [[ and (( are: `name` is its only word. */
void shell_push_plain(struct shell_reader *reader, const char *name, size_t begin);

#endif
