/*
 * A desk with a runbook from inline Markdown and a run whose hands only write
 * down what they are asked: nothing is run, no journal is there. Steps start
 * and end when a test says so, by events of the run itself.
 */
#ifndef TESTS_UNIT_RUNBOOK_FIXTURE_H
#define TESTS_UNIT_RUNBOOK_FIXTURE_H

#include <math.h>

#include "console_fixture.h"
#include "runbook/run.h"
#include "ui/view/overlay.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_page.h"

#define FAKE_STEPS 40

struct fake_runner {
	struct runbook runbook;
	struct run *run;
	struct proof proofs[8];
	size_t proof_count;
	struct step_plan plans[FAKE_STEPS]; /* what differs from a plain one */
	bool planned[FAKE_STEPS];
	const char *output[FAKE_STEPS];
	uint64_t left_out;
	struct plan_missing missing[FAKE_STEPS];
	struct prompt_values values;
	struct query_values queries[FAKE_STEPS];
	unsigned asked[FAKE_STEPS]; /* how often what a query says was wanted */
	struct run_clock clock;
	struct strbuf told;  /* "start 1.1 TEXT TYPED\n" of everything that was asked */
	const char *refusal; /* what every act answers; NULL: it is done */
	int64_t now_ms;
	unsigned events, attends;
	bool attended;
};

struct runbook_world {
	struct console_world console;
	struct runbook_desk desk;
	struct fake_runner runner;
	struct runbook_index index;
	unsigned opened, resumed, left, flushed;
	char opened_alert[40]; /* that the last run was opened from */
	char given[40];
};

/* The world that is under test: hands know only their runner. */
static struct runbook_world *fake_world;

static inline struct fake_runner *fake_of(const struct runner *runner)
{
	(void)runner;
	return &fake_world->runner;
}

static inline void fake_event(struct fake_runner *fake, struct run_event event)
{
	char id[24];

	snprintf(id, sizeof(id), "e%u", ++fake->events);
	event.id = id;
	event.sequence = fake->events;
	event.time_ms = event.time_ms ? event.time_ms : fake->now_ms;
	event.run = fake->run->id;
	event.system = "polln";
	event.actor = event.actor ? event.actor : "ana@jump1";
	event.seat = event.seat ? event.seat : "seat-a";
	run_add(fake->run, &event);
	run_fold(fake->run);
}

static inline const char *fake_id(const struct fake_runner *fake, size_t step)
{
	return step == SIZE_MAX ? "" : fake->runbook.steps.items[step].id;
}

static inline int fake_tell(struct fake_runner *fake, struct error *error, const char *verb, size_t step,
			    const char *first, const char *second)
{
	if (fake->refusal)
		return error_set(error, "%s", fake->refusal);
	strbuf_addf(&fake->told, "%s%s%s%s%s%s%s\n", verb, step == SIZE_MAX ? "" : " ", fake_id(fake, step),
		    first ? " " : "", first ? first : "", second ? " | " : "", second ? second : "");
	return 0;
}

static inline const struct runbook *fake_runbook(const struct runner *runner)
{
	return &fake_of(runner)->runbook;
}

static inline const struct run *fake_run(const struct runner *runner)
{
	return fake_of(runner)->run;
}

static inline size_t fake_proof_count(const struct runner *runner)
{
	return fake_of(runner)->proof_count;
}

static inline const struct proof *fake_proof(const struct runner *runner, size_t index)
{
	return &fake_of(runner)->proofs[index];
}

static inline void fake_attend(struct runner *runner, bool attended)
{
	fake_of(runner)->attended = attended;
	fake_of(runner)->attends++;
}

static inline bool fake_busy(const struct runner *runner)
{
	(void)runner;
	return false;
}

/* A plain one from the runbook itself, unless the test set another. */
static inline void fake_plan(struct runner *runner, size_t step, struct step_plan *ret)
{
	struct fake_runner *fake = fake_of(runner);
	const struct runbook_step *item = &fake->runbook.steps.items[step];
	const struct run_step *done = run_find_step(fake->run, item->id);

	*ret = (struct step_plan){
		.text = done && done->command ? done->command : item->text,
		.program = "/usr/bin/kubectl",
		.directory = "",
		.target = "prod-cluster/production",
		.tier = item->tier,
		.tier_reason = "annotated",
		.timeout_ms = 300000,
		.confirm = item->tier == TIER_CHANGE    ? item->id
			   : item->tier == TIER_DESTROY ? item->notes.confirm
							: NULL,
		.rollback = item->notes.rollback,
		.faults = "",
		.why = "",
	};
	if (item->kind != STEP_COMMAND)
		ret->block = PLAN_NOT_RUNNABLE;
	if (item->placeholders.count && !run_value(fake->run, item->placeholders.items[0].name)) {
		ret->block = PLAN_NEEDS;
		ret->why = "needs a value";
		fake->missing[step].name = item->placeholders.items[0].name;
		ret->missing = &fake->missing[step];
		ret->missing_count = 1;
	}
	if (done && (done->state == RUN_STEP_RUNNING || done->state == RUN_STEP_WANTED))
		ret->block = PLAN_RUNNING;
	if (fake->planned[step])
		*ret = fake->plans[step];
}

static inline void fake_get_clock(const struct runner *runner, int64_t now_ms, struct run_clock *ret)
{
	(void)now_ms;
	*ret = fake_of(runner)->clock;
}

static inline bool fake_get_output(struct runner *runner, size_t step, struct keeper_output *ret,
				   enum keeper_phase *ret_phase)
{
	struct fake_runner *fake = fake_of(runner);

	if (!fake->output[step])
		return false;
	*ret = (struct keeper_output){ .head = fake->output[step],
				       .head_length = strlen(fake->output[step]),
				       .tail = "",
				       .left_out = fake->left_out,
				       .total = strlen(fake->output[step]) };
	*ret_phase = KEEPER_RUNS;
	return true;
}

static inline struct keeper *fake_keeper(struct runner *runner, size_t step)
{
	return fake_of(runner)->output[step] ? (struct keeper *)(uintptr_t)(step + 1) : NULL;
}

static inline int fake_start(struct runner *runner, size_t step, const char *text, const char *typed,
			     struct error *error)
{
	struct fake_runner *fake = fake_of(runner);
	const struct run_step *done = run_find_step(fake->run, fake_id(fake, step));
	int64_t attempt = done ? (int64_t)done->attempts.count + 1 : 1;

	if (fake_tell(fake, error, "start", step, text, typed) < 0)
		return -1;
	fake_event(fake, (struct run_event){ .kind = RUN_INTENT,
					     .step = fake_id(fake, step),
					     .attempt = attempt,
					     .command = text,
					     .target = "t" });
	fake_event(fake, (struct run_event){ .kind = RUN_STARTED, .step = fake_id(fake, step), .attempt = attempt });
	return 0;
}

static inline int fake_stop(struct runner *runner, size_t step, struct error *error)
{
	return fake_tell(fake_of(runner), error, "stop", step, NULL, NULL);
}

static inline int fake_end_left(struct runner *runner, size_t step, struct error *error)
{
	return fake_tell(fake_of(runner), error, "end-left", step, NULL, NULL);
}

static inline int fake_mark(struct runner *runner, size_t step, enum run_event_kind mark, const char *note,
			    struct error *error)
{
	struct fake_runner *fake = fake_of(runner);

	if (fake_tell(fake, error, run_event_names[mark], step, note, NULL) < 0)
		return -1;
	fake_event(fake, (struct run_event){ .kind = mark, .step = fake_id(fake, step), .note = note });
	return 0;
}

static inline int fake_undo(struct runner *runner, size_t step, struct error *error)
{
	return fake_tell(fake_of(runner), error, "undo", step, NULL, NULL);
}

static inline int fake_note(struct runner *runner, size_t step, const char *words, struct error *error)
{
	return fake_tell(fake_of(runner), error, "note", step, words, NULL);
}

static inline int fake_edit(struct runner *runner, size_t step, const char *command, struct error *error)
{
	struct fake_runner *fake = fake_of(runner);

	if (fake_tell(fake, error, "edit", step, command ? command : "(as in the file)", NULL) < 0)
		return -1;
	fake_event(fake, (struct run_event){ .kind = RUN_EDIT, .step = fake_id(fake, step), .command = command });
	return 0;
}

static inline int fake_override(struct runner *runner, size_t step, const char *words, struct error *error)
{
	fake_of(runner)->planned[step] = false;
	return fake_tell(fake_of(runner), error, "override", step, words, NULL);
}

static inline int fake_set_value(struct runner *runner, const char *name, const char *value, const char *source,
				 struct error *error)
{
	struct fake_runner *fake = fake_of(runner);

	if (fake_tell(fake, error, "value", SIZE_MAX, name, value) < 0)
		return -1;
	fake_event(fake, (struct run_event){ .kind = RUN_VALUE, .name = name, .value = value, .source = source });
	return 0;
}

static inline int fake_branch(struct runner *runner, const char *letter, struct error *error)
{
	struct fake_runner *fake = fake_of(runner);

	if (fake_tell(fake, error, "branch", SIZE_MAX, letter, NULL) < 0)
		return -1;
	fake_event(fake, (struct run_event){ .kind = RUN_BRANCH, .value = letter });
	return 0;
}

static inline int fake_take_pen(struct runner *runner, size_t step, struct error *error)
{
	return fake_tell(fake_of(runner), error, "take", step, NULL, NULL);
}

static inline int fake_hand_pen(struct runner *runner, size_t step, const char *to, struct error *error)
{
	return fake_tell(fake_of(runner), error, "hand", step, to, NULL);
}

static inline int fake_close(struct runner *runner, const char *words, struct error *error)
{
	return fake_tell(fake_of(runner), error, "close", SIZE_MAX, words, NULL);
}

static inline void fake_ask_choices(struct runner *runner, size_t step, const char *placeholder)
{
	struct error error;

	fake_tell(fake_of(runner), &error, "choices", step, placeholder, NULL);
}

static inline void fake_get_choices(const struct runner *runner, const char *placeholder, struct prompt_values *ret)
{
	(void)placeholder;
	*ret = fake_of(runner)->values;
}

static inline int fake_list_choices(struct runner *runner, size_t step, const char *placeholder, const char *command,
				    struct error *error)
{
	return fake_tell(fake_of(runner), error, "list", step, placeholder, command);
}

static inline void fake_get_query(struct runner *runner, size_t step, struct query_values *ret)
{
	fake_of(runner)->asked[step]++;
	*ret = fake_of(runner)->queries[step];
}

static const struct runbook_hands fake_hands = {
	.get_query = fake_get_query,
	.runbook = fake_runbook,
	.run = fake_run,
	.proof_count = fake_proof_count,
	.proof = fake_proof,
	.attend = fake_attend,
	.busy = fake_busy,
	.plan = fake_plan,
	.get_clock = fake_get_clock,
	.get_output = fake_get_output,
	.keeper = fake_keeper,
	.start_step = fake_start,
	.stop_step = fake_stop,
	.end_left = fake_end_left,
	.mark_step = fake_mark,
	.undo = fake_undo,
	.note = fake_note,
	.edit = fake_edit,
	.override = fake_override,
	.set_value = fake_set_value,
	.branch = fake_branch,
	.take_pen = fake_take_pen,
	.hand_pen = fake_hand_pen,
	.close = fake_close,
	.ask_choices = fake_ask_choices,
	.get_choices = fake_get_choices,
	.list_choices = fake_list_choices,
};

/* ---- the owner ---- */

static inline const struct runbook_index *fake_get_index(void *user)
{
	return &((struct runbook_world *)user)->index;
}

static inline void fake_begin(struct runbook_world *world, const char *alert_id)
{
	world->runner.run = run_new("20260301-120000-corruption-4f2a");
	fake_event(&world->runner, (struct run_event){ .kind = RUN_OPENED,
						       .runbook = world->runner.runbook.slug,
						       .path = "corruption.md",
						       .title = world->runner.runbook.title,
						       .digest = world->runner.runbook.digest,
						       .alert = alert_id ? "SynapseNaNDetected" : "",
						       .alert_id = alert_id ? alert_id : "",
						       .target = "ana@jump1",
						       .environment = "production" });
	world->desk.runner = (struct runner *)&world->runner;
}

static inline int fake_open(void *user, const char *path, const struct alert *alert, struct error *error)
{
	struct runbook_world *world = user;

	(void)path;
	snprintf(world->opened_alert, sizeof(world->opened_alert), "%s", alert ? alert->name : "");
	if (world->runner.refusal)
		return error_set(error, "%s", world->runner.refusal);
	world->opened++;
	if (!world->runner.run)
		fake_begin(world, NULL);
	world->desk.runner = (struct runner *)&world->runner;
	return 0;
}

static inline int fake_resume(void *user, const char *run, struct error *error)
{
	struct runbook_world *world = user;

	(void)run;
	(void)error;
	world->resumed++;
	world->desk.runner = (struct runner *)&world->runner;
	return 0;
}

static inline void fake_leave(void *user)
{
	((struct runbook_world *)user)->left++;
}

static inline void fake_flush(void *user)
{
	(void)user;
	fake_world->flushed++;
}

static inline void fake_give(void *user, struct keeper *keeper)
{
	(void)user;
	snprintf(fake_world->given, sizeof(fake_world->given), "%zu", (size_t)(uintptr_t)keeper - 1);
}

/* A desk on that text, read but not yet run. */
static inline void runbook_world_init(struct runbook_world *world, const char *markdown)
{
	struct error_list errors = { 0 };

	memset(world, 0, sizeof(*world));
	fake_world = world;
	console_world_init(&world->console, CONSOLE_BOARD);
	strbuf_init(&world->runner.told);
	world->runner.now_ms = VIEW_NOW_MS;
	cr_assert_eq(runbook_read(&world->runner.runbook, "corruption.md", markdown, strlen(markdown), &errors), 0);
	for (size_t i = 0; i < errors.count; i++)
		cr_assert_fail("%u: %s", errors.faults[i].line, errors.faults[i].text);
	error_list_release(&errors);
	world->desk = (struct runbook_desk){ .get_index = fake_get_index,
					     .open = fake_open,
					     .resume = fake_resume,
					     .leave = fake_leave,
					     .user = world,
					     .seat = "seat-a",
					     .hands = &fake_hands };
	world->console.console->runbooks = &world->desk;
	world->console.console->host.flush_input = fake_flush;
	world->console.console->host.give_terminal = fake_give;
}

static inline void runbook_world_release(struct runbook_world *world)
{
	/* Overlays know the page. */
	overlay_close_all(world->console.console);
	runbook_desk_release(&world->desk);
	console_world_release(&world->console);
	runbook_release(&world->runner.runbook);
	runbook_index_release(&world->index);
	run_free(world->runner.run);
	strbuf_release(&world->runner.told);
}

/* Show the run, as if an alert's key had opened it. */
static inline void runbook_world_run(struct runbook_world *world)
{
	struct console *console = world->console.console;

	if (!world->runner.run)
		fake_begin(world, NULL);
	runbook_desk_resume(console, world->runner.run->id);
	console_prepare(console, console->width, console->height, VIEW_NOW_MS);
}

static inline size_t step_index(struct runbook_world *world, const char *id)
{
	for (size_t i = 0; i < world->runner.runbook.steps.count; i++)
		if (strcmp(world->runner.runbook.steps.items[i].id, id) == 0)
			return i;
	cr_assert_fail("no step %s", id);
	return 0;
}

/* A step that was started ends; the screen is drawn a while later. */
static inline void step_ends(struct runbook_world *world, const char *id, int status)
{
	const struct run_step *done = run_find_step(world->runner.run, id);
	struct console *console = world->console.console;

	cr_assert(done && done->attempts.count);
	fake_event(&world->runner,
		   (struct run_event){ .kind = RUN_OUTCOME,
				       .step = id,
				       .attempt = done->attempts.items[done->attempts.count - 1].number,
				       .outcome = run_outcome_names[status ? RUN_OUTCOME_FAILED : RUN_OUTCOME_OK],
				       .status = status,
				       .reason = status ? "exit status 3" : "",
				       .elapsed_ms = 800 });
	console->monotonic_ms = world->console.clock_ms += 10;
	console_prepare(console, console->width, console->height, VIEW_NOW_MS);
}

/* Time in which a person looks. */
static inline void look(struct runbook_world *world)
{
	struct console *console = world->console.console;

	console->monotonic_ms = world->console.clock_ms += 1500;
	console_prepare(console, console->width, console->height, VIEW_NOW_MS);
}

/* The id of the step with the focus; "" when none has it. */
static inline const char *focused_step(struct runbook_world *world)
{
	const struct runbook_page *page = world->desk.page;

	return page && page->step != SIZE_MAX ? fake_id(&world->runner, page->step) : "";
}

#endif
