/*
 * A terminal that is lent to a step's program, guarded: a small process
 * (skep-keeper, in a session of its own) holds it too, and restores it should
 * skep be killed in a way that nobody hears of. Its pipe ends with skep.
 */
#ifndef RUNBOOK_KEEPER_GUARD_H
#define RUNBOOK_KEEPER_GUARD_H

#include <stddef.h>
#include <termios.h>

#include "base/error.h"

#define KEEPER_GUARD_OPTION "--guard"
#define KEEPER_GUARD_BYTES  512 /* of what restores the screen */

/*
 * Guard the terminal of `in` and `out`: when this process ends, `leave` is
 * written to it, and `before` set unless somebody set other attributes than it
 * has now. What keeper_guard_end is given; -1 with the reason: it is not guarded.
 */
int keeper_guard_start(int in, int out, const struct termios *before, const char *leave, size_t length,
		       struct error *error);

/* skep has restored it itself, or does so. -1 is allowed. */
void keeper_guard_end(int guard);

/* The guard's own side: what `skep-keeper --guard` does. The exit status. */
int keeper_guard_run(void);

#endif
