/*
 * What a selector says of one label. A label a series does not have counts as
 * the empty text, so `x=""` matches series without x.
 */
#ifndef TSDB_MATCHER_H
#define TSDB_MATCHER_H

#include <stdbool.h>

#include "base/error.h"
#include "tsdb/label_regex.h"
#include "tsdb/labels.h"

enum matcher_kind { MATCHER_EQUAL, MATCHER_NOT_EQUAL, MATCHER_REGEX, MATCHER_NOT_REGEX };

struct matcher {
	const char *label;
	const char *value; /* unescaped */
	enum matcher_kind kind;
	struct label_regex *regex; /* of the regex kinds once compiled, else NULL; the maker's to free */
};

/* Compile the pattern of a regex matcher; nothing to do for the others. -1 with the reason. */
int matcher_compile(struct matcher *matcher, bool dot_newline, struct error *error);
void matcher_release(struct matcher *matcher); /* frees the regex only */

/* A value, "" for a label that is not there. Regex kinds must be compiled. */
bool matcher_matches(const struct matcher *matcher, const char *value);

/* Would it match a series that does not have the label? */
bool matcher_matches_empty(const struct matcher *matcher);

bool matchers_match(const struct matcher *matchers, size_t count, const struct labels *labels);

#endif
