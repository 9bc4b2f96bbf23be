#include "ui/view/runbook_says.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/view/console.h"
#include "ui/view/hint_bar.h"
#include "ui/view/runbook_desk.h"

static const struct {
	enum glyph sign;
	enum role role;
} signs[RUN_STEP_STATES] = {
	[RUN_STEP_OPEN] = { GLYPH_OPEN, ROLE_DIM },
	[RUN_STEP_WANTED] = { GLYPH_RUNNING, ROLE_INFO },
	[RUN_STEP_RUNNING] = { GLYPH_RUNNING, ROLE_INFO },
	[RUN_STEP_OK] = { GLYPH_OK, ROLE_OK },
	[RUN_STEP_BAD] = { GLYPH_FAILED, ROLE_CRITICAL },
	[RUN_STEP_UNKNOWN] = { GLYPH_ABSENT, ROLE_WARNING },
	[RUN_STEP_DONE] = { GLYPH_OK, ROLE_OK },
	[RUN_STEP_SKIPPED] = { GLYPH_SKIPPED, ROLE_DIM },
	[RUN_STEP_FAILED] = { GLYPH_FAILED, ROLE_CRITICAL },
};

enum glyph runbook_sign(const struct runbook_page *page, size_t step, struct style *ret_style)
{
	enum run_step_state state = runbook_page_state(page, step, NULL);

	if (runbook_page_is_ticked(page, step))
		state = RUN_STEP_DONE;
	if (state == RUN_STEP_OPEN && page->runbook->steps.items[step].checked) {
		*ret_style = style_fg(ROLE_DIM);
		return GLYPH_CHECKBOX_DONE;
	}
	*ret_style = style_fg(signs[state].role);
	return signs[state].sign;
}

void runbook_took(int64_t ms, char *ret, size_t size)
{
	ms = ms < 0 ? 0 : ms;
	if (ms < 10 * CLOCK_SECOND)
		snprintf(ret, size, "%" PRId64 ".%" PRId64 "s", ms / CLOCK_SECOND, ms % CLOCK_SECOND / 100);
	else
		duration_format(ms, ret, size);
}

void runbook_clock(int64_t ms, char *ret, size_t size)
{
	int64_t seconds = (ms < 0 ? -ms : ms) / CLOCK_SECOND;

	snprintf(ret, size, "%s%02" PRId64 ":%02" PRId64 ":%02" PRId64, ms < 0 ? "-" : "", seconds / 3600,
		 seconds / 60 % 60, seconds % 60);
}

void runbook_add_person(const char *actor, struct strbuf *ret)
{
	const char *at = strchr(actor, '@');

	strbuf_add(ret, actor, at ? (size_t)(at - actor) : strlen(actor));
}

static const struct run_attempt *last_attempt(const struct run_step *step)
{
	return step && step->attempts.count ? &step->attempts.items[step->attempts.count - 1] : NULL;
}

/* The first placeholder without a value; NULL. Of the step with the focus the plan knows better. */
static const char *needed(const struct runbook_page *page, size_t step)
{
	const struct runbook_step *item = &page->runbook->steps.items[step];

	if (page->has_plan && page->step == step)
		return page->plan.missing_count ? page->plan.missing[0].name : NULL;
	for (size_t i = 0; i < item->placeholders.count; i++)
		if (!page->run || !run_value(page->run, item->placeholders.items[i].name))
			return item->placeholders.items[i].name;
	return NULL;
}

/* What an open step will do, or needs before. */
static void add_open(const struct runbook_page *page, size_t step, struct strbuf *ret, enum role *ret_role)
{
	const struct runbook_step *item = &page->runbook->steps.items[step];
	const char *name = runbook_page_runs(page, step) ? needed(page, step) : NULL;

	*ret_role = ROLE_DIM;
	if (item->kind == STEP_COMMAND) {
		if (item->tier != TIER_READ)
			strbuf_addstr(ret, step_tier_verbs[item->tier]);
		if (name)
			strbuf_addf(ret, "%sneeds <%s>", ret->length ? ", " : "", name);
		*ret_role = item->tier == TIER_DESTROY ? ROLE_SERIOUS : name ? ROLE_WARNING : ROLE_DIM;
	} else if (item->kind != STEP_MANUAL) {
		const char *said = runbook_page_said(page, step);

		strbuf_addstr(ret, said ? said : step_kind_names[item->kind]);
		*ret_role = said ? ROLE_TEXT : ROLE_DIM;
	}
	if (item->checked)
		strbuf_addf(ret, "%sticked in the file", ret->length ? ", " : "");
}

static void add_running(const struct run_step *step, int64_t now_ms, struct strbuf *ret)
{
	const struct run_attempt *attempt = last_attempt(step);
	const struct run_event *since = attempt && attempt->start ? attempt->start : attempt ? attempt->intent : NULL;
	int64_t seconds = since && now_ms > since->time_ms ? (now_ms - since->time_ms) / CLOCK_SECOND : 0;

	strbuf_addf(ret, "running %" PRId64 ":%02" PRId64, seconds / 60, seconds % 60);
}

static void add_outcome(const struct run_step *step, struct strbuf *ret)
{
	const struct run_attempt *attempt = last_attempt(step);
	const struct run_event *outcome = attempt ? attempt->outcome : NULL;
	char took[24];

	if (!outcome)
		return;
	runbook_took(outcome->elapsed_ms, took, sizeof(took));
	if (step->state == RUN_STEP_BAD)
		strbuf_addf(ret, "%s", outcome->reason[0] ? outcome->reason : outcome->outcome);
	else
		strbuf_addstr(ret, took);
}

static void add_mark(const char *word, const struct run_step *step, struct strbuf *ret)
{
	strbuf_addstr(ret, word);
	if (step->last && step->last->actor[0]) {
		strbuf_addstr(ret, " by ");
		runbook_add_person(step->last->actor, ret);
	}
}

void runbook_add_standing(const struct runbook_page *page, size_t step, int64_t now_ms, struct strbuf *ret,
			  enum role *ret_role)
{
	const struct run_step *item;
	enum run_step_state state = runbook_page_state(page, step, &item);

	if (runbook_page_is_ticked(page, step)) {
		*ret_role = ROLE_DIM;
		strbuf_addstr(ret, "ticked by its check");
		return;
	}
	*ret_role = signs[state].role == ROLE_OK ? ROLE_DIM : signs[state].role;
	switch (state) {
	case RUN_STEP_WANTED: strbuf_addstr(ret, "starting"); break;
	case RUN_STEP_RUNNING: add_running(item, now_ms, ret); break;
	case RUN_STEP_OK:
	case RUN_STEP_BAD: add_outcome(item, ret); break;
	case RUN_STEP_UNKNOWN: strbuf_addstr(ret, "end not known"); break;
	case RUN_STEP_DONE: add_mark("done", item, ret); break;
	case RUN_STEP_SKIPPED: add_mark("skipped", item, ret); break;
	case RUN_STEP_FAILED: add_mark("failed", item, ret); break;
	default: add_open(page, step, ret, ret_role); break;
	}
}

/* Of checks, how many hold. */
static void add_checks(const struct runbook_page *page, size_t section, struct strbuf *ret)
{
	size_t checks = 0, good = 0;

	for (size_t i = 0; i < page->proofs.count; i++) {
		const struct proof *proof = page->proofs.items[i];
		bool here =
			proof->step == SIZE_MAX ||
			(proof->step < page->runbook->steps.count &&
			 runbook_is_within(page->runbook, page->runbook->steps.items[proof->step].section, section));

		if (proof->is_alert || proof->is_watch || !here)
			continue;
		checks++;
		good += proof->state == PROOF_GOOD;
	}
	if (checks)
		strbuf_addf(ret, "%zu of %zu check%s hold%s", good, checks, checks == 1 ? "" : "s",
			    checks == 1 ? "s" : "");
}

void runbook_add_progress(const struct runbook_page *page, size_t section, struct strbuf *ret)
{
	size_t steps = 0, over = 0;

	if (page->runbook->sections.items[section].level <= 1)
		return;
	if (page->runbook->sections.items[section].role == SECTION_VERIFICATION)
		add_checks(page, section, ret);
	for (size_t i = 0; i < page->runbook->steps.count; i++) {
		const struct runbook_step *step = &page->runbook->steps.items[i];

		if (!outline_is_step(step) || !runbook_is_within(page->runbook, step->section, section) ||
		    (step->kind != STEP_COMMAND && step->kind != STEP_MANUAL))
			continue;
		steps++;
		over += runbook_page_is_over(runbook_page_state(page, i, NULL)) || runbook_page_is_ticked(page, i);
	}
	if (ret->length || !steps)
		return;
	if (over)
		strbuf_addf(ret, "%zu of %zu", over, steps);
	else
		strbuf_addf(ret, "%zu step%s", steps, steps == 1 ? "" : "s");
}

static void add_elapsed(const struct run_clock *clock, struct strbuf *ret)
{
	char elapsed[24];

	runbook_clock(clock->elapsed_ms, elapsed, sizeof(elapsed));
	strbuf_addstr(ret, elapsed);
	if (clock->target_ms > 0)
		strbuf_addf(ret, " of %" PRId64 ":%02" PRId64, clock->target_ms / CLOCK_MINUTE,
			    clock->target_ms / CLOCK_SECOND % 60);
}

void runbook_add_head(const struct console *console, bool clock, struct strbuf *ret)
{
	const struct runbook_page *page = console->runbooks->page;
	const struct runbook *runbook = page->runbook;
	const char *seat = console->runbooks->seat;

	if (runbook->priority >= 0)
		strbuf_addf(ret, "P%d  ", runbook->priority);
	else if (runbook->severity)
		strbuf_addf(ret, "%.20s  ", runbook->severity);
	if (clock && page->run)
		add_elapsed(&page->clock, ret);
	else if (runbook->mttr_ms > 0)
		strbuf_addf(ret, "target MTTR %" PRId64 " min  ", runbook->mttr_ms / CLOCK_MINUTE);
	else if (runbook->rto_ms > 0)
		strbuf_addf(ret, "RTO %" PRId64 " min  ", runbook->rto_ms / CLOCK_MINUTE);
	if (ret->length && clock && page->run)
		strbuf_addstr(ret, "  ");
	if (!page->run) {
		strbuf_addstr(ret, console->runbooks->walk ? "walk: nothing runs" : "only read");
		return;
	}
	if (page->run->closed)
		strbuf_addstr(ret, "closed");
	else if (page->run->lead && page->run->lead[0] && seat && page->run->lead_seat &&
		 strcmp(seat, page->run->lead_seat) != 0)
		strbuf_addf(ret, "%s leads", page->run->lead);
	else if (page->run->opened && page->run->opened->environment[0] &&
		 strcmp(page->run->opened->environment, "none") != 0)
		strbuf_addstr(ret, page->run->opened->environment);
}

void runbook_add_tier(const struct runbook_page *page, enum glyph_set glyphs, struct strbuf *ret)
{
	const struct runbook_step *step = page->step != SIZE_MAX ? &page->runbook->steps.items[page->step] : NULL;
	const char *dot = glyph_text(glyphs, GLYPH_GRID);
	char length[16];

	if (!step)
		return;
	if (!runbook_page_runs(page, page->step)) {
		strbuf_addf(ret, "%s", step->kind == STEP_MANUAL ? "by hand" : step_kind_names[step->kind]);
		return;
	}
	strbuf_addstr(ret, step_tier_verbs[page->has_plan ? page->plan.tier : step->tier]);
	if (!page->has_plan)
		return;
	if (page->plan.program && page->plan.program[0])
		strbuf_addf(ret, " %s %s", dot, page->plan.program);
	if (page->plan.target && page->plan.target[0])
		strbuf_addf(ret, " %s target %s", dot, page->plan.target);
	if (page->plan.directory && page->plan.directory[0])
		strbuf_addf(ret, " %s in %s", dot, page->plan.directory);
	if (page->plan.follows) {
		strbuf_addf(ret, " %s until X", dot);
	} else if (page->plan.timeout_ms > 0) {
		duration_format(page->plan.timeout_ms, length, sizeof(length));
		strbuf_addf(ret, " %s at most %s", dot, length);
	}
	if (page->plan.edited)
		strbuf_addf(ret, " %s edited", dot);
}

void runbook_add_clock(const struct runbook_page *page, struct strbuf *ret)
{
	if (page->run)
		add_elapsed(&page->clock, ret);
}

void runbook_add_due(const struct runbook_page *page, struct strbuf *ret)
{
	const struct run_clock *clock = &page->clock;
	char length[16];

	if (!page->run || page->run->closed)
		return;
	if (clock->due && clock->due[0])
		strbuf_addf(ret, "due now: %s", clock->due);
	if (clock->next && clock->next[0]) {
		duration_format(clock->next_in_ms > CLOCK_SECOND ? clock->next_in_ms : CLOCK_SECOND, length,
				sizeof(length));
		strbuf_addf(ret, "%sin %s: %s", ret->length ? "; " : "due ", length, clock->next);
	}
}

const char *runbook_title(const char *title, const char *slug)
{
	static const char word[] = "Runbook:";

	if (strncasecmp(title, word, sizeof(word) - 1) == 0)
		title += sizeof(word) - 1;
	title += strspn(title, " ");
	return *title ? title : slug;
}

const char *runbook_text(const struct runbook_page *page)
{
	if (page->step == SIZE_MAX || !page->runbook || page->runbook->steps.items[page->step].kind == STEP_MANUAL)
		return "";
	if (page->has_plan && page->plan.text && page->plan.text[0])
		return page->plan.text;
	return page->runbook->steps.items[page->step].text;
}
