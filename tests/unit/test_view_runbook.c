#include "alert/alerts.h"
#include "runbook_fixture.h"
#include "ui/view/overlay_ask.h"
#include "ui/view/overlay_confirm.h"
#include "ui/view/overlay_text.h"
#include "ui/view/runbook_act.h"

/* A console on a runbook with a diagnosis, three scenarios and a verification. */
static struct runbook_world world;

#define RUNBOOK                                                                                                        \
	"# Data corruption\n\n**Severity:** P0 Critical\n**Target MTTR:** 60 minutes\n\nRead [restore](restore.md).\n" \
	"\n## Symptoms\n\nNaN in synapses, nonsense in answers.\n"                                                     \
	"\n## Diagnosis\n\nLook before anything is changed.\n\n"                                                       \
	"<!-- skep: { risk: read } -->\n```bash\n# Validate the synapses\nkubectl get synapses\n```\n\n"               \
	"Prose between the steps.\n\n"                                                                                 \
	"<!-- skep: { risk: read } -->\n```bash\n# Which agents are unhealthy\nkubectl get agents\n```\n"              \
	"\n## Resolution\n"                                                                                            \
	"\n### Scenario A: agent state\n\n"                                                                            \
	"<!-- skep: { risk: change } -->\n```bash\n# Restart the agent\nkubectl restart <agent-id>\n```\n"             \
	"\n### Scenario B: synapse weights\n\n"                                                                        \
	"<!-- skep: { risk: change, rollback: kubectl rollout undo } -->\n```bash\n# Pause the colony\n"               \
	"kubectl scale --replicas=0\n```\n\n"                                                                          \
	"<!-- skep: { risk: destroy, confirm: synapses } -->\n```bash\n# Drop the synapses\nkubectl delete synapses\n" \
	"```\n"                                                                                                        \
	"\n## Verification\n\n"                                                                                        \
	"<!-- skep: { risk: read } -->\n```bash\n# Validate all\nkubectl get all\n```\n\n"                             \
	"1. Tell the channel that it is over.\n"                                                                       \
	"\n## Prevention\n\nBackups every hour.\n"

static void setup(void)
{
	runbook_world_init(&world, RUNBOOK);
}

static void teardown(void)
{
	runbook_world_release(&world);
}

TestSuite(view_runbook, .init = setup, .fini = teardown, .timeout = 60);

static const char *told(void)
{
	return world.runner.told.text;
}

static void forget_told(void)
{
	strbuf_clear(&world.runner.told);
}

static bool says(const char *text)
{
	return strstr(screen(&world.console), text) != NULL;
}

static void paste(const char *text)
{
	char copy[64];
	struct input_event event = { .kind = INPUT_PASTE, .text = copy };

	snprintf(copy, sizeof(copy), "%s", text);
	console_handle(world.console.console, &event, world.console.clock_ms += 10);
}

/* ---- what is shown ---- */

Test(view_runbook, begins_at_the_diagnosis)
{
	console_prepare(world.console.console, 140, 40, VIEW_NOW_MS);
	runbook_world_run(&world);
	cr_assert_str_eq(focused_step(&world), "1.1");
	cr_assert(says("Data corruption"));
	cr_assert(says("P0  target MTTR 60 min"));
	cr_assert(says("1.1   Validate the synapses"));
	cr_assert(says("Prose between the steps."));
	cr_assert(says("1 A: agent state   2 B: synapse weights"));
	cr_assert(says("$ kubectl get synapses"));
	cr_assert(says("reads · /usr/bin/kubectl · target prod-cluster/production"));
	cr_assert(says("! runs 1.1"));
	cr_assert_not(says("Restart the agent"), "no scenario was chosen");
	cr_assert_not(says("nonsense in answers"), "the symptoms are folded");
}

Test(view_runbook, headings_fold)
{
	const struct runbook_page *page;

	runbook_world_run(&world);
	page = world.desk.page;
	while (page->spot.kind != OUTLINE_HEADING ||
	       strcmp(page->runbook->sections.items[page->spot.section].title, "Symptoms") != 0)
		press(&world.console, "Up");
	press(&world.console, "Enter");
	cr_assert(says("nonsense in answers"));
	press(&world.console, "Enter");
	cr_assert_not(says("nonsense in answers"));
}

Test(view_runbook, the_choice_shows_all_scenarios)
{
	runbook_world_run(&world);
	while (world.desk.page->spot.kind != OUTLINE_CHOICE)
		press(&world.console, "Down");
	press(&world.console, "Enter");
	cr_assert(says("Scenario A: agent state"));
	cr_assert_not(says("Restart the agent"));
	press(&world.console, "Enter");
	cr_assert_not(says("Scenario A: agent state"));
}

Test(view_runbook, every_size_draws)
{
	static const struct {
		int width, height;
	} sizes[] = { { 200, 50 }, { 140, 40 }, { 100, 30 }, { 80, 24 }, { 60, 16 }, { 40, 12 },
		      { 40, 6 },   { 20, 5 },   { 10, 3 },   { 1, 1 },   { 300, 4 } };
	struct console *console = world.console.console;

	runbook_world_run(&world);
	world.runner.output[0] = "one\ntwo\n";
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		console_prepare(console, sizes[i].width, sizes[i].height, VIEW_NOW_MS);
		screen(&world.console);
		cr_assert_str_eq(focused_step(&world), "1.1");
		press(&world.console, "o");
		screen(&world.console);
		press(&world.console, "o x");
		screen(&world.console);
		press(&world.console, "Esc");
	}
}

Test(view_runbook, a_small_screen_shows_one_step)
{
	struct console *console = world.console.console;

	runbook_world_run(&world);
	console_prepare(console, 40, 12, VIEW_NOW_MS);
	cr_assert(says("Validate the synapses"));
	cr_assert(says("$ kubectl get synapses"));
	cr_assert(says("! runs 1.1"));
	cr_assert_not(says("Which agents"));
}

Test(view_runbook, nothing_open_says_so)
{
	console_set_view(world.console.console, &view_runbook);
	cr_assert(says("no runbook is open"));
	cr_assert(press(&world.console, "!"));
	cr_assert(says("! does nothing here: it is to run the step"));
	world.console.console->runbooks = NULL;
	cr_assert(says("no runbook is open"));
	press(&world.console, "Esc");
	cr_assert_eq(world.console.console->view, &view_runbooks);
	cr_assert(says("no runbooks"));
}

/* ---- running ---- */

Test(view_runbook, a_reading_step_runs_at_once_and_leads_on)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	cr_assert_str_eq(told(), "start 1.1 kubectl get synapses\n");
	cr_assert(says("running 0:00"));
	step_ends(&world, "1.1", 0);
	cr_assert_str_eq(focused_step(&world), "1.2");
	cr_assert(says("0.8s"));
}

Test(view_runbook, what_moved_by_itself_is_not_run_at_once)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	step_ends(&world, "1.1", 0);
	forget_told();
	press(&world.console, "!");
	cr_assert_str_eq(told(), "", "1.2 came under the key just now");
	cr_assert(says("changed just now"));
	look(&world);
	press(&world.console, "!");
	cr_assert_str_eq(told(), "start 1.2 kubectl get agents\n");
}

Test(view_runbook, who_moved_the_focus_keeps_it)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	press(&world.console, "G");
	step_ends(&world, "1.1", 0);
	cr_assert_str_neq(focused_step(&world), "1.2");
}

Test(view_runbook, a_bad_end_keeps_the_focus)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	step_ends(&world, "1.1", 3);
	look(&world);
	cr_assert_str_eq(focused_step(&world), "1.1");
	cr_assert(says("exit status 3"));
	press(&world.console, "!");
	cr_assert_not_null(strstr(told(), "start 1.1 kubectl get synapses\nstart 1.1"));
}

static void run_diagnosis(void)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	step_ends(&world, "1.1", 0);
	look(&world);
	press(&world.console, "!");
	step_ends(&world, "1.2", 0);
	look(&world);
}

Test(view_runbook, scenarios_come_before_what_follows_them)
{
	run_diagnosis();
	cr_assert_eq(world.desk.page->spot.kind, OUTLINE_CHOICE);
	cr_assert(says("B chooses the scenario"));
	press(&world.console, "B");
	cr_assert(says("Go on with which scenario?"));
	press(&world.console, "2");
	cr_assert_not_null(strstr(told(), "branch B\n"));
	cr_assert_str_eq(focused_step(&world), "3.1");
	cr_assert(says("Scenario B: synapse weights"));
	cr_assert(says("changes"));
}

static void choose_synapses(void)
{
	run_diagnosis();
	press(&world.console, "B");
	press(&world.console, "2");
	look(&world);
	forget_told();
}

Test(view_runbook, who_watches_is_told_of_no_key)
{
	world.console.console->mode = CONSOLE_WATCH;
	look(&world);
	cr_assert_not(says("! runs"));
	cr_assert_not(says("! begins"));
}

Test(view_runbook, a_letter_chooses_its_scenario)
{
	run_diagnosis();
	press(&world.console, "B");
	press(&world.console, "b");
	cr_assert_not_null(strstr(told(), "branch B\n"));
	cr_assert_null(world.console.console->overlay);
}

Test(view_runbook, help_begins_with_what_is_done_only_here)
{
	const char *text;

	run_diagnosis();
	press(&world.console, "?");
	text = screen(&world.console);
	cr_assert_not_null(strstr(text, "Acting on a step"));
	cr_assert_null(strstr(text, "Acting on an alert"), "that is further down");
	cr_assert(!strstr(text, "Moving about") || strstr(text, "Acting on a step") < strstr(text, "Moving about"));
}

Test(view_runbook, a_change_asks_for_its_number)
{
	choose_synapses();
	press(&world.console, "!");
	cr_assert_eq(world.console.console->overlay, &overlay_confirm);
	cr_assert(says("type 3.1 to run:"));
	cr_assert(says("ROLLBACK: kubectl rollout undo"));
	cr_assert(says("kubectl scale --replicas=0"));
	press(&world.console, "Enter");
	type(&world.console, "3");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "");
	cr_assert(says("nothing was run: type 3.1"));
	type(&world.console, "3.1");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "start 3.1 kubectl scale --replicas=0 | 3.1\n");
	cr_assert_null(world.console.console->overlay);
}

Test(view_runbook, a_paste_confirms_nothing)
{
	choose_synapses();
	press(&world.console, "!");
	paste("3.1\n");
	cr_assert(says("a paste confirms nothing"));
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "");
	press(&world.console, "Esc");
	cr_assert_null(world.console.console->overlay);
	cr_assert_str_eq(told(), "");
}

/* Keys that were on their way before the question was drawn are no answer to it. */
Test(view_runbook, what_was_typed_ahead_confirms_nothing)
{
	struct console *console = world.console.console;
	static const char keys[] = "!3.1\r";

	choose_synapses();
	for (const char *at = keys; *at; at++) {
		struct input_event event = { .kind = INPUT_KEY,
					     .key = { *at == '\r' ? KEYCODE_ENTER : (uint32_t)*at, 0 } };

		console_handle(console, &event, world.console.clock_ms += 1);
	}
	cr_assert_str_eq(told(), "");
	cr_assert_eq(console->overlay, &overlay_confirm);
	cr_assert_gt(world.flushed, 0);
	console_prepare(console, console->width, console->height, VIEW_NOW_MS);
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "", "nothing of it was kept");
}

Test(view_runbook, a_destruction_asks_for_what_is_lost)
{
	size_t step = step_index(&world, "3.2");

	choose_synapses();
	world.desk.backup = "emergency-backup.md";
	press(&world.console, "!");
	type(&world.console, "3.1");
	press(&world.console, "Enter");
	step_ends(&world, "3.1", 0);
	look(&world);
	cr_assert_str_eq(focused_step(&world), "3.2");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].offers_backup = true;
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	forget_told();
	press(&world.console, "!");
	cr_assert(says("type synapses to run:"));
	cr_assert(says("NO ROLLBACK"));
	cr_assert(says("emergency backup first"));
	type(&world.console, "3.2");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "", "the number is for changes");
	press(&world.console, "Esc ! 1 Enter");
	cr_assert_eq(world.opened, 1, "the backup's own run");
	cr_assert_str_eq(told(), "");
}

Test(view_runbook, a_backup_that_was_taken_is_not_offered)
{
	size_t step = step_index(&world, "3.2");

	choose_synapses();
	world.desk.backup = "emergency-backup.md";
	press(&world.console, "!");
	type(&world.console, "3.1");
	press(&world.console, "Enter");
	step_ends(&world, "3.1", 0);
	look(&world);
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].backup = "03:12Z (step 3.1)";
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	press(&world.console, "!");
	cr_assert(says("backup taken 03:12Z (step 3.1)"));
	cr_assert_not(says("emergency backup first"));
	press(&world.console, "1 Enter");
	cr_assert_eq(world.opened, 0);
}

/* ---- the end ---- */

static int close_run(const char *words)
{
	struct error error = { "" };
	int ret = runbook_act_close(world.console.console, words, &error);

	look(&world);
	if (ret < 0)
		cr_expect_str_eq(error.text, "not closed: 1.1 still runs; stop it or wait for it");
	return ret;
}

Test(view_runbook, a_finished_run_is_closed_at_once)
{
	runbook_world_run(&world);
	world.runner.proofs[0] =
		(struct proof){ .name = "no NaN", .state = PROOF_GOOD, .words = "holds", .step = SIZE_MAX };
	world.runner.proofs[1] = (struct proof){ .name = "NaN", .is_watch = true, .step = SIZE_MAX, .value = NAN };
	/* Of a step that nobody ran. */
	world.runner.proofs[2] = (struct proof){ .name = "paused", .state = PROOF_BAD, .step = 3 };
	world.runner.proof_count = 3;
	look(&world);
	cr_assert_eq(close_run("mended"), 0);
	cr_assert_not_null(strstr(told(), "close mended\n"), "%s", told());
}

Test(view_runbook, closing_what_does_not_hold_is_asked_once)
{
	runbook_world_run(&world);
	world.runner.proofs[0] = (struct proof){ .name = "SynapseNaN",
						 .state = PROOF_BAD,
						 .words = "still firing 3 > 0",
						 .is_alert = true,
						 .step = SIZE_MAX };
	world.runner.proofs[1] = (struct proof){ .name = "pods", .state = PROOF_UNKNOWN, .step = SIZE_MAX };
	world.runner.proof_count = 2;
	look(&world);
	cr_assert_eq(close_run("enough"), 0);
	cr_assert(says("Close it? 2 checks do not hold"));
	cr_assert(says("SynapseNaN: still firing 3 > 0"));
	cr_assert(says("pods: not known yet"));
	cr_assert_null(strstr(told(), "close"), "%s", told());
	/* Enter is what changes nothing. */
	press(&world.console, "Enter");
	cr_assert_null(strstr(told(), "close"), "%s", told());
	cr_assert_eq(close_run("enough"), 0);
	press(&world.console, "1");
	cr_assert_not_null(strstr(told(), "close enough\n"), "%s", told());
}

Test(view_runbook, nothing_is_closed_while_a_step_runs)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	look(&world);
	cr_assert_lt(close_run("done"), 0);
	cr_assert_null(strstr(told(), "close"), "%s", told());
}

Test(view_runbook, what_is_needed_is_asked)
{
	run_diagnosis();
	press(&world.console, "B");
	press(&world.console, "1");
	look(&world);
	cr_assert(says("needs <agent-id>"));
	world.runner.values.asked = true;
	forget_told();
	press(&world.console, "!");
	cr_assert(says("2.1 needs <agent-id>"));
	cr_assert(says("value:"));
	press(&world.console, "Enter");
	cr_assert(says("type something"));
	type(&world.console, "agent-7");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "value agent-id | agent-7\n", "it is not run before it was seen");
	cr_assert_null(world.console.console->overlay);
}

Test(view_runbook, values_are_chosen_from_a_list)
{
	static const char *const items[] = { "agent-1", "agent-2", "other" };
	size_t step = step_index(&world, "2.1");
	static const struct step_choices choices = { .placeholder = "agent-id" };

	run_diagnosis();
	press(&world.console, "B");
	press(&world.console, "1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.missing[step] = (struct plan_missing){
		.name = "agent-id", .choices = &choices, .suggestion = "agent-9", .source = "the alert's label agent"
	};
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	forget_told();
	world.runner.values.asked = true;
	press(&world.console, "!");
	cr_assert_not_null(strstr(told(), "choices 2.1 agent-id"));
	cr_assert(says("agent-9 is what the alert's label agent says"));
	cr_assert(says("asking what it may be"));
	world.runner.values =
		(struct prompt_values){ .asked = true, .answered = true, .items = items, .count = 3, .reason = "" };
	look(&world);
	cr_assert(says("2 agent-2"));
	world.runner.planned[step] = false;
	press(&world.console, "Down Down Enter");
	cr_assert_not_null(strstr(told(), "value agent-id | agent-2"));
}

Test(view_runbook, a_secret_is_typed_unseen)
{
	size_t step = step_index(&world, "2.1");

	run_diagnosis();
	press(&world.console, "B");
	press(&world.console, "1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.missing[step] = (struct plan_missing){ .name = "agent-id", .secret = true };
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	forget_told();
	press(&world.console, "!");
	type(&world.console, "hunter22");
	look(&world);
	cr_assert(says("value: ********"));
	cr_assert_not(says("hunter"));
	world.runner.planned[step] = false;
	press(&world.console, "Enter");
	cr_assert_not_null(strstr(told(), " | hunter22\n"), "%s", told());
}

Test(view_runbook, a_fault_is_overridden_in_words)
{
	size_t step;

	runbook_world_run(&world);
	step = step_index(&world, "1.1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].block = PLAN_FAULT;
	world.runner.plans[step].why = "it has a fault";
	world.runner.plans[step].faults = "npm keeps --x for itself\n";
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	cr_assert(says("npm keeps --x for itself"));
	press(&world.console, "!");
	type(&world.console, "it is harmless");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "override 1.1 it is harmless\n");
}

Test(view_runbook, what_is_blocked_says_why)
{
	size_t step;

	runbook_world_run(&world);
	step = step_index(&world, "1.1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].block = PLAN_TARGET;
	world.runner.plans[step].why = "the context is staging now";
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	cr_assert(says("blocked: the context is staging now"));
	press(&world.console, "!");
	cr_assert(says("not run: the context is staging now"));
	cr_assert_str_eq(told(), "");
}

Test(view_runbook, an_unknown_end_is_confirmed_in_words)
{
	size_t step;

	runbook_world_run(&world);
	step = step_index(&world, "1.1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].block = PLAN_UNKNOWN_END;
	world.runner.plans[step].why = "how it ended last time is not known";
	world.runner.plans[step].confirm = "again 1.1";
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	press(&world.console, "!");
	cr_assert(says("type again 1.1 to run:"));
	type(&world.console, "again 1.1");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "start 1.1 kubectl get synapses | again 1.1\n");
}

Test(view_runbook, what_outlived_its_keeper_is_ended_on_a_key)
{
	size_t step;

	runbook_world_run(&world);
	step = step_index(&world, "1.1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].block = PLAN_UNKNOWN_END;
	world.runner.plans[step].why = "how it ended last time is not known";
	world.runner.plans[step].left = "1 process of it still runs: sleep (pid 123)";
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	cr_assert(says("1 process of it still runs: sleep (pid 123)"));
	cr_assert(says("X ends what still runs of it"));
	cr_assert_str_eq(told(), "");
	press(&world.console, "X");
	cr_assert_str_eq(told(), "end-left 1.1\n");
}

Test(view_runbook, a_refusal_is_said)
{
	runbook_world_run(&world);
	world.runner.refusal = "bob@jump2 leads the run";
	press(&world.console, "!");
	cr_assert(says("bob@jump2 leads the run"));
	cr_assert_eq(world.desk.page->awaited, SIZE_MAX);
}

Test(view_runbook, a_long_command_is_seen_before_it_runs)
{
	struct strbuf text = STRBUF_INIT;
	size_t step;

	runbook_world_run(&world);
	for (int i = 0; i < 60; i++)
		strbuf_addf(&text, "echo line %d\n", i);
	step = step_index(&world, "1.1");
	fake_plan(world.desk.runner, step, &world.runner.plans[step]);
	world.runner.plans[step].text = text.text;
	world.runner.planned[step] = true;
	look(&world);
	look(&world);
	press(&world.console, "!");
	cr_assert_str_eq(told(), "");
	cr_assert(says("more lines of the command"));
	for (int i = 0; i < 60; i++)
		press(&world.console, "Right");
	cr_assert(says("echo line 59"));
	press(&world.console, "!");
	cr_assert_eq(strncmp(told(), "start 1.1", 9), 0);
	strbuf_release(&text);
}

/* ---- marks, notes, pens ---- */

Test(view_runbook, marks_lead_on)
{
	runbook_world_run(&world);
	press(&world.console, "D");
	cr_assert_str_eq(told(), "step-done 1.1 \n");
	cr_assert_str_eq(focused_step(&world), "1.2");
	cr_assert(says("done by ana"));
	look(&world);
	press(&world.console, "S");
	type(&world.console, "no need");
	press(&world.console, "Enter");
	cr_assert_not_null(strstr(told(), "step-skip 1.2 no need"));
	cr_assert_eq(world.desk.page->spot.kind, OUTLINE_CHOICE);
}

Test(view_runbook, a_failed_step_keeps_the_focus)
{
	runbook_world_run(&world);
	press(&world.console, "F Enter");
	cr_assert_str_eq(told(), "step-fail 1.1 \n");
	look(&world);
	cr_assert_str_eq(focused_step(&world), "1.1");
}

Test(view_runbook, questions_are_given_up)
{
	runbook_world_run(&world);
	press(&world.console, "S Esc F Esc C Esc");
	cr_assert_str_eq(told(), "");
	press(&world.console, "C");
	paste("seen\nmore");
	cr_assert(says("only the first one was taken"));
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "note 1.1 seen\n", "a note may be pasted, Enter is typed");
	look(&world);
	press(&world.console, "C");
	paste("one line\n \n");
	cr_assert_not(says("only the first one"), "blank lines are no loss");
}

Test(view_runbook, while_it_runs_nothing_is_said_of_how_it_went)
{
	static const enum action actions[] = { ACTION_RUN, ACTION_DONE, ACTION_SKIP, ACTION_FAIL, ACTION_EDIT };

	runbook_world_run(&world);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		cr_expect(console_offers(world.console.console, actions[i]), "%s", action_row(actions[i])->name);
	press(&world.console, "!");
	look(&world);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		cr_expect_not(console_offers(world.console.console, actions[i]), "%s", action_row(actions[i])->name);
	cr_expect(console_offers(world.console.console, ACTION_STOP));
	forget_told();
	press(&world.console, "D");
	cr_expect(says("D does nothing here"));
	press(&world.console, "E");
	cr_expect_null(world.console.console->overlay);
	cr_expect_str_eq(told(), "");
	step_ends(&world, "1.1", 1);
	look(&world);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		cr_expect(console_offers(world.console.console, actions[i]), "%s", action_row(actions[i])->name);
}

Test(view_runbook, edits_are_kept_and_taken_back)
{
	runbook_world_run(&world);
	press(&world.console, "E Ctrl-U");
	type(&world.console, "kubectl get pods");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "edit 1.1 kubectl get pods\n");
	cr_assert(says("$ kubectl get pods"));
	press(&world.console, "E Ctrl-U Enter");
	cr_assert_not_null(strstr(told(), "edit 1.1 (as in the file)"));
	press(&world.console, "U");
	cr_assert_not_null(strstr(told(), "undo 1.1"));
}

Test(view_runbook, pens)
{
	runbook_world_run(&world);
	press(&world.console, "P");
	cr_assert(says("hand over the lead"));
	press(&world.console, "2");
	type(&world.console, "bob@jump2");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "hand 1.1 bob@jump2\n");
	fake_event(&world.runner, (struct run_event){ .kind = RUN_PEN, .to = "bob@jump2", .to_seat = "seat-b" });
	look(&world);
	cr_assert(says("bob@jump2 leads"));
	press(&world.console, "P");
	cr_assert(says("take the lead of the run from bob@jump2"));
	press(&world.console, "1");
	cr_assert_not_null(strstr(told(), "take\n"));
}

Test(view_runbook, stopping_and_the_terminal)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	world.runner.output[0] = "password: ";
	look(&world);
	press(&world.console, "O");
	cr_assert_str_eq(world.given, "0");
	press(&world.console, "X");
	cr_assert_not_null(strstr(told(), "stop 1.1"));
	press(&world.console, "Tab");
	forget_told();
	look(&world);
	press(&world.console, "X");
	cr_assert_str_eq(told(), "", "another step has the focus");
	cr_assert(says("1.1 is what runs"));
	press(&world.console, "w");
	cr_assert_str_eq(focused_step(&world), "1.1");
}

/* ---- output ---- */

Test(view_runbook, output_is_shown_whole_searched_and_kept)
{
	struct strbuf text = STRBUF_INIT;

	runbook_world_run(&world);
	for (int i = 0; i < 200; i++)
		strbuf_addf(&text, "row %d\r\n", i);
	strbuf_addstr(&text, "\033[31mred\033[0m\033]0;title\007 end\r\n");
	world.runner.output[0] = text.text;
	look(&world);
	press(&world.console, "o");
	cr_assert(says("red end"));
	cr_assert(says("following"));
	press(&world.console, "g");
	cr_assert(says("row 0 ") || says("row 0\n"));
	press(&world.console, "/");
	type(&world.console, "row 77");
	press(&world.console, "Enter");
	cr_assert(says("row 77"));
	press(&world.console, "y");
	cr_assert_not_null(strstr(world.console.copied.text, "row 199\nred end\n"));
	press(&world.console, "Esc");
	cr_assert(says("$ kubectl get synapses"));
	strbuf_release(&text);
}

Test(view_runbook, what_ran_last_is_read_until_there_is_more)
{
	runbook_world_run(&world);
	press(&world.console, "!");
	world.runner.output[0] = "all is well\n";
	step_ends(&world, "1.1", 0);
	cr_assert_str_eq(focused_step(&world), "1.2");
	cr_assert(says("all is well"));
	world.runner.output[step_index(&world, "1.2")] = "other\n";
	look(&world);
	cr_assert_not(says("all is well"));
}

/* ---- reading, alerts, the list ---- */

Test(view_runbook, what_is_read_is_not_run)
{
	struct error error = { "" };
	char *path =
		mem_printf("%s/runbooks/polln/colony-crash.md", getenv("SKEP_SOURCE") ? getenv("SKEP_SOURCE") : ".");

	cr_assert_eq(runbook_desk_show(world.console.console, path, &error), 0, "%s", error.text);
	look(&world);
	cr_assert(says("only read"));
	cr_assert(says("! begins a run"));
	press(&world.console, "!");
	cr_assert_eq(world.opened, 1);
	cr_assert_str_eq(told(), "");
	cr_assert(says("a run has begun"));
	cr_assert_lt(runbook_desk_show(world.console.console, "/nonexistent.md", &error), 0);
	free(path);
}

Test(view_runbook, a_walk_runs_nothing)
{
	runbook_world_run(&world);
	world.desk.walk = true;
	look(&world);
	cr_assert(says("nothing runs"));
	press(&world.console, "Down");
	cr_assert_str_eq(focused_step(&world), "1.2");
	press(&world.console, "Up");
	cr_assert_str_eq(focused_step(&world), "1.1");
	cr_assert_not(press(&world.console, "!") && *told());
	cr_assert_str_eq(told(), "");
}

Test(view_runbook, watching_has_no_keys_that_act)
{
	runbook_world_run(&world);
	world.console.console->mode = CONSOLE_WATCH;
	press(&world.console, "!");
	press(&world.console, "D");
	cr_assert_str_eq(told(), "");
	cr_assert(says("watch mode"));
}

Test(view_runbook, a_run_that_is_over_takes_nothing)
{
	runbook_world_run(&world);
	fake_event(&world.runner, (struct run_event){ .kind = RUN_CLOSED, .note = "mended" });
	look(&world);
	cr_assert(says("the run is over"));
	press(&world.console, "D");
	cr_assert_str_eq(told(), "");
}

Test(view_runbook, the_run_may_go_while_a_question_stands)
{
	choose_synapses();
	press(&world.console, "!");
	world.desk.runner = NULL;
	type(&world.console, "3.1");
	press(&world.console, "Enter");
	cr_assert_str_eq(told(), "");
	cr_assert(says("no longer shown"));
	press(&world.console, "Esc");
	look(&world);
	cr_assert(says("no runbook is open"));
}

Test(view_runbook, the_banner_says_what_runs)
{
	runbook_world_run(&world);
	cr_assert(says("run, ana leads"));
	press(&world.console, "! Esc");
	cr_assert_eq(world.console.console->view, &view_board);
	cr_assert(says("1.1 running 0:00 ana"));
	cr_assert_eq(world.left, 1);
	cr_assert_not(world.runner.attended);
}

Test(view_runbook, an_alert_opens_its_run_once)
{
	struct console *console = world.console.console;
	struct alert alert = { .name = "SynapseNaNDetected", .fingerprint = 0xabc };

	cr_assert_not(runbook_desk_open_alert(console, &alert), "it has no runbook");
	alert.runbook = "corruption.md";
	fake_begin(&world, "0000000000000abc");
	world.desk.runner = NULL;
	cr_assert(runbook_desk_open_alert(console, &alert));
	cr_assert_eq(world.opened, 1);
	cr_assert_eq(console->view, &view_runbook);
	look(&world);
	cr_assert_str_eq(focused_step(&world), "1.1");
	press(&world.console, "Esc");
	cr_assert_eq(console->view, &view_board);
	cr_assert_str_eq(runbook_desk_lead(console, &alert), "back to the run");
	cr_assert(runbook_desk_open_alert(console, &alert));
	cr_assert_eq(world.opened, 1, "the same run");
	alert.fingerprint = 0xdef;
	cr_assert_null(runbook_desk_lead(console, &alert));
	console->runbooks = NULL;
	cr_assert_not(runbook_desk_open_alert(console, &alert));
}

Test(view_runbook, what_cannot_be_run_is_read)
{
	struct console *console = world.console.console;
	struct alert alert = { .name = "ColonyDown", .fingerprint = 1 };
	char *path;

	if (!getenv("SKEP_SOURCE"))
		cr_skip_test("SKEP_SOURCE is not set");
	path = mem_printf("%s/tests/screen/runbooks/01-data-corruption.md", getenv("SKEP_SOURCE"));
	alert.runbook = path;
	world.runner.refusal = "the disk is full";
	cr_assert(runbook_desk_open_alert(console, &alert));
	cr_assert(says("only to be read: the disk is full"));
	look(&world);
	cr_assert(says("only read"));
	press(&world.console, "!");
	cr_assert(says("the disk is full"));
	free(path);
}

Test(view_runbook, the_list_opens_finds_and_filters)
{
	char *folder;
	const char *folders[1];

	if (!getenv("SKEP_SOURCE"))
		cr_skip_test("SKEP_SOURCE is not set");
	folder = mem_printf("%s/tests/screen/runbooks", getenv("SKEP_SOURCE"));
	folders[0] = folder;
	runbook_index_init(&world.index, folders, 1);
	press(&world.console, "3");
	cr_assert(says("Data corruption"));
	cr_assert(says("60 min"));
	cr_assert(says("Restore"));
	press(&world.console, "f");
	type(&world.console, "rest");
	press(&world.console, "Enter");
	cr_assert_not(says("Data corruption"));
	cr_assert(says("filter: rest"));
	press(&world.console, "Enter");
	cr_assert_eq(world.console.console->view, &view_runbook);
	cr_assert(says("Which backups are there"));
	press(&world.console, "Esc");
	cr_assert_eq(world.console.console->view, &view_runbooks);
	press(&world.console, "f Ctrl-U Enter /");
	type(&world.console, "corr");
	press(&world.console, "Enter Enter");
	look(&world);
	cr_assert(says("Validate the synapses"));
	free(folder);
}

Test(view_runbook, runs_left_open_are_offered_once)
{
	struct console *console = world.console.console;
	struct runs runs;

	runs_init(&runs);
	world.desk.runs = &runs;
	console_tick(console, world.console.clock_ms += 1000);
	cr_assert_not(says("run is open"));
	fake_begin(&world, NULL);
	fake_event(&world.runner, (struct run_event){ .kind = RUN_PEN, .to = "bob@jump2", .to_seat = "seat-b" });
	world.desk.runner = NULL;
	vec_push(&runs.items, world.runner.run);
	cr_assert(console_tick(console, world.console.clock_ms += 1000));
	cr_assert(says("1 run is open, the newest of Data corruption: 3 takes up where it was"));
	press(&world.console, "Down");
	console_tick(console, world.console.clock_ms += 1000);
	cr_assert_not(says("run is open"));
	press(&world.console, "3");
	cr_assert(says("open since"));
	press(&world.console, "Enter");
	cr_assert_eq(world.resumed, 1);
	vec_clear(&runs.items);
	world.desk.runs = NULL;
	runs_release(&runs);
}
