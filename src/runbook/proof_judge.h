/*
 * What an answer says of one thing that is to be proved: pure, given the
 * answers and the time. Missing data never proves anything.
 */
#ifndef RUNBOOK_PROOF_JUDGE_H
#define RUNBOOK_PROOF_JUDGE_H

#include "base/arena.h"
#include "query/condition.h"
#include "runbook/proof.h"

#define PROOF_TREND 32

/* Until when an engine that fails takes nothing from the time something has held. */
#define PROOF_PATIENCE_MS 30000

/* One proof with what it is judged by. Strings live in the set's arena. */
struct proof_item {
	struct proof shown;
	const char *expression, *command; /* one of them */
	struct condition condition;
	const char *evidence;      /* what has a result as long as there is data; NULL: nothing is asked */
	const char *const *labels; /* of the alert, "NAME=VALUE", NULL ends them; NULL: any series will do */
	int64_t for_ms, within_ms;
	int64_t begun_ms;       /* monotonic: its step ended; 0 not yet */
	bool counts;            /* for the whole to be good */
	const char *changed_by; /* id of the step that changed something last; NULL none did */
	int64_t changed_ms;     /* monotonic, when it ended */
	bool told_good;
	double trend[PROOF_TREND];
};

/* Read what the item's expression compares. */
void proof_item_read(struct proof_item *item, struct arena *arena);

/* The first series of an answer that the item is about; false when there is none. */
bool proof_item_find(const struct proof_item *item, const struct matrix *matrix, double *ret);

/* What the expression gives: a result, or none and what its evidence gave. */
struct proof_finding {
	bool found, has_evidence;
	double value; /* of either; NaN */
};
void proof_item_judge(struct proof_item *item, const struct proof_finding *finding, int64_t now_ms);

/* A check by a command ended. */
void proof_item_judge_command(struct proof_item *item, bool good, const char *words, int64_t now_ms);

/* It cannot be told. */
void proof_item_fail(struct proof_item *item, const char *reason, int64_t now_ms);

#endif
