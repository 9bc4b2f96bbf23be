#include "promqltest.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "promql/lexer.h"
#include "tsdb/value.h"

#define VALUES_MAX 1000000

struct reader {
	const char *text;
	struct arena *arena;
	struct error *error;
	VEC(double) values;
	VEC(bool) blanks;
};

static int push(struct reader *reader, double value, bool blank)
{
	if (reader->values.count >= VALUES_MAX)
		return error_set(reader->error, "too many values (at most %d)", VALUES_MAX);
	vec_push(&reader->values, value);
	vec_push(&reader->blanks, blank);
	return 0;
}

static bool is_special(const char *text, const char *word)
{
	return strncasecmp(text, word, strlen(word)) == 0;
}

/* A decimal number with an optional sign. Hexadecimal is none, since 0x3 repeats a zero. */
static int read_number(const char **text, double *ret)
{
	const char *at = *text;
	bool minus = *at == '-';
	char copy[64];
	size_t length = 0;

	at += *at == '-' || *at == '+';
	if (is_special(at, "inf") || is_special(at, "nan")) {
		*ret = is_special(at, "inf") ? (minus ? -(double)INFINITY : (double)INFINITY)
					     : value_from_bits(VALUE_NAN_BITS);
		*text = at + 3;
		return 0;
	}
	while (length < sizeof(copy) - 1) {
		bool sign = (*at == '+' || *at == '-') && length && (copy[length - 1] | 0x20) == 'e';

		if (!isdigit((unsigned char)*at) && *at != '.' && (*at | 0x20) != 'e' && !sign)
			break;
		copy[length++] = *at++;
	}
	copy[length] = '\0';
	if (!length || strspn(copy, "0123456789.eE+-") != length || !strpbrk(copy, "0123456789"))
		return -1;
	*ret = strtod(copy, NULL);
	if (minus)
		*ret = -*ret;
	*text = at;
	return 0;
}

/* "x5" behind an item; 0 and `ret_given` false when there is none. */
static int read_times(struct reader *reader, bool *ret_given, unsigned long *ret)
{
	char *end;

	*ret_given = *reader->text == 'x';
	*ret = 0;
	if (!*ret_given)
		return 0;
	if (!isdigit((unsigned char)reader->text[1]))
		return error_set(reader->error, "no count behind x: %.40s", reader->text);
	*ret = strtoul(reader->text + 1, &end, 10);
	if (*ret > VALUES_MAX)
		return error_set(reader->error, "too many values (at most %d)", VALUES_MAX);
	reader->text = end;
	return 0;
}

static int read_blank(struct reader *reader)
{
	unsigned long times;
	bool given;

	reader->text++;
	if (read_times(reader, &given, &times))
		return -1;
	for (unsigned long i = 0; i < (given ? times : 1); i++)
		if (push(reader, 0., true))
			return -1;
	return 0;
}

/* "1", "1x3" (four of it), "1+2x3" (1 3 5 7), "stale". */
static int read_value(struct reader *reader)
{
	double value, step = 0.;
	unsigned long times;
	bool given, stale = strncmp(reader->text, "stale", 5) == 0;

	if (stale) {
		value = value_stale();
		reader->text += 5;
	} else if (read_number(&reader->text, &value)) {
		return error_set(reader->error, "no value: %.40s (a number, _, stale, 1x3, 1+2x3, _x3)", reader->text);
	}
	if (!stale && (*reader->text == '+' || *reader->text == '-')) {
		bool minus = *reader->text++ == '-';

		if (read_number(&reader->text, &step) || *reader->text != 'x')
			return error_set(reader->error, "no step and count: %.40s (as 1+2x3)", reader->text);
		step = minus ? -step : step;
	}
	if (read_times(reader, &given, &times))
		return -1;
	for (unsigned long i = 0; i <= times; i++) {
		if (push(reader, value, false))
			return -1;
		value = step != 0. ? value + step : value; /* adding 0 would lose the marker's bits */
	}
	return 0;
}

static int read_values(const char *text, struct arena *arena, struct values *ret, struct error *error)
{
	struct reader reader = { .text = text, .arena = arena, .error = error };
	int result = 0;

	for (;;) {
		reader.text += strspn(reader.text, " \t");
		if (!*reader.text)
			break;
		if (strncmp(reader.text, "{{", 2) == 0)
			result = error_set(error, "native histograms are not supported");
		else
			result = *reader.text == '_' ? read_blank(&reader) : read_value(&reader);
		if (!result && *reader.text && !strchr(" \t", *reader.text))
			result = error_set(error, "no space behind a value: %.40s", reader.text);
		if (result)
			break;
	}
	ret->count = reader.values.count;
	if (!result && ret->count) {
		ret->items = arena_array(arena, ret->count, sizeof(*ret->items));
		ret->blank = arena_array(arena, ret->count, sizeof(*ret->blank));
		memcpy(ret->items, reader.values.items, ret->count * sizeof(*ret->items));
		memcpy(ret->blank, reader.blanks.items, ret->count * sizeof(*ret->blank));
	}
	vec_release(&reader.values);
	vec_release(&reader.blanks);
	return result;
}

/* `a="b"`, or in quotes a metric's name. Leaves the token behind it in `token`. */
static int read_label(struct lexer *lexer, struct token *token, struct arena *arena, struct label *ret)
{
	const char *text = token->kind == TOKEN_STRING ? token_string(token, arena, NULL)
						       : arena_strndup(arena, token->text, token->length);
	bool quoted = token->kind == TOKEN_STRING;

	if (!text || (!quoted && token->kind != TOKEN_IDENTIFIER))
		return -1;
	*token = lexer_next(lexer);
	if (quoted && (token->kind == TOKEN_COMMA || token->kind == TOKEN_RIGHT_BRACE)) {
		*ret = (struct label){ "__name__", text };
		return 0;
	}
	if (token->kind != TOKEN_ASSIGN)
		return -1;
	*token = lexer_next(lexer);
	ret->name = text;
	ret->value = token->kind == TOKEN_STRING ? token_string(token, arena, NULL) : NULL;
	*token = lexer_next(lexer);
	return ret->value ? 0 : -1;
}

/* `name{...}`: returns the bytes it takes, 0 when it is none. */
static size_t read_labels(const char *text, struct arena *arena, struct labels *ret)
{
	VEC(struct label) labels = { 0 };
	struct lexer lexer;
	struct token token;
	size_t end = 0;

	lexer_init(&lexer, text, strlen(text));
	token = lexer_next(&lexer);
	if (token.kind == TOKEN_IDENTIFIER || token.kind == TOKEN_METRIC_IDENTIFIER || token.kind >= TOKEN_AND) {
		struct label name = { "__name__", arena_strndup(arena, token.text, token.length) };

		vec_push(&labels, name);
		end = token.position + token.length;
		if (text[end] != '{')
			goto out;
		token = lexer_next(&lexer);
	}
	end = 0;
	if (token.kind != TOKEN_LEFT_BRACE)
		goto out;
	token = lexer_next(&lexer);
	while (token.kind != TOKEN_RIGHT_BRACE) {
		struct label label;

		if (read_label(&lexer, &token, arena, &label))
			goto out;
		vec_push(&labels, label);
		if (token.kind == TOKEN_COMMA)
			token = lexer_next(&lexer);
		else if (token.kind != TOKEN_RIGHT_BRACE)
			goto out;
	}
	end = token.position + 1;
out:
	if (end)
		*ret = labels_make(arena, labels.items, labels.count);
	vec_release(&labels);
	return end;
}

int series_read(const char *text, struct arena *arena, struct expectation *ret, struct error *error)
{
	size_t length = read_labels(text, arena, &ret->labels);

	if (!length || (text[length] && !strchr(" \t", text[length])))
		return error_set(error, "no series: %.80s (name{label=\"value\"} and values)", text);
	if (read_values(text + length, arena, &ret->values, error))
		return -1;
	return ret->values.count ? 0 : error_set(error, "a series without values");
}

int scalar_read(const char *text, struct arena *arena, struct expectation *ret)
{
	double value;

	if (read_number(&text, &value) || text[strspn(text, " \t")])
		return -1;
	*ret = (struct expectation){ .values = { .count = 1 } };
	ret->values.items = arena_array(arena, 1, sizeof(*ret->values.items));
	ret->values.blank = arena_array(arena, 1, sizeof(*ret->values.blank));
	ret->values.items[0] = value;
	return 0;
}

int duration_read(const char *text, int64_t *ret_ms)
{
	bool minus = *text == '-';
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, text + minus, strlen(text + minus));
	token = lexer_next(&lexer);
	if (token.kind == TOKEN_DURATION)
		*ret_ms = token.duration_ms;
	else if (token.kind == TOKEN_NUMBER && token.number >= 0. && token.number < 1e12)
		*ret_ms = llround(token.number * 1000.);
	else
		return -1;
	*ret_ms = minus ? -*ret_ms : *ret_ms;
	return lexer_next(&lexer).kind == TOKEN_END ? 0 : -1;
}
