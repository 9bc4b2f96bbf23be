/*
 * The lines of a Markdown file, counted from 1, and the fences among them:
 * to know what stands where when its text is laid out section by section.
 */
#ifndef UI_VIEW_SOURCE_LINES_H
#define UI_VIEW_SOURCE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/vec.h"

struct runbook_section;

/* The lines of its marks. One that is not closed ends with the text it was looked for in. */
struct source_fence {
	unsigned open, close;
};

struct source_lines {
	const char *source; /* borrowed */
	size_t *starts;     /* offsets of the lines, and of the end */
	unsigned count;
	VEC(struct source_fence) fences;
};

void source_lines_init(struct source_lines *lines, const char *source, size_t length);
void source_lines_release(struct source_lines *lines);

/* A line without its end, not terminated. */
const char *source_line(const struct source_lines *lines, unsigned line, size_t *ret_length);

/* Find the fences of these lines; what was found before is forgotten. */
void source_find_fences(struct source_lines *lines, unsigned first, unsigned last);

/* The fence that has this line; NULL. */
const struct source_fence *source_fence_at(const struct source_lines *lines, unsigned line);

/* The first and last line of a section's own text: behind its heading (and the rule under it), behind front matter. */
unsigned source_first_line(const struct source_lines *lines, const struct runbook_section *section);
unsigned source_last_line(const struct source_lines *lines, const struct runbook_section *section);

#endif
