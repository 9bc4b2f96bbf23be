/* What would happen if a step were run now, and what stands in the way. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "runbook/other_shell.h"
#include "runbook/runbook_lint.h"
#include "runbook/runner_backup.h"
#include "runbook/runner_private.h"
#include "runbook/sql.h"
#include "runbook/tier.h"

/* Files may come and go while a plan is looked at. */
#define PLAN_MS 2000

/* What the checks look at. */
struct planning {
	struct runner *runner;
	struct planned *planned;
	const struct runbook_step *step;
	const struct run *run;
	const struct run_step *told; /* NULL: nothing happened to it */
	struct fill fill;
	const char *program_why;
	const char *sql_why; /* SQL that is not run; NULL */
	bool lost_edit;      /* edited at another console to a text with a secret in it */
};

static const struct run_step *told_of(const struct runner *runner, size_t step)
{
	const struct run *run = runner_run(runner);

	return run ? run_find_step(run, runner_step_id(runner, step)) : NULL;
}

/* ---- what may stand in the way, in the order in which it is said ---- */

static const char *check_closed(const struct planning *planning)
{
	if (planning->runner->config.walk)
		return "a walk-through: nothing is run";
	if (!planning->run)
		return "the journal does not tell of this run any more";
	return planning->run->closed ? "the run is over" : NULL;
}

static const char *const kind_words[STEP_KINDS] = {
	[STEP_MANUAL] = "to be done by a person",
	[STEP_QUERY] = "a query: it is asked where it stands",
	[STEP_SQL] = "SQL is only shown: no connection is set (steps: sql: in the system's file)",
	[STEP_OUTPUT] = "sample output",
	[STEP_CONFIG] = "a file's content",
	[STEP_DRAWING] = "a drawing",
	[STEP_UNKNOWN] = "not surely a command",
};

bool runner_is_runnable(const struct runner *runner, const struct runbook_step *step)
{
	return step->kind == STEP_COMMAND || (step->kind == STEP_SQL && runner->config.sql);
}

static const char *check_kind(const struct planning *planning)
{
	if (planning->step->notes.manual)
		return "to be done by a person";
	if (!runner_is_runnable(planning->runner, planning->step))
		return kind_words[planning->step->kind];
	return planning->sql_why;
}

bool runner_shows_whole(const char *text)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length;) {
		uint32_t code;
		size_t bytes = text_decode(text + at, length - at, &code);

		if (code != '\n' && code != '\t' && (text_is_unsafe(code) || code == TEXT_REPLACEMENT))
			return false;
		at += bytes;
	}
	return true;
}

static const char *check_hostile(const struct planning *planning)
{
	return runner_shows_whole(planning->planned->command) ? NULL : "it holds characters that are not shown";
}

static const char *check_running(const struct planning *planning)
{
	const struct runner *runner = planning->runner;

	/* What this console is about to run is not written down yet: what is, is another's. */
	if (!runner->going && runner_find_pending(runner, planning->planned->step))
		return "it is about to be run";
	if (!planning->told)
		return NULL;
	if (planning->told->state == RUN_STEP_WANTED)
		return "somebody is about to run it";
	return planning->told->state == RUN_STEP_RUNNING ? "it is running" : NULL;
}

static const char *check_pen(const struct planning *planning)
{
	struct error error = { "" };

	if (runner_may(planning->runner, planning->planned->step, &error) == 0)
		return NULL;
	return arena_strdup(&planning->planned->arena, error.text);
}

static const char *check_journal(const struct planning *planning)
{
	return runner_journal_fault(planning->runner, &planning->planned->arena);
}

/* What only reads is not stopped by a target that is not the one that was meant, but says so. */
static const char *check_target(const struct planning *planning)
{
	struct planned *planned = planning->planned;
	bool all;
	const char *why =
		runner_target_fault(planning->runner, planning->runner->target, planned->step, &all, &planned->arena);

	if (why && !all && planned->plan.tier == TIER_READ) {
		planned->plan.why = why;
		return NULL;
	}
	return why;
}

static const char *check_needs(const struct planning *planning)
{
	if (planning->lost_edit)
		return "it was edited at another console and holds a secret: edit it here";
	if (planning->fill.why)
		return planning->fill.why;
	if (!planning->planned->plan.missing_count)
		return NULL;
	return arena_printf(&planning->planned->arena, "needs %s%s", planning->planned->plan.missing[0].name,
			    planning->planned->plan.missing_count > 1 ? " and more" : "");
}

static const char *check_fault(const struct planning *planning)
{
	return planning->planned->plan.needs_override ? "it has a fault: edit it, or say why it is run all the same"
						      : NULL;
}

static const char *check_program(const struct planning *planning)
{
	return planning->program_why;
}

static const char *check_unknown_end(const struct planning *planning)
{
	if (!planning->told || planning->told->state != RUN_STEP_UNKNOWN)
		return NULL;
	return "how it ended last time is not known: look first, then say so to run it again";
}

static const struct {
	enum plan_block block;
	const char *(*check)(const struct planning *planning);
} checks[] = {
	{ PLAN_CLOSED, check_closed },
	{ PLAN_NOT_RUNNABLE, check_kind },
	{ PLAN_RUNNING, check_running },
	{ PLAN_HOSTILE, check_hostile },
	{ PLAN_PEN, check_pen },
	{ PLAN_JOURNAL, check_journal },
	{ PLAN_TARGET, check_target },
	{ PLAN_NEEDS, check_needs },
	{ PLAN_FAULT, check_fault },
	{ PLAN_PROGRAM, check_program },
	{ PLAN_UNKNOWN_END, check_unknown_end },
};

/* ---- putting it together ---- */

static const struct step_choices *find_choices(const struct runbook_step *step, const char *name)
{
	for (size_t i = 0; i < step->notes.choices.count; i++)
		if (strcmp(step->notes.choices.items[i].placeholder, name) == 0)
			return &step->notes.choices.items[i];
	return NULL;
}

static void plan_missing(struct planning *planning)
{
	struct planned *planned = planning->planned;
	size_t count = planning->fill.missing.count;
	struct plan_missing *missing = arena_array(&planned->arena, count ? count : 1, sizeof(*missing));

	for (size_t i = 0; i < count; i++) {
		const char *name = planning->fill.missing.items[i];
		bool sure;

		missing[i] = (struct plan_missing){ .name = name,
						    .choices = find_choices(planning->step, name),
						    .secret = runner_is_secret_name(name) };
		if (!missing[i].secret)
			missing[i].suggestion =
				runner_suggest(planning->runner, name, &missing[i].source, &sure, &planned->arena);
	}
	planned->plan.missing = missing;
	planned->plan.missing_count = count;
}

/* The text as it is for this run: of the file, or edited. */
static const char *command_of(struct planning *planning)
{
	const char *edited = planning->told ? planning->told->command : NULL, *own;

	if (!edited)
		return planning->step->text;
	planning->planned->plan.edited = true;
	own = map_get(&planning->runner->edits, planning->step->id);
	/* The one with its secrets is this console's, as long as nobody edited it again. */
	if (own && strcmp(runner_mask(planning->runner, own, &planning->planned->arena), edited) == 0)
		return own;
	planning->lost_edit = strstr(edited, MASK_SHOWN) != NULL;
	return edited;
}

static void plan_tier(struct planning *planning)
{
	struct planned *planned = planning->planned;
	const struct runbook_step *step = planning->step;
	struct step_plan *plan = &planned->plan;
	const char *reason = "";
	enum step_tier tier;

	plan->tier = step->tier;
	plan->tier_reason = step->tier_reason;
	if ((step->notes.said_tier && !plan->edited) || (plan->missing_count && !plan->edited))
		return;
	tier = tier_of_command(planned->command, &planned->arena, &reason);
	/* Somebody who edits a command cannot make it less than it was said to be. */
	if (plan->edited && step->notes.said_tier && step->tier > tier)
		return;
	plan->tier = tier;
	plan->tier_reason = reason;
}

static void plan_faults(struct planning *planning)
{
	struct planned *planned = planning->planned;
	struct strbuf faults = STRBUF_INIT, own = STRBUF_INIT;
	bool overridden = planning->told && planning->told->override_words;
	const char *other = NULL;

	planned->plan.faults = "";
	if (!planned->plan.edited)
		other = other_shell_fault(planning->runner->runbook, planning->step, &planned->arena);
	if (other)
		strbuf_addstr(&faults, other);
	if (runbook_lint_command(planned->command, &planning->step->notes, &own))
		strbuf_addf(&faults, "%s%s", faults.length ? "\n" : "", own.text);
	if (faults.length) {
		planned->plan.faults = runner_mask(planning->runner, faults.text, &planned->arena);
		planned->plan.needs_override = !overridden;
	}
	strbuf_release(&faults);
	strbuf_release(&own);
}

static bool was_destroyed(const struct runner *runner, const struct run *run)
{
	for (size_t i = 0; i < run->steps.count; i++) {
		const struct runbook_step *step = runbook_find_step(runner->runbook, run->steps.items[i].id);

		if (step && step->tier == TIER_DESTROY && run->steps.items[i].attempts.count)
			return true;
	}
	return false;
}

static void plan_confirmation(struct planning *planning)
{
	struct runner *runner = planning->runner;
	const struct runbook_step *step = planning->step;
	struct step_plan *plan = &planning->planned->plan;
	const char *name = step->notes.confirm ? step->notes.confirm : step->id;

	if (plan->tier == TIER_CHANGE)
		plan->confirm = step->id;
	else if (plan->tier == TIER_DESTROY)
		plan->confirm = name;
	if (plan->block == PLAN_UNKNOWN_END)
		plan->confirm = arena_printf(&planning->planned->arena, "again %s",
					     plan->tier == TIER_DESTROY ? name : step->id);
	plan->rollback = step->notes.rollback;
	if (plan->tier != TIER_DESTROY)
		return;
	plan->backup = runner_backup_taken(runner, planning->run, &planning->planned->arena);
	plan->offers_backup = runner->config.backup && planning->run && !plan->backup &&
			      strcmp(runner->config.backup->slug, runner->runbook->slug) != 0 &&
			      !was_destroyed(runner, planning->run);
}

/* What the shell runs is not the step's text but that text given to psql. */
static void plan_sql(struct planning *planning)
{
	struct planned *planned = planning->planned;
	const char *why;

	planned->plan.tier = TIER_READ;
	if (planning->step->notes.said_tier && planning->step->notes.tier > TIER_READ)
		planned->plan.tier = planning->step->notes.tier;
	if (sql_reads(planned->command, &planned->arena, &why))
		planned->plan.tier_reason = planned->plan.tier == TIER_READ ? why : "annotated";
	else
		planning->sql_why = why;
	planned->command = sql_command(planning->runner->config.sql, planned->command, &planned->arena);
}

static void plan_command(struct planning *planning)
{
	struct runner *runner = planning->runner;
	struct planned *planned = planning->planned;
	struct step_plan *plan = &planned->plan;
	const char *command = command_of(planning);

	plan->faults = plan->program = "";
	if (!runner_is_runnable(runner, planning->step)) {
		planned->command = plan->text = planning->step->text;
		plan->tier_reason = "";
		return;
	}
	runner_fill(runner, planned->step, command, plan->edited, &planned->arena, &planning->fill);
	planned->command = planning->fill.text;
	plan_missing(planning);
	if (planning->step->kind == STEP_SQL) {
		plan_sql(planning);
	} else {
		plan_tier(planning);
		plan_faults(planning);
	}
	plan->text = runner_mask(runner, planned->command, &planned->arena);
	/* Placeholders are no words of the shell: <x> would be read as redirections. */
	if (!plan->missing_count) {
		plan->program = runner_find_program(runner, planned->command, &planned->arena, &planning->program_why);
		if (!plan->program)
			plan->program = "";
	}
}

static void make_plan(struct runner *runner, struct planned *planned)
{
	const struct runbook_step *step = &runner->runbook->steps.items[planned->step];
	struct planning planning = { .runner = runner,
				     .planned = planned,
				     .step = step,
				     .run = runner_run(runner),
				     .told = told_of(runner, planned->step) };
	struct step_plan *plan = &planned->plan;

	plan->why = "";
	plan->directory = runner->config.place.directory ? runner->config.place.directory : "";
	plan->target = arena_strdup(&planned->arena, runner->target->text);
	plan->follows = step->notes.follow;
	plan->timeout_ms = step->notes.follow ? 0 : step->notes.timeout_ms ? step->notes.timeout_ms : RUNNER_TIMEOUT_MS;
	plan_command(&planning);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && plan->block == PLAN_READY; i++) {
		const char *why = checks[i].check(&planning);

		if (why) {
			plan->block = checks[i].block;
			plan->why = why;
		}
	}
	plan->runs = runner_is_runnable(runner, step) && !step->notes.manual && !planning.sql_why;
	plan_confirmation(&planning);
	plan->left = runner_left_words(runner, planned->step, &planned->arena);
	vec_release(&planning.fill.missing);
}

static void plan_anew(struct runner *runner, size_t step, struct planned *ret)
{
	arena_release(&ret->arena);
	*ret = (struct planned){ .step = step,
				 .generation = runner->generation,
				 .made_ms = loop_monotonic_ms(runner->config.loop),
				 .valid = true };
	make_plan(runner, ret);
}

const struct planned *runner_check_plan(struct runner *runner, size_t step)
{
	plan_anew(runner, step, &runner->checked);
	return &runner->checked;
}

void runner_plan(struct runner *runner, size_t step, struct step_plan *ret)
{
	struct planned *planned = &runner->planned;

	if (step >= runner->runbook->steps.count) {
		*ret = (struct step_plan){ .block = PLAN_NOT_RUNNABLE,
					   .why = "there is no such step",
					   .text = "",
					   .program = "",
					   .directory = "",
					   .target = "",
					   .tier_reason = "",
					   .faults = "" };
		return;
	}
	if (!planned->valid || planned->step != step || planned->generation != runner->generation ||
	    loop_monotonic_ms(runner->config.loop) - planned->made_ms >= PLAN_MS)
		plan_anew(runner, step, planned);
	*ret = planned->plan;
}
