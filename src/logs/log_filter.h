/*
 * Which lines one wants to see: a least level, a component, values of fields,
 * and a text or regular expression. All of what is given must hold. A filter
 * never changes once made, and is counted: whoever keeps one holds it.
 *
 * A line that does not say its level passes only a filter without one.
 */
#ifndef LOGS_LOG_FILTER_H
#define LOGS_LOG_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "logs/log_line.h"

struct log_filter;

struct log_filter_config {
	enum line_level level; /* at least; LINE_UNKNOWN: any */
	const char *component; /* exactly this, or the beginning of it up to a dot ("app" finds "app.db"); NULL: any */
	const char *const
		*fields; /* "tenant=t1": exactly this value; "status_code=5*": beginning with it; "!tenant=t1": not */
	size_t field_count;
	const char *text; /* anywhere in the line or its message, in any case (of ASCII); NULL or "": any */
	bool regex;       /* `text` is a PCRE2 pattern, matched in any case unless it has capitals */
};

/* NULL with a message when the pattern is not valid, or a field lacks its '='. Texts are copied. */
struct log_filter *log_filter_new(const struct log_filter_config *config, struct error *error);
struct log_filter *log_filter_hold(struct log_filter *filter); /* NULL is allowed, and returned */
void log_filter_drop(struct log_filter *filter);               /* NULL is allowed */

/*
 * Read a filter as a person types it: words separated by blanks, all of which
 * must hold: "level:error" or "error+" (a least level), "component:app.db",
 * "tenant=t1", "!status_code=2*", "/pattern/" (to the end of the input when it
 * begins with a slash), and anything else as text, "several words" in quotes.
 * An input without any of these is one text, blanks included. NULL with a
 * message when it cannot be read. "" and blanks give a filter that all pass.
 */
struct log_filter *log_filter_read(const char *typed, struct error *error);

/* The same, and only lines of at least that level pass, whatever level was typed. */
struct log_filter *log_filter_read_least(const char *typed, enum line_level level, struct error *error);

/* What a matching thread writes to; one for each thread and filter. */
struct log_match;
struct log_match *log_match_new(const struct log_filter *filter); /* NULL filter: everything passes */
void log_match_free(struct log_match *match);

/* Could the raw line pass? False only when it cannot: it then need not be parsed. */
bool log_match_raw(struct log_match *match, const char *line, size_t length);

/* Does it pass? `line` as parsed from those bytes. A match beyond its limits is none. */
bool log_match_line(struct log_match *match, const struct log_line *line, const char *raw, size_t length);

/* Did a match exceed its limits? Then lines may be missing, and one should say so. */
bool log_match_gave_up(const struct log_match *match);

/*
 * Where the filter's text or pattern stands in `text`, from `*offset` on, for
 * marking it; `*offset` moves behind it. False when it stands nowhere, or the
 * filter has neither.
 */
bool log_match_find(struct log_match *match, const char *text, size_t length, size_t *offset, size_t *ret_start,
		    size_t *ret_length);

#endif
