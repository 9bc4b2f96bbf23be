#include "runbook/other_shell.h"

#include <stdint.h>
#include <string.h>

#include "runbook/lint_command.h"
#include "runbook/placeholder.h"

/* They lead to another place, with the command they are given or with a shell. */
static const char *const leading[] = {
	"kubectl exec", "kubectl run",         "oc exec",     "oc rsh",     "oc run",
	"docker exec",  "docker run",          "podman exec", "podman run", "nerdctl exec",
	"crictl exec",  "docker-compose exec", "ssh",         "chroot",     "nsenter",
	"lxc exec",     "docker compose exec",
};

/* With a shell when they are given no command behind "--". */
static const char *const bare[] = {
	"kubectl debug", "oc debug", "machinectl shell", "lxc-attach", "toolbox", "vagrant ssh", "gcloud compute ssh",
};

static const char *const shells[] = { "sh", "bash", "ash", "dash", "zsh", "ksh", "fish", "csh", "tcsh" };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A shell to type in: none that is given a text or a file. */
static bool is_shell(const char *const *words, size_t count)
{
	const char *slash = count ? strrchr(words[0], '/') : NULL, *name = slash ? slash + 1 : count ? words[0] : "";
	bool found = false;

	for (size_t i = 0; i < COUNT(shells); i++)
		found |= strcmp(name, shells[i]) == 0;
	for (size_t i = 1; found && i < count; i++)
		found = words[i][0] == '-' && (words[i][1] == '-' || !strchr(words[i], 'c'));
	return found;
}

static bool matches(const struct shell_call *call, const char *const *patterns, size_t count)
{
	struct tier_operands operands;

	tier_operands(call, &operands);
	for (size_t i = 0; i < count; i++)
		if (tier_matches(&operands, patterns[i]))
			return true;
	return false;
}

static bool opens(const struct shell_call *call, struct arena *arena)
{
	bool is_bare = matches(call, bare, COUNT(bare));
	struct tier_inner inner;

	if (call->reads_file || (!is_bare && !matches(call, leading, COUNT(leading))))
		return false;
	inner = tier_inner(call, arena);
	switch (inner.kind) {
	case INNER_WORDS: return is_shell(inner.call.words, inner.call.count);
	case INNER_TEXT: return is_shell(&inner.text, 1);
	case INNER_UNKNOWN: return true;
	default: break;
	}
	/* Of those whose command is not known by its place it is looked for at the end. */
	for (size_t i = 1; i < call->count; i++)
		if (strcmp(call->words[i], "--") == 0)
			return is_shell(call->words + i + 1, call->count - i - 1);
	return is_bare || is_shell(call->words + call->count - 1, 1);
}

bool other_shell_opens(const char *text, struct arena *arena)
{
	struct lint_command command;
	bool ret = false;

	lint_command_init(&command, text, NULL, arena);
	for (size_t i = 0; i < command.calls.count; i++)
		ret |= opens(&command.calls.items[i]->call, arena);
	lint_command_release(&command);
	return ret;
}

static const char *any_value(void *user, const char *name)
{
	(void)user;
	(void)name;
	return "x";
}

/* Places for values are no words of the shell: <node> would be read as a redirection. */
static bool step_opens(const struct runbook_step *step)
{
	struct arena arena = { 0 };
	struct strbuf text = STRBUF_INIT;
	bool ret = placeholder_fill(step->text, step->placeholders.items, step->placeholders.count, any_value, NULL,
				    &text, NULL) == 0 &&
		   other_shell_opens(text.text, &arena);

	strbuf_release(&text);
	arena_release(&arena);
	return ret;
}

static bool is_exit(const char *text)
{
	size_t length = strcspn(text, " \t\n;");

	return (length == 4 && strncmp(text, "exit", 4) == 0) || (length == 6 && strncmp(text, "logout", 6) == 0);
}

/* "$" alone is the shell at hand, and so is a prompt like that of the command that led away. */
static bool is_elsewhere(const struct other_shell *shells_open, const struct runbook *runbook,
			 const struct runbook_step *step)
{
	const struct runbook_step *first = &runbook->steps.items[shells_open->opened_by[0]];

	return *step->prompt && strcmp(step->prompt, "$") != 0 && strcmp(step->prompt, first->prompt) != 0;
}

void other_shell_follow(struct other_shell *open, struct runbook *runbook, size_t index)
{
	struct runbook_step *step = &runbook->steps.items[index];
	bool elsewhere;

	if (step->section != open->section)
		*open = (struct other_shell){ .section = step->section };
	if (step->kind != STEP_COMMAND)
		return;
	elsewhere = open->count && is_elsewhere(open, runbook, step);
	/* Back where it began. */
	if (open->count && !elsewhere && *step->prompt)
		open->count = 0;
	if (elsewhere)
		step->other_shell = open->opened_by[open->count - 1];
	if (elsewhere && is_exit(step->text))
		open->count--;
	else if (open->count < OTHER_SHELLS_MAX && step_opens(step))
		open->opened_by[open->count++] = index;
}

const char *other_shell_fault(const struct runbook *runbook, const struct runbook_step *step, struct arena *arena)
{
	if (step->other_shell == SIZE_MAX)
		return NULL;
	return arena_printf(arena,
			    "stood at the prompt '%s' of a shell that step %s opens: here it would run on this host",
			    step->prompt, runbook->steps.items[step->other_shell].id);
}
