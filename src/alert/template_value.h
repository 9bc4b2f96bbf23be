/*
 * The values a template works with: the Go types that Prometheus's data and
 * functions have, and no others. A value is small and copied; what it points
 * to lives in the arena of the expansion, or with whoever expands.
 */
#ifndef ALERT_TEMPLATE_VALUE_H
#define ALERT_TEMPLATE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "tsdb/labels.h"

enum template_kind {
	TEMPLATE_INVALID, /* nothing at all: prints as "<no value>" */
	TEMPLATE_NIL,     /* a nil interface */
	TEMPLATE_BOOL,
	TEMPLATE_INT,
	TEMPLATE_INT64,
	TEMPLATE_BYTE, /* uint8: of `index "text" 0` */
	TEMPLATE_FLOAT,
	TEMPLATE_STRING,
	TEMPLATE_HTML,   /* a string that safeHtml gave; no string to Go */
	TEMPLATE_LABELS, /* map[string]string */
	TEMPLATE_ARGS,   /* map[string]interface {} */
	TEMPLATE_SAMPLE, /* *template.sample, may be nil */
	TEMPLATE_VECTOR, /* template.queryResult */
	TEMPLATE_DATA,   /* what a template is given as dot */
	TEMPLATE_TIME,   /* *time.Time, UTC */
	TEMPLATE_MONTH,
	TEMPLATE_WEEKDAY,
};

struct template_sample {
	struct labels labels;
	double value;
};

struct template_args;
struct template_data;

struct template_value {
	enum template_kind kind;
	size_t length; /* of a string in bytes; of a vector */
	size_t room;   /* of a vector: how far `slice` may go */
	union {
		bool truth;
		int64_t number; /* int, byte, month, weekday; of a time: milliseconds since the epoch */
		double real;
		const char *text; /* terminated, may hold NUL too */
		const struct labels *labels;
		const struct template_args *args;
		const struct template_sample *sample;
		const struct template_sample **vector;
		const struct template_data *data;
	};
};

/* arg0, arg1, ...: of the function `args`; in the order of the names, where arg10 is before arg2. */
struct template_args {
	const char **names;
	struct template_value *items;
	size_t count;
};

static inline struct template_value template_bool(bool truth)
{
	return (struct template_value){ .kind = TEMPLATE_BOOL, .truth = truth };
}

static inline struct template_value template_int(int64_t number)
{
	return (struct template_value){ .kind = TEMPLATE_INT, .number = number };
}

static inline struct template_value template_float(double real)
{
	return (struct template_value){ .kind = TEMPLATE_FLOAT, .real = real };
}

/* Borrows the text. */
struct template_value template_text(const char *text);
struct template_value template_bytes(const char *text, size_t length);

/* Copies what the buffer holds, and releases it. */
struct template_value template_take(struct arena *arena, struct strbuf *buf);

/* As Go calls the type: "map[string]string". */
const char *template_type(const struct template_value *value);

/* What `if` says of it. */
bool template_truth(const struct template_value *value);

static inline bool template_is_text(const struct template_value *value)
{
	return value->kind == TEMPLATE_STRING || value->kind == TEMPLATE_HTML;
}

/* int, int64 and those with a name. */
static inline bool template_is_int(const struct template_value *value)
{
	return value->kind == TEMPLATE_INT || value->kind == TEMPLATE_INT64 || value->kind == TEMPLATE_MONTH ||
	       value->kind == TEMPLATE_WEEKDAY;
}

/* The member of a map by its key; INVALID or the type's zero as `missingkey=zero` has it. */
struct template_value template_member(const struct template_value *map, const char *key, size_t length);

/* The places of a map's or vector's items, in order: key and value. */
size_t template_length(const struct template_value *value);
void template_item(const struct template_value *value, size_t index, struct template_value *ret_key,
		   struct template_value *ret_value);

#endif
