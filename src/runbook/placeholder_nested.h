/* Which programs take a part of their arguments for a text of a language: there a value would need a second quoting. */
#ifndef RUNBOOK_PLACEHOLDER_NESTED_H
#define RUNBOOK_PLACEHOLDER_NESTED_H

#include "base/vec.h"
#include "runbook/shell_private.h"

/* A word of a command that names such a program. */
struct placeholder_taker {
	size_t call, word; /* indexes */
	int how;
};

/* All of a command, found once for all its places. */
struct placeholder_takers {
	VEC(struct placeholder_taker) items; /* in order */
	bool piped;                          /* something in it may flow into something else */
};

/* `reader` has read the whole command. */
void placeholder_takers_find(const struct shell_reader *reader, struct placeholder_takers *ret);
void placeholder_takers_release(struct placeholder_takers *takers);

/* Does the place stand in such a text, or may it flow into one through a pipe? */
bool placeholder_is_nested(const struct placeholder_takers *takers, const struct shell_reader *reader,
			   const struct shell_mark *mark);

#endif
