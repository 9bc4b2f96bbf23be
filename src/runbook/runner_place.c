/* Where a run lies, and which consoles have it open. */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "runbook/runner_private.h"

#define SEAT_TRIES 20

static int make_folder(const char *path, struct error *error)
{
	struct stat status;

	if (mkdir(path, 0700) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return 0;
	return error_set(error, "%s: %s", path, strerror(errno));
}

/* The name of what was made in a folder is durable once the folder is. */
static void settle_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

static int write_text(struct runner *runner, struct error *error)
{
	struct arena arena = { 0 };
	const char *path = arena_printf(&arena, "%s/runbook.md", runner->folder);
	const char *steps = arena_printf(&arena, "%s/steps", runner->folder);
	const char *seats = arena_printf(&arena, "%s/seats", runner->folder);
	int ret = make_folder(steps, error);

	if (ret == 0)
		ret = make_folder(seats, error);
	if (ret == 0)
		ret = path_write(path, runner->runbook->source, runner->runbook->length, error);
	if (ret < 0) {
		rmdir(steps);
		rmdir(seats);
		rmdir(runner->folder);
	}
	arena_release(&arena);
	return ret;
}

int runner_make_folder(struct runner *runner, struct error *error)
{
	struct arena arena = { 0 };
	const char *runs = arena_printf(&arena, "%s/runs", runner->config.state);
	int ret = make_folder(runner->config.state, error);

	if (ret == 0)
		ret = make_folder(runs, error);
	if (ret == 0 && mkdir(runner->folder, 0700) < 0)
		ret = error_set(error, "%s: %s", runner->folder, strerror(errno));
	if (ret == 0)
		ret = write_text(runner, error);
	if (ret == 0) {
		settle_folder(runner->folder);
		settle_folder(runs);
	}
	arena_release(&arena);
	return ret;
}

/* ---- seats ---- */

static int open_seat(const struct runner *runner, const char *seat, int flags)
{
	struct arena arena = { 0 };
	/* A seat's name is from the journal: it names no file elsewhere. */
	int fd = *seat && !strpbrk(seat, "/.")
			 ? open(arena_printf(&arena, "%s/seats/%s", runner->folder, seat), flags | O_CLOEXEC, 0600)
			 : -1;

	arena_release(&arena);
	return fd;
}

int runner_take_seat(struct runner *runner, struct error *error)
{
	struct arena arena = { 0 };
	int ret = make_folder(arena_printf(&arena, "%s/seats", runner->folder), error);

	arena_release(&arena);
	if (ret < 0)
		return -1;
	runner->seat_lock = open_seat(runner, runner->config.seat, O_RDWR | O_CREAT);
	if (runner->seat_lock < 0)
		return error_set(error, "%s/seats: %s", runner->folder, strerror(errno));
	/* Whoever asks whether a seat lives holds its lock for a moment. */
	for (int i = 0; i < SEAT_TRIES; i++) {
		if (flock(runner->seat_lock, LOCK_EX | LOCK_NB) == 0)
			return 0;
		usleep(1000);
	}
	close(runner->seat_lock);
	runner->seat_lock = -1;
	return error_set(error, "this console has the run open already");
}

bool runner_seat_lives(const struct runner *runner, const char *seat, bool *ret_known)
{
	bool lives;
	int fd;

	*ret_known = true;
	if (strcmp(seat, runner->config.seat) == 0)
		return true;
	fd = open_seat(runner, seat, O_RDWR);
	*ret_known = fd >= 0;
	if (fd < 0)
		return false;
	/* Shared: two that look at the same time do not take each other for it. */
	lives = flock(fd, LOCK_SH | LOCK_NB) < 0;
	close(fd);
	return lives;
}

/* ---- attempts ---- */

const char *runner_attempt_folder(const struct runner *runner, size_t step, int64_t attempt, struct arena *arena)
{
	return arena_printf(arena, "%s/steps/%s/attempt-%lld", runner->folder, runner_step_id(runner, step),
			    (long long)attempt);
}

int runner_make_step_folder(const struct runner *runner, size_t step, struct error *error)
{
	struct arena arena = { 0 };
	const char *steps = arena_printf(&arena, "%s/steps", runner->folder);
	const char *own = arena_printf(&arena, "%s/%s", steps, runner_step_id(runner, step));
	int ret = make_folder(steps, error);

	if (ret == 0)
		ret = make_folder(own, error);
	if (ret == 0)
		settle_folder(steps);
	arena_release(&arena);
	return ret;
}

const char *runner_shell(void)
{
	return access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh";
}
