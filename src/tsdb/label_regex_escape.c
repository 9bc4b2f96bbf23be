#include "tsdb/label_regex_escape.h"

#include <string.h>

#define CODE_MOST 0x10FFFFu

int label_regex_fail(struct error *error, const char *what, const char *from, const char *to)
{
	int length = (int)(to - from > 60 ? 60 : to - from);

	return error_set(error, "regular expression: %s: %.*s", what, length, from);
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

bool label_regex_is_word(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || is_digit(byte) || byte == '_';
}

static int hex_value(char byte)
{
	if (is_digit(byte))
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return -1;
}

void label_regex_put_code(struct strbuf *out, uint32_t code)
{
	if (code < 0x80 && label_regex_is_word((char)code))
		strbuf_addch(out, (char)code);
	else
		strbuf_addf(out, "\\x{%x}", code);
}

/* \x7f or \x{10ffff}, `at` behind the x. */
static const char *hex_escape(const char *at, const char *end, uint32_t *ret)
{
	uint32_t code = 0;
	bool braces = at < end && *at == '{';
	size_t digits = 0;

	for (at += braces; at < end && hex_value(*at) >= 0 && (braces || digits < 2); at++, digits++) {
		code = code * 16 + (uint32_t)hex_value(*at);
		if (code > CODE_MOST)
			return NULL;
	}
	*ret = code;
	if (braces)
		return digits && at < end && *at == '}' ? at + 1 : NULL;
	return digits == 2 ? at : NULL;
}

/* \12 or \012; a single digit but 0 would be a back reference. */
static const char *octal_escape(const char *at, const char *end, uint32_t *ret)
{
	uint32_t code = (uint32_t)(*at - '0');
	bool zero = *at == '0';
	size_t digits = 1;

	for (at++; at < end && digits < 3 && *at >= '0' && *at <= '7'; at++, digits++)
		code = code * 8 + (uint32_t)(*at - '0');
	*ret = code;
	return zero || digits > 1 ? at : NULL;
}

const char *label_regex_character(const char *at, const char *end, uint32_t *ret)
{
	static const char letters[] = "afnrtv", codes[] = "\a\f\n\r\t\v";
	const char *letter;

	if (at == end)
		return NULL;
	if (*at == 'x')
		return hex_escape(at + 1, end, ret);
	if (*at >= '0' && *at <= '7')
		return octal_escape(at, end, ret);
	letter = strchr(letters, *at);
	if (letter)
		*ret = (uint32_t)codes[letter - letters];
	else if ((unsigned char)*at < 0x80 && (!label_regex_is_word(*at) || *at == '_'))
		*ret = (uint32_t)*at;
	else
		return NULL;
	return at + 1;
}

const char *label_regex_property(struct strbuf *out, const char *at, const char *end)
{
	bool negative = *at++ == 'P', single = at < end && *at != '{';
	const char *name = at + !single, *close = single ? at + 1 : memchr(at, '}', (size_t)(end - at));
	int length;

	if (at >= end || !close)
		return NULL;
	if (!single && *name == '^') {
		negative = !negative;
		name++;
	}
	length = (int)(close - name);
	if (length < 1 || length > 40 || *name < 'A' || *name > 'Z')
		return NULL;
	for (const char *byte = name; byte < close; byte++)
		if (!label_regex_is_word(*byte))
			return NULL;
	/* Scripts are spelt out: alone, PCRE2 takes the name for script extensions. */
	strbuf_addf(out, "\\%c{%s%.*s}", negative ? 'P' : 'p',
		    length > 2 && strncmp(name, "Any", (size_t)length) != 0 ? "sc:" : "", length, name);
	return close + !single;
}

const char *label_regex_perl_class(char letter, bool in_class)
{
	switch (letter) {
	case 'd': return "\\d";
	case 'D': return "\\D";
	case 'w': return "\\w";
	case 'W': return "\\W";
	/* RE2's space has no vertical tab. */
	case 's': return in_class ? "\\t\\n\\f\\r\\x20" : "[\\t\\n\\f\\r\\x20]";
	case 'S': return in_class ? "\\x00-\\x08\\x0b\\x0e-\\x1f\\x21-\\x{10ffff}" : "[^\\t\\n\\f\\r\\x20]";
	default: return NULL;
	}
}
