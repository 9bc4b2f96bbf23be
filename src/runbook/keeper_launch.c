#include "runbook/keeper_launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "loop/child_spawn.h"
#include "runbook/keeper_json.h"
#include "runbook/keeper_left.h"

#define KEEPER_PROGRAM "skep-keeper"

char *keeper_find_program(struct error *error)
{
	const char *chosen = getenv("SKEP_KEEPER"), *search = getenv("PATH");
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (chosen && *chosen)
		return mem_strdup(chosen);
	if (length > 0) {
		char *folder, *path;

		self[length] = '\0';
		folder = path_folder(self);
		path = path_join(folder, KEEPER_PROGRAM);
		free(folder);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return spawn_find(KEEPER_PROGRAM, search ? search : SPAWN_PATH, error);
}

/* In memory and nowhere else, and whole: the keeper reads it to its end without anybody waiting. */
static int order_file(const struct keeper_order *order)
{
	struct strbuf text = STRBUF_INIT;
	int fd = memfd_create("order", MFD_CLOEXEC);
	size_t written = 0;

	keeper_order_write(order, &text);
	while (fd >= 0 && written < text.length) {
		ssize_t wrote = write(fd, text.text + written, text.length - written);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0) {
			close(fd);
			fd = -1;
			break;
		}
		written += (size_t)wrote;
	}
	explicit_bzero(text.text, text.length);
	strbuf_release(&text);
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int launch(const char *path, int order, struct error *error)
{
	const char *arguments[] = { path, NULL };
	/* A console that was started within a step is no part of it, nor what it starts. */
	const char *unmarked[] = { KEEPER_MARK_VARIABLE "=", NULL };
	int ends[2], nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), result = -1;

	if (nowhere < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		error_set(error, "a keeper cannot be started: %s", strerror(errno));
	} else {
		struct spawn spawn = { .arguments = arguments,
				       .environment = unmarked,
				       .stdio = { order, ends[1], nowhere },
				       .detached = true };

		if (spawn_start(&spawn, error) >= 0)
			result = ends[0];
		else
			close(ends[0]);
		close(ends[1]);
	}
	if (nowhere >= 0)
		close(nowhere);
	return result;
}

int keeper_launch(const struct keeper_order *order, struct error *error)
{
	char *path = keeper_find_program(error);
	int file, result;

	if (!path)
		return -1;
	file = order_file(order);
	if (file < 0)
		result = error_set(error, "a keeper cannot be started: %s", strerror(errno));
	else
		result = launch(path, file, error);
	if (file >= 0)
		close(file);
	free(path);
	return result;
}
