#include "cli/runbook_text.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

const char *runbook_text_priority(const struct runbook *runbook)
{
	static const char *const names[] = { "P0", "P1", "P2", "P3" };

	return runbook->priority >= 0 && runbook->priority < 4 ? names[runbook->priority] : "P?";
}

void runbook_text_add_lines(const char *text, const char *indent, struct strbuf *out)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = mem_strndup(text, length);

		strbuf_addstr(out, length ? indent : "");
		text_add_safe(out, line);
		strbuf_addch(out, '\n');
		free(line);
		text += length + (text[length] == '\n');
	}
}

static void add_needs(const struct runbook_step *step, struct strbuf *out)
{
	for (size_t i = 0; i < step->placeholders.count; i++) {
		const char *name = step->placeholders.items[i].name;
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen = seen || strcmp(step->placeholders.items[k].name, name) == 0;
		if (seen)
			continue;
		strbuf_addstr(out, i ? ", <" : "      needs <");
		text_add_safe(out, name);
		strbuf_addch(out, '>');
	}
	if (step->placeholders.count)
		strbuf_addch(out, '\n');
}

void runbook_text_add_step(const struct runbook_step *step, struct strbuf *out)
{
	bool command = step->kind == STEP_COMMAND;

	strbuf_addf(out, "  %-5s ", step->id);
	text_add_safe(out, step->name);
	strbuf_addf(out, "  [%s%s%s%s]  line %u\n", step_kind_names[step->kind], command ? ", " : "",
		    command ? step_tier_verbs[step->tier] : "", step->checked ? ", ticked in the file" : "",
		    step->line);
	if (step->kind != STEP_MANUAL)
		runbook_text_add_lines(step->text, command ? "      $ " : "        ", out);
	add_needs(step, out);
}

static void add_section(const struct runbook *runbook, const struct runbook_section *section, struct strbuf *out)
{
	if (!section->step_count && section->level == 0)
		return;
	strbuf_addch(out, '\n');
	for (unsigned i = 0; i < section->level; i++)
		strbuf_addch(out, '#');
	strbuf_addch(out, ' ');
	if (section->role == SECTION_SCENARIO && *section->letter)
		strbuf_addf(out, "Scenario %s: ", section->letter);
	text_add_safe(out, section->title);
	if (section->role != SECTION_PLAIN)
		strbuf_addf(out, "  (%s)", section_role_names[section->role]);
	strbuf_addch(out, '\n');
	for (size_t i = 0; i < section->step_count; i++)
		runbook_text_add_step(&runbook->steps.items[section->first_step + i], out);
}

void runbook_text_add(const struct runbook *runbook, struct strbuf *out)
{
	text_add_safe(out, runbook->title);
	strbuf_addch(out, '\n');
	for (size_t i = 0; i < runbook->fields.count; i++) {
		strbuf_addstr(out, "  ");
		text_add_safe(out, runbook->fields.items[i].key);
		strbuf_addstr(out, ": ");
		text_add_safe(out, runbook->fields.items[i].value);
		strbuf_addch(out, '\n');
	}
	for (size_t i = 0; i < runbook->sections.count; i++)
		add_section(runbook, &runbook->sections.items[i], out);
}
