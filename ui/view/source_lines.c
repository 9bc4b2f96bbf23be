#include "ui/view/source_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runbook/runbook.h"

void source_lines_init(struct source_lines *lines, const char *source, size_t length)
{
	unsigned at = 0;

	*lines = (struct source_lines){ .source = source, .count = 1 };
	for (size_t i = 0; i < length; i++)
		lines->count += source[i] == '\n';
	lines->starts = mem_array(lines->count + 1, sizeof(*lines->starts));
	for (size_t i = 0; i < length; i++)
		if (source[i] == '\n')
			lines->starts[++at] = i + 1;
	lines->starts[lines->count] = length;
}

void source_lines_release(struct source_lines *lines)
{
	free(lines->starts);
	vec_release(&lines->fences);
	*lines = (struct source_lines){ 0 };
}

const char *source_line(const struct source_lines *lines, unsigned line, size_t *ret_length)
{
	size_t from = lines->starts[line - 1], to = lines->starts[line];

	while (to > from && (lines->source[to - 1] == '\n' || lines->source[to - 1] == '\r'))
		to--;
	*ret_length = to - from;
	return lines->source + from;
}

/* Length of the run of backticks or tildes that a line begins with, behind blanks, quotes and list markers; 0. */
static size_t fence_marks(const char *text, size_t length, char *ret_mark)
{
	size_t at = 0, run = 0;

	while (at < length && strchr(" \t>-*+0123456789.)", text[at]))
		at++;
	if (at == length || (text[at] != '`' && text[at] != '~'))
		return 0;
	*ret_mark = text[at];
	while (at + run < length && text[at + run] == *ret_mark)
		run++;
	/* Backticks that close on their line are code within prose. */
	if (*ret_mark == '`' && memchr(text + at + run, '`', length - at - run))
		return 0;
	return run >= 3 ? run : 0;
}

void source_find_fences(struct source_lines *lines, unsigned first, unsigned last)
{
	struct source_fence fence = { 0 };
	size_t opened = 0;
	char opener = 0;

	vec_clear(&lines->fences);
	for (unsigned line = first; line <= last && line <= lines->count; line++) {
		size_t length;
		const char *text = source_line(lines, line, &length);
		char mark = 0;
		size_t marks = fence_marks(text, length, &mark);

		if (!opened && marks) {
			fence.open = line;
			opened = marks;
			opener = mark;
		} else if (opened && ((marks >= opened && mark == opener) || line == last)) {
			fence.close = line;
			vec_push(&lines->fences, fence);
			opened = 0;
		}
	}
}

const struct source_fence *source_fence_at(const struct source_lines *lines, unsigned line)
{
	size_t from = 0, to = lines->fences.count;

	/* They are in order, and none lies in another. */
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (lines->fences.items[middle].close < line)
			from = middle + 1;
		else
			to = middle;
	}
	return from < lines->fences.count && lines->fences.items[from].open <= line ? &lines->fences.items[from] : NULL;
}

unsigned source_last_line(const struct source_lines *lines, const struct runbook_section *section)
{
	return section->last_line < lines->count ? section->last_line : lines->count;
}

/* Behind front matter, when `line` begins it. */
static unsigned skip_front_matter(const struct source_lines *lines, unsigned line, unsigned last)
{
	size_t length;
	const char *text = source_line(lines, line, &length);

	if (length != 3 || strncmp(text, "---", 3) != 0)
		return line;
	for (unsigned at = line + 1; at <= last; at++) {
		text = source_line(lines, at, &length);
		if (length == 3 && (strncmp(text, "---", 3) == 0 || strncmp(text, "...", 3) == 0))
			return at + 1;
	}
	return line;
}

unsigned source_first_line(const struct source_lines *lines, const struct runbook_section *section)
{
	unsigned line = section->line + 1, last = source_last_line(lines, section);
	size_t length, heading_length, run = 0;
	const char *text, *heading;

	if (line > last)
		return line;
	if (!section->line)
		return skip_front_matter(lines, line, last);
	heading = source_line(lines, section->line, &heading_length);
	text = source_line(lines, line, &length);
	while (run < length && (text[run] == '=' || text[run] == '-'))
		run++;
	return heading_length && *heading != '#' && run && run == length ? line + 1 : line;
}
