#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runbook/run_private.h"

/* The fold on its way through the timeline. */
struct fold {
	struct run *run;
	unsigned closes; /* in force */
};

/* Taking back what takes back what ... */
#define UNDO_DEPTH_MAX 50

/* What may be taken back. */
#define UNDOABLE                                                                                                       \
	(1u << RUN_VALUE | 1u << RUN_BRANCH | 1u << RUN_DONE | 1u << RUN_SKIPPED | 1u << RUN_FAILED | 1u << RUN_NOTE | \
	 1u << RUN_EDIT | 1u << RUN_OVERRIDE | 1u << RUN_MITIGATED | 1u << RUN_CLOSED)

/* The number before the dot of a step's id. */
static int64_t section_of(const char *step)
{
	return strtoll(step, NULL, 10);
}

static bool is_same(const char *a, const char *b)
{
	return !strcmp(a, b);
}

/* A pen without a seat is of any console of its holder. */
static bool has(const char *holder, const char *holder_seat, const char *actor, const char *seat)
{
	return is_same(holder, actor) && (!*holder_seat || is_same(holder_seat, seat));
}

enum run_verdict run_judge(const struct run *run, const char *actor, const char *seat, const char *step)
{
	const struct run_step *held = step ? run_find_step(run, step) : NULL;

	if (held && *held->pen) {
		if (has(held->pen, held->pen_seat, actor, seat))
			return RUN_MAY;
		return is_same(held->pen, actor) ? RUN_IS_HELD_ELSEWHERE : RUN_IS_HELD;
	}
	if (!*run->lead || has(run->lead, run->lead_seat, actor, seat))
		return RUN_MAY;
	return is_same(run->lead, actor) ? RUN_IS_LED_ELSEWHERE : RUN_IS_LED;
}

const char *run_verdict_words(const struct run *run, enum run_verdict verdict, const char *step)
{
	const struct run_step *held = step ? run_find_step(run, step) : NULL;

	switch (verdict) {
	case RUN_MAY: return NULL;
	case RUN_IS_CLOSED: return "the run is closed";
	case RUN_IS_LED: return run->lead_why ? run->lead_why : "another person leads the run";
	case RUN_IS_LED_ELSEWHERE: return "you lead the run from another console";
	case RUN_IS_HELD: return held && held->pen_why ? held->pen_why : "another person has the pen of the step";
	case RUN_IS_HELD_ELSEWHERE: return "you have the pen of the step at another console";
	}
	return NULL;
}

static void give_lead(struct run *run, const char *to, const char *seat)
{
	run->lead = to;
	run->lead_seat = *to ? seat : "";
	run->lead_why = *to ? arena_printf(&run->words, "%s leads the run", to) : NULL;
}

static void give_step(struct run *run, const char *id, const char *to, const char *seat)
{
	struct run_step *step = run_step_of(run, id);

	step->pen = to;
	step->pen_seat = *to ? seat : "";
	step->pen_why = *to ? arena_printf(&run->words, "%s has the pen of step %s", to, id) : NULL;
}

static void refuse(struct run_entry *entry, const char *why)
{
	entry->refused = true;
	entry->remark = why;
}

/* In the timeline nobody is spoken to. */
static void refuse_pen(const struct run *run, struct run_entry *entry, enum run_verdict verdict, const char *step)
{
	if (verdict == RUN_IS_LED_ELSEWHERE)
		refuse(entry, "the lead was at another console");
	else if (verdict == RUN_IS_HELD_ELSEWHERE)
		refuse(entry, "the pen was at another console");
	else
		refuse(entry, run_verdict_words(run, verdict, step));
}

/* What was handed to a person, or to nobody, is of the console that uses it first. */
static void use_pen(struct run *run, const struct run_event *event, const char *step)
{
	const struct run_step *held = step ? run_find_step(run, step) : NULL;

	if (held && *held->pen) {
		if (!*held->pen_seat)
			give_step(run, step, event->actor, event->seat);
	} else if (!*run->lead || !*run->lead_seat) {
		give_lead(run, event->actor, event->seat);
	}
}

/* False, refused, when its author has not the pen. */
static bool needs_pen(struct fold *fold, struct run_entry *entry, const char *step)
{
	const struct run_event *event = entry->event;
	enum run_verdict verdict = fold->closes ? RUN_IS_CLOSED : run_judge(fold->run, event->actor, event->seat, step);

	if (verdict != RUN_MAY) {
		refuse_pen(fold->run, entry, verdict, step);
		return false;
	}
	use_pen(fold->run, event, step);
	return true;
}

static void note_section(struct run *run, const struct run_event *event)
{
	if (has(run->lead, run->lead_seat, event->actor, event->seat))
		run->section = section_of(event->step);
}

static void take_opened(struct fold *fold, struct run_entry *entry)
{
	struct run *run = fold->run;

	if (run->opened) {
		refuse(entry, "the run was opened before");
		return;
	}
	run->opened = entry->event;
	if (!*run->lead)
		give_lead(run, entry->event->actor, entry->event->seat);
}

static void take_value(struct fold *fold, struct run_entry *entry)
{
	needs_pen(fold, entry, NULL);
}

static void take_branch(struct fold *fold, struct run_entry *entry)
{
	if (needs_pen(fold, entry, NULL))
		fold->run->section = 0;
}

static void take_close(struct fold *fold, struct run_entry *entry)
{
	if (needs_pen(fold, entry, NULL))
		fold->closes++;
}

static void take_mark(struct fold *fold, struct run_entry *entry)
{
	const char *id = entry->event->step;

	if (!needs_pen(fold, entry, id))
		return;
	run_step_of(fold->run, id);
	note_section(fold->run, entry->event);
}

static void take_edit(struct fold *fold, struct run_entry *entry)
{
	if (needs_pen(fold, entry, entry->event->step))
		run_step_of(fold->run, entry->event->step);
}

static void take_note(struct fold *fold, struct run_entry *entry)
{
	if (*entry->event->step)
		run_step_of(fold->run, entry->event->step);
}

/* ---- attempts ---- */

static struct run_attempt *attempt_of(struct run *run, const struct run_event *event)
{
	struct run_step *step = run_step_of(run, event->step);
	struct run_attempt *attempt = run_find_attempt(step, event->attempt);
	size_t at;

	if (attempt)
		return attempt;
	(void)vec_add(&step->attempts);
	for (at = step->attempts.count - 1; at > 0 && step->attempts.items[at - 1].number > event->attempt; at--)
		step->attempts.items[at] = step->attempts.items[at - 1];
	step->attempts.items[at] = (struct run_attempt){ .number = event->attempt };
	return &step->attempts.items[at];
}

static const char *begun_by(struct run *run, const struct run_attempt *attempt)
{
	return arena_printf(&run->words, "attempt %" PRId64 " is of %s", attempt->number, attempt->intent->actor);
}

/* Was it refused, and did nothing come of it, as far as anybody tells? Who wrote it may have said so already. */
static bool gives_way(const struct run_attempt *attempt)
{
	const struct run_event *outcome = attempt->outcome;

	if (!attempt->refused || attempt->start)
		return false;
	return !outcome || (run_outcome_of(outcome) == RUN_OUTCOME_NEVER && is_same(outcome->of, attempt->intent->id));
}

/* The first intent of a number has it. One that was refused gives way, unless it was started all the same. */
static void take_intent(struct fold *fold, struct run_entry *entry)
{
	const struct run_event *event = entry->event;
	const struct run_step *step = run_find_step(fold->run, event->step);
	struct run_attempt *attempt = step ? run_find_attempt(step, event->attempt) : NULL;
	bool may;

	if (attempt && attempt->intent && !gives_way(attempt)) {
		refuse(entry, begun_by(fold->run, attempt));
		return;
	}
	may = needs_pen(fold, entry, event->step);
	attempt = attempt_of(fold->run, event);
	if (attempt->intent && !may)
		return;
	/* That the other one never ran says nothing of this one. */
	if (attempt->intent)
		attempt->outcome = NULL;
	attempt->intent = event;
	attempt->refused = !may;
	if (may)
		note_section(fold->run, event);
}

/* The attempt that a start or outcome is of; NULL, refused, when it says that it is of another intent. */
static struct run_attempt *attempt_told(struct fold *fold, struct run_entry *entry)
{
	const struct run_event *event = entry->event;
	struct run_attempt *attempt = attempt_of(fold->run, event);

	if (!*event->of || !attempt->intent || is_same(attempt->intent->id, event->of))
		return attempt;
	refuse(entry, begun_by(fold->run, attempt));
	return NULL;
}

static void take_start(struct fold *fold, struct run_entry *entry)
{
	struct run_attempt *attempt = attempt_told(fold, entry);

	if (!attempt)
		return;
	if (attempt->start)
		refuse(entry, "the attempt was started before");
	else
		attempt->start = entry->event;
}

/* That something ran is surer than that nothing did; and either is surer than not to know. */
static int certainty(const struct run_event *outcome)
{
	switch (run_outcome_of(outcome)) {
	case RUN_OUTCOME_UNKNOWN: return 0;
	case RUN_OUTCOME_NEVER: return 1;
	default: return 2;
	}
}

static void take_outcome(struct fold *fold, struct run_entry *entry)
{
	struct run_attempt *attempt = attempt_told(fold, entry);

	if (!attempt)
		return;
	if (attempt->outcome && certainty(attempt->outcome) >= certainty(entry->event))
		refuse(entry, "the attempt had ended before");
	else
		attempt->outcome = entry->event;
}

/* ---- pens ---- */

static void take_lead(struct fold *fold, struct run_entry *entry)
{
	const struct run_event *event = entry->event;
	struct run *run = fold->run;
	enum run_verdict verdict = run_judge(run, event->actor, event->seat, NULL);
	bool takes = is_same(event->to, event->actor) && (!*event->to_seat || is_same(event->to_seat, event->seat));

	if (verdict != RUN_MAY && !takes) {
		refuse_pen(run, entry, verdict, NULL);
		return;
	}
	if (verdict == RUN_IS_LED)
		entry->remark = arena_printf(&run->words, "taken from %s", run->lead);
	give_lead(run, event->to, takes ? event->seat : event->to_seat);
}

const char *run_take_words(const struct run *run, const char *actor, const char *seat, const char *step)
{
	const struct run_step *held = run_find_step(run, step);

	if (run_judge(run, actor, seat, NULL) == RUN_MAY)
		return NULL;
	if (held && *held->pen)
		return is_same(held->pen, actor) ? NULL : run_verdict_words(run, RUN_IS_HELD, step);
	if (run->section && section_of(step) != run->section)
		return "only steps of the section under way can be taken: take the lead";
	return NULL;
}

/* Taken by whoever it is free for; given by who has it, or leads. */
static void take_step(struct fold *fold, struct run_entry *entry)
{
	const struct run_event *event = entry->event;
	struct run *run = fold->run;
	const struct run_step *step = run_find_step(run, event->step);
	const char *holder = step ? step->pen : "", *why = NULL;
	bool takes = is_same(event->to, event->actor) && (!*event->to_seat || is_same(event->to_seat, event->seat));
	enum run_verdict verdict = run_judge(run, event->actor, event->seat, event->step);

	if (fold->closes)
		verdict = RUN_IS_CLOSED;
	else if (takes)
		why = run_take_words(run, event->actor, event->seat, event->step);
	else if (run_judge(run, event->actor, event->seat, NULL) == RUN_MAY)
		verdict = RUN_MAY;
	if (fold->closes || (!takes && verdict != RUN_MAY)) {
		refuse_pen(run, entry, verdict, event->step);
		return;
	}
	if (why) {
		refuse(entry, why);
		return;
	}
	if (*holder && !is_same(holder, event->actor))
		entry->remark = arena_printf(&run->words, "taken from %s", holder);
	give_step(run, event->step, event->to, takes ? event->seat : event->to_seat);
}

/* ---- taking back ---- */

/* What an undoing event names, when that comes before it. */
static struct run_copy *undo_target(const struct run *run, const struct run_event *event)
{
	const struct run_copy *own = (const struct run_copy *)(const void *)event;
	struct run_copy *target = map_get(&run->ids, event->of);

	return target && target->place < own->place ? target : NULL;
}

const struct run_event *run_undo_root(const struct run *run, const struct run_event *event)
{
	for (int depth = 0; event && event->kind == RUN_UNDONE; depth++) {
		const struct run_copy *target = depth < UNDO_DEPTH_MAX ? undo_target(run, event) : NULL;

		event = target ? &target->event : NULL;
	}
	return event;
}

/* An undoing event that is taken back gives back what it had taken, and so on. */
static void set_undone(struct fold *fold, const struct run_copy *copy, bool undone)
{
	while (copy) {
		struct run_entry *entry = &fold->run->timeline.items[copy->place];

		if (entry->undone != undone && copy->event.kind == RUN_CLOSED)
			fold->closes += undone ? -1u : 1u;
		entry->undone = undone;
		if (copy->event.kind != RUN_UNDONE)
			break;
		copy = undo_target(fold->run, &copy->event);
		undone = !undone;
	}
}

static void take_undo(struct fold *fold, struct run_entry *entry)
{
	struct run *run = fold->run;
	const struct run_event *event = entry->event, *root = run_undo_root(run, event);
	const struct run_copy *target = undo_target(run, event);
	const struct run_entry *taken = target ? &run->timeline.items[target->place] : NULL;
	const char *step = root && *root->step && root->kind != RUN_NOTE ? root->step : NULL;
	enum run_verdict verdict;

	if (!root || !taken) {
		refuse(entry, "what it takes back is not there");
		return;
	}
	if (taken->refused)
		refuse(entry, "what it takes back had changed nothing");
	else if (taken->undone)
		refuse(entry, "it was taken back before");
	else if (!(UNDOABLE & 1u << root->kind))
		refuse(entry, "what happened cannot be taken back");
	if (entry->refused)
		return;
	verdict = run_judge(run, event->actor, event->seat, step);
	if (verdict != RUN_MAY && (root->kind != RUN_NOTE || !is_same(root->actor, event->actor))) {
		refuse_pen(run, entry, verdict, step);
		return;
	}
	if (verdict == RUN_MAY)
		use_pen(run, event, step);
	set_undone(fold, target, true);
}

typedef void take_fn(struct fold *fold, struct run_entry *entry);

/* NULL: a fact, which changes no pen. */
static take_fn *const takes[RUN_EVENT_KINDS] = {
	[RUN_OPENED] = take_opened, [RUN_VALUE] = take_value,   [RUN_BRANCH] = take_branch,
	[RUN_INTENT] = take_intent, [RUN_STARTED] = take_start, [RUN_OUTCOME] = take_outcome,
	[RUN_DONE] = take_mark,     [RUN_SKIPPED] = take_mark,  [RUN_FAILED] = take_mark,
	[RUN_UNDONE] = take_undo,   [RUN_NOTE] = take_note,     [RUN_EDIT] = take_edit,
	[RUN_OVERRIDE] = take_edit, [RUN_PEN] = take_lead,      [RUN_STEP_PEN] = take_step,
	[RUN_EVIDENCE] = NULL,      [RUN_MITIGATED] = NULL,     [RUN_CLOSED] = take_close,
};

void run_fold_pens(struct run *run)
{
	struct fold fold = { .run = run };

	for (size_t i = 0; i < run->timeline.count; i++) {
		struct run_entry *entry = &run->timeline.items[i];

		if (takes[entry->event->kind])
			takes[entry->event->kind](&fold, entry);
	}
}
