#include "cli/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "runbook/transcript.h"

#define LOOK_MS 100

static void flush_out(struct walk *walk)
{
	if (!command_output(&walk->out))
		loop_stop(walk->session->loop);
	strbuf_clear(&walk->out);
}

static void finish(struct walk *walk)
{
	walk->state = WALK_OVER;
	loop_stop(walk->session->loop);
}

/* A question; what was typed ahead of one that lets something happen is no answer to it. */
static void ask(struct walk *walk, enum walk_state state, bool dangerous, const char *question)
{
	walk->state = state;
	strbuf_clear(&walk->line);
	if (dangerous)
		tcflush(STDIN_FILENO, TCIFLUSH);
	text_add_safe(&walk->out, question);
	flush_out(walk);
}

/* Whole lines behind the one that was taken: pasted, or typed ahead. They answer nothing. */
static bool drop_more(void)
{
	int bytes = 0;

	if (ioctl(STDIN_FILENO, FIONREAD, &bytes) < 0 || bytes <= 0)
		return false;
	tcflush(STDIN_FILENO, TCIFLUSH);
	return true;
}

static const struct runbook_step *step_of(const struct walk *walk)
{
	return &runner_runbook(walk->runner)->steps.items[walk->step];
}

/* ---- from step to step ---- */

static void ask_about(struct walk *walk)
{
	const struct runbook_step *step = step_of(walk);
	struct strbuf question = STRBUF_INIT;
	struct step_plan plan;

	runner_plan(walk->runner, walk->step, &plan);
	walk_add_step(walk, &walk->out);
	if (!*runner_run(walk->runner)->scenario)
		walk_add_scenarios(walk, &walk->out);
	walk_add_words(step->kind == STEP_COMMAND || plan.runs, &question);
	strbuf_addstr(&question, " > ");
	ask(walk, WALK_ASKS, false, question.text);
	strbuf_release(&question);
}

static void go_on(struct walk *walk, size_t from)
{
	size_t count = runner_runbook(walk->runner)->steps.count;

	while (from < count && !walk_wants(walk, from))
		from++;
	if (from < count) {
		walk->step = from;
		ask_about(walk);
		return;
	}
	strbuf_addstr(&walk->out, "\nThat was the last step.\n");
	walk_add_proofs(walk, &walk->out);
	flush_out(walk);
	finish(walk);
}

void walk_begin(struct walk *walk)
{
	const struct runbook *runbook = runner_runbook(walk->runner);

	text_add_safe(&walk->out, runbook->title);
	strbuf_addf(&walk->out, "\nrun %s\n", runner_run(walk->runner)->id);
	go_on(walk, walk_first_of(runbook, runbook_entry(runbook)));
}

/* ---- a step ---- */

static void complain(struct walk *walk, const char *why)
{
	strbuf_addstr(&walk->out, "  ");
	text_add_safe(&walk->out, why);
	strbuf_addch(&walk->out, '\n');
}

static void start(struct walk *walk, const struct step_plan *plan, const char *typed)
{
	struct error error = { "" };
	char *text = mem_strdup(plan->text);

	if (runner_start_step(walk->runner, walk->step, text, typed, &error) < 0) {
		complain(walk, error.text);
		ask_about(walk);
	} else {
		walk->state = WALK_RUNS;
		walk->shown = 0;
		timer_start(walk->look, LOOK_MS);
	}
	free(text);
}

/* Is it still being asked what the value may be? Then the question comes once that is known. */
static bool await_choices(struct walk *walk, const char *name)
{
	struct prompt_values values;

	runner_get_choices(walk->runner, name, &values);
	if (!values.asked || values.answered)
		return false;
	walk->state = WALK_LISTS;
	timer_start(walk->look, LOOK_MS);
	return true;
}

static void ask_value(struct walk *walk, const struct plan_missing *missing)
{
	struct strbuf question = STRBUF_INIT;
	struct prompt_values values = { .reason = "" };

	if (missing->choices)
		runner_get_choices(walk->runner, missing->name, &values);
	walk_add_choices(&values, &walk->out);
	walk_add_question(missing, &values, &question);
	if (missing->secret)
		echo_off(&walk->echo);
	ask(walk, WALK_VALUE, values.command, question.text);
	strbuf_release(&question);
}

static void begin_value(struct walk *walk, const struct plan_missing *missing)
{
	if (missing->choices)
		runner_ask_choices(walk->runner, walk->step, missing->name);
	if (!missing->choices || !await_choices(walk, missing->name))
		ask_value(walk, missing);
}

/* What stands between the step and its run, one after the other. */
static void run_step(struct walk *walk)
{
	struct step_plan plan;
	char *question;

	runner_plan(walk->runner, walk->step, &plan);
	if (plan.missing_count) {
		begin_value(walk, &plan.missing[0]);
	} else if (plan.needs_override) {
		complain(walk, plan.faults);
		ask(walk, WALK_OVERRIDE, true, "  why it is to be run all the same (Enter: it is not) = ");
	} else if (plan.block != PLAN_READY) {
		complain(walk, plan.why);
		ask_about(walk);
	} else if (!plan.confirm) {
		start(walk, &plan, NULL);
	} else {
		if (plan.offers_backup)
			complain(walk, "first destruction of this run: is there an emergency backup?");
		question = mem_printf("  it %s: type %s to run it > ", step_tier_verbs[plan.tier], plan.confirm);
		ask(walk, WALK_CONFIRM, true, question);
		free(question);
	}
}

static void mark(struct walk *walk, const char *note)
{
	struct error error = { "" };

	if (runner_mark_step(walk->runner, walk->step, walk->mark, note, &error) < 0) {
		complain(walk, error.text);
		ask_about(walk);
		return;
	}
	walk->failed += walk->mark == RUN_FAILED;
	go_on(walk, walk->step + 1);
}

/* ---- answers ---- */

static void choose(struct walk *walk, const char *letter)
{
	const struct runbook *runbook = runner_runbook(walk->runner);
	struct error error = { "" };
	size_t section;

	if (runner_branch(walk->runner, letter, &error) < 0) {
		complain(walk, error.text);
		ask_about(walk);
		return;
	}
	section = runbook_find_section(runbook, runner_run(walk->runner)->scenario);
	go_on(walk, section == SIZE_MAX ? walk->step : walk_first_of(runbook, section));
}

static void go_to(struct walk *walk, const char *id)
{
	const struct runbook *runbook = runner_runbook(walk->runner);
	const struct runbook_step *step = runbook_find_step(runbook, id);

	if (step)
		walk->step = (size_t)(step - runbook->steps.items);
	else
		complain(walk, "there is no such step");
	ask_about(walk);
}

static void take_words(struct walk *walk, enum walk_state of, const char *line)
{
	struct error error = { "" };
	int result = 0;

	if (of == WALK_OVERRIDE && *line)
		result = runner_override(walk->runner, walk->step, line, &error);
	else if (of == WALK_EDIT)
		result = runner_edit(walk->runner, walk->step, *line ? line : NULL, &error);
	else if (of == WALK_NOTE && *line)
		result = runner_note(walk->runner, walk->step, line, &error);
	if (result < 0)
		complain(walk, error.text);
	if (of == WALK_OVERRIDE && *line && result == 0)
		run_step(walk);
	else
		ask_about(walk);
}

static void complain_of(struct walk *walk, const char *line)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_addf(&why, "'%s' says nothing here, and nothing was done (", line);
	walk_add_words(true, &why);
	strbuf_addstr(&why, "; a step's number goes to it)");
	complain(walk, why.text);
	strbuf_release(&why);
	ask_about(walk);
}

static void answer(struct walk *walk, const char *line)
{
	const char *rest;
	char word = walk_word(line, &rest);

	switch (word) {
	case 'r': run_step(walk); return;
	case 'c': go_on(walk, walk->step + 1); return;
	case 'd':
	case 's':
	case 'f':
		walk->mark = word == 'd' ? RUN_DONE : word == 's' ? RUN_SKIPPED : RUN_FAILED;
		if (word == 'd' || *rest)
			mark(walk, rest);
		else
			ask(walk, WALK_NOTE, false, "  why (may be empty) = ");
		return;
	case 'n':
		walk->mark = RUN_NOTE;
		if (*rest)
			take_words(walk, WALK_NOTE, rest);
		else
			ask(walk, WALK_NOTE, false, "  note = ");
		return;
	case 'e':
		if (*rest)
			take_words(walk, WALK_EDIT, rest);
		else
			ask(walk, WALK_EDIT, false, "  command for this run (Enter: as in the file) = ");
		return;
	case 'b': choose(walk, rest); return;
	case 'g': go_to(walk, rest); return;
	case 'p':
		walk_add_proofs(walk, &walk->out);
		ask_about(walk);
		return;
	case 'q': finish(walk); return;
	case '\0': ask_about(walk); return;
	default: complain_of(walk, line);
	}
}

/* The command was shown when the question was asked. */
static void list_choices(struct walk *walk, const struct plan_missing *missing, const char *command)
{
	struct error error = { "" };

	if (runner_list_choices(walk->runner, walk->step, missing->name, command, &error) < 0) {
		complain(walk, error.text);
		ask_about(walk);
	} else if (!await_choices(walk, missing->name)) {
		ask_value(walk, missing);
	}
}

static void take_value(struct walk *walk, const char *line)
{
	struct prompt_values values = { .reason = "" };
	struct step_plan plan;
	struct error error = { "" };
	const char *value, *source, *chosen;

	runner_plan(walk->runner, walk->step, &plan);
	if (!plan.missing_count) {
		run_step(walk);
		return;
	}
	if (plan.missing[0].choices)
		runner_get_choices(walk->runner, plan.missing[0].name, &values);
	if (values.command && (*line ? strcmp(line, "?") == 0 : !plan.missing[0].suggestion)) {
		list_choices(walk, &plan.missing[0], values.command);
		return;
	}
	chosen = walk_choice(&values, line);
	value = chosen ? chosen : *line ? line : plan.missing[0].suggestion;
	source = chosen ? "chosen" : *line ? "asked" : plan.missing[0].source;
	if (!value) {
		ask_about(walk);
	} else if (runner_set_value(walk->runner, plan.missing[0].name, value, source, &error) < 0) {
		complain(walk, error.text);
		ask_about(walk);
	} else if (drop_more()) {
		complain(walk, "several lines came at once: only the first one was taken, and nothing is run");
		ask_about(walk);
	} else {
		walk_add_step(walk, &walk->out);
		run_step(walk);
	}
}

static void confirm(struct walk *walk, const char *line)
{
	struct step_plan plan;

	runner_plan(walk->runner, walk->step, &plan);
	if (plan.block == PLAN_READY && plan.confirm && strcmp(line, plan.confirm) == 0) {
		start(walk, &plan, line);
		return;
	}
	complain(walk, "not run");
	ask_about(walk);
}

void walk_take(struct walk *walk, const char *line)
{
	echo_on(&walk->echo);
	if (!line) {
		finish(walk);
		return;
	}
	switch (walk->state) {
	case WALK_ASKS: answer(walk, line); break;
	case WALK_VALUE: take_value(walk, line); break;
	case WALK_CONFIRM: confirm(walk, line); break;
	case WALK_NOTE:
		if (walk->mark == RUN_NOTE)
			take_words(walk, WALK_NOTE, line);
		else
			mark(walk, line);
		break;
	case WALK_OVERRIDE:
	case WALK_EDIT: take_words(walk, walk->state, line); break;
	case WALK_LISTS:
	case WALK_RUNS:
	case WALK_OVER: break;
	}
}

/* ---- while it runs ---- */

/* What came since, as lines that are whole; at the end all of it. */
static void print_output(struct walk *walk)
{
	struct keeper *keeper = runner_keeper(walk->runner, walk->step);
	struct keeper_output output = { 0 };
	size_t behind;

	if (!keeper)
		return;
	keeper_get_output(keeper, &output);
	if (output.total <= walk->shown)
		return;
	behind = output.total - walk->shown < output.tail_length ? (size_t)(output.total - walk->shown)
								 : output.tail_length;
	if (output.tail_length)
		transcript_add_text(output.tail + output.tail_length - behind, behind, &walk->out);
	else
		transcript_add_text(output.head + (walk->shown < output.head_length ? walk->shown : output.head_length),
				    output.head_length - (walk->shown < output.head_length ? (size_t)walk->shown
											   : output.head_length),
				    &walk->out);
	walk->shown = output.total;
	flush_out(walk);
}

static void end_step(struct walk *walk, const struct run_step *did)
{
	const struct run_attempt *last = did->attempts.count ? &did->attempts.items[did->attempts.count - 1] : NULL;
	char took[32];

	print_output(walk);
	timer_stop(walk->look);
	strbuf_addf(&walk->out, "  %s", run_step_state_names[did->state]);
	if (last && last->outcome) {
		duration_format(last->outcome->elapsed_ms, took, sizeof(took));
		strbuf_addf(&walk->out, " after %s", took);
		if (*last->outcome->reason) {
			strbuf_addstr(&walk->out, ": ");
			text_add_safe(&walk->out, last->outcome->reason);
		}
	}
	strbuf_addch(&walk->out, '\n');
	if (did->state == RUN_STEP_OK) {
		go_on(walk, walk->step + 1);
		return;
	}
	walk->failed++;
	ask_about(walk);
}

/* Once it is known what the value may be, or why that is not. */
static void look_at_choices(struct walk *walk)
{
	struct step_plan plan;

	runner_plan(walk->runner, walk->step, &plan);
	if (!plan.missing_count)
		ask_about(walk);
	else if (!await_choices(walk, plan.missing[0].name))
		ask_value(walk, &plan.missing[0]);
}

void walk_look(struct walk *walk)
{
	const struct run_step *did;

	if (walk->state == WALK_LISTS)
		look_at_choices(walk);
	if (walk->state != WALK_RUNS)
		return;
	did = run_find_step(runner_run(walk->runner), step_of(walk)->id);
	print_output(walk);
	if (did && (did->state == RUN_STEP_OK || did->state == RUN_STEP_BAD || did->state == RUN_STEP_UNKNOWN))
		end_step(walk, did);
	else if (!timer_is_running(walk->look))
		timer_start(walk->look, LOOK_MS);
}

void walk_interrupt(struct walk *walk)
{
	struct error error = { "" };

	if (walk->state != WALK_RUNS) {
		strbuf_addstr(&walk->out, "\n");
		flush_out(walk);
		finish(walk);
		return;
	}
	if (runner_stop_step(walk->runner, walk->step, &error) < 0)
		complain(walk, error.text);
	else
		complain(walk, "stopping: INT, then TERM, then KILL");
	flush_out(walk);
}
