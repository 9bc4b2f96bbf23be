/*
 * A step's keeper: a small process of its own (skep-keeper, exec'd, in its own
 * session, with the person's environment) that owns the step's PTY and its
 * program, writes transcript and outcome into the attempt's folder, and
 * survives whoever started it. It makes the folder itself by mkdir: a folder
 * that exists is never run again.
 *
 * In the folder: `order.json` (what is run, where, when: no secrets),
 * `transcript` (while it runs a file of fixed size, mapped by the readers: head
 * and ring of the tail; at the end plain bytes with a line saying what was left out),
 * `outcome.json` (written atomically, durable), `socket`, `lock` (held while the keeper
 * lives). All of it 0600/0700, masked before it is written.
 */
#ifndef RUNBOOK_KEEPER_H
#define RUNBOOK_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "loop/loop.h"

#define KEEPER_HEAD_BYTES (256u * 1024)
#define KEEPER_TAIL_BYTES (768u * 1024)
#define KEEPER_GRACE_MS   5000 /* between INT, TERM and KILL */

/* What is run. */
struct keeper_order {
	const char *folder;             /* of the attempt, to be made; its parent is there */
	const char *command;            /* for `shell -c` */
	const char *shell;              /* absolute: /bin/bash, /bin/sh */
	const char *directory;          /* to run in; NULL: the person's own */
	const char *const *environment; /* the whole one, "NAME=VALUE", NULL ends it; NULL: skep's own */
	const char *const *secrets;     /* more values to be masked; NULL ends them; may be NULL */
	int64_t timeout_ms;             /* 0: none */
	unsigned short rows, columns;
	const char *mark; /* the keeper's own (keeper_left.h): what is given here is passed over */
};

enum keeper_phase {
	KEEPER_STARTING,
	KEEPER_RUNS,
	KEEPER_STOPPING, /* the ladder of signals is under way */
	KEEPER_ENDED,    /* there is an outcome */
	KEEPER_NEVER,    /* nothing was run, and never will be under this folder */
	KEEPER_LOST,     /* it began, the keeper is gone, nobody knows how it ended */
};

/* Exit status, signal and time-out are three facts. */
struct keeper_outcome {
	bool ran;                /* false: see `reason` */
	int status;              /* exit status; -1: a signal ended it */
	int signal;              /* 0: none */
	bool timed_out, stopped; /* the keeper's ladder ended it: its time was up; somebody asked */
	char reason[160]; /* "" for exit status 0; "exit status 3", "killed by signal 9", "timeout after 5m", "stopped"
			   */
	int64_t started_ms, ended_ms; /* wall */
	int64_t elapsed_ms;           /* monotonic */
	uint64_t bytes;               /* of output, before anything was left out */
	bool grandchild; /* something it started still held the terminal when it ended, and was ended with it */
};

struct keeper;

struct keeper_config {
	struct loop *loop;
	void (*on_change)(void *user); /* its phase changed, or there is more output; at most 20 times a second */
	void *user;
};

/* Start one: $SKEP_KEEPER, the skep-keeper beside this program, or the one in PATH. NULL with the reason when it cannot
 * be started; nothing was run then. */
struct keeper *keeper_start(const struct keeper_config *config, const struct keeper_order *order, struct error *error);

/* Take up the attempt in that folder: reattach when its keeper lives, else read how it ended. A folder that is not
 * there is claimed (made, empty), so that nobody runs it later: KEEPER_NEVER. Never NULL. */
struct keeper *keeper_attach(const struct keeper_config *config, const char *folder, struct error *error);

/* Let go of it: the step goes on. NULL is allowed. */
void keeper_free(struct keeper *keeper);

enum keeper_phase keeper_phase(const struct keeper *keeper);
const struct keeper_outcome *keeper_outcome(const struct keeper *keeper); /* valid from KEEPER_ENDED on */

/* The ladder of signals to its process group. */
void keeper_stop(struct keeper *keeper);
void keeper_resize(struct keeper *keeper, unsigned short rows, unsigned short columns);

/* Keys for the program. */
void keeper_input(struct keeper *keeper, const char *data, size_t length);

/*
 * While a person gives the terminal to the program: its own bytes from now on,
 * unmasked and raw, to `on_raw`; NULL takes it back. When the reader is slow the
 * program waits, as it would for any terminal; one that takes nothing for two
 * seconds loses the terminal, and the program goes on.
 */
void keeper_give_terminal(struct keeper *keeper, void (*on_raw)(void *user, const char *data, size_t length),
			  void *user);

/*
 * What there is of output now, masked: the head, what was left out, the
 * tail. Pointers are valid until the next call or turn of the loop.
 */
struct keeper_output {
	const char *head, *tail;
	size_t head_length, tail_length;
	uint64_t left_out; /* bytes between them */
	uint64_t total;    /* of all; rises */
};
void keeper_get_output(struct keeper *keeper, struct keeper_output *ret);

#endif
