/*
 * How what alerts are about went lately: the subject of a rule's condition
 * over a range of time, asked politely: only what somebody looks at, few
 * questions at a time, each again only after a while. One question serves all
 * alerts of a rule; each finds its series by its labels.
 */
#ifndef ALERT_TREND_H
#define ALERT_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query/query.h"
#include "tsdb/labels.h"
#include "tsdb/matrix.h"

#define TRENDS_MAX     64 /* expressions remembered; what was not wanted for longest goes */
#define TRENDS_RUNNING 2  /* questions at a time */

struct trends;

struct trends_config {
	struct query_engine *engine;
	int64_t range_ms, step_ms;
	int64_t again_ms;              /* an answer is good for so long */
	void (*on_change)(void *user); /* an answer came: there is something to draw; may be NULL */
	void *user;
};

struct trends *trends_new(const struct trends_config *config);

/* What is under way is cancelled. NULL is allowed. */
void trends_free(struct trends *trends);

/* Somebody looks at this expression now: asked when there is no answer, or an old one. */
void trends_want(struct trends *trends, const char *expression, int64_t now_ms);

/* Is a first answer to what is wanted now on its way? */
bool trends_busy(const struct trends *trends);

/*
 * The series of an expression that an alert with these labels is about: all
 * its labels (the name aside) are the alert's; of several the one that shares
 * most. NULL: not known (yet). Lives until the loop's next turn.
 */
const struct series *trends_find(const struct trends *trends, const char *expression, const struct labels *labels);

/* Why there is none: "" while it is not known; "no data", or what the engine said. */
const char *trends_reason(const struct trends *trends, const char *expression);

#endif
