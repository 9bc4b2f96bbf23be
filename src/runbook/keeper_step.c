/* The step while it runs: its terminal, its time, its end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "runbook/keeper_host_private.h"

#define PIECE_BYTES (64u * 1024)
#define PIECES      8   /* of output in one turn of the loop */
#define LINGER_MS   500 /* for what still holds the terminal when the program has ended */
#define AGAIN_MS    20  /* until a terminal that was closed, or had to wait, is looked at again */
#define QUIET_MS    60  /* then what is held back and is no secret is shown */
#define KEYS_MAX    (64u * 1024)

static const int ladder[] = { SIGINT, SIGTERM, SIGKILL };
#define RUNGS ((int)(sizeof(ladder) / sizeof(ladder[0])))

/* ---- output ---- */

static void watch_terminal(struct host *host, bool reads)
{
	io_watch_set(host->output, (reads ? LOOP_READ : 0) | (host->keys.length && !host->at_end ? LOOP_WRITE : 0));
}

static void keep_masked(struct host *host)
{
	if (!host->masked.length)
		return;
	ring_add(&host->ring, host->masked.text, host->masked.length);
	strbuf_clear(&host->masked);
	guests_tell(host);
}

static void on_quiet(void *user)
{
	struct host *host = user;

	mask_pause(host->mask, &host->masked);
	keep_masked(host);
}

static void take(struct host *host, const char *data, size_t length)
{
	guests_give_raw(host, data, length);
	mask_write(host->mask, data, length, false, &host->masked);
	keep_masked(host);
}

/*
 * Read until `piece` is full or there is no more for now; `at_end` when the terminal is closed by all who had it. Linux
 * may say so while their last words are on the way (n_tty_read looks for words first and for the close after): only
 * when it says so twice there is nothing left.
 */
static size_t read_piece(struct host *host, char *piece)
{
	size_t length = 0;
	bool closed = false;

	host->at_end = false;
	while (length < PIECE_BYTES) {
		ssize_t got = read(host->program.master, piece + length, PIECE_BYTES - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0) {
			length += (size_t)got;
			closed = false;
			continue;
		}
		host->at_end = got == 0 || errno != EAGAIN;
		if (!host->at_end || closed)
			break;
		closed = true;
	}
	return length;
}

static void read_output(struct host *host)
{
	char piece[PIECE_BYTES];
	bool any = false;

	for (int i = 0; i < PIECES; i++) {
		size_t length = read_piece(host, piece);

		if (length)
			take(host, piece, length);
		any = any || length;
		if (length < PIECE_BYTES)
			break;
	}
	if (any)
		timer_start(host->quiet, QUIET_MS);
}

/* ---- its end ---- */

static void see_whether_over(struct host *host)
{
	if (!host->ended || host->phase == KEEPER_ENDED)
		return;
	if (!host->at_end && !timer_is_running(host->linger)) {
		timer_start(host->linger, LINGER_MS);
		return;
	}
	if (!host->at_end)
		return;
	/* What let go of the terminal goes on, unless all of it was to end. */
	if (host->outcome.stopped || host->outcome.timed_out)
		program_end_all(&host->program);
	host_on_end(host);
}

static void on_linger(void *user)
{
	struct host *host = user;

	read_output(host);
	if (!host->at_end && !host->lingered) {
		host->lingered = true;
		host->outcome.grandchild = program_end_all(&host->program);
		read_output(host);
		if (!host->at_end)
			timer_start(host->linger, LINGER_MS);
	} else if (!host->at_end) {
		/* Somebody else's process was given the terminal: it loses it. */
		host->at_end = true;
	}
	see_whether_over(host);
}

static void on_terminal(void *user, int events)
{
	struct host *host = user;

	if (events & LOOP_WRITE)
		step_type(host, "", 0);
	if (!(events & LOOP_READ))
		return;
	if (guests_are_behind(host)) {
		watch_terminal(host, false);
		timer_start(host->again, AGAIN_MS);
		return;
	}
	read_output(host);
	if (host->at_end) {
		/* While the program lives it may open its terminal again. */
		watch_terminal(host, false);
		timer_start(host->again, AGAIN_MS);
		see_whether_over(host);
	}
}

static void on_again(void *user)
{
	struct host *host = user;

	if (host->phase == KEEPER_ENDED)
		return;
	watch_terminal(host, true);
	on_terminal(host, LOOP_READ);
}

static void on_child(void *user, int number)
{
	struct host *host = user;

	(void)number;
	if (host->ended || !program_ended(&host->program, &host->outcome.status, &host->outcome.signal))
		return;
	host->ended = true;
	timer_stop(host->limit);
	timer_stop(host->ladder);
	read_output(host);
	see_whether_over(host);
}

/* ---- the ladder ---- */

static void climb(void *user)
{
	struct host *host = user;

	if (host->ended || host->rung >= RUNGS)
		return;
	program_signal(&host->program, ladder[host->rung++]);
	if (host->rung == RUNGS)
		program_end_all(&host->program);
	else
		timer_start(host->ladder, KEEPER_GRACE_MS);
}

void step_stop(struct host *host, bool asked)
{
	if ((host->phase != KEEPER_RUNS && host->phase != KEEPER_STOPPING) || host->ended)
		return;
	if (host->phase == KEEPER_RUNS) {
		host->outcome.stopped = asked;
		host->outcome.timed_out = !asked;
		host->phase = KEEPER_STOPPING;
		guests_tell(host);
		climb(host);
	}
}

static void on_limit(void *user)
{
	step_stop(user, false);
}

static void on_end_asked(void *user, int number)
{
	(void)number;
	step_stop(user, true);
}

/* ---- what a console does to it ---- */

void step_type(struct host *host, const char *keys, size_t length)
{
	if (host->program.master < 0 || host->ended)
		return;
	if (length <= KEYS_MAX - host->keys.length)
		strbuf_add(&host->keys, keys, length);
	while (host->keys.length) {
		ssize_t wrote = write(host->program.master, host->keys.text, host->keys.length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0 && errno != EAGAIN)
			strbuf_clear(&host->keys);
		if (wrote <= 0)
			break;
		memmove(host->keys.text, host->keys.text + wrote, host->keys.length - (size_t)wrote);
		strbuf_truncate(&host->keys, host->keys.length - (size_t)wrote);
	}
	watch_terminal(host, !timer_is_running(host->again));
}

void step_resize(struct host *host, unsigned rows, unsigned columns)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

	if (host->program.master >= 0 && rows && columns && rows <= 0xffff && columns <= 0xffff)
		ioctl(host->program.master, TIOCSWINSZ, &size);
}

/* ---- its beginning ---- */

int step_begin(struct host *host, struct error *error)
{
	struct loop *loop = host->loop;

	host->child_watch = signal_watch_new(loop, SIGCHLD, on_child, host);
	host->end_watch = signal_watch_new(loop, SIGTERM, on_end_asked, host);
	host->outcome.started_ms = clock_wall_ms();
	host->began_ms = clock_monotonic_ms();
	if (program_start(&host->program, &host->order, error) < 0)
		return -1;
	host->phase = KEEPER_RUNS;
	host->limit = timer_new(loop, on_limit, host);
	host->ladder = timer_new(loop, climb, host);
	host->linger = timer_new(loop, on_linger, host);
	host->again = timer_new(loop, on_again, host);
	host->quiet = timer_new(loop, on_quiet, host);
	host->output = io_watch_new(loop, host->program.master, LOOP_READ, on_terminal, host);
	if (host->order.timeout_ms)
		timer_start(host->limit, host->order.timeout_ms);
	guests_tell(host);
	on_child(host, SIGCHLD);
	return 0;
}

void step_release(struct host *host)
{
	io_watch_free(host->output);
	timer_free(host->limit);
	timer_free(host->ladder);
	timer_free(host->linger);
	timer_free(host->again);
	timer_free(host->quiet);
	signal_watch_free(host->child_watch);
	signal_watch_free(host->end_watch);
	host->output = NULL;
	host->limit = host->ladder = host->linger = host->again = host->quiet = NULL;
	host->child_watch = host->end_watch = NULL;
}
