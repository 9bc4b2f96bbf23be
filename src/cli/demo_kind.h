/*
 * The systems that can be simulated: for each the program that plays it, and
 * how the console is to read it. All of them are started alike, say `ready
 * FILE` when they can be asked, and hand over their past as two files.
 */
#ifndef CLI_DEMO_KIND_H
#define CLI_DEMO_KIND_H

#include <stddef.h>

#include "base/strbuf.h"
#include "config/json.h"

struct demo_kind {
	const char *system;   /* "polln": whose shipped definition is shown */
	const char *program;  /* "skep-colony" */
	const char *noun;     /* "colony": in messages, and what its files are called */
	const char *variable; /* of the environment: names its state file for whoever speaks to it */
	const char *fault;    /* it begins with this one when nobody names any */
	/* The items of `collect:`, beside its past, from its state file. */
	void (*add_collectors)(struct strbuf *yaml, const cJSON *state);
};

const struct demo_kind *demo_kind_table(size_t *ret_count);

/* NULL when there is none. */
const struct demo_kind *demo_kind_find(const char *system);

/* How often everything is read. */
#define DEMO_INTERVAL "5s"

#endif
