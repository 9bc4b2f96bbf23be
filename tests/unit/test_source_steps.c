/* Where steps stand, by line: the same as looking at all of them. */
#include <criterion/criterion.h>

#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/view/runbook_outline.h"
#include "ui/view/source_lines.h"
#include "ui/view/source_steps.h"

/* In the order of the file an item may come behind what it holds, and output is no row. */
static struct runbook_step items[] = {
	{ .kind = STEP_COMMAND, .line = 3, .last_line = 4 },   { .kind = STEP_OUTPUT, .line = 5, .last_line = 9 },
	{ .kind = STEP_COMMAND, .line = 12, .last_line = 13 }, { .kind = STEP_MANUAL, .line = 10, .last_line = 20 },
	{ .kind = STEP_MANUAL, .line = 10, .last_line = 10 },  { .kind = STEP_COMMAND, .line = 30, .last_line = 31 },
};
static const struct runbook runbook = { .steps = { .items = items, .count = sizeof(items) / sizeof(items[0]) } };

static size_t slow_step_at(unsigned line)
{
	size_t ret = SIZE_MAX;

	for (size_t i = 0; i < runbook.steps.count; i++)
		if (outline_is_step(&items[i]) && items[i].line <= line && line <= items[i].last_line)
			ret = i;
	return ret;
}

static bool slow_within(unsigned open, unsigned close)
{
	bool ret = false;

	for (size_t i = 0; i < runbook.steps.count; i++)
		ret |= outline_is_step(&items[i]) && items[i].line > open && items[i].line <= close;
	return ret;
}

Test(source_steps, each_line_has_the_step_that_looking_at_all_finds)
{
	struct source_steps steps;

	source_steps_init(&steps, &runbook);
	cr_expect_eq(steps.count, 5u);
	for (unsigned line = 0; line < 40; line++)
		cr_expect_eq(source_step_at(&steps, line), slow_step_at(line), "line %u", line);
	source_steps_release(&steps);
}

Test(source_steps, a_fence_holds_a_step_that_begins_within)
{
	struct source_steps steps;

	source_steps_init(&steps, &runbook);
	for (unsigned open = 0; open < 36; open++)
		for (unsigned close = open; close < 36; close++)
			cr_expect_eq(source_steps_within(&steps, &(struct source_fence){ open, close }),
				     slow_within(open, close), "%u to %u", open, close);
	source_steps_release(&steps);
}

Test(source_steps, none)
{
	static const struct runbook empty = { 0 };
	struct source_steps steps;

	source_steps_init(&steps, &empty);
	cr_expect_eq(source_step_at(&steps, 1), SIZE_MAX);
	cr_expect_not(source_steps_within(&steps, &(struct source_fence){ 1, 100 }));
	source_steps_release(&steps);
}

Test(source_steps, fences_by_line)
{
	static const char text[] = "a\n```\nb\n```\nc\n~~~\nd\n~~~\n\n    e\n```sh\nopen";
	static const unsigned opens[] = { 0, 2, 2, 2, 0, 6, 6, 6, 0, 0, 11, 11 };
	struct source_lines lines;

	source_lines_init(&lines, text, strlen(text));
	cr_expect_null(source_fence_at(&lines, 2), "none were looked for");
	source_find_fences(&lines, 1, lines.count);
	for (unsigned line = 1; line <= lines.count; line++) {
		const struct source_fence *fence = source_fence_at(&lines, line);

		cr_expect_eq(fence ? fence->open : 0, opens[line - 1], "line %u", line);
	}
	source_lines_release(&lines);
}

Test(source_steps, thousands_of_steps_have_a_row_each)
{
	struct strbuf text = STRBUF_INIT;
	struct error_list errors = { 0 };
	struct runbook large;
	struct outline outline;
	size_t next = 0;

	strbuf_addstr(&text, "# Large\n\n## Diagnosis\n\n");
	for (int i = 0; i < 500; i++)
		strbuf_addf(&text, "Words %d.\n\n```bash\necho %d\n\n# again\necho more %d\n```\n\n1. look at it\n\n",
			    i, i, i);
	cr_assert_eq(runbook_read(&large, "large.md", text.text, text.length, &errors), 0);
	outline_init(&outline);
	outline_make(&outline, &(struct outline_ask){ .runbook = &large, .scenario = "", .width = 80 });
	for (size_t i = 0; i < outline.rows.count; i++)
		if (outline.rows.items[i].kind == OUTLINE_STEP)
			cr_expect_eq(outline.rows.items[i].step, next++, "row %zu", i);
	cr_expect_eq(next, large.steps.count);
	outline_release(&outline);
	runbook_release(&large);
	error_list_release(&errors);
	strbuf_release(&text);
}
