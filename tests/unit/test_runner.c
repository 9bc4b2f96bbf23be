/* Opening a run, taking it up, and what people do in it beside running steps. */
#include "runner_fixture.h"

#include "base/clock.h"
#include "engine_fixture.h"
#include "runbook/runner_private.h"

TestSuite(live_run, .timeout = 60);

static struct world world;

static void set_up(void)
{
	world_init(&world);
}

static void tear_down(void)
{
	world_release(&world);
}

#define FENCE(text) "```bash\n" text "\n```\n\n"
#define TEXT                                                                                                           \
	"# Runbook: A trial\n\n**Target MTTR:** < 15 minutes\n\n"                                                      \
	"## Diagnosis\n\n" FENCE("# look\ncat /etc/hostname")                                                          \
		FENCE("# more\ncat <pod>") "## Resolution\n\n"                                                         \
					   "### Scenario A: one\n\n" FENCE(                                            \
						   "# a\ntouch /tmp/x") "### Scenario B: two\n\n" FENCE("# b\ntouch "  \
													"/tmp/x") "##" \
														  " E" \
														  "sc" \
														  "al" \
														  "at" \
														  "io" \
														  "n"  \
														  "\n" \
														  "\n" \
														  "| " \
														  "Ti" \
														  "me" \
														  " |" \
														  " A" \
														  "ct" \
														  "io" \
														  "n " \
														  "|"  \
														  "\n" \
														  "| " \
														  "--" \
														  "- " \
														  "| " \
														  "--" \
														  "- " \
														  "|"  \
														  "\n" \
														  "| " \
														  "0-" \
														  "5 " \
														  "mi" \
														  "n " \
														  "| " \
														  "Di" \
														  "ag" \
														  "no" \
														  "se" \
														  " |" \
														  "\n" \
														  "| " \
														  "5-" \
														  "10" \
														  " m" \
														  "in" \
														  " |" \
														  " F" \
														  "ix" \
														  " |" \
														  "\n" \
														  "| " \
														  "15" \
														  "+ " \
														  "mi" \
														  "n " \
														  "| " \
														  "Ma" \
														  "jo" \
														  "r " \
														  "in" \
														  "ci" \
														  "de" \
														  "nt" \
														  " |" \
														  "\n"

static struct runner *take_up(const char *actor, const char *seat)
{
	struct runner_config config = world.config;

	config.actor = actor;
	config.seat = seat;
	return runner_resume(&config, runner_run(world.runner), &world.error);
}

/* In the folder of the run. */
static char *run_file(const char *name)
{
	return mem_printf("%s/runs/%s/%s", world.folder, runner_run(world.runner)->id, name);
}

Test(live_run, leaves_a_folder_and_an_event, .init = set_up, .fini = tear_down)
{
	const struct run *run;
	struct stat status;
	char *folder, *text;

	world_open_run(&world, TEXT, NULL);
	run = runner_run(world.runner);
	cr_assert(run && run->opened);
	cr_expect_str_eq(run->opened->runbook, "a-trial");
	cr_expect_str_eq(run->opened->digest, runner_runbook(world.runner)->digest);
	cr_expect_str_eq(run->lead, "ana@jump1");
	cr_expect_str_eq(run->lead_seat, "s1");
	cr_expect(strstr(run->id, "-a-trial-"), "%s", run->id);
	folder = run_file(".");
	cr_assert_eq(stat(folder, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0700);
	text = run_file("runbook.md");
	cr_assert_eq(stat(text, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0600);
	cr_expect_eq((size_t)status.st_size, strlen(TEXT));
	free(text);
	free(folder);
}

Test(live_run, is_not_opened_where_nothing_can_be_kept, .init = set_up, .fini = tear_down)
{
	unsigned events = world.events;

	world.config.state = "/proc/nowhere";
	cr_expect(!runner_open(&world.config, world_read(TEXT), NULL, &world.error));
	cr_expect(strstr(world.error.text, "/proc/nowhere"), "%s", world.error.text);
	cr_expect_eq(world.events, events);
	world.config.state = world.folder;
	world.config.journal = NULL;
	cr_expect(!runner_open(&world.config, world_read(TEXT), NULL, &world.error));
	cr_expect(strstr(world.error.text, "journal"), "%s", world.error.text);
	cr_expect_eq(world.runs.items.count, 0);
}

Test(live_run, is_taken_up_with_the_time_its_alert_is_to_be_clear, .init = set_up, .fini = tear_down)
{
	static const int64_t times_ms[] = { 0, 90 * CLOCK_SECOND };

	for (size_t i = 0; i < 2; i++) {
		struct runner_alert alert = {
			.name = "A", .expression = "x > 5", .since_ms = 1, .for_ms = times_ms[i]
		};

		world_open_run(&world, TEXT, &alert);
		cr_expect_eq(runner_run(world.runner)->opened->alert_for_ms, times_ms[i]);
		world.other = take_up("ana@jump1", "s2");
		cr_assert(world.other, "%s", world.error.text);
		cr_expect_eq(world.other->alert.for_ms, times_ms[i]);
		runner_free(world.other);
		runner_free(world.runner);
		world.other = world.runner = NULL;
	}
}

Test(live_run, is_taken_up_with_the_text_it_began_with, .init = set_up, .fini = tear_down)
{
	char *path;

	world_open_run(&world, TEXT, NULL);
	cr_assert_eq(runner_set_value(world.runner, "pod", "p1", "asked", &world.error), 0);
	cr_expect(!take_up("ana@jump1", "s1"), "one console has it open once");
	world.other = take_up("ana@jump1", "s2");
	cr_assert(world.other, "%s", world.error.text);
	cr_expect_str_eq(runner_runbook(world.other)->digest, runner_runbook(world.runner)->digest);
	cr_expect_str_eq(runner_run(world.other)->lead_seat, "s1", "whoever lives keeps the lead");
	runner_free(world.other);
	world.other = NULL;
	path = run_file("runbook.md");
	cr_assert_eq(path_write(path, "# Another\n", 10, NULL), 0);
	cr_expect(!take_up("ana@jump1", "s2"));
	cr_expect(strstr(world.error.text, "is not the text the run began with"), "%s", world.error.text);
	unlink(path);
	cr_expect(!take_up("ana@jump1", "s2"));
	free(path);
}

Test(live_run, the_lead_of_a_console_that_is_gone, .init = set_up, .fini = tear_down)
{
	const struct run *run;

	world_open_run(&world, TEXT, NULL);
	run = runner_run(world.runner);
	runner_free(world.runner);
	world.runner = NULL;
	world.config.seat = "s2";
	world.runner = runner_resume(&world.config, run, &world.error);
	cr_assert(world.runner, "%s", world.error.text);
	cr_expect_str_eq(runner_run(world.runner)->lead_seat, "s2");
	/* Somebody else's is not taken without being asked for. */
	runner_free(world.runner);
	world.runner = NULL;
	world.config.seat = "s3";
	world.config.actor = "bob@jump2";
	world.runner = runner_resume(&world.config, runs_find(&world.runs, run->id), &world.error);
	cr_assert(world.runner);
	cr_expect_str_eq(runner_run(world.runner)->lead, "ana@jump1");
}

Test(live_run, a_leader_who_is_gone_is_told_of, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world, TEXT, NULL);
	world.other = take_up("ana@jump1", "s2");
	cr_assert(world.other, "%s", world.error.text);
	runner_plan(world.other, 0, &plan);
	cr_expect_str_eq(plan.why, "you lead the run from another console");
	runner_free(world.runner);
	world.runner = NULL;
	world_wait(&world, 1100);
	runner_plan(world.other, 0, &plan);
	cr_expect_eq(plan.block, PLAN_PEN);
	cr_expect_str_eq(plan.why, "the console you led the run from is gone: P takes the lead");
	cr_expect_lt(runner_close(world.other, "", &world.error), 0);
	cr_expect(strstr(world.error.text, "P takes the lead"), "%s", world.error.text);
	cr_expect_eq(runner_take_pen(world.other, SIZE_MAX, &world.error), 0, "%s", world.error.text);
	runner_plan(world.other, 0, &plan);
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
}

Test(live_run, another_leader_who_is_gone, .init = set_up, .fini = tear_down)
{
	world_open_run(&world, TEXT, NULL);
	world.other = take_up("bob@jump2", "s2");
	cr_assert(world.other, "%s", world.error.text);
	cr_expect_lt(runner_close(world.other, "", &world.error), 0);
	cr_expect_str_eq(world.error.text, "ana@jump1 leads the run");
	/* Of a console that never had this folder nothing is known. */
	cr_expect_eq(runner_hand_pen(world.runner, SIZE_MAX, "eve@jump3", &world.error), 0);
	cr_expect_lt(runner_close(world.other, "", &world.error), 0);
	cr_expect_str_eq(world.error.text, "eve@jump3 leads the run");
	cr_expect_eq(runner_take_pen(world.runner, SIZE_MAX, &world.error), 0, "%s", world.error.text);
	runner_free(world.runner);
	world.runner = NULL;
	cr_expect_lt(runner_close(world.other, "", &world.error), 0);
	cr_expect_str_eq(world.error.text, "ana@jump1 led the run from a console that is gone: P takes the lead");
}

Test(live_run, one_pen, .init = set_up, .fini = tear_down)
{
	struct step_plan plan;

	world_open_run(&world, TEXT, NULL);
	world.other = take_up("bob@jump2", "s2");
	cr_assert(world.other);
	runner_plan(world.other, 0, &plan);
	cr_expect_eq(plan.block, PLAN_PEN);
	cr_expect(strstr(plan.why, "ana@jump1"), "%s", plan.why);
	cr_expect_lt(runner_mark_step(world.other, 0, RUN_DONE, "", &world.error), 0);
	cr_expect_lt(runner_close(world.other, "", &world.error), 0);
	cr_expect_eq(runner_note(world.other, SIZE_MAX, "I am here", &world.error), 0);
	cr_expect_eq(runner_take_pen(world.other, 0, &world.error), 0, "%s", world.error.text);
	runner_plan(world.other, 0, &plan);
	cr_expect_eq(plan.block, PLAN_READY, "%s", plan.why);
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_PEN);
	cr_expect_eq(runner_hand_pen(world.runner, SIZE_MAX, "bob@jump2", &world.error), 0);
	cr_expect_str_eq(runner_run(world.runner)->lead, "bob@jump2");
	cr_expect_lt(runner_hand_pen(world.runner, SIZE_MAX, "ana@jump1", &world.error), 0);
	cr_expect_lt(runner_hand_pen(world.other, SIZE_MAX, "nobody", &world.error), 0);
}

Test(live_run, marks_scenarios_and_taking_back, .init = set_up, .fini = tear_down)
{
	const struct run *run;

	world_open_run(&world, TEXT, NULL);
	cr_expect_lt(runner_undo(world.runner, 0, &world.error), 0);
	cr_expect_eq(runner_mark_step(world.runner, 0, RUN_SKIPPED, "not now", &world.error), 0);
	run = runner_run(world.runner);
	cr_expect_eq(run_find_step(run, "1.1")->state, RUN_STEP_SKIPPED);
	cr_expect_eq(runner_undo(world.runner, 0, &world.error), 0);
	cr_expect_eq(run_find_step(runner_run(world.runner), "1.1")->state, RUN_STEP_OPEN);
	cr_expect_lt(runner_mark_step(world.runner, 0, RUN_NOTE, "", &world.error), 0);
	cr_expect_lt(runner_mark_step(world.runner, 99, RUN_DONE, "", &world.error), 0);
	cr_expect_lt(runner_branch(world.runner, "Z", &world.error), 0);
	cr_expect_eq(runner_branch(world.runner, "B", &world.error), 0, "%s", world.error.text);
	cr_expect_str_eq(runner_run(world.runner)->scenario, "B");
	cr_expect_eq(runner_undo(world.runner, SIZE_MAX, &world.error), 0);
	cr_expect_str_eq(runner_run(world.runner)->scenario, "");
	cr_expect_lt(runner_override(world.runner, 0, "  ", &world.error), 0);
	cr_expect_lt(runner_note(world.runner, 0, "", &world.error), 0);
	cr_expect_eq(runner_close(world.runner, "over", &world.error), 0);
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_CLOSED);
	cr_expect_lt(runner_mark_step(world.runner, 0, RUN_DONE, "", &world.error), 0);
	cr_expect_lt(runner_branch(world.runner, "A", &world.error), 0);
	cr_expect_eq(runner_undo(world.runner, SIZE_MAX, &world.error), 0, "the close is taken back: %s",
		     world.error.text);
	cr_expect_eq(world_plan(&world, "1.1").block, PLAN_READY);
}

Test(live_run, the_clock, .init = set_up, .fini = tear_down)
{
	struct runner_alert alert = { .name = "A", .since_ms = NOW_MS };
	struct run_clock clock;

	world_open_run(&world, TEXT, &alert);
	runner_get_clock(world.runner, NOW_MS + 2 * CLOCK_MINUTE, &clock);
	cr_expect_eq(clock.elapsed_ms, 2 * CLOCK_MINUTE);
	cr_expect_eq(clock.target_ms, 15 * CLOCK_MINUTE);
	cr_expect_str_eq(clock.due, "Diagnose");
	cr_expect_str_eq(clock.next, "Fix");
	cr_expect_eq(clock.next_in_ms, 3 * CLOCK_MINUTE);
	runner_get_clock(world.runner, NOW_MS + 12 * CLOCK_MINUTE, &clock);
	cr_expect(!clock.due, "between 10 and 15 nothing is");
	cr_expect_str_eq(clock.next, "Major incident");
	runner_get_clock(world.runner, NOW_MS + 100 * CLOCK_MINUTE, &clock);
	cr_expect_str_eq(clock.due, "Major incident");
	cr_expect(!clock.next);
	runner_get_clock(world.runner, NOW_MS - CLOCK_MINUTE, &clock);
	cr_expect_eq(clock.elapsed_ms, 0);
}

static struct matrix *two_pods(struct script *script, const struct engine_request *request)
{
	static const char *const pods[] = { "p1", "p2", "p1" };
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);

	(void)script;
	(void)request;
	matrix->series = arena_array(&matrix->arena, 3, sizeof(*matrix->series));
	for (size_t i = 0; i < 3; i++) {
		struct label label = { "pod", pods[i] };

		matrix->series[matrix->count++].labels = labels_make(&matrix->arena, &label, 1);
	}
	return matrix;
}

static struct prompt_values choices_of(const char *name, size_t step)
{
	struct prompt_values values;

	runner_ask_choices(world.runner, step, name);
	for (int i = 0; i < 500; i++) {
		runner_get_choices(world.runner, name, &values);
		if (values.answered)
			return values;
		world_wait(&world, 10);
	}
	cr_assert_fail("no answer");
	return values;
}

Test(live_run, choices, .init = set_up, .fini = tear_down)
{
	static const char *const format =
		"# T\n\n## R\n\n<!-- skep:\n  choices:\n    size: { values: [small, large] }\n"
		"    pod: { expr: up, label: pod }\n    file: { command: cat %s/list }\n"
		"    evil: { command: touch %s/evil }\n    gone: { command: cat %s/nothing }\n-->\n"
		"```bash\n# a\necho <size> <pod> <file> <evil> <gone>\n```\n";
	char *text = mem_printf(format, world.folder, world.folder, world.folder);
	char *list = path_join(world.folder, "list"), *evil = path_join(world.folder, "evil");
	struct prompt_values values;
	struct script script;

	script_init(&script, world.loop, &script_server_ops, 1);
	script.answer = two_pods;
	world.config.engine = script.engine;
	cr_assert_eq(path_write(list, "one\ntwo \n\n\x1b[31mred\none\n", 23, NULL), 0);
	world_open_run(&world, text, NULL);
	values = choices_of("size", 0);
	cr_assert_eq(values.count, 2);
	cr_expect_str_eq(values.items[1], "large");
	values = choices_of("pod", 0);
	cr_assert_eq(values.count, 2, "%s", values.reason);
	cr_expect_str_eq(values.items[1], "p2");
	values = choices_of("file", 0);
	cr_assert_eq(values.count, 2, "%zu: %s", values.count, values.reason);
	cr_expect_str_eq(values.items[1], "two");
	values = choices_of("evil", 0);
	cr_expect_eq(values.count, 0);
	cr_expect(strstr(values.reason, "not run"), "%s", values.reason);
	cr_expect(!path_exists(evil));
	values = choices_of("gone", 0);
	cr_expect_eq(values.count, 0);
	cr_expect(strstr(values.reason, "exit status 1"), "%s", values.reason);
	values = choices_of("unheard", 0);
	cr_expect_str_eq(values.reason, "nothing to choose from");
	runner_free(world.runner);
	world.runner = NULL;
	query_engine_free(script.engine);
	free(text);
	free(list);
	free(evil);
}

/* A comparison has no result, all else has. */
static struct matrix *all_is_well(struct script *script, const struct engine_request *request)
{
	struct matrix *matrix = script_sample(script, request->end_ms);

	if (strchr(request->text, '>'))
		matrix->count = matrix->points = 0;
	return matrix;
}

static size_t count_events(const struct run *run, enum run_event_kind kind)
{
	size_t ret = 0;

	for (size_t i = 0; i < run->timeline.count; i++)
		ret += run->timeline.items[i].event->kind == kind;
	return ret;
}

Test(live_run, says_once_that_it_is_mitigated, .init = set_up, .fini = tear_down)
{
	static const char *const labels[] = { "alertname=A", NULL };
	struct runner_alert alert = { .name = "A", .expression = "x > 5", .labels = labels, .since_ms = 1 };
	struct script script;

	script_init(&script, world.loop, &script_server_ops, 7);
	world.config.engine = script.engine;
	world_open_run(
		&world,
		"<!-- skep: { watch: [{ title: NaN, expr: nan_count, unit: short }] } -->\n\n# T\n\n## R\n\n" FENCE(
			"# a\ntrue"),
		&alert);
	runner_attend(world.runner, true);
	world_wait(&world, 100);
	cr_expect(!runner_run(world.runner)->mitigated);
	cr_expect_eq(proofs_get(runner_proofs(world.runner), 0)->state, PROOF_BAD);
	cr_expect_str_eq(run_find_evidence(runner_run(world.runner), "", "NaN", "before")->value, "7");
	script.answer = all_is_well;
	for (int i = 0; i < 1000 && !runner_run(world.runner)->mitigated; i++)
		world_wait(&world, 10);
	cr_assert(runner_run(world.runner)->mitigated);
	cr_expect_str_eq(run_find_evidence(runner_run(world.runner), "", "A", "turned")->source, RUN_TURNED_GOOD);
	world_wait(&world, 100);
	cr_expect_eq(count_events(runner_run(world.runner), RUN_MITIGATED), 1);
	runner_free(world.runner);
	world.runner = NULL;
	/* The figure at the beginning is told by the journal. */
	world.config.seat = "s2";
	world.runner = runner_resume(&world.config, world.runs.items.items[0], &world.error);
	cr_assert(world.runner, "%s", world.error.text);
	cr_expect_eq(proofs_get(runner_proofs(world.runner), 1)->before, 7);
	cr_expect_str_eq(proofs_get(runner_proofs(world.runner), 0)->name, "A");
	runner_free(world.runner);
	world.runner = NULL;
	query_engine_free(script.engine);
}
