/*
 * The parts of a log and how to read them: the file by its name, what
 * rotation left beside it (NAME.1, NAME-20261122, NAME.2.gz), or a view of a
 * ring. For this room; all of it may block and is for workers.
 */
#ifndef LOGS_LOG_PART_H
#define LOGS_LOG_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/vec.h"
#include "logs/log_ring.h"

#define LOG_PARTS_MOST 512

struct log_part {
	char *path;   /* NULL for a ring */
	uint64_t key; /* of its first line: stays when the file is renamed or packed; never 0 or UINT64_MAX */
	uint64_t inode, device;
	uint64_t size; /* packed */
	int64_t modified_ns;
	int64_t born_ns; /* tells two files apart that had the same inode one after the other; 0 not known */
	bool packed;
	bool current; /* the file itself, that grows */
};

struct log_parts {
	VEC(struct log_part) list; /* oldest first */
};

/* List what there is of the log at `path`. -1 only when its folder cannot be read. */
int log_parts_read(struct log_parts *ret, const char *path, struct error *error);
void log_parts_release(struct log_parts *parts);

/* The one part of a ring. */
void log_parts_of_view(struct log_parts *ret, const struct log_view *view);

/* Is `name` what rotation makes of `base`? Both without folders. */
bool log_part_is_rotated(const char *base, const char *name, bool *ret_packed);

/* What identifies the content of an open file, or of one that begins so; 0 while its first line is not whole. */
uint64_t log_part_key(int fd, bool packed);
uint64_t log_part_key_of(const char *begin, size_t length);

/* An open part. */
struct gz_file;
struct log_reader {
	int fd;
	struct gz_file *gz;
	const struct log_view *view;
	uint64_t size; /* unpacked; while `sized` */
	bool sized;
};

int log_reader_open(struct log_reader *ret, const struct log_part *part, const struct log_view *view,
		    struct error *error);
void log_reader_close(struct log_reader *reader);

/* As read(2) at a place: fewer than asked only at the end; -1 with the error set. */
ssize_t log_reader_read(struct log_reader *reader, uint64_t offset, char *ret, size_t size, struct error *error);

#endif
