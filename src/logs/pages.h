/*
 * Reading back and forth in a log without loading it. A log is its rotated
 * parts, oldest first, and the file that grows; gzip'd parts are unpacked on
 * the way, with marks to come back to, so that a page in the middle does not
 * unpack all before it. A place in a log is a cursor, which stays good while
 * the log grows and rotates. The ring of a stream is read in the same way.
 *
 * A question is answered by the pool in slices, so that other jobs get their
 * turn; `progress` is called between them with where it is looking; it can be
 * cancelled at any time, and reads at most its limit of bytes: then the page
 * says LOG_PAGE_LIMIT and one may ask for more from its `next`.
 *
 * What a view does: the first screen is "LOG_BACKWARD from log_cursor_end()".
 * While it follows, and the source's `revision` has changed, it asks
 * "LOG_FORWARD from the last page's `last`"; going up, "LOG_BACKWARD from the
 * `first` of the topmost row's page"; a jump to a time is a log_seek, then a
 * page forward from the cursor found. More than a screenful behind, a
 * following view rather asks backward from the end again: it then costs the
 * same however much was written.
 */
#ifndef LOGS_PAGES_H
#define LOGS_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "logs/log_filter.h"
#include "logs/log_line.h"
#include "logs/log_source.h"
#include "loop/loop.h"
#include "loop/pool.h"

/* A place between two lines. */
struct log_cursor {
	uint64_t part;   /* which part; LOG_PART_BEGIN and LOG_PART_END are before all and behind all */
	uint64_t inode;  /* as a help to find it again */
	uint64_t offset; /* in the part, unpacked: where a line begins */
};

#define LOG_PART_BEGIN UINT64_C(0)
#define LOG_PART_END   UINT64_MAX

static inline struct log_cursor log_cursor_begin(void)
{
	return (struct log_cursor){ .part = LOG_PART_BEGIN };
}

static inline struct log_cursor log_cursor_end(void)
{
	return (struct log_cursor){ .part = LOG_PART_END };
}

/* One line of a page. Texts are in the page's arena, terminated, but may hold NULs and anything else: raw. */
struct log_row {
	struct log_cursor at; /* before the line */
	int64_t time_ms;      /* LOG_NO_TIME when the line does not say */
	enum line_level level;
	enum line_shape shape;
	struct line_text component; /* text "" when not said */
	struct line_text message;   /* the text for one row; may hold newlines */
	struct line_text raw;       /* the line; cut at LOG_LINE_BYTES. log_row_parse takes it apart again */
	size_t skipped;             /* bytes that were cut off its end */
};

enum log_page_end {
	LOG_PAGE_FULL,  /* as many rows as asked for */
	LOG_PAGE_EDGE,  /* the beginning of the log, or its present end, was reached */
	LOG_PAGE_LIMIT, /* the limit of bytes was: ask again from `next` to look on */
	LOG_PAGE_FAILED,
};

struct log_page {
	struct log_row *rows; /* in the order of the log, whichever way was asked */
	size_t count;
	struct log_cursor first; /* before all that was looked at: ask backward from it */
	struct log_cursor last;  /* behind all that was looked at: ask forward from it */
	struct log_cursor next;  /* where looking goes on in the same direction: `first` or `last` */
	enum log_page_end end;
	bool gave_up; /* the filter's pattern met its limits: rows may be missing */
	bool moved;   /* the cursor's part is gone (deleted, rotated out): it began at the nearest there is */
	uint64_t scanned_bytes, scanned_lines;
	int64_t elapsed_ms;
	char reason[160]; /* LOG_PAGE_FAILED: why; else a part that could not be read and was passed over; "" */
	struct arena arena;
};

void log_page_free(struct log_page *page); /* NULL is allowed */

/* Take a row apart into fields; `space` is log_line_space(row->raw.length) bytes. */
void log_row_parse(const struct log_row *row, const struct line_parser *parser, struct log_line *ret, char *space);

enum log_direction { LOG_BACKWARD, LOG_FORWARD };

struct log_progress {
	int64_t time_ms; /* of the line it looks at; LOG_NO_TIME */
	uint64_t scanned_bytes, scanned_lines;
	size_t found; /* rows so far */
};

/* The limits that zeros stand for. */
#define LOG_PAGE_ROWS   1000                  /* most rows of a page */
#define LOG_PAGE_BYTES  (UINT64_C(256) << 20) /* most bytes looked at, unpacked */
#define LOG_PAGE_MEMORY ((size_t)4 << 20)     /* a page whose rows are larger ends early, as full */

struct log_question {
	const struct log_source *source; /* needed only during the call */
	struct log_cursor from;
	enum log_direction direction;
	size_t rows;
	struct log_filter *filter; /* NULL: every line */
	uint64_t limit_bytes;
	void (*progress)(void *user, const struct log_progress *progress); /* may be NULL */
	void (*done)(void *user, struct log_page *page);                   /* the page is the callee's to free */
	void *user;
};

struct log_request;

/* NULL with the error set when it cannot be asked now; else `done` follows, once, never from within this call. */
struct log_request *log_ask(struct loop *loop, struct pool *pool, const struct log_question *question,
			    struct error *error);

struct log_seek {
	const struct log_source *source;
	int64_t time_ms;
	void (*progress)(void *user, const struct log_progress *progress); /* may be NULL */
	/* The place before the first line at or after the time; `found` false: there is none, the cursor is the end. */
	void (*done)(void *user, const struct log_cursor *cursor, bool found, const char *reason);
	void *user;
};

/*
 * Find a time: by the first line of each part, then by halving the part.
 * Lines are taken to be in the order of their times; where they are not, the
 * place is near. A gzip'd part is read from its beginning, with progress.
 */
struct log_request *log_seek(struct loop *loop, struct pool *pool, const struct log_seek *seek, struct error *error);

/*
 * How many lines there are over time, for the graph above a log. Estimated: a
 * bucket's bytes, found by halving as in log_seek, divided by the length of
 * the lines sampled in it, which also give the share of each level; so a file
 * of any size costs a few hundred small reads. A ring is counted exactly.
 * gzip'd parts are spread evenly over the time from their first line to the
 * next part's, by their unpacked size.
 */
#define LOG_DENSITY_BUCKETS 512

struct log_density {
	int64_t from_ms, to_ms;
	size_t count;
	double lines[LOG_DENSITY_BUCKETS];               /* in each bucket */
	double levels[LINE_LEVELS][LOG_DENSITY_BUCKETS]; /* of these, by level */
	int64_t first_ms, last_ms;                       /* of the log as far as it was looked at; LOG_NO_TIME */
	bool exact;
};

struct log_density_question {
	const struct log_source *source;
	int64_t from_ms, to_ms; /* from_ms LOG_NO_TIME: from the log's first line; to_ms likewise: to its last */
	size_t buckets;         /* 1 to LOG_DENSITY_BUCKETS */
	void (*done)(void *user, const struct log_density *density, const char *reason); /* good during the call */
	void *user;
};

struct log_request *log_ask_density(struct loop *loop, struct pool *pool, const struct log_density_question *question,
				    struct error *error);

/* Forget about it: no callback after this. What runs on the pool ends at its next slice. Not after `done`. */
void log_request_cancel(struct log_request *request);

#endif
