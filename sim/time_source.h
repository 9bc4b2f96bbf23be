/*
 * A simulated system's time: the wall clock, or one that stands still until it is
 * told to move, so that a test can drive an hour in a moment. Never backwards.
 */
#ifndef SIM_TIME_SOURCE_H
#define SIM_TIME_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct time_source {
	bool manual;
	int64_t manual_ms;
};

int64_t time_source_now_ms(const struct time_source *source);

/*
 * Move a manual clock by `step_ms`, or to `moment_ms`. -1 for a wall clock, a
 * time that lies behind, or more than 366 days at once.
 */
int time_source_advance(struct time_source *source, int64_t step_ms, struct error *error);
int time_source_set(struct time_source *source, int64_t moment_ms, struct error *error);

#endif
