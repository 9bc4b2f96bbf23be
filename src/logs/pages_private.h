/*
 * A question on its way: what the loop and its slices of work on the pool
 * share by turns. For pages*.c only.
 */
#ifndef LOGS_PAGES_PRIVATE_H
#define LOGS_PAGES_PRIVATE_H

#include "logs/log_part.h"
#include "logs/log_ring.h"
#include "logs/log_zone.h"
#include "logs/pages.h"

#define CHUNK_BYTES   ((size_t)256 * 1024) /* read at once: holds a line of the greatest length */
#define SLICE_MS      15
#define ENDLESS_BYTES ((uint64_t)64 << 20) /* without a newline: taken for the end of a line */

/* Where one is while lines are looked at one by one. */
struct scan {
	struct log_parts parts;
	size_t part; /* index */
	bool open;
	struct log_reader reader;
	uint64_t at;              /* in the part: a line begins here, or ended just before */
	bool from_end;            /* `at` is the end of the part, which is not known yet */
	struct log_cursor origin; /* where looking began, as soon as that is known */
	bool has_origin;
	char *buffer; /* CHUNK_BYTES */
	char *space;
	uint64_t scanned_bytes, scanned_lines;
	int64_t seen_ms; /* time of the last line that said one */
	char reason[160];
};

struct scan_line {
	const char *text;
	size_t length;
	size_t skipped;      /* bytes that were cut off */
	uint64_t begin, end; /* offsets; `end` behind the newline */
};

enum scan_step { SCAN_LINE, SCAN_AGAIN /* looked, found none yet */, SCAN_EDGE };

struct log_request {
	struct loop *loop;
	struct pool *pool;
	struct job *job;
	bool cancelled;
	struct timer *later; /* calls the next slice, or `done` where the pool is full */
	struct work *work;
	void (*progress)(void *user, const struct log_progress *progress);
	void *user;
};

/* What the pool works on. `step` does about SLICE_MS of it; true when all is done. */
struct work {
	bool (*step)(struct work *work);
	void (*finish)(struct work *work, void *user); /* in the loop: hand out what was found */
	void (*release)(struct work *work);            /* what the kind of work holds besides */
	char *path;                                    /* NULL: of a ring */
	struct log_view view;
	struct log_zone zone;
	struct line_parser parser; /* its zone is the one above */
	struct scan scan;
	bool started, ended;
	bool orphan; /* nobody waits for it: the job frees it */
	size_t found;
	int64_t begun_ms;
};

/* Take over what a source is; the kinds fill in the rest and call work_ask. */
void work_init(struct work *work, const struct log_source *source);
struct log_request *work_ask(struct loop *loop, struct pool *pool, struct work *work,
			     void (*progress)(void *, const struct log_progress *), void *user, struct error *error);

/* List the parts. -1 with the scan's reason set. */
int scan_begin(struct work *work);
void scan_release(struct scan *scan);

/* Go to a cursor; false when its part is gone, and the scan is at the nearest there is. */
bool scan_goto(struct scan *scan, const struct log_cursor *cursor);
struct log_cursor scan_cursor(const struct scan *scan, uint64_t offset);

/* Go to a part's beginning. */
void scan_enter(struct scan *scan, size_t part);
int scan_open(struct work *work);

/*
 * A walk along lines from scan->at, in pieces: each call reads one chunk and
 * calls `take` for the lines in it, in the direction of the walk, until it
 * says false. SCAN_EDGE at the end of all parts.
 */
typedef bool scan_take(struct work *work, const struct scan_line *line);
enum scan_step scan_forward(struct work *work, scan_take *take);
enum scan_step scan_backward(struct work *work, scan_take *take);

/* The first time that a line at or behind `offset` of the open part says, looking at one chunk of `size`; LOG_NO_TIME.
 */
int64_t scan_time_at(struct work *work, uint64_t offset, size_t size, uint64_t *ret_line);

/* The place before the first line at or after a time in the open, unpacked part, by halving. */
uint64_t scan_bisect(struct work *work, int64_t time_ms, uint64_t from, size_t probe);

/*
 * log_seek at once, on a worker: the cursor of the first line of the log at
 * `path` at or after a time. False when there is none.
 */
bool seek_now(const char *path, const struct line_parser *parser, int64_t time_ms, struct log_cursor *ret);

#endif
