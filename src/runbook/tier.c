#include <string.h>

#include "runbook/tier.h"
#include "runbook/tier_read.h"
#include "runbook/tier_table.h"

/* Commands within commands: kubectl exec -- sh -c "ssh ...". */
#define NESTING_MAX 8

static struct tier_verdict tier_of_text(const char *text, unsigned depth, struct arena *arena);

static struct tier_verdict verdict(enum step_tier tier, const char *reason)
{
	return (struct tier_verdict){ .tier = tier, .title = "", .reason = reason };
}

static struct tier_verdict changes(const char *reason)
{
	return (struct tier_verdict){ .tier = TIER_CHANGE, .title = "", .reason = reason, .surely = reason };
}

static bool is_plain(const char *word)
{
	return word[0] && !strpbrk(word, "$`<>*?{}'\"\\ \t\n") && word[0] != '-';
}

static const char *harmful_assignment(const struct shell_call *call)
{
	for (size_t i = 0; i < call->assigned_count; i++) {
		if (tier_is_harmful_variable(call->assigned[i]))
			return call->assigned[i];
	}
	return NULL;
}

/* Of `env NAME=VALUE command` the names stand among the words. */
static const char *harmful_word(const struct shell_call *call, size_t inner, struct arena *arena)
{
	for (size_t i = 1; i + inner < call->count; i++) {
		const char *equals = strchr(call->words[i], '=');
		const char *name =
			equals ? arena_strndup(arena, call->words[i], (size_t)(equals - call->words[i])) : NULL;

		if (name && tier_is_harmful_variable(name))
			return name;
	}
	return NULL;
}

static struct tier_verdict tier_of_call(const struct shell_call *call, const char *text, unsigned depth,
					struct arena *arena)
{
	struct tier_inner inner;
	const char *name;

	if (depth > NESTING_MAX)
		return changes("commands stand too deep within commands");
	if (!call->count)
		return verdict(TIER_READ, "it only sets variables");
	if (call->dynamic || !is_plain(call->words[0]))
		return verdict(TIER_CHANGE, "which program it runs is known only when it runs");
	inner = tier_inner(call, arena);
	switch (inner.kind) {
	case INNER_WORDS:
		name = harmful_word(call, inner.call.count, arena);
		if (name)
			return changes(arena_printf(arena, "it sets '%s'", name));
		inner.call.dynamic = false;
		return tier_of_call(&inner.call, text, depth + 1, arena);
	case INNER_TEXT: return tier_of_text(inner.text, depth + 1, arena);
	case INNER_UNKNOWN:
		return verdict(TIER_CHANGE, arena_printf(arena, "what '%s' runs cannot be seen", call->words[0]));
	case INNER_NONE: break;
	}
	return tier_read_call(call, text, arena);
}

/* What stands beside the program's own arguments. */
static void look_beside(const struct shell_call *call, struct tier_verdict *found, struct arena *arena)
{
	const char *name = harmful_assignment(call), *why = NULL;

	if (call->writes_file)
		why = "it writes a file";
	else if (name)
		why = arena_printf(arena, "it sets '%s'", name);
	if (why && found->tier == TIER_READ)
		*found = changes(why);
	else if (why && !found->surely)
		found->surely = why;
}

static struct tier_verdict tier_of_calls(const struct shell_calls *calls, const char *text, unsigned depth,
					 struct arena *arena)
{
	struct tier_verdict worst = verdict(TIER_READ, "it runs nothing");
	const char *first = NULL, *surely = NULL;
	bool several = false;

	for (size_t i = 0; i < calls->items.count; i++) {
		const struct shell_call *call = &calls->items.items[i];
		struct tier_verdict found = tier_of_call(call, text, depth, arena);

		look_beside(call, &found, arena);
		several |= first && call->count && found.title[0] && strcmp(first, found.title) != 0;
		if (!first && found.title[0])
			first = found.title;
		if (i == 0 || found.tier > worst.tier ||
		    (found.tier == worst.tier && !worst.title[0] && found.title[0]))
			worst = found;
		if (found.surely && (!surely || found.tier == TIER_DESTROY))
			surely = found.surely;
	}
	worst.surely = surely;
	if (worst.tier == TIER_READ && several)
		worst.reason = arena_printf(arena, "'%s' and what stands with it only read", first);
	return worst;
}

static struct tier_verdict tier_of_text(const char *text, unsigned depth, struct arena *arena)
{
	struct shell_calls calls;
	struct tier_verdict found;

	shell_read(text, arena, &calls);
	found = calls.complete ? tier_of_calls(&calls, text, depth, arena)
			       : changes("it is no whole command of a shell");
	shell_calls_release(&calls);
	return found;
}

enum step_tier tier_of_command(const char *command, struct arena *arena, const char **ret_reason)
{
	struct tier_verdict found = tier_of_text(command, 0, arena);

	*ret_reason = found.reason;
	return found.tier;
}

const char *tier_surely_changes(const char *command, struct arena *arena)
{
	return tier_of_text(command, 0, arena).surely;
}
