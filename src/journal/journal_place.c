#include "journal/journal_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"

/* From linux/magic.h and the file systems' own sources, since not every one is in a header. */
static const struct {
	unsigned long type;
	const char *name;
} remote_types[] = {
	{ 0x6969, "nfs" },        { 0xFF534D42, "cifs" },   { 0xFE534D42, "smb2" },     { 0x517B, "smb" },
	{ 0x01021997, "9p" },     { 0x65735546, "fuse" },   { 0x5346414F, "afs" },      { 0x73757245, "coda" },
	{ 0x00C36400, "ceph" },   { 0x0BD00BD0, "lustre" }, { 0x01161970, "gfs2" },     { 0x7461636F, "ocfs2" },
	{ 0x786F4256, "vboxsf" }, { 0xBACBACBC, "vmhgfs" }, { 0x47504653, "gpfs" },     { 0x564C, "ncp" },
	{ 0x19830326, "beegfs" }, { 0xAAD7AAEA, "panfs" },  { 0x20030528, "orangefs" },
};

bool file_system_is_remote(unsigned long type)
{
	/* The field is signed on some machines: the upper half is not the file system's. */
	for (size_t i = 0; i < sizeof(remote_types) / sizeof(*remote_types); i++)
		if (remote_types[i].type == (type & 0xFFFFFFFFul))
			return true;
	return false;
}

bool journal_place_is_remote(const char *path)
{
	struct statfs system;

	return !statfs(path, &system) && file_system_is_remote((unsigned long)system.f_type);
}

/* Make what is missing above `path`, from the top down. */
static int make_folders(const char *path, struct error *error)
{
	char *folder = path_folder(path);
	int result = 0;

	if (!path_exists(folder)) {
		result = make_folders(folder, error);
		/* Another process may have been quicker. */
		if (!result && mkdir(folder, 0700) && errno != EEXIST)
			result = error_set(error, "its folder %.200s cannot be made: %s", folder, strerror(errno));
	}
	free(folder);
	return result;
}

/*
 * An empty file, closed before it has its name: closing one that SQLite has
 * open elsewhere in this process would take away its locks.
 */
static int make_file(const char *path, struct error *error)
{
	char *temporary = mem_printf("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC), failed = errno;

	if (fd >= 0) {
		failed = fchmod(fd, 0600) ? errno : 0;
		close(fd);
		/* Another process, or another journal of this one, may have been quicker. */
		if (!failed && link(temporary, path) && errno != EEXIST)
			failed = errno;
		/* Not every file system has hard links. */
		if (failed == EPERM || failed == ENOTSUP || failed == ENOSYS || failed == EMLINK)
			failed = path_exists(path) || !rename(temporary, path) ? 0 : errno;
		(void)unlink(temporary);
	}
	free(temporary);
	return failed ? error_set(error, "cannot be made: %s", strerror(failed)) : 0;
}

int journal_place_make(const char *path, struct error *error)
{
	if (path_exists(path))
		return 0;
	return make_folders(path, error) || make_file(path, error) ? -1 : 0;
}

int journal_place_identify(const char *path, struct file_identity *ret)
{
	struct stat status;

	if (stat(path, &status))
		return -1;
	*ret = (struct file_identity){ status.st_dev, status.st_ino };
	return 0;
}

bool file_identity_equal(const struct file_identity *a, const struct file_identity *b)
{
	return a->device == b->device && a->inode == b->inode;
}

/* The file and its companions under the new name, so that what is left in them can still be read. */
static int rename_all(const char *path, const char *target, struct error *error)
{
	static const char *const endings[] = { "-wal", "-shm", "-journal", "" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		char *from = mem_printf("%s%s", path, endings[i]), *to = mem_printf("%s%s", target, endings[i]);
		int failed = rename(from, to) ? errno : 0;

		free(from);
		free(to);
		if (failed && (failed != ENOENT || !*endings[i]))
			return error_set(error, "damaged, and cannot be set aside: %s", strerror(failed));
	}
	return 0;
}

/* `at` + ".damaged-20261122T034100Z", with a number behind it where that name is taken. */
static char *free_name(const char *path)
{
	char time[32];
	char *name;

	time_format(clock_wall_ms(), "%Y%m%dT%H%M%SZ", time, sizeof(time));
	name = mem_printf("%s.damaged-%s", path, time);
	for (unsigned i = 2; path_exists(name) && i < 1000; i++) {
		free(name);
		name = mem_printf("%s.damaged-%s-%u", path, time, i);
	}
	return name;
}

static int set_aside_locked(const char *path, const struct file_identity *identity, char *ret_name, size_t size,
			    struct error *error)
{
	struct file_identity now;
	const char *slash;
	char *target;
	int result;

	if (journal_place_identify(path, &now) || !file_identity_equal(&now, identity))
		return 0;
	target = free_name(path);
	result = rename_all(path, target, error);
	slash = strrchr(target, '/');
	if (!result)
		snprintf(ret_name, size, "%s", slash ? slash + 1 : target);
	free(target);
	return result;
}

int journal_place_set_aside(const char *path, const struct file_identity *identity, char *ret_name, size_t size,
			    struct error *error)
{
	char *lock = mem_printf("%s.lock", path);
	int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int result;

	ret_name[0] = '\0';
	free(lock);
	if (fd < 0)
		return error_set(error, "damaged, and cannot be set aside: %s", strerror(errno));
	/* Two that look and then rename at the same time would set a good new file aside. */
	if (flock(fd, LOCK_EX | LOCK_NB))
		result = error_set(error, "damaged; another process sets it aside");
	else
		result = set_aside_locked(path, identity, ret_name, size, error);
	close(fd);
	return result;
}
