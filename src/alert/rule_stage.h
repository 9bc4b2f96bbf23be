/*
 * Rules over a store of their own, at times that are given: what is put in
 * and when it is evaluated are a script's to say. All in one thread and at
 * once, for tests of rules and comparisons. What the rules write (results,
 * ALERTS, ALERTS_FOR_STATE) is there for the questions after it.
 */
#ifndef ALERT_RULE_STAGE_H
#define ALERT_RULE_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule_run.h"
#include "alert/rule_writer.h"
#include "base/error.h"
#include "promql/promql.h"
#include "tsdb/store.h"

/* One rule with all that belongs to it. */
struct rule_actor {
	const struct rule_group *group;
	const struct rule *rule;
	struct promql *promql;     /* NULL: does not parse */
	struct error promql_error; /* why */
	struct rule_memory memory;
	struct rule_writer writer;
};

struct rule_stage {
	struct store *store;
	struct rule_actor *actors; /* in the order of evaluation */
	size_t actor_count;
	bool left_open; /* ranges and syntax of Prometheus 3 */

	/* The caller's to set after rule_stage_init; may be left. */
	int64_t subquery_step_ms; /* of subqueries that name none; 0: a minute */
	const struct labels *external_labels;
	const char *external_url;
};

/* The groups, in the order in which they are to be evaluated, must outlive the stage. */
void rule_stage_init(struct rule_stage *stage, const struct rule_group *const *groups, size_t count, bool left_open);
void rule_stage_release(struct rule_stage *stage);

/* Put in a sample. STORE_OK, or why not. */
enum store_result rule_stage_append(struct rule_stage *stage, const struct labels *labels, int64_t time_ms,
				    double value);

/* Evaluate every rule; each actor's memory then says how it went. Returns how many are in error. */
size_t rule_stage_evaluate(struct rule_stage *stage, int64_t time_ms);

/* The answer at that time, a vector or a scalar; NULL with the error. The caller drops its reference. */
struct matrix *rule_stage_ask(const struct rule_stage *stage, const char *expression, int64_t time_ms,
			      struct error *error);

#endif
