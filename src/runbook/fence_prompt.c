#include <stdbool.h>
#include <string.h>

#include "runbook/fence_prompt.h"

#define WORD_MAX 60

static bool is_alnum(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

static bool is_blank(const char *text, size_t length, size_t at)
{
	return at < length && (text[at] == ' ' || text[at] == '\t');
}

/* "[root@host ~]# ", also "(env) [..]$ ": what stands in the brackets is the host's. */
static size_t bracket_length(const char *text, size_t length)
{
	const char *end = length && text[0] == '[' ? memchr(text, ']', length < WORD_MAX ? length : WORD_MAX) : NULL;
	size_t at = end ? (size_t)(end - text) + 1 : 0;

	if (!end || !memchr(text, '@', at) || at >= length || (text[at] != '$' && text[at] != '#'))
		return 0;
	return at + 1;
}

static bool is_lower(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] < 'a' || text[i] > 'z')
			return false;
	return true;
}

/* A word of a host or a shell, glued to its sign or one blank before it. Prose has such words only without -@~/:. */
static size_t host_length(const char *text, size_t length)
{
	size_t at = 0;
	bool marked = false, spaced;

	while (at < length && at < WORD_MAX && (is_alnum(text[at]) || strchr("-.@~/:", text[at]))) {
		marked |= !is_alnum(text[at]) || (text[at] >= '0' && text[at] <= '9');
		at++;
	}
	spaced = at > 0 && is_blank(text, length, at);
	/* "pod$ ls": a plain word, when the sign is glued to it. */
	if (!marked && at > 1 && at < length && text[at] == '$' && is_lower(text, at))
		return at + 1;
	if (!marked || at + spaced >= length)
		return 0;
	if (text[at + spaced] == '$' || text[at + spaced] == '%')
		return text[at + spaced] == '%' && !memchr(text, '@', at) ? 0 : at + spaced + 1;
	/* `ls # what is there` is a command with a comment. */
	if (text[at + spaced] == '#' &&
	    (!spaced || text[at - 1] == '~' || text[at - 1] == '/' || memchr(text, '@', at)))
		return at + spaced + 1;
	return 0;
}

/* "db=# ", "db=> ", "db-# ", "db(# ". */
static size_t sql_length(const char *text, size_t length)
{
	static const char *const names[] = { "mysql>", "MariaDB>", "sqlite>", "cqlsh>", "SQL>", "    ->" };
	size_t at = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (length > strlen(names[i]) && memcmp(text, names[i], strlen(names[i])) == 0)
			return strlen(names[i]);
	}
	while (at < length && at < WORD_MAX && is_alnum(text[at]))
		at++;
	if (!at || at + 1 >= length || !strchr("=-('", text[at]) || (text[at + 1] != '#' && text[at + 1] != '>'))
		return 0;
	return at + 2;
}

static size_t other_length(const char *text, size_t length)
{
	static const char *const names[] = {
		">>>", "...", "mongo>", "test>", "irb>", "gdb>", "(gdb)", "iex>", "redis>"
	};
	size_t at = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (length > strlen(names[i]) && memcmp(text, names[i], strlen(names[i])) == 0)
			return strlen(names[i]);
	}
	while (at < length && at < WORD_MAX &&
	       ((text[at] >= '0' && text[at] <= '9') || text[at] == '.' || text[at] == ':'))
		at++;
	return at > 3 && at < length && text[at] == '>' && memchr(text, ':', at) ? at + 1 : 0;
}

enum fence_prompt fence_prompt(const char *line, size_t length, size_t *ret_length)
{
	size_t lead = 0, found;
	enum fence_prompt kind = PROMPT_SHELL;

	while (is_blank(line, length, lead))
		lead++;
	line += lead;
	length -= lead;
	if (length && line[0] == '$') {
		found = 1;
	} else if (length && line[0] == '#') {
		found = 1;
		kind = PROMPT_HASH;
	} else if ((found = sql_length(line, length)) > 0) {
		kind = PROMPT_SQL;
	} else if ((found = other_length(line, length)) > 0) {
		kind = PROMPT_OTHER;
	} else if ((found = bracket_length(line, length)) == 0 && (found = host_length(line, length)) == 0) {
		found = length && line[0] == '>';
		kind = PROMPT_MORE;
	}
	*ret_length = 0;
	if (!found || !is_blank(line, length, found))
		return PROMPT_NONE;
	while (is_blank(line, length, found))
		found++;
	if (found >= length)
		return PROMPT_NONE;
	*ret_length = lead + found;
	return kind;
}
