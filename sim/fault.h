/*
 * A fault is a row of a system's table: what it moves, how fast, and which
 * remedies undo it. What is moved are numbered strains of the system's own.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * What one fault pushes on: `level` is reached after `ramp_s`, counted from
 * the fault's begin or, if later, the process's. A list ends with a level of zero.
 */
struct sim_fault_effect {
	int strain;
	double level, ramp_s;
	bool with_process;
};

struct sim_fault {
	const char *name, *help;
	/*
	 * Alternatives divided by ", "; those of several steps have them in
	 * order, divided by " + ". Each step is the action of a verb.
	 */
	const char *remedies;
	unsigned instances; /* which it befalls unless the name says: bits */
	const struct sim_fault_effect *effects;
};

#define FAULT_EFFECTS(...)                                                                                             \
	(const struct sim_fault_effect[])                                                                              \
	{                                                                                                              \
		__VA_ARGS__,                                                                                           \
		{                                                                                                      \
			0                                                                                              \
		}                                                                                                      \
	}

/* One that is going on, or not. */
struct sim_fault_state {
	uint32_t instances; /* bits; 0: not active */
	int64_t since_ms;
	uint8_t progress[4]; /* steps taken of each alternative remedy */
};

/*
 * The row of "NAME", "NAME@N" or "NAME@all", or -1 with the reason and "did
 * you mean". `ret_instances` is 0 when the name does not say.
 */
int sim_fault_find(const struct sim_fault *faults, size_t count, const char *text, unsigned instances,
		   uint32_t *ret_instances, struct error *error);

/* How much of an effect is there by `now_ms`. */
double sim_fault_weight(const struct sim_fault_effect *effect, int64_t since_ms, int64_t now_ms);

/* Whether `action` was the last step of one of the remedies. `*ret_nearer` counts steps taken. */
bool sim_fault_undone_by(struct sim_fault_state *state, const char *remedies, const char *action, unsigned *ret_nearer);

/* The bits of so many instances. */
uint32_t sim_fault_all_instances(unsigned instances);

#endif
