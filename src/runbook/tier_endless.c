#include <string.h>

#include "runbook/tier.h"
#include "runbook/tier_call.h"
#include "runbook/tier_table.h"

#define NESTING_MAX 8

static const char *endless_text(const char *text, unsigned depth, struct arena *arena);

static bool is_number(const char *word)
{
	return word[0] && word[strspn(word, "0123456789.")] == '\0';
}

/* vmstat, iostat and mpstat go on with an interval alone; without any number they print once. */
static bool counts(const struct tier_endless *row, const struct shell_call *call, const struct tier_operands *operands)
{
	size_t numbers = 0;

	/* `cat` alone waits for a terminal, unless something is piped or read into it. */
	if (row->operands == 1)
		return call->count > 1 || call->reads_file || call->begin > 0;
	for (size_t i = 1; i < operands->count; i++)
		numbers += is_number(operands->words[i]);
	return numbers != 1;
}

/* `-n 1` and `-bn1` alike. */
static const char *find_flag(const struct shell_call *call, const struct tier_endless *row, const char *flags)
{
	return flags ? tier_flag(call, flags, row->exact) : NULL;
}

static const char *endless_row(const struct shell_call *call, struct arena *arena)
{
	struct tier_operands operands;
	const char *title;

	tier_operands(call, &operands);
	for (size_t i = 0; i < tier_endless_count; i++) {
		const struct tier_endless *row = &tier_endless_rows[i];
		size_t words = tier_matches(&operands, row->call);
		const char *flag;

		if (!words || find_flag(call, row, row->unless) || (row->operands && counts(row, call, &operands)))
			continue;
		flag = find_flag(call, row, row->with);
		if (row->with && !flag)
			continue;
		title = tier_title(&operands, words, arena);
		if (!flag)
			return arena_printf(arena, "'%s' %s", title, row->why);
		return arena_printf(arena, "'%s %.*s' %s", title, (int)strcspn(flag, " "), flag, row->why);
	}
	return NULL;
}

static const char *endless_call(const struct shell_call *call, unsigned depth, struct arena *arena)
{
	struct tier_inner inner;
	const char *found;

	if (!call->count || depth > NESTING_MAX)
		return NULL;
	found = endless_row(call, arena);
	if (found)
		return found;
	inner = tier_inner(call, arena);
	if (inner.bounded)
		return NULL;
	switch (inner.kind) {
	case INNER_WORDS: return endless_call(&inner.call, depth + 1, arena);
	case INNER_TEXT: return endless_text(inner.text, depth + 1, arena);
	case INNER_UNKNOWN:
		return inner.terminal ? arena_printf(arena, "'%s' is a shell to type in", call->words[0]) : NULL;
	case INNER_NONE: break;
	}
	return NULL;
}

/* `while true`, `while :` and `until false` end only by a break. */
static const char *endless_loop(const char *text)
{
	static const char *const heads[] = { "while true", "while :", "until false", "for ((;;))", "for (( ; ; ))" };

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const char *found = strstr(text, heads[i]);

		if (found && (found == text || strchr(" \t\n;", found[-1])) && !strstr(found, "break") &&
		    !strstr(found, "exit"))
			return "the loop never ends";
	}
	return NULL;
}

static const char *endless_text(const char *text, unsigned depth, struct arena *arena)
{
	struct shell_calls calls;
	const char *found;

	shell_read(text, arena, &calls);
	found = calls.complete ? endless_loop(text) : NULL;
	for (size_t i = 0; !found && calls.complete && i < calls.items.count; i++) {
		if (!calls.items.items[i].background)
			found = endless_call(&calls.items.items[i], depth, arena);
	}
	shell_calls_release(&calls);
	return found;
}

const char *tier_never_ends(const char *command, struct arena *arena)
{
	return endless_text(command, 0, arena);
}
