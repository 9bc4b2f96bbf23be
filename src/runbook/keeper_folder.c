#include "runbook/keeper_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

#define LOCK_FILE   "lock"
#define LOCK_NEW    "lock.new"
#define SOCKET_FILE "socket"
#define GUESTS_WAIT 16

/* steps/S.N, steps, the run's, runs. */
#define FOLDERS_ABOVE 4

static const char *reason(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT: return "no space left on device";
	case EROFS: return "read-only file system";
	case EACCES: return "permission denied";
	case ENOENT: return "no such file or directory";
	default: return strerror(number);
	}
}

enum folder_claim folder_claim(const char *path, struct error *error)
{
	enum folder_claim claim;
	int failed;

	if (mkdir(path, 0700) == 0)
		return FOLDER_MADE;
	switch (failed = errno) {
	case EEXIST: return FOLDER_THERE;
	case ENOSPC:
	case EDQUOT:
	case ENOMEM:
	case EMLINK: claim = FOLDER_FULL; break;
	case ENOENT:
	case ENOTDIR:
	case EROFS: claim = FOLDER_CLOSED; break;
	default: claim = FOLDER_HIDDEN; break;
	}
	error_set(error, "%s: %s", path, reason(failed));
	return claim;
}

int folder_open(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Some file systems cannot sync a folder, and then have nothing to be synced. */
static int sync_one(const char *path, struct error *error)
{
	int fd = folder_open(path), failed = 0;

	if (fd < 0)
		return error_set(error, "%s: %s", path, reason(errno));
	if (fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS)
		failed = errno;
	close(fd);
	return failed ? error_set(error, "%s: %s", path, reason(failed)) : 0;
}

int folder_sync(const char *path, struct error *error)
{
	char *folder = mem_strdup(path);
	int result = sync_one(folder, error);

	for (int i = 0; i < FOLDERS_ABOVE && !result; i++) {
		char *above = path_folder(folder);
		bool last = strcmp(above, folder) == 0 || strcmp(above, ".") == 0;

		free(folder);
		folder = above;
		/* Its own is what counts; a folder further up may not be ours to open. */
		if (sync_one(folder, error) < 0 && i == 0)
			result = -1;
		if (last)
			break;
	}
	free(folder);
	return result;
}

int folder_lock(int folder, bool *ret_decided, struct error *error)
{
	int fd = openat(folder, LOCK_NEW, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int failed = 0;

	*ret_decided = false;
	if (fd < 0)
		return error_set(error, "%s: %s", LOCK_FILE, reason(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || linkat(folder, LOCK_NEW, folder, LOCK_FILE, 0) < 0)
		failed = errno;
	unlinkat(folder, LOCK_NEW, 0);
	if (!failed)
		return fd;
	close(fd);
	*ret_decided = failed == EEXIST;
	return error_set(error, "%s: %s", LOCK_FILE, reason(failed));
}

enum folder_life folder_judge(int folder)
{
	enum folder_life life = FOLDER_LEFT;
	int fd = openat(folder, LOCK_FILE, O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

	/* Where nothing can be written no keeper can begin. */
	if (fd < 0 && errno == EROFS)
		fd = openat(folder, LOCK_FILE, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT || errno == EACCES || errno == ELOOP ? FOLDER_LEFT : FOLDER_UNSURE;
	/* Shared: two that ask at the same moment do not take each other for a keeper. */
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		life = errno == EWOULDBLOCK ? FOLDER_KEPT : FOLDER_UNSURE;
	close(fd);
	return life;
}

/* The name through the descriptor has room in any address. */
static void address_of(int folder, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/" SOCKET_FILE, folder);
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int folder_listen(int folder)
{
	struct sockaddr_un address;
	int fd = new_socket(), failed = 0;
	mode_t before;

	if (fd < 0)
		return -1;
	address_of(folder, &address);
	before = umask(0177);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, GUESTS_WAIT) < 0)
		failed = errno;
	umask(before);
	if (!failed)
		return fd;
	close(fd);
	errno = failed;
	return -1;
}

int folder_connect(int folder)
{
	struct sockaddr_un address;
	int fd = new_socket(), failed;

	if (fd < 0)
		return -1;
	address_of(folder, &address);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	failed = errno;
	close(fd);
	errno = failed;
	return -1;
}
