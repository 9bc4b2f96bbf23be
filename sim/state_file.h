/*
 * The state file: where a running system can be found, for the console, for
 * `ctl` and for scripts. One JSON object, mode 0600, replaced
 * atomically; sim/README.md describes its members.
 */
#ifndef SIM_STATE_FILE_H
#define SIM_STATE_FILE_H

#include <stdint.h>

#include "base/error.h"
#include "sim/backfill.h"
#include "sim/target.h"
#include "sim/time_source.h"
#include "sim/world.h"

struct state_file {
	const struct world *world;
	uint64_t seed;
	const struct time_source *time;
	int64_t begin_ms;
	const struct target_list *targets;
	const char *folder, *control;
	const struct backfill *backfill; /* NULL when there is none */
};

int state_file_write(const struct state_file *state, const char *path, struct error *error);

#endif
