/*
 * The simulated colony as a child of the demo: started, found, ended. It
 * lives in a process of its own and ends with this one, however that ends.
 */
#ifndef CLI_DEMO_COLONY_H
#define CLI_DEMO_COLONY_H

#include <signal.h>
#include <sys/types.h>

#include "base/error.h"
#include "config/option.h"

struct demo_colony {
	pid_t pid;         /* 0: none */
	char *folder;      /* private, removed at the end */
	char *system_file; /* in it: the system as the console should see it */
	char *state_file;  /* the colony's own */
};

struct demo_system {
	const char *name, *title;
	struct option_strings dashboards, variables;
	const char *map_file; /* NULL: none */
};

/*
 * Start it with these faults, wait until it can be asked, and write the system
 * file. -1 with the reason, or without one as soon as `*ended` is not 0 (a
 * signal's handler sets it); close either way.
 */
int demo_colony_open(struct demo_colony *colony, const struct demo_system *system, const struct option_strings *faults,
		     const volatile sig_atomic_t *ended, struct error *error);

/* Ends it, and takes away what it left, also when somebody killed it. */
void demo_colony_close(struct demo_colony *colony);

#endif
