#include "ui/view/runbook_says.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/view/console.h"
#include "ui/view/hint_bar.h"
#include "ui/view/runbook_desk.h"

void runbook_remarks_release(struct runbook_remarks *remarks)
{
	for (size_t i = 0; i < remarks->items.count; i++)
		free(remarks->items.items[i].text);
	vec_release(&remarks->items);
}

static void remark(struct runbook_remarks *ret, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void remark(struct runbook_remarks *ret, enum role role, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	vec_push(&ret->items, (struct runbook_remark){ role, strbuf_detach(&text) });
}

static void remark_missing(const struct step_plan *plan, struct runbook_remarks *ret)
{
	for (size_t i = 0; i < plan->missing_count; i++) {
		const struct plan_missing *missing = &plan->missing[i];

		if (missing->suggestion)
			remark(ret, ROLE_WARNING, "needs <%s>: perhaps %s (%s)", missing->name, missing->suggestion,
			       missing->source ? missing->source : "");
		else
			remark(ret, ROLE_WARNING, "needs <%s>", missing->name);
	}
}

/* A query's values, where it stands. */
static void remark_query(const struct query_values *query, struct runbook_remarks *ret)
{
	if (query->reason && *query->reason)
		remark(ret, ROLE_WARNING, "cannot be asked: %s", query->reason);
	else if (query->answered && !query->all)
		remark(ret, ROLE_DIM, "now: no result");
	for (size_t i = 0; i < query->count; i++)
		remark(ret, ROLE_TEXT, "%s%s", i ? "     " : "now: ", query->lines[i]);
	if (query->all > query->count)
		remark(ret, ROLE_DIM, "     and %zu more", query->all - query->count);
}

static void remark_lines(enum role role, const char *lines, struct runbook_remarks *ret)
{
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		if (length)
			remark(ret, role, "%.*s", (int)length, lines);
		lines += length + (lines[length] == '\n');
	}
}

static void remark_rollback(enum step_tier tier, const char *rollback, struct runbook_remarks *ret)
{
	if (tier == TIER_READ)
		return;
	if (rollback && *rollback)
		remark(ret, ROLE_TEXT, "ROLLBACK: %s", rollback);
	else
		remark(ret, tier == TIER_DESTROY ? ROLE_CRITICAL : ROLE_WARNING, "NO ROLLBACK is known");
}

/* What runs after it though only the runbook says that it reads. */
static void remark_checks(const struct step_notes *notes, struct runbook_remarks *ret)
{
	for (size_t i = 0; i < notes->checks.count; i++)
		if (notes->checks.items[i].declared)
			remark(ret, ROLE_TEXT, "its check then runs, said to read only: %s",
			       notes->checks.items[i].command);
}

static void remark_notes(const struct runbook_page *page, struct runbook_remarks *ret)
{
	const struct run_step *step;
	enum run_step_state state = runbook_page_state(page, page->step, &step);
	const struct step_notes *notes = &page->runbook->steps.items[page->step].notes;

	for (size_t i = 0; step && i < step->notes.count; i++)
		remark(ret, ROLE_INFO, "note: %s (%s)", step->notes.items[i]->note, step->notes.items[i]->actor);
	if ((state == RUN_STEP_BAD || state == RUN_STEP_FAILED) && notes->on_fail)
		remark(ret, ROLE_WARNING, "where this fails the runbook goes on with: %s", notes->on_fail);
}

void runbook_remark_step(const struct runbook_page *page, struct runbook_remarks *ret)
{
	const struct runbook_step *step = page->step != SIZE_MAX ? &page->runbook->steps.items[page->step] : NULL;
	bool running;

	*ret = (struct runbook_remarks){ 0 };
	if (!step)
		return;
	if (!runbook_page_runs(page, page->step)) {
		if (step->kind == STEP_SQL && page->has_plan && page->plan.why[0])
			remark(ret, ROLE_DIM, "not run: %s", page->plan.why);
		if (step->kind == STEP_QUERY && page->has_plan)
			remark_query(&page->query, ret);
		remark_notes(page, ret);
		return;
	}
	if (!page->has_plan) {
		remark_rollback(step->tier, step->notes.rollback, ret);
		return;
	}
	running = page->plan.block == PLAN_RUNNING;
	remark_missing(&page->plan, ret);
	/* That a run is over stands in the frame already. */
	if (page->plan.block != PLAN_READY && page->plan.block != PLAN_NEEDS && page->plan.block != PLAN_CLOSED &&
	    !running && page->plan.why)
		remark(ret, page->plan.block == PLAN_FAULT ? ROLE_WARNING : ROLE_CRITICAL, "blocked: %s",
		       page->plan.why);
	if (page->plan.block == PLAN_READY && page->plan.why && page->plan.why[0])
		remark(ret, ROLE_WARNING, "%s", page->plan.why);
	if (page->plan.left)
		remark(ret, ROLE_WARNING, "%s", page->plan.left);
	if (page->plan.faults)
		remark_lines(ROLE_WARNING, page->plan.faults, ret);
	remark_rollback(page->plan.tier, page->plan.rollback, ret);
	remark_checks(&step->notes, ret);
	remark_notes(page, ret);
}

/* What the escalation table wants now, and next. */
static void remark_due(const struct runbook_page *page, struct runbook_remarks *ret)
{
	struct strbuf due = STRBUF_INIT;

	runbook_add_due(page, &due);
	if (due.length)
		remark(ret, ROLE_INFO, "%s", due.text);
	strbuf_release(&due);
}

void runbook_remark_all(const struct runbook_page *page, struct runbook_remarks *ret)
{
	runbook_remark_step(page, ret);
	remark_due(page, ret);
}

/* ---- what comes next ---- */

static void add_key(const struct console *console, enum action action, const char *words, struct strbuf *ret)
{
	struct strbuf key = STRBUF_INIT;

	hint_bar_add_key(console, action, &key);
	strbuf_addf(ret, "%s%s %s", ret->length ? ", " : "", key.length ? key.text : action_row(action)->name, words);
	strbuf_release(&key);
}

static void add_for_command(const struct console *console, const struct runbook_page *page, struct strbuf *ret)
{
	const struct runbook_step *step = &page->runbook->steps.items[page->step];
	struct strbuf words = STRBUF_INIT;

	switch (page->has_plan ? page->plan.block : PLAN_READY) {
	case PLAN_READY: strbuf_addf(&words, "runs %s", step->id); break;
	case PLAN_NEEDS: strbuf_addf(&words, "asks for what %s needs", step->id); break;
	case PLAN_FAULT: strbuf_addf(&words, "asks why %s is run all the same", step->id); break;
	case PLAN_UNKNOWN_END: strbuf_addf(&words, "asks whether %s is run once more", step->id); break;
	default: break;
	}
	if (!page->run && words.length) {
		strbuf_clear(&words);
		strbuf_addstr(&words, "begins a run");
	}
	if (page->run && page->has_plan && page->plan.block == PLAN_READY && page->plan.confirm)
		strbuf_addf(&words, " once '%s' is typed", page->plan.confirm);
	if (words.length)
		add_key(console, ACTION_RUN, words.text, ret);
	strbuf_release(&words);
}

/* What only looks may have said by its end that something is wrong, which is what it was run for. */
static void add_for_bad_end(const struct console *console, const struct runbook_page *page, struct strbuf *ret)
{
	bool looks = page->has_plan && page->plan.tier == TIER_READ;

	if (looks && runbook_page_must_choose(page))
		add_key(console, ACTION_BRANCH, "chooses the scenario", ret);
	add_key(console, ACTION_RUN, "runs it again", ret);
	if (looks)
		add_key(console, ACTION_DONE, "takes it as done", ret);
	add_key(console, ACTION_FAIL, "marks it failed", ret);
	add_key(console, ACTION_SKIP, "skips it", ret);
}

static void add_while_running(const struct console *console, const struct runbook_page *page, struct strbuf *ret)
{
	add_key(console, ACTION_STOP, page->has_plan && page->plan.follows ? "ends it" : "stops it", ret);
	if (console_offers(console, ACTION_TERMINAL) && console->host.give_terminal)
		add_key(console, ACTION_TERMINAL, "types to it", ret);
}

static void add_for_step(const struct console *console, const struct runbook_page *page, struct strbuf *ret)
{
	const struct runbook_step *step = &page->runbook->steps.items[page->step];
	enum run_step_state state = runbook_page_state(page, page->step, NULL);

	if (state != RUN_STEP_RUNNING && state != RUN_STEP_WANTED && page->has_plan && page->plan.left)
		add_key(console, ACTION_STOP, "ends what still runs of it", ret);
	if (state == RUN_STEP_RUNNING || state == RUN_STEP_WANTED)
		add_while_running(console, page, ret);
	else if (page->has_plan && page->plan.block == PLAN_PEN && !runbook_page_is_over(state))
		add_key(console, ACTION_PEN, "takes the pen", ret);
	else if (state == RUN_STEP_BAD)
		add_for_bad_end(console, page, ret);
	else if (runbook_page_runs(page, page->step) && !runbook_page_is_over(state))
		add_for_command(console, page, ret);
	else if (step->kind == STEP_MANUAL && !runbook_page_is_over(state))
		add_key(console, ACTION_DONE, page->run ? "when it is done" : "begins a run", ret);
	if (!runbook_page_is_over(state) && runbook_page_link(page))
		add_key(console, ACTION_OPEN, "opens what it names", ret);
}

static bool all_good(const struct runbook_page *page)
{
	size_t judged = 0;

	for (size_t i = 0; i < page->proofs.count; i++) {
		if (page->proofs.items[i]->is_watch)
			continue;
		judged++;
		if (page->proofs.items[i]->state != PROOF_GOOD)
			return false;
	}
	return judged > 0;
}

void runbook_add_next(const struct console *console, struct strbuf *ret)
{
	const struct runbook_desk *desk = console->runbooks;
	const struct runbook_page *page = desk->page;
	size_t next;

	if (!console->keymap || !page->runbook)
		return;
	if (desk->walk) {
		strbuf_addstr(ret, "a walk: nothing runs; arrows go from step to step");
		return;
	}
	if (page->run && page->run->closed) {
		strbuf_addf(ret, "the run is over; its report: skep runbook report %s", page->run->id);
		return;
	}
	/* Who only watches has none of these keys. */
	if (console->mode != CONSOLE_FULL)
		return;
	if (page->step != SIZE_MAX)
		add_for_step(console, page, ret);
	if (!ret->length && page->spot.kind == OUTLINE_CHOICE && page->has_spot && !page->scenario[0])
		add_key(console, ACTION_BRANCH, "chooses the scenario", ret);
	if (ret->length)
		return;
	next = runbook_page_next(page, SIZE_MAX);
	if (page->run && all_good(page) && next == SIZE_MAX)
		strbuf_addstr(ret, "every check holds: :close ends the run");
	else if (runbook_page_must_choose(page) &&
		 (next == SIZE_MAX || page->runbook->steps.items[next].section > outline_scenario(page->runbook, 0)))
		add_key(console, ACTION_BRANCH, "chooses the scenario", ret);
	else if (next != SIZE_MAX && page->run) {
		char words[48];

		snprintf(words, sizeof(words), "goes to %s", page->runbook->steps.items[next].id);
		add_key(console, ACTION_WORST, words, ret);
	} else if (page->run) {
		strbuf_addstr(ret, "no step is left: :close ends the run");
	}
}
