/* What a console does in a trial: acts in order, each waited for. */
#ifndef CONFORMANCE_RUNNER_TRIAL_H
#define CONFORMANCE_RUNNER_TRIAL_H

#include <stddef.h>

#include "runner_desk.h"

struct act {
	const char *name;
	/* Called again and again until it says so: 1 done, 0 not yet, -1 a fault (printed). */
	int (*go)(struct run_desk *desk, int *stage);
};

/* Prints it; -1. */
int fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Open the desk as it is described, play, close. Returns how many faults there were; each is printed. */
int run_acts(struct run_desk *desk, const struct act *acts, size_t count);

/* Two people at two consoles, each a process of its own: pens and the lead, and one key pressed by both so many times.
 */
int trial_pens(const char *folder, int rounds);

#endif
