#include "tsdb/matcher.h"

#include <stddef.h>
#include <string.h>

int matcher_compile(struct matcher *matcher, bool dot_newline, struct error *error)
{
	if (matcher->kind != MATCHER_REGEX && matcher->kind != MATCHER_NOT_REGEX)
		return 0;
	if (!matcher->regex)
		matcher->regex = label_regex_new(matcher->value, dot_newline, error);
	return matcher->regex ? 0 : -1;
}

void matcher_release(struct matcher *matcher)
{
	label_regex_free(matcher->regex);
	matcher->regex = NULL;
}

bool matcher_matches(const struct matcher *matcher, const char *value)
{
	switch (matcher->kind) {
	case MATCHER_EQUAL: return strcmp(matcher->value, value) == 0;
	case MATCHER_NOT_EQUAL: return strcmp(matcher->value, value) != 0;
	case MATCHER_REGEX: return label_regex_match(matcher->regex, value);
	case MATCHER_NOT_REGEX: return !label_regex_match(matcher->regex, value);
	}
	return false;
}

bool matcher_matches_empty(const struct matcher *matcher)
{
	return matcher_matches(matcher, "");
}

bool matchers_match(const struct matcher *matchers, size_t count, const struct labels *labels)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = labels_get(labels, matchers[i].label);

		if (!matcher_matches(&matchers[i], value ? value : ""))
			return false;
	}
	return true;
}
