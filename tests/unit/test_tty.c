#include <criterion/criterion.h>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/terminal/tty.h"

#define LEAVE "\033[?1049l\033[?25h"

/* A terminal of our own: `master` is what a terminal emulator holds, `slave` the program's end. */
struct line {
	int master, slave;
};

static struct line open_line(void)
{
	struct winsize size = { .ws_col = 97, .ws_row = 31 };
	struct line line;

	cr_assert_eq(openpty(&line.master, &line.slave, NULL, NULL, &size), 0);
	return line;
}

static void enter(struct tty *tty, int fd)
{
	struct strbuf leave = STRBUF_INIT;
	struct error error;

	cr_assert_eq(tty_open(tty, fd, fd, &error), 0, "%s", error.text);
	strbuf_addstr(&leave, LEAVE);
	cr_assert_eq(tty_enter(tty, &leave, &error), 0, "%s", error.text);
	strbuf_release(&leave);
}

/* Everything that the terminal got until nothing came for `quiet_ms`. */
static void drain(int master, int quiet_ms, struct strbuf *ret)
{
	struct pollfd ready = { .fd = master, .events = POLLIN };
	char bytes[4096];
	ssize_t got;

	while (poll(&ready, 1, quiet_ms) > 0 && (got = read(master, bytes, sizeof(bytes))) > 0)
		strbuf_add(ret, bytes, (size_t)got);
}

static void expect_restored(int fd, const struct termios *before)
{
	struct termios now;

	cr_assert_eq(tcgetattr(fd, &now), 0);
	cr_assert_eq(now.c_lflag, before->c_lflag);
	cr_assert_eq(now.c_iflag, before->c_iflag);
	cr_assert_eq(now.c_oflag, before->c_oflag);
	cr_assert_eq(now.c_cflag, before->c_cflag);
}

Test(tty, refuses_what_is_no_terminal)
{
	int null = open("/dev/null", O_RDWR);
	struct line line = open_line();
	struct error error;
	struct tty tty;

	cr_assert_eq(tty_open(&tty, null, line.slave, &error), -1);
	cr_assert_str_eq(error.text, "standard input is no terminal");
	tty_release(&tty);
	cr_assert_eq(tty_open(&tty, line.slave, null, &error), -1);
	cr_assert_str_eq(error.text, "standard output is no terminal");
	tty_release(&tty);
	close(null);
}

Test(tty, raw_and_back)
{
	struct strbuf seen = STRBUF_INIT;
	struct line line = open_line();
	struct termios before, raw;
	struct tty tty;

	cr_assert_eq(tcgetattr(line.slave, &before), 0);
	enter(&tty, line.slave);
	cr_assert_eq(tcgetattr(line.slave, &raw), 0);
	cr_assert(!(raw.c_lflag & (ICANON | ECHO | ISIG | IEXTEN)));
	cr_assert(!(raw.c_oflag & OPOST));
	cr_assert(!(raw.c_iflag & (IXON | ICRNL)));
	/* The parent shell shares this description. */
	cr_assert(!(fcntl(line.slave, F_GETFL) & O_NONBLOCK));
	cr_assert_eq(tty_write(&tty, "a\nb", 3), 3);
	tty_leave(&tty, 100);
	expect_restored(line.slave, &before);
	tty_leave(&tty, 100); /* a second time changes nothing */
	drain(line.master, 20, &seen);
	cr_assert_str_eq(seen.text, "a\nb" LEAVE);
	strbuf_release(&seen);

	/* And again, as after Ctrl-Z; releasing restores too. */
	cr_assert_eq(tty_enter(&tty, &tty.leave, NULL), 0);
	tty_release(&tty);
	expect_restored(line.slave, &before);
	drain(line.master, 20, &seen);
	cr_assert_str_eq(seen.text, LEAVE);
	strbuf_release(&seen);
}

Test(tty, restores_what_was_before_each_entry)
{
	struct line line = open_line();
	struct termios changed;
	struct tty tty;

	enter(&tty, line.slave);
	tty_leave(&tty, 0);
	cr_assert_eq(tcgetattr(line.slave, &changed), 0);
	changed.c_lflag &= ~(tcflag_t)ECHO;
	cr_assert_eq(tcsetattr(line.slave, TCSANOW, &changed), 0);
	cr_assert_eq(tty_enter(&tty, &tty.leave, NULL), 0);
	tty_leave(&tty, 0);
	expect_restored(line.slave, &changed);
	tty_release(&tty);
}

Test(tty, knows_its_size)
{
	struct line line = open_line();
	struct winsize none = { 0 };
	int width = 1, height = 2;
	struct error error;
	struct tty tty;

	cr_assert_eq(tty_open(&tty, line.slave, line.slave, &error), 0);
	cr_assert(tty_size(&tty, &width, &height));
	cr_assert(width == 97 && height == 31);
	cr_assert_eq(ioctl(line.master, TIOCSWINSZ, &none), 0);
	cr_assert(!tty_size(&tty, &width, &height));
	cr_assert(width == 97 && height == 31);
	tty_release(&tty);
}

/* Write until the line takes no more; the bytes are numbered so that a loss would show. */
static size_t fill(struct tty *tty, size_t from)
{
	char bytes[5000];
	size_t total = 0;

	for (int i = 0; i < 100; i++) {
		long wrote;

		for (size_t at = 0; at < sizeof(bytes); at++)
			bytes[at] = (char)('!' + (from + total + at) % 90);
		wrote = tty_write(tty, bytes, sizeof(bytes));
		cr_assert_geq(wrote, 0);
		total += (size_t)wrote;
		if ((size_t)wrote < sizeof(bytes))
			return total;
	}
	cr_assert(false, "the line takes without end");
	return 0;
}

static void stalled(bool own_description)
{
	struct strbuf seen = STRBUF_INIT;
	struct line line = open_line();
	size_t first, second;
	int64_t start;
	struct tty tty;

	enter(&tty, line.slave);
	cr_assert_geq(tty.line, 0);
	if (!own_description) {
		close(tty.line);
		tty.line = -1;
	}
	start = clock_monotonic_ms();
	first = fill(&tty, 0);
	cr_assert_gt(first, 1000);
	cr_assert_eq(tty_write(&tty, "x", 1), 0);
	cr_assert_lt(clock_monotonic_ms() - start, 500);
	drain(line.master, 30, &seen);
	cr_assert_eq(seen.length, first);
	second = fill(&tty, first);
	cr_assert_gt(second, 1000);
	drain(line.master, 30, &seen);
	cr_assert_eq(seen.length, first + second);
	for (size_t i = 0; i < seen.length; i++)
		cr_assert_eq(seen.text[i], (char)('!' + i % 90));
	/* Leaving a stalled line waits no longer than it was told to. */
	fill(&tty, 0);
	start = clock_monotonic_ms();
	tty_release(&tty);
	cr_assert_lt(clock_monotonic_ms() - start, 600);
	strbuf_release(&seen);
}

Test(tty, a_stalled_line_does_not_block, .timeout = 10)
{
	stalled(true);
}

Test(tty, a_stalled_line_of_somebody_else_does_not_block, .timeout = 10)
{
	stalled(false);
}

Test(tty, sees_a_line_go)
{
	struct line line = open_line();
	struct tty tty;

	enter(&tty, line.slave);
	cr_assert(!tty_is_gone(&tty));
	cr_assert_eq(tty_write(&tty, "x", 1), 1);
	close(line.master);
	cr_assert(tty_is_gone(&tty));
	cr_assert_eq(tty_write(&tty, "x", 1), -1);
	tty_release(&tty);
}

enum end { END_SEGV, END_ABORT, END_SENT, END_OVERFLOW, END_EXIT, END_GRANDCHILD, END_UNGUARDED };

static volatile int depth_reached;

/* The process runs out of stack; the memory it touches keeps the compiler from making a loop of it. */
static int overflow(int depth)
{
	volatile char room[4096];

	room[0] = (char)depth;
	depth_reached = depth;
	return depth < 0 ? 0 : overflow(depth + 1) + room[0];
}

/* Handlers of exit run backwards: the guard's has run, and those of the test runner's process shall not. */
static void end_here(void)
{
	_exit(0);
}

/* What the process does whose terminal must come back. */
static void end_badly(struct tty *tty, enum end end)
{
	/* A page that nobody may touch: a fault that no sanitizer takes for one of its own. */
	char *volatile nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t child;

	atexit(end_here);
	tty_guard(tty);
	switch (end) {
	case END_SEGV: *nowhere = 1; break;
	case END_ABORT: abort();
	case END_SENT: kill(getpid(), SIGBUS); break;
	case END_OVERFLOW: overflow(0); break;
	case END_EXIT: exit(0);
	case END_GRANDCHILD:
		child = fork();
		if (child == 0)
			abort();
		waitpid(child, NULL, 0);
		_exit(0);
	case END_UNGUARDED: tty_guard(NULL); abort();
	}
}

/* Run it in a child on a terminal of its own and say how it ended and what the terminal got. */
static int run(enum end end, struct strbuf *seen, bool *ret_restored)
{
	struct line line = open_line();
	struct rlimit no_core = { 0 };
	struct termios before, after;
	pid_t child;
	int status;

	cr_assert_eq(tcgetattr(line.slave, &before), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		struct tty tty;

		setrlimit(RLIMIT_CORE, &no_core);
		/* The actions of a plain process, without a test runner or a sanitizer. */
		for (int number = 1; number < 32; number++)
			signal(number, SIG_DFL);
		setsid();
		ioctl(line.slave, TIOCSCTTY, 0);
		enter(&tty, line.slave);
		end_badly(&tty, end);
		_exit(99);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	/* A hang-up of the session would end this description too; a new one looks at the same terminal. */
	*ret_restored = tcgetattr(line.master, &after) == 0 && after.c_lflag == before.c_lflag &&
			after.c_oflag == before.c_oflag && after.c_iflag == before.c_iflag;
	drain(line.master, 20, seen);
	return status;
}

static void expect_end(enum end end, int number)
{
	struct strbuf seen = STRBUF_INIT;
	bool restored;
	int status = run(end, &seen, &restored);

	if (number)
		cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == number, "status %x", (unsigned)status);
	else
		cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
	cr_assert(restored, "the terminal was left raw");
	cr_assert_str_eq(seen.text, LEAVE);
	strbuf_release(&seen);
}

Test(tty, a_crash_restores, .timeout = 20)
{
	expect_end(END_SEGV, SIGSEGV);
	expect_end(END_ABORT, SIGABRT);
	expect_end(END_SENT, SIGBUS);
}

Test(tty, a_stack_overflow_restores, .timeout = 20)
{
	expect_end(END_OVERFLOW, SIGSEGV);
}

Test(tty, an_exit_restores, .timeout = 20)
{
	expect_end(END_EXIT, 0);
}

Test(tty, a_crashed_child_leaves_the_terminal_alone, .timeout = 20)
{
	struct strbuf seen = STRBUF_INIT;
	bool restored;
	int status = run(END_GRANDCHILD, &seen, &restored);

	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	cr_assert_str_eq(seen.text, "");
	strbuf_release(&seen);
	status = run(END_UNGUARDED, &seen, &restored);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	cr_assert_str_eq(seen.text, "");
	strbuf_release(&seen);
}
