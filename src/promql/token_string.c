/* What a string of an expression says: quotes off, escapes replaced. */
#include <string.h>

#include "base/text.h"
#include "promql/lexer.h"

static int hex_value(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
		return (ch | 0x20) - 'a' + 10;
	return -1;
}

/* `count` digits of base 8 or 16 at `text`. -1 when there are not so many. */
static int64_t escape_digits(const char *text, const char *end, int count, int base)
{
	int64_t value = 0;

	for (int i = 0; i < count; i++) {
		int digit = text + i < end ? hex_value(text[i]) : -1;

		if (digit < 0 || digit >= base)
			return -1;
		value = value * base + digit;
	}
	return value;
}

/* One escape, `text` behind the backslash. Returns the bytes used, 0 when wrong. */
static size_t read_escape(const char *text, const char *end, char *ret, size_t *ret_length)
{
	static const char plain[] = "abfnrtv\\'\"", meant[] = "\a\b\f\n\r\t\v\\'\"";
	const char *found = text < end && *text ? strchr(plain, *text) : NULL;
	int digits, base = 16;
	int64_t value;

	if (found) {
		ret[0] = meant[found - plain];
		*ret_length = 1;
		return 1;
	}
	if (text == end)
		return 0;
	switch (*text) {
	case 'x': digits = 2; break;
	case 'u': digits = 4; break;
	case 'U': digits = 8; break;
	default:
		digits = 3;
		base = 8;
		break;
	}
	value = escape_digits(text + (base == 16), end, digits, base);
	if (value <= 0 || value > 0x10FFFF || (digits < 4 && value > 255) ||
	    (digits >= 4 && value >= 0xD800 && value <= 0xDFFF))
		return 0;
	if (digits < 4) { /* \xhh and \ooo are bytes, not characters */
		ret[0] = (char)value;
		*ret_length = 1;
	} else {
		*ret_length = text_encode((uint32_t)value, ret);
	}
	return (size_t)digits + (base == 16);
}

char *token_string(const struct token *token, struct arena *arena, const char **ret_error)
{
	const char *text = token->text + 1, *end = token->text + token->length - 1;
	const char *error = NULL;
	char *copy, *out;

	if (token->kind != TOKEN_STRING || token->length < 2) {
		error = "not a string";
	} else if (memchr(text, '\0', (size_t)(end - text))) {
		error = "NUL in a string";
	} else if (token->text[0] == '`') {
		return arena_strndup(arena, text, (size_t)(end - text));
	}
	if (ret_error)
		*ret_error = error;
	if (error)
		return NULL;
	out = copy = arena_alloc(arena, (size_t)(end - text) + 8); /* an escape is never shorter than what it means */
	while (text < end) {
		size_t written = 1, used = 1;

		if (*text != '\\') {
			*out = *text;
		} else {
			used = read_escape(text + 1, end, out, &written) + 1;
			if (used == 1) {
				if (ret_error)
					*ret_error = "unknown escape in a string, expected one of \\a \\b \\f \\n "
						     "\\r \\t \\v \\\\ \\' \\\" \\ooo \\xhh \\uhhhh \\Uhhhhhhhh";
				return NULL;
			}
		}
		text += used;
		out += written;
	}
	*out = '\0';
	return copy;
}
