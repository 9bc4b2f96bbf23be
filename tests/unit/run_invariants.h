/* What holds of every run, whatever events there are of it and in whatever order they come. */
#ifndef RUN_INVARIANTS_H
#define RUN_INVARIANTS_H

#include <string.h>

#include "runbook/run.h"

static bool run_attempt_is_open(const struct run_attempt *attempt)
{
	return !attempt->outcome && (attempt->start || (attempt->intent && !attempt->refused));
}

static bool run_knows_end(const struct run *run, const struct run_event *event)
{
	for (size_t i = 0; i < run->timeline.count; i++) {
		const struct run_event *other = run->timeline.items[i].event;

		if (other->kind == RUN_OUTCOME && other->attempt == event->attempt &&
		    !strcmp(other->step, event->step) && run_outcome_of(other) != RUN_OUTCOME_UNKNOWN)
			return true;
	}
	return false;
}

static const char *run_attempt_fault(const struct run_step *step, size_t index)
{
	const struct run_attempt *attempt = &step->attempts.items[index];
	const struct run_event *events[] = { attempt->intent, attempt->start, attempt->outcome };
	static const enum run_event_kind kinds[] = { RUN_INTENT, RUN_STARTED, RUN_OUTCOME };
	size_t count = 0;

	if (index && step->attempts.items[index - 1].number >= attempt->number)
		return "attempts are not in order";
	for (size_t i = 0; i < 3; i++) {
		if (!events[i])
			continue;
		count++;
		if (events[i]->kind != kinds[i] || events[i]->attempt != attempt->number ||
		    strcmp(events[i]->step, step->id) != 0)
			return "an attempt has another one's event";
	}
	return count ? NULL : "an attempt of nothing";
}

static const char *run_step_fault(const struct run *run, const struct run_step *step)
{
	bool open = false;

	for (size_t i = 0; i < step->attempts.count; i++) {
		const char *fault = run_attempt_fault(step, i);

		if (fault)
			return fault;
		open |= run_attempt_is_open(&step->attempts.items[i]);
	}
	if (open != (step->state == RUN_STEP_WANTED || step->state == RUN_STEP_RUNNING))
		return "what may be running does not look so";
	if ((step->state == RUN_STEP_OK || step->state == RUN_STEP_BAD) &&
	    (!step->last || step->last->kind != RUN_OUTCOME || run_outcome_of(step->last) == RUN_OUTCOME_UNKNOWN))
		return "an end that nobody told";
	if (run_find_step(run, step->id) != step)
		return "a step is not found";
	return *step->pen || !*step->pen_seat ? NULL : "a seat without a pen";
}

/* The reason for all of it: what may have been run never looks as if it had not. */
static const char *run_entry_fault(const struct run *run, size_t index)
{
	const struct run_entry *entry = &run->timeline.items[index];
	const struct run_event *event = entry->event;
	const struct run_step *step = run_find_step(run, event->step);

	if (entry->refused && (!entry->remark || entry->undone))
		return "refused without a reason, or taken back";
	if ((event->kind == RUN_INTENT || event->kind == RUN_STARTED) &&
	    (!step || (step->state == RUN_STEP_OPEN && !run_knows_end(run, event))))
		return "it may have been run, and looks as if it could be run freely";
	if (index) {
		const struct run_event *before = run->timeline.items[index - 1].event;

		if (event->sequence ? !before->sequence || before->sequence > event->sequence : false)
			return "not in the journal's order";
	}
	return NULL;
}

/* NULL, or what does not hold. */
static const char *run_fault(const struct run *run)
{
	const char *why, *fault = NULL;

	for (size_t i = 0; !fault && i < run->steps.count; i++)
		fault = run_step_fault(run, &run->steps.items[i]);
	for (size_t i = 0; !fault && i < run->timeline.count; i++)
		fault = run_entry_fault(run, i);
	if (fault)
		return fault;
	if (!run->closed && !run->dropped && !run_may(run, run->lead, run->lead_seat, NULL, &why))
		return "who leads may not";
	if (run->closed && run_may(run, run->lead, run->lead_seat, NULL, &why))
		return "it is closed, and goes on";
	return NULL;
}

#endif
