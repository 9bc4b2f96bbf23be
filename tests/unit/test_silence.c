/* Which alerts a silence hides, which silences there may be, and matchers as text. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "alert/silence.h"
#include "base/strbuf.h"

static struct silence read_silence(const char *matchers, struct arena *arena)
{
	struct silence silence = { .id = "", .author = "ada", .comment = "", .starts_ms = 1, .ends_ms = 2 };
	struct error error = { "" };

	cr_assert_eq(silence_read_matchers(&silence, matchers, arena, &error), 0, "%s: %s", matchers, error.text);
	return silence;
}

/* Labels as pairs of name and value, up to a NULL. */
static struct labels make_labels(struct arena *arena, const char *const *pairs)
{
	struct label items[16];
	size_t count = 0;

	for (; pairs[2 * count]; count++)
		items[count] = (struct label){ pairs[2 * count], pairs[2 * count + 1] };
	return labels_make(arena, items, count);
}

static bool hides(const struct silence *silence, const struct labels *labels)
{
	struct silence_filter *filter = silence_filter_new(silence);
	bool matches = silence_filter_matches(filter, labels);

	silence_filter_free(filter);
	return matches;
}

static const char *const hot[] = { "alertname", "Hot", "instance", "web-1:9100", "severity", "critical", NULL };

static const struct {
	const char *matchers;
	bool matches;
} matches[] = {
	{ "alertname=Hot", true },
	{ "alertname=\"Hot\"", true },
	{ "alertname=Ho", false },
	{ "alertname!=Hot", false },
	{ "alertname!=Cold", true },
	{ "alertname=~\"H.*\"", true },
	{ "alertname=~\"o\"", false }, /* anchored at both ends */
	{ "alertname=~\"Ho|ot\"", false },
	{ "alertname=~\"Cold|Hot\"", true },
	{ "alertname!~\"Cold|Hot\"", false },
	{ "alertname!~\"o\"", true },
	{ "alertname=Hot,severity=critical", true },
	{ "alertname=Hot,severity=warning", false },
	{ "instance=~\"web-[0-9]+:.*\",severity!=\"info\"", true },
	{ "missing=\"\"", true },
	{ "missing!=\"\"", false },
	{ "missing!=\"x\",alertname=Hot", true },
	{ "missing=~\".*\"", true },
	{ "missing=~\".+\"", false },
	{ "missing!~\".+\"", true },
	{ "missing=~\"a?\"", true },
	{ "severity=~\"(?i)CRITICAL\"", true },
};

Test(silence, hides_what_all_its_matchers_match)
{
	struct arena arena = { 0 };
	struct labels labels = make_labels(&arena, hot);

	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		struct silence silence = read_silence(matches[i].matchers, &arena);

		cr_expect_eq(hides(&silence, &labels), matches[i].matches, "%s", matches[i].matchers);
	}
	arena_release(&arena);
}

Test(silence, hides_nothing_without_matchers_or_with_a_broken_regex)
{
	const struct silence_matcher broken[] = { { "alertname", "Hot", false, true }, { "x", "(", true, false } };
	struct silence silence = { .id = "" };
	struct arena arena = { 0 };
	struct labels labels = make_labels(&arena, hot);

	cr_expect_not(hides(&silence, &labels));
	silence.matchers = broken;
	silence.matcher_count = 2;
	cr_expect_not(hides(&silence, &labels));
	arena_release(&arena);
}

/* A dot is no newline in Alertmanager's regexes. */
Test(silence, dot_stops_at_a_newline)
{
	const char *const pairs[] = { "alertname", "a\nb", NULL };
	struct arena arena = { 0 };
	struct labels labels = make_labels(&arena, pairs);
	struct silence silence = read_silence("alertname=~\"a.b\"", &arena);

	cr_expect_not(hides(&silence, &labels));
	silence = read_silence("alertname=\"a\\nb\"", &arena);
	cr_expect(hides(&silence, &labels));
	arena_release(&arena);
}

static const struct {
	const char *matchers, *reason; /* NULL: it may be made */
} checks[] = {
	{ "alertname=Hot", NULL },
	{ "alertname=Hot,x=~\".*\"", NULL },
	{ "instance!=\"\"", NULL },
	{ "instance=~\".+\"", NULL },
	{ "alertname=~\"H.*\"", NULL },
	{ "alertname=\"\"", "it would hide every alert" },
	{ "instance=\"\"", "it would hide every alert" },
	{ "instance!=\"a\"", "it would hide every alert" },
	{ "instance=~\".*\"", "it would hide every alert" },
	{ "instance=~\"a|\",job!=\"b\"", "it would hide every alert" },
	{ "alertname=~\".+\"", "it would hide every alert" },
	{ "alertname!=\"\"", "it would hide every alert" },
	{ "alertname=~\".+\",instance!=\"a\"", "it would hide every alert" },
	{ "alertname=~\".+\",instance=\"a\"", NULL },
	{ "a:b=c", "'a:b' is no label name" },
};

Test(silence, refuses_what_hides_everything)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct silence silence = read_silence(checks[i].matchers, &arena);
		struct error error = { "" };
		int result = silence_check(&silence, &error);

		cr_expect_eq(result, checks[i].reason ? -1 : 0, "%s: %s", checks[i].matchers, error.text);
		if (checks[i].reason)
			cr_expect(strstr(error.text, checks[i].reason) == error.text, "%s: %s", checks[i].matchers,
				  error.text);
	}
	arena_release(&arena);
}

Test(silence, refuses_what_alertmanager_would)
{
	struct silence_matcher many[SILENCE_MATCHERS_MAX + 1];
	struct silence_matcher one = { "alertname", "Hot", false, true };
	struct silence silence = { .id = "", .matchers = &one, .matcher_count = 1, .starts_ms = 5, .ends_ms = 6 };
	struct error error;

	cr_expect_eq(silence_check(&silence, &error), 0);
	silence.ends_ms = 5;
	cr_expect_eq(silence_check(&silence, &error), -1);
	cr_expect_str_eq(error.text, "it would end before it starts");
	silence.ends_ms = INT64_MAX;
	cr_expect_eq(silence_check(&silence, &error), -1);
	cr_expect_str_eq(error.text, "its times cannot be written (1970 to 9999)");
	silence.ends_ms = 6;
	silence.matcher_count = 0;
	cr_expect_eq(silence_check(&silence, &error), -1);
	cr_expect_str_eq(error.text, "a silence needs a matcher");
	silence.matcher_count = 1;
	one.value = "a\xff";
	cr_expect_eq(silence_check(&silence, &error), -1);
	cr_expect_str_eq(error.text, "the value of alertname is not UTF-8");
	one.value = "\xEF\xBF\xBD";
	cr_expect_eq(silence_check(&silence, &error), 0);
	one = (struct silence_matcher){ "alertname", "(", true, true };
	cr_expect_eq(silence_check(&silence, &error), -1);
	cr_expect(strstr(error.text, "alertname: ") == error.text, "%s", error.text);
	one = (struct silence_matcher){ "", "x", false, true };
	cr_expect_eq(silence_check(&silence, &error), -1);
	one.name = "dotted.name";
	cr_expect_eq(silence_check(&silence, &error), -1);
	silence.id = "of-the-server"; /* which takes such names */
	cr_expect_eq(silence_check(&silence, &error), 0);
	one.name = "";
	cr_expect_eq(silence_check(&silence, &error), -1);
	for (size_t i = 0; i <= SILENCE_MATCHERS_MAX; i++)
		many[i] = (struct silence_matcher){ "a", "b", false, true };
	silence.matchers = many;
	silence.matcher_count = SILENCE_MATCHERS_MAX;
	cr_expect_eq(silence_check(&silence, &error), 0);
	silence.matcher_count++;
	cr_expect_eq(silence_check(&silence, &error), -1);
	cr_expect_str_eq(error.text, "over 64 matchers");
}

static const struct {
	const char *text, *written;
} texts[] = {
	{ "alertname=X", "alertname=\"X\"" },
	{ "{alertname=\"X\"}", "alertname=\"X\"" },
	{ "  { alertname = X , b !~ c.* }  ", "alertname=\"X\", b!~\"c.*\"" },
	{ "a=b,", "a=\"b\"" },
	{ "a=", "a=\"\"" },
	{ "a=\"\"", "a=\"\"" },
	{ "a=b c", "a=\"b c\"" },
	{ "a!=\"b,c\",d=~\"e|f\"", "a!=\"b,c\", d=~\"e|f\"" },
	{ "a=\"x\\\"y\"", "a=\"x\\\"y\"" },
	{ "a=\"x\\\\\"", "a=\"x\\\\\"" },
	{ "a=\"x\\ny\"", "a=\"x\\ny\"" },
	{ "a=~\"x\\.y\"", "a=~\"x\\\\.y\"" }, /* an odd escape stands for itself */
	{ "a=~x\\.y", "a=~\"x\\\\.y\"" },
	{ "a=x\\", "a=\"x\\\\\"" },
	{ "a==b", "a=\"=b\"" },
	{ "a=\"}\"", "a=\"}\"" },
	{ "a=\"{x}\"", "a=\"{x}\"" },
	{ "a={x}", "a=\"{x}\"" },
	{ "{a={x}}", "a=\"{x}\"" },
	{ "a=\"\xC3\xA6\"", "a=\"\xC3\xA6\"" },
	{ "\"dotted.name\"=x", "\"dotted.name\"=\"x\"" },
	{ "a=b,a=b", "a=\"b\", a=\"b\"" },
};

Test(silence, reads_matchers_and_writes_them)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
		struct silence silence = read_silence(texts[i].text, &arena), again;

		silence_add_matchers(&first, &silence);
		cr_expect_str_eq(first.text, texts[i].written, "%s -> %s", texts[i].text, first.text);
		again = read_silence(first.text, &arena);
		cr_expect(silence_same_matchers(&silence, &again), "%s", first.text);
		silence_add_matchers(&second, &again);
		cr_expect_str_eq(second.text, first.text);
		strbuf_release(&first);
		strbuf_release(&second);
	}
	arena_release(&arena);
}

static const struct {
	const char *text, *reason;
} wrong[] = {
	{ "", "a matcher is missing" },
	{ "{}", "a matcher is missing" },
	{ " , ", "'' is no matcher" },
	{ "Hot", "'Hot' lacks one of" },
	{ "=x", "'=x' is no matcher" },
	{ "{a=x", "'{a=x' is no matcher" },
	{ "9a=x", "'9a=x' is no matcher" },
	{ "a=\"x", "a quote is missing at the end of 'a=\"x'" },
	{ "a=x\"", "a quote inside 'a=x\"'" },
	{ "a=\"x\"y", "'a=\"x\"y' goes on behind its closing quote" },
	{ "a=b,,c=d", "'' is no matcher" },
	{ "a=~\"(\"", "a: " },
	{ "a=b,c=~[", "c: " },
};

Test(silence, says_what_is_wrong_with_matchers)
{
	struct silence_matcher kept = { "a", "b", false, true };
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct silence silence = { .id = "", .matchers = &kept, .matcher_count = 1 };
		struct error error = { "" };

		cr_expect_eq(silence_read_matchers(&silence, wrong[i].text, &arena, &error), -1, "%s", wrong[i].text);
		cr_expect(strstr(error.text, wrong[i].reason) == error.text, "%s: %s", wrong[i].text, error.text);
		cr_expect_eq(silence.matchers, &kept);
	}
	arena_release(&arena);
}

Test(silence, bounds_the_text_of_matchers)
{
	struct silence silence = { .id = "" };
	struct strbuf text = STRBUF_INIT;
	struct arena arena = { 0 };
	struct error error;

	for (int i = 0; i < SILENCE_MATCHERS_MAX; i++)
		strbuf_addstr(&text, "a=b,");
	cr_expect_eq(silence_read_matchers(&silence, text.text, &arena, &error), 0);
	strbuf_addstr(&text, "a=b");
	cr_expect_eq(silence_read_matchers(&silence, text.text, &arena, &error), -1);
	cr_expect_str_eq(error.text, "over 64 matchers");
	while (text.length <= SILENCE_TEXT_MAX)
		strbuf_addstr(&text, "                ");
	cr_expect_eq(silence_read_matchers(&silence, text.text, &arena, &error), -1);
	cr_expect_str_eq(error.text, "the matchers are over 64 KiB");
	strbuf_release(&text);
	arena_release(&arena);
}

Test(silence, takes_its_matchers_from_an_alert)
{
	const char *const pairs[] = { "Upper", "b", "alertname", "Hot \"x\"", "job", "a\\b", NULL };
	struct silence silence = { .id = "", .starts_ms = 1, .ends_ms = 2 };
	struct strbuf text = STRBUF_INIT;
	struct arena arena = { 0 };
	struct labels labels = make_labels(&arena, pairs);

	silence_of_labels(&silence, &labels, &arena);
	silence_add_matchers(&text, &silence);
	cr_expect_str_eq(text.text, "alertname=\"Hot \\\"x\\\"\", Upper=\"b\", job=\"a\\\\b\"");
	cr_expect(hides(&silence, &labels));
	cr_expect_eq(silence_check(&silence, NULL), 0);
	strbuf_release(&text);
	arena_release(&arena);
}

Test(silence, compares_matchers_in_any_order)
{
	struct arena arena = { 0 };
	struct silence a = read_silence("a=b,c=~d", &arena), b = read_silence("c=~d,a=b", &arena);
	struct silence c = read_silence("a=b,c=d", &arena), d = read_silence("a=b,a=b,c=d", &arena);
	struct silence e = read_silence("a=b,c=d,c=d", &arena);

	cr_expect(silence_same_matchers(&a, &b));
	cr_expect_not(silence_same_matchers(&a, &c));
	cr_expect_not(silence_same_matchers(&c, &d));
	cr_expect_not(silence_same_matchers(&e, &d));
	arena_release(&arena);
}
