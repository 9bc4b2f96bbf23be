#include <criterion/criterion.h>

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/loop.h"

TestSuite(loop, .timeout = 10);

struct seen {
	struct loop *loop;
	struct timer *timer, *other;
	struct io_watch *io;
	int fired, painted, read, wrote, signalled, fd;
};

static void on_fire(void *user)
{
	struct seen *seen = user;

	if (++seen->fired < 3)
		timer_start(seen->timer, 1);
	else
		loop_stop(seen->loop);
}

Test(loop, timer_starts_itself_again)
{
	struct seen seen = { .loop = loop_new(NULL) };
	int64_t start = clock_monotonic_ms();

	seen.timer = timer_new(seen.loop, on_fire, &seen);
	cr_expect_not(timer_is_running(seen.timer));
	timer_start(seen.timer, 10000);
	timer_start(seen.timer, 20); /* moves it */
	cr_expect(timer_is_running(seen.timer));
	loop_run(seen.loop);
	cr_expect_eq(seen.fired, 3);
	cr_expect_geq(clock_monotonic_ms() - start, 20);
	cr_expect_geq(loop_monotonic_ms(seen.loop), start + 20, "the clock is read anew each turn");
	cr_expect_leq(loop_wall_ms(seen.loop), clock_wall_ms());
	cr_expect_not(timer_is_running(seen.timer));
	timer_free(seen.timer);
	timer_free(NULL);
	loop_free(seen.loop);
}

static void on_free_both(void *user)
{
	struct seen *seen = user;

	seen->fired++;
	timer_free(seen->timer);
	timer_free(seen->other);
	seen->timer = seen->other = NULL;
}

static void on_stop(void *user)
{
	loop_stop(((struct seen *)user)->loop);
}

/* Both are due in one turn: the one that runs first frees both. */
Test(loop, timers_freed_in_a_callback)
{
	struct seen seen = { .loop = loop_new(NULL) };
	struct timer *end = timer_new(seen.loop, on_stop, &seen);

	seen.timer = timer_new(seen.loop, on_free_both, &seen);
	seen.other = timer_new(seen.loop, on_free_both, &seen);
	timer_start(seen.timer, 0);
	timer_start(seen.other, 0);
	timer_start(end, 30);
	loop_run(seen.loop);
	cr_expect_eq(seen.fired, 1);
	timer_free(end);
	loop_free(seen.loop);
}

static void on_mark_twice(void *user)
{
	struct seen *seen = user;

	loop_mark_dirty(seen->loop);
	loop_mark_dirty(seen->loop);
	if (++seen->fired < 3)
		timer_start(seen->timer, 5);
	else
		timer_start(seen->other, 20);
}

static void on_paint(void *user)
{
	struct seen *seen = user;

	if (++seen->painted == 3)
		loop_mark_dirty(seen->loop); /* asks for one more */
}

Test(loop, one_paint_before_sleep)
{
	struct seen seen = { .loop = loop_new(NULL) };

	seen.timer = timer_new(seen.loop, on_mark_twice, &seen);
	seen.other = timer_new(seen.loop, on_stop, &seen);
	loop_on_paint(seen.loop, on_paint, &seen);
	timer_start(seen.timer, 5);
	loop_run(seen.loop);
	cr_expect_eq(seen.painted, 4);
	timer_free(seen.timer);
	timer_free(seen.other);
	loop_free(seen.loop);
}

static void on_signal(void *user, int number)
{
	struct seen *seen = user;

	seen->signalled = number;
	loop_stop(seen->loop);
}

Test(loop, signals)
{
	struct seen seen = { .loop = loop_new(NULL) };
	struct signal_watch *watch = signal_watch_new(seen.loop, SIGUSR1, on_signal, &seen);

	kill(getpid(), SIGUSR1);
	loop_run(seen.loop);
	cr_expect_eq(seen.signalled, SIGUSR1);
	signal_watch_free(watch);
	signal_watch_free(NULL);
	loop_free(seen.loop);
}

static void on_io(void *user, int events)
{
	struct seen *seen = user;
	char byte;

	if (events & LOOP_READ) {
		seen->read += (int)read(seen->fd, &byte, 1);
		io_watch_set(seen->io, seen->read < 2 ? LOOP_READ : 0);
	}
	if (seen->read == 2)
		loop_stop(seen->loop);
}

Test(loop, descriptors)
{
	struct seen seen = { .loop = loop_new(NULL) };
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	seen.fd = fds[0];
	seen.io = io_watch_new(seen.loop, fds[0], LOOP_READ, on_io, &seen);
	cr_assert_eq(write(fds[1], "abc", 3), 3);
	loop_run(seen.loop);
	cr_expect_eq(seen.read, 2);
	io_watch_free(seen.io);
	io_watch_free(NULL);
	loop_free(seen.loop);
	loop_free(NULL);
	close(fds[0]);
	close(fds[1]);
}
