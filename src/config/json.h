/*
 * JSON documents by cJSON, with what it lacks: limits on bytes and depth
 * checked before parsing, syntax errors with line and column, getters that
 * report a wrong type by its path in the document. Trailing text is an error,
 * a byte order mark is allowed.
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

#endif
