#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "runbook/tier_read.h"
#include "runbook/tier_table.h"

static const struct tier_row *find_row(const struct tier_operands *operands, size_t *ret_words)
{
	const struct tier_row *found = NULL;
	size_t best = 0;

	for (size_t i = 0; i < tier_row_count; i++) {
		size_t words = tier_matches(operands, tier_rows[i].call);

		/* Of two rows that match as far, the graver one. */
		if (words > best || (words && words == best && found && tier_rows[i].tier > found->tier)) {
			found = &tier_rows[i];
			best = words;
		}
	}
	*ret_words = best;
	return found;
}

/* Is the word in the text, whole, in any case? */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = text; *at; at++) {
		if (strncasecmp(at, word, length) == 0 && !isalnum((unsigned char)at[length]) && at[length] != '_' &&
		    (at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')))
			return true;
	}
	return false;
}

static const char *sql_loss(const char *text)
{
	static const char *const words[] = { "DROP", "TRUNCATE", "DELETE", "dropDatabase", "deleteMany" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (has_word(text, words[i]))
			return words[i];
	}
	return NULL;
}

/* Words of awk and sed that write and run; a comparison with a number is none. */
static bool is_harmless_script(const char *script)
{
	if (strstr(script, "system") || strstr(script, "getline") || strchr(script, '|') || strstr(script, "w ") ||
	    strstr(script, "/e") || strstr(script, "/w") || strcmp(script, "e") == 0)
		return false;
	for (const char *at = strchr(script, '>'); at; at = strchr(at + 1, '>')) {
		const char *next = at + 1 + (at[1] == '=');

		next += strspn(next, " ");
		if (*next < '0' || *next > '9')
			return false;
	}
	return true;
}

static bool are_harmless_scripts(const struct shell_call *call)
{
	for (size_t i = 1; i < call->count; i++) {
		if (!is_harmless_script(call->words[i]))
			return false;
	}
	return true;
}

static const char *harmful_name(const struct shell_call *call, struct arena *arena)
{
	for (size_t i = 1; i < call->count; i++) {
		const char *name = arena_strndup(arena, call->words[i], strcspn(call->words[i], "+="));

		if (tier_is_harmful_variable(name))
			return name;
	}
	for (size_t i = 0; i < call->assigned_count; i++) {
		if (tier_is_harmful_variable(call->assigned[i]))
			return call->assigned[i];
	}
	return NULL;
}

/* -X GET and -o /dev/null do what curl does without them. The call without these words. */
static struct shell_call without_harmless(const struct shell_call *call, struct arena *arena)
{
	static const char *const pairs[][2] = {
		{ "-X", "GET" },         { "-X", "HEAD" },      { "--request", "GET" },
		{ "--request", "HEAD" }, { "-o", "/dev/null" }, { "--output", "/dev/null" },
		{ "-o", "-" },
	};
	struct shell_call copy = *call;

	copy.words = arena_array(arena, call->count + 1, sizeof(char *));
	copy.count = 0;
	for (size_t i = 0; i < call->count; i++) {
		bool harmless = false;

		for (size_t p = 0; i + 1 < call->count && p < sizeof(pairs) / sizeof(pairs[0]); p++)
			harmless |= strcmp(call->words[i], pairs[p][0]) == 0 &&
				    strcmp(call->words[i + 1], pairs[p][1]) == 0;
		i += harmless;
		/* -so /dev/null: the letter is the last of its cluster. */
		if (!harmless && i + 1 < call->count && strcmp(call->words[i + 1], "/dev/null") == 0 &&
		    call->words[i][0] == '-' && call->words[i][strlen(call->words[i]) - 1] == 'o')
			copy.words[copy.count++] = arena_strndup(arena, call->words[i], strlen(call->words[i]) - 1);
		else if (!harmless)
			copy.words[copy.count++] = call->words[i];
	}
	return copy;
}

static bool overwrites(const struct shell_call *call)
{
	for (size_t i = 1; i < call->count; i++) {
		if (strncmp(call->words[i], "of=", 3) == 0 && strcmp(call->words[i], "of=/dev/null") != 0)
			return true;
	}
	return false;
}

static struct tier_verdict may_change(const char *title, const char *with, struct arena *arena)
{
	return (struct tier_verdict){ .tier = TIER_CHANGE,
				      .title = title,
				      .reason = with ? arena_printf(arena, "'%s' with '%s' changes", title, with)
						     : arena_printf(arena, "'%s' changes", title) };
}

static struct tier_verdict changes(const char *title, const char *with, struct arena *arena)
{
	struct tier_verdict ret = may_change(title, with, arena);

	ret.surely = ret.reason;
	return ret;
}

static struct tier_verdict destroys(const char *title, const char *with, struct arena *arena)
{
	const char *reason = with ? arena_printf(arena, "'%s' with '%s' destroys", title, with)
				  : arena_printf(arena, "'%s' destroys", title);

	return (struct tier_verdict){ .tier = TIER_DESTROY, .title = title, .reason = reason, .surely = reason };
}

static const char *word_of(const char *flag, struct arena *arena)
{
	return arena_strndup(arena, flag, strcspn(flag, " "));
}

/* An expansion might be a flag. */
static const char *unknown_word(const struct shell_call *call)
{
	for (size_t i = 1; i < call->count; i++) {
		if (tier_is_unknown(call->words[i]))
			return call->words[i];
	}
	return NULL;
}

/* What a reading row's own check finds; NULL: nothing. */
static const char *check_reading(const struct tier_row *row, const struct shell_call *call,
				 const struct tier_operands *operands, struct arena *arena)
{
	switch (row->check) {
	case CHECK_SCRIPT: return are_harmless_scripts(call) ? NULL : "what its script does";
	case CHECK_UNIQ: return operands->count > 2 ? operands->words[2] : NULL;
	case CHECK_NAMES: return harmful_name(call, arena);
	default: return NULL;
	}
}

static struct tier_verdict read_row(const struct tier_row *row, const struct shell_call *call,
				    const struct tier_operands *operands, size_t words, const char *text,
				    struct arena *arena)
{
	const char *title = tier_title(operands, words, arena), *found;
	struct shell_call looked = row->check == CHECK_CURL ? without_harmless(call, arena) : *call;

	found = row->destroys_with ? tier_flag(&looked, row->destroys_with, row->exact) : NULL;
	if (found)
		return destroys(title, word_of(found, arena), arena);
	if (row->tier == TIER_DESTROY)
		return destroys(title, NULL, arena);
	if (row->check == CHECK_DD && overwrites(call))
		return destroys(title, "of=", arena);
	if (row->check == CHECK_SQL && (found = sql_loss(text)))
		return destroys(title, found, arena);
	if (row->tier == TIER_CHANGE)
		return changes(title, NULL, arena);
	found = row->changes_with ? tier_flag(&looked, row->changes_with, row->exact) : NULL;
	if (found)
		return changes(title, word_of(found, arena), arena);
	if (row->changes_with && row->check != CHECK_SCRIPT && row->check != CHECK_ECHO &&
	    (found = unknown_word(&looked)))
		return may_change(title, found, arena);
	if (row->alone && operands->count > words)
		return changes(title, operands->words[words], arena);
	if (row->needs && !tier_flag(&looked, row->needs, row->exact))
		return changes(title, NULL, arena);
	if ((found = check_reading(row, call, operands, arena)))
		return row->check == CHECK_SCRIPT ? may_change(title, found, arena) : changes(title, found, arena);
	return (struct tier_verdict){ .title = title, .reason = arena_printf(arena, "'%s' only reads", title) };
}

/* Of a call that no row reads: does it change at any rate? */
static const char *surely_changes(const struct tier_operands *operands, struct arena *arena)
{
	for (size_t i = 0; i < tier_changing_count; i++) {
		size_t words = tier_matches(operands, tier_changing_calls[i]);

		if (words)
			return arena_printf(arena, "'%s' changes", tier_title(operands, words, arena));
	}
	return NULL;
}

struct tier_verdict tier_read_call(const struct shell_call *call, const char *text, struct arena *arena)
{
	struct tier_operands operands;
	const struct tier_row *row;
	size_t words;

	tier_operands(call, &operands);
	row = find_row(&operands, &words);
	if (row)
		return read_row(row, call, &operands, words, text, arena);
	return (struct tier_verdict){ .tier = TIER_CHANGE,
				      .title = operands.words[0],
				      .reason = arena_printf(arena, "'%s' is on no list of reading commands",
							     tier_title(&operands, 1, arena)),
				      .surely = surely_changes(&operands, arena) };
}
