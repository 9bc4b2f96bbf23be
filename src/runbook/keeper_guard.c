#include "runbook/keeper_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/child_spawn.h"
#include "runbook/keeper_launch.h"

#define FORM     0x736b6701u /* of the order; a keeper of another version guards nothing */
#define ALL_WELL 'w'
#define LIMIT_S  5 /* for a line that takes nothing */

/* Where the guard has them. */
enum { GUARD_ORDER = 0, GUARD_OUT = 1, GUARD_IN = 2 };

/* Small enough for a pipe to take it at once. */
struct guard_order {
	uint32_t form, length;
	struct termios before, lent;
	char leave[KEEPER_GUARD_BYTES];
};

/* ---- skep's side ---- */

static int launch(int in, int out, int order, struct error *error)
{
	char *path = keeper_find_program(error);
	const char *arguments[] = { path, KEEPER_GUARD_OPTION, NULL };
	struct spawn spawn = { .arguments = arguments, .stdio = { order, out, in }, .detached = true };
	int result = path ? (int)spawn_start(&spawn, error) : -1;

	free(path);
	return result;
}

/* Not among those that become the guard's. */
static int move_up(int fd)
{
	int ret = fd > 2 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (ret != fd)
		close(fd);
	return ret;
}

int keeper_guard_start(int in, int out, const struct termios *before, const char *leave, size_t length,
		       struct error *error)
{
	struct guard_order order = { .form = FORM, .length = (uint32_t)length, .before = *before };
	int ends[2], read_end, terminal_in, terminal_out, result = -1;

	if (length > sizeof(order.leave) || tcgetattr(in, &order.lent) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error, "the terminal cannot be guarded: %s", strerror(errno));
	memcpy(order.leave, leave, length);
	ends[1] = move_up(ends[1]);
	read_end = move_up(ends[0]);
	/* 0, 1 and 2 are written over one after the other on the way to the guard. */
	terminal_in = fcntl(in, F_DUPFD_CLOEXEC, 3);
	terminal_out = fcntl(out, F_DUPFD_CLOEXEC, 3);
	if (ends[1] < 0 || read_end < 0 || terminal_in < 0 || terminal_out < 0 ||
	    write(ends[1], &order, sizeof(order)) != (ssize_t)sizeof(order))
		error_set(error, "the terminal cannot be guarded: %s", strerror(errno));
	else
		result = launch(terminal_in, terminal_out, read_end, error);
	for (size_t i = 0; i < 3; i++) {
		int fd = ((const int[]){ terminal_in, terminal_out, read_end })[i];

		if (fd >= 0)
			close(fd);
	}
	if (result >= 0)
		return ends[1];
	if (ends[1] >= 0)
		close(ends[1]);
	return -1;
}

void keeper_guard_end(int guard)
{
	char word = ALL_WELL;
	ssize_t written;

	if (guard < 0)
		return;
	written = write(guard, &word, 1);
	(void)written;
	close(guard);
}

/* ---- the guard's ---- */

static bool read_whole(void *ret, size_t length)
{
	char *bytes = ret;
	size_t have = 0;

	while (have < length) {
		ssize_t got = read(GUARD_ORDER, bytes + have, length - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

static bool is_same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

/* A shell sets its own attributes as soon as it sees skep dead: those stay. What is on the screen it does not know. */
static void restore(const struct guard_order *order)
{
	struct termios now;
	size_t done = 0;

	if (tcgetattr(GUARD_IN, &now) == 0 && is_same(&now, &order->lent))
		tcsetattr(GUARD_IN, TCSANOW, &order->before);
	while (done < order->length) {
		ssize_t wrote = write(GUARD_OUT, order->leave + done, order->length - done);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			break;
		done += (size_t)wrote;
	}
}

int keeper_guard_run(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE };
	struct guard_order order;
	char word = 0;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	if (!read_whole(&order, sizeof(order)) || order.form != FORM || order.length > sizeof(order.leave))
		return 1;
	if (read_whole(&word, 1) && word == ALL_WELL)
		return 0;
	alarm(LIMIT_S);
	restore(&order);
	return 0;
}
