#include "loop/pool.h"

#include <ev.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define POOL_QUEUE_MAX    1024
#define POOL_THREADS_MAX  16
#define POOL_PATIENCE_SEC 1

struct job {
	const struct job_ops *ops;
	void *state;
	void *user;
	bool cancelled; /* loop only */
	struct job *next;
};

struct job_list {
	struct job *first, *last;
	size_t count;
};

/*
 * What loop and workers share, under the lock. It outlives the pool when a
 * worker is stuck in a call that cannot be interrupted (a name server that
 * never answers): whoever leaves last frees it.
 */
struct crew {
	pthread_mutex_t lock;
	pthread_cond_t work_came, work_ended;
	struct job_list queued, finished;
	unsigned running, members;
	bool stopping;
	struct ev_loop *ev; /* NULL once the pool is gone */
	ev_async wake;
};

struct pool {
	struct loop *loop;
	struct crew *crew;
	pthread_t threads[POOL_THREADS_MAX];
	unsigned thread_count;
};

static void list_push(struct job_list *list, struct job *job)
{
	job->next = NULL;
	if (list->last)
		list->last->next = job;
	else
		list->first = job;
	list->last = job;
	list->count++;
}

static struct job *list_pop(struct job_list *list)
{
	struct job *job = list->first;

	if (!job)
		return NULL;
	list->first = job->next;
	if (!list->first)
		list->last = NULL;
	list->count--;
	return job;
}

static void job_drop(struct job *job)
{
	job->ops->drop(job->state);
	free(job);
}

/* Called with the lock held; gives it back. */
static void crew_leave(struct crew *crew)
{
	bool last = --crew->members == 0;

	pthread_mutex_unlock(&crew->lock);
	if (!last)
		return;
	pthread_cond_destroy(&crew->work_ended);
	pthread_cond_destroy(&crew->work_came);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}

static void *worker(void *data)
{
	struct crew *crew = data;
	struct job *job;

	pthread_mutex_lock(&crew->lock);
	for (;;) {
		while (!crew->stopping && !crew->queued.first)
			pthread_cond_wait(&crew->work_came, &crew->lock);
		if (crew->stopping)
			break;
		job = list_pop(&crew->queued);
		crew->running++;
		pthread_mutex_unlock(&crew->lock);
		job->ops->work(job->state);
		pthread_mutex_lock(&crew->lock);
		crew->running--;
		pthread_cond_signal(&crew->work_ended);
		if (crew->ev) {
			list_push(&crew->finished, job);
			ev_async_send(crew->ev, &crew->wake);
		} else {
			job_drop(job); /* left behind: nobody else knows of it any more */
		}
	}
	crew_leave(crew);
	return NULL;
}

static void on_wake(struct ev_loop *ev, ev_async *watcher, int events)
{
	struct crew *crew = watcher->data;
	struct job_list finished;
	struct job *job;

	(void)ev;
	(void)events;
	pthread_mutex_lock(&crew->lock);
	finished = crew->finished;
	crew->finished = (struct job_list){ 0 };
	pthread_mutex_unlock(&crew->lock);
	while ((job = list_pop(&finished))) {
		if (!job->cancelled)
			job->ops->done(job->state, job->user);
		job_drop(job);
	}
}

/* Workers take no signals: those are the loop's. */
static int start_threads(struct pool *pool, unsigned threads)
{
	sigset_t all, before;
	int failed = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_mutex_lock(&pool->crew->lock);
	while (!failed && pool->thread_count < threads) {
		failed = pthread_create(&pool->threads[pool->thread_count], NULL, worker, pool->crew);
		if (failed)
			break;
		pool->thread_count++;
		pool->crew->members++;
	}
	pthread_mutex_unlock(&pool->crew->lock);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

struct pool *pool_new(struct loop *loop, unsigned threads, struct error *error)
{
	struct pool *pool = mem_zalloc(sizeof(*pool));
	struct crew *crew = mem_zalloc(sizeof(*crew));
	pthread_condattr_t attributes;
	int failed;

	pool->loop = loop;
	pool->crew = crew;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->work_came, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&crew->work_ended, &attributes);
	pthread_condattr_destroy(&attributes);
	crew->members = 1;
	crew->ev = loop_ev(loop);
	ev_async_init(&crew->wake, on_wake);
	crew->wake.data = crew;
	ev_async_start(crew->ev, &crew->wake);
	if (!threads)
		threads = 1;
	if (threads > POOL_THREADS_MAX)
		threads = POOL_THREADS_MAX;
	failed = start_threads(pool, threads);
	if (failed && !pool->thread_count) {
		error_set(error, "cannot start worker threads: %s", strerror(failed));
		pool_free(pool);
		return NULL;
	}
	return pool;
}

/* Wait until no worker works, but not for ever. Returns whether all are idle. */
static bool wait_for_running(struct crew *crew)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += POOL_PATIENCE_SEC;
	while (crew->running)
		if (pthread_cond_timedwait(&crew->work_ended, &crew->lock, &until) == ETIMEDOUT)
			break;
	return !crew->running;
}

void pool_free(struct pool *pool)
{
	struct crew *crew;
	struct job_list left = { 0 };
	struct job *job;
	bool idle;

	if (!pool)
		return;
	crew = pool->crew;
	pthread_mutex_lock(&crew->lock);
	crew->stopping = true;
	pthread_cond_broadcast(&crew->work_came);
	idle = wait_for_running(crew);
	ev_async_stop(crew->ev, &crew->wake);
	crew->ev = NULL;
	while ((job = list_pop(&crew->queued)) || (job = list_pop(&crew->finished)))
		list_push(&left, job);
	crew_leave(crew);
	for (unsigned i = 0; i < pool->thread_count; i++) {
		if (idle)
			pthread_join(pool->threads[i], NULL);
		else
			pthread_detach(pool->threads[i]);
	}
	while ((job = list_pop(&left)))
		job_drop(job);
	free(pool);
}

struct job *pool_submit(struct pool *pool, const struct job_ops *ops, void *state, void *user, struct error *error)
{
	struct crew *crew = pool->crew;
	struct job *job = NULL;

	pthread_mutex_lock(&crew->lock);
	if (crew->queued.count < POOL_QUEUE_MAX) {
		job = mem_zalloc(sizeof(*job));
		job->ops = ops;
		job->state = state;
		job->user = user;
		list_push(&crew->queued, job);
		pthread_cond_signal(&crew->work_came);
	}
	pthread_mutex_unlock(&crew->lock);
	if (!job)
		error_set(error, "too many jobs wait (%d)", POOL_QUEUE_MAX);
	return job;
}

void job_cancel(struct job *job)
{
	job->cancelled = true;
}
