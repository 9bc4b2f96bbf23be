#include <criterion/criterion.h>

#include <string.h>

#include "dashboard/regex.h"

TestSuite(regex, .timeout = 20);

static bool matches(const char *pattern, const char *text)
{
	struct error error = { 0 };
	struct regex *regex = regex_new(pattern, &error);
	bool ret;

	cr_assert_not_null(regex, "%s: %s", pattern, error.text);
	ret = regex_match(regex, text);
	regex_free(regex);
	return ret;
}

Test(regex, plain_pattern_is_the_whole_text)
{
	cr_expect(matches("cpu.*", "cpu0"));
	cr_expect_not(matches("cpu", "cpu0"));
	cr_expect_not(matches("pu0", "cpu0"));
	cr_expect(matches("", ""));
	cr_expect_not(matches("", "x"));
	/* As in Grafana: ^ and $ are put around, without a group. */
	cr_expect(matches("a|b", "ax"));
	cr_expect(matches("a|b", "xb"));
}

Test(regex, slashes_match_anywhere)
{
	cr_expect(matches("/pu/", "cpu0"));
	cr_expect(matches("/^CPU\\d$/i", "cpu7"));
	cr_expect_not(matches("/CPU/", "cpu0"));
	cr_expect(matches("//", "anything"));
	cr_expect(matches("/a\\/b/", "xa/by"));
	cr_expect(matches("/a/b/", "xa/by"));
	cr_expect(matches("/^b$/m", "a\nb\nc"));
	cr_expect(matches("/a.c/s", "a\nc"));
	cr_expect_not(matches("/a.c/", "a\nc"));
	cr_expect_not(matches("/b$/", "b\n"));
}

Test(regex, javascript_syntax)
{
	cr_expect(matches("/^\\u00e9$/", "\xc3\xa9"));
	cr_expect(matches("/^.$/", "\xe2\x82\xac"));
	cr_expect(matches("/a[^]b/", "a\nb"));
	cr_expect_not(matches("/[]/", "a"));
	cr_expect(matches("/^\\h\\A\\z\\Q$/", "hAzQ"));
	cr_expect(matches("/^\\\\A$/", "\\A"));
	cr_expect(matches("/^(?!foo).*$/", "bar"));
	cr_expect_not(matches("/^(?!foo).*$/", "foobar"));
	cr_expect(matches("/(?<=x)y/", "xy"));
	cr_expect(matches("/^a{,3}$/", "a{,3}"));
	cr_expect(matches("/^\\x41$/", "A"));
}

Test(regex, faults_are_messages)
{
	static const char *const patterns[] = { "(", "/(/",           "/a", "/", "/a/x", "[z-a]", "/a{2,1}/",
						"*", "(?<n>a)(?<n>b)" };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct error error = { 0 };

		cr_expect_null(regex_new(patterns[i], &error), "%s", patterns[i]);
		cr_expect_neq(error.text[0], '\0', "%s", patterns[i]);
		cr_expect_null(regex_new(patterns[i], NULL));
	}
	regex_free(NULL);
}

Test(regex, captures)
{
	struct regex *regex = regex_new("/(?<host>[a-z]+):(\\d+)?(x)?/", NULL);
	const char *start = NULL;
	size_t length = 0;

	cr_assert_not_null(regex);
	cr_assert(regex_capture(regex, "at node:9100!", 0, &start, &length));
	cr_expect(length == 9 && strncmp(start, "node:9100", 9) == 0);
	cr_assert(regex_capture(regex, "at node:9100!", 1, &start, &length));
	cr_expect(length == 4 && strncmp(start, "node", 4) == 0);
	cr_assert(regex_capture(regex, "at node:9100!", 2, &start, &length));
	cr_expect(length == 4 && strncmp(start, "9100", 4) == 0);
	cr_expect_not(regex_capture(regex, "at node:9100!", 3, &start, &length), "a group that took no part");
	cr_expect_not(regex_capture(regex, "at node:9100!", 4, &start, &length), "no such group");
	cr_expect_not(regex_capture(regex, "nothing", 0, &start, &length));
	cr_assert(regex_named(regex, "node:1", "host", &start, &length));
	cr_expect(length == 4 && strncmp(start, "node", 4) == 0);
	cr_expect_not(regex_named(regex, "node:1", "port", &start, &length));
	regex_free(regex);
}

static void expect_replaced(const char *pattern, const char *text, const char *replacement, const char *wanted)
{
	struct regex *regex = regex_new(pattern, NULL);
	struct strbuf ret = STRBUF_INIT;

	cr_assert_not_null(regex, "%s", pattern);
	regex_replace(regex, text, replacement, regex_is_global(regex), &ret);
	cr_expect_str_eq(ret.text, wanted, "%s on %s: got %s", pattern, text, ret.text);
	strbuf_release(&ret);
	regex_free(regex);
}

Test(regex, replaces_as_javascript)
{
	expect_replaced("/(\\w+) (\\w+)/", "hello world", "$2 $1", "world hello");
	expect_replaced("/o/", "foo", "0", "f0o");
	expect_replaced("/o/g", "foo", "0", "f00");
	expect_replaced("(.*):9100", "node:9100", "$1", "node");
	expect_replaced("/x/", "none", "y", "none");
	expect_replaced("/b/", "abc", "[$`|$&|$']", "a[a|b|c]c");
	expect_replaced("/b/", "abc", "$$1", "a$1c");
	expect_replaced("/(b)/", "abc", "$2$", "a$2$c");
	expect_replaced("/(b)/", "abc", "$10", "ab0c");
	expect_replaced("/(b)/", "abc", "$01", "abc");
	expect_replaced("/(?<n>b)/", "abc", "<$<n>$<no>>", "a<b>c");
	expect_replaced("/b/", "abc", "$<n>", "a$<n>c");
	expect_replaced("/(x)?b/", "abc", "[$1]", "a[]c");
	/* Empty matches advance by characters, not bytes. */
	expect_replaced("/x*/g", "a\xc3\xa9", "-", "-a-\xc3\xa9-");
	expect_replaced("//g", "", "-", "-");
}

Test(regex, walks_matches)
{
	struct regex *regex = regex_new("/\\d+/g", NULL);
	const char *text = "a1b22c333", *start;
	size_t offset = 0, length, count = 0, total = 0;

	while (regex_next(regex, text, &offset, &start, &length)) {
		count++;
		total += length;
	}
	cr_expect_eq(count, 3);
	cr_expect_eq(total, 6);
	cr_expect_not(regex_next(regex, text, &offset, &start, &length));
	regex_free(regex);
}

Test(regex, broken_utf8_is_no_error)
{
	cr_expect(matches("/b$/", "\xff\xfe b"));
	cr_expect_not(matches("/x/", "\xc3"));
	expect_replaced("/b/g",
			"\xff"
			"b\xc3",
			"c",
			"\xff"
			"c\xc3");
}

Test(regex, gives_up_on_explosive_patterns)
{
	static const char *const patterns[] = { "/^(a+)+$/", "/^(a|aa)+$/", "/^(([a-z])+.)+[A-Z]([a-z])+$/" };
	char text[2000];

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct regex *regex = regex_new(patterns[i], NULL);

		cr_assert_not_null(regex);
		memset(text, 'a', sizeof(text));
		text[sizeof(text) - 1] = '\0';
		if (i < 2)
			text[sizeof(text) - 2] = '!';
		for (int again = 0; again < 1000; again++)
			cr_expect_not(regex_match(regex, text));
		cr_expect(regex_gave_up(regex), "%s", patterns[i]);
		regex_free(regex);
	}
}
