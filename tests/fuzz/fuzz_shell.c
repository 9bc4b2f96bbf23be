/* Shell texts: units lie in order within the text, what is one whole command reads as one, and tiers are always told.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "invariant.h"
#include "runbook/runbook_lint.h"
#include "runbook/shell.h"
#include "runbook/tier.h"

#include "base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_calls(const char *text, size_t length, bool complete)
{
	struct arena arena = { 0 };
	struct shell_calls calls;

	shell_read(text, &arena, &calls);
	never(complete && !calls.complete);
	for (size_t i = 0; i < calls.items.count; i++) {
		const struct shell_call *call = &calls.items.items[i];

		never(call->begin > call->end || call->end > length || call->words[call->count] ||
		      (i && call->begin < calls.items.items[i - 1].begin));
		for (size_t w = 0; w < call->count; w++) {
			never(!call->words[w]);
		}
	}
	shell_calls_release(&calls);
	arena_release(&arena);
}

static void check_tier(const char *text)
{
	struct arena arena = { 0 };
	struct strbuf faults = STRBUF_INIT;
	const char *reason = NULL;
	enum step_tier tier = tier_of_command(text, &arena, &reason);

	never(tier > TIER_DESTROY || !reason || !reason[0]);
	tier_never_ends(text, &arena);
	never(runbook_lint_command(text, NULL, &faults) != (faults.length > 0));
	strbuf_release(&faults);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shell_units units = { 0 };
	char *text = malloc(size + 1);
	size_t end = 0;

	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	shell_split(text, size, &units);
	for (size_t i = 0; i < units.items.count; i++) {
		const struct shell_unit *unit = &units.items.items[i];
		char *one;

		never(unit->begin < end || unit->begin >= unit->end || unit->end > size);
		end = unit->end;
		if (unit->comment || memchr(text + unit->begin, '\0', unit->end - unit->begin))
			continue;
		one = strndup(text + unit->begin, unit->end - unit->begin);
		check_calls(one, unit->end - unit->begin, unit->complete);
		free(one);
	}
	check_calls(text, size, false);
	check_tier(text);
	vec_release(&units.items);
	free(text);
	return 0;
}
