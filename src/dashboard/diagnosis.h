/*
 * What an empty answer means, and whether an engine has enough history for a
 * window: the difference between "no data", "absent", "down" and
 * "insufficient history". It asks the engine little: names in one request a
 * minute, `up` once in 15 s and only while some panel is empty, and for each
 * distinct window over ten minutes one question in five minutes.
 */
#ifndef DASHBOARD_DIAGNOSIS_H
#define DASHBOARD_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/board.h"
#include "promql/selectors.h"

struct diagnosis;

/* `on_change` comes when an answer may have changed a verdict. */
struct diagnosis *diagnosis_new(struct loop *loop, struct query_engine *engine, void (*on_change)(void *user),
				void *user);
void diagnosis_free(struct diagnosis *diagnosis);

/*
 * Why `selectors` found nothing between start and end: DATA_ABSENT, DATA_DOWN
 * or DATA_NO_DATA, with a short reason. What is not known yet is noted, asked
 * at the end of this turn, and is DATA_NO_DATA until then.
 */
enum data_state diagnosis_of(struct diagnosis *diagnosis, const struct selectors *selectors, int64_t start_ms,
			     int64_t end_ms, char *ret_reason, size_t size);

/* True when less than half of `window_ms` before `end_ms` is there. False for windows of ten minutes and less. */
bool diagnosis_is_short(struct diagnosis *diagnosis, int64_t window_ms, int64_t end_ms);

/* The engine knows more than it did: what it did not know is asked again at the end of this turn. */
void diagnosis_doubt(struct diagnosis *diagnosis);

/* True while something was asked and not answered. */
bool diagnosis_busy(const struct diagnosis *diagnosis);

#endif
