#include "dashboard/mapping.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/number_text.h"
#include "dashboard/regex.h"

/* JavaScript's parseFloat: the number a text begins with, NaN when it begins with none. */
static double parse_number(const char *text)
{
	const char *digits;

	while (isspace((unsigned char)*text))
		text++;
	digits = text + (*text == '-' || *text == '+');
	if (!isdigit((unsigned char)*digits) && !(*digits == '.' && isdigit((unsigned char)digits[1])))
		return NAN;
	if (digits[0] == '0' && tolower((unsigned char)digits[1]) == 'x')
		return 0;
	return strtod(text, NULL);
}

static bool meets_value(const struct mapping *mapping, const struct mapping_subject *subject)
{
	char text[NUMBER_TEXT_MAX];

	switch (subject->kind) {
	case SUBJECT_NUMBER: number_text(subject->number, text, sizeof(text)); return strcmp(mapping->value, text) == 0;
	case SUBJECT_BOOLEAN: return strcmp(mapping->value, subject->number != 0 ? "true" : "false") == 0;
	case SUBJECT_STRING: return strcmp(mapping->value, subject->string) == 0;
	case SUBJECT_NULL: break;
	}
	return false;
}

static bool meets_range(const struct mapping *mapping, const struct mapping_subject *subject)
{
	double value = NAN;

	if (subject->kind == SUBJECT_NUMBER)
		value = subject->number;
	else if (subject->kind == SUBJECT_STRING)
		value = parse_number(subject->string);
	return value >= mapping->from && value <= mapping->to;
}

static bool meets_regex(const struct mapping *mapping, const struct mapping_subject *subject)
{
	struct regex *regex;
	bool meets;

	if (subject->kind != SUBJECT_STRING)
		return false;
	regex = regex_new(mapping->value, NULL);
	meets = regex && regex_match(regex, subject->string);
	regex_free(regex);
	return meets;
}

static bool is_word(const struct mapping_subject *subject, bool truth)
{
	if (subject->kind == SUBJECT_BOOLEAN)
		return (subject->number != 0) == truth;
	return subject->kind == SUBJECT_STRING && strcmp(subject->string, truth ? "true" : "false") == 0;
}

static bool meets_special(const struct mapping *mapping, const struct mapping_subject *subject)
{
	bool is_nan = subject->kind == SUBJECT_NUMBER && isnan(subject->number);
	bool is_null = subject->kind == SUBJECT_NULL;

	switch (mapping->special) {
	case SPECIAL_NULL: return is_null;
	case SPECIAL_NAN: return is_nan;
	case SPECIAL_NULL_NAN: return is_null || is_nan;
	case SPECIAL_TRUE: return is_word(subject, true);
	case SPECIAL_FALSE: return is_word(subject, false);
	case SPECIAL_EMPTY: return subject->kind == SUBJECT_STRING && subject->string[0] == '\0';
	}
	return false;
}

const struct mapping *mapping_find(const struct mapping *mappings, size_t count, const struct mapping_subject *subject)
{
	static bool (*const meets[])(const struct mapping *, const struct mapping_subject *) = {
		[MAPPING_VALUE] = meets_value,
		[MAPPING_RANGE] = meets_range,
		[MAPPING_REGEX] = meets_regex,
		[MAPPING_SPECIAL] = meets_special,
	};

	for (size_t i = 0; i < count; i++)
		if (meets[mappings[i].kind](&mappings[i], subject))
			return &mappings[i];
	return NULL;
}

void mapping_text(const struct mapping *mapping, const struct mapping_subject *subject, struct strbuf *ret)
{
	struct regex *regex = NULL;

	if (mapping->kind == MAPPING_REGEX && subject->kind == SUBJECT_STRING)
		regex = regex_new(mapping->value, NULL);
	if (regex)
		regex_replace(regex, subject->string, mapping->text, regex_is_global(regex), ret);
	else
		strbuf_addstr(ret, mapping->text);
	regex_free(regex);
}
