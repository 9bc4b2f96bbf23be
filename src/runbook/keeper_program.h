/*
 * The program of a step: in a session of its own on a PTY of its own, and
 * everything it started. It stays a zombie until program_reap: so its process
 * id, which is also its group's and session's, is nobody else's before that.
 */
#ifndef RUNBOOK_KEEPER_PROGRAM_H
#define RUNBOOK_KEEPER_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "runbook/keeper.h"

struct program {
	pid_t pid;  /* 0: none */
	int master; /* non-blocking */
};

/*
 * Start it. -1 with the reason when that is impossible; nothing runs then. It
 * is killed by the kernel should this process die, and what is in the
 * terminal's foreground gets SIGHUP.
 */
int program_start(struct program *program, const struct keeper_order *order, struct error *error);

/* To its process group, and to the one that is in the foreground of its terminal. */
void program_signal(const struct program *program, int number);

/*
 * Kill everything it started: in its session, and whatever descends from it.
 * True when there was any. Takes some milliseconds.
 */
bool program_end_all(const struct program *program);

/* Has it ended? It is not reaped by that; others that ended are. */
bool program_ended(const struct program *program, int *ret_status, int *ret_signal);
void program_reap(struct program *program);

#endif
