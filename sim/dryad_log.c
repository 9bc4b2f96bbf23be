#include "sim/dryad_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"

const char *const dryad_log_file_names[LOG_FILE_COUNT] = {
	[LOG_APP] = "gremlins_app.log",
	[LOG_ERRORS] = "gremlins_errors.log",
	[LOG_ACCESS] = "gremlins_access.log",
};

struct pending_line {
	int64_t time_ms;
	size_t order, begin, length; /* in `text` */
};

struct one_file {
	char *path;
	int fd; /* -1: not open */
	size_t size;
	struct strbuf text;
	VEC(struct pending_line) lines;
};

struct dryad_log {
	char *folder;
	int64_t from_ms;
	bool passing, failed;
	struct one_file files[LOG_FILE_COUNT];
};

struct dryad_log *dryad_log_new(const char *folder, int64_t from_ms, bool passing)
{
	struct dryad_log *log = mem_zalloc(sizeof(*log));

	log->folder = mem_strdup(folder);
	log->from_ms = from_ms;
	log->passing = passing;
	for (size_t i = 0; i < LOG_FILE_COUNT; i++) {
		log->files[i].path = path_join(folder, dryad_log_file_names[i]);
		log->files[i].fd = -1;
		strbuf_init(&log->files[i].text);
	}
	return log;
}

static char *part_path(const struct one_file *file, int part)
{
	return part ? mem_printf("%s.%d", file->path, part) : mem_strdup(file->path);
}

static void take_away(const struct one_file *file)
{
	for (int part = 0; part <= LOG_PARTS; part++) {
		char *path = part_path(file, part);

		unlink(path);
		free(path);
	}
}

void dryad_log_free(struct dryad_log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < LOG_FILE_COUNT; i++) {
		struct one_file *file = &log->files[i];

		if (file->fd >= 0)
			close(file->fd);
		if (log->passing)
			take_away(file);
		free(file->path);
		strbuf_release(&file->text);
		vec_release(&file->lines);
	}
	if (log->passing)
		rmdir(log->folder);
	free(log->folder);
	free(log);
}

bool dryad_log_wants(const struct dryad_log *log, int64_t now_ms)
{
	return log && !log->failed && now_ms >= log->from_ms;
}

const char *dryad_log_folder(const struct dryad_log *log)
{
	return log->folder;
}

void dryad_log_add(struct dryad_log *log, enum log_file which, int64_t time_ms, const char *line, size_t length)
{
	struct one_file *file = &log->files[which];
	const struct pending_line pending = { time_ms, file->lines.count, file->text.length, length };

	strbuf_add(&file->text, line, length);
	vec_push(&file->lines, pending);
}

static int by_time(const void *left, const void *right)
{
	const struct pending_line *a = left, *b = right;

	if (a->time_ms != b->time_ms)
		return a->time_ms < b->time_ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int open_file(struct dryad_log *log, struct one_file *file)
{
	struct stat status;

	if (file->fd >= 0)
		return 0;
	if (mkdir(log->folder, 0700) && errno != EEXIST)
		return -1;
	file->fd = open(file->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file->fd < 0)
		return -1;
	file->size = fstat(file->fd, &status) ? 0 : (size_t)status.st_size;
	return 0;
}

/* NAME.4 becomes NAME.5, ... NAME becomes NAME.1. */
static void rotate(struct one_file *file)
{
	close(file->fd);
	file->fd = -1;
	for (int part = LOG_PARTS - 1; part >= 0; part--) {
		char *from = part_path(file, part), *to = part_path(file, part + 1);

		if (rename(from, to) && errno != ENOENT)
			log_line(LOG_LEVEL_WARN, "%s: %s", from, strerror(errno));
		free(from);
		free(to);
	}
}

static int write_piece(struct dryad_log *log, struct one_file *file, const struct strbuf *piece)
{
	if (open_file(log, file))
		return -1;
	for (size_t done = 0; done < piece->length;) {
		ssize_t written = write(file->fd, piece->text + done, piece->length - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		done += (size_t)written;
	}
	file->size += piece->length;
	return 0;
}

/* A handler rotates before the line that would not fit any more. */
static int write_lines(struct dryad_log *log, struct one_file *file)
{
	struct strbuf piece = STRBUF_INIT;
	int result = 0;

	qsort(file->lines.items, file->lines.count, sizeof(*file->lines.items), by_time);
	for (size_t i = 0; i < file->lines.count && !result; i++) {
		const struct pending_line *line = &file->lines.items[i];

		if (file->size + piece.length + line->length + 1 > LOG_ROTATE_BYTES) {
			result = write_piece(log, file, &piece);
			strbuf_clear(&piece);
			if (!result)
				rotate(file);
			file->size = 0;
		}
		strbuf_add(&piece, file->text.text + line->begin, line->length);
		strbuf_addch(&piece, '\n');
	}
	if (!result)
		result = write_piece(log, file, &piece);
	strbuf_release(&piece);
	return result;
}

void dryad_log_flush(struct dryad_log *log)
{
	for (size_t i = 0; i < LOG_FILE_COUNT; i++) {
		struct one_file *file = &log->files[i];

		if (!file->lines.count)
			continue;
		if (!log->failed && write_lines(log, file)) {
			/* Said once: a full disk must not fill it with words about itself. */
			log_line(LOG_LEVEL_WARN, "%s: %s (no more log lines)", file->path, strerror(errno));
			log->failed = true;
		}
		vec_clear(&file->lines);
		strbuf_clear(&file->text);
	}
}
