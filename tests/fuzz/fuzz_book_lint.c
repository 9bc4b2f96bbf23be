/*
 * Faults of any runbook. Each names the file and a line of it; what blocks a
 * step is among them, and each destruction that says no way back; who knows of
 * alerts and looks for files finds no less; twice is the same.
 */
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "invariant.h"
#include "runbook/runbook_lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PATH "/nowhere/01-fuzz.md"

/* Does a fault of that severity at least stand at the line, and hold the words? */
static bool is_said(const struct error_list *faults, unsigned line, enum fault_severity severity, const char *words)
{
	for (size_t i = 0; i < faults->count; i++)
		if (faults->faults[i].line == line && faults->faults[i].severity >= severity &&
		    strstr(faults->faults[i].text, words))
			return true;
	return false;
}

static void check_step(const struct runbook_step *step, const struct error_list *faults)
{
	struct strbuf blocking = STRBUF_INIT;

	if (step->kind != STEP_COMMAND || step->notes.manual)
		return;
	if (runbook_lint_command(step->text, &step->notes, &blocking)) {
		always(blocking.length && blocking.text[blocking.length - 1] != '\n');
		always(is_said(faults, step->line, FAULT_ERROR, ""));
	}
	if (step->tier == TIER_DESTROY)
		always(step->notes.rollback || is_said(faults, step->line, FAULT_APPROXIMATION, "no way back"));
	strbuf_release(&blocking);
}

static void check_faults(const struct error_list *faults, unsigned lines)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->faults[i];

		always(strcmp(fault->file, PATH) == 0 && *fault->text);
		always(fault->line >= 1 && fault->line <= lines);
	}
}

static void compare(const struct error_list *first, const struct error_list *second)
{
	always(first->count == second->count && first->errors == second->errors && first->dropped == second->dropped);
	for (size_t i = 0; i < first->count; i++) {
		always(first->faults[i].line == second->faults[i].line);
		always(strcmp(first->faults[i].text, second->faults[i].text) == 0);
	}
}

static void check(const struct runbook *runbook, unsigned lines)
{
	static const char *const alerts[] = { "ColonyDown", "HighLatency" };
	struct runbook_index index = { 0 };
	struct runbook_lint_context nothing = { 0 }, much = {
		.index = &index, .alerts = alerts, .alert_count = 2, .follow_files = true
	};
	struct error_list least, most, again;

	error_list_init(&least);
	error_list_init(&most);
	error_list_init(&again);
	always(runbook_lint(runbook, &nothing, &least) == least.count + least.dropped);
	always(runbook_lint(runbook, &much, &most) == most.count + most.dropped);
	always(least.count <= most.count && least.errors <= most.errors);
	runbook_lint(runbook, &much, &again);
	compare(&most, &again);
	check_faults(&most, lines);
	for (size_t i = 0; !most.dropped && i < runbook->steps.count; i++)
		check_step(&runbook->steps.items[i], &most);
	error_list_release(&least);
	error_list_release(&most);
	error_list_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct runbook runbook;
	unsigned lines = 1;

	if (runbook_read(&runbook, PATH, (const char *)data, size, NULL) < 0)
		return 0;
	/* A return alone ends a line of Markdown too. */
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r';
	check(&runbook, lines);
	runbook_release(&runbook);
	return 0;
}
