/* Which steps a walk comes to. */
#include <string.h>

#include "base/text.h"
#include "cli/walk.h"

bool walk_wants(const struct walk *walk, size_t index)
{
	const struct runbook *runbook = runner_runbook(walk->runner);
	const struct run *run = runner_run(walk->runner);
	const struct runbook_step *step = &runbook->steps.items[index];
	const struct run_step *did = run_find_step(run, step->id);
	size_t section = step->section;

	if (step->kind == STEP_OUTPUT || step->kind == STEP_DRAWING || step->kind == STEP_CONFIG)
		return false;
	if (did && (did->state == RUN_STEP_OK || did->state == RUN_STEP_DONE || did->state == RUN_STEP_SKIPPED))
		return false;
	while (runbook->sections.items[section].role != SECTION_SCENARIO &&
	       runbook->sections.items[section].parent != section)
		section = runbook->sections.items[section].parent;
	return runbook->sections.items[section].role != SECTION_SCENARIO ||
	       strcmp(run->scenario, runbook->sections.items[section].letter) == 0;
}

size_t walk_first_of(const struct runbook *runbook, size_t section)
{
	for (size_t i = 0; i < runbook->steps.count; i++)
		if (runbook_is_within(runbook, runbook->steps.items[i].section, section))
			return i;
	return runbook->steps.count;
}

void walk_add_scenarios(const struct walk *walk, struct strbuf *out)
{
	const struct runbook *runbook = runner_runbook(walk->runner);

	for (size_t i = 0; i < runbook->sections.count; i++) {
		const struct runbook_section *section = &runbook->sections.items[i];

		if (section->role != SECTION_SCENARIO)
			continue;
		strbuf_addf(out, "  b %s   ", section->letter);
		text_add_safe(out, section->title);
		strbuf_addch(out, '\n');
	}
}
