/*
 * What changed in a system: the rules' series, asked every
 * CHANGES_INTERVAL_MS and compared with what they were; at the start once over
 * the last CHANGES_PAST_MS, so that this morning's deploy is known. Each change
 * becomes one event of the feed: never the same one twice, however often the
 * past is read again.
 *
 * An identity may show several values at a time (a rolling deploy). News is a
 * value that it has not shown for CHANGES_MEMORY_MS; a start time is news once.
 */
#ifndef SITUATION_CHANGES_H
#define SITUATION_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/feed.h"
#include "loop/loop.h"
#include "query/query.h"
#include "situation/change_rule.h"

#define CHANGES_INTERVAL_MS (30 * INT64_C(1000))
#define CHANGES_PAST_MS     (24 * INT64_C(3600000))
#define CHANGES_STEP_MS     (5 * INT64_C(60000))
#define CHANGES_MEMORY_MS   (10 * INT64_C(60000))
#define CHANGES_SERIES_MAX  1000 /* of one rule; the others are not watched */

struct changes_config {
	struct loop *loop;
	struct query_engine *engine;
	const struct change_rules *rules; /* borrowed */
	const char *system;               /* for the events; borrowed */
	struct feed *feed;                /* borrowed */
	bool apart;                       /* two engines stand behind the one: see bundle.h */
	void (*on_change)(void *user);    /* the feed has more; may be NULL */
	void *user;
};

struct changes;

/* Begins to ask at once. Before the engine is freed it must be freed. */
struct changes *changes_new(const struct changes_config *config);
void changes_free(struct changes *changes); /* NULL is allowed */

/* The past is better known than it was: read it again. */
void changes_refresh(struct changes *changes);

/* Is the past not read yet? */
bool changes_busy(const struct changes *changes);

#endif
