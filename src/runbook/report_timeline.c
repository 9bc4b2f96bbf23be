#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "runbook/report_private.h"
#include "runbook/report_text.h"
#include "runbook/run_private.h"

/* A jump of the clock below this is not told: clocks are slewed, and the two are not read in the same moment. */
#define JUMP_MS (2 * CLOCK_SECOND)

/* ---- how long after the beginning ---- */

struct course {
	const struct run_event *last;
	int64_t offset_ms;
	bool jumped; /* somewhere */
};

static const char *host_of(const char *actor)
{
	const char *at = strrchr(actor, '@');

	return at ? at : "";
}

/*
 * Between two events of one host its monotonic clock tells how long it was,
 * also where the wall clock was set meanwhile. It began anew where it goes
 * back by more than events come out of order.
 */
static bool advance(struct course *course, const struct run_event *event)
{
	int64_t wall_ms = event->time_ms - course->last->time_ms,
		boot_ms = event->monotonic_ms - course->last->monotonic_ms;
	bool same = event->monotonic_ms > 0 && course->last->monotonic_ms > 0 &&
		    !strcmp(host_of(event->actor), host_of(course->last->actor));
	bool jumped = same && boot_ms >= 0 && llabs(wall_ms - boot_ms) > JUMP_MS;

	course->offset_ms += jumped ? boot_ms : wall_ms;
	course->last = event;
	course->jumped |= jumped;
	return jumped;
}

static void add_offset(int64_t ms, struct strbuf *ret)
{
	strbuf_addstr(ret, ms < 0 ? "-" : "+");
	report_add_duration(ret, ms < 0 ? -ms : ms);
}

/* ---- what happened ---- */

static const char *const verbs[RUN_EVENT_KINDS] = {
	[RUN_OPENED] = "opened the run",
	[RUN_VALUE] = "set",
	[RUN_BRANCH] = "chose scenario",
	[RUN_INTENT] = "runs step",
	[RUN_STARTED] = "started: step",
	[RUN_OUTCOME] = "ended: step",
	[RUN_DONE] = "marked done: step",
	[RUN_SKIPPED] = "skipped step",
	[RUN_FAILED] = "marked failed: step",
	[RUN_UNDONE] = "took back",
	[RUN_NOTE] = "noted",
	[RUN_EDIT] = "edited the command of step",
	[RUN_OVERRIDE] = "overrode a fault of step",
	[RUN_PEN] = "gave the lead to",
	[RUN_STEP_PEN] = "gave the pen of step",
	[RUN_EVIDENCE] = "measured",
	[RUN_MITIGATED] = "**mitigated**: every check holds",
	[RUN_CLOSED] = "closed the run",
};

static void add_words(const char *before, const char *words, struct strbuf *ret)
{
	if (!*words)
		return;
	strbuf_addstr(ret, before);
	report_add_text(ret, words);
}

static void add_coded(const char *before, const char *code, struct strbuf *ret)
{
	if (!*code)
		return;
	strbuf_addstr(ret, before);
	report_add_code(ret, code, true);
}

static void add_attempt(const struct run_event *event, struct strbuf *ret)
{
	if (event->attempt > 1)
		strbuf_addf(ret, ", attempt %" PRId64, event->attempt);
}

static void add_outcome(const struct run_event *event, struct strbuf *ret)
{
	enum run_outcome outcome = run_outcome_of(event);

	add_attempt(event, ret);
	strbuf_addstr(ret, ": ");
	if (outcome == RUN_OUTCOME_UNKNOWN || outcome == RUN_OUTCOME_OK) {
		strbuf_addstr(ret, outcome == RUN_OUTCOME_OK ? event->outcome : "**OUTCOME UNKNOWN**");
		add_words(", ", event->reason, ret);
	} else {
		report_add_failure(ret, event->outcome, event->reason);
	}
	/* Of a time limit the reason tells how long it was. */
	if (event->elapsed_ms > 0 && outcome != RUN_OUTCOME_TIMEOUT) {
		strbuf_addstr(ret, " after ");
		report_add_duration(ret, event->elapsed_ms);
	}
}

static void add_taken_back(const struct run *run, const struct run_event *event, struct strbuf *ret)
{
	const struct run_copy *copy = map_get(&run->ids, event->of);
	const struct run_event *of = copy ? &copy->event : NULL;

	if (!of) {
		strbuf_addstr(ret, " something that is not in the journal");
		return;
	}
	strbuf_addf(ret, ": %s", of->kind == RUN_MITIGATED ? "mitigated" : verbs[of->kind]);
	add_words(" ", of->kind == RUN_BRANCH ? of->value : of->step, ret);
	strbuf_addstr(ret, " (");
	report_add_time(ret, of->time_ms);
	strbuf_addch(ret, ')');
}

/* What is said of the event beyond its verb. */
static void add_details(const struct run *run, const struct run_event *event, struct strbuf *ret)
{
	if (event->kind != RUN_NOTE && event->kind != RUN_UNDONE && event->kind != RUN_EVIDENCE)
		add_words(" ", event->step, ret);
	switch (event->kind) {
	case RUN_OPENED: add_coded(" on alert ", event->alert, ret); break;
	case RUN_VALUE:
		add_coded(" ", event->name, ret);
		add_coded(" to ", event->value, ret);
		if (!strcmp(event->source, RUN_NOT_RECORDED)) {
			add_words(": ", event->source, ret);
			break;
		}
		strbuf_addstr(ret, *event->value ? "" : " to nothing");
		add_words(", from: ", event->source, ret);
		break;
	case RUN_BRANCH: add_words(" ", *event->value ? event->value : "(none)", ret); break;
	case RUN_INTENT:
		add_attempt(event, ret);
		strbuf_addstr(ret, event->edited ? ", **edited**" : "");
		break;
	case RUN_STARTED: add_attempt(event, ret); break;
	case RUN_OUTCOME: add_outcome(event, ret); break;
	case RUN_UNDONE: add_taken_back(run, event, ret); break;
	case RUN_NOTE: add_words(" on step ", event->step, ret); break;
	case RUN_EDIT: strbuf_addstr(ret, *event->command ? "" : ": as in the file again"); break;
	case RUN_PEN: add_coded(" ", *event->to ? event->to : "nobody", ret); break;
	case RUN_STEP_PEN:
		strbuf_addstr(ret, " to");
		add_coded(" ", *event->to ? event->to : "nobody", ret);
		break;
	case RUN_EVIDENCE:
		add_coded(" ", event->name, ret);
		add_words(" ", event->when, ret);
		add_words(" step ", event->step, ret);
		add_words(": ", event->value, ret);
		break;
	default: break;
	}
	add_words(": ", event->note, ret);
}

static void add_entry(const struct run *run, const struct run_entry *entry, struct strbuf *ret)
{
	const struct run_event *event = entry->event;
	bool takes = (event->kind == RUN_PEN || event->kind == RUN_STEP_PEN) && !strcmp(event->to, event->actor);

	strbuf_addstr(ret, entry->refused ? "**REFUSED** " : entry->undone ? "~~" : "");
	if (takes) {
		strbuf_addstr(ret, event->kind == RUN_PEN ? "took the lead" : "took the pen of step");
		add_words(" ", event->kind == RUN_PEN ? "" : event->step, ret);
		add_words(": ", event->note, ret);
	} else {
		strbuf_addstr(ret, verbs[event->kind]);
		add_details(run, event, ret);
	}
	strbuf_addstr(ret, entry->refused || !entry->undone ? "" : "~~ (taken back later)");
	if (entry->remark) {
		strbuf_addstr(ret, " (**");
		report_add_text(ret, entry->remark);
		strbuf_addstr(ret, "**)");
	}
	strbuf_addstr(ret, event->sequence ? "" : " (not yet durable)");
}

static void add_row(const struct run *run, const struct run_entry *entry, int64_t offset_ms, bool jumped,
		    struct strbuf *ret)
{
	strbuf_addstr(ret, "| ");
	report_add_time(ret, entry->event->time_ms);
	strbuf_addstr(ret, " | ");
	add_offset(offset_ms, ret);
	strbuf_addstr(ret, jumped ? " \\* | " : " | ");
	report_add_code(ret, entry->event->actor, true);
	strbuf_addstr(ret, " | ");
	add_entry(run, entry, ret);
	strbuf_addstr(ret, " |\n");
}

void report_add_timeline(const struct run *run, const struct runbook *runbook, struct strbuf *ret)
{
	const struct run_event *first = run->opened;
	struct course course = { 0 };
	size_t passed_over = 0;
	bool jumped = false;

	if (!run->timeline.count)
		return;
	first = first ? first : run->timeline.items[0].event;
	course.last = run->timeline.items[0].event;
	course.offset_ms = course.last->time_ms - first->time_ms;
	strbuf_addstr(ret, "\n## Timeline\n\n| UTC | Offset | Who | What |\n|---|---|---|---|\n");
	for (size_t i = 0; i < run->timeline.count; i++) {
		const struct run_event *event = run->timeline.items[i].event;

		jumped |= i > 0 && advance(&course, event);
		if (event->kind == RUN_EVIDENCE && report_is_passed_over(run, runbook, event->step)) {
			passed_over++;
			continue;
		}
		add_row(run, &run->timeline.items[i], course.offset_ms, jumped, ret);
		jumped = false;
	}
	if (passed_over)
		strbuf_addf(ret, "\nLeft out: %zu reading%s of checks of scenarios that were not chosen.\n",
			    passed_over, passed_over == 1 ? "" : "s");
	if (course.jumped)
		strbuf_addstr(ret, "\n\\* The clock was set just before: the offset is by the monotonic clock.\n");
}
