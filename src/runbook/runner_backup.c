#include "runbook/runner_backup.h"

#include <string.h>

#include "base/clock.h"
#include "runbook/runner_private.h"

/* Does it do more than look: is it what saves? */
static bool saves(const struct runbook_step *step)
{
	return step->kind == STEP_COMMAND && step->tier != TIER_READ && *step->text;
}

/* The same command, alone or on lines of its own among others. */
static bool holds_lines(const char *text, const char *lines)
{
	size_t length = strlen(lines);

	while (length && lines[length - 1] == '\n')
		length--;
	for (const char *at = text; length && at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, lines, length) == 0 && (at[length] == '\n' || !at[length]))
			return true;
	}
	return false;
}

static bool is_backup(const struct runbook *backup, const char *command)
{
	for (size_t i = 0; i < backup->steps.count; i++)
		if (saves(&backup->steps.items[i]) && holds_lines(command, backup->steps.items[i].text))
			return true;
	return false;
}

/* When the step's last attempt saved everything, and nobody said since that it failed; 0. */
static int64_t saved_ms(const struct runbook *backup, const struct run_step *step)
{
	const struct run_attempt *attempt =
		step->attempts.count ? &step->attempts.items[step->attempts.count - 1] : NULL;

	if (!attempt || !attempt->intent || !attempt->outcome || attempt->refused ||
	    (step->state != RUN_STEP_OK && step->state != RUN_STEP_DONE) ||
	    run_outcome_of(attempt->outcome) != RUN_OUTCOME_OK || !is_backup(backup, attempt->intent->command))
		return 0;
	return attempt->outcome->time_ms;
}

static bool is_run_of_it(const struct runner *runner, const struct run *run)
{
	return run->opened && !run->opened->rehearsal &&
	       strcmp(run->opened->runbook, runner->config.backup->slug) == 0 &&
	       strcmp(run->opened->system, runner->config.system ? runner->config.system : "") == 0;
}

const char *runner_backup_taken(const struct runner *runner, const struct run *run, struct arena *arena)
{
	const struct runbook *backup = runner->config.backup;
	const struct runs *runs = runner->config.runs;
	int64_t latest_ms = 0, began_ms = run && run->opened ? run->opened->time_ms : 0;
	const char *step = NULL;
	char when[16];

	if (!backup || !run)
		return NULL;
	if (runs)
		runs_fold(runs);
	for (size_t i = 0; runs && i < runs->items.count; i++) {
		const struct run *one = runs->items.items[i];

		for (size_t k = 0; (one == run || is_run_of_it(runner, one)) && k < one->steps.count; k++) {
			int64_t at_ms = saved_ms(backup, &one->steps.items[k]);

			if (at_ms <= latest_ms || at_ms < began_ms)
				continue;
			latest_ms = at_ms;
			step = one == run ? one->steps.items[k].id : NULL;
		}
	}
	if (!latest_ms)
		return NULL;
	time_format(latest_ms, "%H:%MZ", when, sizeof(when));
	return step ? arena_printf(arena, "%s (step %s)", when, step)
		    : arena_printf(arena, "%s (a run of its own)", when);
}
