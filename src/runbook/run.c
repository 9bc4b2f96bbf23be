#include "runbook/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/run_private.h"

const char *const run_step_state_names[RUN_STEP_STATES] = {
	[RUN_STEP_OPEN] = "open", [RUN_STEP_WANTED] = "wanted",   [RUN_STEP_RUNNING] = "running",
	[RUN_STEP_OK] = "ok",     [RUN_STEP_BAD] = "bad",         [RUN_STEP_UNKNOWN] = "unknown",
	[RUN_STEP_DONE] = "done", [RUN_STEP_SKIPPED] = "skipped", [RUN_STEP_FAILED] = "failed",
};

struct run *run_new(const char *id)
{
	struct run *run = mem_zalloc(sizeof(*run));

	arena_init(&run->arena);
	arena_init(&run->words);
	map_init(&run->ids);
	map_init(&run->step_numbers);
	run->id = arena_strdup(&run->arena, id);
	run->lead = run->lead_seat = run->scenario = "";
	return run;
}

void run_free(struct run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->steps.count; i++) {
		vec_release(&run->steps.items[i].attempts);
		vec_release(&run->steps.items[i].notes);
	}
	vec_release(&run->steps);
	vec_release(&run->values);
	vec_release(&run->timeline);
	vec_release(&run->copies);
	map_release(&run->ids, NULL);
	map_release(&run->step_numbers, NULL);
	arena_release(&run->words);
	arena_release(&run->arena);
	free(run);
}

/* When it began is known before it is folded: lists are ordered by it. */
static void note_time(struct run *run, const struct run_event *event)
{
	if (event->time_ms > run->last_ms)
		run->last_ms = event->time_ms;
	if (event->time_ms > 0 && (!run->began_ms || event->time_ms < run->began_ms))
		run->began_ms = event->time_ms;
}

void run_add(struct run *run, const struct run_event *event)
{
	struct run_copy *copy;

	if (strcmp(event->run, run->id) != 0)
		return;
	copy = map_get(&run->ids, event->id);
	if (copy && (copy->event.sequence || !event->sequence))
		return;
	if (!copy && run->copies.count >= RUN_EVENTS_MAX) {
		run->dropped++;
		return;
	}
	if (!copy) {
		copy = arena_alloc(&run->arena, sizeof(*copy));
		copy->order = run->copies.count;
		map_set(&run->ids, event->id, copy);
		vec_push(&run->copies, copy);
	}
	copy->event = *run_event_copy(event, &run->arena);
	note_time(run, &copy->event);
	run->stale = true;
}

const struct run_step *run_find_step(const struct run *run, const char *id)
{
	size_t number = (size_t)(uintptr_t)map_get(&run->step_numbers, id);

	return number ? &run->steps.items[number - 1] : NULL;
}

struct run_step *run_step_of(struct run *run, const char *id)
{
	size_t number = (size_t)(uintptr_t)map_get(&run->step_numbers, id);
	struct run_step *step;

	if (number)
		return &run->steps.items[number - 1];
	step = vec_add(&run->steps);
	step->id = id;
	step->pen = step->pen_seat = "";
	map_set(&run->step_numbers, id, (void *)(uintptr_t)run->steps.count);
	return step;
}

struct run_attempt *run_find_attempt(const struct run_step *step, int64_t number)
{
	size_t low = 0, high = step->attempts.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (step->attempts.items[middle].number == number)
			return &step->attempts.items[middle];
		if (step->attempts.items[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *run_value(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->values.count; i++)
		if (!strcmp(run->values.items[i].name, name))
			return *run->values.items[i].value ? run->values.items[i].value : NULL;
	return NULL;
}

int64_t run_next_attempt(const struct run *run, const char *step)
{
	const struct run_step *found = run_find_step(run, step);

	return found && found->attempts.count ? found->attempts.items[found->attempts.count - 1].number + 1 : 1;
}

const struct run_attempt *run_own_attempt(const struct run *run, const char *step, const char *intent)
{
	const struct run_step *found = run_find_step(run, step);

	for (size_t i = found ? found->attempts.count : 0; i-- > 0;) {
		const struct run_attempt *attempt = &found->attempts.items[i];

		if (attempt->intent && !strcmp(attempt->intent->id, intent))
			return attempt->refused || attempt->outcome ? NULL : attempt;
	}
	return NULL;
}

/* An answer, and the reason of a refusal. */
static bool answer(const struct run *run, enum run_verdict verdict, const char *step, const char **ret_why)
{
	const char *why = run_verdict_words(run, verdict, step);

	if (ret_why)
		*ret_why = why;
	return !why;
}

static bool refuse(const char **ret_why, const char *why)
{
	if (ret_why)
		*ret_why = why;
	return false;
}

#define FULL "the run has more events than are kept: close it and begin another one"

bool run_may(const struct run *run, const char *actor, const char *seat, const char *step, const char **ret_why)
{
	if (run->dropped)
		return refuse(ret_why, FULL);
	if (run->closed)
		return answer(run, RUN_IS_CLOSED, step, ret_why);
	return answer(run, run_judge(run, actor, seat, step), step, ret_why);
}

bool run_may_take(const struct run *run, const char *actor, const char *seat, const char *step, const char **ret_why)
{
	const char *why = step ? run_take_words(run, actor, seat, step) : NULL;

	if (run->dropped)
		return refuse(ret_why, FULL);
	if (step && run->closed)
		return answer(run, RUN_IS_CLOSED, step, ret_why);
	if (why)
		return refuse(ret_why, why);
	return answer(run, RUN_MAY, step, ret_why);
}

const struct run_event *run_undoable(const struct run *run, const char *step)
{
	const struct run_step *found = step ? run_find_step(run, step) : NULL;

	if (step)
		return found ? found->mark : NULL;
	return run->closed ? run->closed : run->chosen;
}

const struct run_event *run_find_evidence(const struct run *run, const char *step, const char *name, const char *when)
{
	for (size_t i = run->timeline.count; i-- > 0;) {
		const struct run_event *event = run->timeline.items[i].event;

		if (event->kind == RUN_EVIDENCE && !strcmp(event->step, step) && !strcmp(event->name, name) &&
		    !strcmp(event->when, when))
			return event;
	}
	return NULL;
}
