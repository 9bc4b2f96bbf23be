/* What people do in a run beside running steps: each an event. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "runbook/runner_private.h"

/* Everything a person does but noting needs the run to be open, and not a walk. */
static int check_open(const struct runner *runner, size_t step, struct error *error)
{
	const struct run *run = runner_run(runner);

	if (step != SIZE_MAX && step >= runner->runbook->steps.count)
		return error_set(error, "there is no such step");
	if (!run)
		return error_set(error, "the journal does not tell of this run any more");
	return run->closed ? error_set(error, "the run is over") : 0;
}

static int check(const struct runner *runner, size_t step, struct error *error)
{
	return check_open(runner, step, error) < 0 ? -1 : runner_may(runner, step, error);
}

/* ---- running ---- */

int runner_stop_step(struct runner *runner, size_t step, struct error *error)
{
	struct keeper *keeper;

	if (check(runner, step, error) < 0)
		return -1;
	if (runner_cancel_pending(runner, step) == 0)
		return 0;
	keeper = runner_keeper(runner, step);
	if (!keeper || keeper_phase(keeper) >= KEEPER_ENDED)
		return error_set(error, "%s is not running", runner_step_id(runner, step));
	keeper_stop(keeper);
	return 0;
}

static bool is_under_way(const struct runner *runner, const char *id)
{
	const struct run *run = runner_run(runner);
	const struct run_step *told = run ? run_find_step(run, id) : NULL;

	return told && (told->state == RUN_STEP_WANTED || told->state == RUN_STEP_RUNNING);
}

static int check_idle(const struct runner *runner, size_t step, struct error *error)
{
	if (is_under_way(runner, runner_step_id(runner, step)) || runner_find_pending(runner, step))
		return error_set(error, "%s is running", runner_step_id(runner, step));
	return 0;
}

/* ---- words ---- */

static bool is_plain(const char *text, bool lines)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length;) {
		uint32_t code;
		size_t bytes = text_decode(text + at, length - at, &code);

		if ((text_is_unsafe(code) || code == TEXT_REPLACEMENT) && !(lines && (code == '\n' || code == '\t')))
			return false;
		at += bytes;
	}
	return true;
}

static int tell(struct runner *runner, enum run_event_kind kind, size_t step, const char *note)
{
	struct run_event event = runner_event(kind);
	struct arena arena = { 0 };

	if (step != SIZE_MAX)
		event.step = runner_step_id(runner, step);
	event.note = runner_mask(runner, note ? note : "", &arena);
	runner_append(runner, &event, NULL);
	arena_release(&arena);
	return 0;
}

int runner_mark_step(struct runner *runner, size_t step, enum run_event_kind mark, const char *note,
		     struct error *error)
{
	if (mark != RUN_DONE && mark != RUN_SKIPPED && mark != RUN_FAILED)
		return error_set(error, "a step is done, skipped or failed");
	if (step == SIZE_MAX)
		return error_set(error, "there is no such step");
	if (check(runner, step, error) < 0 || check_idle(runner, step, error) < 0)
		return -1;
	return tell(runner, mark, step, note);
}

int runner_undo(struct runner *runner, size_t step, struct error *error)
{
	struct run_event event = runner_event(RUN_UNDONE);
	const struct run *run = runner_run(runner);
	const struct run_event *of;

	if (!run || (step != SIZE_MAX && step >= runner->runbook->steps.count))
		return error_set(error, "there is no such step");
	of = run_undoable(run, step == SIZE_MAX ? NULL : runner_step_id(runner, step));
	if (!of)
		return error_set(error, "there is nothing to be taken back");
	/* Who leads may take back the close itself. */
	if (run->closed && !runner_leads(runner))
		return error_set(error, "%s", run->lead_why ? run->lead_why : "the run is over");
	if (!run->closed && runner_may(runner, step, error) < 0)
		return -1;
	event.of = of->id;
	event.step = step == SIZE_MAX ? "" : runner_step_id(runner, step);
	runner_append(runner, &event, NULL);
	return 0;
}

int runner_note(struct runner *runner, size_t step, const char *words, struct error *error)
{
	if (step != SIZE_MAX && step >= runner->runbook->steps.count)
		return error_set(error, "there is no such step");
	if (!*words)
		return error_set(error, "nothing is noted");
	return tell(runner, RUN_NOTE, step, words);
}

/* The text with its secrets stays with this console; the journal gets it without them. */
static void keep_edit(struct runner *runner, const char *id, const char *command)
{
	char *old = command ? map_set(&runner->edits, id, mem_strdup(command)) : map_remove(&runner->edits, id);

	if (old)
		explicit_bzero(old, strlen(old));
	free(old);
}

int runner_edit(struct runner *runner, size_t step, const char *command, struct error *error)
{
	struct run_event event = runner_event(RUN_EDIT);
	struct arena arena = { 0 };
	bool given = command && *command;

	if (step == SIZE_MAX)
		return error_set(error, "there is no such step");
	if (check(runner, step, error) < 0 || check_idle(runner, step, error) < 0)
		return -1;
	if (!runner_is_runnable(runner, &runner->runbook->steps.items[step]))
		return error_set(error, "%s is no command", runner_step_id(runner, step));
	if (given && !is_plain(command, true))
		return error_set(error, "the command has characters that are not shown: refused");
	if (given && strlen(command) > RUN_TEXT_MAX)
		return error_set(error, "the command is longer than %d KiB", RUN_TEXT_MAX / 1024);
	event.step = runner_step_id(runner, step);
	event.command = given ? runner_mask(runner, command, &arena) : "";
	keep_edit(runner, event.step, given && strcmp(event.command, command) != 0 ? command : NULL);
	runner_append(runner, &event, NULL);
	arena_release(&arena);
	return 0;
}

int runner_override(struct runner *runner, size_t step, const char *words, struct error *error)
{
	if (step == SIZE_MAX)
		return error_set(error, "there is no such step");
	if (check(runner, step, error) < 0)
		return -1;
	if (!words || !words[strspn(words, " ")])
		return error_set(error, "say why it is run all the same");
	return tell(runner, RUN_OVERRIDE, step, words);
}

static bool is_scenario(const struct runner *runner, const char *letter)
{
	for (size_t i = 0; i < runner->runbook->sections.count; i++) {
		const struct runbook_section *section = &runner->runbook->sections.items[i];

		if (section->role == SECTION_SCENARIO && strcmp(section->letter, letter) == 0)
			return true;
	}
	return false;
}

int runner_branch(struct runner *runner, const char *letter, struct error *error)
{
	struct run_event event = runner_event(RUN_BRANCH);

	if (check(runner, SIZE_MAX, error) < 0)
		return -1;
	if (!is_scenario(runner, letter))
		return error_set(error, "there is no scenario %s", letter);
	event.value = letter;
	runner_append(runner, &event, NULL);
	return 0;
}

int runner_close(struct runner *runner, const char *words, struct error *error)
{
	const struct run *run = runner_run(runner);

	if (check(runner, SIZE_MAX, error) < 0)
		return -1;
	for (size_t i = 0; i < run->steps.count; i++)
		if (is_under_way(runner, run->steps.items[i].id))
			return error_set(error, "%s is running", run->steps.items[i].id);
	if (runner->pending.count)
		return error_set(error, "%s is about to be run",
				 runner_step_id(runner, runner->pending.items[0]->step));
	runner_proofs_end(runner);
	return tell(runner, RUN_CLOSED, SIZE_MAX, words);
}

/* ---- the pen ---- */

static void give_pen(struct runner *runner, size_t step, const char *to, const char *seat)
{
	struct run_event event = runner_event(step == SIZE_MAX ? RUN_PEN : RUN_STEP_PEN);

	if (step != SIZE_MAX)
		event.step = runner_step_id(runner, step);
	event.to = to;
	event.to_seat = seat;
	runner_append(runner, &event, NULL);
}

int runner_take_pen(struct runner *runner, size_t step, struct error *error)
{
	const struct run *run = runner_run(runner);
	const char *why = "";

	if (step != SIZE_MAX && step >= runner->runbook->steps.count)
		return error_set(error, "there is no such step");
	if (!run)
		return error_set(error, "the journal does not tell of this run any more");
	if (!run_may_take(run, runner->actor, runner->config.seat,
			  step == SIZE_MAX ? NULL : runner_step_id(runner, step), &why))
		return error_set(error, "%s", why);
	give_pen(runner, step, runner->actor, runner->config.seat);
	return 0;
}

int runner_hand_pen(struct runner *runner, size_t step, const char *to, struct error *error)
{
	if (step != SIZE_MAX && step >= runner->runbook->steps.count)
		return error_set(error, "there is no such step");
	if (runner_may(runner, step, error) < 0)
		return -1;
	if (!is_plain(to, false) || (*to && !strchr(to, '@')))
		return error_set(error, "'%s' is nobody (ana@jump1)", to);
	if (strcmp(to, runner->actor) == 0)
		return error_set(error, "it is yours already: at your other console, P takes it");
	give_pen(runner, step, to, "");
	return 0;
}
