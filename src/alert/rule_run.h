/*
 * One evaluation of one rule, and what a rule remembers between evaluations.
 * Pure: the answer of the rule's expression goes in, states and samples come
 * out; what its templates ask is asked by the caller. Semantics are those of
 * Prometheus 2.42's rule manager.
 *
 *   rule_run_begin -> while rule_run_step says RULE_RUN_ASKS: answer run->lookups -> rule_run_end
 */
#ifndef ALERT_RULE_RUN_H
#define ALERT_RULE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule_file.h"
#include "alert/template.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "tsdb/labels.h"
#include "tsdb/matrix.h"

#define RULE_RESOLVED_KEEP_MS INT64_C(900000) /* a resolved alert is remembered so long */

enum alert_phase { ALERT_INACTIVE, ALERT_PENDING, ALERT_FIRING }; /* inactive: resolved, and remembered */

/* One alert of a rule. Memory is its own arena's. */
struct alert_instance {
	struct arena arena;      /* of `labels` */
	struct arena text_arena; /* of `annotations`: made anew at each evaluation */
	struct labels labels;    /* with alertname and the rule's own, without __name__ */
	struct labels annotations;
	uint64_t fingerprint; /* labels_fingerprint(labels): the journal keeps it */
	enum alert_phase phase;
	int64_t active_ms, fired_ms, resolved_ms, keep_firing_since_ms; /* wall, of evaluations; 0: not */
	double value;                                                   /* at the last evaluation that had it */
	bool seen;                                                      /* in the present evaluation */
};

enum rule_health { RULE_HEALTH_UNKNOWN, RULE_HEALTH_OK, RULE_HEALTH_ERROR };

/* What a rule remembers. */
struct rule_memory {
	VEC(struct alert_instance *) instances;
	VEC(struct labels *)
	written; /* series written at the last evaluation: those that are gone get a staleness marker; an implementation
		    detail of rule_run.c */
	enum rule_health health;
	char error[ERROR_TEXT_MAX];
	int64_t last_ms;     /* wall, of the last evaluation; 0: never */
	int64_t duration_us; /* what it took, asking included */
};

void rule_memory_init(struct rule_memory *memory);
void rule_memory_release(struct rule_memory *memory);

/* A sample to be written at the evaluation's time: a recording rule's result, ALERTS, ALERTS_FOR_STATE, staleness
 * markers. */
struct rule_sample {
	struct labels labels;
	double value;
};

/* What became different: for the journal and whoever shows it. */
struct rule_change {
	const struct alert_instance *instance;
	enum alert_phase from, to; /* INACTIVE -> PENDING -> FIRING -> INACTIVE */
};

enum rule_run_status { RULE_RUN_ASKS, RULE_RUN_DONE, RULE_RUN_FAILED };

struct rule_run {
	const struct rule *rule;
	const struct rule_group *group;
	struct rule_memory *memory;
	int64_t time_ms;
	const struct matrix *answer;          /* borrowed until the end */
	const struct labels *external_labels; /* may be NULL */
	const char *external_url;             /* may be NULL */
	struct template_lookups lookups;
	struct arena arena;
	VEC(struct rule_sample) samples; /* valid until rule_run_end */
	VEC(struct rule_change) changes; /* the same */
	void *state;                     /* rule_run.c's own */
};

void rule_run_begin(struct rule_run *run, const struct rule_group *group, const struct rule *rule,
		    struct rule_memory *memory, int64_t time_ms, const struct matrix *answer);

/* Expand, then judge. FAILED: the rule is in error (memory->error says why) and no state changed. */
enum rule_run_status rule_run_step(struct rule_run *run);

/* The question itself failed: states stay, health is error. Makes staleness markers for what was written before, as
 * Prometheus does. */
void rule_run_fail(struct rule_run *run, const char *reason);

void rule_run_end(struct rule_run *run);

#endif
