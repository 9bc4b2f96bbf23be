#include <criterion/criterion.h>

#include "base/strbuf.h"
#include "promql/selectors.h"

/* All selectors of `expression` in one text: metric{label op value,...}[window]. */
static void expect_text(const char *expression, const char *text)
{
	static const char *const operators[] = { "=", "!=", "=~", "!~" };
	struct strbuf got = STRBUF_INIT;
	struct arena arena = { 0 };
	struct selectors selectors;
	int64_t longest = 0;

	selectors_read(expression, &arena, &selectors);
	for (size_t i = 0; i < selectors.count; i++) {
		const struct selector *selector = &selectors.items[i];

		strbuf_addf(&got, "%s%s", i ? " " : "", selector->metric ? selector->metric : "-");
		for (size_t at = 0; at < selector->matcher_count; at++)
			strbuf_addf(&got, "%c%s%s%s", at ? ',' : '{', selector->matchers[at].label,
				    operators[selector->matchers[at].kind], selector->matchers[at].value);
		strbuf_addf(&got, "%s", selector->matcher_count ? "}" : "");
		if (selector->window_ms)
			strbuf_addf(&got, "[%lld]", (long long)selector->window_ms);
		if (selector->window_ms > longest)
			longest = selector->window_ms;
	}
	cr_expect_str_eq(got.text, text, "%s:\n%s\n%s", expression, got.text, text);
	cr_expect_eq(selectors.longest_window_ms, longest);
	strbuf_release(&got);
	arena_release(&arena);
}

Test(selectors, what_is_asked_for)
{
	expect_text("", "");
	expect_text("up", "up");
	expect_text("1 + 2", "");
	expect_text("vector(1)", "");
	expect_text("sum by (job, instance) (rate(http_requests_total{code=~\"5..\", job!=\"x\"}[5m]))",
		    "http_requests_total{code=~5..,job!=x}[300000]");
	expect_text("sum(a) without (b) / on (c) group_left (d, e) f", "a f");
	expect_text("sum by (le) (a) + ignoring() b", "a b");
	expect_text("{job=\"x\"}", "-{job=x}");
	expect_text("{__name__=\"up\",a='b'}", "up{__name__=up,a=b}");
	expect_text("{__name__=~\"up.*\"}", "-{__name__=~up.*}");
	expect_text("{\"http.requests\", \"my.label\"!~`c\\d`}[1h]", "http.requests{my.label!~c\\d}[3600000]");
	expect_text("a:b:rate5m offset 1h", "a:b:rate5m");
	expect_text("a[5m] offset -1d @ end()", "a[300000]");
	expect_text("max_over_time(rate(a[1m])[1h:5m])", "a[60000]");
	expect_text("avg_over_time(a[1h:5m]) + a{b=\"}\"}[2m]", "a a{b=}}[120000]");
	expect_text("a > bool 5 and b unless c or d atan2 e", "a b c d e");
	expect_text("count{job=\"x\"} + count(y)", "count{job=x} y");
	expect_text("label_replace(a, \"dst\", \"$1\", \"src\", \"(.*)\")", "a");
	expect_text("a{b=\"say \\\"x\\\"\\n\"}", "a{b=say \"x\"\n}");
	expect_text("a # b\n+ c", "a c");
	expect_text("Inf + NaN", "");
	expect_text("a[300]", "a[300000]");
}

Test(selectors, lenient)
{
	expect_text("a{b=", "a");
	expect_text("a{b=\"c\"", "a{b=c}");
	expect_text("a{b=c,d=\"e\"}", "a{d=e}");
	expect_text("a[", "a");
	expect_text("a[$__rate_interval] + b", "a b");
	expect_text("a{x=\"\\q\",y=\"z\"}", "a{y=z}");
	expect_text("sum by (", "");
	expect_text("))}}]] a", "a");
	expect_text("$$$ !! a \"open", "a");
}

Test(selectors, equality_matcher)
{
	struct arena arena = { 0 };
	struct selectors selectors;

	selectors_read("a{b!=\"1\",b=\"2\",c=~\"3\"}", &arena, &selectors);
	cr_assert_eq(selectors.count, 1);
	cr_expect_str_eq(selector_equal(&selectors.items[0], "b"), "2");
	cr_expect_null(selector_equal(&selectors.items[0], "c"));
	cr_expect_null(selector_equal(&selectors.items[0], "d"));
	arena_release(&arena);
}

Test(selectors, bounded)
{
	struct strbuf text = STRBUF_INIT;
	struct arena arena = { 0 };
	struct selectors selectors;

	for (int i = 0; i < 5000; i++)
		strbuf_addstr(&text, "a+");
	selectors_read(text.text, &arena, &selectors);
	cr_expect_eq(selectors.count, 1000);
	strbuf_release(&text);
	arena_release(&arena);
}
