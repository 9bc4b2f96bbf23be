/*
 * How the words of a verb are read: "noun action arguments ...". Dashes before
 * words do not matter, so that "agents --kill --unhealthy" and "agents kill
 * unhealthy" are one, and "--count=5" gives the argument count the value 5.
 */
#ifndef SIM_VERB_WORDS_H
#define SIM_VERB_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "sim/reply.h"

enum { VERB_ARGUMENTS_MAX = 16 };

/* What every row of a table of verbs begins with; action "": the noun alone. */
struct verb_name {
	const char *noun, *action;
	const char *arguments, *help;
};

struct verb_set {
	const void *rows;
	size_t row_size, count;
};

/* The row for these words, or NULL; `ret_used`: how many of them name it. */
const void *verb_words_find(const struct verb_set *set, const char *const *words, size_t count, size_t *ret_used);

/* Say that no row is meant, and which may be. */
void verb_words_unknown(const struct verb_set *set, const char *const *words, size_t count, struct strbuf *ret,
			bool json);

/* A word without its leading dashes. */
const char *verb_words_bare(const char *word);

/* "noun action" of a row. */
void verb_words_add_name(const void *row, struct strbuf *ret);

/* All rows: how each is written, and what it is for. Returns the exit status, 0. */
int verb_words_help(const struct verb_set *set, struct reply *reply);

/* The words behind the `used` ones, bare, into VERB_ARGUMENTS_MAX places. More are refused: the exit status, else 0. */
int verb_words_arguments(const char *const *words, size_t count, size_t used, const char **ret, size_t *ret_count,
			 struct reply *reply);

/* Whether an argument is there, as "name" or "name=..."; its value, or NULL. */
bool verb_words_have(const char *const *arguments, size_t count, const char *name);
const char *verb_words_value(const char *const *arguments, size_t count, const char *name);

/* The first number among the arguments ("5", "count=5"), in seconds for "90s", "5m", "6h", "1d"; else `fallback`. */
double verb_words_number(const char *const *arguments, size_t count, double fallback);

#endif
