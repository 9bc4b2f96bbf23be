#include "alert/template_constant.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define NUMBER_MOST 400 /* bytes of one number */

/* `digits` of base 8 or 16 at `*at`; -1 when they are not there. */
static long read_code(const char **at, const char *end, int digits, int base)
{
	char text[9] = { 0 };

	if (end - *at < digits)
		return -1;
	for (int i = 0; i < digits; i++) {
		text[i] = (*at)[i];
		if (base == 16 ? !isxdigit((unsigned char)text[i]) : text[i] < '0' || text[i] > '7')
			return -1;
	}
	*at += digits;
	return strtol(text, NULL, base);
}

static bool add_code(struct strbuf *ret, long code)
{
	char text[5];

	if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return false;
	strbuf_add(ret, text, text_encode((uint32_t)code, text));
	return true;
}

/* One character behind a backslash. */
static bool read_escape(const char **at, const char *end, char quote, struct strbuf *ret)
{
	static const char names[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
	const char *name;
	long code;

	if (*at == end)
		return false;
	name = strchr(names, **at);
	if (name) {
		strbuf_addch(ret, values[name - names]);
		++*at;
		return true;
	}
	switch (*(*at)++) {
	case 'u': return add_code(ret, read_code(at, end, 4, 16));
	case 'U': return add_code(ret, read_code(at, end, 8, 16));
	case 'x': code = read_code(at, end, 2, 16); break;
	case '0' ... '7':
		--*at;
		code = read_code(at, end, 3, 8);
		break;
	default:
		if ((*at)[-1] != quote)
			return false;
		strbuf_addch(ret, quote);
		return true;
	}
	if (code < 0 || code > 255)
		return false;
	/* A byte of a string, but a code point of a character constant. */
	if (quote == '\'')
		return add_code(ret, code);
	strbuf_addch(ret, (char)code);
	return true;
}

static bool unquote(const struct template_token *token, struct strbuf *ret)
{
	const char *at = token->text + 1, *end = token->text + token->length - 1;

	while (at < end) {
		if (*at != '\\')
			strbuf_addch(ret, *at++);
		else if (++at, !read_escape(&at, end, *token->text, ret))
			return false;
	}
	return true;
}

/* The text of a number without underscores, which Go allows between digits. */
static bool copy_number(const char *text, size_t length, char *ret)
{
	size_t count = 0;

	if (length >= NUMBER_MOST)
		return false;
	for (size_t i = 0; i < length; i++)
		if (text[i] != '_')
			ret[count++] = text[i];
	ret[count] = '\0';
	return true;
}

static bool read_float(const char *copy, double *ret)
{
	static const char *const words[] = { "inf", "infinity", "nan" };
	const char *bare = copy + (*copy == '+' || *copy == '-');
	char *end;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(bare, words[i]) == 0) {
			/* "-nan" is none to Go. */
			if (*words[i] == 'n' && bare != copy)
				return false;
			*ret = *words[i] == 'n' ? NAN : *copy == '-' ? -INFINITY : INFINITY;
			return true;
		}
	if (!isdigit((unsigned char)*bare) && *bare != '.')
		return false;
	/* In hexadecimal Go wants the exponent. */
	if (bare[0] == '0' && (bare[1] == 'x' || bare[1] == 'X') && !strpbrk(bare, "pP"))
		return false;
	errno = 0;
	*ret = strtod(copy, &end);
	return !*end && !(errno == ERANGE && isinf(*ret));
}

bool template_read_float(const char *text, size_t length, double *ret)
{
	char copy[NUMBER_MOST];

	return copy_number(text, length, copy) && strlen(copy) == length && read_float(copy, ret);
}

static bool read_integer(const char *copy, int64_t *ret, bool *ret_large)
{
	const char *digits = copy + (*copy == '+' || *copy == '-');
	int base = 10;
	long long number;
	char *end;

	if (digits[0] == '0' && digits[1]) {
		char letter = (char)tolower((unsigned char)digits[1]);

		base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
		digits += letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1;
	}
	if (!isalnum((unsigned char)*digits))
		return false;
	errno = 0;
	number = strtoll(digits, &end, base);
	*ret_large = errno == ERANGE;
	*ret = *copy == '-' ? -number : number;
	return !*end;
}

static int read_number(const struct template_token *token, struct template_value *ret, struct error *error)
{
	bool hex = memmem(token->text, token->length, "0x", 2) || memmem(token->text, token->length, "0X", 2);
	char copy[NUMBER_MOST];
	bool large = false;
	double real;
	int64_t number;

	if (!copy_number(token->text, token->length, copy))
		return error_set(error, "a number of more than %d bytes (the limit)", NUMBER_MOST);
	if (!strpbrk(copy, hex ? ".pP" : ".eEpP") && read_integer(copy, &number, &large)) {
		if (large)
			return error_set(error, "integer overflow: \"%.64s\"", copy);
		*ret = template_int(number);
		return 0;
	}
	if (!read_float(copy, &real))
		return error_set(error, "illegal number syntax: \"%.64s\"", copy);
	*ret = template_float(real);
	return 0;
}

int template_constant(const struct template_token *token, struct arena *arena, struct template_value *ret,
		      struct error *error)
{
	struct strbuf text = STRBUF_INIT;
	uint32_t code;

	switch (token->kind) {
	case WORD_BOOL: *ret = template_bool(*token->text == 't'); return 0;
	case WORD_NUMBER: return read_number(token, ret, error);
	case WORD_RAW_STRING:
		strbuf_add(&text, token->text + 1, token->length - 2);
		*ret = template_take(arena, &text);
		return 0;
	default: break;
	}
	if (!unquote(token, &text)) {
		strbuf_release(&text);
		return error_set(error, "invalid syntax in %.64s",
				 token->kind == WORD_STRING ? "a string" : "a character");
	}
	*ret = template_take(arena, &text);
	if (token->kind == WORD_STRING)
		return 0;
	if (!ret->length || text_decode(ret->text, ret->length, &code) != ret->length)
		return error_set(error, "malformed character constant");
	*ret = template_int(code);
	return 0;
}
