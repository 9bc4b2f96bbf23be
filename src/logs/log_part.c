#include "logs/log_part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"
#include "logs/gz_file.h"

#define KEY_BYTES ((size_t)1024) /* of the first line are looked at */
#define RING_KEY  1

/* A file read by this program: never a terminal of ours, nor one that opening would wait for. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* ---- names ---- */

bool log_part_is_rotated(const char *base, const char *name, bool *ret_packed)
{
	size_t length = strlen(base), rest = strlen(name);
	bool digit = false;

	*ret_packed = false;
	if (rest < length + 2 || strncmp(name, base, length) != 0 || !strchr(".-_", name[length]))
		return false;
	if (rest > length + 4 && strcmp(name + rest - 3, ".gz") == 0) {
		*ret_packed = true;
		rest -= 3;
	}
	for (size_t i = length + 1; i < rest; i++) {
		digit |= name[i] >= '0' && name[i] <= '9';
		if (!strchr("0123456789-_.T", name[i]))
			return false;
	}
	return digit;
}

/* The number behind the last dot of "NAME.3" or "NAME.3.gz", or -1 for a date. */
static long part_number(const struct log_part *part)
{
	size_t end = strlen(part->path) - (part->packed ? 3 : 0), begin = end;

	while (begin && part->path[begin - 1] >= '0' && part->path[begin - 1] <= '9')
		begin--;
	if (begin == end || end - begin > 5 || !begin || part->path[begin - 1] != '.')
		return -1;
	return strtol(part->path + begin, NULL, 10);
}

/* Which of two rotated parts is older, for qsort. */
static int compare(const void *left, const void *right)
{
	const struct log_part *a = left, *b = right;
	long number_a, number_b;

	if (a->current != b->current)
		return a->current ? 1 : -1;
	number_a = part_number(a);
	number_b = part_number(b);
	if (number_a >= 0 && number_b >= 0 && number_a != number_b)
		return number_a > number_b ? -1 : 1;
	if (a->modified_ns != b->modified_ns)
		return a->modified_ns < b->modified_ns ? -1 : 1;
	return strcmp(a->path, b->path);
}

/* ---- listing ---- */

uint64_t log_part_key_of(const char *begin, size_t length)
{
	size_t size = length < KEY_BYTES ? length : KEY_BYTES;
	const char *newline = memchr(begin, '\n', size);
	uint64_t key;

	if (!newline && size < KEY_BYTES)
		return 0;
	key = hash_bytes(begin, newline ? (size_t)(newline - begin) : size);
	return key && key != UINT64_MAX ? key : RING_KEY;
}

uint64_t log_part_key(int fd, bool packed)
{
	char begin[KEY_BYTES];
	struct gz_file *gz = packed ? gz_file_new(fd, NULL) : NULL;
	int64_t got = gz ? gz_file_read(gz, 0, begin, sizeof(begin), NULL) : pread(fd, begin, sizeof(begin), 0);

	gz_file_free(gz);
	return got > 0 ? log_part_key_of(begin, (size_t)got) : 0;
}

static void add_part(struct log_parts *parts, char *path, bool packed, bool current)
{
	struct log_part *part;
	struct statx more;
	struct stat status;
	int fd = open(path, OPEN_FLAGS);

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || parts->list.count >= LOG_PARTS_MOST) {
		if (fd >= 0)
			close(fd);
		free(path);
		return;
	}
	part = vec_add(&parts->list);
	part->path = path;
	part->packed = packed;
	part->current = current;
	part->key = log_part_key(fd, packed);
	part->inode = status.st_ino;
	part->device = status.st_dev;
	part->size = (uint64_t)status.st_size;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &more) == 0 && (more.stx_mask & STATX_BTIME))
		part->born_ns = more.stx_btime.tv_sec * INT64_C(1000000000) + more.stx_btime.tv_nsec;
	part->modified_ns = status.st_mtim.tv_sec * INT64_C(1000000000) + status.st_mtim.tv_nsec;
	/* Without a whole first line there is only the inode. */
	if (!part->key)
		part->key = hash_bytes(&part->inode, sizeof(part->inode)) | 2;
	close(fd);
}

/* While gzip works, both forms are there; the packed one is not whole yet. */
static void leave_out_half_packed(struct log_parts *parts)
{
	size_t kept = 0;

	for (size_t i = 0; i < parts->list.count; i++) {
		struct log_part *part = &parts->list.items[i];
		size_t length = strlen(part->path);
		bool twice = false;

		for (size_t k = 0; part->packed && k < parts->list.count && !twice; k++) {
			const struct log_part *other = &parts->list.items[k];

			/* Those before `kept` may stand for items already moved; their paths are still right. */
			twice = k != i && !other->packed && other->path && strlen(other->path) == length - 3 &&
				strncmp(other->path, part->path, length - 3) == 0;
		}
		if (twice) {
			free(part->path);
			part->path = NULL;
		} else {
			parts->list.items[kept++] = *part;
		}
	}
	parts->list.count = kept;
}

int log_parts_read(struct log_parts *ret, const char *path, struct error *error)
{
	char *folder = path_folder(path);
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	struct dirent *entry;
	DIR *dir = opendir(folder);
	bool packed;

	*ret = (struct log_parts){ 0 };
	if (!dir) {
		error_set(error, "%s: %s", folder, strerror(errno));
		free(folder);
		return -1;
	}
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, base) == 0)
			add_part(ret, mem_strdup(path), false, true);
		else if (log_part_is_rotated(base, entry->d_name, &packed))
			add_part(ret, path_join(folder, entry->d_name), packed, false);
	}
	closedir(dir);
	free(folder);
	leave_out_half_packed(ret);
	if (ret->list.count)
		qsort(ret->list.items, ret->list.count, sizeof(struct log_part), compare);
	return 0;
}

void log_parts_release(struct log_parts *parts)
{
	for (size_t i = 0; i < parts->list.count; i++)
		free(parts->list.items[i].path);
	vec_release(&parts->list);
}

void log_parts_of_view(struct log_parts *ret, const struct log_view *view)
{
	struct log_part *part;

	*ret = (struct log_parts){ 0 };
	part = vec_add(&ret->list);
	part->key = RING_KEY;
	part->size = view->end;
	part->current = true;
}

/* ---- reading ---- */

int log_reader_open(struct log_reader *ret, const struct log_part *part, const struct log_view *view,
		    struct error *error)
{
	struct stat status;

	*ret = (struct log_reader){ .fd = -1, .view = view };
	if (view) {
		ret->size = view->end;
		ret->sized = true;
		return 0;
	}
	ret->fd = open(part->path, OPEN_FLAGS);
	if (ret->fd < 0 || fstat(ret->fd, &status) < 0) {
		error_set(error, "%s: %s", part->path, strerror(errno));
		log_reader_close(ret);
		return -1;
	}
	if (status.st_ino != part->inode || status.st_dev != part->device) {
		error_set(error, "%s: replaced meanwhile", part->path);
		log_reader_close(ret);
		return -1;
	}
	if (part->packed) {
		ret->gz = gz_file_new(ret->fd, error);
		return ret->gz ? 0 : -1;
	}
	ret->size = (uint64_t)status.st_size;
	ret->sized = true;
	return 0;
}

void log_reader_close(struct log_reader *reader)
{
	gz_file_free(reader->gz);
	if (reader->fd >= 0)
		close(reader->fd);
	*reader = (struct log_reader){ .fd = -1 };
}

ssize_t log_reader_read(struct log_reader *reader, uint64_t offset, char *ret, size_t size, struct error *error)
{
	ssize_t got;

	if (reader->view)
		return (ssize_t)log_view_read(reader->view, offset, ret, size);
	if (reader->gz) {
		got = (ssize_t)gz_file_read(reader->gz, offset, ret, size, error);
		reader->size = gz_file_known(reader->gz, &reader->sized);
		return got;
	}
	/* Bytes that came since it was opened are for the next question. */
	if (offset >= reader->size)
		return 0;
	if (size > reader->size - offset)
		size = (size_t)(reader->size - offset);
	got = pread(reader->fd, ret, size, (off_t)offset);
	return got < 0 ? error_set(error, "cannot be read: %s", strerror(errno)) : got;
}
