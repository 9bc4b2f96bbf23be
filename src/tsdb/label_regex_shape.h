/* Shapes of patterns that need no regular expression engine. */
#ifndef TSDB_LABEL_REGEX_SHAPE_H
#define TSDB_LABEL_REGEX_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"

enum label_regex_shape_kind {
	SHAPE_OTHER,
	SHAPE_WORDS,    /* one of the words */
	SHAPE_AFFIXES,  /* prefix.*suffix, or with .+ */
	SHAPE_CONTAINS, /* .*middle.* */
};

struct label_regex_shape {
	enum label_regex_shape_kind kind;
	bool dot_newline;
	VEC(const char *) words; /* sorted, each once, in the arena */
	const char *prefix, *suffix, *middle;
	size_t prefix_length, suffix_length;
	size_t least; /* bytes between prefix and suffix */
};

/* Of a pattern that RE2 accepts. */
void label_regex_shape_find(struct label_regex_shape *ret, const char *pattern, bool dot_newline, struct arena *arena);
void label_regex_shape_release(struct label_regex_shape *shape);

/* Not of SHAPE_OTHER. */
bool label_regex_shape_match(const struct label_regex_shape *shape, const char *text);

#endif
