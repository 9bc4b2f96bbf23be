/*
 * Regular expressions over label values, as PromQL means them: anchored at
 * both ends, UTF-8, without back references or look-around in RE2's language.
 * Run by PCRE2 (compiled just in time where the machine can) under a match
 * limit, so that no pattern can hold the program: a match that exceeds it is
 * no match and is counted. Common shapes (a plain word, alternatives of plain
 * words, `.*`, `.+`, a plain prefix with `.*`) never reach PCRE2.
 *
 * Compiled once, then immutable: several threads may match with it.
 */
#ifndef TSDB_LABEL_REGEX_H
#define TSDB_LABEL_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

struct label_regex;

/*
 * `dot_newline`: `.` matches a newline (Prometheus 3.x; 2.x does not). NULL
 * with the reason for a pattern that is wrong or not RE2's.
 */
struct label_regex *label_regex_new(const char *pattern, bool dot_newline, struct error *error);

/* The same language, found anywhere in a text, as Go's regexp does it: for the two functions below. */
struct label_regex *label_regex_new_anywhere(const char *pattern, struct error *error);

/* Does it match somewhere in the text? */
bool label_regex_search(const struct label_regex *regex, const char *text, size_t length);

/* Append `text` with every match replaced, as Go's ReplaceAllString does it; `replacement` as in label_regex_expand. */
void label_regex_replace_all(const struct label_regex *regex, const char *text, size_t length, const char *replacement,
			     struct strbuf *ret);

void label_regex_free(struct label_regex *regex);

bool label_regex_match(const struct label_regex *regex, const char *text);

/* How many matches were given up because they exceeded the match limit. */
size_t label_regex_over_limit(const struct label_regex *regex);

/*
 * When the pattern only matches words that can be listed ("a|b|c"), their
 * number, else 0. The words belong to the regex.
 */
size_t label_regex_words(const struct label_regex *regex, const char *const **ret_words);

/*
 * When `text` matches, append `replacement` with $1, ${1}, ${name} replaced
 * as Go's Expand does ($$ is $; an unknown group is empty) and return true.
 */
bool label_regex_expand(const struct label_regex *regex, const char *text, const char *replacement, struct strbuf *ret);

#endif
