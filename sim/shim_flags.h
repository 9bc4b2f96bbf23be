/*
 * Flags as the tools read them: rows of one table a tool, "--name value",
 * "--name=value", "-n value", "-nvalue" and letters together as "-it". What
 * is not in the table is refused in the tool's own words.
 */
#ifndef SIM_SHIM_FLAGS_H
#define SIM_SHIM_FLAGS_H

#include "base/vec.h"
#include "sim/shim.h"

struct shim_flag {
	const char *of;   /* the subcommands that know it, "get describe"; NULL: all of them */
	const char *name; /* without dashes; NULL: only the letter */
	char letter;      /* 0: only the name */
	bool value;       /* something follows */
};

/* Whose manner of refusing: pflag (kubectl, docker), getopt (ping, psql ...), curl. */
enum shim_manner { MANNER_PFLAG, MANNER_GETOPT, MANNER_CURL };

struct shim_grammar {
	const struct shim_flag *flags; /* ends with a row without name and letter */
	enum shim_manner manner;
	bool words_end; /* flags end with the first word that is none: what follows belongs to another program */
	bool single;    /* long names may stand behind one dash: openssl */
};

struct shim_given {
	const struct shim_flag *flag;
	const char *value; /* "" without one; of a bool "true" unless it was "=false" */
};

/* Words and flags of a command line; its strings are those of the words. */
struct shim_arguments {
	VEC(struct shim_given) given;
	VEC(const char *) words;
	size_t rest; /* index in the tool's words behind "--"; the count of words when there was none */
};

/*
 * Read the tool's words from `first` on. On a fault says so and returns the
 * exit status; else 0. The arguments are to be released either way.
 * `command`: the subcommand, or "".
 */
int shim_flags_read(const struct shim *shim, const struct shim_grammar *grammar, const char *command, size_t first,
		    struct shim_arguments *ret);
void shim_arguments_release(struct shim_arguments *arguments);

/* The last value given for a flag, by its name or, when it has none, its letter ("q"); NULL when it was not given. */
const char *shim_flag(const struct shim_arguments *arguments, const char *name);
bool shim_flag_is(const struct shim_arguments *arguments, const char *name); /* given and not false */

/* Is `word` one of the words in "get describe"? */
bool shim_one_of(const char *words, const char *word);

/* The word at a place, or NULL. */
const char *shim_word(const struct shim_arguments *arguments, size_t at);

#endif
