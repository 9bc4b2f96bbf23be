/*
 * The text that Redis answers to INFO, taken apart: lines of `name:value`
 * under `# Section` headings. Lines that are neither are passed over and
 * counted. Pure; strings live in the info's arena.
 */
#ifndef COLLECT_REDIS_INFO_H
#define COLLECT_REDIS_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define REDIS_INFO_FIELDS_MAX 20000

struct redis_info_field {
	const char *section; /* "Commandstats"; "" before the first heading */
	const char *name;    /* "cmdstat_config|get" */
	const char *value;   /* "calls=1,usec=165" */
};

struct redis_info {
	struct arena arena;
	struct redis_info_field *fields;
	size_t count;
	size_t passed_over; /* lines that are no field, and fields beyond the limit */
};

/* `ret` must be released. Text that is no INFO at all gives no fields. */
void redis_info_parse(struct redis_info *ret, const char *text, size_t length);
void redis_info_release(struct redis_info *info);

/* The value of the first field called so, or NULL; "" stays "". */
const char *redis_info_get(const struct redis_info *info, const char *name);

/*
 * A value as a number: Redis's numbers, and the words of its states ("ok",
 * "up", "yes" are 1; "err", "fail", "down", "no" are 0). False for any other text.
 */
bool redis_info_number(const char *text, double *ret);

/* The number of a field; `otherwise` when it is absent or none. */
double redis_info_get_number(const struct redis_info *info, const char *name, double otherwise);

/*
 * One member of a value such as "ip=10.0.0.4,port=6379,state=online". The
 * text form copies at most `size` - 1 bytes; both give false when it is not there.
 */
bool redis_info_pair(const char *value, const char *key, char *ret, size_t size);
bool redis_info_pair_number(const char *value, const char *key, double *ret);

/* What stands behind `prefix` in `name`, or NULL: "get" of "cmdstat_get". */
const char *redis_info_after(const char *name, const char *prefix);

#endif
