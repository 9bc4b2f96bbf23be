/*
 * Files that grow, followed by name: each line is delivered once, in order,
 * none twice and none left out, whatever log rotation does meanwhile.
 *
 *   rename + create   the old file is read to its end before the new one is
 *                     begun, and watched for late writers for a while after
 *   several at once   parts that came and were renamed since the last look are
 *                     found beside the file (NAME.1, NAME-20261122, not packed
 *                     ones) and read in their order
 *   copytruncate      seen by a smaller size, or by other bytes where the last
 *                     read ended; what was written before the copy was made is
 *                     read from the copy
 *   deleted           waited for
 *   new in a glob     read from their beginning
 *
 * All of it happens in jobs of the pool: opening, looking and reading can
 * block on a network file system, and the loop does none of it. A look happens
 * when the kernel says that something changed (inotify, at most each 50 ms) and
 * once a second otherwise, since not every file system says so. Nothing is
 * read to start but what `start` asks for.
 *
 * A line without its newline is waited for; when the file it is in has ended,
 * it counts. Lines are cut at LOG_LINE_BYTES; a "\r" before the newline is
 * taken off.
 */
#ifndef LOGS_FOLLOW_H
#define LOGS_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "logs/log_line.h"
#include "logs/log_source.h"
#include "loop/loop.h"
#include "loop/pool.h"

#define FOLLOW_FILES 256 /* at one time; more are counted and not followed */

/*
 * Where lines go. `line` runs on a worker, one at a time for one follow or
 * stream; a line that was `cut` is longer than what is given. The loop may
 * look at `state` in on_batch and whenever the follow is idle
 * (follow_is_idle), else not. `free` runs when neither needs it any more,
 * which may be later than follow_free.
 */
struct log_sink {
	void (*line)(void *state, const char *line, size_t length, bool cut);
	void (*free)(void *state);
};

enum follow_start { FOLLOW_FROM_END, FOLLOW_LAST_LINES, FOLLOW_SINCE, FOLLOW_FROM_BEGIN };

struct follow_config {
	struct loop *loop;
	struct pool *pool;
	const char *const *patterns; /* paths and globs; copied */
	size_t pattern_count;
	struct line_parser parser; /* for FOLLOW_SINCE, and for who pages; its zone must outlive the follow */
	enum follow_start start;
	int64_t start_value; /* lines, or a wall time in ms */
	const struct log_sink *sink;
	void *sink_state; /* the follow's from then on */
	void (*on_batch)(
		void *user); /* in the loop, after lines were delivered or a file's state changed; may be NULL */
	void *user;
};

struct follow;

struct follow *follow_new(const struct follow_config *config);
void follow_free(struct follow *follow); /* NULL is allowed */

/* Is no worker busy with it, and has the first look ended? Then the sink's state may be read. */
bool follow_is_idle(const struct follow *follow);

/* The files, in the order of their names; a file that is gone stays for a while. */
void follow_sources(const struct follow *follow, struct log_sources *ret);

struct follow_totals {
	uint64_t lines, bytes; /* delivered; bytes with newlines */
	uint64_t cut;          /* lines longer than LOG_LINE_BYTES */
	uint64_t rotations, truncations;
	uint64_t lost;         /* parts that were seen to be gone before they were read to their end */
	unsigned files;        /* followed now */
	unsigned not_followed; /* beyond FOLLOW_FILES */
	bool behind;           /* there is more to read than the last look read */
	char reason[160]; /* "no file matches /var/log/x*.log", "/var/log/x: permission denied"; "" when all is well */
};

/* As of the last batch. */
void follow_totals(const struct follow *follow, struct follow_totals *ret);

#endif
