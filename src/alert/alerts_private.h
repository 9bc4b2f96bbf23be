/* What the files of the merged list share: alerts.c (the list and its questions), alerts_merge.c (how it is made),
 * alerts_complete.c (what is the same for every alert), alerts_foreign.c (what the journal is told of alerts that only
 * servers raise). */
#ifndef ALERT_ALERTS_PRIVATE_H
#define ALERT_ALERTS_PRIVATE_H

#include "alert/alerts.h"
#include "runbook/runbook_index.h"
#include "base/hash.h"
#include "base/vec.h"

/* A firing alert that only a server knows: its end has to be noticed here, since no evaluation of ours tells it. */
struct foreign_alert {
	uint64_t fingerprint;
	int64_t active_ms, fired_ms;
	int priority;
	char *name;
	struct alert_instance *instance; /* for the journal */
	bool seen;
};

struct alerts {
	struct alerts_config config;
	struct runbook_index runbooks;

	/* The list as it stands, and what it is made of. */
	struct arena arena;
	VEC(struct alert) items;
	VEC(struct rule_trouble) troubles;
	VEC(uint64_t) order; /* fingerprints of the list before it, in its order */
	struct alert_counts counts;
	uint64_t version;

	/* What was seen of the parts when it was made. */
	uint64_t evaluator_version, server_version, am_version;
	bool touched, made;
	int64_t made_ms; /* wall */

	/* Conditions of the expressions seen so far, by expression. */
	struct arena condition_arena;
	struct map conditions;

	VEC(struct foreign_alert) foreign;
};

/* Make `items` and `troubles` anew. */
void alerts_merge(struct alerts *alerts, int64_t now_ms);

/* For qsort: the worse of two `struct alert` first. */
int alerts_compare(const void *left, const void *right);

/* Fill in all that follows from an alert's labels, state and rule. */
void alert_complete(struct alerts *alerts, struct alert *alert, int64_t now_ms);

/* Tell the journal of what only servers raise. */
void alerts_note_foreign(struct alerts *alerts, int64_t now_ms);
void alerts_forget_foreign(struct alerts *alerts);

#endif
