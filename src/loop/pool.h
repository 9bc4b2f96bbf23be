/*
 * Jobs on threads: work on buffers the job owns. `work` runs on a worker and
 * touches nothing shared; `done` runs in the loop. A cancelled job still
 * finishes its work, then only `drop` is called.
 *
 * There are two lanes. Jobs that compute share a fixed number of threads. Jobs
 * that wait (a name server, a disk, a file on another host) may hang for as
 * long as what they wait for does: they have a lane of their own, whose
 * threads are started when one is wanted and end when idle, so that however
 * many of them hang, nothing that computes stands behind them.
 */
#ifndef LOOP_POOL_H
#define LOOP_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "loop/loop.h"

struct pool;
struct job;

struct job_ops {
	void (*work)(void *state);             /* worker thread */
	void (*done)(void *state, void *user); /* loop; the state is still the job's until drop */
	void (*drop)(void *state);             /* loop; free the state; called once, last, always */
	bool waits;                            /* on something outside the process: the other lane */
};

/* How many jobs that wait run at a time; those of one kind should leave some of it to others. */
#define POOL_WAITING_MAX 16

/* `threads` for what computes. */
struct pool *pool_new(struct loop *loop, unsigned threads, struct error *error);

/* Waits for running work for a moment, what hangs longer is left behind; queued jobs are dropped. */
void pool_free(struct pool *pool);

/* `state` becomes the job's. The lane's queue full (1024) calls nothing and returns NULL with the error set. */
struct job *pool_submit(struct pool *pool, const struct job_ops *ops, void *state, void *user, struct error *error);
void job_cancel(struct job *job);

/*
 * For what is nearly always there at once: waits a few milliseconds for the
 * work to end. True: the state may be looked at, and what is wanted taken out
 * of it; `done` still follows, unless the job is cancelled. False: it goes on.
 * In the loop, before `done` was called.
 */
bool job_wait(struct job *job, int64_t most_ms);

#endif
