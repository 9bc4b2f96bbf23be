#include "alert/silence.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tsdb/matcher.h"

#define TIME_MOST_MS INT64_C(253402300799999) /* the end of 9999 */

struct silence_filter {
	struct matcher *matchers;
	size_t count;
	bool usable; /* there are matchers, and all were compiled */
};

static enum matcher_kind kind_of(const struct silence_matcher *matcher)
{
	if (matcher->is_regex)
		return matcher->is_equal ? MATCHER_REGEX : MATCHER_NOT_REGEX;
	return matcher->is_equal ? MATCHER_EQUAL : MATCHER_NOT_EQUAL;
}

/* Compiled; a dot does not match a newline, as in Go without (?s). */
static int compile(struct matcher *ret, const struct silence_matcher *matcher, struct error *error)
{
	*ret = (struct matcher){ .label = matcher->name, .value = matcher->value, .kind = kind_of(matcher) };
	return matcher_compile(ret, false, error);
}

struct silence_filter *silence_filter_new(const struct silence *silence)
{
	struct silence_filter *filter = mem_zalloc(sizeof(*filter));

	filter->matchers = mem_array(silence->matcher_count, sizeof(*filter->matchers));
	filter->count = silence->matcher_count;
	filter->usable = filter->count > 0;
	for (size_t i = 0; i < filter->count; i++)
		if (compile(&filter->matchers[i], &silence->matchers[i], NULL))
			filter->usable = false;
	return filter;
}

void silence_filter_free(struct silence_filter *filter)
{
	if (!filter)
		return;
	for (size_t i = 0; i < filter->count; i++)
		matcher_release(&filter->matchers[i]);
	free(filter->matchers);
	free(filter);
}

bool silence_filter_matches(const struct silence_filter *filter, const struct labels *labels)
{
	return filter->usable && matchers_match(filter->matchers, filter->count, labels);
}

static bool is_name_letter(char ch, bool first)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_' || (!first && ch >= '0' && ch <= '9');
}

static bool is_label_name(const char *name)
{
	for (size_t i = 0; name[i]; i++)
		if (!is_name_letter(name[i], i == 0))
			return false;
	return *name != '\0';
}

static bool is_utf8(const char *text)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	size_t length = strlen(text);

	for (size_t at = 0; at < length;) {
		uint32_t code;
		size_t used = text_decode(text + at, length - at, &code);

		if (code == TEXT_REPLACEMENT && strncmp(text + at, replacement, 3) != 0)
			return false;
		at += used;
	}
	return true;
}

/* A silence that its server gave may have names that only newer servers take. */
static int check_matcher(const struct silence *silence, const struct silence_matcher *matcher, struct matcher *compiled,
			 struct error *error)
{
	struct error reason;

	if (silence->id && *silence->id ? !*matcher->name || !is_utf8(matcher->name) : !is_label_name(matcher->name))
		return error_set(error, "'%.60s' is no label name (letters, digits and _)", matcher->name);
	if (!is_utf8(matcher->value))
		return error_set(error, "the value of %.60s is not UTF-8", matcher->name);
	if (compile(compiled, matcher, &reason))
		return error_set(error, "%.60s: %.300s", matcher->name, reason.text);
	return 0;
}

/* Does it leave no alert out? Names that nobody gives to an alert stand for all names. */
static bool matches_all(const struct silence_matcher *matcher, const struct matcher *compiled)
{
	static const char *const words[] = { "Qzzxkjwv", "__9_xqjkvw:zz__", "\xC3\xA6 q. {}" };

	if (matcher_matches_empty(compiled))
		return true;
	if (strcmp(matcher->name, "alertname") != 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!matcher_matches(compiled, words[i]))
			return false;
	return true;
}

int silence_check(const struct silence *silence, struct error *error)
{
	bool hides_all = true;

	if (!silence->matcher_count)
		return error_set(error, "a silence needs a matcher");
	if (silence->matcher_count > SILENCE_MATCHERS_MAX)
		return error_set(error, "over %d matchers", SILENCE_MATCHERS_MAX);
	for (size_t i = 0; i < silence->matcher_count; i++) {
		struct matcher compiled = { 0 };
		int result = check_matcher(silence, &silence->matchers[i], &compiled, error);

		if (!result && !matches_all(&silence->matchers[i], &compiled))
			hides_all = false;
		matcher_release(&compiled);
		if (result)
			return -1;
	}
	if (hides_all)
		return error_set(error, "it would hide every alert (at least one matcher must leave some out)");
	if (silence->ends_ms <= silence->starts_ms)
		return error_set(error, "it would end before it starts");
	if (silence->starts_ms < 0 || silence->ends_ms > TIME_MOST_MS)
		return error_set(error, "its times cannot be written (1970 to 9999)");
	return 0;
}

static bool same_matcher(const struct silence_matcher *a, const struct silence_matcher *b)
{
	return a->is_regex == b->is_regex && a->is_equal == b->is_equal && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->value, b->value) == 0;
}

static size_t count_same(const struct silence *silence, const struct silence_matcher *matcher)
{
	size_t count = 0;

	for (size_t i = 0; i < silence->matcher_count; i++)
		count += same_matcher(&silence->matchers[i], matcher);
	return count;
}

bool silence_same_matchers(const struct silence *a, const struct silence *b)
{
	if (a->matcher_count != b->matcher_count)
		return false;
	for (size_t i = 0; i < a->matcher_count; i++)
		if (count_same(a, &a->matchers[i]) != count_same(b, &a->matchers[i]))
			return false;
	return true;
}

void silence_of_labels(struct silence *ret, const struct labels *labels, struct arena *arena)
{
	struct silence_matcher *matchers = arena_array(arena, labels->count, sizeof(*matchers));
	size_t count = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < labels->count && count < SILENCE_MATCHERS_MAX; i++) {
			const struct label *label = &labels->items[i];

			if ((strcmp(label->name, "alertname") == 0) != (pass == 0))
				continue;
			matchers[count++] = (struct silence_matcher){ .name = arena_strdup(arena, label->name),
								      .value = arena_strdup(arena, label->value),
								      .is_equal = true };
		}
	}
	ret->matchers = matchers;
	ret->matcher_count = count;
}
