#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "logs/pages_private.h"

#define PROBE_BYTES     ((size_t)8 * 1024)  /* read to find a time when halving */
#define SAMPLE_BYTES    ((size_t)32 * 1024) /* of a bucket's lines are read for their lengths and levels */
#define GZIP_SIZE_BYTES 4

/* The whole of it is small: rather count than estimate. */
#define COUNT_BYTES ((uint64_t)2 << 20)

struct density_work {
	struct work work;
	struct log_density density;
	int64_t *begins_ms; /* first time of each part */
	size_t begun;       /* parts whose first time was read */
	size_t part, bucket;
	uint64_t low; /* where the present bucket begins in the part */
	bool inside;  /* a part is being gone through */
	struct log_line line;
	void (*done)(void *user, const struct log_density *density, const char *reason);
};

static int64_t bucket_begin(const struct log_density *density, size_t bucket)
{
	double share = (double)bucket / (double)density->count;

	return density->from_ms + (int64_t)(share * (double)(density->to_ms - density->from_ms));
}

static uint64_t first_offset(const struct work *work)
{
	return work->path ? 0 : work->view.begin;
}

static size_t last_part(const struct density_work *work)
{
	return work->work.scan.parts.list.count - 1;
}

/* The time of the last line of the newest part: in its last bytes, or a wider look. */
static int64_t last_time(struct work *work)
{
	struct scan *scan = &work->scan;
	int64_t last_ms = LOG_NO_TIME;
	uint64_t line;

	for (size_t size = PROBE_BYTES; scan->open && scan->reader.sized && last_ms == LOG_NO_TIME; size *= 8) {
		uint64_t from = scan->reader.size > size ? scan->reader.size - size : first_offset(work);

		if (from < first_offset(work))
			from = first_offset(work);
		/* From line to line: the last that says a time. */
		for (uint64_t at = from; at < scan->reader.size; at = line + 1) {
			int64_t time_ms = scan_time_at(work, at, CHUNK_BYTES, &line);

			if (time_ms == LOG_NO_TIME)
				break;
			last_ms = time_ms;
		}
		if (size >= CHUNK_BYTES)
			break;
	}
	return last_ms;
}

/* Count the lines of offsets from..to of the open part; at most SAMPLE_BYTES of them are read. */
static void sample(struct density_work *work, size_t bucket, uint64_t from, uint64_t to)
{
	struct scan *scan = &work->work.scan;
	uint64_t size = to - from;
	size_t want = size < SAMPLE_BYTES ? (size_t)size : SAMPLE_BYTES;
	ssize_t got = log_reader_read(&scan->reader, from, scan->buffer, want, NULL);
	const char *at = scan->buffer, *end = at + (got > 0 ? got : 0);
	double counts[LINE_LEVELS] = { 0 }, lines = 0, scale;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		if (!newline)
			break;
		log_line_parse(&work->line, &work->work.parser, at, (size_t)(newline - at), scan->space);
		counts[work->line.level]++;
		lines++;
		at = newline + 1;
	}
	if (lines == 0)
		return;
	scale = size > want ? (double)size / (double)(at - scan->buffer) : 1;
	work->density.lines[bucket] += lines * scale;
	for (int level = 0; level < LINE_LEVELS; level++)
		work->density.levels[level][bucket] += counts[level] * scale;
}

static void count_line(struct density_work *work, int64_t time_ms, enum line_level level)
{
	struct log_density *density = &work->density;
	double share;
	size_t bucket;

	if (time_ms < density->from_ms || time_ms >= density->to_ms)
		return;
	share = (double)(time_ms - density->from_ms) / (double)(density->to_ms - density->from_ms);
	bucket = (size_t)(share * (double)density->count);
	if (bucket >= density->count)
		bucket = density->count - 1;
	density->lines[bucket]++;
	density->levels[level][bucket]++;
}

/* Line by line; one without a time belongs to that before it. */
static bool take_line(struct work *base, const struct scan_line *line)
{
	struct density_work *work = (struct density_work *)base;

	log_line_parse(&work->line, &base->parser, line->text, line->length, base->scan.space);
	if (work->line.time_ms != LOG_NO_TIME)
		base->scan.seen_ms = work->line.time_ms;
	if (base->scan.seen_ms != LOG_NO_TIME)
		count_line(work, base->scan.seen_ms, work->line.level);
	return true;
}

/* How many unpacked bytes gzip says there are, modulo 4 GiB. */
static uint64_t packed_size(const struct log_reader *reader, const struct log_part *part)
{
	unsigned char size[GZIP_SIZE_BYTES];

	if (part->size < sizeof(size) || pread(reader->fd, size, sizeof(size), (off_t)(part->size - sizeof(size))) != 4)
		return 0;
	return (uint64_t)size[3] << 24 | (uint64_t)size[2] << 16 | (uint64_t)size[1] << 8 | size[0];
}

/* A packed part: its first lines stand for all, evenly over its time. */
static void spread(struct density_work *work, int64_t begin_ms, int64_t end_ms)
{
	struct scan *scan = &work->work.scan;
	uint64_t size = packed_size(&scan->reader, &scan->parts.list.items[scan->part]);
	struct log_density *density = &work->density;
	ssize_t got = log_reader_read(&scan->reader, 0, scan->buffer, SAMPLE_BYTES, NULL);
	const char *at = scan->buffer, *end = at + (got > 0 ? got : 0), *newline;
	double counts[LINE_LEVELS] = { 0 }, scale;

	for (; at < end && (newline = memchr(at, '\n', (size_t)(end - at))); at = newline + 1) {
		log_line_parse(&work->line, &work->work.parser, at, (size_t)(newline - at), scan->space);
		counts[work->line.level]++;
	}
	if (at == scan->buffer || end_ms <= begin_ms)
		return;
	scale = size > (uint64_t)(at - scan->buffer) ? (double)size / (double)(at - scan->buffer) : 1;
	for (size_t bucket = 0; bucket < density->count; bucket++) {
		int64_t low = bucket_begin(density, bucket), high = bucket_begin(density, bucket + 1);
		double share;

		low = low > begin_ms ? low : begin_ms;
		high = high < end_ms ? high : end_ms;
		if (high <= low)
			continue;
		share = (double)(high - low) / (double)(end_ms - begin_ms);
		for (int level = 0; level < LINE_LEVELS; level++) {
			density->lines[bucket] += counts[level] * scale * share;
			density->levels[level][bucket] += counts[level] * scale * share;
		}
	}
}

/* ---- step by step ---- */

static void read_begin(struct density_work *work)
{
	struct work *base = &work->work;
	struct log_density *density = &work->density;
	uint64_t line;

	scan_enter(&base->scan, work->begun);
	work->begins_ms[work->begun] =
		scan_open(base) < 0 ? LOG_NO_TIME : scan_time_at(base, first_offset(base), CHUNK_BYTES, &line);
	if (density->first_ms == LOG_NO_TIME)
		density->first_ms = work->begins_ms[work->begun];
	if (work->begun++ < last_part(work))
		return;
	density->last_ms = last_time(base);
	if (density->from_ms == LOG_NO_TIME)
		density->from_ms = density->first_ms;
	if (density->to_ms == LOG_NO_TIME)
		density->to_ms = density->last_ms == LOG_NO_TIME ? LOG_NO_TIME : density->last_ms + 1;
}

static int64_t part_end(const struct density_work *work, size_t part)
{
	for (size_t next = part + 1; next <= last_part(work); next++)
		if (work->begins_ms[next] != LOG_NO_TIME)
			return work->begins_ms[next];
	return work->density.last_ms == LOG_NO_TIME ? LOG_NO_TIME : work->density.last_ms + 1;
}

/* Begin a part; false when there is nothing to estimate in it. */
static bool enter(struct density_work *work)
{
	struct work *base = &work->work;
	struct scan *scan = &base->scan;
	struct log_density *density = &work->density;
	int64_t begin_ms = work->begins_ms[work->part], end_ms = part_end(work, work->part);

	if (begin_ms == LOG_NO_TIME || end_ms <= density->from_ms || begin_ms >= density->to_ms)
		return false;
	scan_enter(scan, work->part);
	if (scan_open(base) < 0)
		return false;
	if (!scan->reader.sized) {
		spread(work, begin_ms, end_ms);
		return false;
	}
	work->bucket = 0;
	work->low = scan_bisect(base, density->from_ms, first_offset(base), PROBE_BYTES);
	return true;
}

static void next_bucket(struct density_work *work)
{
	struct work *base = &work->work;
	struct log_density *density = &work->density;
	uint64_t high = work->low;
	int64_t end_ms = bucket_begin(density, work->bucket + 1);

	if (end_ms > work->begins_ms[work->part])
		high = scan_bisect(base, end_ms, work->low, PROBE_BYTES);
	/* Halving stops at a distance; the end of the part is no such place. */
	if (end_ms >= part_end(work, work->part))
		high = base->scan.reader.size;
	if (high > work->low)
		sample(work, work->bucket, work->low, high);
	work->low = high;
	work->bucket++;
	if (work->bucket >= density->count || high >= base->scan.reader.size) {
		work->inside = false;
		work->part++;
	}
}

static uint64_t all_bytes(const struct scan *scan)
{
	uint64_t size = 0;

	for (size_t i = 0; i < scan->parts.list.count; i++)
		size += scan->parts.list.items[i].size * (scan->parts.list.items[i].packed ? 10 : 1);
	return size;
}

static bool density_step(struct work *base)
{
	struct density_work *work = (struct density_work *)base;
	struct scan *scan = &base->scan;

	if (!base->started) {
		base->started = true;
		if (scan_begin(base) < 0 || !scan->parts.list.count)
			return true;
		work->begins_ms = mem_array(scan->parts.list.count, sizeof(*work->begins_ms));
		work->density.exact = !base->path || all_bytes(scan) < COUNT_BYTES;
		return false;
	}
	if (work->begun <= last_part(work)) {
		read_begin(work);
		if (work->begun <= last_part(work))
			return false;
		scan_enter(scan, 0);
		scan->seen_ms = LOG_NO_TIME;
		return work->density.from_ms == LOG_NO_TIME || work->density.to_ms <= work->density.from_ms;
	}
	if (work->density.exact)
		return scan_forward(base, take_line) == SCAN_EDGE;
	if (work->part > last_part(work))
		return true;
	if (!work->inside) {
		work->inside = enter(work);
		work->part += !work->inside;
	} else {
		next_bucket(work);
	}
	return false;
}

static void density_finish(struct work *base, void *user)
{
	struct density_work *work = (struct density_work *)base;

	work->done(user, &work->density, base->scan.reason);
}

static void density_release(struct work *base)
{
	free(((struct density_work *)base)->begins_ms);
}

struct log_request *log_ask_density(struct loop *loop, struct pool *pool, const struct log_density_question *question,
				    struct error *error)
{
	struct density_work *work = mem_zalloc(sizeof(*work));
	struct log_density *density = &work->density;

	work_init(&work->work, question->source);
	work->work.step = density_step;
	work->work.finish = density_finish;
	work->work.release = density_release;
	density->from_ms = question->from_ms;
	density->to_ms = question->to_ms;
	density->first_ms = density->last_ms = LOG_NO_TIME;
	density->count = question->buckets < 1                     ? 1
			 : question->buckets > LOG_DENSITY_BUCKETS ? LOG_DENSITY_BUCKETS
								   : question->buckets;
	work->done = question->done;
	return work_ask(loop, pool, &work->work, NULL, question->user, error);
}
