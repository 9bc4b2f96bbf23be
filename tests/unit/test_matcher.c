#include <criterion/criterion.h>

#include "tsdb/matcher.h"

static struct matcher make(enum matcher_kind kind, const char *label, const char *value)
{
	struct matcher matcher = { .label = label, .value = value, .kind = kind };

	cr_assert_eq(matcher_compile(&matcher, true, NULL), 0);
	return matcher;
}

Test(matcher, kinds)
{
	static const struct {
		enum matcher_kind kind;
		const char *value, *text;
		bool matches;
	} cases[] = {
		{ MATCHER_EQUAL, "a", "a", true },        { MATCHER_EQUAL, "a", "b", false },
		{ MATCHER_EQUAL, "", "", true },          { MATCHER_NOT_EQUAL, "a", "b", true },
		{ MATCHER_NOT_EQUAL, "a", "a", false },   { MATCHER_NOT_EQUAL, "a", "", true },
		{ MATCHER_REGEX, "a|b", "b", true },      { MATCHER_REGEX, "a|b", "", false },
		{ MATCHER_REGEX, "a?", "", true },        { MATCHER_NOT_REGEX, "a.*", "b", true },
		{ MATCHER_NOT_REGEX, "a.*", "a", false }, { MATCHER_NOT_REGEX, ".*", "", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct matcher matcher = make(cases[i].kind, "x", cases[i].value);

		cr_expect_eq(matcher_matches(&matcher, cases[i].text), cases[i].matches, "case %zu", i);
		cr_expect_eq(matcher_matches_empty(&matcher), matcher_matches(&matcher, ""));
		matcher_release(&matcher);
		cr_expect_null(matcher.regex);
	}
}

Test(matcher, a_label_that_is_not_there_is_empty)
{
	struct label items[] = { { "a", "1" }, { "b", "2" } };
	struct labels labels = { .items = items, .count = 2 };
	struct matcher matchers[] = { make(MATCHER_EQUAL, "a", "1"), make(MATCHER_EQUAL, "c", ""),
				      make(MATCHER_REGEX, "b", "[12]"), make(MATCHER_NOT_EQUAL, "c", "x") };
	struct matcher wrong = make(MATCHER_NOT_EQUAL, "c", "");

	cr_expect(matchers_match(matchers, 4, &labels));
	cr_expect(matchers_match(NULL, 0, &labels));
	cr_expect(!matchers_match(&wrong, 1, &labels));
	for (size_t i = 0; i < 4; i++)
		matcher_release(&matchers[i]);
}

Test(matcher, a_wrong_pattern_says_why)
{
	struct matcher matcher = { .label = "a", .value = "(", .kind = MATCHER_NOT_REGEX };
	struct error error = { "" };

	cr_expect_eq(matcher_compile(&matcher, true, &error), -1);
	cr_expect_str_eq(error.text, "regular expression: a ( that is not closed: (");
	matcher_release(&matcher);
}
