/*
 * Two engines as one: the server while it is well, the embedded engine when
 * it is not. Decided for each expression, never mixed inside one.
 *
 * - Well: the server is asked. Silent for AUTO_SILENCE_MS, the embedded engine
 *   is asked too; the server's answer wins when it still comes first. A probe
 *   tells a server that is slow from one that hangs: the latter counts as down
 *   when that is silent as long again. (A store that has less than half of the
 *   time asked about leaves a slow server its time.)
 * - A failure of the server (refused, timeout, 5xx, no Prometheus; not a bad
 *   expression) is answered by the embedded engine at once, and the server
 *   counts as down: only a probe (`vector(1)`) goes to it, every AUTO_PROBE_MS
 *   without back-off, until AUTO_GOOD_PROBES in a row are good; more of them
 *   when it has come back and failed again soon, and that repeatedly.
 * - Metrics that the server knows and the store does not are not answered for
 *   a failed server: the last good answer is worth more than an empty one. Nor
 *   is anything about a time before the store's first sample.
 * - A server that knows none of an expression's metric names, while the local
 *   store knows them all, does not get that expression (names are looked up
 *   once and kept for some minutes).
 *
 * The answer says which engine gave it; query_engine_state tells of the
 * server, and in `standing_in` whether the embedded engine answers for it.
 */
#ifndef QUERY_AUTO_H
#define QUERY_AUTO_H

#include "query/query.h"
#include "tsdb/store.h"

#define AUTO_SILENCE_MS  1000
#define AUTO_PROBE_MS    2000
#define AUTO_GOOD_PROBES 2

struct auto_config {
	struct query_engine *prometheus, *embedded; /* become the engine's, which listens to the former's changes */
	struct store *store;
};

struct query_engine *auto_engine_new(struct loop *loop, const struct auto_config *config);

/* Other times than those above, so that a test need not wait. The engine must be one of these; ask nothing before. */
void auto_engine_set_times(struct query_engine *engine, int64_t silence_ms, int64_t probe_ms);

#endif
