/* Proofs of a run, and the figures written down before and after its steps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runbook/runner_private.h"

/* Figures older than that are not waited for any more. */
#define AFTER_MS (60 * CLOCK_SECOND)

/* What a step did is seen by what is collected afterwards. */
#define SETTLE_MS (10 * CLOCK_SECOND)

struct check_run {
	struct runner *runner;
	struct reading *reading;
	size_t check;
};

/* ---- commands of checks ---- */

void runner_check_free(struct check_run *run)
{
	runner_reading_free(run->reading);
	free(run);
}

static void on_output(void *user, bool good, const char *output, const char *words)
{
	struct check_run *run = user;
	struct runner *runner = run->runner;
	size_t i = 0;

	(void)output;
	while (runner->readings.items[i] != run)
		i++;
	runner->readings.items[i] = runner->readings.items[--runner->readings.count];
	proofs_on_command(runner->proofs, run->check, good, words);
	runner_check_free(run);
}

static bool was_begun_by(const struct run_step *step, const char *actor)
{
	for (size_t i = 0; i < step->attempts.count; i++) {
		const struct run_attempt *attempt = &step->attempts.items[i];

		if (attempt->start && strcmp(attempt->start->actor, actor) == 0)
			return true;
	}
	return false;
}

/* Did the person at this console run the step (SIZE_MAX: any) in this run? */
static bool was_run_here(const struct runner *runner, size_t step)
{
	const struct run *run = runner_run(runner);

	for (size_t i = 0; run && i < run->steps.count; i++) {
		const struct run_step *did = &run->steps.items[i];

		if ((step == SIZE_MAX || strcmp(did->id, runner_step_id(runner, step)) == 0) &&
		    was_begun_by(did, runner->actor))
			return true;
	}
	return false;
}

static void run_command(void *user, size_t check, const char *command)
{
	struct runner *runner = user;
	struct check_run *run = mem_zalloc(sizeof(*run));
	const struct proof *proof = proofs_get(runner->proofs, check);
	struct error error = { "" };
	struct arena arena = { 0 };
	struct reading_plan plan;

	*run = (struct check_run){ .runner = runner, .check = check };
	runner_plan_reading(runner, proof->step, command, proof->declared, &arena, &plan);
	/* Nothing of a file runs on its author's word alone because it was opened. */
	if (!plan.why && plan.on_trust && !was_run_here(runner, proof->step))
		plan.why = proof->step == SIZE_MAX ? "runs once you ran a step" : "runs once you ran the step";
	run->reading = runner_read(runner, &plan, on_output, run, &error);
	arena_release(&arena);
	if (run->reading) {
		vec_push(&runner->readings, run);
		return;
	}
	runner_check_free(run);
	proofs_on_refused(runner->proofs, check, error.text);
}

/* ---- what turns ---- */

static void add_value(struct run_event *event, double value, char *text, size_t size)
{
	snprintf(text, size, "%.10g", value);
	event->value = isnan(value) ? "" : text;
}

static void on_turn(void *user, const struct proof *proof)
{
	struct runner *runner = user;
	struct run_event event = runner_event(RUN_EVIDENCE);
	char text[32];

	if (!runner_leads(runner))
		return;
	event.step = proof->step == SIZE_MAX ? "" : runner_step_id(runner, proof->step);
	event.name = proof->name;
	event.when = "turned";
	event.note = proof->words;
	event.source = proof->state == PROOF_GOOD ? RUN_TURNED_GOOD : RUN_TURNED_BAD;
	add_value(&event, proof->value, text, sizeof(text));
	runner_append(runner, &event, NULL);
}

static void on_change(void *user)
{
	struct runner *runner = user;

	timer_start(runner->timer, 0);
	if (runner->config.on_change)
		runner->config.on_change(runner->config.user);
}

/* ---- making them ---- */

static bool is_verification(const struct runner *runner, size_t section)
{
	return runbook_role(runner->runbook, section) == SECTION_VERIFICATION;
}

static void add_checks(struct runner *runner)
{
	const struct runbook *runbook = runner->runbook;

	for (size_t i = 0; i < runbook->sections.count; i++) {
		const struct runbook_section *section = &runbook->sections.items[i];

		/* What proves a scenario is no proof of the run while another one may be chosen. */
		for (size_t k = 0; k < section->checks.count; k++)
			proofs_add_check(runner->proofs, &section->checks.items[k],
					 is_verification(runner, i) || !section->step_count
						 ? SIZE_MAX
						 : section->first_step + section->step_count - 1);
	}
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *step = &runbook->steps.items[i];

		for (size_t k = 0; k < step->notes.checks.count; k++)
			proofs_add_check(runner->proofs, &step->notes.checks.items[k], i);
		if (step->notes.checks.count && is_verification(runner, step->section))
			proofs_require_step(runner->proofs, i);
	}
}

/* Steps that were run before this console had the run open. */
static void begin_told_steps(struct runner *runner)
{
	const struct run *run = runner_run(runner);

	for (size_t i = 0; run && i < run->steps.count; i++) {
		size_t step = runner_find_step(runner, run->steps.items[i].id);

		if (step != SIZE_MAX && run->steps.items[i].attempts.count)
			proofs_require_step(runner->proofs, step);
	}
}

static void take_told_figures(struct runner *runner)
{
	const struct run *run = runner_run(runner);

	for (size_t i = 0; run && i < runner->runbook->watches.count; i++) {
		const char *name = runner->runbook->watches.items[i].title;
		const struct run_event *told = run_find_evidence(run, "", name, "before");

		if (!told)
			continue;
		proofs_set_before(runner->proofs, name, strtod(told->value, NULL));
		runner->told_figures = true;
	}
}

void runner_make_proofs(struct runner *runner)
{
	struct proofs_config config = { .loop = runner->config.loop,
					.engine = runner->config.engine,
					.run_command = runner->config.walk ? NULL : run_command,
					.on_change = on_change,
					.on_turn = on_turn,
					.user = runner };

	runner->proofs = proofs_new(&config);
	if (runner->alert.name && runner->alert.expression)
		proofs_add_alert(runner->proofs, runner->alert.name, runner->alert.expression, runner->alert.labels,
				 runner->alert.for_ms);
	add_checks(runner);
	for (size_t i = 0; i < runner->runbook->watches.count; i++)
		proofs_add_watch(runner->proofs, &runner->runbook->watches.items[i]);
	begin_told_steps(runner);
	take_told_figures(runner);
}

/* ---- figures ---- */

static void tell_figure(struct runner *runner, const struct proof *proof, const char *step, int64_t attempt,
			const char *when)
{
	struct run_event event = runner_event(RUN_EVIDENCE);
	char text[32], *id;

	event.step = step;
	event.attempt = attempt;
	event.name = proof->name;
	event.when = when;
	add_value(&event, proof->value, text, sizeof(text));
	/* Of the run's beginning, or of one attempt, there is one, whoever tells. */
	id = mem_printf("%s/%s/%lld/%s/%s", runner->id, step, (long long)attempt, when, proof->name);
	runner_append(runner, &event, id);
	free(id);
}

static void tell_figures(struct runner *runner, const char *step, int64_t attempt, const char *when, int64_t since_ms)
{
	for (size_t i = 0; i < proofs_count(runner->proofs); i++) {
		const struct proof *proof = proofs_get(runner->proofs, i);

		if (proof->is_watch && !isnan(proof->value) && proof->asked_ms >= since_ms)
			tell_figure(runner, proof, step, attempt, when);
	}
}

static void tell_after(struct runner *runner, const struct awaited *awaited)
{
	tell_figures(runner, runner_step_id(runner, awaited->step), awaited->attempt, "after", awaited->since_ms + 1);
}

void runner_proofs_before(struct runner *runner, size_t step, int64_t attempt)
{
	/* What is seen from here on may be of the next step. */
	for (size_t i = 0; i < runner->awaited.count; i++)
		tell_after(runner, &runner->awaited.items[i]);
	vec_clear(&runner->awaited);
	tell_figures(runner, runner_step_id(runner, step), attempt, "before", 0);
}

void runner_proofs_after(struct runner *runner, size_t step, int64_t attempt)
{
	struct awaited awaited = { .step = step,
				   .attempt = attempt,
				   .since_ms = loop_monotonic_ms(runner->config.loop) };

	if (runner->runbook->steps.items[step].tier != TIER_READ)
		proofs_mark_change(runner->proofs, runner_step_id(runner, step));
	proofs_begin_step(runner->proofs, step);
	if (!runner->runbook->watches.count || !runner->config.engine)
		return;
	vec_push(&runner->awaited, awaited);
	proofs_attend(runner->proofs, true);
	proofs_refresh(runner->proofs);
}

void runner_proofs_end(struct runner *runner)
{
	tell_figures(runner, "", 0, "after", 0);
}

/* Has each figure been answered since? */
static bool are_newer(const struct runner *runner, int64_t since_ms)
{
	for (size_t i = 0; i < proofs_count(runner->proofs); i++) {
		const struct proof *proof = proofs_get(runner->proofs, i);

		if (proof->is_watch && proof->asked_ms <= since_ms)
			return false;
	}
	return true;
}

static void tell_beginning(struct runner *runner)
{
	if (runner->told_figures || !runner_leads(runner) || !runner->runbook->watches.count || !are_newer(runner, 0))
		return;
	runner->told_figures = true;
	tell_figures(runner, "", 0, "before", 0);
}

static void tell_mitigated(struct runner *runner)
{
	const struct run *run = runner_run(runner);
	struct run_event event = runner_event(RUN_MITIGATED);
	char *id;

	if (!run || run->mitigated || run->closed || runner->mitigated || !runner_leads(runner) ||
	    !proofs_all_good(runner->proofs))
		return;
	runner->mitigated = true;
	id = mem_printf("%s/mitigated", runner->id);
	runner_append(runner, &event, id);
	free(id);
}

void runner_proofs_tick(struct runner *runner)
{
	int64_t now_ms = loop_monotonic_ms(runner->config.loop);

	for (size_t i = runner->awaited.count; i-- > 0;) {
		struct awaited awaited = runner->awaited.items[i];

		if (!are_newer(runner, awaited.since_ms + SETTLE_MS) && now_ms - awaited.since_ms < AFTER_MS)
			continue;
		runner->awaited.items[i] = runner->awaited.items[--runner->awaited.count];
		tell_after(runner, &awaited);
	}
	tell_beginning(runner);
	tell_mitigated(runner);
	proofs_attend(runner->proofs, runner->attended || runner_tends_running(runner) || runner->awaited.count > 0);
}
