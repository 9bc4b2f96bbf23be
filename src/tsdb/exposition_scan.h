/*
 * A place in an exposition while it is read, and what is read from there in
 * one step. Nothing is copied; a step that fails says why in `error`, and
 * where by leaving `at` there.
 */
#ifndef TSDB_EXPOSITION_SCAN_H
#define TSDB_EXPOSITION_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* What a byte can be, as bits of exposition_bytes. */
#define EXPOSITION_NAME   (1u << 0) /* in a metric name; in a label name all of these but ':' */
#define EXPOSITION_DIGIT  (1u << 1)
#define EXPOSITION_BLANK  (1u << 2) /* space and tab */
#define EXPOSITION_NUMBER (1u << 3) /* may stand in a number */
#define EXPOSITION_STRING (1u << 4) /* of no meaning inside quotes */

extern const uint8_t exposition_bytes[256];

struct exposition_scan {
	const char *at;
	const char *end;
	bool open_metrics;    /* the stricter format: single spaces, no line breaks inside quotes */
	uint32_t line_breaks; /* inside quotes, so far */
	struct error error;
};

/* A label, or a metric name in quotes among the labels. Texts are as written, without their quotes. */
struct exposition_part {
	const char *name, *value; /* value NULL: the name is the metric's */
	size_t name_length, value_length;
};

static inline bool exposition_is(char byte, unsigned kinds)
{
	return exposition_bytes[(unsigned char)byte] & kinds;
}

/* The byte at the place; NUL at the end. A NUL in the text is nowhere allowed, so the two need not be told apart. */
static inline char exposition_peek(const struct exposition_scan *scan)
{
	return scan->at < scan->end ? *scan->at : '\0';
}

/* Blanks may stand between any two words of the text format, nowhere in OpenMetrics. */
static inline void exposition_skip_blanks(struct exposition_scan *scan)
{
	while (!scan->open_metrics && scan->at < scan->end && exposition_is(*scan->at, EXPOSITION_BLANK))
		scan->at++;
}

/* Set the error to what was expected and what is there; -1. */
int exposition_expected(struct exposition_scan *scan, const char *what);

/* A name in quotes or a bare one (with colons when it is a metric's); the quotes are not part of what is returned. */
int exposition_scan_name(struct exposition_scan *scan, bool metric, const char **ret, size_t *ret_length);

/* After the opening brace: 1 a label or name, 0 the closing brace, -1 neither. */
int exposition_scan_part(struct exposition_scan *scan, struct exposition_part *ret);

/* A series: name and labels in braces, or all in braces with the name in quotes. */
int exposition_scan_series(struct exposition_scan *scan);

/* A number as Prometheus reads it: decimal, or infinity or NaN in any case; not beyond a double's range. */
int exposition_scan_number(struct exposition_scan *scan, double *ret);

/* Is this valid UTF-8? */
bool exposition_is_utf8(const char *text, size_t length);

#endif
