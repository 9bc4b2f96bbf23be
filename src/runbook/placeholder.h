/* What a command still needs to be told: where it stands, and putting values in, quoted for the shell. */
#ifndef RUNBOOK_PLACEHOLDER_H
#define RUNBOOK_PLACEHOLDER_H

#include "base/error.h"
#include "base/strbuf.h"
#include "runbook/runbook.h"

struct placeholders {
	VEC(struct placeholder) items;
};

/*
 * Find them in a command, in order. `assigned` says whether a variable is given
 * a value before, by the file; may be NULL: none is. Variables of either case
 * count, since an empty one in a command is a danger; the shell's own (HOME,
 * PATH ...), those with a default and those that the command itself sets do
 * not. Redirections and here-documents' markers are none. Names live in the arena.
 */
void placeholder_find(const char *text, bool (*assigned)(void *user, const char *name), void *user, struct arena *arena,
		      struct placeholders *ret);

/*
 * `text` with the values put in. A value is one word of the shell whatever it
 * holds, also inside quotes of either kind: "; rm -rf ~" is a file name at worst.
 * -1 when one has no value (the message names it), or one cannot be put where
 * it stands safely (inside a here-document, a comment, arithmetic, a command for another
 * shell: sh -c, ssh, kubectl exec ... sh -c) and is not made of [A-Za-z0-9._:/@%+=,-]. Refused always: an empty value,
 * one with a control or bidi character, and one that begins with '-' where a word begins, unless "--" stands before it.
 */
int placeholder_fill(const char *text, const struct placeholder *placeholders, size_t count,
		     const char *(*value)(void *user, const char *name), void *user, struct strbuf *ret,
		     struct error *error);

#endif
