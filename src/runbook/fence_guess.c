#include <string.h>
#include <strings.h>

#include "promql/promql.h"
#include "runbook/fence_guess.h"
#include "runbook/program.h"
#include "runbook/shell.h"

static bool starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

/* A compound command parses only when it is closed: prose never does. */
static bool is_compound(const char *text)
{
	static const char *const words[] = {
		"for ", "while ", "until ", "if ", "case ", "[[ ", "(", "{ ", "function "
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (starts(text, words[i]))
			return true;
	}
	return false;
}

static bool has_flag(const struct shell_call *call)
{
	for (size_t i = 1; i < call->count; i++) {
		if (call->words[i][0] == '-' && call->words[i][1] && !strchr("0123456789> ", call->words[i][1]))
			return true;
	}
	return false;
}

/* Two gaps of two blanks and more: a table's row. */
static bool has_columns(const char *text)
{
	size_t gaps = 0;

	for (const char *at = text + strspn(text, " \t"); *at && *at != '\n'; at++) {
		if (*at == '\'' || *at == '"')
			return false;
		gaps += (at[0] == '\t' || (at[0] == ' ' && at[1] == ' ')) && at[1] && at[2] && at[2] != ' ' &&
			at[2] != '\n';
	}
	return gaps >= 2;
}

static enum fence_guess guess_path(const char *name)
{
	static const char *const scripts[] = { ".sh", ".py", ".pl", ".rb", ".bash" };
	static const char *const folders[] = { "./", "../", "~/", "bin/", "scripts/", "tools/", "hack/", "ops/" };

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (ends(name, scripts[i]))
			return GUESS_LIKELY;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (starts(name, folders[i]))
			return GUESS_LIKELY;
	}
	return name[0] == '/' && (strstr(name, "bin/") || strstr(name, "/init.d/")) ? GUESS_LIKELY : GUESS_NO;
}

static enum fence_guess guess_name(const char *name)
{
	size_t shape = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-+");

	if (strcmp(name, "[") == 0 || strcmp(name, "[[") == 0 || strcmp(name, "((") == 0 || strcmp(name, ".") == 0 ||
	    strcmp(name, ":") == 0)
		return GUESS_LIKELY;
	if (program_look_up(name) == PROGRAM_KNOWN)
		return GUESS_LIKELY;
	if (strchr(name, '/') || ends(name, ".sh") || ends(name, ".py"))
		return guess_path(name);
	return !name[shape] && name[0] >= 'a' && name[0] <= 'z' ? GUESS_MAYBE : GUESS_NO;
}

/* A word that prose has too is a program with a flag, a path, an expansion, a pipe, or alone. */
static bool has_evidence(const struct shell_calls *calls, const struct shell_call *call)
{
	if (calls->items.count > 1 || call->count == 1 || has_flag(call) || !call->literal || call->writes_file ||
	    call->reads_file)
		return true;
	for (size_t i = 1; i < call->count; i++) {
		if (strpbrk(call->words[i], "/=.") && !ends(call->words[i], "."))
			return true;
	}
	return call->count == 2 && call->words[1][strspn(call->words[1], "0123456789")] == '\0';
}

static bool is_sentence(const char *text, const struct shell_call *call)
{
	return call->count > 3 && !has_flag(call) &&
	       (ends(text, ".") || ends(text, ":") || ends(text, "...") || strstr(text, ", "));
}

static enum fence_guess guess_calls(const char *text, const struct shell_calls *calls)
{
	const struct shell_call *call = calls->items.items;
	enum fence_guess guess;

	if (!calls->complete || !calls->items.count)
		return GUESS_NO;
	if (is_compound(text))
		return GUESS_LIKELY;
	if (!call->count)
		return call->assigned_count &&
				       (strstr(text, "$(") ||
					call->assigned[0][strcspn(call->assigned[0], "abcdefghijklmnopqrstuvwxyz")] ==
						'\0')
			       ? GUESS_LIKELY
			       : GUESS_MAYBE;
	if (call->assigned_count && call->words[0][strspn(call->words[0], "0123456789:.")] == '\0')
		return GUESS_NO;
	if (has_columns(text) && !has_flag(call) && calls->items.count == 1)
		return GUESS_NO;
	if (call->dynamic)
		return text[0] == '{' || text[0] == '[' || text[0] == '*' ? GUESS_NO : GUESS_MAYBE;
	guess = guess_name(call->words[0]);
	if (guess == GUESS_MAYBE && program_look_up(call->words[0]) == PROGRAM_ENGLISH && has_evidence(calls, call))
		guess = GUESS_LIKELY;
	return guess != GUESS_NO && is_sentence(text, call) && !has_evidence(calls, call) ? GUESS_NO : guess;
}

enum fence_guess fence_guess_command(const char *text)
{
	struct arena arena = { 0 };
	struct shell_calls calls;
	enum fence_guess guess;

	shell_read(text, &arena, &calls);
	guess = guess_calls(text, &calls);
	shell_calls_release(&calls);
	arena_release(&arena);
	return guess;
}

bool fence_is_assignment(const char *text)
{
	struct arena arena = { 0 };
	struct shell_calls calls;
	bool assigns;

	shell_read(text, &arena, &calls);
	assigns = calls.complete && calls.items.count &&
		  (!calls.items.items[0].count || strcmp(calls.items.items[0].words[0], "export") == 0);
	shell_calls_release(&calls);
	arena_release(&arena);
	return assigns;
}

bool fence_is_promql(const char *text, bool labelled)
{
	static const struct promql_syntax syntax = { .left_open = true };
	struct promql *promql;

	/* A bare word is an expression too. Metrics' names have '_' or ':', programs have not. */
	if (!labelled && !strpbrk(text, "{[(_:"))
		return false;
	if (fence_guess_command(text) == GUESS_LIKELY && !(labelled && !strpbrk(text, " \t")))
		return false;
	promql = promql_parse(text, &syntax, NULL);
	promql_free(promql);
	return promql != NULL;
}

/* Words that are nothing but operators, and metrics that are on every server. */
static bool is_query_word(const char *word, size_t length)
{
	static const char *const words[] = { "up", "ALERTS", "and", "or", "unless", "bool" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
			return true;
	return false;
}

enum fence_guess fence_guess_comparison(const char *text)
{
	static const char signs[] = "0123456789.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:";
	static const struct promql_syntax syntax = { .left_open = true };
	bool compares = strpbrk(text, "<>") || strstr(text, "==") || strstr(text, "!="), sure = true;
	size_t names = 0;
	struct promql *promql;

	if (!compares || fence_guess_command(text) == GUESS_LIKELY)
		return GUESS_NO;
	for (const char *at = text; *at;) {
		size_t length = strspn(at, signs);
		/* "5m" and "1e3" are numbers, "a1" is a name. */
		bool names_something = length && !strchr("0123456789.", *at);

		sure = sure && (!names_something || is_query_word(at, length));
		names += names_something;
		at += length ? length : 1;
	}
	promql = names ? promql_parse(text, &syntax, NULL) : NULL;
	promql_free(promql);
	return !promql ? GUESS_NO : sure ? GUESS_LIKELY : GUESS_MAYBE;
}

bool fence_is_sql(const char *text, bool labelled)
{
	static const char *const verbs[] = { "SELECT",   "INSERT", "UPDATE",  "DELETE", "CREATE",  "ALTER",
					     "DROP",     "WITH",   "EXPLAIN", "VACUUM", "ANALYZE", "REINDEX",
					     "TRUNCATE", "GRANT",  "REVOKE",  "BEGIN",  "SHOW",    "\\d" };
	size_t length = strlen(text);

	while (length && strchr(" \t\n", text[length - 1]))
		length--;
	while (starts(text, "--")) {
		size_t line = strcspn(text, "\n");

		if (!text[line])
			return labelled;
		text += line + 1;
		length -= length > line + 1 ? line + 1 : length;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		size_t verb = strlen(verbs[i]);
		bool upper = strncmp(text, verbs[i], verb) == 0;

		if (strncasecmp(text, verbs[i], verb) != 0 || (text[verb] && !strchr(" \t\n;+", text[verb])))
			continue;
		return labelled || (length && text[length - 1] == ';') || (upper && verb > 2);
	}
	return false;
}

bool fence_is_config_line(const char *line, size_t length)
{
	size_t at = 0, key;

	while (at < length && (line[at] == ' ' || line[at] == '\t'))
		at++;
	if (at == length || (length - at == 3 && memcmp(line + at, "---", 3) == 0))
		return true;
	while (at + 1 < length && line[at] == '-' && line[at + 1] == ' ')
		at += 2;
	if (strchr("{}]", line[at]) || (line[at] == '[' && memchr(line, ']', length)))
		return true;
	if (line[at] == '"') {
		const char *end = memchr(line + at + 1, '"', length - at - 1);
		size_t behind = end ? (size_t)(end - line) + 1 : length;

		return behind < length && (line[behind] == ':' || line[behind] == ',');
	}
	key = at;
	while (at < length &&
	       (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./<>", line[at])))
		at++;
	return at > key && at < length && line[at] == ':' && (at + 1 == length || line[at + 1] == ' ');
}

bool fence_is_drawing(const char *text, size_t length)
{
	size_t strokes = 0;

	/* U+2500..U+257F, and arrows U+2190..U+21FF. */
	for (size_t i = 0; i + 2 < length; i++) {
		const unsigned char *at = (const unsigned char *)text + i;

		strokes += at[0] == 0xe2 && (at[1] == 0x94 || at[1] == 0x95);
		strokes += at[0] == 0xe2 && (at[1] == 0x86 || at[1] == 0x87);
		if (at[0] == '+' && at[1] == '-' && at[2] == '-')
			strokes += 2;
	}
	return strokes >= 4;
}

bool fence_hints_output(const char *hint)
{
	static const char *const words[] = { "example output",
					     "sample output",
					     "expected output",
					     "output example",
					     "output:",
					     "output is",
					     "output will",
					     "output should",
					     "output similar",
					     "similar to this",
					     "similar to the following",
					     "will show something",
					     "you should see",
					     "returns:",
					     "response:",
					     "the output looks",
					     "log:",
					     "logs:" };
	size_t length = strlen(hint), from = 0;

	/* Only the last sentence speaks of the block. */
	for (size_t i = 0; i + 2 < length; i++) {
		if (hint[i] == '.' && strchr(" \n", hint[i + 1]))
			from = i + 1;
	}
	for (size_t i = from; i < length; i++) {
		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
			if (strncasecmp(hint + i, words[w], strlen(words[w])) == 0)
				return true;
		}
	}
	return false;
}
