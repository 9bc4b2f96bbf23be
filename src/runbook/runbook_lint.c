#include <stdarg.h>
#include <string.h>

#include "base/strbuf.h"
#include "runbook/lint_private.h"
#include "runbook/other_shell.h"

void lint_add(struct lint *lint, enum fault_severity severity, unsigned line, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	error_list_add(lint->errors, severity, lint->runbook->path, line, 0, NULL, "%s", text.text);
	lint->count++;
	strbuf_release(&text);
}

/* A check of a section that it stands in. */
static bool is_section_checked(const struct runbook *runbook, size_t section)
{
	for (;;) {
		const struct runbook_section *at = &runbook->sections.items[section];

		if (at->checks.count)
			return true;
		if (at->parent == section)
			return false;
		section = at->parent;
	}
}

/* Its own check, one of a later step that belongs to it, or one of the verification that follows all. */
static bool is_checked(const struct runbook *runbook, const struct runbook_step *step)
{
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct runbook_step *other = &runbook->steps.items[i];
		bool verifies = runbook_role(runbook, other->section) == SECTION_VERIFICATION;
		bool follows = other >= step && runbook_is_within(runbook, other->section, step->section);

		if (other->notes.checks.count && (verifies || follows))
			return true;
	}
	for (size_t i = 0; i < runbook->sections.count; i++) {
		if (runbook->sections.items[i].checks.count && runbook_role(runbook, i) == SECTION_VERIFICATION)
			return true;
	}
	return is_section_checked(runbook, step->section);
}

static const char *find_no_rollback(const struct runbook *runbook, const struct runbook_step *step)
{
	(void)runbook;
	return step->notes.rollback ? NULL : "it destroys, and no way back is named (rollback: a command, or words)";
}

static const char *find_no_check(const struct runbook *runbook, const struct runbook_step *step)
{
	return is_checked(runbook, step) ? NULL
					 : "it destroys, and nothing proves that all is well afterwards (a check: "
					   "annotation of the step or its section)";
}

static const char *find_no_confirm(const struct runbook *runbook, const struct runbook_step *step)
{
	(void)runbook;
	return step->notes.confirm
		       ? NULL
		       : "it destroys, and the step's number confirms it (confirm: the name of what is lost)";
}

/* What destroying steps must say; a manual one destroys nothing by itself. */
static const struct {
	const char *name;
	const char *(*find)(const struct runbook *runbook, const struct runbook_step *step);
} destroy_rules[] = {
	{ "destroy-rollback", find_no_rollback },
	{ "destroy-check", find_no_check },
	{ "destroy-confirm", find_no_confirm },
};

static void lint_step(struct lint *lint, const struct runbook_step *step)
{
	struct lint_command command;
	const char *fault;

	if (step->kind != STEP_COMMAND || step->notes.manual)
		return;
	lint_command_init(&command, step->text, &step->notes, &lint->arena);
	for (size_t i = 0; i < lint_command_rule_count; i++) {
		fault = lint_command_rules[i].find(&command);

		if (fault)
			lint_add(lint, lint_command_rules[i].severity, step->line, "%s", fault);
	}
	fault = other_shell_fault(lint->runbook, step, &lint->arena);
	if (fault)
		lint_add(lint, FAULT_ERROR, step->line, "%s", fault);
	lint_command_release(&command);
	for (size_t i = 0; step->tier == TIER_DESTROY && i < sizeof(destroy_rules) / sizeof(destroy_rules[0]); i++) {
		fault = destroy_rules[i].find(lint->runbook, step);

		if (fault)
			lint_add(lint, FAULT_APPROXIMATION, step->line, "%s", fault);
	}
}

size_t runbook_lint(const struct runbook *runbook, const struct runbook_lint_context *context,
		    struct error_list *errors)
{
	struct lint lint = { .runbook = runbook, .context = context, .errors = errors };

	for (size_t i = 0; i < runbook->steps.count; i++)
		lint_step(&lint, &runbook->steps.items[i]);
	for (size_t i = 0; i < lint_object_rule_count; i++)
		lint_object_rules[i].find(&lint);
	for (size_t i = 0; i < lint_file_rule_count; i++)
		lint_file_rules[i].find(&lint);
	arena_release(&lint.arena);
	return lint.count;
}

bool runbook_lint_command(const char *text, const struct step_notes *notes, struct strbuf *ret)
{
	struct arena arena = { 0 };
	struct lint_command command;
	bool found = false;

	lint_command_init(&command, text, notes, &arena);
	for (size_t i = 0; i < lint_command_rule_count; i++) {
		const char *fault =
			lint_command_rules[i].severity == FAULT_ERROR ? lint_command_rules[i].find(&command) : NULL;

		if (!fault)
			continue;
		if (found)
			strbuf_addch(ret, '\n');
		strbuf_addstr(ret, fault);
		found = true;
	}
	lint_command_release(&command);
	arena_release(&arena);
	return found;
}
