/*
 * A long-running command whose output is a log: `journalctl -f -o json`,
 * `kubectl logs -f`, `ssh HOST tail -F`. Lines go into a ring in memory, for
 * paging, and through the same sink as those of files, on the pool. A command
 * that ends is started again, first at once, then after 1, 2, 4 ... 60 s; one
 * that ran for a minute starts from the beginning of that row. When lines come
 * faster than they are counted, the command waits: none is lost.
 */
#ifndef LOGS_STREAM_H
#define LOGS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logs/follow.h"
#include "logs/log_line.h"
#include "logs/log_source.h"
#include "loop/loop.h"
#include "loop/pool.h"

struct stream;

struct stream_config {
	struct loop *loop;
	struct pool *pool;
	const char *const *arguments; /* NULL ends them; copied */
	const char *folder;           /* to run in; NULL: skep's own; copied */
	size_t ring_bytes;            /* kept for paging */
	struct line_parser parser;    /* its zone must outlive the stream */
	const struct log_sink *sink;
	void *sink_state; /* the stream's from then on */
	void (*on_batch)(void *user);
	void *user;
};

struct stream *stream_new(const struct stream_config *config);
void stream_free(struct stream *stream); /* NULL is allowed */

bool stream_is_idle(const struct stream *stream);
void stream_sources(const struct stream *stream, struct log_sources *ret);

struct stream_totals {
	uint64_t lines, bytes, cut;
	uint64_t starts;
	bool running;
	int64_t next_start_ms; /* wall; 0 while it runs */
	char reason[160];      /* why it does not run, with the last it said on its error output; "" while it runs */
};

void stream_totals(const struct stream *stream, struct stream_totals *ret);

#endif
