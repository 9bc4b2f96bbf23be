#include "ui/view/runbook_questions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/draw/glyph.h"
#include "ui/view/overlay_ask.h"
#include "ui/view/runbook_desk.h"
#include "ui/view/runbook_draw.h"
#include "ui/view/runbook_page.h"
#include "ui/view/runbook_says.h"

static struct runbook_page *page_of(const struct console *console)
{
	return console->runbooks->page;
}

static const struct runbook_step *step_of(const struct console *console, size_t step)
{
	return &page_of(console)->runbook->steps.items[step];
}

/* The run may have gone while the question stood. */
static int check_runner(const struct console *console, struct error *error)
{
	return console->runbooks->runner ? 0 : error_set(error, "the run is no longer shown");
}

static void open_for(struct console *console, const struct ask_kind *kind, size_t step, const char *verb,
		     const char *words)
{
	char *title = step == SIZE_MAX
			      ? mem_printf("%s the run", verb)
			      : mem_printf("%s %s %s", verb, step_of(console, step)->id, step_of(console, step)->name);
	struct ask *ask = ask_new(kind, title, words, "");

	ask->step = step;
	ask_open(console, ask);
	free(title);
}

/* ---- notes and marks ---- */

static int answer_note(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;

	(void)item;
	if (check_runner(console, error) < 0 || desk->hands->note(desk->runner, ask->step, text, error) < 0)
		return -1;
	desk->page->painted.expected = true;
	console_say(console, "noted: %.160s", text);
	return 0;
}

static int mark(struct console *console, const struct ask *ask, enum run_event_kind kind, const char *text,
		struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;

	if (check_runner(console, error) < 0 || desk->hands->mark_step(desk->runner, ask->step, kind, text, error) < 0)
		return -1;
	desk->page->painted.expected = true;
	desk->page->awaited = ask->step;
	desk->page->moved = false;
	return 0;
}

static int answer_skip(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	(void)item;
	return mark(console, ask, RUN_SKIPPED, text, error);
}

static int answer_fail(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	(void)item;
	return mark(console, ask, RUN_FAILED, text, error);
}

static int answer_override(struct console *console, const struct ask *ask, const char *text, int item,
			   struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;

	(void)item;
	if (check_runner(console, error) < 0 || desk->hands->override(desk->runner, ask->step, text, error) < 0)
		return -1;
	desk->page->painted.expected = true;
	console_say(console, "written down; nothing was run yet");
	return 0;
}

static const struct ask_kind note_kind = { .label = "note: ", .answer = answer_note };
static const struct ask_kind skip_kind = { .label = "why: ", .may_be_empty = true, .answer = answer_skip };
static const struct ask_kind fail_kind = { .label = "how: ", .may_be_empty = true, .answer = answer_fail };
static const struct ask_kind override_kind = { .label = "because: ", .answer = answer_override };

void runbook_ask_note(struct console *console, size_t step)
{
	open_for(console, &note_kind, step, "Note on", "");
}

void runbook_ask_skip(struct console *console, size_t step)
{
	open_for(console, &skip_kind, step, "Skip", "");
}

void runbook_ask_fail(struct console *console, size_t step)
{
	open_for(console, &fail_kind, step, "Failed:", "");
}

void runbook_ask_override(struct console *console, size_t step)
{
	const struct step_plan *plan = &page_of(console)->plan;
	struct strbuf words = STRBUF_INIT;

	strbuf_addf(&words, "%s", plan->why ? plan->why : "");
	if (plan->faults && plan->faults[0])
		strbuf_addf(&words, "%s%s", words.length ? "\n" : "", plan->faults);
	strbuf_addstr(&words, "\nWhy is it run all the same? The record keeps the words.");
	open_for(console, &override_kind, step, "Run all the same:", words.text);
	strbuf_release(&words);
}

/* ---- values ---- */

/* What a person is to see before it is run: of the runbook, the program and the place, as of a step. */
static void offer_list(struct ask *ask, const struct prompt_values *values)
{
	/* A sign that a terminal lacks is replaced when it is drawn. */
	const char *dot = glyph_text(GLYPHS_BRAILLE, GLYPH_GRID);
	struct strbuf says = STRBUF_INIT;

	if (values->command) {
		if (values->program[0])
			strbuf_addf(&says, "%s %s ", values->program, dot);
		if (values->target[0])
			strbuf_addf(&says, "target %s %s ", values->target, dot);
		strbuf_addstr(&says, "only the runbook says that it reads");
	}
	ask_offer(ask, values->command, says.text);
	strbuf_release(&says);
}

static void fill_values(struct console *console, struct ask *ask)
{
	const struct runbook_desk *desk = console->runbooks;
	struct prompt_values values = { 0 };

	if (!desk->runner)
		return;
	desk->hands->get_choices(desk->runner, ask->name, &values);
	ask->waits = values.asked && !values.answered;
	free(ask->reason);
	ask->reason = values.answered && values.reason && values.reason[0] ? mem_strdup(values.reason) : NULL;
	offer_list(ask, &values);
	if (values.answered && ask->items.count != values.count) {
		ask_clear_items(ask);
		for (size_t i = 0; i < values.count; i++)
			ask_add_item(ask, values.items[i], NULL);
	}
}

static int list_values(struct console *console, const struct ask *ask, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;

	if (check_runner(console, error) < 0)
		return -1;
	return desk->hands->list_choices(desk->runner, ask->step, ask->name, ask->offer, error);
}

static int answer_value(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	struct runbook_desk *desk = console->runbooks;
	size_t step = ask->step;

	if (check_runner(console, error) < 0 ||
	    desk->hands->set_value(desk->runner, ask->name, text, item >= 0 ? "chosen" : "typed", error) < 0)
		return -1;
	desk->page->painted.expected = true;
	/* What it needs besides is asked at once; it is not run before it was seen with all its values. */
	if (desk->page->step != step)
		return 0;
	desk->hands->plan(desk->runner, step, &desk->page->plan);
	if (desk->page->plan.block == PLAN_NEEDS && desk->page->plan.missing_count)
		runbook_ask_value(console, step);
	return 0;
}

static const struct ask_kind value_kind = {
	.label = "value: ",
	.list_wait = "asking what it may be",
	.list = list_values,
	.answer = answer_value,
	.fill = fill_values,
};

void runbook_ask_value(struct console *console, size_t step)
{
	struct runbook_desk *desk = console->runbooks;
	const struct plan_missing *missing = &desk->page->plan.missing[0];
	struct strbuf words = STRBUF_INIT;
	struct ask *ask;
	char *title;

	if (!desk->page->plan.missing_count)
		return;
	title = mem_printf("%s needs <%s>", step_of(console, step)->id, missing->name);
	if (missing->suggestion)
		strbuf_addf(&words, "%s is what %s says.\n", missing->suggestion,
			    missing->source && missing->source[0] ? missing->source : "the run");
	strbuf_addstr(&words, "One value for the whole run; it is quoted for the shell.");
	ask = ask_new(&value_kind, title, words.text, missing->suggestion ? missing->suggestion : "");
	ask->step = step;
	ask->name = mem_strdup(missing->name);
	ask->prompt.hidden = missing->secret;
	if (missing->choices)
		desk->hands->ask_choices(desk->runner, step, missing->name);
	ask_open(console, ask);
	strbuf_release(&words);
	free(title);
}

/* ---- scenarios ---- */

static int answer_scenario(struct console *console, const struct ask *ask, const char *text, int item,
			   struct error *error)
{
	struct runbook_desk *desk = console->runbooks;
	size_t section = outline_scenario(desk->page->runbook, (size_t)item);
	const struct runbook_section *scenario;

	(void)ask;
	(void)text;
	if (item < 0 || section == SIZE_MAX)
		return error_set(error, "there is no such scenario");
	scenario = &desk->page->runbook->sections.items[section];
	if (check_runner(console, error) < 0 ||
	    desk->hands->branch(desk->runner, scenario->letter[0] ? scenario->letter : scenario->anchor, error) < 0)
		return -1;
	desk->page->painted.expected = true;
	desk->page->branched = true;
	desk->page->moved = false;
	return 0;
}

static const struct ask_kind scenario_kind = { .answer = answer_scenario };

void runbook_ask_scenario(struct console *console)
{
	const struct runbook_page *page = page_of(console);
	struct ask *ask = ask_new(&scenario_kind, "Go on with which scenario?", "", "");

	for (size_t i = 0; outline_scenario(page->runbook, i) != SIZE_MAX; i++) {
		size_t section = outline_scenario(page->runbook, i);
		const struct runbook_section *item = &page->runbook->sections.items[section];
		bool lettered = item->letter[0] >= 'A' && item->letter[0] <= 'Z' && !item->letter[1];
		char *text = mem_printf("%s%s%s", item->letter, item->letter[0] ? ": " : "", item->title);
		struct strbuf note = STRBUF_INIT;

		runbook_add_progress(page, section, &note);
		ask_add_item(ask, text, note.text);
		ask->items.items[i].letter = lettered ? item->letter[0] : '\0';
		free(text);
		strbuf_release(&note);
	}
	ask_open(console, ask);
}

/* ---- pens ---- */

static int answer_hand(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;

	(void)item;
	if (check_runner(console, error) < 0 || desk->hands->hand_pen(desk->runner, ask->step, text, error) < 0)
		return -1;
	desk->page->painted.expected = true;
	console_say(console, "handed over to %.100s", text);
	return 0;
}

static const struct ask_kind hand_kind = { .label = "to: ", .answer = answer_hand };

static void ask_whom(struct console *console, size_t step)
{
	open_for(console, &hand_kind, step, "Hand over the pen of", "A name as it stands in the run: ana@jump1");
}

static bool leads(const struct console *console)
{
	const struct runbook_desk *desk = console->runbooks;
	const struct run *run = desk->page->run;

	return desk->seat && run && run->lead_seat && strcmp(run->lead_seat, desk->seat) == 0;
}

static int answer_pen(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;
	bool leader = leads(console);

	(void)text;
	if (item < 0 || check_runner(console, error) < 0)
		return -1;
	if (leader) {
		ask_whom(console, item == 0 ? SIZE_MAX : ask->step);
		return 0;
	}
	if (desk->hands->take_pen(desk->runner, item == 0 ? SIZE_MAX : ask->step, error) < 0)
		return -1;
	desk->page->painted.expected = true;
	console_say(console, item == 0 ? "the lead is yours" : "the step's pen is yours");
	return 0;
}

static const struct ask_kind pen_kind = { .answer = answer_pen };

void runbook_ask_pen(struct console *console, size_t step)
{
	const struct runbook_page *page = page_of(console);
	struct ask *ask = ask_new(&pen_kind, "The pen", "", "");
	bool leader = leads(console);
	char *text = leader ? mem_strdup("hand over the lead of the run")
			    : mem_printf("take the lead of the run from %s",
					 page->run->lead && page->run->lead[0] ? page->run->lead : "nobody");

	ask->step = step;
	ask_add_item(ask, text, NULL);
	free(text);
	if (step != SIZE_MAX) {
		text = mem_printf("%s the pen of %s", leader ? "hand over" : "take", step_of(console, step)->id);
		ask_add_item(ask, text, NULL);
		free(text);
	}
	ask_open(console, ask);
}

/* ---- the end ---- */

/* Does it count for the end: what proves the run, or a step that something happened to? */
static bool is_due(const struct runbook_page *page, const struct proof *proof)
{
	if (proof->is_watch)
		return false;
	if (proof->step >= page->runbook->steps.count)
		return true;
	return runbook_page_state(page, proof->step, NULL) != RUN_STEP_OPEN ||
	       runbook_role(page->runbook, page->runbook->steps.items[proof->step].section) == SECTION_VERIFICATION;
}

/* What does not hold, one a line; returns how many. */
static size_t add_doubts(const struct runbook_page *page, struct strbuf *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < page->proofs.count; i++) {
		const struct proof *proof = page->proofs.items[i];

		if (!is_due(page, proof) || proof->state == PROOF_GOOD)
			continue;
		strbuf_addstr(ret, count++ ? "\n" : "");
		runbook_proof_add_name(page, proof, ret);
		strbuf_addf(ret, ": %s", proof->words[0] ? proof->words : "not known yet");
	}
	return count;
}

static int answer_close(struct console *console, const struct ask *ask, const char *text, int item, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;

	(void)text;
	if (item != 0) {
		console_say(console, "the run goes on");
		return 0;
	}
	return check_runner(console, error) < 0 ? -1 : desk->hands->close(desk->runner, ask->name, error);
}

static const struct ask_kind close_kind = { .answer = answer_close };

int runbook_ask_close(struct console *console, const char *words, struct error *error)
{
	const struct runbook_desk *desk = console->runbooks;
	const struct runbook_page *page = page_of(console);
	bool open = page && page->run && !page->run->closed;
	size_t running = open ? runbook_page_running(page) : SIZE_MAX, count = 0;
	struct strbuf doubts = STRBUF_INIT;
	struct ask *ask;
	char *title;

	if (running != SIZE_MAX)
		return error_set(error, "not closed: %s still runs; stop it or wait for it",
				 step_of(console, running)->id);
	if (open)
		count = add_doubts(page, &doubts);
	if (!count) {
		strbuf_release(&doubts);
		return desk->hands->close(desk->runner, words, error);
	}
	title = mem_printf("Close it? %zu check%s not hold", count, count == 1 ? " does" : "s do");
	ask = ask_new(&close_kind, title, doubts.text, "");
	ask->name = mem_strdup(words);
	ask_add_item(ask, "close the run all the same", NULL);
	ask_add_item(ask, "go on with it", NULL);
	ask->at = 1;
	ask_open(console, ask);
	strbuf_release(&doubts);
	free(title);
	return 0;
}
