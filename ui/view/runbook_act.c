#include "ui/view/runbook_act.h"

#include <stdint.h>
#include <string.h>

#include "ui/view/hint_bar.h"
#include "ui/view/overlay_confirm.h"
#include "ui/view/overlay_edit.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_page.h"
#include "ui/view/runbook_questions.h"
#include "ui/view/view.h"

static struct runbook_page *page_of(const struct console *console)
{
	return console->runbooks ? console->runbooks->page : NULL;
}

static const struct runbook_step *step_of(const struct runbook_page *page)
{
	return page->step != SIZE_MAX ? &page->runbook->steps.items[page->step] : NULL;
}

/* What was done now is no surprise; its good end moves the focus on unless the person goes elsewhere before. */
static void expect(struct runbook_page *page, size_t awaited)
{
	page->painted.expected = true;
	page->awaited = awaited;
	page->moved = false;
}

int runbook_act_start(struct console *console, size_t step, const char *text, const char *typed, struct error *error)
{
	struct runbook_desk *desk = console->runbooks;

	if (!desk->runner)
		return error_set(error, "the run is no longer shown");
	if (desk->hands->start_step(desk->runner, step, text, typed, error) < 0)
		return -1;
	expect(desk->page, step);
	desk->page->started = step;
	desk->page->output.whole = false;
	desk->page->live_shown = false;
	return 0;
}

void runbook_act_backup(struct console *console)
{
	struct error error = { "" };
	struct runbook_desk *desk = console->runbooks;

	if (!desk->open || !desk->backup)
		return;
	if (desk->open(desk->user, desk->backup, NULL, &error) < 0)
		console_say(console, "%s", error.text);
	else
		console_say(console, "the backup first; the other run goes on: 3 leads back to it");
}

int runbook_act_close(struct console *console, const char *words, struct error *error)
{
	struct runbook_desk *desk = console->runbooks;

	if (!desk || !desk->runner)
		return error_set(error, "no run is open here");
	return runbook_ask_close(console, words, error);
}

/* ---- running ---- */

static void start(struct console *console, const struct runbook_page *page)
{
	struct error error = { "" };

	if (page->text_rows > page->text_room && page->text_scroll + page->text_room < page->text_rows &&
	    !page->plan.confirm) {
		console_say(console, "%d more lines of the command: Right shows them, then run it",
			    page->text_rows - page->text_scroll - page->text_room);
		return;
	}
	if (page->plan.confirm)
		overlay_confirm_open(console);
	else if (runbook_act_start(console, page->step, page->plan.text, NULL, &error) < 0)
		console_say(console, "%s", error.text);
}

static void run_step(struct console *console, struct runbook_page *page)
{
	const struct runbook_step *step = step_of(page);

	if (!step) {
		console_say(console, "no step has the focus");
		return;
	}
	if (!runbook_page_runs(page, page->step) && step->kind == STEP_SQL && page->has_plan) {
		console_say(console, "not run: %s", page->plan.why);
		return;
	}
	if (!runbook_page_runs(page, page->step)) {
		console_say(console,
			    step->kind == STEP_MANUAL ? "%s is done by hand: D says that it is done"
						      : "%s is no command: nothing is run",
			    step->id);
		return;
	}
	switch (page->plan.block) {
	case PLAN_READY: start(console, page); break;
	case PLAN_UNKNOWN_END: overlay_confirm_open(console); break;
	case PLAN_FAULT: runbook_ask_override(console, page->step); break;
	case PLAN_NEEDS:
		if (page->plan.missing_count) {
			runbook_ask_value(console, page->step);
			break;
		}
		/* fall through */
	default: console_say(console, "not run: %s", page->plan.why ? page->plan.why : "it cannot be"); break;
	}
}

static void stop_step(struct console *console, struct runbook_page *page)
{
	struct runbook_desk *desk = console->runbooks;
	enum run_step_state state = runbook_page_state(page, page->step, NULL);
	size_t running = runbook_page_running(page);
	struct error error = { "" };

	if (page->step != SIZE_MAX && (state == RUN_STEP_RUNNING || state == RUN_STEP_WANTED)) {
		page->painted.expected = true;
		if (desk->hands->stop_step(desk->runner, page->step, &error) < 0)
			console_say(console, "%s", error.text);
		else
			console_say(console, "stopping %s", step_of(page)->id);
	} else if (page->has_plan && page->plan.left) {
		if (desk->hands->end_left(desk->runner, page->step, &error) < 0)
			console_say(console, "%s", error.text);
		else
			console_say(console, "ending what is left of %s: INT, TERM, KILL", step_of(page)->id);
	} else if (running != SIZE_MAX) {
		console_say(console, "%s is what runs: go to it to stop it", page->runbook->steps.items[running].id);
	} else {
		console_say(console, "nothing runs");
	}
}

/* ---- saying how it went ---- */

static void done(struct console *console, struct runbook_page *page)
{
	struct runbook_desk *desk = console->runbooks;
	struct error error = { "" };

	if (desk->hands->mark_step(desk->runner, page->step, RUN_DONE, "", &error) < 0)
		console_say(console, "%s", error.text);
	else
		expect(page, page->step);
}

static void undo(struct console *console, struct runbook_page *page)
{
	const struct run_event *of =
		page->run ? run_undoable(page->run, step_of(page) ? step_of(page)->id : NULL) : NULL;
	bool chosen = of && of->kind == RUN_BRANCH;
	struct runbook_desk *desk = console->runbooks;
	struct error error = { "" };

	expect(page, SIZE_MAX);
	if (desk->hands->undo(desk->runner, page->step, &error) < 0)
		console_say(console, "%s", error.text);
	else
		console_say(console, "taken back: %s",
			    page->step != SIZE_MAX ? step_of(page)->id
			    : chosen               ? "which scenario it is"
						   : "that the run is closed");
}

static void give_terminal(struct console *console, struct runbook_page *page)
{
	struct runbook_desk *desk = console->runbooks;
	enum run_step_state state = runbook_page_state(page, page->step, NULL);
	struct keeper *keeper = page->step != SIZE_MAX ? desk->hands->keeper(desk->runner, page->step) : NULL;

	if (state != RUN_STEP_RUNNING || !keeper)
		console_say(console, "no program of this step runs");
	else if (!console->host.give_terminal)
		console_say(console, "there is no terminal to be given");
	else
		console->host.give_terminal(console->host.user, keeper);
}

static void branch(struct console *console, const struct runbook_page *page)
{
	if (outline_scenario(page->runbook, 0) == SIZE_MAX)
		console_say(console, "this runbook has no scenarios");
	else
		runbook_ask_scenario(console);
}

static void edit(struct console *console, const struct runbook_page *page)
{
	/* SQL that does not read may be edited into what does. */
	if (step_of(page)->kind != STEP_COMMAND && step_of(page)->kind != STEP_SQL)
		console_say(console, "%s is no command", step_of(page)->id);
	else
		overlay_edit_open(console, page->step);
}

/* Actions about a step need one. */
static bool needs_step(enum action action)
{
	return action == ACTION_DONE || action == ACTION_SKIP || action == ACTION_FAIL || action == ACTION_EDIT;
}

static void act(struct console *console, struct runbook_page *page, enum action action)
{
	if (needs_step(action) && page->step == SIZE_MAX) {
		console_say(console, "no step has the focus");
		return;
	}
	switch (action) {
	case ACTION_RUN: run_step(console, page); break;
	case ACTION_STOP: stop_step(console, page); break;
	case ACTION_DONE: done(console, page); break;
	case ACTION_SKIP: runbook_ask_skip(console, page->step); break;
	case ACTION_FAIL: runbook_ask_fail(console, page->step); break;
	case ACTION_COMMENT: runbook_ask_note(console, page->step); break;
	case ACTION_BRANCH: branch(console, page); break;
	case ACTION_EDIT: edit(console, page); break;
	case ACTION_PEN: runbook_ask_pen(console, page->step); break;
	case ACTION_UNDO: undo(console, page); break;
	default: give_terminal(console, page); break;
	}
}

/* Is there a run to act on? A runbook that is only read becomes one first, which is then to be looked at. */
static bool has_run(struct console *console)
{
	const struct runbook_desk *desk = console->runbooks;

	if (desk->walk) {
		console_say(console, "this is a walk: nothing runs, nothing is written down");
		return false;
	}
	if (desk->runner && !desk->page->reading && !desk->page->run) {
		console_say(console, "the journal does not tell of this run any more: nothing can be done");
		return false;
	}
	if (!desk->page->run) {
		if (runbook_desk_begin(console))
			console_say(console, "a run has begun: look, and press it again");
		return false;
	}
	if (desk->page->run->closed) {
		console_say(console, "the run is over");
		return false;
	}
	return true;
}

bool runbook_act_do(struct console *console, enum action action)
{
	struct runbook_page *page = page_of(console);

	if (!page || !page->runbook)
		return false;
	if (!has_run(console))
		return true;
	if (!alert_painted_settled(&page->painted, console->monotonic_ms) ||
	    (page->step != SIZE_MAX && !page->has_plan)) {
		console_say(console, "%s changed just now: look, and press it again",
			    page->step != SIZE_MAX ? step_of(page)->id : "it");
		return true;
	}
	act(console, page, action);
	return true;
}

bool runbook_act_can(const struct console *console, enum action action)
{
	const struct runbook_page *page = page_of(console);
	enum run_step_state state;
	bool under_way;

	if (!page || !page->runbook || console->runbooks->walk || (page->run && page->run->closed))
		return false;
	state = runbook_page_state(page, page->step, NULL);
	under_way = state == RUN_STEP_RUNNING || state == RUN_STEP_WANTED;
	switch (action) {
	case ACTION_RUN:
		/* Of SQL it is known once there is a run. */
		return (runbook_page_runs(page, page->step) ||
			(!page->run && step_of(page) && step_of(page)->kind == STEP_SQL)) &&
		       !under_way;
	case ACTION_DONE:
	case ACTION_SKIP:
	case ACTION_FAIL: return step_of(page) && !under_way;
	case ACTION_EDIT: return runbook_page_runs(page, page->step) && !under_way;
	case ACTION_STOP: return runbook_page_running(page) != SIZE_MAX || (page->has_plan && page->plan.left);
	case ACTION_TERMINAL: return state == RUN_STEP_RUNNING;
	case ACTION_BRANCH: return outline_scenario(page->runbook, 0) != SIZE_MAX;
	case ACTION_PEN: return page->run != NULL;
	case ACTION_UNDO: return page->run && run_undoable(page->run, step_of(page) ? step_of(page)->id : NULL);
	default: return true;
	}
}
