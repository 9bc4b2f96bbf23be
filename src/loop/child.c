#include "loop/child.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/child_spawn.h"

#define READ_BYTES (32u * 1024)

/* At the end of the loop itself, for a process that was killed: it has no other way to be forgotten. */
#define LAST_WAIT_MS 100

struct pipe_end {
	struct child *child;
	enum child_stream stream;
	int fd; /* -1 at its end */
	struct io_watch *watch;
	size_t bytes;
};

struct child {
	struct loop *loop;
	void (*on_data)(void *user, enum child_stream stream, const char *data, size_t length);
	void (*done)(void *user, const struct child_result *result);
	void *user;
	pid_t pid;
	int pidfd;
	struct io_watch *death;
	struct pipe_end pipes[2];
	struct timer *limit;  /* its time */
	struct timer *ladder; /* the next signal; after its death how long its pipes are waited for */
	int64_t begun_ms, timeout_ms;
	int next_signal;
	bool paused, dead, timed_out, stopped;
	bool lingered; /* its pipes were waited for long enough, but their reader was pausing */
};

/* The step of the ladder after each signal. */
static int signal_after(int number)
{
	return number == SIGINT ? SIGTERM : SIGKILL;
}

/* The dead leader is not taken off until the end, so that no other group can have this number. */
static void signal_group(const struct child *child, int number)
{
	kill(-child->pid, number);
}

static void close_pipe(struct pipe_end *end)
{
	io_watch_free(end->watch);
	end->watch = NULL;
	if (end->fd >= 0)
		close(end->fd);
	end->fd = -1;
}

/* Take the ended leader off the system's list; `ret_cpu_ms` may be NULL. */
static void reap(pid_t pid, siginfo_t *ret, int64_t *ret_cpu_ms)
{
	struct rusage used = { 0 };

	*ret = (siginfo_t){ 0 };
	syscall(SYS_waitid, P_PID, pid, ret, WEXITED | WNOHANG, &used);
	if (ret_cpu_ms)
		*ret_cpu_ms = (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * CLOCK_SECOND +
			      (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void describe(const struct child *child, struct child_result *result)
{
	char limit[16];

	duration_format(child->timeout_ms, limit, sizeof(limit));
	if (child->timed_out) {
		result->end = CHILD_TIMED_OUT;
		snprintf(result->reason, sizeof(result->reason), "timeout after %s", limit);
	} else if (child->stopped) {
		result->end = CHILD_STOPPED;
		snprintf(result->reason, sizeof(result->reason), "stopped");
	} else if (result->signal) {
		result->end = CHILD_SIGNALLED;
		snprintf(result->reason, sizeof(result->reason), "killed by signal %d (%s)", result->signal,
			 strsignal(result->signal));
	} else if (result->status) {
		snprintf(result->reason, sizeof(result->reason), "exit status %d", result->status);
	}
}

/* The last act: `done` may free the child. */
static void finish(struct child *child)
{
	struct child_result result = { .status = -1 };
	siginfo_t ended;

	signal_group(child, SIGKILL);
	for (int i = 0; i < 2; i++)
		close_pipe(&child->pipes[i]);
	timer_stop(child->limit);
	timer_stop(child->ladder);
	reap(child->pid, &ended, &result.cpu_ms);
	child->pid = 0;
	if (ended.si_code == CLD_EXITED)
		result.status = ended.si_status;
	else
		result.signal = ended.si_status;
	result.elapsed_ms = loop_monotonic_now_ms(child->loop) - child->begun_ms;
	result.output_bytes = child->pipes[CHILD_OUTPUT].bytes;
	result.error_bytes = child->pipes[CHILD_ERRORS].bytes;
	describe(child, &result);
	child->done(child->user, &result);
}

static void finish_when_over(struct child *child)
{
	bool open = child->pipes[0].fd >= 0 || child->pipes[1].fd >= 0;

	if (child->dead && (!open || (child->lingered && !child->paused)))
		finish(child);
}

static void on_readable(void *user, int events)
{
	struct pipe_end *end = user;
	struct child *child = end->child;
	char data[READ_BYTES];
	ssize_t count = read(end->fd, data, sizeof(data));

	(void)events;
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count > 0) {
		end->bytes += (size_t)count;
		child->on_data(child->user, end->stream, data, (size_t)count);
		return;
	}
	close_pipe(end);
	finish_when_over(child);
}

static void on_death(void *user, int events)
{
	struct child *child = user;

	(void)events;
	io_watch_free(child->death);
	child->death = NULL;
	child->dead = true;
	timer_stop(child->limit);
	timer_start(child->ladder, CHILD_LINGER_MS);
	finish_when_over(child);
}

static void on_ladder(void *user)
{
	struct child *child = user;

	if (child->dead) {
		child->lingered = true;
		finish_when_over(child);
		return;
	}
	signal_group(child, child->next_signal);
	if (child->next_signal == SIGKILL)
		return;
	child->next_signal = signal_after(child->next_signal);
	timer_start(child->ladder, CHILD_GRACE_MS);
}

static void on_limit(void *user)
{
	struct child *child = user;

	if (child->dead || child->stopped)
		return;
	child->timed_out = true;
	child->next_signal = SIGTERM;
	on_ladder(child);
}

void child_stop(struct child *child)
{
	if (child->dead || child->stopped || child->timed_out)
		return;
	child->stopped = true;
	child->next_signal = SIGINT;
	on_ladder(child);
}

void child_pause(struct child *child, bool paused)
{
	if (child->paused == paused)
		return;
	child->paused = paused;
	for (int i = 0; i < 2; i++)
		if (child->pipes[i].watch)
			io_watch_set(child->pipes[i].watch, paused ? 0 : LOOP_READ);
	/* What has waited in the pipes is read first. */
	if (!paused && child->lingered) {
		child->lingered = false;
		timer_start(child->ladder, CHILD_LINGER_MS);
	}
}

pid_t child_pid(const struct child *child)
{
	return child->pid;
}

/* Standard input: the given bytes as a file of its own that only the program has. */
static int open_input(const struct child_program *program)
{
	size_t written = 0;
	int fd;

	if (!program->input)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	while (fd >= 0 && written < program->input_length) {
		ssize_t count = write(fd, program->input + written, program->input_length - written);

		if (count < 0) {
			close(fd);
			return -1;
		}
		written += (size_t)count;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Descriptors that are the program's 0 to 2 must not be skep's: they would overwrite each other. */
static int move_up(int fd)
{
	int moved;

	if (fd < 0 || fd > 2)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return moved;
}

static void close_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* `ret_stdio` for the program, `ret_ends` what skep reads. */
static int open_stdio(const struct child_program *program, int ret_stdio[3], int ret_ends[2])
{
	int pair[2];

	ret_stdio[1] = ret_stdio[2] = ret_ends[0] = ret_ends[1] = -1;
	ret_stdio[0] = move_up(open_input(program));
	for (int i = 0; i < 2 && ret_stdio[0] >= 0; i++) {
		if (pipe2(pair, O_CLOEXEC) < 0)
			break;
		ret_ends[i] = move_up(pair[0]);
		ret_stdio[i + 1] = move_up(pair[1]);
		if (ret_ends[i] >= 0)
			fcntl(ret_ends[i], F_SETFL, O_NONBLOCK);
	}
	if (ret_stdio[0] >= 0 && ret_stdio[1] >= 0 && ret_stdio[2] >= 0 && ret_ends[0] >= 0 && ret_ends[1] >= 0)
		return 0;
	close_all(ret_stdio, 3);
	close_all(ret_ends, 2);
	return -1;
}

static struct child *child_new(struct loop *loop, const struct child_program *program, pid_t pid, int pidfd,
			       const int ends[2])
{
	struct child *child = mem_zalloc(sizeof(*child));

	child->loop = loop;
	child->on_data = program->on_data;
	child->done = program->done;
	child->user = program->user;
	child->pid = pid;
	child->pidfd = pidfd;
	child->begun_ms = loop_monotonic_now_ms(loop);
	child->timeout_ms = program->timeout_ms;
	child->death = io_watch_new(loop, pidfd, LOOP_READ, on_death, child);
	for (int i = 0; i < 2; i++) {
		child->pipes[i] = (struct pipe_end){ .child = child, .stream = i, .fd = ends[i] };
		child->pipes[i].watch = io_watch_new(loop, ends[i], LOOP_READ, on_readable, &child->pipes[i]);
	}
	/* A program lives in real time, whatever clock the loop shows. */
	child->limit = timer_new_real(loop, on_limit, child);
	child->ladder = timer_new_real(loop, on_ladder, child);
	if (program->timeout_ms)
		timer_start(child->limit, program->timeout_ms);
	return child;
}

struct child *child_start(struct loop *loop, const struct child_program *program, struct error *error)
{
	struct spawn spawn = { .arguments = program->arguments,
			       .environment = program->environment,
			       .folder = program->folder };
	int ends[2], pidfd;
	pid_t pid;

	if (open_stdio(program, spawn.stdio, ends) < 0) {
		error_set(error, "cannot make pipes: %s", strerror(errno));
		return NULL;
	}
	pid = spawn_start(&spawn, error);
	close_all(spawn.stdio, 3);
	if (pid < 0) {
		close_all(ends, 2);
		return NULL;
	}
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0) {
		error_set(error, "%s: cannot be watched: %s", program->arguments[0], strerror(errno));
		kill(-pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close_all(ends, 2);
		return NULL;
	}
	return child_new(loop, program, pid, pidfd, ends);
}

/*
 * A killed process that nobody waits for any more: it takes a moment to die
 * and must be taken off the list then, so its descriptor stays in the loop.
 */
struct remains {
	ev_io death;
	ev_cleanup loop_ends;
	pid_t pid;
	int pidfd;
};

static void forget(struct ev_loop *ev, struct remains *remains)
{
	siginfo_t ended;

	ev_io_stop(ev, &remains->death);
	ev_cleanup_stop(ev, &remains->loop_ends);
	reap(remains->pid, &ended, NULL);
	close(remains->pidfd);
	free(remains);
}

static void on_remains_dead(struct ev_loop *ev, ev_io *watcher, int events)
{
	(void)events;
	forget(ev, watcher->data);
}

static void on_loop_ends(struct ev_loop *ev, ev_cleanup *watcher, int events)
{
	struct remains *remains = watcher->data;
	struct pollfd dead = { .fd = remains->pidfd, .events = POLLIN };

	(void)events;
	poll(&dead, 1, LAST_WAIT_MS);
	forget(ev, remains);
}

static void leave(struct loop *loop, pid_t pid, int pidfd)
{
	struct remains *remains = mem_zalloc(sizeof(*remains));

	remains->pid = pid;
	remains->pidfd = pidfd;
	ev_io_init(&remains->death, on_remains_dead, pidfd, EV_READ);
	remains->death.data = remains;
	ev_io_start(loop_ev(loop), &remains->death);
	ev_cleanup_init(&remains->loop_ends, on_loop_ends);
	remains->loop_ends.data = remains;
	ev_cleanup_start(loop_ev(loop), &remains->loop_ends);
}

void child_free(struct child *child)
{
	if (!child)
		return;
	for (int i = 0; i < 2; i++)
		close_pipe(&child->pipes[i]);
	io_watch_free(child->death);
	timer_free(child->limit);
	timer_free(child->ladder);
	if (child->pid) {
		signal_group(child, SIGKILL);
		leave(child->loop, child->pid, child->pidfd);
	} else {
		close(child->pidfd);
	}
	free(child);
}
