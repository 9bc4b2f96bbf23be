/*
 * The way of one collector's page into the store: parsed on the pool, taken
 * in by steps of a millisecond, missing series marked stale, `up` and the
 * scrape_* series beside it; then collector_done. Each collector has one, and
 * one page under way at a time.
 */
#ifndef COLLECT_INTAKE_H
#define COLLECT_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "collect/collector.h"
#include "config/option.h"
#include "tsdb/labels.h"

struct intake;

struct intake_config {
	struct labels labels; /* of every series: job, instance, more; copied */
	bool honor_labels;    /* a label of the page's own wins */
	bool ignore_times;    /* times in the page do not count */
	bool lenient;         /* bad lines are left out */
	size_t samples;       /* more fails the page; 0: no limit */
};

struct intake *intake_new(struct collector *collector, const struct intake_config *config);
void intake_free(struct intake *intake); /* what is under way stops, without collector_done */

/*
 * The page of the collection that began at `time_ms`. The buffer's bytes are
 * taken over, it is empty afterwards. `reason` NULL: the target is well, `up`
 * is 1. With a reason the samples are stored all the same, `up` is 0 and the
 * collection ends with it: a probe that failed has something to say.
 */
void intake_page(struct intake *intake, int64_t time_ms, struct strbuf *body, bool open_metrics, const char *reason);

/* There is no page: `up` is 0, all series are stale, and the collection ends with `reason`. */
void intake_fail(struct intake *intake, int64_t time_ms, const char *reason);

/* The labels of a target: job, instance, then those of an OPTION_PAIRS option ("name=value"), which win. */
struct labels intake_labels(const char *job, const char *instance, const struct option_strings *more,
			    struct arena *arena);

#endif
