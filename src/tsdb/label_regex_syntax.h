/*
 * RE2's language (https://github.com/google/re2/wiki/Syntax, as Go's regexp
 * has it) checked and written in PCRE2's: what both have but mean differently
 * is spelt out, what only PCRE2 has is refused.
 */
#ifndef TSDB_LABEL_REGEX_SYNTAX_H
#define TSDB_LABEL_REGEX_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/vec.h"

struct label_regex_group {
	const char *name; /* in the arena */
	unsigned number;
};

struct label_regex_groups {
	unsigned count; /* capturing groups */
	VEC(struct label_regex_group) names;
};

/* Append the pattern in PCRE2's language, to be compiled with UTF and DOTALL and without UCP. -1 with the reason. */
int label_regex_translate(const char *pattern, bool dot_newline, struct strbuf *ret, struct label_regex_groups *groups,
			  struct arena *arena, struct error *error);

#endif
