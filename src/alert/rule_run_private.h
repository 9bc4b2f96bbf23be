/* What the files of a rule's run share: rule_run.c (stages, expansion), rule_judge.c (states), rule_memory.c. */
#ifndef ALERT_RULE_RUN_PRIVATE_H
#define ALERT_RULE_RUN_PRIVATE_H

#include "alert/rule_run.h"

/* One series of the answer as the rule has it. Memory is the run's arena's. */
struct rule_expansion {
	struct labels labels, annotations;
	uint64_t hash; /* labels_hash(labels) */
	double value;
	struct alert_instance *instance; /* the active one that it is, or the one made for it */
	bool made;                       /* the latter, and the rule does not have it yet */
};

/* Fail: health is error, `format` says why. Always RULE_RUN_FAILED. */
enum rule_run_status rule_run_error(struct rule_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The evaluation went well. */
void rule_run_ok(struct rule_run *run);

/* The stages after all alerts are expanded: find those that are active; make those that are new, at most `most`, true
 * when there are more; let time pass for all of them; make their samples, the same. */
enum rule_run_status rule_judge_match(struct rule_run *run);
bool rule_judge_prepare(struct rule_run *run, size_t most);
void rule_judge_commit(struct rule_run *run);
bool rule_judge_sample(struct rule_run *run, size_t most);

/* Clocks: see rule_memory_restore. An instance that comes up takes up its clock, when there is one; those that were
 * kept firing come up by themselves; what is left when all has settled ends. */
void rule_clock_take_up(struct rule_run *run, struct alert_instance *instance);
void rule_clock_keep_firing(struct rule_run *run);
void rule_clock_settle(struct rule_run *run);

/* The same by what its series of the answer was before, where that tells of an earlier time than its clock. */
void rule_since_take_up(struct rule_run *run, struct alert_instance *instance, const struct labels *source);

#endif
