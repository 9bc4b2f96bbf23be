#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "logs/gz_file.h"
#include "logs/pages_private.h"

#define SETTLED_NS (INT64_C(2) * 1000000000)

int scan_begin(struct work *work)
{
	struct scan *scan = &work->scan;
	struct error error;

	scan->buffer = mem_alloc(CHUNK_BYTES);
	scan->space = mem_alloc(log_line_space(LOG_LINE_BYTES));
	scan->seen_ms = LOG_NO_TIME;
	if (!work->path) {
		log_parts_of_view(&scan->parts, &work->view);
		return 0;
	}
	if (log_parts_read(&scan->parts, work->path, &error) == 0)
		return 0;
	snprintf(scan->reason, sizeof(scan->reason), "%.150s", error.text);
	return -1;
}

static void scan_close(struct scan *scan)
{
	if (scan->open)
		log_reader_close(&scan->reader);
	scan->open = false;
}

void scan_release(struct scan *scan)
{
	scan_close(scan);
	log_parts_release(&scan->parts);
	free(scan->buffer);
	free(scan->space);
}

int scan_open(struct work *work)
{
	struct scan *scan = &work->scan;
	struct error error;

	if (scan->open)
		return 0;
	if (log_reader_open(&scan->reader, &scan->parts.list.items[scan->part], work->path ? NULL : &work->view,
			    &error) < 0) {
		snprintf(scan->reason, sizeof(scan->reason), "%.150s", error.text);
		return -1;
	}
	scan->open = true;
	return 0;
}

void scan_enter(struct scan *scan, size_t part)
{
	scan_close(scan);
	scan->part = part;
	scan->at = 0;
	scan->from_end = false;
}

struct log_cursor scan_cursor(const struct scan *scan, uint64_t offset)
{
	const struct log_part *part;

	/* Before whatever will come. */
	if (!scan->parts.list.count)
		return log_cursor_begin();
	part = &scan->parts.list.items[scan->part];
	return (struct log_cursor){ .part = part->key, .inode = part->inode, .offset = offset };
}

/* By content and inode, else by content (it was packed), else by inode (its first line was not whole). */
static bool find_part(const struct scan *scan, const struct log_cursor *cursor, size_t *ret)
{
	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = scan->parts.list.count; i-- > 0;) {
			const struct log_part *part = &scan->parts.list.items[i];
			bool key = part->key == cursor->part, inode = part->inode == cursor->inode;

			if ((pass == 0 && key && inode) || (pass == 1 && key) ||
			    (pass == 2 && inode && !part->packed && part->size >= cursor->offset)) {
				*ret = i;
				return true;
			}
		}
	}
	return false;
}

bool scan_goto(struct scan *scan, const struct log_cursor *cursor)
{
	size_t part;

	scan_enter(scan, 0);
	if (cursor->part == LOG_PART_BEGIN || !scan->parts.list.count)
		return true;
	if (cursor->part == LOG_PART_END) {
		scan_enter(scan, scan->parts.list.count - 1);
		scan->from_end = true;
		return true;
	}
	if (!find_part(scan, cursor, &part))
		return false;
	scan_enter(scan, part);
	scan->at = cursor->offset;
	return true;
}

/* A file whose last line has no newline: is more of it to come? */
static bool is_settled(const struct log_part *part)
{
	return !part->current || (part->path && part->modified_ns + SETTLED_NS < clock_wall_ms() * 1000000);
}

static const struct log_part *here(const struct scan *scan)
{
	return &scan->parts.list.items[scan->part];
}

static void note_origin(struct scan *scan)
{
	if (scan->has_origin)
		return;
	scan->has_origin = true;
	scan->origin = scan_cursor(scan, scan->at);
}

static ssize_t read_at(struct scan *scan, uint64_t offset, size_t size)
{
	struct error error;
	ssize_t got = log_reader_read(&scan->reader, offset, scan->buffer, size, &error);

	if (got < 0) {
		snprintf(scan->reason, sizeof(scan->reason), "%.80s: %.70s", here(scan)->path, error.text);
		return 0;
	}
	scan->scanned_bytes += (uint64_t)got;
	return got;
}

/* The end of the line that begins at scan->at and is longer than a chunk; `*ret_end` behind its newline. */
static bool find_end(struct scan *scan, uint64_t from, uint64_t *ret_end)
{
	for (uint64_t at = from; at < from + ENDLESS_BYTES;) {
		ssize_t got = read_at(scan, at, CHUNK_BYTES);
		const char *newline = got > 0 ? memchr(scan->buffer, '\n', (size_t)got) : NULL;

		*ret_end = newline ? at + (uint64_t)(newline - scan->buffer) + 1 : at + (uint64_t)(got > 0 ? got : 0);
		if (newline)
			return true;
		if (got <= 0)
			return false;
		at += (uint64_t)got;
	}
	return true;
}

/* Give one line on, cut at its limit and without its line end. */
static bool give(struct work *work, const char *text, size_t length, uint64_t begin, uint64_t end, scan_take *take)
{
	struct scan_line line = { .text = text, .length = length, .begin = begin, .end = end };

	if (line.length && line.text[line.length - 1] == '\r')
		line.length--;
	if (line.length > LOG_LINE_BYTES) {
		line.skipped = line.length - LOG_LINE_BYTES;
		line.length = LOG_LINE_BYTES;
	}
	work->scan.scanned_lines++;
	return take(work, &line);
}

/* A line longer than a chunk: found the end of it, then read its beginning again. */
static enum scan_step give_long(struct work *work, uint64_t begin, uint64_t end, bool newline, scan_take *take)
{
	struct scan *scan = &work->scan;
	ssize_t got = read_at(scan, begin, LOG_LINE_BYTES);
	struct scan_line line = {
		.text = scan->buffer, .length = got > 0 ? (size_t)got : 0, .begin = begin, .end = end
	};

	line.skipped = (size_t)(end - begin) - newline - line.length;
	scan->scanned_lines++;
	return take(work, &line) ? SCAN_AGAIN : SCAN_LINE;
}

static enum scan_step next_part(struct scan *scan)
{
	if (scan->part + 1 >= scan->parts.list.count)
		return SCAN_EDGE;
	scan_enter(scan, scan->part + 1);
	return SCAN_AGAIN;
}

enum scan_step scan_forward(struct work *work, scan_take *take)
{
	struct scan *scan = &work->scan;
	size_t done = 0;
	ssize_t got;

	if (!scan->parts.list.count)
		return SCAN_EDGE;
	if (scan_open(work) < 0)
		return next_part(scan);
	if (scan->from_end && scan->reader.sized) {
		scan->at = scan->reader.size;
		scan->from_end = false;
	}
	/* A ring forgets its oldest. */
	if (!work->path && scan->at < work->view.begin)
		scan->at = work->view.begin;
	note_origin(scan);
	got = read_at(scan, scan->at, CHUNK_BYTES);
	if (got <= 0)
		return next_part(scan);
	while (done < (size_t)got) {
		const char *begin = scan->buffer + done, *newline = memchr(begin, '\n', (size_t)got - done);
		size_t length = newline ? (size_t)(newline - begin) : (size_t)got - done;
		uint64_t at = scan->at;

		if (!newline && done)
			return SCAN_AGAIN; /* the rest comes with the next chunk */
		if (!newline) {
			uint64_t end = at + length;
			bool whole = length >= CHUNK_BYTES && find_end(scan, at, &end);

			if (!whole && !is_settled(here(scan)))
				return SCAN_EDGE;
			scan->at = end;
			return give_long(work, at, end, whole, take);
		}
		scan->at += length + 1;
		done += length + 1;
		if (!give(work, begin, length, at, scan->at, take))
			return SCAN_LINE;
	}
	return SCAN_AGAIN;
}

/* ---- backward ---- */

/* The end of a packed part is known only when all of it was unpacked. */
static bool find_size(struct scan *scan)
{
	bool whole;

	if (!scan->reader.sized) {
		uint64_t known = gz_file_known(scan->reader.gz, &whole);

		read_at(scan, known, CHUNK_BYTES);
		if (!scan->reader.sized)
			return false;
	}
	scan->at = scan->reader.size;
	scan->from_end = false;
	return true;
}

/* Of the current part an unfinished last line is not for now. */
static uint64_t finished_end(struct scan *scan, uint64_t end)
{
	uint64_t begin = end > LOG_LINE_BYTES ? end - LOG_LINE_BYTES : 0;
	ssize_t got;
	const char *newline;

	if (is_settled(here(scan)) || !end)
		return end;
	got = read_at(scan, begin, (size_t)(end - begin));
	newline = got > 0 ? memrchr(scan->buffer, '\n', (size_t)got) : NULL;
	return newline ? begin + (uint64_t)(newline - scan->buffer) + 1 : begin ? end : 0;
}

static enum scan_step previous_part(struct scan *scan)
{
	if (!scan->part)
		return SCAN_EDGE;
	scan_enter(scan, scan->part - 1);
	scan->from_end = true;
	return SCAN_AGAIN;
}

/* Where the line that ends at `end` begins, when it is longer than a chunk. */
static uint64_t find_begin(struct scan *scan, uint64_t end, uint64_t least)
{
	uint64_t high = end - 1;

	while (high > least && end - high < ENDLESS_BYTES) {
		uint64_t low = high - least > CHUNK_BYTES ? high - CHUNK_BYTES : least;
		ssize_t got = read_at(scan, low, (size_t)(high - low));
		const char *newline = got > 0 ? memrchr(scan->buffer, '\n', (size_t)got) : NULL;

		if (newline)
			return low + (uint64_t)(newline - scan->buffer) + 1;
		high = low;
	}
	return high;
}

static bool ends_line(struct scan *scan, uint64_t end)
{
	return read_at(scan, end - 1, 1) == 1 && scan->buffer[0] == '\n';
}

enum scan_step scan_backward(struct work *work, scan_take *take)
{
	struct scan *scan = &work->scan;
	uint64_t least = work->path ? 0 : work->view.begin, low, high;
	ssize_t got;

	if (!scan->parts.list.count)
		return SCAN_EDGE;
	if (scan_open(work) < 0)
		return previous_part(scan);
	if (scan->from_end) {
		if (!find_size(scan))
			return SCAN_AGAIN;
		scan->at = finished_end(scan, scan->at);
	}
	if (scan->reader.sized && scan->at > scan->reader.size)
		scan->at = scan->reader.size;
	note_origin(scan);
	if (scan->at <= least)
		return previous_part(scan);
	low = scan->at - least > CHUNK_BYTES ? scan->at - CHUNK_BYTES : least;
	got = read_at(scan, low, (size_t)(scan->at - low));
	if (got < (ssize_t)(scan->at - low))
		return previous_part(scan);
	high = (uint64_t)got;
	while (high) {
		bool closed = scan->buffer[high - 1] == '\n';
		const char *before = memrchr(scan->buffer, '\n', high - closed);
		size_t begin = before ? (size_t)(before - scan->buffer) + 1 : 0;

		if (!before && low > least) {
			uint64_t end = scan->at;

			if (high < (uint64_t)got)
				return SCAN_AGAIN;
			closed = ends_line(scan, end);
			scan->at = find_begin(scan, end, least);
			return give_long(work, scan->at, end, closed, take);
		}
		scan->at = low + begin;
		if (!give(work, scan->buffer + begin, (size_t)high - closed - begin, scan->at, low + high, take))
			return SCAN_LINE;
		high = begin;
	}
	return SCAN_AGAIN;
}
