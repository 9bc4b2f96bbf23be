#include "promql/series_notation.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/vec.h"
#include "promql/lexer.h"
#include "tsdb/value.h"

#define BLANKS " \t\r\n"

/* ---- values ---- */

struct values {
	const char *text; /* what is still to be read */
	struct error *error;
	VEC(double) items;
	VEC(bool) blanks;
};

static bool is_word(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == ':';
}

static int push(struct values *values, double value, bool blank)
{
	if (values->items.count >= SERIES_NOTATION_VALUES)
		return error_set(values->error, "too many values (at most %d)", SERIES_NOTATION_VALUES);
	vec_push(&values->items, value);
	vec_push(&values->blanks, blank);
	return 0;
}

/* NaN or Inf in any case, and nothing of a word behind it. Returns its length, 0 when it is none. */
static size_t read_special(const char *text, double *ret)
{
	static const char *const words[] = { "nan", "inf" };

	for (size_t i = 0; i < 2; i++)
		if (strncasecmp(text, words[i], 3) == 0 && !is_word(text[3])) {
			*ret = i ? (double)INFINITY : value_from_bits(VALUE_NAN_BITS);
			return 3;
		}
	return 0;
}

/* How far digits with a point and an exponent go. A trailing 'e' belongs to it, and makes it no number. */
static size_t number_length(const char *text)
{
	size_t at = strspn(text, "0123456789");

	if (text[at] == '.') {
		at++;
		at += strspn(text + at, "0123456789");
	}
	if (text[at] == 'e' || text[at] == 'E') {
		at++;
		at += text[at] == '+' || text[at] == '-';
		at += strspn(text + at, "0123456789");
	}
	return at;
}

/* As Go reads it: whole numbers with a leading 0 are octal where they can be. */
static int number_value(const char *text, size_t length, double *ret)
{
	char copy[400], *end;

	if (length >= sizeof(copy))
		return -1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (copy[0] == '0' && length > 1 && strspn(copy, "01234567") == length) {
		long long octal;

		errno = 0;
		octal = strtoll(copy, NULL, 8);
		if (errno == 0) {
			*ret = (double)octal;
			return 0;
		}
	}
	*ret = strtod(copy, &end);
	return *end || end == copy || isinf(*ret) ? -1 : 0;
}

int series_notation_number(const char **text, double *ret)
{
	bool minus = **text == '-';
	const char *at = *text + (minus || **text == '+');
	double value;
	size_t length = read_special(at, &value);

	if (!length) {
		if (!isdigit((unsigned char)at[0]) && !(at[0] == '.' && isdigit((unsigned char)at[1])))
			return -1;
		length = number_length(at);
		/* only what repeats it may follow without a blank */
		if ((is_word(at[length]) && at[length] != 'x') || number_value(at, length, &value))
			return -1;
	}
	*ret = minus ? -value : value;
	*text = at + length;
	return 0;
}

/* "x5" behind an item. -1 when a count was to be there and is none. */
static int read_times(struct values *values, bool *ret_given, unsigned long *ret)
{
	const char *start = values->text + 1;
	size_t length;

	*ret_given = *values->text == 'x';
	*ret = 0;
	if (!*ret_given)
		return 0;
	length = strspn(start, "0123456789");
	if (!length || is_word(start[length]) || start[length] == '.')
		return error_set(values->error, "no count behind x: %.40s (as 1x3)", values->text);
	errno = 0;
	*ret = strtoul(start, NULL, 10);
	if (errno || *ret > SERIES_NOTATION_VALUES)
		return error_set(values->error, "too many values (at most %d)", SERIES_NOTATION_VALUES);
	values->text = start + length;
	return 0;
}

static int read_blank(struct values *values)
{
	unsigned long times;
	bool given;

	values->text++;
	if (read_times(values, &given, &times))
		return -1;
	for (unsigned long i = 0; i < (given ? times : 1); i++)
		if (push(values, 0., true))
			return -1;
	return 0;
}

static int read_value(struct values *values)
{
	static const char allowed[] = "a number, NaN, Inf, _, stale, 1x3, 1+2x3, _x3";
	double value, step = 0.;
	unsigned long times;
	bool given, stepped;

	if (strncmp(values->text, "stale", 5) == 0 && !is_word(values->text[5])) {
		value = value_stale();
		values->text += 5;
	} else if (strncmp(values->text, "{{", 2) == 0) {
		return error_set(values->error, "native histograms are not supported");
	} else if (series_notation_number(&values->text, &value)) {
		return error_set(values->error, "no value: %.40s (%s)", values->text, allowed);
	}
	stepped = *values->text == '+' || *values->text == '-';
	if (stepped && (series_notation_number(&values->text, &step) || *values->text != 'x'))
		return error_set(values->error, "no step and count: %.40s (as 1+2x3)", values->text);
	if (read_times(values, &given, &times))
		return -1;
	for (unsigned long i = 0; i <= times; i++) {
		if (push(values, value, false))
			return -1;
		if (stepped)
			value += step; /* not without: adding 0 would change a marker's bits */
	}
	return 0;
}

static int read_values(const char *text, struct arena *arena, struct series_notation *ret, struct error *error)
{
	struct values values = { .text = text, .error = error };
	int result = 0;

	for (;;) {
		values.text += strspn(values.text, BLANKS);
		if (!*values.text)
			break;
		result = *values.text == '_' ? read_blank(&values) : read_value(&values);
		if (!result && *values.text && !strchr(BLANKS, *values.text))
			result = error_set(error, "no blank behind a value: %.40s", values.text);
		if (result)
			break;
	}
	ret->count = result ? 0 : values.items.count;
	if (ret->count) {
		ret->values = arena_array(arena, ret->count, sizeof(*ret->values));
		ret->blank = arena_array(arena, ret->count, sizeof(*ret->blank));
		memcpy(ret->values, values.items.items, ret->count * sizeof(*ret->values));
		memcpy(ret->blank, values.blanks.items, ret->count * sizeof(*ret->blank));
	}
	vec_release(&values.items);
	vec_release(&values.blanks);
	return result;
}

/* ---- labels ---- */

struct names {
	struct lexer lexer;
	struct token token;
	struct arena *arena;
	struct error *error;
	bool quoted; /* allowed */
	bool named;  /* a name stood before the braces */
	VEC(struct label) labels;
};

/* Words of the grammar are names too, but for those that would be taken for a modifier. */
static bool is_metric(enum token_kind kind)
{
	switch (kind) {
	case TOKEN_ON:
	case TOKEN_IGNORING:
	case TOKEN_GROUP_LEFT:
	case TOKEN_GROUP_RIGHT:
	case TOKEN_BOOL:
	case TOKEN_ATAN2: return false;
	default: return kind == TOKEN_IDENTIFIER || kind == TOKEN_METRIC_IDENTIFIER || kind >= TOKEN_AND;
	}
}

static int names_push(struct names *names, const char *name, const char *value)
{
	if (names->labels.count >= SERIES_NOTATION_LABELS)
		return error_set(names->error, "too many labels (at most %d)", SERIES_NOTATION_LABELS);
	for (size_t i = 0; i < names->labels.count; i++)
		if (strcmp(names->labels.items[i].name, name) == 0)
			return error_set(names->error, "label %.80s is there twice", name);
	vec_push(&names->labels, (struct label){ name, value });
	return 0;
}

/* `a="b"`, or in quotes a metric's name. Leaves the token behind it in `token`. */
static int read_label(struct names *names)
{
	struct token *token = &names->token;
	bool quoted = names->quoted && token->kind == TOKEN_STRING;
	const char *name = quoted ? token_string(token, names->arena, NULL)
				  : arena_strndup(names->arena, token->text, token->length);
	const char *value;

	if (!name || (!quoted && token->kind != TOKEN_IDENTIFIER))
		return error_set(names->error, "no label's name: %.40s", token->text);
	*token = lexer_next(&names->lexer);
	if (quoted && (token->kind == TOKEN_COMMA || token->kind == TOKEN_RIGHT_BRACE))
		return names_push(names, "__name__", name);
	if (token->kind != TOKEN_ASSIGN)
		return error_set(names->error, "no '=' behind label %.80s", name);
	*token = lexer_next(&names->lexer);
	value = token->kind == TOKEN_STRING ? token_string(token, names->arena, NULL) : NULL;
	if (!value)
		return error_set(names->error, "no string behind label %.80s", name);
	*token = lexer_next(&names->lexer);
	return names_push(names, name, value);
}

/* From '{' to '}'; the token then is that. */
static int read_braces(struct names *names)
{
	names->token = lexer_next(&names->lexer);
	while (names->token.kind != TOKEN_RIGHT_BRACE) {
		if (read_label(names))
			return -1;
		if (names->token.kind == TOKEN_COMMA)
			names->token = lexer_next(&names->lexer);
		else if (names->token.kind != TOKEN_RIGHT_BRACE)
			return error_set(names->error, "no '}' behind the labels");
	}
	return 0;
}

/* The name before the braces wins over __name__ between them. */
static void set_name(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->labels.count; i++)
		if (strcmp(names->labels.items[i].name, "__name__") == 0)
			names->labels.items[i].value = name;
	vec_push(&names->labels, (struct label){ "__name__", name });
}

/* A series; `spaced` allows blanks before the brace. Returns the bytes it takes in `ret_length`. */
static int read_labels(struct names *names, const char *text, bool spaced, struct labels *ret, size_t *ret_length)
{
	const char *name = NULL;
	struct token *token = &names->token;

	lexer_init(&names->lexer, text, strlen(text));
	*token = lexer_next(&names->lexer);
	if (is_metric(token->kind)) {
		name = arena_strndup(names->arena, token->text, token->length);
		*ret_length = token->position + token->length;
		if (spaced || text[*ret_length] == '{')
			*token = lexer_next(&names->lexer);
	}
	if (token->kind == TOKEN_LEFT_BRACE) {
		if (read_braces(names))
			return -1;
		*ret_length = token->position + 1;
	} else if (!name) {
		return error_set(names->error, "no series: %.80s (name{label=\"value\"})", text);
	}
	names->named = name != NULL;
	if (name)
		set_name(names, name);
	*ret = labels_make(names->arena, names->labels.items, names->labels.count);
	return 0;
}

int series_notation_read(const char *text, bool quoted_names, struct arena *arena, struct series_notation *ret,
			 struct error *error)
{
	struct names names = { .arena = arena, .error = error, .quoted = quoted_names };
	struct series_notation series = { 0 };
	size_t length = 0;
	int result = read_labels(&names, text, false, &series.labels, &length);

	vec_release(&names.labels);
	if (result)
		return -1;
	if (text[length] && !strchr(BLANKS, text[length]))
		return error_set(error, "no blank behind the series: %.40s", text + length);
	if (read_values(text + length, arena, &series, error))
		return -1;
	*ret = series;
	return 0;
}

int series_notation_labels(const char *text, bool quoted_names, struct arena *arena, struct labels *ret,
			   struct error *error)
{
	struct names names = { .arena = arena, .error = error, .quoted = quoted_names };
	size_t length = 0, given;
	struct labels labels = { 0 };
	int result = 0;

	if (text[strspn(text, BLANKS)])
		result = read_labels(&names, text, true, &labels, &length);
	given = names.labels.count;
	vec_release(&names.labels);
	if (result)
		return -1;
	lexer_init(&names.lexer, text + length, strlen(text + length));
	if (lexer_next(&names.lexer).kind != TOKEN_END)
		return error_set(error, "more behind the series: %.40s", text + length);
	/* Prometheus keeps an empty value where no name stands before the braces, and no series has one. */
	if (labels.count < given && !names.named)
		return error_set(error, "a label without a value, which no series has");
	*ret = labels;
	return 0;
}
