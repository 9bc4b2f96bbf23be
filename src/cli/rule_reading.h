/*
 * A system's rule files, read beside the loop: some thousand rules take as
 * long as a person notices, and a file may lie on a disk that hangs.
 */
#ifndef CLI_RULE_READING_H
#define CLI_RULE_READING_H

#include <stddef.h>

#include "alert/rule_file.h"
#include "base/error.h"
#include "loop/pool.h"

struct rule_reading;

/* In the loop, once: what was read, and its faults. Both may be taken over; what is left in them is released. */
typedef void rule_reading_done(void *user, struct rule_set *rules, struct error_list *faults);

/* The paths are copied. Where no job is to be had the files are read at once: then NULL, and `done` was called. */
struct rule_reading *rule_reading_start(struct pool *pool, const char *const *paths, size_t count,
					rule_reading_done *done, void *user);

/* `done` is not called any more. Not after it was; NULL is allowed. */
void rule_reading_cancel(struct rule_reading *reading);

#endif
