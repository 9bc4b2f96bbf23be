/* Commands of checks and choices that would never be asked. */
#include "runbook/lint_private.h"
#include "runbook/placeholder.h"
#include "runbook/tier.h"

static const char *any_value(void *user, const char *name)
{
	(void)user;
	(void)name;
	return "x";
}

/* As it would be with values in it: <x> would be read as redirections. */
static const char *fill(const char *command, struct arena *arena)
{
	struct placeholders found = { 0 };
	struct strbuf filled = STRBUF_INIT;
	struct error error;

	placeholder_find(command, NULL, NULL, arena, &found);
	if (placeholder_fill(command, found.items.items, found.items.count, any_value, NULL, &filled, &error) == 0)
		command = arena_strdup(arena, filled.text);
	vec_release(&found.items);
	strbuf_release(&filled);
	return command;
}

static void look_at(struct lint *lint, const char *command, bool declared, unsigned line, const char *what)
{
	const char *reason, *surely;

	if (!command)
		return;
	command = fill(command, &lint->arena);
	if (tier_of_command(command, &lint->arena, &reason) == TIER_READ)
		return;
	surely = tier_surely_changes(command, &lint->arena);
	if (surely)
		lint_add(lint, FAULT_APPROXIMATION, line, "%s is never run: %s (a command that only reads)", what,
			 surely);
	else if (!declared)
		lint_add(lint, FAULT_APPROXIMATION, line,
			 "%s is never run: %s (risk: read beside it, where it only reads)", what, reason);
}

static void look_at_checks(struct lint *lint, const struct step_check *checks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		look_at(lint, checks[i].command, checks[i].declared, checks[i].line, "the check's command");
}

void lint_find_unread(struct lint *lint)
{
	const struct runbook *runbook = lint->runbook;

	for (size_t i = 0; i < runbook->sections.count; i++)
		look_at_checks(lint, runbook->sections.items[i].checks.items, runbook->sections.items[i].checks.count);
	for (size_t i = 0; i < runbook->steps.count; i++) {
		const struct step_notes *notes = &runbook->steps.items[i].notes;

		look_at_checks(lint, notes->checks.items, notes->checks.count);
		for (size_t k = 0; k < notes->choices.count; k++)
			look_at(lint, notes->choices.items[k].command, notes->choices.items[k].declared,
				notes->choices.items[k].line,
				arena_printf(&lint->arena, "the command of the choices of <%s>",
					     notes->choices.items[k].placeholder));
	}
}
