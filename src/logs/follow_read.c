#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "logs/follow_private.h"
#include "logs/pages_private.h"

#define LAST_LINES_BYTES ((uint64_t)64 << 20) /* looked through for the last lines; longer ones are fewer */

struct reading reading_open(struct engine *engine, const char *path)
{
	struct reading reading = { .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), .watch = -1 };
	struct statx more;
	struct stat status;
	char self[64];

	if (reading.fd < 0)
		return reading;
	if (fstat(reading.fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		close(reading.fd);
		reading.fd = -1;
		errno = EINVAL;
		return reading;
	}
	reading.device = status.st_dev;
	reading.inode = status.st_ino;
	if (statx(reading.fd, "", AT_EMPTY_PATH, STATX_BTIME, &more) == 0 && (more.stx_mask & STATX_BTIME))
		reading.born_ns = more.stx_btime.tv_sec * INT64_C(1000000000) + more.stx_btime.tv_nsec;
	/* By the descriptor: the name may lead elsewhere already. */
	snprintf(self, sizeof(self), "/proc/self/fd/%d", reading.fd);
	if (engine->inotify >= 0)
		reading.watch = inotify_add_watch(engine->inotify, self, IN_MODIFY);
	return reading;
}

void reading_close(struct engine *engine, struct reading *reading)
{
	if (reading->fd < 0)
		return;
	if (reading->watch >= 0)
		inotify_rm_watch(engine->inotify, reading->watch);
	close(reading->fd);
	reading->fd = reading->watch = -1;
}

bool reading_is_same(const struct reading *reading)
{
	char now[GUARD_BYTES];
	ssize_t got;

	if (!reading->guard_length)
		return true;
	got = pread(reading->fd, now, reading->guard_length, (off_t)(reading->offset - reading->guard_length));
	return got == (ssize_t)reading->guard_length && memcmp(now, reading->guard, reading->guard_length) == 0;
}

static void keep_guard(struct reading *reading, const char *end, size_t available)
{
	reading->guard_length = available < GUARD_BYTES ? available : GUARD_BYTES;
	memcpy(reading->guard, end - reading->guard_length, reading->guard_length);
}

static void give(struct engine *engine, struct tail *tail, const char *text, size_t length, bool cut)
{
	if (length && text[length - 1] == '\r' && !cut)
		length--;
	if (length > LOG_LINE_BYTES) {
		length = LOG_LINE_BYTES;
		cut = true;
	}
	engine->totals.lines++;
	engine->totals.cut += cut;
	tail->lines++;
	engine->sink->line(engine->sink_state, text, length, cut);
}

/* Give on the whole lines of a chunk; returns how many bytes are done with. */
static size_t split(struct engine *engine, struct tail *tail, struct reading *reading, const char *chunk, size_t size)
{
	size_t done = 0;

	while (done < size) {
		const char *newline = memchr(chunk + done, '\n', size - done);
		size_t length = newline ? (size_t)(newline - chunk) - done : size - done;

		if (!newline && !reading->skipping && length <= LOG_LINE_BYTES)
			break;
		if (!reading->skipping)
			give(engine, tail, chunk + done, length, !newline);
		reading->skipping = !newline;
		done += length + (newline != NULL);
	}
	return done;
}

bool reading_lines(struct engine *engine, struct tail *tail, struct reading *reading, int64_t until_ms)
{
	for (;;) {
		/* With the bytes before: another content, put there this very moment, is not taken for what follows. */
		size_t guard = reading->guard_length, done;
		ssize_t got = pread(reading->fd, engine->buffer, CHUNK_BYTES, (off_t)(reading->offset - guard));
		const char *chunk = engine->buffer + guard;

		if (got <= (ssize_t)guard || memcmp(engine->buffer, reading->guard, guard) != 0)
			return true;
		done = split(engine, tail, reading, chunk, (size_t)got - guard);
		if (done && !reading->offset && reading == &tail->now)
			tail->key = log_part_key_of(chunk, (size_t)got - guard);
		if (done) {
			keep_guard(reading, chunk + done, done + guard);
			reading->offset += done;
			engine->totals.bytes += done;
			tail->revision++;
			tail->last_ms = clock_wall_ms();
			reading->quiet_ms = 0;
		}
		if ((size_t)got < CHUNK_BYTES)
			return true;
		if (clock_monotonic_ms() >= until_ms)
			return false;
	}
}

void reading_end(struct engine *engine, struct tail *tail, struct reading *reading)
{
	ssize_t got = pread(reading->fd, engine->buffer, CHUNK_BYTES, (off_t)reading->offset);

	if (got > 0) {
		if (!reading->skipping)
			give(engine, tail, engine->buffer, (size_t)got, false);
		engine->totals.bytes += (uint64_t)got;
		tail->revision++;
	}
	reading_close(engine, reading);
}

/* The beginning of the last `lines` lines before `end`, an end of a line. */
static uint64_t last_lines(struct engine *engine, const struct reading *reading, uint64_t end, uint64_t lines)
{
	uint64_t low = end;

	while (low && end - low < LAST_LINES_BYTES) {
		uint64_t from = low > CHUNK_BYTES ? low - CHUNK_BYTES : 0;
		ssize_t got = pread(reading->fd, engine->buffer, (size_t)(low - from), (off_t)from);

		if (got < (ssize_t)(low - from))
			break;
		/* The newline at the end belongs to the first of them. */
		for (size_t i = (size_t)got; i-- > 0;)
			if (engine->buffer[i] == '\n' && from + i + 1 < end && --lines == 0)
				return from + i + 1;
		low = from;
	}
	return low;
}

/* Behind the last newline: what stands there is the beginning of a line that counts when it is whole. */
static uint64_t last_newline(struct engine *engine, const struct reading *reading, uint64_t size)
{
	uint64_t from = size > CHUNK_BYTES ? size - CHUNK_BYTES : 0;
	ssize_t got = pread(reading->fd, engine->buffer, (size_t)(size - from), (off_t)from);
	const char *newline = got > 0 ? memrchr(engine->buffer, '\n', (size_t)got) : NULL;

	if (newline)
		return from + (uint64_t)(newline - engine->buffer) + 1;
	return from ? size : 0;
}

static void begin_since(struct engine *engine, struct tail *tail, uint64_t size)
{
	struct log_cursor cursor;
	struct log_parts parts;
	bool later = false;

	tail->now.offset = last_newline(engine, &tail->now, size);
	if (!seek_now(tail->path, &engine->parser, engine->start_value, &cursor))
		return;
	if (cursor.inode == tail->now.inode) {
		tail->now.offset = cursor.offset;
		return;
	}
	tail->now.offset = 0;
	if (log_parts_read(&parts, tail->path, NULL) < 0)
		return;
	for (size_t i = 0; i < parts.list.count; i++) {
		const struct log_part *part = &parts.list.items[i];
		bool first = part->inode == cursor.inode && part->key == cursor.part;
		struct reading reading;

		later |= first;
		if (!later || part->current || part->packed)
			continue;
		reading = reading_open(engine, part->path);
		reading.offset = first ? cursor.offset : 0;
		if (reading.fd >= 0)
			vec_push(&tail->old, reading);
	}
	log_parts_release(&parts);
}

void tail_begin(struct engine *engine, struct tail *tail)
{
	struct stat status;
	uint64_t size;

	if (fstat(tail->now.fd, &status) < 0)
		return;
	size = (uint64_t)status.st_size;
	switch (engine->start) {
	case FOLLOW_FROM_BEGIN: break;
	case FOLLOW_FROM_END: tail->now.offset = last_newline(engine, &tail->now, size); break;
	case FOLLOW_LAST_LINES:
		tail->now.offset = last_newline(engine, &tail->now, size);
		if (engine->start_value > 0)
			tail->now.offset =
				last_lines(engine, &tail->now, tail->now.offset, (uint64_t)engine->start_value);
		break;
	case FOLLOW_SINCE: begin_since(engine, tail, size); break;
	}
}
