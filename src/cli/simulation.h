/*
 * A simulated system as a child of the demo: started, found, ended. It lives
 * in a process of its own and ends with this one, however that ends.
 */
#ifndef CLI_SIMULATION_H
#define CLI_SIMULATION_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "cli/demo_kind.h"
#include "cli/system.h"

struct simulation {
	const struct demo_kind *kind;
	pid_t pid;         /* 0: none */
	int ready;         /* what it says when it can be asked; -1: nothing more is read */
	char *folder;      /* private, removed at the end */
	char *system_file; /* in it: the system as the console should see it */
	char *state_file;  /* the simulation's own */
	char *refusal;     /* what is wrong with the faults it was to begin with, in its own words; NULL */
};

/* Is its program there? */
bool simulation_can(const struct demo_kind *kind);

/* Start it with these faults, which last for `age_ms` already. -1 with the reason; end it either way. */
int simulation_start(struct simulation *simulation, const struct demo_kind *kind, const char *const *faults,
		     size_t count, int64_t age_ms, const volatile sig_atomic_t *ended, struct error *error);

/*
 * Wait until it can be asked. -1 with the reason; with `refusal` instead when it
 * has no such faults; or with neither as soon as `*ended` is not 0 (a signal's
 * handler sets it).
 */
int simulation_await(struct simulation *simulation, const volatile sig_atomic_t *ended, struct error *error);

/* Path of one of our programs: beside this one, else wherever PATH finds it. NULL: nowhere. The caller frees it. */
char *simulation_program(const char *name);

/*
 * Write the system file: the shipped definition, read from the simulation; and make what steps are shut into.
 */
int simulation_write(struct simulation *simulation, const struct system *shipped, struct error *error);

/* Ask it to end; then end it, and take away what it left, also when somebody killed it. */
void simulation_call_off(const struct simulation *simulation);
void simulation_end(struct simulation *simulation);

#endif
