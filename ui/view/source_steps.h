/*
 * Where the steps of a runbook stand in its file, looked up by line. A file of
 * thousands of steps is laid out line by line: nothing here looks at all of
 * them for each.
 */
#ifndef UI_VIEW_SOURCE_STEPS_H
#define UI_VIEW_SOURCE_STEPS_H

#include <stdbool.h>
#include <stddef.h>

struct runbook;
struct source_fence;

struct source_steps {
	const struct runbook *runbook; /* borrowed */
	size_t *order;                 /* the steps that are rows, by line; those of one line as in the file */
	unsigned *reach;               /* of each of `order`: the last line of it and all before it */
	size_t count;
};

void source_steps_init(struct source_steps *steps, const struct runbook *runbook);
void source_steps_release(struct source_steps *steps);

/* How many of `order` begin on that line or before. */
size_t source_steps_until(const struct source_steps *steps, unsigned line);

/* The step that has this line; of several the last in the file. SIZE_MAX. */
size_t source_step_at(const struct source_steps *steps, unsigned line);

/* Does one begin within the fence? */
bool source_steps_within(const struct source_steps *steps, const struct source_fence *fence);

#endif
