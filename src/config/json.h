/*
 * JSON documents by cJSON, with what it lacks: limits on bytes and depth
 * checked before parsing, syntax errors with line and column, getters that
 * report a wrong type by its path in the document. The syntax is RFC 8259's
 * and nothing beside it; a byte order mark is allowed; a NUL in a string is an
 * error, since cJSON would silently end the string there.
 */
#ifndef CONFIG_JSON_H
#define CONFIG_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/error.h"

#define JSON_LIMIT_BYTES (4u * 1024 * 1024)
#define JSON_LIMIT_DEPTH 64

/*
 * Parse `length` bytes of `text`. On failure returns NULL and adds one fault
 * with line and column. `file` names the source in messages.
 */
cJSON *json_parse(const char *text, size_t length, const char *file, struct error_list *errors);

/* Read and parse a file of at most JSON_LIMIT_BYTES. */
cJSON *json_read(const char *path, struct error_list *errors);

/*
 * Getters for member `name` of `object` (case sensitive; object may be NULL
 * or of another type, which gives the fallback). A member that is absent or
 * null gives the fallback silently; one of a wrong type too (the loader
 * reports with json_expect where that matters). Numbers given as strings are
 * read as numbers and numbers asked as strings are written out, as Grafana's
 * own files need.
 */
const cJSON *json_get(const cJSON *object, const char *name);
const cJSON *json_path(const cJSON *object, const char *dotted_path); /* "options.legend.calcs" */
const char *json_string(const cJSON *object, const char *name, const char *fallback);
double json_number(const cJSON *object, const char *name, double fallback);
int json_int(const cJSON *object, const char *name, int fallback); /* clamped to int; NaN gives fallback */
bool json_bool(const cJSON *object, const char *name, bool fallback);

/* The shortest text that reads back as the same number; the caller frees it. */
char *json_number_text(double value);

enum json_type {
	JSON_STRING = 1u << 0,
	JSON_NUMBER = 1u << 1,
	JSON_BOOL = 1u << 2,
	JSON_ARRAY = 1u << 3,
	JSON_OBJECT = 1u << 4,
};

/*
 * Member `name` when it is of one of `types` (flags of enum json_type). One of
 * another type is a fault at `where`.`name` (`where` is the object's path, or
 * NULL for the root) and gives NULL, as does one that is absent or null.
 */
const cJSON *json_expect(const cJSON *object, const char *name, unsigned types, const char *where, const char *file,
			 struct error_list *errors);

#endif
