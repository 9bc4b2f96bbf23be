#include "promql/lexer.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define NUMBER_LENGTH_MAX 400
#define DURATION_MS_MAX   (INT64_C(1000) * 365 * 24 * 3600 * 1000) /* 1000 years */

/* Every kind with how it is written or called. Those without `word` are not found as words. */
static const struct {
	enum token_kind kind;
	const char *name; /* for messages */
	const char *word;
} kinds[] = {
	{ TOKEN_END, "end of the expression", NULL },
	{ TOKEN_ERROR, "error", NULL },
	{ TOKEN_NUMBER, "number", NULL },
	{ TOKEN_DURATION, "duration", NULL },
	{ TOKEN_STRING, "string", NULL },
	{ TOKEN_IDENTIFIER, "name", NULL },
	{ TOKEN_METRIC_IDENTIFIER, "metric name", NULL },
	{ TOKEN_LEFT_PAREN, "'('", NULL },
	{ TOKEN_RIGHT_PAREN, "')'", NULL },
	{ TOKEN_LEFT_BRACE, "'{'", NULL },
	{ TOKEN_RIGHT_BRACE, "'}'", NULL },
	{ TOKEN_LEFT_BRACKET, "'['", NULL },
	{ TOKEN_RIGHT_BRACKET, "']'", NULL },
	{ TOKEN_COMMA, "','", NULL },
	{ TOKEN_COLON, "':'", NULL },
	{ TOKEN_AT, "'@'", NULL },
	{ TOKEN_ASSIGN, "'='", NULL },
	{ TOKEN_ADD, "'+'", NULL },
	{ TOKEN_SUB, "'-'", NULL },
	{ TOKEN_MUL, "'*'", NULL },
	{ TOKEN_DIV, "'/'", NULL },
	{ TOKEN_MOD, "'%'", NULL },
	{ TOKEN_POW, "'^'", NULL },
	{ TOKEN_EQUAL, "'=='", NULL },
	{ TOKEN_NOT_EQUAL, "'!='", NULL },
	{ TOKEN_LESS, "'<'", NULL },
	{ TOKEN_LESS_EQUAL, "'<='", NULL },
	{ TOKEN_GREATER, "'>'", NULL },
	{ TOKEN_GREATER_EQUAL, "'>='", NULL },
	{ TOKEN_REGEX, "'=~'", NULL },
	{ TOKEN_NOT_REGEX, "'!~'", NULL },
	{ TOKEN_AND, "'and'", "and" },
	{ TOKEN_OR, "'or'", "or" },
	{ TOKEN_UNLESS, "'unless'", "unless" },
	{ TOKEN_ATAN2, "'atan2'", "atan2" },
	{ TOKEN_BY, "'by'", "by" },
	{ TOKEN_WITHOUT, "'without'", "without" },
	{ TOKEN_ON, "'on'", "on" },
	{ TOKEN_IGNORING, "'ignoring'", "ignoring" },
	{ TOKEN_GROUP_LEFT, "'group_left'", "group_left" },
	{ TOKEN_GROUP_RIGHT, "'group_right'", "group_right" },
	{ TOKEN_BOOL, "'bool'", "bool" },
	{ TOKEN_OFFSET, "'offset'", "offset" },
	{ TOKEN_AVG, "'avg'", "avg" },
	{ TOKEN_BOTTOMK, "'bottomk'", "bottomk" },
	{ TOKEN_COUNT, "'count'", "count" },
	{ TOKEN_COUNT_VALUES, "'count_values'", "count_values" },
	{ TOKEN_GROUP, "'group'", "group" },
	{ TOKEN_LIMITK, "'limitk'", "limitk" },
	{ TOKEN_LIMIT_RATIO, "'limit_ratio'", "limit_ratio" },
	{ TOKEN_MAX, "'max'", "max" },
	{ TOKEN_MIN, "'min'", "min" },
	{ TOKEN_QUANTILE, "'quantile'", "quantile" },
	{ TOKEN_STDDEV, "'stddev'", "stddev" },
	{ TOKEN_STDVAR, "'stdvar'", "stdvar" },
	{ TOKEN_SUM, "'sum'", "sum" },
	{ TOKEN_TOPK, "'topk'", "topk" },
	{ TOKEN_START, "'start'", "start" },
	{ TOKEN_END_FUNCTION, "'end'", "end" },
};

/* Longest first where one begins with another. */
static const struct {
	const char *text;
	enum token_kind kind;
} signs[] = {
	{ "==", TOKEN_EQUAL },      { "=~", TOKEN_REGEX },       { "!=", TOKEN_NOT_EQUAL },
	{ "!~", TOKEN_NOT_REGEX },  { "<=", TOKEN_LESS_EQUAL },  { ">=", TOKEN_GREATER_EQUAL },
	{ "=", TOKEN_ASSIGN },      { "<", TOKEN_LESS },         { ">", TOKEN_GREATER },
	{ "+", TOKEN_ADD },         { "-", TOKEN_SUB },          { "*", TOKEN_MUL },
	{ "/", TOKEN_DIV },         { "%", TOKEN_MOD },          { "^", TOKEN_POW },
	{ "(", TOKEN_LEFT_PAREN },  { ")", TOKEN_RIGHT_PAREN },  { "{", TOKEN_LEFT_BRACE },
	{ "}", TOKEN_RIGHT_BRACE }, { "[", TOKEN_LEFT_BRACKET }, { "]", TOKEN_RIGHT_BRACKET },
	{ ",", TOKEN_COMMA },       { ":", TOKEN_COLON },        { "@", TOKEN_AT },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
}

/* Behind the ':' a metric's name begins with. */
static bool names_go_on(char ch)
{
	return is_letter(ch) || is_digit(ch) || ch == ':';
}

static int hex_value(char ch)
{
	if (is_digit(ch))
		return ch - '0';
	if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f')
		return (ch | 0x20) - 'a' + 10;
	return -1;
}

void lexer_init(struct lexer *lexer, const char *text, size_t length)
{
	*lexer = (struct lexer){ .text = text, .length = length, .before = TOKEN_END };
}

/* The byte `ahead` of the present one, or NUL at the end. */
static char peek(const struct lexer *lexer, size_t ahead)
{
	size_t at = lexer->position + ahead;

	return at < lexer->length ? lexer->text[at] : '\0';
}

static void skip_blank(struct lexer *lexer)
{
	while (lexer->position < lexer->length) {
		char ch = peek(lexer, 0);

		if (ch == '#') {
			while (lexer->position < lexer->length && peek(lexer, 0) != '\n')
				lexer->position++;
		} else if (ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r') {
			lexer->position++;
		} else {
			return;
		}
	}
}

static struct token token_of(struct lexer *lexer, enum token_kind kind, size_t start)
{
	return (struct token){
		.kind = kind, .text = lexer->text + start, .length = lexer->position - start, .position = start
	};
}

static struct token token_error(struct lexer *lexer, size_t start, const char *error)
{
	struct token token = token_of(lexer, TOKEN_ERROR, start);

	token.error = error;
	return token;
}

static struct token read_string(struct lexer *lexer)
{
	size_t start = lexer->position;
	char quote = peek(lexer, 0);

	for (lexer->position++; lexer->position < lexer->length; lexer->position++) {
		char ch = peek(lexer, 0);

		if (ch == quote) {
			lexer->position++;
			return token_of(lexer, TOKEN_STRING, start);
		}
		if (quote == '`')
			continue;
		if (ch == '\n')
			break;
		if (ch == '\\' && lexer->position + 1 < lexer->length)
			lexer->position++;
	}
	return token_error(lexer, start, "string without its closing quote");
}

/* Milliseconds of a unit at `text`; its length goes to `ret_length`. 0 when it is none. */
static int64_t unit_ms(const char *text, size_t length, size_t *ret_length)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = { { "ms", 1 },
		      { "s", 1000 },
		      { "m", 60000 },
		      { "h", 3600000 },
		      { "d", 86400000 },
		      { "w", 604800000 },
		      { "y", INT64_C(31536000000) } };

	for (size_t i = 0; i < LENGTH(units); i++) {
		*ret_length = strlen(units[i].name);
		if (length >= *ret_length && memcmp(text, units[i].name, *ret_length) == 0)
			return units[i].ms;
	}
	return 0;
}

/* "1h30m": whole numbers with units, each unit smaller than the one before. 0 when it is none. */
static size_t read_duration(const char *text, size_t length, int64_t *ret_ms)
{
	int64_t total = 0, last_unit = INT64_MAX;
	size_t at = 0;

	while (at < length && is_digit(text[at])) {
		int64_t count = 0, unit;
		size_t unit_length;

		for (; at < length && is_digit(text[at]); at++) {
			count = count * 10 + (text[at] - '0');
			if (count > DURATION_MS_MAX)
				return 0;
		}
		unit = unit_ms(text + at, length - at, &unit_length);
		if (!unit || unit >= last_unit || count > (DURATION_MS_MAX - total) / unit)
			return 0;
		total += count * unit;
		last_unit = unit;
		at += unit_length;
	}
	*ret_ms = total;
	return at;
}

/* Decimal, octal or hexadecimal digits, single underscores between them allowed. Copies without them. */
static int read_number(const char *text, size_t length, double *ret)
{
	char copy[NUMBER_LENGTH_MAX + 1];
	bool hex = length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
	size_t out = 0;
	char *end;

	if (length > NUMBER_LENGTH_MAX)
		return -1;
	for (size_t i = 0; i < length; i++) {
		bool between = i && i + 1 < length && hex_value(text[i + 1]) >= 0 &&
			       (hex_value(text[i - 1]) >= 0 || (hex && i == 2));

		if (text[i] != '_')
			copy[out++] = text[i];
		else if (!between)
			return -1;
	}
	copy[out] = '\0';
	if (hex) {
		uint64_t value = 0;

		for (size_t i = 2; i < out; i++) {
			int digit = hex_value(copy[i]);

			if (digit < 0 || value > (UINT64_MAX >> 4))
				return -1;
			value = value << 4 | (uint64_t)digit;
		}
		*ret = (double)value;
		return 0;
	}
	if (out > 1 && strspn(copy, "01234567") == out && copy[0] == '0') { /* octal, as Go reads it */
		*ret = 0.;
		for (size_t i = 1; i < out; i++)
			*ret = *ret * 8. + (copy[i] - '0');
		return 0;
	}
	*ret = strtod_l(copy, &end, newlocale(LC_ALL_MASK, "C", (locale_t)0));
	return end == copy + out ? 0 : -1;
}

static struct token read_figure(struct lexer *lexer)
{
	const char *text = lexer->text + lexer->position;
	size_t start = lexer->position, length = 0, left = lexer->length - start, used;
	struct token token;
	int64_t duration_ms;
	double number;

	while (length < left) { /* all that may belong to it, so that "5mx" is one wrong word */
		char ch = text[length];
		bool sign = (ch == '+' || ch == '-') && length && (text[length - 1] | 0x20) == 'e' &&
			    !(left > 1 && (text[1] | 0x20) == 'x');

		if (!is_digit(ch) && !is_letter(ch) && ch != '.' && !sign)
			break;
		length++;
	}
	lexer->position += length;
	used = read_duration(text, length, &duration_ms);
	if (used && used == length) {
		token = token_of(lexer, TOKEN_DURATION, start);
		token.duration_ms = duration_ms;
		token.number = (double)duration_ms / 1000.;
		return token;
	}
	if (read_number(text, length, &number))
		return token_error(lexer, start, "neither a number nor a duration (30s, 1h30m)");
	token = token_of(lexer, TOKEN_NUMBER, start);
	token.number = number;
	return token;
}

static struct token read_word(struct lexer *lexer)
{
	size_t start = lexer->position;
	bool colon = false;
	struct token token;

	while (lexer->position < lexer->length) {
		char ch = peek(lexer, 0);

		if (!is_letter(ch) && !is_digit(ch) && !(ch == ':' && !lexer->braces && !lexer->brackets))
			break;
		colon |= ch == ':';
		lexer->position++;
	}
	token = token_of(lexer, colon ? TOKEN_METRIC_IDENTIFIER : TOKEN_IDENTIFIER, start);
	if (colon || lexer->braces)
		return token;
	if (token.length == 3 && (strncasecmp(token.text, "inf", 3) == 0 || strncasecmp(token.text, "nan", 3) == 0)) {
		token.kind = TOKEN_NUMBER;
		token.number = (token.text[0] | 0x20) == 'i' ? (double)INFINITY : (double)NAN;
		return token;
	}
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		if (!kinds[i].word || strlen(kinds[i].word) != token.length ||
		    strncasecmp(kinds[i].word, token.text, token.length) != 0)
			continue;
		if ((kinds[i].kind == TOKEN_START || kinds[i].kind == TOKEN_END_FUNCTION) && lexer->before != TOKEN_AT)
			continue;
		token.kind = kinds[i].kind;
	}
	return token;
}

static void count_nesting(struct lexer *lexer, enum token_kind kind)
{
	if (kind == TOKEN_LEFT_BRACE)
		lexer->braces = 1;
	else if (kind == TOKEN_RIGHT_BRACE)
		lexer->braces = 0;
	else if (kind == TOKEN_LEFT_BRACKET)
		lexer->brackets = 1;
	else if (kind == TOKEN_RIGHT_BRACKET)
		lexer->brackets = 0;
}

static struct token read_sign(struct lexer *lexer)
{
	size_t start = lexer->position, left = lexer->length - start;
	uint32_t code;

	for (size_t i = 0; i < LENGTH(signs); i++) {
		size_t length = strlen(signs[i].text);

		if (left < length || memcmp(lexer->text + start, signs[i].text, length) != 0)
			continue;
		lexer->position += length;
		count_nesting(lexer, signs[i].kind);
		return token_of(lexer, signs[i].kind, start);
	}
	lexer->position += text_decode(lexer->text + start, left, &code);
	if (code == '!')
		return token_error(lexer, start, "unexpected character, expected \"!=\" or \"!~\"");
	return token_error(lexer, start, "unexpected character");
}

struct token lexer_next(struct lexer *lexer)
{
	struct token token;
	char ch;

	skip_blank(lexer);
	ch = peek(lexer, 0);
	if (lexer->position >= lexer->length)
		token = token_of(lexer, TOKEN_END, lexer->position);
	else if (ch == '"' || ch == '\'' || ch == '`')
		token = read_string(lexer);
	else if (is_digit(ch) || (ch == '.' && is_digit(peek(lexer, 1))))
		token = read_figure(lexer);
	else if (is_letter(ch) || (ch == ':' && !lexer->braces && !lexer->brackets && names_go_on(peek(lexer, 1))))
		token = read_word(lexer);
	else
		token = read_sign(lexer);
	lexer->before = token.kind;
	return token;
}

const char *token_kind_name(enum token_kind kind)
{
	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "token";
}

const char *token_word(enum token_kind kind)
{
	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (kinds[i].kind == kind && kinds[i].word)
			return kinds[i].word;
	for (size_t i = 0; i < LENGTH(signs); i++)
		if (signs[i].kind == kind)
			return signs[i].text;
	return "";
}
