/*
 * One log as a person picks it from a list: a followed file with its rotated
 * parts, or a stream kept in memory. Made and kept up to date by follow.h and
 * stream.h, in the loop; good until the loop's next turn. Its `id` stays, so
 * that one who comes back finds it again.
 *
 * Paging (pages.h) takes a source and copies what it needs of it.
 */
#ifndef LOGS_LOG_SOURCE_H
#define LOGS_LOG_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logs/log_line.h"

struct log_ring;

struct log_source {
	unsigned id;           /* within its collector, never used twice */
	const char *name;      /* "/var/log/app/gremlins_app.log", or "journalctl -f -o json" */
	const char *path;      /* of the file; NULL for a stream */
	struct log_ring *ring; /* of the stream; NULL for a file */
	const struct line_parser *parser;
	bool gone;           /* the file is not there now, or the command does not run */
	char reason[160];    /* why; "" else */
	uint64_t size_bytes; /* of the file now, or of what the ring holds */
	uint64_t lines;      /* read since the start */
	uint64_t restarts;   /* of a command: how often it was started again */
	uint64_t rotations;  /* of a file: how often a new one took its place, or it was truncated */
	uint64_t
		revision; /* changes whenever there is more to see: ask again (pages.h) for what follows the last row */
	int64_t last_ms;  /* wall time when the last line came; 0 never */
};

struct log_sources {
	const struct log_source *items;
	size_t count;
};

#endif
