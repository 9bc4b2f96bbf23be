/*
 * One line of a log as a record: its time, its level, who says it, what it
 * says, and its fields. Every shape that a system's logs come in is read by
 * the same function:
 *
 *   JSON       one object a line, of any logger; nested objects become fields
 *              with dots ("exception.type"), one level deep; what lies deeper
 *              stays JSON text. Also journalctl -o json
 *   logfmt     key=value pairs, also those inside and behind other text
 *   access     Apache's and nginx's common and combined formats
 *   syslog     RFC 3164 and RFC 5424, with and without priority
 *   klog       the Kubernetes components' header
 *   text       a time in front, then a level somewhere near the beginning:
 *              Python's "time - name - level - message", log4j, PostgreSQL,
 *              nginx's error log, Redis, uvicorn and their like
 *
 * and what containers wrap around it is taken off first: the CRI header,
 * Docker's json-file object, and the "[pod/...]" of kubectl logs --prefix; the
 * wrapping's time counts when the line has none.
 *
 * Pure, on any thread, without allocation. Every text of the result points
 * into the line or into the space the caller gives (fields may be constants), is not terminated, and may hold any
 * bytes: text from outside stays as it is and is made safe where it is shown.
 */
#ifndef LOGS_LOG_LINE_H
#define LOGS_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_zone;

/* A longer line is cut here by all who read lines; the rest is skipped and counted. */
#define LOG_LINE_BYTES ((size_t)64 * 1024)

#define LOG_LINE_FIELDS 64        /* more are counted, not kept */
#define LOG_NO_TIME     INT64_MIN /* the line does not say when */

/* In the order of their weight, so that a least level is a comparison. */
enum line_level {
	LINE_UNKNOWN, /* the line does not say */
	LINE_TRACE,
	LINE_DEBUG,
	LINE_INFO,
	LINE_WARNING,
	LINE_ERROR,
	LINE_CRITICAL, /* also fatal, alert, emergency, panic */
	LINE_LEVELS,
};

/* What a configuration says the lines are; with anything but AUTO a line of another shape is plain text. */
enum line_format { LINE_FORMAT_AUTO, LINE_FORMAT_JSON, LINE_FORMAT_TEXT, LINE_FORMAT_ACCESS, LINE_FORMATS };

/* What a line turned out to be. */
enum line_shape {
	LINE_PLAIN, /* words, perhaps with a time and a level; all of it is the message */
	LINE_JSON,
	LINE_LOGFMT,
	LINE_ACCESS,
	LINE_SYSLOG,
	LINE_KLOG,
	LINE_SHAPES,
};

enum line_value { LINE_STRING, LINE_NUMBER, LINE_LITERAL /* true, false, null */, LINE_NESTED /* JSON text */ };

struct line_text {
	const char *text; /* NULL when the line has no such thing */
	size_t length;
};

struct line_field {
	struct line_text name, value; /* strings without their quotes and escapes */
	enum line_value kind;
};

struct log_line {
	int64_t time_ms; /* wall, UTC; LOG_NO_TIME */
	enum line_level level;
	enum line_shape shape;
	bool broken;                /* begins as JSON but is none; what was read before the fault is there */
	struct line_text message;   /* the whole line when nothing better is known */
	struct line_text component; /* logger, unit, program, container; text NULL when not said */
	struct line_field fields[LOG_LINE_FIELDS];
	unsigned field_count;
	unsigned fields_dropped; /* beyond LOG_LINE_FIELDS */
};

struct line_parser {
	enum line_format format;
	const struct log_zone *zone; /* of times that name none; NULL: UTC */
	int64_t now_ms;              /* for times without a year: the latest such time before tomorrow */
};

/* Bytes of space that log_line_parse needs for a line of `length` bytes. */
size_t log_line_space(size_t length);

/*
 * Read one line, without its newline, of at most LOG_LINE_BYTES (what is
 * longer is cut). `space` is log_line_space(length) bytes; it and the line
 * must outlive `ret`. Always gives a record: at worst a plain one.
 */
void log_line_parse(struct log_line *ret, const struct line_parser *parser, const char *line, size_t length,
		    char *space);

/*
 * A field by its name ("status_code", "exception.type"), or one of the names
 * "level", "component", "message", which mean the record's own parts when it
 * has no field of that name. False when the line has none.
 */
bool log_line_get(const struct log_line *line, const char *name, struct line_text *ret);

/* "error", "warning", ...; "unknown". */
const char *line_level_name(enum line_level level);

/* The level that a word means, in any case ("WARN", "crit", "E"); LINE_UNKNOWN for another word. */
enum line_level line_level_read(const char *word, size_t length);

#endif
