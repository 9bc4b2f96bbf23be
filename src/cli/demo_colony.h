/*
 * The simulated colony as a child of the demo: started, found, ended. It
 * lives in a process of its own and ends with this one, however that ends.
 */
#ifndef CLI_DEMO_COLONY_H
#define CLI_DEMO_COLONY_H

#include <sys/types.h>

#include "base/error.h"
#include "config/option.h"

struct demo_colony {
	pid_t pid;         /* 0: none */
	char *folder;      /* private, removed at the end */
	char *system_file; /* in it: the system as the console should see it */
};

struct demo_system {
	const char *name, *title;
	struct option_strings dashboards, variables;
};

/* Start it with these faults, wait until it can be asked, and write the system file. -1 with the reason; close either
 * way. */
int demo_colony_open(struct demo_colony *colony, const struct demo_system *system, const struct option_strings *faults,
		     struct error *error);
void demo_colony_close(struct demo_colony *colony);

#endif
