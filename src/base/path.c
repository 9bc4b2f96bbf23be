#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#ifndef SKEP_DATADIR
#define SKEP_DATADIR "/usr/local/share/skep"
#endif

/* How far above an uninstalled program its source folder may lie. */
#define SOURCE_PARENTS 4

static const char *home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *user;

	if (home && *home)
		return home;
	user = getpwuid(getuid());
	return user && user->pw_dir && *user->pw_dir ? user->pw_dir : "/";
}

char *path_join(const char *folder, const char *name)
{
	size_t length;

	if (name[0] == '~' && name[1] == '/')
		return path_join(home_folder(), name + 2);
	if (name[0] == '/' || !folder || !*folder)
		return mem_strdup(name);
	length = strlen(folder);
	return mem_printf("%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name);
}

char *path_folder(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	while (length > 1 && path[length - 1] == '/')
		length--;
	return length ? mem_strndup(path, length) : mem_strdup(".");
}

bool path_exists(const char *path)
{
	return !access(path, F_OK);
}

/* The messages of the C library begin with a capital and differ between systems; these are the ones people meet. */
static const char *reason(int number)
{
	switch (number) {
	case ENOENT: return "no such file or directory";
	case EACCES: return "permission denied";
	case EISDIR: return "is a directory";
	case ENOTDIR: return "a part of the path is not a directory";
	case ENOSPC: return "no space left on device";
	case EROFS: return "read-only file system";
	case ENAMETOOLONG: return "file name too long";
	case ELOOP: return "too many symbolic links";
	default: return strerror(number);
	}
}

static int too_large(const char *path, size_t limit, struct error *error)
{
	size_t mebibyte = 1024 * 1024;

	if (limit >= mebibyte && limit % mebibyte == 0)
		return error_set(error, "%s: larger than %zu MiB (the limit)", path, limit / mebibyte);
	if (limit >= 1024 && limit % 1024 == 0)
		return error_set(error, "%s: larger than %zu KiB (the limit)", path, limit / 1024);
	return error_set(error, "%s: larger than %zu bytes (the limit)", path, limit);
}

/* Sizes that stat tells may be wrong (a growing file, /proc), so the end decides. */
static int read_all(int fd, const char *path, size_t limit, struct strbuf *ret, struct error *error)
{
	char chunk[16384];

	for (;;) {
		ssize_t got = read(fd, chunk, sizeof(chunk));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_set(error, "%s: %s", path, reason(errno));
		if (got == 0)
			return 0;
		if ((size_t)got > limit - ret->length)
			return too_large(path, limit, error);
		strbuf_add(ret, chunk, (size_t)got);
	}
}

int path_read(const char *path, size_t limit, struct strbuf *ret, struct error *error)
{
	struct strbuf content = STRBUF_INIT;
	struct stat status;
	int result = -1;
	/* Without O_NONBLOCK, opening a pipe waits for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return error_set(error, "%s: %s", path, reason(errno));
	if (fstat(fd, &status))
		error_set(error, "%s: %s", path, reason(errno));
	else if (S_ISDIR(status.st_mode))
		error_set(error, "%s: is a directory", path);
	else if (!S_ISREG(status.st_mode))
		error_set(error, "%s: is not a regular file", path);
	else if (status.st_size > 0 && (uintmax_t)status.st_size > limit)
		too_large(path, limit, error);
	else
		result = read_all(fd, path, limit, &content, error);
	close(fd);
	if (!result) {
		strbuf_release(ret);
		*ret = content;
		return 0;
	}
	strbuf_release(&content);
	return -1;
}

static int write_all(int fd, const void *data, size_t length)
{
	const char *bytes = data;

	while (length > 0) {
		ssize_t wrote = write(fd, bytes, length);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -1;
		bytes += wrote;
		length -= (size_t)wrote;
	}
	return 0;
}

/* The rename itself is on the disk only once its folder is. Some file systems refuse; the file is whole all the same.
 */
static void sync_folder(const char *path)
{
	char *folder = path_folder(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(folder);
}

int path_write(const char *path, const void *data, size_t length, struct error *error)
{
	/* A file that is a symbolic link stays one: what it points at is replaced. */
	char *resolved = realpath(path, NULL);
	const char *target = resolved ? resolved : path;
	char *temporary = mem_printf("%s.XXXXXX", target);
	int fd = mkostemp(temporary, O_CLOEXEC), number = 0;

	if (fd < 0) {
		number = errno;
		goto out;
	}
	if (fchmod(fd, 0600) || write_all(fd, data, length) || fsync(fd))
		number = errno;
	if (close(fd) && !number)
		number = errno;
	if (!number && rename(temporary, target))
		number = errno;
	if (number)
		(void)unlink(temporary);
	else
		sync_folder(target);
out:
	free(temporary);
	free(resolved);
	return number ? error_set(error, "%s: cannot write: %s", path, reason(number)) : 0;
}

static const struct {
	const char *variable;
	const char *fallback; /* below the home folder */
} bases[] = {
	[PATH_CONFIG] = { "XDG_CONFIG_HOME", ".config" },
	[PATH_STATE] = { "XDG_STATE_HOME", ".local/state" },
	[PATH_CACHE] = { "XDG_CACHE_HOME", ".cache" },
	[PATH_RUNTIME] = { "XDG_RUNTIME_DIR", ".local/state" },
};

char *path_user(enum path_base base, const char *name)
{
	const char *folder = getenv(bases[base].variable);
	char *fallback = NULL, *own, *path;

	/* The XDG base directory specification has relative values ignored. */
	if (!folder || folder[0] != '/')
		folder = fallback = path_join(home_folder(), bases[base].fallback);
	own = path_join(folder, "skep");
	free(fallback);
	if (!name || !*name)
		return own;
	path = mem_printf("%s/%s", own, name);
	free(own);
	return path;
}

static char *existing(const char *folder, const char *name)
{
	char *path = path_join(folder, name);

	if (path_exists(path))
		return path;
	free(path);
	return NULL;
}

static bool holds(const char *folder, const char *name)
{
	char *path = existing(folder, name);
	bool held = path != NULL;

	free(path);
	return held;
}

/* The folder of the program and those above it, when they look like skep's source. */
static char *beside_program(const char *name)
{
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *folder, *parent, *found = NULL;

	if (length <= 0)
		return NULL;
	program[length] = '\0';
	folder = path_folder(program);
	for (int i = 0; i <= SOURCE_PARENTS && !found; i++) {
		if (holds(folder, "themes/") && holds(folder, "systems/"))
			found = existing(folder, name);
		parent = path_folder(folder);
		free(folder);
		folder = parent;
	}
	free(folder);
	return found;
}

char *path_data(const char *name)
{
	const char *chosen = getenv("SKEP_DATA");
	char *found = NULL;

	if (chosen && *chosen)
		found = existing(chosen, name);
	if (!found)
		found = beside_program(name);
	if (!found)
		found = existing(SKEP_DATADIR, name);
	return found;
}
