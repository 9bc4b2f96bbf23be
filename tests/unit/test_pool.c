#include <criterion/criterion.h>

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/pool.h"

TestSuite(pool, .timeout = 20);

static atomic_int worked, dropped, gate;

struct task {
	int sleep_ms;
	pthread_t thread;
};

struct seen {
	struct loop *loop;
	int done, until;
	pthread_t worker;
};

static void work(void *state)
{
	struct task *task = state;

	task->thread = pthread_self();
	if (task->sleep_ms)
		usleep((unsigned)task->sleep_ms * 1000);
	worked++;
}

static void done(void *state, void *user)
{
	struct seen *seen = user;

	seen->worker = ((struct task *)state)->thread;
	if (++seen->done == seen->until)
		loop_stop(seen->loop);
}

static void drop(void *state)
{
	dropped++;
	free(state);
}

static const struct job_ops ops = { .work = work, .done = done, .drop = drop };

static struct job *submit(struct pool *pool, struct seen *seen, int sleep_ms)
{
	struct task *task = mem_zalloc(sizeof(*task));
	struct job *job;

	task->sleep_ms = sleep_ms;
	job = pool_submit(pool, &ops, task, seen, NULL);
	if (!job)
		free(task);
	return job;
}

Test(pool, work_elsewhere_done_here)
{
	struct seen seen = { .loop = loop_new(NULL), .until = 100 };
	struct pool *pool = pool_new(seen.loop, 2, NULL);

	for (int i = 0; i < 100; i++)
		cr_assert(submit(pool, &seen, 0));
	cr_expect_eq(seen.done, 0, "done before the loop ran");
	loop_run(seen.loop);
	cr_expect_eq(worked, 100);
	cr_expect_not(pthread_equal(seen.worker, pthread_self()));
	pool_free(pool);
	cr_expect_eq(dropped, 100);
	loop_free(seen.loop);
}

Test(pool, cancelled_jobs_are_only_dropped)
{
	struct seen seen = { .loop = loop_new(NULL), .until = 1 };
	struct pool *pool = pool_new(seen.loop, 1, NULL);
	struct job *first = submit(pool, &seen, 20), *second = submit(pool, &seen, 0);

	job_cancel(first);
	job_cancel(second);
	submit(pool, &seen, 0);
	loop_run(seen.loop);
	cr_expect_eq(seen.done, 1);
	cr_expect_eq(worked, 3);
	pool_free(pool);
	cr_expect_eq(dropped, 3);
	loop_free(seen.loop);
}

Test(pool, full_queue_refuses)
{
	struct seen seen = { .loop = loop_new(NULL) };
	struct pool *pool = pool_new(seen.loop, 1, NULL);
	struct error error = { 0 };
	int accepted = 0;

	submit(pool, &seen, 300);
	while (accepted < 3000 && submit(pool, &seen, 0))
		accepted++;
	cr_expect_geq(accepted, 1023);
	cr_expect_leq(accepted, 1025);
	cr_expect_null(pool_submit(pool, &ops, NULL, NULL, &error));
	cr_expect_str_eq(error.text, "too many jobs wait (1024)");
	pool_free(pool);
	cr_expect_eq(dropped, accepted + 1, "queued jobs are dropped");
	cr_expect_leq(worked, 2);
	loop_free(seen.loop);
}

/* A worker that hangs does not hold the program's end. */
Test(pool, leaves_a_stuck_worker_behind)
{
	struct seen seen = { .loop = loop_new(NULL) };
	struct pool *pool = pool_new(seen.loop, 2, NULL);
	int64_t start = clock_monotonic_ms();

	submit(pool, &seen, 2500);
	usleep(20000);
	pool_free(pool);
	loop_free(seen.loop);
	cr_expect_lt(clock_monotonic_ms() - start, 2000);
	cr_expect_eq(dropped, 0);
	for (int i = 0; i < 400 && !dropped; i++)
		usleep(10000);
	cr_expect_eq(dropped, 1, "its state is freed in the end");
	usleep(20000);
}

static void wait_at_gate(void *state)
{
	struct task *task = state;

	task->thread = pthread_self();
	while (!gate)
		usleep(1000);
	worked++;
}

static const struct job_ops waiting_ops = { .work = wait_at_gate, .done = done, .drop = drop, .waits = true };

static struct job *submit_waiting(struct pool *pool, struct seen *seen)
{
	struct task *task = mem_zalloc(sizeof(*task));
	struct job *job = pool_submit(pool, &waiting_ops, task, seen, NULL);

	cr_assert(job);
	return job;
}

/* However many wait for something that does not come, those that compute go on. */
Test(pool, what_waits_holds_up_nothing_that_computes)
{
	struct seen waiting = { .loop = loop_new(NULL), .until = 40 };
	struct seen computing = { .loop = waiting.loop, .until = 50 };
	struct pool *pool = pool_new(waiting.loop, 1, NULL);

	for (int i = 0; i < 40; i++)
		submit_waiting(pool, &waiting);
	for (int i = 0; i < 50; i++)
		cr_assert(submit(pool, &computing, 0));
	loop_run(waiting.loop);
	cr_expect_eq(computing.done, 50);
	cr_expect_eq(waiting.done, 0, "nobody opened yet");
	gate = 1;
	loop_run(waiting.loop);
	cr_expect_eq(waiting.done, 40);
	pool_free(pool);
	cr_expect_eq(dropped, 90);
	loop_free(waiting.loop);
}

static int threads_of_process(void)
{
	DIR *folder = opendir("/proc/self/task");
	int count = 0;

	cr_assert(folder);
	for (const struct dirent *entry; (entry = readdir(folder));)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

/* Threads for what waits come one by one, at most so many, and one that is idle is taken before a new one. */
Test(pool, threads_for_what_waits_come_on_demand)
{
	struct seen seen = { .loop = loop_new(NULL), .until = 1 };
	struct pool *pool = pool_new(seen.loop, 2, NULL);
	int before = threads_of_process();

	gate = 1;
	for (int i = 0; i < 20; i++) {
		submit_waiting(pool, &seen);
		seen.until = seen.done + 1;
		loop_run(seen.loop);
	}
	cr_expect_leq(threads_of_process(), before + 2, "one after the other needs no crowd");
	gate = 0;
	for (int i = 0; i < 3 * POOL_WAITING_MAX; i++)
		submit_waiting(pool, &seen);
	cr_expect_eq(threads_of_process(), before + POOL_WAITING_MAX);
	gate = 1;
	seen.until = seen.done + 3 * POOL_WAITING_MAX;
	loop_run(seen.loop);
	pool_free(pool);
	loop_free(seen.loop);
}

/* The end does not wait for a name server as it does for work that is nearly done. */
Test(pool, leaves_what_hangs_behind)
{
	struct seen seen = { .loop = loop_new(NULL) };
	struct pool *pool = pool_new(seen.loop, 2, NULL);
	int64_t start = clock_monotonic_ms();

	for (int i = 0; i < POOL_WAITING_MAX + 5; i++)
		submit_waiting(pool, &seen);
	usleep(20000);
	pool_free(pool);
	loop_free(seen.loop);
	cr_expect_lt(clock_monotonic_ms() - start, 900);
	cr_expect_eq(dropped, 5, "those that had not begun");
	gate = 1;
	for (int i = 0; i < 400 && dropped < POOL_WAITING_MAX + 5; i++)
		usleep(10000);
	cr_expect_eq(dropped, POOL_WAITING_MAX + 5, "their states are freed in the end");
	usleep(20000);
}

Test(pool, waited_for_for_a_moment)
{
	struct seen seen = { .loop = loop_new(NULL), .until = 2 };
	struct pool *pool = pool_new(seen.loop, 2, NULL);
	struct job *soon = submit(pool, &seen, 0), *late = submit(pool, &seen, 200), *taken;

	cr_expect(job_wait(soon, 10000));
	cr_expect(job_wait(soon, 0), "it is there already");
	cr_expect_not(job_wait(late, 1));
	cr_expect_eq(seen.done, 0, "that is told in the loop only");
	loop_run(seen.loop);
	cr_expect_eq(seen.done, 2);
	/* What was taken out at once is not told again. */
	taken = submit(pool, &seen, 0);
	cr_expect(job_wait(taken, 10000));
	job_cancel(taken);
	pool_free(pool);
	cr_expect_eq(seen.done, 2);
	cr_expect_eq(dropped, 3);
	loop_free(seen.loop);
}
