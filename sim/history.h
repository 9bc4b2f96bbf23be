/*
 * A system's past as files. One state lives through it: it begins 35 days
 * ago, goes on in strides of 10 minutes until about six and a half hours ago (thinned), then in
 * steps of a scrape interval up to now (raw). The same number and plan give the
 * same past to the last digit, so that two processes can write its two parts
 * and no counter jumps where they meet, or where the live system goes on.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "sim/target.h"
#include "sim/world.h"

#define HISTORY_THINNED_STEP_MS (10 * CLOCK_MINUTE)
#define HISTORY_THINNED_MS      (35 * CLOCK_DAY)
/* Six hours, and what the windows at the beginning of six hours look back on. */
#define HISTORY_RAW_MS          (6 * CLOCK_HOUR + 30 * CLOCK_MINUTE)

#define HISTORY_RAW_NAME     "raw.om"
#define HISTORY_THINNED_NAME "thinned.om"

struct history_plan {
	const struct world_kind *kind;
	uint64_t seed;
	unsigned instances;
	const char *application; /* see struct world_config */
	bool legacy;
	int64_t now_ms;       /* what the plan was made for */
	int64_t fault_age_ms; /* how long the faults are active by then */
	int64_t begin_ms;     /* the system's first moment, which is no sample yet */
	int64_t join_ms;      /* the last thinned sample, a whole 10 minutes; raw begins a step later */
	int64_t end_ms;       /* the last raw sample */
	int64_t step_ms;      /* of the raw part */
	int64_t inject_ms;    /* when the faults come */
	const char *const *faults;
	size_t fault_count;
	bool (*stop)(void); /* asked now and then while a part is written; may be NULL */
};

/* Times for a history that ends at or just before `now_ms`. */
void history_plan_times(struct history_plan *plan, int64_t now_ms, int64_t step_ms, int64_t fault_age_ms);

/* A plan without samples, for a system that begins at `now_ms` with its faults active for `fault_age_ms` already. */
void history_plan_short(struct history_plan *plan, int64_t now_ms, int64_t fault_age_ms);

/* A system at the plan's first moment. NULL with the error set for a fault that is refused. */
struct world *history_begin(const struct history_plan *plan, struct error *error);

/* Move on to `time_ms`; when the moment of the faults is passed, they are injected in it. */
int history_advance(const struct history_plan *plan, struct world *world, int64_t time_ms, struct error *error);

enum history_part { HISTORY_THINNED, HISTORY_RAW };

/*
 * Lead the state through one part. With a `path`, every page of every target
 * on the way is written there as OpenMetrics (see history_file.h), complete or
 * not at all; NULL only moves on.
 */
int history_walk(const struct history_plan *plan, struct world *world, enum history_part part,
		 const struct target_list *targets, const char *path, struct error *error);

#endif
