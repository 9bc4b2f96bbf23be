/*
 * One evaluation of one rule, and what a rule remembers between evaluations.
 * Pure: the answer of the rule's expression goes in, states and samples come
 * out; what its templates ask is asked by the caller. Semantics are those of
 * Prometheus 2.42's rule manager (AlertingRule.Eval, RecordingRule.Eval).
 *
 * A caller that can answer at once does it so:
 *
 *	rule_run_begin(&run, group, rule, memory, time_ms, answer);
 *	while ((status = rule_run_step(&run)) == RULE_RUN_ASKS || status == RULE_RUN_MORE)
 *		for (each lookup of run.lookups that is not answered)
 *			template_answer(lookup, matrix, error);
 *	if (status == RULE_RUN_DONE)
 *		rule_writer_write(writer, &run);        (rule_writer.h: samples, staleness markers)
 *	rule_run_end(&run);
 *
 * where `answer` is that of the rule's expression at rule_run_asks_ms(group,
 * time_ms), and a lookup's that of its expression at time_ms. A failed
 * question is rule_run_begin without an answer, rule_run_fail, rule_run_end:
 * states stay, and nothing is written, staleness markers neither, as
 * Prometheus does it.
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

struct history_label;

#define RULE_RESOLVED_KEEP_MS INT64_C(900000) /* a resolved alert is remembered so long */

enum alert_phase { ALERT_INACTIVE, ALERT_PENDING, ALERT_FIRING }; /* inactive: resolved, and remembered */

/* One alert of a rule. Label sets are packs (label_pack.h). */
struct alert_instance {
	struct labels labels; /* with alertname and the rule's own, without __name__ */
	struct labels annotations;
	uint64_t fingerprint; /* labels_fingerprint(labels): the journal keeps it */
	enum alert_phase phase;
	int64_t active_ms, fired_ms, resolved_ms, keep_firing_since_ms; /* wall, of evaluations; 0: not */
	double value;                                                   /* at the last evaluation that had it */
	bool seen;                                                      /* in the last evaluation */

	/* rule_run.c's own */
	uint64_t hash; /* labels_hash(labels) */
	enum alert_phase before;
	struct labels state_series, clock_series; /* ALERTS as of series_phase, ALERTS_FOR_STATE */
	enum alert_phase series_phase;
};

/* An inactive one with these labels, copied; for whoever needs one outside of a rule. */
struct alert_instance *alert_instance_new(const struct labels *labels);
void alert_instance_free(struct alert_instance *instance);

enum rule_health { RULE_HEALTH_UNKNOWN, RULE_HEALTH_OK, RULE_HEALTH_ERROR };

/* What was known of an active alert when an earlier process, or this one, wrote it down. */
struct alert_clock {
	struct labels labels; /* as in the instance */
	int64_t active_ms, fired_ms, keep_firing_since_ms;
	int64_t last_ms; /* the evaluation that saw it so */
	double value;
	uint64_t hash; /* rule_memory.c's own */
};

/* What a rule remembers. */
struct rule_memory {
	VEC(struct alert_instance *) instances;
	VEC(struct alert_clock) clocks; /* to be taken up by the first evaluations: see rule_memory_restore */
	unsigned settling;              /* evaluations that still do */
	int64_t settle_ms;              /* and until when at least; 0: not begun */
	enum rule_health health;
	char error[ERROR_TEXT_MAX];
	int64_t last_ms;     /* wall, of the last evaluation; 0: never */
	int64_t duration_us; /* what it took, asking included; the caller's to set */
	uint64_t version;    /* rises when a state, a value, a text or the health changed */
};

void rule_memory_init(struct rule_memory *memory);
void rule_memory_release(struct rule_memory *memory);

/*
 * Clocks from before a restart. An alert that comes up in the first two good
 * evaluations (and at least within RULE_SETTLE_MS of the first: sources need a
 * moment) takes its clock up again:
 *
 * - unseen for no more than RULE_GAP_MS: nothing happened, as when an
 *   evaluation was missed;
 * - unseen for more than RULE_OUTAGE_MS: a new alert;
 * - else it fires again when it fired; one that was pending is treated as
 *   Prometheus's RestoreForState does: the time away does not count, it fires
 *   in RULE_GRACE_MS at the earliest, and with a `for` below that it begins
 *   anew.
 *
 * One that fired and does not come up is resolved then. The clock is copied.
 */
#define RULE_SETTLE_MS INT64_C(60000)
#define RULE_GAP_MS    INT64_C(300000)
#define RULE_OUTAGE_MS INT64_C(3600000)
#define RULE_GRACE_MS  INT64_C(600000)
void rule_memory_restore(struct rule_memory *memory, const struct alert_clock *clock);

/* A sample to be written at rule_run_asks_ms: a recording rule's result, ALERTS, ALERTS_FOR_STATE. */
struct rule_sample {
	struct labels labels;
	double value;
};

/* What became different: for the journal and whoever shows it. */
struct rule_change {
	const struct alert_instance *instance;
	enum alert_phase from, to; /* INACTIVE -> PENDING -> FIRING -> INACTIVE; INACTIVE -> FIRING without `for` */
};

enum rule_run_status {
	RULE_RUN_ASKS,   /* answer run->lookups and step again */
	RULE_RUN_MORE,   /* a bounded piece of work is done: step again, at another turn where that matters */
	RULE_RUN_DONE,   /* states are judged, samples and changes are there */
	RULE_RUN_FAILED, /* the rule is in error, memory->error says why; states are as they were, but beyond `limit` a
			    rule forgets all of its alerts, as in Prometheus (changes tell) */
};

struct rule_expansion;

struct rule_run {
	const struct rule *rule;
	const struct rule_group *group;
	struct rule_memory *memory;
	int64_t time_ms;
	const struct matrix *answer; /* borrowed until the end; a scalar is a vector of one without labels */

	/* The caller's to set between begin and the first step; all may be NULL. */
	const struct labels *external_labels;
	const char *external_url;
	const struct history_label *label_map; /* of an answer of the server's: labels of alerts and results are
						  renamed to the store's, so that they are the same alerts and series
						  whoever answers; templates see the answer's own */
	size_t label_map_count;
	/*
	 * What the expression gave before this evaluation, as a range up to before_end_ms in steps: at a rule's very
	 * first evaluation an alert without a clock is as old as its unbroken run there, since nobody judged it before.
	 */
	const struct matrix *before;
	int64_t before_end_ms, before_step_ms;

	struct template_lookups lookups;
	struct arena arena;
	VEC(struct rule_sample) samples; /* valid until rule_run_end */
	VEC(struct rule_change) changes; /* the same */

	/* rule_run.c's own */
	unsigned stage;
	size_t next;                       /* to be dealt with in the stage */
	struct rule_expansion *expansions; /* one for each series of the answer */
	size_t before_next;                /* place in `before` of what is expected next */
	VEC(struct alert_instance *) gone; /* no longer remembered: `changes` may mean them */
};

/* The time that the group's rules ask about and write at. */
static inline int64_t rule_run_asks_ms(const struct rule_group *group, int64_t time_ms)
{
	return time_ms - group->query_offset_ms;
}

void rule_run_begin(struct rule_run *run, const struct rule_group *group, const struct rule *rule,
		    struct rule_memory *memory, int64_t time_ms, const struct matrix *answer);

enum rule_run_status rule_run_step(struct rule_run *run);

/* The question itself failed: states stay, health is error. */
void rule_run_fail(struct rule_run *run, const char *reason);

void rule_run_end(struct rule_run *run);

#endif
