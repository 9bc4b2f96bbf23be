/* What a walk prints: the step with what would run, and what its checks say. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/runbook_text.h"
#include "cli/walk.h"

static void add_named(struct strbuf *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	strbuf_addf(out, "      %-9s ", name);
	text_add_safe(out, value);
	strbuf_addch(out, '\n');
}

static void add_missing(const struct step_plan *plan, struct strbuf *out)
{
	for (size_t i = 0; i < plan->missing_count; i++) {
		strbuf_addstr(out, "      needs     <");
		text_add_safe(out, plan->missing[i].name);
		strbuf_addstr(out, ">\n");
	}
}

static void add_limits(const struct step_plan *plan, struct strbuf *out)
{
	char limit[32];

	if (plan->follows) {
		add_named(out, "ends", "never by itself: Ctrl-C ends it");
	} else if (plan->timeout_ms > 0) {
		duration_format(plan->timeout_ms, limit, sizeof(limit));
		add_named(out, "at most", limit);
	}
}

static void add_command(const struct step_plan *plan, struct strbuf *out)
{
	strbuf_addch(out, '\n');
	runbook_text_add_lines(plan->text, "      $ ", out);
	strbuf_addf(out, "\n      %s (", step_tier_verbs[plan->tier]);
	text_add_safe(out, plan->tier_reason);
	strbuf_addstr(out, plan->edited ? ", edited for this run)\n" : ")\n");
	add_named(out, "program", plan->program);
	add_named(out, "in", plan->directory);
	add_named(out, "target", plan->target);
	add_limits(plan, out);
	if (plan->tier == TIER_DESTROY)
		add_named(out, "rollback", plan->rollback ? plan->rollback : "NO ROLLBACK");
	if (*plan->faults)
		runbook_text_add_lines(plan->faults, "      fault     ", out);
	add_missing(plan, out);
}

static void add_place(const struct runbook *runbook, const struct runbook_step *step, struct strbuf *out)
{
	const struct runbook_section *section = &runbook->sections.items[step->section];

	strbuf_addch(out, '\n');
	if (section->role == SECTION_SCENARIO && *section->letter)
		strbuf_addf(out, "Scenario %s: ", section->letter);
	text_add_safe(out, section->title);
	strbuf_addf(out, "\n  %s  ", step->id);
	text_add_safe(out, step->name);
	strbuf_addstr(out, step->checked ? "  (ticked in the file)\n" : "\n");
	if (*step->words)
		runbook_text_add_lines(step->words, "      ", out);
}

void walk_add_step(struct walk *walk, struct strbuf *out)
{
	const struct runbook *runbook = runner_runbook(walk->runner);
	const struct runbook_step *step = &runbook->steps.items[walk->step];
	struct step_plan plan;

	add_place(runbook, step, out);
	runner_plan(walk->runner, walk->step, &plan);
	if (step->kind != STEP_COMMAND && !plan.runs) {
		if (step->kind != STEP_MANUAL) {
			strbuf_addf(out, "      (%s)\n", step_kind_names[step->kind]);
			runbook_text_add_lines(step->text, "      ", out);
		}
		if (step->kind == STEP_SQL) {
			strbuf_addstr(out, "      not run: ");
			text_add_safe(out, plan.why);
			strbuf_addch(out, '\n');
		}
		return;
	}
	add_command(&plan, out);
	if (step->sample) {
		strbuf_addstr(out, "      as it looked once:\n");
		runbook_text_add_lines(step->sample, "      | ", out);
	}
}

void walk_add_proofs(const struct walk *walk, struct strbuf *out)
{
	static const char *const signs[] = { "?", "no", "..", "ok", "late" };
	const struct proofs *proofs = runner_proofs(walk->runner);

	for (size_t i = 0; i < proofs_count(proofs); i++) {
		const struct proof *proof = proofs_get(proofs, i);

		if (proof->is_watch)
			continue;
		strbuf_addf(out, "  %-4s ", signs[proof->state]);
		text_add_safe(out, proof->name);
		strbuf_addstr(out, ": ");
		text_add_safe(out, proof->words);
		strbuf_addch(out, '\n');
	}
}
