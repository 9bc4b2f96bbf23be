/* The moment between a program's arguments and a running process: found in PATH, descriptors and signals put right. */
#ifndef LOOP_CHILD_SPAWN_H
#define LOOP_CHILD_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct spawn {
	const char *const *arguments;
	const char *const *environment; /* additions; may be NULL */
	const char *folder;             /* may be NULL */
	int stdio[3];                   /* what it gets as 0, 1 and 2; the caller's, close-on-exec */
	bool detached;                  /* it outlives skep: nobody's child, nothing to be waited for */
};

/*
 * Start the program as leader of a session of its own, all signals at their
 * defaults, nothing open but `stdio`. Cheap however large skep is: no memory
 * is copied. The process ID (0 of a detached one), or -1 with the reason; an
 * execution that fails is one too, and leaves no process.
 */
pid_t spawn_start(const struct spawn *spawn, struct error *error);

/*
 * The file that `program` names: itself when it has a slash, else the first
 * one in `path` ("/usr/bin:/bin") that can be executed. NULL with the reason;
 * the caller frees it.
 */
char *spawn_find(const char *program, const char *path, struct error *error);

/* Where programs are when nobody says. */
#define SPAWN_PATH "/usr/local/bin:/usr/bin:/bin"

/*
 * For a new process that is to become another program and was not made by
 * spawn_start: it inherits nothing but 0, 1 and 2, and all its signals are at
 * their defaults, none blocked. Both are safe between fork and execve.
 */
void spawn_keep_rest_out(void);
void spawn_reset_signals(void);

#endif
