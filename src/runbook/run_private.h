/* What the files of the fold share. First it is judged who might do what (run_pen.c), then what that gives
 * (run_fold.c).
 */
#ifndef RUNBOOK_RUN_PRIVATE_H
#define RUNBOOK_RUN_PRIVATE_H

#include "runbook/run.h"

/* The run's own copy of an event: the first member, so that one is the other. */
struct run_copy {
	struct run_event event;
	size_t order; /* in which it was added */
	size_t place; /* in the timeline */
};

/* Why somebody may not act; RUN_MAY: they may. */
enum run_verdict {
	RUN_MAY,
	RUN_IS_CLOSED,
	RUN_IS_LED,           /* by another person */
	RUN_IS_LED_ELSEWHERE, /* by the same one at another console */
	RUN_IS_HELD,          /* another person has the step's pen */
	RUN_IS_HELD_ELSEWHERE,
};

/* `step`: NULL for what needs the lead. Whether the run is closed is not looked at. */
enum run_verdict run_judge(const struct run *run, const char *actor, const char *seat, const char *step);

/* In words; NULL for RUN_MAY. They live as long as the fold. */
const char *run_verdict_words(const struct run *run, enum run_verdict verdict, const char *step);

/* Why that seat may not take the step's pen; NULL: it may. */
const char *run_take_words(const struct run *run, const char *actor, const char *seat, const char *step);

/* Go through the timeline: who leads and holds, what is refused or taken back, which events make which attempt. */
void run_fold_pens(struct run *run);

/* The event that an undoing one takes back in the end, through those it takes back; NULL. Only of events before it. */
const struct run_event *run_undo_root(const struct run *run, const struct run_event *event);

/* The step, made when it is not there; `id` must live as long as the run. */
struct run_step *run_step_of(struct run *run, const char *id);
struct run_attempt *run_find_attempt(const struct run_step *step, int64_t number);

#endif
