/*
 * A collector of one URL whose answers are read on the pool: what health and
 * json collectors are. The kind's own state is on the heap and begins with it;
 * `on_answer` and jobs are given that state, which goes with the collector.
 */
#ifndef COLLECT_HTTP_READER_H
#define COLLECT_HTTP_READER_H

#include <stdint.h>

#include "base/arena.h"
#include "collect/collector.h"
#include "collect/http_target.h"
#include "collect/intake.h"
#include "config/option.h"
#include "loop/pool.h"

struct http_reader {
	struct collector *collector;
	struct http_target *target;
	struct intake *intake;
	struct job *job; /* reads the answer; its `done` sets it to NULL */
	struct arena arena;
	int64_t time_ms; /* of the collection under way */
};

/* Add the collector. The URL was checked before; `labels` as in intake_labels, from the reader's arena if need be. */
void http_reader_open(struct http_reader *reader, struct collect *collect, const char *type,
		      const struct http_target_config *config, const char *url, const char *accept,
		      http_target_fn *on_answer, const struct option_strings *labels);

/* Have `reading`, the job's from then on, read on the pool; the collection fails when that cannot be. */
void http_reader_submit(struct http_reader *reader, const struct job_ops *ops, void *reading);

#endif
