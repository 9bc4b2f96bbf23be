#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "logs/pages_private.h"

#define PROBE_BYTES  ((size_t)16 * 1024)   /* read to find a line with a time */
#define CLOSE_ENOUGH ((uint64_t)64 * 1024) /* then line by line */

/* ---- times at places ---- */

int64_t scan_time_at(struct work *work, uint64_t offset, size_t size, uint64_t *ret_line)
{
	struct scan *scan = &work->scan;
	struct log_line *line = mem_alloc(sizeof(*line));
	ssize_t got = log_reader_read(&scan->reader, offset, scan->buffer, size, NULL);
	const char *at = scan->buffer, *end = scan->buffer + (got > 0 ? got : 0);
	int64_t time_ms = LOG_NO_TIME;

	scan->scanned_bytes += (uint64_t)(end - at);
	/* Not at the beginning of all: the first bytes are the rest of a line. */
	if (offset && at < end) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : end;
	}
	while (at < end && time_ms == LOG_NO_TIME) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t length = (size_t)((newline ? newline : end) - at);

		log_line_parse(line, &work->parser, at, length, scan->space);
		time_ms = line->time_ms;
		*ret_line = offset + (uint64_t)(at - scan->buffer);
		at = newline ? newline + 1 : end;
	}
	free(line);
	return time_ms;
}

uint64_t scan_bisect(struct work *work, int64_t time_ms, uint64_t from, size_t probe)
{
	uint64_t low = from, high = work->scan.reader.size, line;

	while (high > low && high - low > (probe < CLOSE_ENOUGH ? probe : CLOSE_ENOUGH)) {
		uint64_t middle = low + (high - low) / 2;
		int64_t found = scan_time_at(work, middle, probe, &line);

		/* Where nothing says a time, a wider look; what is still without one counts as early. */
		if (found == LOG_NO_TIME && probe < CHUNK_BYTES)
			found = scan_time_at(work, middle, CHUNK_BYTES, &line);
		if (found == LOG_NO_TIME || found < time_ms)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The first time of each part, from the first that says one; LOG_NO_TIME for one without. */
static int64_t part_begin(struct work *work, size_t part)
{
	uint64_t line;
	int64_t time_ms;

	scan_enter(&work->scan, part);
	if (scan_open(work) < 0)
		return LOG_NO_TIME;
	time_ms = scan_time_at(work, work->path ? 0 : work->view.begin, CHUNK_BYTES, &line);
	if (time_ms != LOG_NO_TIME)
		work->scan.seen_ms = time_ms;
	return time_ms;
}

/* ---- seeking ---- */

struct seek_work {
	struct work work;
	int64_t time_ms;
	size_t looked; /* parts whose first time is known to be later */
	bool inside;   /* the part is found: line by line */
	bool found;
	struct log_cursor cursor;
	struct log_line line;
	void (*done)(void *user, const struct log_cursor *cursor, bool found, const char *reason);
};

static bool take_time(struct work *base, const struct scan_line *line)
{
	struct seek_work *work = (struct seek_work *)base;

	log_line_parse(&work->line, &base->parser, line->text, line->length, base->scan.space);
	if (work->line.time_ms == LOG_NO_TIME)
		return true;
	base->scan.seen_ms = work->line.time_ms;
	if (work->line.time_ms < work->time_ms)
		return true;
	work->found = true;
	work->cursor = scan_cursor(&base->scan, line->begin);
	return false;
}

/* From the newest part back to the first that begins before the time; when none does, the oldest. */
static void look_for_part(struct seek_work *work)
{
	struct scan *scan = &work->work.scan;
	size_t part = scan->parts.list.count - 1 - work->looked;
	int64_t first_ms = part_begin(&work->work, part);

	if ((first_ms == LOG_NO_TIME || first_ms >= work->time_ms) && part > 0) {
		work->looked++;
		return;
	}
	work->inside = true;
	if (!scan->open)
		return;
	if (scan->reader.sized)
		scan->at = scan_bisect(&work->work, work->time_ms, work->work.path ? 0 : work->work.view.begin,
				       PROBE_BYTES);
	/* Halving stops within a line. */
	if (scan->reader.sized && scan->at > (work->work.path ? 0 : work->work.view.begin)) {
		uint64_t line = scan->at;

		if (scan_time_at(&work->work, scan->at, CHUNK_BYTES, &line) != LOG_NO_TIME)
			scan->at = line;
	}
}

static bool seek_step(struct work *base)
{
	struct seek_work *work = (struct seek_work *)base;
	struct scan *scan = &base->scan;

	if (!base->started) {
		base->started = true;
		work->cursor = log_cursor_end();
		return scan_begin(base) < 0 || !scan->parts.list.count;
	}
	if (!work->inside) {
		look_for_part(work);
		return false;
	}
	return scan_forward(base, take_time) != SCAN_AGAIN;
}

static void seek_finish(struct work *base, void *user)
{
	struct seek_work *work = (struct seek_work *)base;

	work->done(user, &work->cursor, work->found, base->scan.reason);
}

static void seek_release(struct work *base)
{
	(void)base;
}

struct log_request *log_seek(struct loop *loop, struct pool *pool, const struct log_seek *seek, struct error *error)
{
	struct seek_work *work = mem_zalloc(sizeof(*work));

	work_init(&work->work, seek->source);
	work->work.step = seek_step;
	work->work.finish = seek_finish;
	work->work.release = seek_release;
	work->time_ms = seek->time_ms;
	work->done = seek->done;
	return work_ask(loop, pool, &work->work, seek->progress, seek->user, error);
}

bool seek_now(const char *path, const struct line_parser *parser, int64_t time_ms, struct log_cursor *ret)
{
	struct seek_work *work = mem_zalloc(sizeof(*work));
	bool found;

	work->work.path = mem_strdup(path);
	work->work.parser = *parser;
	work->time_ms = time_ms;
	while (!seek_step(&work->work))
		;
	*ret = work->cursor;
	found = work->found;
	scan_release(&work->work.scan);
	free(work->work.path);
	free(work);
	return found;
}
