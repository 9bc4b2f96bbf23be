#include "loop/pool.h"

#include <ev.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

#define POOL_QUEUE_MAX   1024
#define POOL_THREADS_MAX 16
#define IDLE_SEC         10

_Static_assert(POOL_WAITING_MAX <= POOL_THREADS_MAX, "a place for each thread");

enum lane_kind { LANE_COMPUTES, LANE_WAITS, LANE_COUNT };

/* How long the end of the pool waits for what runs. What waits for others may take for ever as well. */
static const int64_t patience_ms[LANE_COUNT] = { [LANE_COMPUTES] = CLOCK_SECOND, [LANE_WAITS] = CLOCK_SECOND / 4 };

struct crew;

struct job {
	struct crew *crew;
	const struct job_ops *ops;
	void *state;
	void *user;
	bool cancelled; /* loop only */
	bool ended;     /* its work; under the crew's lock */
	struct job *next;
};

struct job_list {
	struct job *first, *last;
	size_t count;
};

/* A place for a thread. One that ended by itself is joined when its place is wanted again, or at the end. */
struct seat {
	pthread_t thread;
	struct lane *lane;
	bool taken, ended;
};

struct lane {
	struct crew *crew;
	pthread_cond_t work_came;
	struct job_list queued;
	struct seat seats[POOL_THREADS_MAX];
	unsigned most, threads, running;
	bool on_demand; /* its threads end when nothing comes for a while */
};

/*
 * What loop and workers share, under the lock. It outlives the pool when a
 * worker is stuck in a call that cannot be interrupted (a name server that
 * never answers): whoever leaves last frees it.
 */
struct crew {
	pthread_mutex_t lock;
	pthread_cond_t work_ended;
	struct lane lanes[LANE_COUNT];
	struct job_list finished;
	unsigned members;
	bool stopping;
	struct ev_loop *ev; /* NULL once the pool is gone */
	ev_async wake;
};

struct pool {
	struct crew *crew;
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

static void crew_free(struct crew *crew)
{
	for (size_t i = 0; i < LANE_COUNT; i++)
		pthread_cond_destroy(&crew->lanes[i].work_came);
	pthread_cond_destroy(&crew->work_ended);
	pthread_mutex_destroy(&crew->lock);
	free(crew);
}

/* Called with the lock held; gives it back. */
static void crew_leave(struct crew *crew)
{
	bool last = --crew->members == 0;

	pthread_mutex_unlock(&crew->lock);
	if (last)
		crew_free(crew);
}

static struct timespec after_ms(int64_t ms)
{
	struct timespec ret;

	clock_gettime(CLOCK_MONOTONIC, &ret);
	ret.tv_sec += ms / CLOCK_SECOND;
	ret.tv_nsec += ms % CLOCK_SECOND * 1000000;
	if (ret.tv_nsec >= 1000000000) {
		ret.tv_nsec -= 1000000000;
		ret.tv_sec++;
	}
	return ret;
}

/* The next job, or NULL when this thread is to end. Called with the lock held. */
static struct job *next_job(struct lane *lane)
{
	struct timespec until = after_ms(IDLE_SEC * CLOCK_SECOND);
	int late = 0;

	while (!lane->crew->stopping && !lane->queued.first) {
		if (late == ETIMEDOUT)
			return NULL;
		if (lane->on_demand)
			late = pthread_cond_timedwait(&lane->work_came, &lane->crew->lock, &until);
		else
			pthread_cond_wait(&lane->work_came, &lane->crew->lock);
	}
	return lane->crew->stopping ? NULL : list_pop(&lane->queued);
}

static void *worker(void *data)
{
	struct seat *seat = data;
	struct lane *lane = seat->lane;
	struct crew *crew = lane->crew;
	struct job *job;

	pthread_mutex_lock(&crew->lock);
	while ((job = next_job(lane))) {
		lane->running++;
		pthread_mutex_unlock(&crew->lock);
		job->ops->work(job->state);
		pthread_mutex_lock(&crew->lock);
		lane->running--;
		job->ended = true;
		pthread_cond_signal(&crew->work_ended);
		if (crew->ev) {
			list_push(&crew->finished, job);
			ev_async_send(crew->ev, &crew->wake);
		} else {
			job_drop(job); /* left behind: nobody else knows of it any more */
		}
	}
	lane->threads--;
	seat->ended = true;
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

/* Workers take no signals: those are the loop's. Called with the lock held. */
static int start_thread(struct lane *lane)
{
	struct seat *seat = lane->seats;
	sigset_t all, before;
	int failed;

	/* One that has ended may still be on its way out: its number counts no more. */
	while (seat->taken && !seat->ended)
		seat++;
	if (seat->taken)
		pthread_join(seat->thread, NULL);
	*seat = (struct seat){ .lane = lane };
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&seat->thread, NULL, worker, seat);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed)
		return failed;
	seat->taken = true;
	lane->threads++;
	lane->crew->members++;
	return 0;
}

static void lane_init(struct lane *lane, struct crew *crew, unsigned most, bool on_demand)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&lane->work_came, &attributes);
	pthread_condattr_destroy(&attributes);
	lane->crew = crew;
	lane->most = most < 1 ? 1 : most > POOL_THREADS_MAX ? POOL_THREADS_MAX : most;
	lane->on_demand = on_demand;
}

static struct crew *crew_new(struct ev_loop *ev, unsigned threads)
{
	struct crew *crew = mem_zalloc(sizeof(*crew));
	pthread_condattr_t attributes;

	pthread_mutex_init(&crew->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&crew->work_ended, &attributes);
	pthread_condattr_destroy(&attributes);
	lane_init(&crew->lanes[LANE_COMPUTES], crew, threads, false);
	lane_init(&crew->lanes[LANE_WAITS], crew, POOL_WAITING_MAX, true);
	crew->members = 1;
	crew->ev = ev;
	ev_async_init(&crew->wake, on_wake);
	crew->wake.data = crew;
	ev_async_start(ev, &crew->wake);
	return crew;
}

struct pool *pool_new(struct loop *loop, unsigned threads, struct error *error)
{
	struct pool *pool = mem_zalloc(sizeof(*pool));
	struct lane *lane;
	int failed = 0;

	pool->crew = crew_new(loop_ev(loop), threads);
	lane = &pool->crew->lanes[LANE_COMPUTES];
	pthread_mutex_lock(&pool->crew->lock);
	while (!failed && lane->threads < lane->most)
		failed = start_thread(lane);
	pthread_mutex_unlock(&pool->crew->lock);
	if (failed && !lane->threads) {
		error_set(error, "cannot start worker threads: %s", strerror(failed));
		pool_free(pool);
		return NULL;
	}
	return pool;
}

/* Wait until none of the lane works, but not for ever. Returns whether all are idle. */
static bool wait_for_running(struct lane *lane, int64_t most_ms)
{
	struct timespec until = after_ms(most_ms);

	while (lane->running)
		if (pthread_cond_timedwait(&lane->crew->work_ended, &lane->crew->lock, &until) == ETIMEDOUT)
			break;
	return !lane->running;
}

/* The threads that are or were: when all are idle they end at once. */
static size_t take_threads(struct lane *lane, pthread_t *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < POOL_THREADS_MAX; i++)
		if (lane->seats[i].taken)
			ret[count++] = lane->seats[i].thread;
	return count;
}

void pool_free(struct pool *pool)
{
	struct crew *crew;
	struct job_list left = { 0 };
	struct job *job;
	pthread_t threads[LANE_COUNT][POOL_THREADS_MAX];
	size_t counts[LANE_COUNT];
	bool idle[LANE_COUNT];

	if (!pool)
		return;
	crew = pool->crew;
	pthread_mutex_lock(&crew->lock);
	crew->stopping = true;
	for (size_t i = 0; i < LANE_COUNT; i++)
		pthread_cond_broadcast(&crew->lanes[i].work_came);
	for (size_t i = 0; i < LANE_COUNT; i++) {
		idle[i] = wait_for_running(&crew->lanes[i], patience_ms[i]);
		counts[i] = take_threads(&crew->lanes[i], threads[i]);
		while ((job = list_pop(&crew->lanes[i].queued)))
			list_push(&left, job);
	}
	ev_async_stop(crew->ev, &crew->wake);
	crew->ev = NULL;
	while ((job = list_pop(&crew->finished)))
		list_push(&left, job);
	crew_leave(crew);
	for (size_t i = 0; i < LANE_COUNT; i++)
		for (size_t k = 0; k < counts[i]; k++) {
			if (idle[i])
				pthread_join(threads[i][k], NULL);
			else
				pthread_detach(threads[i][k]);
		}
	while ((job = list_pop(&left)))
		job_drop(job);
	free(pool);
}

/* Whether somebody will come for what is queued: a lane on demand gets a thread for each job that finds none idle. */
static int lane_staff(struct lane *lane)
{
	int failed = 0;

	if (lane->on_demand && lane->threads < lane->most && lane->threads - lane->running <= lane->queued.count)
		failed = start_thread(lane);
	return lane->threads ? 0 : failed;
}

struct job *pool_submit(struct pool *pool, const struct job_ops *ops, void *state, void *user, struct error *error)
{
	struct lane *lane = &pool->crew->lanes[ops->waits ? LANE_WAITS : LANE_COMPUTES];
	struct job *job = NULL;
	int failed;

	pthread_mutex_lock(&pool->crew->lock);
	failed = lane_staff(lane);
	if (failed) {
		error_set(error, "cannot start a worker thread: %s", strerror(failed));
	} else if (lane->queued.count >= POOL_QUEUE_MAX) {
		error_set(error, "too many jobs wait (%d)", POOL_QUEUE_MAX);
	} else {
		job = mem_zalloc(sizeof(*job));
		job->crew = pool->crew;
		job->ops = ops;
		job->state = state;
		job->user = user;
		list_push(&lane->queued, job);
		pthread_cond_signal(&lane->work_came);
	}
	pthread_mutex_unlock(&pool->crew->lock);
	return job;
}

void job_cancel(struct job *job)
{
	job->cancelled = true;
}

bool job_wait(struct job *job, int64_t most_ms)
{
	struct crew *crew = job->crew;
	struct timespec until = after_ms(most_ms);
	bool ended;

	pthread_mutex_lock(&crew->lock);
	while (!job->ended)
		if (pthread_cond_timedwait(&crew->work_ended, &crew->lock, &until) == ETIMEDOUT)
			break;
	ended = job->ended;
	pthread_mutex_unlock(&crew->lock);
	return ended;
}
