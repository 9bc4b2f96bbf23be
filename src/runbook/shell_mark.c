#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "runbook/shell_private.h"

/* Longer than any placeholder's words, short enough that looking ahead costs nothing. */
#define ANGLE_MAX 100

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_alpha(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool is_alnum(char ch)
{
	return is_alpha(ch) || is_digit(ch) || ch == '_';
}

size_t shell_name_length(const char *text, size_t length)
{
	size_t ret = 0;

	if (!length || is_digit(text[0]))
		return 0;
	while (ret < length && is_alnum(text[ret]))
		ret++;
	return ret;
}

bool shell_is_name(const char *text, size_t length)
{
	return length && shell_name_length(text, length) == length;
}

/* `<in.txt 2>err` is two redirections: what stands before the `>` is a descriptor. `<in.txt >out` has a blank there. */
static bool is_redirection(const char *name, size_t length)
{
	size_t digits = length;

	while (digits && is_digit(name[digits - 1]))
		digits--;
	return name[length - 1] == ' ' || (digits < length && digits && name[digits - 1] == ' ');
}

static size_t angle_length(const char *text, size_t length, size_t at)
{
	size_t i = at + 1;

	if (i >= length || text[at] != '<' || !(is_alnum(text[i]) || (unsigned char)text[i] >= 0x80))
		return 0;
	if (at && (text[at - 1] == '<' || text[at - 1] == '?'))
		return 0;
	while (i < length && i - at < ANGLE_MAX &&
	       (is_alnum(text[i]) || (unsigned char)text[i] >= 0x80 || (text[i] && strchr(" -.:/|,@#+*=", text[i]))))
		i++;
	if (i >= length || text[i] != '>' || is_redirection(text + at + 1, i - at - 1))
		return 0;
	return i + 1 - at;
}

/* Go's templates have words of their own inside {{ }}. */
static bool is_template_word(const char *name, size_t length)
{
	static const char *const words[] = { "end",   "else",     "range",  "if",   "with",
					     "break", "continue", "define", "block" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == length && memcmp(words[i], name, length) == 0)
			return true;
	}
	return false;
}

static size_t braces_length(const char *text, size_t length, size_t at, size_t *ret_name, size_t *ret_name_length)
{
	size_t i = at + 2, begin;

	if (length - at < 5 || text[at] != '{' || text[at + 1] != '{')
		return 0;
	while (i < length && text[i] == ' ')
		i++;
	if (length - i > 8 && memcmp(text + i, "$labels.", 8) == 0)
		i += 8;
	begin = i;
	if (i >= length || !(is_alpha(text[i]) || text[i] == '_'))
		return 0;
	while (i < length && (is_alnum(text[i]) || text[i] == '-' || text[i] == '.'))
		i++;
	*ret_name = begin;
	*ret_name_length = i - begin;
	while (i < length && text[i] == ' ')
		i++;
	if (length - i < 2 || text[i] != '}' || text[i + 1] != '}' || is_template_word(text + begin, *ret_name_length))
		return 0;
	return i + 2 - at;
}

static size_t your_length(const char *text, size_t length, size_t at)
{
	size_t i = at + 5;

	if (length - at < 6 || memcmp(text + at, "YOUR_", 5) != 0 ||
	    (at && (is_alnum(text[at - 1]) || text[at - 1] == '$' || text[at - 1] == '{' || text[at - 1] == '<')))
		return 0;
	while (i < length && ((text[i] >= 'A' && text[i] <= 'Z') || is_digit(text[i]) || text[i] == '_'))
		i++;
	/* YOUR_X=1 gives the name a value, it does not want one. */
	return i - at > 5 && (i >= length || (!is_alnum(text[i]) && text[i] != '=')) ? i - at : 0;
}

size_t shell_mark_length(const char *text, size_t length, size_t at, enum placeholder_form *ret_form,
			 struct arena *arena, const char **ret_name)
{
	size_t name = at + 1, name_length, found;

	switch (text[at]) {
	case '<':
		found = angle_length(text, length, at);
		name_length = found - 2;
		*ret_form = PLACEHOLDER_ANGLE;
		break;
	case '{':
		found = braces_length(text, length, at, &name, &name_length);
		*ret_form = PLACEHOLDER_BRACES;
		break;
	case 'Y':
		name = at;
		found = name_length = your_length(text, length, at);
		*ret_form = PLACEHOLDER_YOUR;
		break;
	default: return 0;
	}
	if (found && ret_name)
		*ret_name = arena_strndup(arena, text + name, name_length);
	return found;
}

/* ---- bytes that mean nothing but themselves ---- */

/* What each place gives a meaning to; `<`, `{{` and `YOUR_` may begin a mark everywhere. */
#define SHELL_PLACE_ALL (SHELL_PLACE_BARE | SHELL_PLACE_SINGLE | SHELL_PLACE_DOUBLE | SHELL_PLACE_HERE)

static const unsigned char meant[UCHAR_MAX + 1] = {
	['<'] = SHELL_PLACE_ALL,
	['{'] = SHELL_PLACE_ALL,
	['Y'] = SHELL_PLACE_ALL,
	['\\'] = SHELL_PLACE_ALL,
	['\''] = SHELL_PLACE_BARE | SHELL_PLACE_SINGLE,
	['"'] = SHELL_PLACE_BARE | SHELL_PLACE_DOUBLE,
	['$'] = SHELL_PLACE_BARE | SHELL_PLACE_DOUBLE | SHELL_PLACE_HERE,
	['`'] = SHELL_PLACE_BARE | SHELL_PLACE_DOUBLE | SHELL_PLACE_HERE,
	[' '] = SHELL_PLACE_BARE,
	['\t'] = SHELL_PLACE_BARE,
	['\n'] = SHELL_PLACE_BARE,
	[';'] = SHELL_PLACE_BARE,
	['&'] = SHELL_PLACE_BARE,
	['|'] = SHELL_PLACE_BARE,
	['('] = SHELL_PLACE_BARE,
	[')'] = SHELL_PLACE_BARE,
	['>'] = SHELL_PLACE_BARE,
	['*'] = SHELL_PLACE_BARE,
	['?'] = SHELL_PLACE_BARE,
	['['] = SHELL_PLACE_BARE,
	['~'] = SHELL_PLACE_BARE,
	['\0'] = SHELL_PLACE_ALL,
};

size_t shell_piece_length(const struct shell_reader *reader, enum shell_place place)
{
	size_t at = reader->at;

	while (at < reader->length && !(meant[(unsigned char)reader->text[at]] & place))
		at++;
	return at > reader->at ? at - reader->at : 1;
}
