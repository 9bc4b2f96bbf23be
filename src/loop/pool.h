/*
 * Jobs on two threads: pure work on buffers the job owns. `work` runs on a
 * worker and touches nothing shared; `done` runs in the loop. A cancelled job
 * still finishes its work, then only `drop` is called.
 */
#ifndef LOOP_POOL_H
#define LOOP_POOL_H

#include "base/error.h"
#include "loop/loop.h"

struct pool;
struct job;

struct job_ops {
	void (*work)(void *state);             /* worker thread */
	void (*done)(void *state, void *user); /* loop; the state is still the job's until drop */
	void (*drop)(void *state);             /* loop; free the state; called once, last, always */
};

struct pool *pool_new(struct loop *loop, unsigned threads, struct error *error);

/* Waits for running work at most; queued jobs are dropped. */
void pool_free(struct pool *pool);

/* `state` becomes the job's. Queue full (1024) calls nothing and returns NULL with the error set. */
struct job *pool_submit(struct pool *pool, const struct job_ops *ops, void *state, void *user, struct error *error);
void job_cancel(struct job *job);

#endif
