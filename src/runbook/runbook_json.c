/* A runbook as JSON, for programs: everything that was read out of the file. */
#include <string.h>

#include "base/strbuf.h"
#include "runbook/runbook.h"
#include "runbook/shell.h"

static const char *const form_names[] = {
	[PLACEHOLDER_ANGLE] = "angle",
	[PLACEHOLDER_VARIABLE] = "variable",
	[PLACEHOLDER_BRACES] = "braces",
	[PLACEHOLDER_YOUR] = "your",
};

/* Begin a member; `first` of its object has no comma. */
static void key(struct strbuf *buf, const char *name, bool first)
{
	strbuf_addf(buf, "%s\"%s\":", first ? "" : ",", name);
}

static void text(struct strbuf *buf, const char *name, const char *value)
{
	key(buf, name, false);
	if (value)
		strbuf_add_json(buf, value);
	else
		strbuf_addstr(buf, "null");
}

static void number(struct strbuf *buf, const char *name, long long value)
{
	key(buf, name, false);
	strbuf_addf(buf, "%lld", value);
}

/* -1 is nothing. */
static void span(struct strbuf *buf, const char *name, long long value)
{
	key(buf, name, false);
	if (value < 0)
		strbuf_addstr(buf, "null");
	else
		strbuf_addf(buf, "%lld", value);
}

static void truth(struct strbuf *buf, const char *name, bool value)
{
	key(buf, name, false);
	strbuf_addstr(buf, value ? "true" : "false");
}

static void texts(struct strbuf *buf, const char *name, const char *const *items, size_t count)
{
	key(buf, name, false);
	strbuf_addch(buf, '[');
	for (size_t i = 0; i < count; i++) {
		strbuf_addstr(buf, i ? "," : "");
		strbuf_add_json(buf, items[i]);
	}
	strbuf_addch(buf, ']');
}

static void add_head(const struct runbook *runbook, struct strbuf *buf)
{
	key(buf, "path", true);
	strbuf_add_json(buf, runbook->path);
	text(buf, "slug", runbook->slug);
	text(buf, "title", runbook->title);
	text(buf, "digest", runbook->digest);
	text(buf, "severity", runbook->severity);
	span(buf, "priority", runbook->priority);
	text(buf, "escalation", runbook->escalation);
	text(buf, "version", runbook->version);
	text(buf, "updated", runbook->updated);
	span(buf, "mttr_ms", runbook->mttr_ms);
	span(buf, "rto_ms", runbook->rto_ms);
	span(buf, "rpo_ms", runbook->rpo_ms);
	text(buf, "command", runbook->command);
	texts(buf, "tags", runbook->tags.items, runbook->tags.count);
	texts(buf, "alerts", runbook->alerts.items, runbook->alerts.count);
	key(buf, "fields", false);
	strbuf_addch(buf, '[');
	for (size_t i = 0; i < runbook->fields.count; i++) {
		strbuf_addf(buf, "%s{\"line\":%u", i ? "," : "", runbook->fields.items[i].line);
		text(buf, "key", runbook->fields.items[i].key);
		text(buf, "value", runbook->fields.items[i].value);
		strbuf_addch(buf, '}');
	}
	strbuf_addch(buf, ']');
}

static void add_lists(const struct runbook *runbook, struct strbuf *buf)
{
	strbuf_addstr(buf, ",\n\"watches\":[");
	for (size_t i = 0; i < runbook->watches.count; i++) {
		const struct runbook_watch *watch = &runbook->watches.items[i];

		strbuf_addstr(buf, i ? ",{\"title\":" : "{\"title\":");
		strbuf_add_json(buf, watch->title);
		text(buf, "expression", watch->expression);
		text(buf, "unit", watch->unit);
		strbuf_addch(buf, '}');
	}
	strbuf_addstr(buf, "],\n\"dues\":[");
	for (size_t i = 0; i < runbook->dues.count; i++) {
		const struct runbook_due *due = &runbook->dues.items[i];

		strbuf_addf(buf, "%s{\"minute\":%d", i ? "," : "", due->minute);
		span(buf, "until", due->until);
		text(buf, "action", due->action);
		strbuf_addch(buf, '}');
	}
	strbuf_addstr(buf, "],\n\"links\":[");
	for (size_t i = 0; i < runbook->links.count; i++) {
		const struct runbook_link *link = &runbook->links.items[i];

		strbuf_addf(buf, "%s{\"line\":%u", i ? "," : "", link->line);
		text(buf, "target", link->target);
		text(buf, "text", link->text);
		strbuf_addch(buf, '}');
	}
	strbuf_addch(buf, ']');
}

static void add_checks(struct strbuf *buf, const struct step_check *checks, size_t count)
{
	key(buf, "checks", false);
	strbuf_addch(buf, '[');
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(buf, "%s{\"line\":%u", i ? "," : "", checks[i].line);
		text(buf, "name", checks[i].name);
		text(buf, "expression", checks[i].expression);
		text(buf, "command", checks[i].command);
		truth(buf, "declared", checks[i].declared);
		number(buf, "for_ms", checks[i].for_ms);
		number(buf, "within_ms", checks[i].within_ms);
		strbuf_addch(buf, '}');
	}
	strbuf_addch(buf, ']');
}

static void add_section(const struct runbook *runbook, size_t index, struct strbuf *buf)
{
	const struct runbook_section *section = &runbook->sections.items[index];

	strbuf_addf(buf, "%s\n{\"index\":%zu,\"level\":%u,\"parent\":%zu", index ? "," : "", index, section->level,
		    section->parent);
	text(buf, "title", section->title);
	text(buf, "role", section_role_names[section->role]);
	text(buf, "letter", section->letter);
	text(buf, "anchor", section->anchor);
	span(buf, "minutes_from", section->minutes_from);
	span(buf, "minutes_to", section->minutes_to);
	number(buf, "line", section->line);
	number(buf, "last_line", section->last_line);
	number(buf, "steps", (long long)section->step_count);
	text(buf, "next", section->next);
	add_checks(buf, section->checks.items, section->checks.count);
	strbuf_addch(buf, '}');
}

/* ---- steps ---- */

static void add_placeholders(const struct runbook_step *step, struct strbuf *buf)
{
	key(buf, "placeholders", false);
	strbuf_addch(buf, '[');
	for (size_t i = 0; i < step->placeholders.count; i++) {
		const struct placeholder *placeholder = &step->placeholders.items[i];

		strbuf_addstr(buf, i ? ",{\"name\":" : "{\"name\":");
		strbuf_add_json(buf, placeholder->name);
		text(buf, "form", form_names[placeholder->form]);
		number(buf, "begin", (long long)placeholder->begin);
		number(buf, "end", (long long)placeholder->end);
		strbuf_addch(buf, '}');
	}
	strbuf_addch(buf, ']');
}

/* Each whole command of it, comments left out. */
static void add_commands(const struct runbook_step *step, struct strbuf *buf)
{
	struct shell_units units = { 0 };
	bool some = false;

	key(buf, "commands", false);
	strbuf_addch(buf, '[');
	if (step->kind == STEP_COMMAND)
		shell_split(step->text, strlen(step->text), &units);
	for (size_t i = 0; i < units.items.count; i++) {
		const struct shell_unit *unit = &units.items.items[i];
		struct strbuf command = STRBUF_INIT;

		if (unit->comment)
			continue;
		strbuf_add(&command, step->text + unit->begin, unit->end - unit->begin);
		strbuf_addstr(buf, some ? "," : "");
		strbuf_add_json(buf, command.text);
		strbuf_release(&command);
		some = true;
	}
	strbuf_addch(buf, ']');
	vec_release(&units.items);
}

static void add_choices(const struct step_notes *notes, struct strbuf *buf)
{
	key(buf, "choices", false);
	strbuf_addch(buf, '[');
	for (size_t i = 0; i < notes->choices.count; i++) {
		const struct step_choices *choices = &notes->choices.items[i];

		strbuf_addstr(buf, i ? ",{\"placeholder\":" : "{\"placeholder\":");
		strbuf_add_json(buf, choices->placeholder);
		text(buf, "command", choices->command);
		truth(buf, "declared", choices->declared);
		text(buf, "expression", choices->expression);
		text(buf, "label", choices->label);
		texts(buf, "values", choices->values, choices->value_count);
		strbuf_addch(buf, '}');
	}
	strbuf_addch(buf, ']');
}

static void add_notes(const struct step_notes *notes, struct strbuf *buf)
{
	if (!notes->line)
		return;
	strbuf_addf(buf, ",\"notes\":{\"line\":%u", notes->line);
	number(buf, "timeout_ms", notes->timeout_ms);
	truth(buf, "follow", notes->follow);
	truth(buf, "manual", notes->manual);
	text(buf, "target", notes->target);
	text(buf, "confirm", notes->confirm);
	text(buf, "rollback", notes->rollback);
	text(buf, "next", notes->next);
	text(buf, "on_fail", notes->on_fail);
	add_checks(buf, notes->checks.items, notes->checks.count);
	add_choices(notes, buf);
	strbuf_addch(buf, '}');
}

static void add_step(const struct runbook *runbook, size_t index, struct strbuf *buf)
{
	const struct runbook_step *step = &runbook->steps.items[index];

	strbuf_addstr(buf, index ? ",\n{\"id\":" : "\n{\"id\":");
	strbuf_add_json(buf, step->id);
	text(buf, "kind", step_kind_names[step->kind]);
	text(buf, "name", step->name);
	text(buf, "words", step->words);
	text(buf, "text", step->text);
	add_commands(step, buf);
	add_placeholders(step, buf);
	texts(buf, "carried", step->carried.items, step->carried.count);
	/* What is not run risks nothing. */
	text(buf, "risk", step->kind == STEP_COMMAND ? step_tier_names[step->tier] : NULL);
	text(buf, "risk_reason", step->kind == STEP_COMMAND ? step->tier_reason : NULL);
	number(buf, "section", (long long)step->section);
	strbuf_addf(buf, ",\"position\":{\"line\":%u,\"last_line\":%u}", step->line, step->last_line);
	text(buf, "language", step->language);
	text(buf, "sample", step->sample);
	text(buf, "prompt", step->prompt);
	/* The step that opens the shell it stood in. */
	text(buf, "other_shell", step->other_shell == SIZE_MAX ? NULL : runbook->steps.items[step->other_shell].id);
	if (step->optional_box)
		truth(buf, "checked", step->checked);
	add_notes(&step->notes, buf);
	strbuf_addch(buf, '}');
}

void runbook_add_json(const struct runbook *runbook, struct strbuf *buf)
{
	strbuf_addch(buf, '{');
	add_head(runbook, buf);
	add_lists(runbook, buf);
	truth(buf, "has_checks", runbook->has_checks);
	strbuf_addstr(buf, ",\n\"sections\":[");
	for (size_t i = 0; i < runbook->sections.count; i++)
		add_section(runbook, i, buf);
	strbuf_addstr(buf, "],\n\"steps\":[");
	for (size_t i = 0; i < runbook->steps.count; i++)
		add_step(runbook, i, buf);
	strbuf_addstr(buf, "]}\n");
}
