/* Any bytes as a runbook: read, looked at, written as JSON. What is known of every runbook must hold. */
#include <stdint.h>
#include <string.h>

#include "invariant.h"
#include "base/strbuf.h"
#include "runbook/runbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_step(const struct runbook *runbook, size_t index, unsigned lines)
{
	const struct runbook_step *step = &runbook->steps.items[index];
	const struct runbook_section *section;
	size_t end = 0;

	always(step->section < runbook->sections.count);
	section = &runbook->sections.items[step->section];
	always(index >= section->first_step && index < section->first_step + section->step_count);
	always(step->line >= 1 && step->last_line >= step->line && step->last_line <= lines);
	always(runbook_find_step(runbook, step->id) == step);
	always(step->name && step->words && step->text && step->language && step->tier_reason);
	always(!(step->notes.manual && step->kind == STEP_COMMAND));
	for (size_t i = 0; i < step->placeholders.count; i++) {
		const struct placeholder *placeholder = &step->placeholders.items[i];

		always(placeholder->begin >= end && placeholder->end > placeholder->begin);
		always(placeholder->end <= strlen(step->text));
		end = placeholder->end;
	}
}

static void check_section(const struct runbook *runbook, size_t index, unsigned lines)
{
	const struct runbook_section *section = &runbook->sections.items[index];

	always(section->parent <= index && section->last_line <= lines && section->line <= lines);
	always(runbook_is_within(runbook, index, section->parent) && runbook_is_within(runbook, index, 0));
	always(!*section->anchor || runbook_find_section(runbook, section->anchor) != SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf json = STRBUF_INIT;
	struct error_list errors;
	struct runbook runbook;
	unsigned lines = 2;

	error_list_init(&errors);
	if (runbook_read(&runbook, "01-fuzz.md", (const char *)data, size, &errors) == 0) {
		for (size_t i = 0; i < size; i++)
			lines += data[i] == '\n' || data[i] == '\r';
		always(strcmp(runbook.slug, "fuzz") == 0 && strlen(runbook.digest) == 64 && runbook.title);
		for (size_t i = 0; i < runbook.sections.count; i++)
			check_section(&runbook, i, lines);
		for (size_t i = 0; i < runbook.steps.count; i++)
			check_step(&runbook, i, lines);
		always(runbook_entry(&runbook) < runbook.sections.count);
		runbook_add_json(&runbook, &json);
		runbook_release(&runbook);
	} else {
		always(errors.errors > 0);
	}
	strbuf_release(&json);
	error_list_release(&errors);
	return 0;
}
