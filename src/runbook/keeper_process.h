/*
 * Processes as /proc shows them, each known by its id and the time it began:
 * so what is signalled is the very process that was seen, and none that got its
 * id later.
 */
#ifndef RUNBOOK_KEEPER_PROCESS_H
#define RUNBOOK_KEEPER_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/vec.h"

#define PROCESS_NAME_MAX 16 /* of the kernel's */

struct process {
	pid_t pid, parent, session;
	char state;               /* 'Z', 'X': it has ended */
	unsigned long long start; /* ticks since the machine's start */
	char name[PROCESS_NAME_MAX];
	bool ours; /* the caller's */
};

struct processes {
	VEC(struct process) all;
};

/* False when there is none of that id. */
bool process_read(pid_t pid, struct process *ret);

/* All there are, in order of their ids. */
void processes_read(struct processes *ret);
void processes_release(struct processes *processes);
struct process *processes_find(const struct processes *processes, pid_t pid);

/* Is it still there, and has not ended? */
bool process_is_there(const struct process *process);
bool process_has_ended(const struct process *process);

/* False when that very process is not there any more, or is somebody else's. */
bool process_signal(const struct process *process, int number);

#endif
