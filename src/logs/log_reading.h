/*
 * What the readers of the several shapes share while one line is read: where
 * it goes, the space for what had to be unescaped, and how good what was
 * found so far is. For this room's readers of lines only.
 */
#ifndef LOGS_LOG_READING_H
#define LOGS_LOG_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "logs/log_line.h"

/* What a field means to the record. */
enum line_role { ROLE_NONE, ROLE_TIME, ROLE_LEVEL, ROLE_PRIORITY, ROLE_MESSAGE, ROLE_COMPONENT, ROLES };

#define LINE_NAME_BYTES 128 /* of a name put together of two; the rest is cut */

struct line_reading {
	struct log_line *line;
	const struct line_parser *parser;
	char *space;          /* what is free of it: never less than is needed, see log_line_space */
	unsigned rank[ROLES]; /* of the field each part came from; 0: none yet */
	unsigned preference;  /* added to ranks: what is inside a wrapping wins over the wrapping */
};

/* Keep a field, and take from it what it means. */
void line_add_field(struct line_reading *reading, struct line_text name, struct line_text value, enum line_value kind);

/* The level of syslog's numbers, 0 (emergency) to 7 (debug). */
enum line_level line_level_of_priority(unsigned priority);

/* The shapes. Those that return bool leave the record as it was when they return false. */
void line_read_json(struct line_reading *reading, const char *text, size_t length);
bool line_read_logfmt(struct line_reading *reading, const char *text, size_t length);
bool line_read_access(struct line_reading *reading, const char *text, size_t length);
bool line_read_syslog(struct line_reading *reading, const char *text, size_t length);
bool line_read_klog(struct line_reading *reading, const char *text, size_t length);
void line_read_text(struct line_reading *reading, const char *text, size_t length);

/* Keep the key=value pairs of a text as fields; returns how many. `strict`: the first word that is none ends it. */
size_t line_read_pairs(struct line_reading *reading, const char *text, size_t length, bool strict);

/* Resolve the escapes of a JSON string between its quotes; the result is never longer. */
struct line_text line_unescape(struct line_reading *reading, const char *text, size_t length);

static inline struct line_text line_text_of(const char *text, size_t length)
{
	return (struct line_text){ text, length };
}

/* May a text in the message stand in the line in another form: escaped, or as journald's array of its bytes? */
bool line_says_otherwise(const char *line, size_t length);

#endif
