/* Any bytes as a runbook: read, looked at, written as JSON. What is known of every runbook must hold. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "runbook/runbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What does not hold is named: a stack of the sanitizer's does not say which. */
#define check(holds) check_that((holds), #holds, __LINE__)

static void check_that(bool holds, const char *what, int line)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_runbook.c:%d: does not hold: %s\n", line, what);
	abort();
}

static void check_step(const struct runbook *runbook, size_t index, unsigned lines)
{
	const struct runbook_step *step = &runbook->steps.items[index];
	const struct runbook_section *section;
	size_t end = 0;

	check(step->section < runbook->sections.count);
	section = &runbook->sections.items[step->section];
	check(index >= section->first_step && index < section->first_step + section->step_count);
	check(step->line >= 1 && step->last_line >= step->line && step->last_line <= lines);
	check(runbook_find_step(runbook, step->id) == step);
	check(step->name && step->words && step->text && step->language && step->tier_reason);
	check(!(step->notes.manual && step->kind == STEP_COMMAND));
	for (size_t i = 0; i < step->placeholders.count; i++) {
		const struct placeholder *placeholder = &step->placeholders.items[i];

		check(placeholder->begin >= end && placeholder->end > placeholder->begin);
		check(placeholder->end <= strlen(step->text));
		end = placeholder->end;
	}
}

static void check_section(const struct runbook *runbook, size_t index, unsigned lines)
{
	const struct runbook_section *section = &runbook->sections.items[index];

	check(section->parent <= index && section->last_line <= lines && section->line <= lines);
	check(runbook_is_within(runbook, index, section->parent) && runbook_is_within(runbook, index, 0));
	check(!*section->anchor || runbook_find_section(runbook, section->anchor) != SIZE_MAX);
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
		check(strcmp(runbook.slug, "fuzz") == 0 && strlen(runbook.digest) == 64 && runbook.title);
		for (size_t i = 0; i < runbook.sections.count; i++)
			check_section(&runbook, i, lines);
		for (size_t i = 0; i < runbook.steps.count; i++)
			check_step(&runbook, i, lines);
		check(runbook_entry(&runbook) < runbook.sections.count);
		runbook_add_json(&runbook, &json);
		runbook_release(&runbook);
	} else {
		check(errors.errors > 0);
	}
	strbuf_release(&json);
	error_list_release(&errors);
	return 0;
}
