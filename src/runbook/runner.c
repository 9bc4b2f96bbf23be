#include "runbook/runner.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "runbook/runner_private.h"

#define TICK_MS   1000
#define TARGET_MS (10 * CLOCK_SECOND) /* how often it is read while somebody looks */

/* ---- small things the other files use ---- */

void runner_changed(struct runner *runner)
{
	runner->generation++;
	if (runner->config.on_change)
		runner->config.on_change(runner->config.user);
}

void runner_say(struct runner *runner, const char *format, ...)
{
	char *words;
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	words = strbuf_detach(&text);
	if (runner->config.on_say)
		runner->config.on_say(runner->config.user, words);
	free(words);
}

const char *runner_step_id(const struct runner *runner, size_t step)
{
	return step < runner->runbook->steps.count ? runner->runbook->steps.items[step].id : "";
}

size_t runner_find_step(const struct runner *runner, const char *id)
{
	const struct runbook_step *step = runbook_find_step(runner->runbook, id);

	return step ? (size_t)(step - runner->runbook->steps.items) : SIZE_MAX;
}

bool runner_leads(const struct runner *runner)
{
	const struct run *run = runner_run(runner);

	return run && strcmp(run->lead_seat, runner->config.seat) == 0;
}

struct run_event runner_event(enum run_event_kind kind)
{
	return (struct run_event){ .kind = kind,
				   .id = "",
				   .actor = "",
				   .seat = "",
				   .system = "",
				   .run = "",
				   .runbook = "",
				   .path = "",
				   .digest = "",
				   .title = "",
				   .alert = "",
				   .alert_id = "",
				   .expression = "",
				   .labels = "",
				   .target = "",
				   .environment = "",
				   .step = "",
				   .command = "",
				   .name = "",
				   .value = "",
				   .source = "",
				   .to = "",
				   .to_seat = "",
				   .of = "",
				   .note = "",
				   .outcome = "",
				   .reason = "",
				   .when = "" };
}

void runner_append(struct runner *runner, const struct run_event *event, const char *id)
{
	struct run_event full = *event;
	struct strbuf body = STRBUF_INIT;

	full.seat = runner->config.seat;
	full.actor = runner->actor;
	full.system = runner->config.system;
	full.run = runner->id;
	run_event_write(&full, &body);
	journal_append(runner->config.journal, &(struct journal_event){ .id = id,
									.actor = runner->actor,
									.system = runner->config.system,
									.kind = run_event_names[event->kind],
									.subject = runner->id,
									.body = body.text });
	strbuf_release(&body);
}

/* That who has the pen sits at a console that is gone, as far as it can be seen from here; NULL. */
static const char *gone_words(const struct runner *runner, const struct run *run, const char *step, struct arena *arena)
{
	const struct run_step *held = step ? run_find_step(run, step) : NULL;
	bool of_step = held && *held->pen, known;
	const char *holder = of_step ? held->pen : run->lead;
	bool own = strcmp(holder, runner->actor) == 0;

	if (run->closed || run->dropped || !*holder ||
	    runner_seat_lives(runner, of_step ? held->pen_seat : run->lead_seat, &known) || !known)
		return NULL;
	if (of_step)
		return own ? "the console where you had the pen of the step is gone: P takes it" : NULL;
	return own ? "the console you led the run from is gone: P takes the lead"
		   : arena_printf(arena, "%s led the run from a console that is gone: P takes the lead", holder);
}

int runner_may(const struct runner *runner, size_t step, struct error *error)
{
	const struct run *run = runner_run(runner);
	const char *why = "", *id = step == SIZE_MAX ? NULL : runner_step_id(runner, step), *gone;
	struct arena arena = { 0 };

	if (!run)
		return error_set(error, "the journal does not tell of this run any more");
	if (run_may(run, runner->actor, runner->config.seat, id, &why))
		return 0;
	gone = gone_words(runner, run, id, &arena);
	error_set(error, "%s", gone ? gone : why);
	arena_release(&arena);
	return -1;
}

const char *runner_journal_fault(const struct runner *runner, struct arena *arena)
{
	struct journal_health health;

	journal_get_health(runner->config.journal, &health);
	if (*health.reason)
		return arena_printf(arena, "the journal cannot be written: %s", health.reason);
	return NULL;
}

void runner_make_mask(struct runner *runner)
{
	mask_free(runner->mask);
	runner->mask = mask_new();
	mask_add_environment(runner->mask, runner->environment);
	for (const char *const *at = runner->config.secrets; at && *at; at++)
		mask_add(runner->mask, *at);
	for (size_t i = 0; i < runner->secrets.capacity; i++)
		if (runner->secrets.entries[i].key)
			mask_add(runner->mask, runner->secrets.entries[i].value);
}

const char *runner_mask(const struct runner *runner, const char *text, struct arena *arena)
{
	struct strbuf masked = STRBUF_INIT;
	const char *ret;

	mask_text(runner->mask, text, &masked);
	ret = arena_strdup(arena, masked.text);
	strbuf_release(&masked);
	return ret;
}

/* ---- letting go ---- */

/* Values are not left lying in memory. */
static void forget(void *value)
{
	char *text = value;

	explicit_bzero(text, strlen(text));
	free(text);
}

static void release_lists(struct runner *runner)
{
	for (size_t i = 0; i < runner->pending.count; i++)
		runner_pending_free(runner->pending.items[i]);
	for (size_t i = 0; i < runner->tended.count; i++)
		runner_tended_free(runner->tended.items[i]);
	runner_live_query_free(runner->live_query);
	for (size_t i = 0; i < runner->leftovers.count; i++)
		runner_leftover_free(runner->leftovers.items[i]);
	for (size_t i = 0; i < runner->choices.count; i++)
		runner_choice_free(runner->choices.items[i]);
	for (size_t i = 0; i < runner->readings.count; i++)
		runner_check_free(runner->readings.items[i]);
	vec_release(&runner->pending);
	vec_release(&runner->tended);
	vec_release(&runner->choices);
	vec_release(&runner->readings);
	vec_release(&runner->awaited);
	vec_release(&runner->leftovers);
}

/* Nothing is written down here: whoever takes the run up finds what was on its way. */
void runner_free(struct runner *runner)
{
	if (!runner)
		return;
	timer_free(runner->timer);
	if (runner->target_job)
		job_cancel(runner->target_job);
	release_lists(runner);
	proofs_free(runner->proofs);
	runner_target_free(runner->target);
	lookups_free(runner->lookups);
	mask_free(runner->mask);
	map_release(&runner->secrets, forget);
	map_release(&runner->edits, forget);
	arena_release(&runner->planned.arena);
	arena_release(&runner->checked.arena);
	if (runner->seat_lock >= 0)
		close(runner->seat_lock);
	if (runner->runbook)
		runbook_release(runner->runbook);
	free(runner->runbook);
	arena_release(&runner->arena);
	free(runner);
}

/* ---- as time goes ---- */

static void on_target(void *user, struct runner_target *target)
{
	struct runner *runner = user;

	runner->target_job = NULL;
	runner_set_target(runner, target);
}

static void refresh_target(struct runner *runner)
{
	int64_t now_ms = loop_monotonic_ms(runner->config.loop);

	if (runner->target_job || !runner->attended || now_ms - runner->target_read_ms < TARGET_MS)
		return;
	runner->target_job = runner_target_ask(runner, NULL, on_target, runner, NULL);
}

/* Plans are made of whether the journal can be written, too. */
static void look_at_journal(struct runner *runner)
{
	struct arena arena = { 0 };
	bool healthy = !runner_journal_fault(runner, &arena);

	arena_release(&arena);
	if (healthy == runner->healthy)
		return;
	runner->healthy = healthy;
	runner_changed(runner);
}

void runner_on_tick(void *user)
{
	struct runner *runner = user;

	timer_start(runner->timer, TICK_MS);
	look_at_journal(runner);
	runner_sweep(runner);
	runner_pending_tick(runner);
	runner_leftovers_tick(runner);
	runner_proofs_tick(runner);
	refresh_target(runner);
}

/* What comes of it is done in a turn of its own: this may be called from within anything that wrote an event. */
void runner_on_event(struct runner *runner, const struct journal_event *event)
{
	if (strcmp(event->subject, runner->id) != 0)
		return;
	runner_changed(runner);
	if (event->sequence > 0)
		runner_pending_on_event(runner, event);
	timer_start(runner->timer, 0);
}

/* ---- what there is ---- */

const struct runbook *runner_runbook(const struct runner *runner)
{
	return runner->runbook;
}

const struct run *runner_run(const struct runner *runner)
{
	return runs_find(runner->config.runs, runner->id);
}

const struct proofs *runner_proofs(const struct runner *runner)
{
	return runner->proofs;
}

void runner_attend(struct runner *runner, bool attended)
{
	runner->attended = attended;
	proofs_attend(runner->proofs, attended || runner_tends_running(runner) || runner->awaited.count > 0);
	if (attended)
		refresh_target(runner);
}

bool runner_busy(const struct runner *runner)
{
	for (size_t i = 0; i < runner->choices.count; i++)
		if (runner->choices.items[i]->values.asked && !runner->choices.items[i]->values.answered)
			return true;
	return runner->pending.count > 0 || journal_busy(runner->config.journal);
}
