#include "ui/view/runbook_page.h"

#include <strings.h>

/* Is it one that is waited for: run, or done by hand? */
static bool counts(const struct runbook_step *step)
{
	return step->kind == STEP_COMMAND || step->kind == STEP_MANUAL || step->kind == STEP_SQL;
}

/* Sections that are gone to on purpose, never by itself. */
static bool is_aside(const struct runbook *runbook, size_t section)
{
	for (size_t at = section;; at = runbook->sections.items[at].parent) {
		switch (runbook->sections.items[at].role) {
		case SECTION_SYMPTOMS:
		case SECTION_IMPACT:
		case SECTION_ROLLBACK:
		case SECTION_POST:
		case SECTION_PREVENTION:
		case SECTION_RELATED:
		case SECTION_ESCALATION: return true;
		default: break;
		}
		if (runbook->sections.items[at].parent == at)
			return false;
	}
}

enum run_step_state runbook_page_state(const struct runbook_page *page, size_t step, const struct run_step **ret_step)
{
	const struct run_step *found = NULL;

	if (page->run && step < page->runbook->steps.count)
		found = run_find_step(page->run, page->runbook->steps.items[step].id);
	if (ret_step)
		*ret_step = found;
	return found ? found->state : RUN_STEP_OPEN;
}

bool runbook_page_runs(const struct runbook_page *page, size_t step)
{
	if (step >= page->runbook->steps.count)
		return false;
	return page->runbook->steps.items[step].kind == STEP_COMMAND ||
	       (page->has_plan && page->step == step && page->plan.runs);
}

bool runbook_page_is_ticked(const struct runbook_page *page, size_t step)
{
	const struct runbook_step *item = &page->runbook->steps.items[step];
	size_t checks = 0;

	if (!page->run || item->kind != STEP_MANUAL || !item->notes.checks.count ||
	    runbook_page_state(page, step, NULL) != RUN_STEP_OPEN)
		return false;
	for (size_t i = 0; i < page->proofs.count; i++) {
		const struct proof *proof = page->proofs.items[i];

		if (proof->step != step || proof->is_alert || proof->is_watch)
			continue;
		if (proof->state != PROOF_GOOD)
			return false;
		checks++;
	}
	return checks > 0;
}

const char *runbook_page_said(const struct runbook_page *page, size_t step)
{
	for (size_t i = 0; i < page->said.count; i++)
		if (page->said.items[i].step == step)
			return page->said.items[i].text;
	return NULL;
}

bool runbook_page_is_over(enum run_step_state state)
{
	return state == RUN_STEP_OK || state == RUN_STEP_DONE || state == RUN_STEP_SKIPPED || state == RUN_STEP_FAILED;
}

static bool is_to_do(const struct runbook_page *page, size_t step, bool aside)
{
	const struct runbook_step *item = &page->runbook->steps.items[step];

	return counts(item) && !outline_is_passed_over(page->runbook, item->section, page->scenario) &&
	       (aside || !is_aside(page->runbook, item->section)) &&
	       !runbook_page_is_over(runbook_page_state(page, step, NULL)) && !runbook_page_is_ticked(page, step);
}

/* The first one to be done in a section or below it; SIZE_MAX. */
static size_t first_within(const struct runbook_page *page, size_t section)
{
	for (size_t i = 0; section != SIZE_MAX && i < page->runbook->steps.count; i++)
		if (runbook_is_within(page->runbook, page->runbook->steps.items[i].section, section) &&
		    is_to_do(page, i, true))
			return i;
	return SIZE_MAX;
}

size_t runbook_page_next(const struct runbook_page *page, size_t from)
{
	const struct runbook *runbook = page->runbook;
	bool aside = false;

	if (from != SIZE_MAX) {
		const struct runbook_step *step = &runbook->steps.items[from];
		size_t named = step->notes.next ? first_within(page, runbook_find_section(runbook, step->notes.next))
						: SIZE_MAX;

		if (named != SIZE_MAX)
			return named;
		/* Who is in a rollback goes on in it. */
		aside = is_aside(runbook, step->section);
		for (size_t i = from + 1; i < runbook->steps.count; i++)
			if (is_to_do(page, i, aside && runbook->steps.items[i].section == step->section))
				return i;
		return SIZE_MAX;
	}
	for (size_t i = 0; i < runbook->steps.count; i++)
		if (is_to_do(page, i, false))
			return i;
	return SIZE_MAX;
}

const char *runbook_page_link(const struct runbook_page *page)
{
	const struct runbook *runbook = page->runbook;
	const struct runbook_step *step = page->step != SIZE_MAX ? &runbook->steps.items[page->step] : NULL;

	if (!step || step->kind != STEP_MANUAL)
		return NULL;
	for (size_t i = 0; i < runbook->links.count; i++)
		if (runbook->links.items[i].line >= step->line && runbook->links.items[i].line <= step->last_line)
			return runbook->links.items[i].target;
	return NULL;
}

bool runbook_page_must_choose(const struct runbook_page *page)
{
	return !page->scenario[0] && outline_scenario(page->runbook, 0) != SIZE_MAX;
}

size_t runbook_page_running(const struct runbook_page *page)
{
	for (size_t i = 0; i < page->runbook->steps.count; i++) {
		enum run_step_state state = runbook_page_state(page, i, NULL);

		if (state == RUN_STEP_RUNNING || state == RUN_STEP_WANTED)
			return i;
	}
	return SIZE_MAX;
}

/* The section where the chosen scenario is. */
static size_t chosen_scenario(const struct runbook_page *page)
{
	for (size_t i = 0; page->scenario[0] && outline_scenario(page->runbook, i) != SIZE_MAX; i++) {
		size_t section = outline_scenario(page->runbook, i);

		if (strcasecmp(page->runbook->sections.items[section].letter, page->scenario) == 0)
			return section;
	}
	return SIZE_MAX;
}

/* Does the runbook say to go on there, where a scenario is to be chosen? */
static bool leads_to_choice(const struct runbook_page *page)
{
	const char *named = page->step != SIZE_MAX ? page->runbook->steps.items[page->step].notes.next : NULL;
	size_t section = named ? runbook_find_section(page->runbook, named) : SIZE_MAX;

	return section != SIZE_MAX && runbook_is_within(page->runbook, outline_scenario(page->runbook, 0), section) &&
	       first_within(page, section) == SIZE_MAX;
}

void runbook_page_go_on(struct runbook_page *page)
{
	size_t next = page->step == SIZE_MAX ? first_within(page, chosen_scenario(page)) : SIZE_MAX;
	bool choose = runbook_page_must_choose(page);
	int row;

	if (next == SIZE_MAX)
		next = runbook_page_next(page, page->step);
	/* What comes behind the scenarios waits until one is chosen. */
	choose = choose && (leads_to_choice(page) || next == SIZE_MAX ||
			    page->runbook->steps.items[next].section > outline_scenario(page->runbook, 0));
	if (next == SIZE_MAX && !choose)
		return;
	row = runbook_page_find(page, choose ? SIZE_MAX : next, SIZE_MAX);
	if (row >= 0)
		runbook_page_go_to(page, row, false);
}

/* The first that is left of the chosen scenario, else what comes behind it; SIZE_MAX. */
static size_t left_of_scenario(const struct runbook_page *page)
{
	size_t section = chosen_scenario(page), next = first_within(page, section);

	for (size_t i = page->runbook->steps.count; section != SIZE_MAX && next == SIZE_MAX && i-- > 0;)
		if (runbook_is_within(page->runbook, page->runbook->steps.items[i].section, section))
			return runbook_page_next(page, i);
	return next;
}

/* What runs, then what is left of the scenario that was chosen, then the diagnosis. */
static size_t entry_step(const struct runbook_page *page)
{
	size_t next = runbook_page_running(page);

	if (next == SIZE_MAX)
		next = left_of_scenario(page);
	if (next == SIZE_MAX)
		next = first_within(page, runbook_entry(page->runbook));
	return next != SIZE_MAX ? next : runbook_page_next(page, SIZE_MAX);
}

void runbook_page_enter(struct runbook_page *page)
{
	size_t next = entry_step(page);
	int row;

	page->has_spot = true; /* no second entry while what hides the step is unfolded */
	row = next != SIZE_MAX ? runbook_page_find(page, next, SIZE_MAX) : -1;
	runbook_page_go_to(page, row >= 0 ? row : 0, false);
	page->scroll = 0;
}

void runbook_page_enter_at(struct runbook_page *page, size_t section)
{
	size_t step = first_within(page, section);
	int row =
		step != SIZE_MAX ? runbook_page_find(page, step, SIZE_MAX) : runbook_page_find(page, SIZE_MAX, section);

	if (row >= 0)
		runbook_page_go_to(page, row, false);
}
