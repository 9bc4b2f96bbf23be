/*
 * Regular expressions as Grafana's files write them: JavaScript syntax, plain
 * or "/pattern/flags". A plain pattern must match the whole text, since
 * Grafana wraps it in ^ and $ (its stringToJsRegex); one between slashes may
 * match anywhere. Run by PCRE2 under limits, so that no pattern can hold the
 * program: a match that exceeds them is no match, and a pattern that exceeded
 * them often is not tried again. One regex is used by one thread at a time.
 */
#ifndef DASHBOARD_REGEX_H
#define DASHBOARD_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

struct regex;

/* Compile; NULL with a message when the pattern is not valid. The flags g i m s u y are accepted. */
struct regex *regex_new(const char *js_pattern, struct error *error);
void regex_free(struct regex *regex);

bool regex_match(const struct regex *regex, const char *text);

/*
 * The text of a capture group (0 is the whole match) as a range inside
 * `text`. False when there is no match, no such group, or the group took no
 * part in the match.
 */
bool regex_capture(const struct regex *regex, const char *text, unsigned group, const char **ret_start,
		   size_t *ret_length);
bool regex_named(const struct regex *regex, const char *text, const char *name, const char **ret_start,
		 size_t *ret_length);

/*
 * One match from `*offset` on: group 0 by `ret_start`/`ret_length`; `*offset`
 * moves behind it (one character further after an empty match), so that
 * calling again finds the next. False when there is none.
 */
bool regex_next(const struct regex *regex, const char *text, size_t *offset, const char **ret_start,
		size_t *ret_length);

/*
 * Append `text` with its first match (every match when `all`) replaced, as
 * JavaScript's String.replace has it: $1..$99, $<name>, $&, $`, $' and $$.
 */
void regex_replace(const struct regex *regex, const char *text, const char *replacement, bool all, struct strbuf *ret);

/* True when the pattern had the g flag. */
bool regex_is_global(const struct regex *regex);

/* True when a match was given up because it exceeded the limits. */
bool regex_gave_up(const struct regex *regex);

#endif
