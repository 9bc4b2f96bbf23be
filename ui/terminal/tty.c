#include "ui/terminal/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

/* How long the way out may wait for the line when the process ends without being asked. */
#define LAST_WAIT_MS 200

#define CRASH_STACK (64 * 1024)

static const int crash_signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
#define CRASH_COUNT (sizeof(crash_signals) / sizeof(crash_signals[0]))

/* The process's own terminal: the one thing here that is not the caller's, since a signal handler has no caller. */
static struct {
	struct tty *_Atomic tty;
	pid_t pid; /* a child that crashes or exits before its exec has no business with the terminal */
	bool at_exit;
	struct sigaction former[CRASH_COUNT];
} guard;

/*
 * A description of the same terminal that is ours alone, so that it may be
 * non-blocking. The controlling terminal opens even where its device belongs
 * to somebody else (sudo, su).
 */
static int open_line(int fd)
{
	char path[32];
	int flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;

	if (tcgetsid(fd) == getsid(0)) {
		int line = open("/dev/tty", flags);

		if (line >= 0)
			return line;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, flags);
}

int tty_open(struct tty *tty, int in, int out, struct error *error)
{
	*tty = (struct tty){ .in = in, .out = out, .line = -1, .leave = STRBUF_INIT };
	if (!isatty(in))
		return error_set(error, "standard input is no terminal");
	if (!isatty(out))
		return error_set(error, "standard output is no terminal");
	tty->line = open_line(out);
	return 0;
}

int tty_enter(struct tty *tty, const struct strbuf *leave, struct error *error)
{
	struct termios raw;

	if (tty->raw)
		tty_leave(tty, 0);
	if (tcgetattr(tty->in, &tty->before) < 0)
		return error_set(error, "cannot read the terminal's settings: %m");
	/* Coming back, the owner may hand in what it left with. */
	if (leave != &tty->leave) {
		strbuf_clear(&tty->leave);
		strbuf_add(&tty->leave, leave->text, leave->length);
	}
	raw = tty->before;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	/* From here on there is something to restore, even when the settings only took in part. */
	tty->raw = true;
	/* Not TCSADRAIN: that waits for a line that may be stalled. */
	if (tcsetattr(tty->in, TCSANOW, &raw) < 0) {
		tty->raw = false;
		return error_set(error, "cannot make the terminal raw: %m");
	}
	return 0;
}

long tty_write(struct tty *tty, const char *bytes, size_t count)
{
	int fd = tty->line >= 0 ? tty->line : tty->out;
	size_t done = 0;

	while (done < count) {
		struct pollfd ready = { .fd = fd, .events = POLLOUT };
		ssize_t wrote;

		if (poll(&ready, 1, 0) < 0 && errno != EINTR)
			return -1;
		if (ready.revents & (POLLHUP | POLLERR | POLLNVAL))
			return -1;
		if (!(ready.revents & POLLOUT))
			break;
		/* A ready line takes one byte for sure; a shared description would block on what it does not take. */
		wrote = write(fd, bytes + done, tty->line >= 0 ? count - done : 1);
		if (wrote < 0 && errno != EAGAIN && errno != EINTR)
			return -1;
		if (wrote <= 0)
			break;
		done += (size_t)wrote;
	}
	return (long)done;
}

bool tty_is_gone(const struct tty *tty)
{
	struct pollfd ends[] = { { .fd = tty->in }, { .fd = tty->out } };
	struct termios attributes;

	if (poll(ends, 2, 0) > 0 && ((ends[0].revents | ends[1].revents) & (POLLHUP | POLLERR | POLLNVAL)))
		return true;
	return tcgetattr(tty->in, &attributes) < 0 || tcgetattr(tty->out, &attributes) < 0;
}

bool tty_size(const struct tty *tty, int *ret_width, int *ret_height)
{
	struct winsize size;

	if (ioctl(tty->out, TIOCGWINSZ, &size) < 0 || !size.ws_col || !size.ws_row)
		return false;
	*ret_width = size.ws_col;
	*ret_height = size.ws_row;
	return true;
}

/* Everything in here is allowed in a signal handler: poll, write, clock_gettime, tcsetattr. */
static void restore(struct tty *tty, int64_t wait_ms)
{
	int64_t end = clock_monotonic_ms() + wait_ms;
	size_t done = 0;

	while (done < tty->leave.length) {
		long wrote = tty_write(tty, tty->leave.text + done, tty->leave.length - done);
		int64_t left = end - clock_monotonic_ms();
		struct pollfd ready = { .fd = tty->line >= 0 ? tty->line : tty->out, .events = POLLOUT };

		if (wrote < 0)
			break;
		done += (size_t)wrote;
		if (done == tty->leave.length || left <= 0)
			break;
		poll(&ready, 1, (int)left);
	}
	tcsetattr(tty->in, TCSANOW, &tty->before);
}

void tty_leave(struct tty *tty, int64_t wait_ms)
{
	sigset_t stop, mask;

	if (!tty->raw)
		return;
	/* In the background SIGTTOU would stop the process here, on its way out. */
	sigemptyset(&stop);
	sigaddset(&stop, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &stop, &mask);
	restore(tty, wait_ms);
	tty->raw = false;
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void tty_release(struct tty *tty)
{
	tty_leave(tty, LAST_WAIT_MS);
	if (atomic_load(&guard.tty) == tty)
		tty_guard(NULL);
	if (tty->line >= 0)
		close(tty->line);
	tty->line = -1;
	strbuf_release(&tty->leave);
}

/* --- the guard ----------------------------------------------------------- */

static void on_crash(int number, siginfo_t *info, void *context)
{
	struct tty *tty = atomic_exchange(&guard.tty, NULL);

	(void)context;
	for (size_t i = 0; i < CRASH_COUNT; i++)
		sigaction(crash_signals[i], &guard.former[i], NULL);
	/* SIGTTOU is blocked by the mask this handler was installed with. */
	if (tty && tty->raw && getpid() == guard.pid)
		restore(tty, LAST_WAIT_MS);
	/* A fault happens again on return and then meets the former action at its true place; a sent signal does not.
	 */
	if (!info || info->si_code <= 0)
		raise(number);
}

static void on_exit_restore(void)
{
	struct tty *tty = atomic_load(&guard.tty);

	if (tty && getpid() == guard.pid)
		tty_leave(tty, LAST_WAIT_MS);
}

/* A stack that overflowed has no room for its own handler. */
static void make_crash_stack(void)
{
	static char memory[CRASH_STACK];
	stack_t stack;

	if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
		stack = (stack_t){ .ss_sp = memory, .ss_size = sizeof(memory) };
		sigaltstack(&stack, NULL);
	}
}

void tty_guard(struct tty *tty)
{
	struct tty *former = atomic_exchange(&guard.tty, tty);
	struct sigaction action = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	if (tty && !former) {
		guard.pid = getpid();
		make_crash_stack();
		if (!guard.at_exit)
			guard.at_exit = atexit(on_exit_restore) == 0;
		sigfillset(&action.sa_mask);
		for (size_t i = 0; i < CRASH_COUNT; i++) {
			/* A second fault inside the handler must end the process, not wait for ever. */
			sigdelset(&action.sa_mask, crash_signals[i]);
		}
		for (size_t i = 0; i < CRASH_COUNT; i++)
			sigaction(crash_signals[i], &action, &guard.former[i]);
	} else if (!tty && former) {
		for (size_t i = 0; i < CRASH_COUNT; i++)
			sigaction(crash_signals[i], &guard.former[i], NULL);
	}
}
