#include "loop/loop.h"

#include <ev.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

struct loop {
	struct ev_loop *ev;
	ev_prepare before_sleep;
	ev_check after_sleep;
	ev_idle awake; /* runs only while a paint asked for another one */
	paint_fn *paint;
	void *paint_user;
	bool dirty;
	int64_t wall_ms, monotonic_ms;
	bool driven;
	struct timer *due; /* those that wait for a driven clock, the next one first */
};

struct timer {
	ev_timer ev;
	struct loop *loop;
	timer_fn *fn;
	void *user;
	bool real;          /* never waits for a driven clock */
	bool waiting;       /* for a driven clock, in the list of the loop */
	int64_t due_ms;     /* monotonic */
	struct timer *next; /* in that list */
};

struct signal_watch {
	ev_signal ev;
	struct loop *loop;
	signal_fn *fn;
	void *user;
};

struct io_watch {
	ev_io ev;
	struct loop *loop;
	io_fn *fn;
	void *user;
};

static void read_clocks(struct loop *loop)
{
	if (loop->driven)
		return;
	loop->wall_ms = clock_wall_ms();
	loop->monotonic_ms = clock_monotonic_ms();
}

static void on_before_sleep(struct ev_loop *ev, ev_prepare *prepare, int events)
{
	struct loop *loop = prepare->data;

	(void)events;
	if (!loop->dirty || !loop->paint) {
		ev_idle_stop(ev, &loop->awake);
		return;
	}
	loop->dirty = false;
	loop->paint(loop->paint_user);
	if (loop->dirty)
		ev_idle_start(ev, &loop->awake);
	else
		ev_idle_stop(ev, &loop->awake);
}

/* Highest priority: the clocks are read before any other event of the turn is handled. */
static void on_after_sleep(struct ev_loop *ev, ev_check *check, int events)
{
	(void)ev;
	(void)events;
	read_clocks(check->data);
}

static void on_idle(struct ev_loop *ev, ev_idle *idle, int events)
{
	(void)ev;
	(void)idle;
	(void)events;
}

struct loop *loop_new(struct error *error)
{
	struct loop *loop = mem_zalloc(sizeof(*loop));

	loop->ev = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	if (!loop->ev) {
		free(loop);
		error_set(error, "cannot make an event loop");
		return NULL;
	}
	ev_prepare_init(&loop->before_sleep, on_before_sleep);
	loop->before_sleep.data = loop;
	ev_prepare_start(loop->ev, &loop->before_sleep);
	ev_check_init(&loop->after_sleep, on_after_sleep);
	ev_set_priority(&loop->after_sleep, EV_MAXPRI);
	loop->after_sleep.data = loop;
	ev_check_start(loop->ev, &loop->after_sleep);
	ev_idle_init(&loop->awake, on_idle);
	read_clocks(loop);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	ev_idle_stop(loop->ev, &loop->awake);
	ev_check_stop(loop->ev, &loop->after_sleep);
	ev_prepare_stop(loop->ev, &loop->before_sleep);
	ev_loop_destroy(loop->ev);
	free(loop);
}

struct ev_loop *loop_ev(struct loop *loop)
{
	return loop->ev;
}

void loop_run(struct loop *loop)
{
	read_clocks(loop);
	ev_run(loop->ev, 0);
}

void loop_stop(struct loop *loop)
{
	ev_break(loop->ev, EVBREAK_ALL);
}

int64_t loop_wall_ms(const struct loop *loop)
{
	return loop->wall_ms;
}

int64_t loop_monotonic_ms(const struct loop *loop)
{
	return loop->monotonic_ms;
}

int64_t loop_wall_now_ms(const struct loop *loop)
{
	return loop->driven ? loop->wall_ms : clock_wall_ms();
}

int64_t loop_monotonic_now_ms(const struct loop *loop)
{
	return loop->driven ? loop->monotonic_ms : clock_monotonic_ms();
}

static void on_timer(struct ev_loop *ev, ev_timer *watcher, int events)
{
	struct timer *timer = watcher->data;

	(void)ev;
	(void)events;
	timer->fn(timer->user);
}

struct timer *timer_new(struct loop *loop, timer_fn *fn, void *user)
{
	struct timer *timer = mem_zalloc(sizeof(*timer));

	timer->loop = loop;
	timer->fn = fn;
	timer->user = user;
	ev_timer_init(&timer->ev, on_timer, 0., 0.);
	timer->ev.data = timer;
	return timer;
}

struct timer *timer_new_real(struct loop *loop, timer_fn *fn, void *user)
{
	struct timer *timer = timer_new(loop, fn, user);

	timer->real = true;
	return timer;
}

/* Behind those that are due at the same time: they were started earlier. */
static void wait_for_driven(struct timer *timer, int64_t after_ms)
{
	struct timer **link = &timer->loop->due;

	timer->due_ms = timer->loop->monotonic_ms + after_ms;
	while (*link && (*link)->due_ms <= timer->due_ms)
		link = &(*link)->next;
	timer->next = *link;
	timer->waiting = true;
	*link = timer;
}

static void leave_driven(struct timer *timer)
{
	struct timer **link = &timer->loop->due;

	while (*link != timer)
		link = &(*link)->next;
	*link = timer->next;
	timer->waiting = false;
}

void timer_start(struct timer *timer, int64_t after_ms)
{
	timer_stop(timer);
	if (timer->loop->driven && !timer->real && after_ms > 0) {
		wait_for_driven(timer, after_ms);
		return;
	}
	/* libev counts from the start of the turn; a long callback would make the timer early. */
	ev_now_update(timer->loop->ev);
	ev_timer_set(&timer->ev, after_ms > 0 ? (double)after_ms / 1000. : 0., 0.);
	ev_timer_start(timer->loop->ev, &timer->ev);
}

void timer_stop(struct timer *timer)
{
	ev_timer_stop(timer->loop->ev, &timer->ev);
	if (timer->waiting)
		leave_driven(timer);
}

bool timer_is_running(const struct timer *timer)
{
	return timer->waiting || timer->ev.active || timer->ev.pending;
}

void timer_free(struct timer *timer)
{
	if (!timer)
		return;
	timer_stop(timer);
	free(timer);
}

void loop_drive(struct loop *loop, int64_t wall_ms)
{
	loop->driven = true;
	loop->wall_ms = wall_ms;
}

static void move_to(struct loop *loop, int64_t monotonic_ms)
{
	loop->wall_ms += monotonic_ms - loop->monotonic_ms;
	loop->monotonic_ms = monotonic_ms;
}

void loop_advance(struct loop *loop, int64_t ms)
{
	int64_t end_ms = loop->monotonic_ms + ms;

	while (loop->due && loop->due->due_ms <= end_ms) {
		struct timer *timer = loop->due;

		move_to(loop, timer->due_ms);
		leave_driven(timer);
		timer->fn(timer->user);
	}
	move_to(loop, end_ms);
}

static void on_signal(struct ev_loop *ev, ev_signal *watcher, int events)
{
	struct signal_watch *watch = watcher->data;

	(void)ev;
	(void)events;
	watch->fn(watch->user, watcher->signum);
}

struct signal_watch *signal_watch_new(struct loop *loop, int signal_number, signal_fn *fn, void *user)
{
	struct signal_watch *watch = mem_zalloc(sizeof(*watch));

	watch->loop = loop;
	watch->fn = fn;
	watch->user = user;
	ev_signal_init(&watch->ev, on_signal, signal_number);
	watch->ev.data = watch;
	ev_signal_start(loop->ev, &watch->ev);
	return watch;
}

void signal_watch_free(struct signal_watch *watch)
{
	if (!watch)
		return;
	ev_signal_stop(watch->loop->ev, &watch->ev);
	free(watch);
}

static void on_io(struct ev_loop *ev, ev_io *watcher, int events)
{
	struct io_watch *watch = watcher->data;
	int happened = (events & EV_READ ? LOOP_READ : 0) | (events & EV_WRITE ? LOOP_WRITE : 0);

	(void)ev;
	watch->fn(watch->user, happened);
}

struct io_watch *io_watch_new(struct loop *loop, int fd, int events, io_fn *fn, void *user)
{
	struct io_watch *watch = mem_zalloc(sizeof(*watch));

	watch->loop = loop;
	watch->fn = fn;
	watch->user = user;
	ev_io_init(&watch->ev, on_io, fd, 0);
	watch->ev.data = watch;
	io_watch_set(watch, events);
	return watch;
}

void io_watch_set(struct io_watch *watch, int events)
{
	int wanted = (events & LOOP_READ ? EV_READ : 0) | (events & LOOP_WRITE ? EV_WRITE : 0);

	/* Always stop, set, start: the socket may be another one under the same number. */
	ev_io_stop(watch->loop->ev, &watch->ev);
	if (!wanted)
		return;
	ev_io_set(&watch->ev, watch->ev.fd, wanted);
	ev_io_start(watch->loop->ev, &watch->ev);
}

void io_watch_free(struct io_watch *watch)
{
	if (!watch)
		return;
	ev_io_stop(watch->loop->ev, &watch->ev);
	free(watch);
}

void loop_on_paint(struct loop *loop, paint_fn *fn, void *user)
{
	loop->paint = fn;
	loop->paint_user = user;
}

void loop_mark_dirty(struct loop *loop)
{
	loop->dirty = true;
}
