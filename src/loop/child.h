/*
 * Programs on the loop: one is started from an argument array, its output is
 * delivered as it comes, its end is watched by a descriptor. Nothing blocks
 * and no shell is involved.
 *
 * A child has a session and process group of its own, without a terminal, so
 * that nothing it does can reach the screen or wait for a key. It inherits
 * standard input, output and error and nothing else. What it started in its
 * group ends with it: once the program itself has ended, output that
 * somebody else still holds open is waited for CHILD_LINGER_MS, then the
 * group is killed. When skep dies, the kernel kills the program.
 *
 * The owner frees a child with child_free, at any time, in its callbacks too.
 */
#ifndef LOOP_CHILD_H
#define LOOP_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "loop/loop.h"

#define CHILD_LINGER_MS 500
#define CHILD_GRACE_MS  1000 /* between the signals that ask a child to end */

struct child;

enum child_stream { CHILD_OUTPUT, CHILD_ERRORS };

enum child_end {
	CHILD_EXITED,    /* by itself: see `status` */
	CHILD_SIGNALLED, /* somebody else's signal, or a crash: see `signal` */
	CHILD_TIMED_OUT, /* it was ended since its time was up */
	CHILD_STOPPED,   /* child_stop ended it */
};

struct child_result {
	enum child_end end;
	int status;      /* exit status; -1 when a signal ended it */
	int signal;      /* that ended it; 0 when it exited */
	char reason[80]; /* "" for exit status 0, else "exit status 3", "killed by signal 9", "timeout after 5s",
			    "stopped" */
	int64_t elapsed_ms;
	int64_t cpu_ms;                   /* user and system time, with the children it waited for */
	size_t output_bytes, error_bytes; /* delivered */
};

struct child_program {
	const char *const
		*arguments; /* the program, looked up in PATH when it has no slash, and its arguments; NULL ends them */
	const char *const
		*environment; /* "NAME=VALUE", added to skep's own or in place of it; NULL ends them; may be NULL */
	const char *folder;   /* to run in; NULL for skep's own */
	const char *input;    /* standard input; NULL is /dev/null */
	size_t input_length;
	int64_t timeout_ms; /* 0: no limit */
	/* Output, in pieces of at most 32 KiB, one a stream and turn of the loop. */
	void (*on_data)(void *user, enum child_stream stream, const char *data, size_t length);
	/* It has ended and all output was delivered. Called once, never from child_start. */
	void (*done)(void *user, const struct child_result *result);
	void *user;
};

/*
 * Start it. Strings are copied. NULL with the error set when it cannot be
 * started: "kubectl: not found in PATH", "/opt/x: permission denied".
 */
struct child *child_start(struct loop *loop, const struct child_program *program, struct error *error);

/* Read no more until false is said: the pipes fill, the program waits. Its time limit goes on. */
void child_pause(struct child *child, bool paused);

/* Ask the whole group to end: INT, then TERM, then KILL, CHILD_GRACE_MS apart. `done` follows. */
void child_stop(struct child *child);

pid_t child_pid(const struct child *child);

/* Kill what still runs; no callback after this. NULL is allowed. */
void child_free(struct child *child);

#endif
