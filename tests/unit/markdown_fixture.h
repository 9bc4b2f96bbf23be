/* A runbook read from a text in the test, with its faults as one text. */
#ifndef TESTS_UNIT_MARKDOWN_FIXTURE_H
#define TESTS_UNIT_MARKDOWN_FIXTURE_H

#include <criterion/criterion.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "runbook/runbook.h"

struct markdown_fixture {
	struct runbook runbook;
	struct error_list errors;
	struct strbuf faults; /* a line each */
	int result;
};

static inline void markdown_fixture_read(struct markdown_fixture *fixture, const char *text)
{
	char line[1024];

	*fixture = (struct markdown_fixture){ .faults = STRBUF_INIT };
	error_list_init(&fixture->errors);
	fixture->result =
		runbook_read(&fixture->runbook, "runbooks/03-data-corruption.md", text, strlen(text), &fixture->errors);
	for (size_t i = 0; i < fixture->errors.count; i++) {
		fault_format(&fixture->errors.faults[i], line, sizeof(line));
		strbuf_addf(&fixture->faults, "%s\n", line);
	}
}

static inline void markdown_fixture_release(struct markdown_fixture *fixture)
{
	if (!fixture->result)
		runbook_release(&fixture->runbook);
	error_list_release(&fixture->errors);
	strbuf_release(&fixture->faults);
}

/* Read `text` and compare its steps, written as "1.1 command Validate; 1.2 manual Look". */
static inline void expect_steps(const char *text, const char *expected)
{
	struct markdown_fixture fixture;
	struct strbuf steps = STRBUF_INIT;

	markdown_fixture_read(&fixture, text);
	cr_assert_eq(fixture.result, 0, "%s", fixture.faults.text);
	for (size_t i = 0; i < fixture.runbook.steps.count; i++) {
		const struct runbook_step *step = &fixture.runbook.steps.items[i];

		strbuf_addf(&steps, "%s%s %s %s", i ? "; " : "", step->id, step_kind_names[step->kind], step->name);
	}
	cr_expect_str_eq(steps.text, expected, "\n%s\nfor\n%s", steps.text, text);
	strbuf_release(&steps);
	markdown_fixture_release(&fixture);
}

#endif
