/*
 * The one libev loop and what hangs on it. Everything that owns state runs in
 * it; nothing in it blocks. A `struct loop` is made once by main and passed
 * down; rooms above see timers, signals and jobs, not libev.
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct ev_loop;
struct loop;

struct loop *loop_new(struct error *error);
void loop_free(struct loop *loop);

/* For the bridges in this folder only. */
struct ev_loop *loop_ev(struct loop *loop);

/* Run until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Wall and monotonic time of this turn of the loop, read once a turn. */
int64_t loop_wall_ms(const struct loop *loop);
int64_t loop_monotonic_ms(const struct loop *loop);

/* The same clocks at this very moment: for what takes its time within a turn. */
int64_t loop_wall_now_ms(const struct loop *loop);
int64_t loop_monotonic_now_ms(const struct loop *loop);

/*
 * Timers. One-shot: `after_ms` from now; the callback may start it again.
 * Starting a running timer moves it. Stop and free are safe in the callback.
 */
struct timer;
typedef void timer_fn(void *user);
struct timer *timer_new(struct loop *loop, timer_fn *fn, void *user);

/* One that keeps to the real clock even where the loop's is driven: for a library with a clock of its own. */
struct timer *timer_new_real(struct loop *loop, timer_fn *fn, void *user);

void timer_start(struct timer *timer, int64_t after_ms);
void timer_stop(struct timer *timer);
bool timer_is_running(const struct timer *timer);
void timer_free(struct timer *timer);

/* Signals, delivered in the loop. */
struct signal_watch;
typedef void signal_fn(void *user, int signal_number);
struct signal_watch *signal_watch_new(struct loop *loop, int signal_number, signal_fn *fn, void *user);
void signal_watch_free(struct signal_watch *watch);

/* File descriptors. `events` is a sum of LOOP_READ and LOOP_WRITE. */
#define LOOP_READ  1
#define LOOP_WRITE 2
struct io_watch;
typedef void io_fn(void *user, int events);
struct io_watch *io_watch_new(struct loop *loop, int fd, int events, io_fn *fn, void *user);
void io_watch_set(struct io_watch *watch, int events);
void io_watch_free(struct io_watch *watch);

/*
 * One paint before sleep: after all events of a turn and before the loop
 * waits, `fn` is called once when loop_mark_dirty was called since.
 */
typedef void paint_fn(void *user);
void loop_on_paint(struct loop *loop, paint_fn *fn, void *user);
void loop_mark_dirty(struct loop *loop);

/*
 * A driven clock, so that a test lives through a day in a minute. From
 * loop_drive on both clocks of the loop stand still, the wall clock at
 * `wall_ms`, until loop_advance moves them together; a timer with a delay is
 * due by them alone. Descriptors, signals, jobs, real timers and those of 0 ms
 * go on in real time: between two moves the test lets the loop run until what
 * it waits for has happened. Driving begins before the first timer is started
 * and does not end.
 */
void loop_drive(struct loop *loop, int64_t wall_ms);

/*
 * Run the timers that come due within the next `ms`, in the order of their
 * times (those of one time in the order in which they were started), each
 * while the clocks show the very time it is due, also those that are started
 * meanwhile; then leave the clocks `ms` ahead. Not to be called by a timer. What is
 * marked dirty meanwhile is painted when the loop next runs.
 */
void loop_advance(struct loop *loop, int64_t ms);

#endif
