/*
 * The engine inside: PromQL over the local store. A question is parsed and
 * its series selected in the loop, then evaluated as a job on the pool over
 * what was selected; a cancelled question stops early. It has no server, so
 * it never backs off: what is wrong is wrong with the question
 * (QUERY_BAD), beyond a limit (QUERY_TOO_LARGE), or asks for more history
 * than there is (QUERY_INSUFFICIENT).
 */
#ifndef QUERY_EMBEDDED_H
#define QUERY_EMBEDDED_H

#include "loop/pool.h"
#include "promql/promql.h"
#include "query/query.h"
#include "tsdb/store.h"

struct embedded_config {
	struct store *store; /* outlives the engine */
	struct pool *pool;   /* outlives the engine; freed only after it (jobs under way) */
	struct promql_limits limits;
	struct query_limits answer; /* of the answer's series and points */
	int64_t lookback_ms;        /* 0: 5 min */
	bool closed_ranges;         /* as a 2.x server has them */
	unsigned parallel; /* evaluations at a time: fewer than the pool has threads, for others need them; 0: 2 */
};

struct query_engine *embedded_engine_new(struct loop *loop, const struct embedded_config *config);

/* Follow a server's version: 2.x has closed ranges, 3.x left-open ones. The engine must be an embedded one. */
void embedded_engine_set_closed_ranges(struct query_engine *engine, bool closed);

#endif
