#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "dashboard/mapping.h"

static const struct mapping mappings[] = {
	{ .kind = MAPPING_VALUE, .value = "1", .text = "up" },
	{ .kind = MAPPING_VALUE, .value = "0.1", .text = "tenth" },
	{ .kind = MAPPING_RANGE, .from = 10, .to = 20, .text = "teens" },
	{ .kind = MAPPING_RANGE, .from = 1000, .to = INFINITY, .text = "many" },
	{ .kind = MAPPING_REGEX, .value = "/^node-(\\d+)\\..*$/i", .text = "n$1" },
	{ .kind = MAPPING_REGEX, .value = "abc", .text = "exact" },
	{ .kind = MAPPING_SPECIAL, .special = SPECIAL_NULL, .text = "nothing" },
	{ .kind = MAPPING_SPECIAL, .special = SPECIAL_NAN, .text = "nan" },
	{ .kind = MAPPING_SPECIAL, .special = SPECIAL_TRUE, .text = "yes" },
	{ .kind = MAPPING_SPECIAL, .special = SPECIAL_FALSE, .text = "no" },
	{ .kind = MAPPING_SPECIAL, .special = SPECIAL_EMPTY, .text = "empty" },
};

static void assert_mapped(struct mapping_subject subject, const char *expected)
{
	const struct mapping *mapping = mapping_find(mappings, sizeof(mappings) / sizeof(mappings[0]), &subject);
	struct strbuf text = STRBUF_INIT;

	if (!expected) {
		cr_assert_null(mapping);
		return;
	}
	cr_assert_not_null(mapping, "%s", expected);
	mapping_text(mapping, &subject, &text);
	cr_assert_str_eq(text.text, expected);
	strbuf_release(&text);
}

#define NUMBER(n) ((struct mapping_subject){ .kind = SUBJECT_NUMBER, .number = (n) })
#define STRING(s) ((struct mapping_subject){ .kind = SUBJECT_STRING, .string = (s) })

Test(mapping, numbers)
{
	assert_mapped(NUMBER(1), "up");
	assert_mapped(NUMBER(0.1), "tenth");
	assert_mapped(NUMBER(1.0000001), NULL);
	assert_mapped(NUMBER(10), "teens");
	assert_mapped(NUMBER(20), "teens");
	assert_mapped(NUMBER(20.5), NULL);
	assert_mapped(NUMBER(1e12), "many");
	assert_mapped(NUMBER(NAN), "nan");
}

Test(mapping, strings)
{
	assert_mapped(STRING("1"), "up");
	assert_mapped(STRING(" 12 apples"), "teens");
	assert_mapped(STRING("apples"), NULL);
	assert_mapped(STRING("Node-7.example"), "n7");
	assert_mapped(STRING("abc"), "exact");
	assert_mapped(STRING("xabc"), NULL);
	assert_mapped(STRING(""), "empty");
	assert_mapped(STRING("true"), "yes");
	assert_mapped(STRING("inf"), NULL);
	assert_mapped(STRING("0x10"), NULL);
}

Test(mapping, booleans_and_null)
{
	assert_mapped((struct mapping_subject){ .kind = SUBJECT_BOOLEAN, .number = 1 }, "yes");
	assert_mapped((struct mapping_subject){ .kind = SUBJECT_BOOLEAN, .number = 0 }, "no");
	assert_mapped((struct mapping_subject){ .kind = SUBJECT_NULL }, "nothing");
}

Test(mapping, the_first_rule_wins_and_bad_patterns_never)
{
	static const struct mapping rules[] = {
		{ .kind = MAPPING_REGEX, .value = "/(/", .text = "broken" },
		{ .kind = MAPPING_RANGE, .from = -INFINITY, .to = INFINITY, .text = "any" },
		{ .kind = MAPPING_VALUE, .value = "5", .text = "five" },
	};
	struct mapping_subject five = NUMBER(5), word = STRING("word");

	cr_assert_eq(mapping_find(rules, 3, &five), &rules[1]);
	cr_assert_null(mapping_find(rules, 3, &word));
	cr_assert_null(mapping_find(NULL, 0, &five));
}

Test(mapping, a_hostile_pattern_costs_nothing, .timeout = 5)
{
	static const struct mapping rule = { .kind = MAPPING_REGEX, .value = "/^(a+)+$/", .text = "x" };
	struct mapping_subject subject = STRING("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");

	for (int i = 0; i < 100; i++)
		cr_assert_null(mapping_find(&rule, 1, &subject));
}
