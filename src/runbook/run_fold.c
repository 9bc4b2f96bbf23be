#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/run_private.h"

/* ---- order ---- */

static int compare_copies(const void *left, const void *right)
{
	const struct run_copy *a = *(struct run_copy *const *)left, *b = *(struct run_copy *const *)right;

	/* What is not yet durable comes behind all that is. */
	if (!a->event.sequence != !b->event.sequence)
		return a->event.sequence ? -1 : 1;
	if (a->event.sequence != b->event.sequence)
		return a->event.sequence < b->event.sequence ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void order_events(struct run *run)
{
	size_t count = run->copies.count;
	struct run_copy **sorted = mem_array(count ? count : 1, sizeof(struct run_copy *));

	if (count) {
		memcpy(sorted, run->copies.items, count * sizeof(struct run_copy *));
		qsort(sorted, count, sizeof(struct run_copy *), compare_copies);
	}
	for (size_t i = 0; i < count; i++) {
		sorted[i]->place = i;
		vec_push(&run->timeline, (struct run_entry){ .event = &sorted[i]->event });
	}
	free(sorted);
}

static void begin(struct run *run)
{
	for (size_t i = 0; i < run->steps.count; i++) {
		vec_release(&run->steps.items[i].attempts);
		vec_release(&run->steps.items[i].notes);
	}
	vec_clear(&run->steps);
	vec_clear(&run->values);
	vec_clear(&run->timeline);
	map_release(&run->step_numbers, NULL);
	map_init(&run->step_numbers);
	arena_release(&run->words);
	arena_init(&run->words);
	run->opened = run->chosen = run->mitigated = run->closed = NULL;
	run->lead = run->lead_seat = run->scenario = "";
	run->lead_why = NULL;
	run->section = 0;
}

/* ---- what counts ---- */

static void apply_value(struct run *run, const struct run_event *event)
{
	size_t at = 0;

	while (at < run->values.count && strcmp(run->values.items[at].name, event->name) != 0)
		at++;
	if (!*event->value && strcmp(event->source, RUN_NOT_RECORDED) != 0) {
		if (at < run->values.count)
			memmove(&run->values.items[at], &run->values.items[at + 1],
				(--run->values.count - at) * sizeof(*run->values.items));
		return;
	}
	if (at == run->values.count)
		(void)vec_add(&run->values);
	run->values.items[at] = (struct run_value){
		.name = event->name, .value = event->value, .source = event->source, .event = event
	};
}

static void apply_branch(struct run *run, const struct run_event *event)
{
	run->scenario = event->value;
	run->chosen = *event->value ? event : NULL;
}

static void set_state(struct run_step *step, enum run_step_state state, const struct run_event *event)
{
	step->state = state;
	step->last = event;
}

static void apply_mark(struct run *run, const struct run_event *event)
{
	static const enum run_step_state states[RUN_EVENT_KINDS] = {
		[RUN_DONE] = RUN_STEP_DONE, [RUN_SKIPPED] = RUN_STEP_SKIPPED, [RUN_FAILED] = RUN_STEP_FAILED
	};
	struct run_step *step = run_step_of(run, event->step);

	set_state(step, states[event->kind], event);
	step->mark = event;
}

/* Nothing ran: the step is as it was. Unless something tells that it was started. */
static void apply_outcome(struct run *run, const struct run_event *event)
{
	struct run_step *step = run_step_of(run, event->step);
	const struct run_attempt *attempt = run_find_attempt(step, event->attempt);

	if (!attempt || attempt->outcome != event)
		return;
	switch (run_outcome_of(event)) {
	case RUN_OUTCOME_OK: set_state(step, RUN_STEP_OK, event); break;
	case RUN_OUTCOME_NEVER:
		if (attempt->start)
			set_state(step, RUN_STEP_UNKNOWN, event);
		break;
	case RUN_OUTCOME_UNKNOWN: set_state(step, RUN_STEP_UNKNOWN, event); break;
	default: set_state(step, RUN_STEP_BAD, event);
	}
}

static void apply_note(struct run *run, const struct run_event *event)
{
	if (*event->step)
		vec_push(&run_step_of(run, event->step)->notes, event);
}

static void apply_edit(struct run *run, const struct run_event *event)
{
	struct run_step *step = run_step_of(run, event->step);

	step->command = *event->command ? event->command : NULL;
	step->override_words = NULL;
	step->mark = event;
}

static void apply_override(struct run *run, const struct run_event *event)
{
	struct run_step *step = run_step_of(run, event->step);

	step->override_words = event->note;
	step->mark = event;
}

/* With an edit its text changes again: what was overridden before was of another one. */
static void apply_undo(struct run *run, const struct run_event *event)
{
	const struct run_event *root = run_undo_root(run, event);

	if (root && root->kind == RUN_EDIT)
		run_step_of(run, root->step)->override_words = NULL;
}

static void apply_mitigated(struct run *run, const struct run_event *event)
{
	if (!run->mitigated)
		run->mitigated = event;
}

static void apply_closed(struct run *run, const struct run_event *event)
{
	if (!run->closed)
		run->closed = event;
}

typedef void apply_fn(struct run *run, const struct run_event *event);

/* NULL: all there is to it was judged. */
static apply_fn *const applies[RUN_EVENT_KINDS] = {
	[RUN_OPENED] = NULL,
	[RUN_VALUE] = apply_value,
	[RUN_BRANCH] = apply_branch,
	[RUN_INTENT] = NULL,
	[RUN_STARTED] = NULL,
	[RUN_OUTCOME] = apply_outcome,
	[RUN_DONE] = apply_mark,
	[RUN_SKIPPED] = apply_mark,
	[RUN_FAILED] = apply_mark,
	[RUN_UNDONE] = apply_undo,
	[RUN_NOTE] = apply_note,
	[RUN_EDIT] = apply_edit,
	[RUN_OVERRIDE] = apply_override,
	[RUN_PEN] = NULL,
	[RUN_STEP_PEN] = NULL,
	[RUN_EVIDENCE] = NULL,
	[RUN_MITIGATED] = apply_mitigated,
	[RUN_CLOSED] = apply_closed,
};

/* A console that was refused may know of a pen that got lost on the way here. */
static void doubt_intent(struct run *run, const struct run_event *event)
{
	struct run_step *step = run_step_of(run, event->step);
	const struct run_attempt *attempt = run_find_attempt(step, event->attempt);

	if (attempt && attempt->refused && attempt->intent == event && !attempt->outcome)
		set_state(step, RUN_STEP_UNKNOWN, event);
}

/* As long as an attempt may go on, nothing else that was said of the step counts. */
static void apply_attempts(struct run_step *step)
{
	for (size_t i = 0; i < step->attempts.count; i++) {
		const struct run_attempt *attempt = &step->attempts.items[i];

		if (attempt->outcome)
			continue;
		if (attempt->start)
			set_state(step, RUN_STEP_RUNNING, attempt->start);
		else if (attempt->intent && !attempt->refused && step->state != RUN_STEP_RUNNING)
			set_state(step, RUN_STEP_WANTED, attempt->intent);
	}
}

void run_fold(struct run *run)
{
	if (!run->stale)
		return;
	run->stale = false;
	begin(run);
	order_events(run);
	run_fold_pens(run);
	for (size_t i = 0; i < run->timeline.count; i++) {
		const struct run_entry *entry = &run->timeline.items[i];

		if (entry->refused && entry->event->kind == RUN_INTENT)
			doubt_intent(run, entry->event);
		else if (!entry->refused && !entry->undone && applies[entry->event->kind])
			applies[entry->event->kind](run, entry->event);
	}
	for (size_t i = 0; i < run->steps.count; i++)
		apply_attempts(&run->steps.items[i]);
}
