#include "slo/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALLOWED "an operator < <= > >= == != and a number, with %% or ms s m h d w y behind it"

static const struct {
	const char *sign;
	enum comparison_operator opposite;
} operators[COMPARE_OPERATORS] = {
	[COMPARE_LESS] = { "<", COMPARE_GREATER_EQUAL }, [COMPARE_LESS_EQUAL] = { "<=", COMPARE_GREATER },
	[COMPARE_GREATER] = { ">", COMPARE_LESS_EQUAL }, [COMPARE_GREATER_EQUAL] = { ">=", COMPARE_LESS },
	[COMPARE_EQUAL] = { "==", COMPARE_NOT_EQUAL },   [COMPARE_NOT_EQUAL] = { "!=", COMPARE_EQUAL },
};

static const struct {
	const char *suffix;
	double factor;
} suffixes[] = {
	{ "", 1 },     { "%", 0.01 }, { "ms", 1e-3 }, { "s", 1 },         { "m", 60 },
	{ "min", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 7 * 86400 }, { "y", 365.0 * 86400 },
};

/* The nearest number to what was written, not the hundredth of the nearest one: 99.9% is 0.999. */
static double hundredth(const char *text, size_t length, double value)
{
	char shifted[64];

	if (length > sizeof(shifted) - 4 || memchr(text, 'e', length) || memchr(text, 'E', length))
		return value / 100;
	snprintf(shifted, sizeof(shifted), "%.*se-2", (int)length, text);
	return strtod(shifted, NULL);
}

int comparison_number_read(const char *text, double *ret, struct error *error)
{
	char *end;
	size_t number;
	double value;

	text += strspn(text, " ");
	value = strtod(text, &end);
	/* No "inf", "nan" or "0x10", which strtod knows too. */
	if (end == text || !isfinite(value) || strspn(text, "+-.0123456789eE") < (size_t)(end - text))
		return error_set(error, "'%.40s' is no number", text);
	number = (size_t)(end - text);
	end += strspn(end, " ");
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strcmp(end, suffixes[i].suffix) == 0) {
			*ret = *end == '%' ? hundredth(text, number, value) : value * suffixes[i].factor;
			return 0;
		}
	return error_set(error, "'%.40s' is no unit (%%, or ms s m h d w y)", end);
}

/* The longest sign that begins the text. */
static int find_operator(const char *text)
{
	int ret = -1;

	for (int i = 0; i < COMPARE_OPERATORS; i++) {
		size_t length = strlen(operators[i].sign);

		if (strncmp(text, operators[i].sign, length) == 0 && (ret < 0 || length > strlen(operators[ret].sign)))
			ret = i;
	}
	return ret;
}

int comparison_read(const char *text, struct comparison *ret, struct error *error)
{
	const char *from = text + strspn(text, " ");
	int found = find_operator(from);
	struct error number;
	double limit;

	if (found < 0)
		return error_set(error, "'%.40s' is no condition (" ALLOWED ")", text);
	if (comparison_number_read(from + strlen(operators[found].sign), &limit, &number) < 0)
		return error_set(error, "'%.40s' is no condition: %.80s (" ALLOWED ")", text, number.text);
	*ret = (struct comparison){ (enum comparison_operator)found, limit, text };
	return 0;
}

bool comparison_holds(const struct comparison *comparison, double value)
{
	if (isnan(value))
		return false;
	switch (comparison->operator) {
	case COMPARE_LESS: return value < comparison->limit;
	case COMPARE_LESS_EQUAL: return value <= comparison->limit;
	case COMPARE_GREATER: return value > comparison->limit;
	case COMPARE_GREATER_EQUAL: return value >= comparison->limit;
	case COMPARE_EQUAL: return value == comparison->limit;
	case COMPARE_NOT_EQUAL: return value != comparison->limit;
	case COMPARE_OPERATORS: break;
	}
	return false;
}

const char *comparison_sign(enum comparison_operator operator)
{
	return operators[operator].sign;
}

enum comparison_operator comparison_opposite(enum comparison_operator operator)
{
	return operators[operator].opposite;
}

bool comparison_wants_less(const struct comparison *comparison)
{
	return comparison->operator!= COMPARE_GREATER && comparison->operator!= COMPARE_GREATER_EQUAL;
}
