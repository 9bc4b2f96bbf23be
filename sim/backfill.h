/*
 * The history handed over at start: the raw part is written by this process
 * before the system is there for anybody, the thinned part meanwhile by a
 * second one, so that the servers answer while it is made. The files are taken
 * away when the system ends, and so is the folder when it was made for them.
 */
#ifndef SIM_BACKFILL_H
#define SIM_BACKFILL_H

#include "base/error.h"
#include "loop/loop.h"
#include "sim/history.h"

struct backfill;

enum backfill_state { BACKFILL_MAKING, BACKFILL_READY, BACKFILL_FAILED };

/*
 * Start the second process, lead `world` (at the plan's beginning) up to the
 * plan's end and write the raw part into `folder`. `on_end` is called once in
 * the loop, when the thinned part is there or has failed.
 */
struct backfill *backfill_new(struct loop *loop, const char *folder, const struct history_plan *plan,
			      struct world *world, const struct target_list *targets, void (*on_end)(void *user),
			      void *user, struct error *error);

/* Ends the second process if it still runs. */
void backfill_free(struct backfill *backfill);

enum backfill_state backfill_thinned_state(const struct backfill *backfill);
const char *backfill_raw_path(const struct backfill *backfill);
const char *backfill_thinned_path(const struct backfill *backfill);

#endif
