/* Label regexes: RE2's language on PCRE2, anchored, bounded. */
#include <criterion/criterion.h>

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tsdb/label_regex.h"

static bool matches(const char *pattern, const char *text)
{
	struct error error = { "" };
	struct label_regex *regex = label_regex_new(pattern, true, &error);
	bool matched;

	cr_assert_not_null(regex, "%s: %s", pattern, error.text);
	matched = label_regex_match(regex, text);
	label_regex_free(regex);
	return matched;
}

#define YES(pattern, text) cr_expect(matches(pattern, text), "%s should match %s", pattern, text)
#define NO(pattern, text)  cr_expect(!matches(pattern, text), "%s should not match %s", pattern, text)

Test(label_regex, is_anchored_at_both_ends)
{
	YES("a.c", "abc");
	NO("a.c", "xabc");
	NO("a.c", "abcx");
	NO("a|bc", "abc");
	NO("[ab]|bc", "abc");
	YES("[ab]|bc", "bc");
	NO("[a-z]+$", "abc\n");
	YES("", "");
	NO("", "a");
	YES("|a", "");
	YES("^abc$", "abc");
	YES("^[a]bc$", "abc");
	NO("(?m)^a$", "a\nb");
	YES("(?m)^a$\n^b$", "a\nb");
	YES("\\Aab\\z", "ab");
	YES("(?s)a.*(?m)$\n.", "axx\nb");
}

Test(label_regex, shapes_that_need_no_engine)
{
	YES("abc", "abc");
	YES("a\\.b\\-c", "a.b-c");
	YES("a|b|c", "b");
	NO("a|b|c", "d");
	YES(".*", "");
	YES(".*", "any\nthing");
	YES(".+", "x");
	NO(".+", "");
	YES("node_.*", "node_cpu");
	NO("node_.*", "nod");
	NO("node_.+", "node_");
	YES("node_.+_total", "node_x_total");
	NO("node_.+_total", "node_total");
	YES("node_.*_total", "node__total");
	YES(".*error.*", "an error here");
	NO(".*error.*", "all good");
	YES("pre(a|b)post", "prebpost");
	NO("pre(a|b)post", "prepost");
	YES("(?:x|y(z|)){1}", "yz");
	YES("10\\.0\\.0\\.1:9100", "10.0.0.1:9100");
	NO("10\\.0\\.0\\.1:9100", "10x0.0.1:9100");
}

Test(label_regex, newline_by_switch)
{
	static const char *const patterns[] = { "a.b", "a.*b", "a.+b", ".*", ".*\n.*", ".*b.*", "(a).*b", "[^x].*b" };
	struct error error;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct label_regex *old = label_regex_new(patterns[i], false, &error);
		struct label_regex *new = label_regex_new(patterns[i], true, &error);

		cr_expect_eq(label_regex_match(old, "a\nb"), i == 4, "2.x, %s", patterns[i]);
		cr_expect(label_regex_match(new, "a\nb"), "3.x, %s", patterns[i]);
		label_regex_free(old);
		label_regex_free(new);
	}
	YES("(?-s)a.*", "abc");
	NO("(?-s)a.*", "a\nb");
	YES("(?-s:a.)(.)", "ab\n");
	YES("[^a]", "\n");
}

Test(label_regex, words_are_listed)
{
	static const struct {
		const char *pattern;
		const char *words; /* joined by commas */
	} cases[] = {
		{ "a", "a" },
		{ "b|a|b", "a,b" },
		{ "(a|b)", "a,b" },
		{ "x(a|b)(1|2)", "xa1,xa2,xb1,xb2" },
		{ "a|", ",a" },
		{ "", "" },
		{ "(?:10\\.0\\.0\\.1|host)", "10.0.0.1,host" },
		{ "a.b", NULL },
		{ "a*", NULL },
		{ "(?i)a", NULL },
		{ "[ab]", NULL },
		{ "\\d", NULL },
		{ "^a$", NULL },
		{ "\\Qa|b\\E", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct label_regex *regex = label_regex_new(cases[i].pattern, true, NULL);
		const char *const *words = NULL;
		size_t count;
		char joined[200] = "";

		cr_assert_not_null(regex);
		count = label_regex_words(regex, &words);
		for (size_t k = 0; k < count; k++) {
			strncat(joined, k ? "," : "", sizeof(joined) - strlen(joined) - 1);
			strncat(joined, words[k], sizeof(joined) - strlen(joined) - 1);
		}
		cr_expect_eq(count > 0, cases[i].words != NULL, "%s", cases[i].pattern);
		if (cases[i].words)
			cr_expect_str_eq(joined, cases[i].words);
		label_regex_free(regex);
	}
}

Test(label_regex, what_re2_has_and_pcre2_spells_otherwise)
{
	YES("(?P<n>a)b", "ab");
	YES("(?<n>a)b", "ab");
	YES("(?P<1>a)b", "ab");
	YES("\\pN+", "12");
	YES("\\p{Greek}+", "αβ");
	NO("\\p{Greek}+", "ab");
	YES("\\P{Greek}+", "ab");
	YES("\\p{^Greek}", "a");
	YES("[\\p{Lu}\\d]+", "A1");
	YES("[[:word:]]+", "a_1");
	YES("[[:^digit:]]+", "ab");
	NO("[[:^digit:]]+", "a1");
	YES("[[:alpha:][:digit:]-]+", "a-1");
	YES("\\Qa.b*\\E+", "a.b***");
	YES("\\Qa.b", "a.b");
	YES("(?i)AbC", "aBc");
	YES("a(?i)b|c", "aB");
	YES("(?i:a)b", "Ab");
	NO("(?i:a)b", "AB");
	YES("(?U)a+(b*)", "aab");
	YES("a{2}", "aa");
	YES("a{2,}", "aaaa");
	NO("a{2,3}", "aaaa");
	YES("a{,2}", "a{,2}");
	YES("a{", "a{");
	YES("a{x}", "a{x}");
	YES("a{1000}|b", "b");
	YES("\\x41\\x{42}\\103\\07?", "ABC");
	YES("\\a?\\f?\\t\\n\\r\\v", "\t\n\r\v");
	YES("[]a]+", "]a");
	YES("[^]a]+", "bc");
	YES("[a\\-z]+", "-az");
	YES("[a-]+", "a-");
	YES("[\\]\\\\^]+", "]\\^");
	YES("[[a]+", "[a");
	YES("[[=a=]+", "[=a");
	YES("\\s", " ");
	NO("\\s", "\v");
	YES("\\S", "\v");
	YES("[\\s]", "\t");
	NO("[\\s]", "\v");
	YES("[\\S]", "\v");
	NO("[\\S]", " ");
	YES("[^\\s]", "é");
	YES("\\w+\\W\\D\\d", "ab-x1");
	NO("\\w", "é");
	YES(".", "é");
	YES("x*?y+?z??", "xyz");
	YES("(?:)a", "a");
	YES("^*a", "a");
	YES("(a||b)+", "ab");
	YES("\\ba\\b.\\Bb?", "a-");
	YES("\\_\\-\\ \\\"", "_- \"");
	YES("(a(b(c)?)?)?", "abc");
	YES("(?i)straße", "STRAßE");
	YES("((((((((((a))))))))))", "a");
}

Test(label_regex, what_only_pcre2_has_is_refused)
{
	static const char *const patterns[] = {
		"a(?=b)",
		"a(?!b)",
		"(?<=a)b",
		"(?<!a)b",
		"(?>a)",
		"(a)\\1",
		"(?P<n>a)(?P=n)",
		"(?P>n)",
		"(?R)",
		"(?1)",
		"(?|a|b)",
		"a++",
		"a*+",
		"a?+",
		"a{2}+",
		"a**",
		"a*?*",
		"(*ACCEPT)",
		"\\K",
		"\\R",
		"\\X",
		"\\h",
		"\\N",
		"\\G",
		"\\Z",
		"\\C",
		"\\g1",
		"\\k<n>",
		"(?#x)",
		"(?x)a b",
		"(?J)a",
		"(?'n'a)",
		"(?P<n>a)(?P<n>b)",
		"(?P<>a)",
		"(?P<n-m>a)",
		"(?P<n",
		"a{1001}",
		"a{2,1}",
		"a{1,1001}",
		"(a{100}){11}",
		"((a{10}){10}){11}",
		"*",
		"+a",
		"?",
		"a|*",
		"(*)",
		"(",
		"a(b",
		")",
		"a)",
		"[a",
		"[]",
		"[z-a]",
		"[a-\\d]",
		"[[:foo:]]",
		"[[:^foo:]]",
		"\\",
		"\\8",
		"\\p",
		"\\p{",
		"\\p{Nonsense}",
		"\\px",
		"\\x",
		"\\x{110000}",
		"\\x{}",
		"\\xg",
		"[\\b]",
		"[\\K]",
		"(?",
		"(?i",
		"(?i-)a",
		"(?--i)a",
		"(?z)",
		"{2}",
		"a|{2}",
		"\xff",
		"a\xc3",
	};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct error error = { "" };
		struct label_regex *regex = label_regex_new(patterns[i], true, &error);

		cr_expect_null(regex, "%s should be refused", patterns[i]);
		cr_expect(strncmp(error.text, "regular expression: ", 20) == 0, "%s: %s", patterns[i], error.text);
		label_regex_free(regex);
	}
}

Test(label_regex, no_pattern_holds_the_program)
{
	static const char *const patterns[] = { "(a+)+b", "(a|a)*b", "(.*)*x(.*)*y", "(a*)*(a*)*(a*)*c" };
	char text[5001], *deep = malloc(3001);
	struct label_regex *regex;

	memset(text, 'a', 5000);
	text[5000] = '\0';
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		regex = label_regex_new(patterns[i], true, NULL);
		cr_assert_not_null(regex);
		cr_expect(!label_regex_match(regex, text));
		label_regex_free(regex);
	}
	regex = label_regex_new("(a|aa)+[^a]", true, NULL);
	label_regex_match(regex, text);
	cr_expect_gt(label_regex_over_limit(regex), 0);
	label_regex_free(regex);
	memset(deep, '(', 3000);
	deep[3000] = '\0';
	cr_expect_null(label_regex_new(deep, true, NULL));
	memset(deep + 900, ')', 900);
	deep[1800] = '\0';
	regex = label_regex_new(deep, true, NULL);
	cr_expect_not_null(regex);
	label_regex_free(regex);
	free(deep);
}

Test(label_regex, texts_that_are_not_utf8)
{
	NO("a.c", "\xff\xfe");
	YES(".*", "a\xff");
	YES("a.*", "a\xff");
	NO("[a-z]+", "a\xff");
	NO("b|\\x{e9}", "\xe9");
	YES("\\x{e9}|b+", "\xc3\xa9");
}

Test(label_regex, thousands_of_words)
{
	struct strbuf pattern = STRBUF_INIT;
	const char *const *words;
	struct label_regex *regex;

	for (int i = 0; i < 5000; i++)
		strbuf_addf(&pattern, "%shost-%d", i ? "|" : "", i);
	regex = label_regex_new(pattern.text, true, NULL);
	cr_assert_eq(label_regex_words(regex, &words), 5000);
	cr_expect(label_regex_match(regex, "host-4999"));
	cr_expect(!label_regex_match(regex, "host-5000"));
	label_regex_free(regex);
	strbuf_clear(&pattern);
	for (int i = 0; i < 30; i++) /* two to the thirtieth: not to be listed */
		strbuf_addstr(&pattern, "(a|b)");
	regex = label_regex_new(pattern.text, true, NULL);
	cr_assert_eq(label_regex_words(regex, &words), 0);
	cr_expect(label_regex_match(regex, "abababababababababababababaaaa"));
	label_regex_free(regex);
	strbuf_clear(&pattern);
	for (int i = 0; i < 300000; i++)
		strbuf_addstr(&pattern, "abcd");
	cr_expect_null(label_regex_new(pattern.text, true, NULL), "1 MiB at most");
	strbuf_release(&pattern);
}

static void expect_expanded(const char *pattern, const char *text, const char *replacement, const char *expected)
{
	struct label_regex *regex = label_regex_new(pattern, true, NULL);
	struct strbuf got = STRBUF_INIT;
	bool matched;

	cr_assert_not_null(regex, "%s", pattern);
	matched = label_regex_expand(regex, text, replacement, &got);
	cr_expect_eq(matched, expected != NULL, "%s on %s", pattern, text);
	cr_expect_str_eq(got.text, expected ? expected : "", "%s on %s: %s", pattern, text, got.text);
	strbuf_release(&got);
	label_regex_free(regex);
}

Test(label_regex, expands_as_go_does)
{
	expect_expanded("(.*)", "abc", "$1", "abc");
	expect_expanded("(.*)", "", "$1", "");
	expect_expanded("(.*)-(.*)", "a-b-c", "$2 ${1}x", "c a-bx");
	expect_expanded("(a)(b)", "ab", "$1x$2", "b");
	expect_expanded("(a)(b)", "ab", "${1}x$2", "axb");
	expect_expanded("(?P<host>[^:]+):(?P<port>.*)", "h:1", "$port/${host}", "1/h");
	expect_expanded("(?P<host>.*)", "h", "$hosts", "");
	expect_expanded("a.*", "abc", "<$0>", "<abc>");
	expect_expanded("abc", "abc", "<$0$1>", "<abc>");
	expect_expanded("(a|b)", "b", "$1$1", "bb");
	expect_expanded("a", "a", "$$1", "$1");
	expect_expanded("a", "a", "5$", "5$");
	expect_expanded("a", "a", "${", "${");
	expect_expanded("a", "a", "${x", "${x");
	expect_expanded("a", "a", "$-x", "$-x");
	expect_expanded("(a)", "a", "$01", "");
	expect_expanded("(a)", "a", "$2$99999999999", "");
	expect_expanded("(a)|(b)", "b", "[$1][$2]", "[][b]");
	expect_expanded("a", "b", "$0", NULL);
	expect_expanded("(a)", "b", "$0", NULL);
	expect_expanded("(?U)(a+)(a*)", "aaa", "$1,$2", "a,aa");
	expect_expanded("(a|ab)(c|bcd)(d*)", "abcd", "$1,$2,$3", "a,bcd,");
}

static void *match_often(void *argument)
{
	const struct label_regex *regex = argument;
	size_t good = 0;

	for (int i = 0; i < 2000; i++)
		good += label_regex_match(regex, "node-12.example") && !label_regex_match(regex, "node-x");
	return (void *)(uintptr_t)good;
}

Test(label_regex, several_threads_may_match)
{
	struct label_regex *regex = label_regex_new("(node|host)-[0-9]+\\..*", true, NULL);
	pthread_t threads[3];

	for (size_t i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, match_often, regex);
	for (size_t i = 0; i < 3; i++) {
		void *good;

		pthread_join(threads[i], &good);
		cr_expect_eq((uintptr_t)good, 2000);
	}
	label_regex_free(regex);
}

static void expect_replaced(const char *pattern, const char *text, const char *replacement, const char *wanted)
{
	struct error error = { "" };
	struct label_regex *regex = label_regex_new_anywhere(pattern, &error);
	struct strbuf found = STRBUF_INIT;

	cr_assert_not_null(regex, "%s: %s", pattern, error.text);
	label_regex_replace_all(regex, text, strlen(text), replacement, &found);
	cr_expect_str_eq(found.text, wanted, "%s on %s: %s", pattern, text, found.text);
	strbuf_release(&found);
	label_regex_free(regex);
}

/* As Go's ReplaceAllString gives them. */
Test(label_regex, replaces_every_match)
{
	expect_replaced("a(.)", "abac", "x${1}y", "xbyxcy");
	expect_replaced("a(.)", "abac", "x$1y", "xx");
	expect_replaced("b*", "abc", "-", "-a-c-");
	expect_replaced("", "a\xc3\xa9", "-", "-a-\xc3\xa9-");
	expect_replaced("^", "ab", "x", "xab");
	expect_replaced("$", "ab", "x", "abx");
	expect_replaced("(?P<n>[0-9]+)", "a1b22", "<${n}>", "a<1>b<22>");
	expect_replaced("x", "axb", "$$", "a$b");
	expect_replaced("z", "axb", "y", "axb");
	expect_replaced("a", "", "y", "");
	expect_replaced(".*", "abc", "[$0]", "[abc]");
	/* What would take for ever is no match. */
	expect_replaced("(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "-",
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

Test(label_regex, finds_anywhere)
{
	struct label_regex *regex = label_regex_new_anywhere("b.d", NULL);

	cr_expect(label_regex_search(regex, "abcde", 5));
	cr_expect_not(label_regex_search(regex, "abcde", 3));
	cr_expect_not(label_regex_search(regex, "b\nd", 3));
	label_regex_free(regex);
	cr_expect_null(label_regex_new_anywhere("(", NULL));
	cr_expect_null(label_regex_new_anywhere("a(?=b)", NULL));
}
