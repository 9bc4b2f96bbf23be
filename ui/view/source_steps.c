#include "ui/view/source_steps.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "runbook/runbook.h"
#include "ui/view/runbook_outline.h"
#include "ui/view/source_lines.h"

static unsigned line_of(const struct source_steps *steps, size_t at)
{
	return steps->runbook->steps.items[steps->order[at]].line;
}

/* They come nearly sorted: each moves over the few that begin behind it. */
static void insert(struct source_steps *steps, size_t step)
{
	size_t at = steps->count++;

	for (; at && line_of(steps, at - 1) > steps->runbook->steps.items[step].line; at--)
		steps->order[at] = steps->order[at - 1];
	steps->order[at] = step;
}

void source_steps_init(struct source_steps *steps, const struct runbook *runbook)
{
	unsigned reach = 0;

	*steps = (struct source_steps){ .runbook = runbook };
	steps->order = mem_array(runbook->steps.count + 1, sizeof(*steps->order));
	steps->reach = mem_array(runbook->steps.count + 1, sizeof(*steps->reach));
	for (size_t i = 0; i < runbook->steps.count; i++)
		if (outline_is_step(&runbook->steps.items[i]))
			insert(steps, i);
	for (size_t i = 0; i < steps->count; i++) {
		unsigned last = runbook->steps.items[steps->order[i]].last_line;

		reach = last > reach ? last : reach;
		steps->reach[i] = reach;
	}
}

void source_steps_release(struct source_steps *steps)
{
	free(steps->order);
	free(steps->reach);
	*steps = (struct source_steps){ 0 };
}

size_t source_steps_until(const struct source_steps *steps, unsigned line)
{
	size_t from = 0, to = steps->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (line_of(steps, middle) <= line)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t source_step_at(const struct source_steps *steps, unsigned line)
{
	size_t ret = SIZE_MAX;

	for (size_t i = source_steps_until(steps, line); i-- && steps->reach[i] >= line;)
		if (steps->runbook->steps.items[steps->order[i]].last_line >= line &&
		    (ret == SIZE_MAX || steps->order[i] > ret))
			ret = steps->order[i];
	return ret;
}

bool source_steps_within(const struct source_steps *steps, const struct source_fence *fence)
{
	return source_steps_until(steps, fence->close) > source_steps_until(steps, fence->open);
}
