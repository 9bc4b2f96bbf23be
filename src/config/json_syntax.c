#include "config/json_syntax.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define DEPTH_MOST 256

/* cJSON reads numbers through a buffer of this size. */
#define NUMBER_LONGEST 63

/* What may come next. */
enum wanted {
	WANT_VALUE,
	WANT_VALUE_OR_END, /* behind '[' */
	WANT_KEY,
	WANT_KEY_OR_END, /* behind '{' */
	WANT_COLON,
	WANT_COMMA_OR_END, /* behind a value */
};

static const char *const wanted_texts[] = {
	[WANT_VALUE] = "a value",
	[WANT_KEY] = "a key in quotes",
	[WANT_KEY_OR_END] = "a key in quotes or '}'",
	[WANT_COLON] = "':'",
};

struct scanner {
	const char *text;
	size_t length;
	size_t at;
	unsigned depth, depth_limit;
	bool in_object[DEPTH_MOST + 1]; /* by depth */
	enum wanted wanted;
	struct error *error;
};

static bool is_digit(int ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_letter(int ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* The byte at hand, -1 at the end. */
static int peek(const struct scanner *scanner)
{
	return scanner->at < scanner->length ? (unsigned char)scanner->text[scanner->at] : -1;
}

static void skip_space(struct scanner *scanner)
{
	int ch;

	while ((ch = peek(scanner)) == ' ' || ch == '\t' || ch == '\n' || ch == '\r')
		scanner->at++;
}

static int unexpected(const struct scanner *scanner, const char *wanted)
{
	int ch = peek(scanner);
	char encoded[5];
	uint32_t code;

	if (ch < 0)
		return error_set(scanner->error, "the text ends where %s should be", wanted);
	if (ch == 0)
		return error_set(scanner->error, "a NUL byte where %s should be", wanted);
	text_decode(scanner->text + scanner->at, scanner->length - scanner->at, &code);
	if (text_is_unsafe(code) || code == TEXT_REPLACEMENT)
		return error_set(scanner->error, "byte 0x%02x where %s should be", (unsigned)ch, wanted);
	text_encode(code, encoded);
	return error_set(scanner->error, "'%s' where %s should be", encoded, wanted);
}

static int skip_digits(struct scanner *scanner, const char *wanted)
{
	if (!is_digit(peek(scanner)))
		return unexpected(scanner, wanted);
	while (is_digit(peek(scanner)))
		scanner->at++;
	return 0;
}

static int scan_number(struct scanner *scanner)
{
	size_t start = scanner->at;

	if (peek(scanner) == '-')
		scanner->at++;
	if (peek(scanner) == '0') {
		scanner->at++;
		if (is_digit(peek(scanner)))
			return error_set(scanner->error, "a number cannot begin with 0");
	} else if (skip_digits(scanner, "a digit")) {
		return -1;
	}
	if (peek(scanner) == '.') {
		scanner->at++;
		if (skip_digits(scanner, "a digit behind the point"))
			return -1;
	}
	if (peek(scanner) == 'e' || peek(scanner) == 'E') {
		scanner->at++;
		if (peek(scanner) == '+' || peek(scanner) == '-')
			scanner->at++;
		if (skip_digits(scanner, "a digit of the exponent"))
			return -1;
	}
	if (scanner->at - start > NUMBER_LONGEST) {
		scanner->at = start;
		return error_set(scanner->error, "a number of more than %d characters", NUMBER_LONGEST);
	}
	return 0;
}

/* true, false, null; anything else that looks like a word is named whole. */
static int scan_word(struct scanner *scanner)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t start = scanner->at, length;

	while (is_letter(peek(scanner)) || is_digit(peek(scanner)))
		scanner->at++;
	length = scanner->at - start;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strlen(words[i]) == length && !memcmp(words[i], scanner->text + start, length))
			return 0;
	}
	scanner->at = start;
	return error_set(scanner->error, "'%.*s' is no JSON value (null, true, false, a number, a text in quotes)",
			 length < 32 ? (int)length : 32, scanner->text + start);
}

/* The four digits of \uXXXX. */
static int scan_hex(struct scanner *scanner, uint32_t *ret)
{
	uint32_t code = 0;

	for (int i = 0; i < 4; i++, scanner->at++) {
		int ch = peek(scanner);

		if (is_digit(ch))
			code = code << 4 | (uint32_t)(ch - '0');
		else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f' && ch > 0)
			code = code << 4 | (uint32_t)((ch | 0x20) - 'a' + 10);
		else
			return unexpected(scanner, "a hexadecimal digit");
	}
	*ret = code;
	return 0;
}

/* Behind the backslash. */
static int scan_escape(struct scanner *scanner)
{
	size_t start = scanner->at - 1;
	int ch = peek(scanner);
	uint32_t code, low;

	if (ch <= 0 || !strchr("\"\\/bfnrtu", ch))
		return unexpected(scanner, "one of \"\\/bfnrtu (behind a backslash)");
	scanner->at++;
	if (ch != 'u')
		return 0;
	if (scan_hex(scanner, &code))
		return -1;
	if (code == 0) {
		scanner->at = start;
		return error_set(scanner->error, "\\u0000 in a text (not supported)");
	}
	if (code < 0xd800 || code > 0xdfff)
		return 0;
	if (code <= 0xdbff && scanner->length - scanner->at >= 2 && !memcmp(scanner->text + scanner->at, "\\u", 2)) {
		scanner->at += 2;
		if (scan_hex(scanner, &low))
			return -1;
		if (low >= 0xdc00 && low <= 0xdfff)
			return 0;
	}
	scanner->at = start;
	return error_set(scanner->error, "half of a surrogate pair (\\u%04x)", code);
}

static int scan_string(struct scanner *scanner)
{
	size_t start = scanner->at++;

	for (;;) {
		int ch = peek(scanner);

		if (ch < 0) {
			scanner->at = start;
			return error_set(scanner->error, "a text without closing quote");
		}
		if (ch < 0x20)
			return error_set(scanner->error, "control character in a text (write \\u%04x)", (unsigned)ch);
		scanner->at++;
		if (ch == '"')
			return 0;
		if (ch == '\\' && scan_escape(scanner))
			return -1;
	}
}

static int open_container(struct scanner *scanner, bool object)
{
	if (scanner->depth == scanner->depth_limit)
		return error_set(scanner->error, "nested deeper than %u levels (the limit)", scanner->depth_limit);
	scanner->in_object[++scanner->depth] = object;
	scanner->at++;
	scanner->wanted = object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
	return 0;
}

static int close_container(struct scanner *scanner)
{
	scanner->depth--;
	scanner->at++;
	scanner->wanted = WANT_COMMA_OR_END;
	return 0;
}

static int scan_value(struct scanner *scanner)
{
	int ch = peek(scanner);

	if (ch == ']' && scanner->wanted == WANT_VALUE_OR_END)
		return close_container(scanner);
	if (ch == '{' || ch == '[')
		return open_container(scanner, ch == '{');
	scanner->wanted = WANT_COMMA_OR_END;
	if (ch == '"')
		return scan_string(scanner);
	if (ch == '-' || is_digit(ch))
		return scan_number(scanner);
	if (is_letter(ch))
		return scan_word(scanner);
	return unexpected(scanner, wanted_texts[WANT_VALUE]);
}

static int scan_key(struct scanner *scanner)
{
	int ch = peek(scanner);

	if (ch == '}' && scanner->wanted == WANT_KEY_OR_END)
		return close_container(scanner);
	if (ch != '"')
		return unexpected(scanner, wanted_texts[scanner->wanted]);
	scanner->wanted = WANT_COLON;
	return scan_string(scanner);
}

static int scan_behind_value(struct scanner *scanner)
{
	bool object = scanner->in_object[scanner->depth];
	int ch = peek(scanner);

	if (ch == (object ? '}' : ']'))
		return close_container(scanner);
	if (ch != ',')
		return unexpected(scanner, object ? "',' or '}'" : "',' or ']'");
	scanner->at++;
	scanner->wanted = object ? WANT_KEY : WANT_VALUE;
	return 0;
}

static int scan_next(struct scanner *scanner)
{
	switch (scanner->wanted) {
	case WANT_VALUE:
	case WANT_VALUE_OR_END: return scan_value(scanner);
	case WANT_KEY:
	case WANT_KEY_OR_END: return scan_key(scanner);
	case WANT_COMMA_OR_END: return scan_behind_value(scanner);
	case WANT_COLON: break;
	}
	if (peek(scanner) != ':')
		return unexpected(scanner, wanted_texts[WANT_COLON]);
	scanner->at++;
	scanner->wanted = WANT_VALUE;
	return 0;
}

int json_syntax_check(const char *text, size_t length, unsigned depth_limit, size_t *ret_offset, struct error *error)
{
	struct scanner scanner = {
		.text = text,
		.length = length,
		.depth_limit = depth_limit < DEPTH_MOST ? depth_limit : DEPTH_MOST,
		.wanted = WANT_VALUE,
		.error = error,
	};
	int result;

	do {
		skip_space(&scanner);
		result = scan_next(&scanner);
	} while (!result && (scanner.depth > 0 || scanner.wanted != WANT_COMMA_OR_END));
	if (!result) {
		skip_space(&scanner);
		if (peek(&scanner) >= 0)
			result = unexpected(&scanner, "the end");
	}
	*ret_offset = scanner.at;
	return result;
}

void json_syntax_position(const char *text, size_t length, size_t offset, unsigned *ret_line, unsigned *ret_column)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < offset && i < length; i++) {
		if (text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	*ret_line = line;
	*ret_column = column;
}
