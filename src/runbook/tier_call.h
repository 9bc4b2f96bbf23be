/*
 * How a call's arguments are read without knowing the program: which words are
 * its subcommands and operands, whether a flag is among them, and which other
 * command it runs.
 */
#ifndef RUNBOOK_TIER_CALL_H
#define RUNBOOK_TIER_CALL_H

#include "base/arena.h"
#include "runbook/shell.h"

#define TIER_OPERANDS_MAX 8

/* The first words that are neither options nor options' values; [0] is the program's name without its folder. */
struct tier_operands {
	const char *words[TIER_OPERANDS_MAX];
	size_t indexes[TIER_OPERANDS_MAX]; /* in the call */
	size_t count;
};

void tier_operands(const struct shell_call *call, struct tier_operands *ret);

/* Do the operands begin with those of `pattern`, words divided by blanks, each a glob? The number of words; 0: no. */
size_t tier_matches(const struct tier_operands *operands, const char *pattern);

/* "kubectl get" of the operands' first `count` words. */
const char *tier_title(const struct tier_operands *operands, size_t count, struct arena *arena);

/*
 * Is one of `flags` ("-f --follow", divided by blanks) among the call's options? A single letter is found within a
 * cluster (-tf), unless `exact`; a long one also as --flag=value. Behind "--" none are looked for.
 */
const char *tier_flag(const struct shell_call *call, const char *flags, bool exact);

/* A word that is known only when it runs: an expansion begins it. */
bool tier_is_unknown(const char *word);

enum tier_inner_kind {
	INNER_NONE,
	INNER_WORDS,   /* its last words are a command */
	INNER_TEXT,    /* an argument is a text for a shell */
	INNER_UNKNOWN, /* it runs what cannot be seen: a script, input, a shell to type in */
};

struct tier_inner {
	enum tier_inner_kind kind;
	struct shell_call call; /* of INNER_WORDS */
	const char *text;       /* of INNER_TEXT */
	bool terminal;          /* a shell to type in */
	bool bounded;           /* ends by itself whatever it runs: timeout */
};

struct tier_inner tier_inner(const struct shell_call *call, struct arena *arena);

/* Values of these make programs run other programs. */
bool tier_is_harmful_variable(const char *name);

#endif
