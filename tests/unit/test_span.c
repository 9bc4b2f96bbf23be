/* The times between which selectors look. */
#include <criterion/criterion.h>

#include "promql/promql.h"

static void expect_span(const char *text, bool instant, int64_t from_s, int64_t to_s)
{
	struct promql_options options = { .start_ms = 10000000, .end_ms = 10000000 };
	struct promql_syntax syntax = { .left_open = true };
	struct error error = { 0 };
	struct promql *promql = promql_parse(text, &syntax, &error);
	int64_t from, to;

	cr_assert(promql != NULL, "%s: %s", text, error.text);
	if (!instant) {
		options.end_ms = 20000000;
		options.step_ms = 60000;
	}
	promql_span(promql, promql->selector_count - 1, &options, &from, &to);
	cr_expect_eq(from, from_s * 1000, "%s: from %lld", text, (long long)from);
	cr_expect_eq(to, to_s * 1000, "%s: to %lld", text, (long long)to);
	promql_free(promql);
}

Test(span, selectors)
{
	expect_span("a", true, 9700, 10000);
	expect_span("a", false, 9700, 20000);
	expect_span("a[1h]", true, 6400, 10000);
	expect_span("rate(a[1h] offset 1000s)", false, 5400, 19000);
	expect_span("a offset -1000s", false, 10700, 21000);
	expect_span("a @ 500", false, 200, 500);
	expect_span("a @ 500 offset 100s", false, 100, 400);
	expect_span("a @ start()", false, 9700, 10000);
	expect_span("a @ end() offset 100s", false, 19600, 19900);
	expect_span("b + on (x) (a)", true, 9700, 10000);
	expect_span("topk(scalar(b), -a)", true, 9700, 10000);
}

Test(span, subqueries)
{
	expect_span("max_over_time(a[1000s:1m])", true, 8700, 10000);
	expect_span("max_over_time(rate(a[100s])[1000s:1m] offset 10s)", false, 8890, 19990);
	expect_span("max_over_time((a @ 500)[1000s:1m])", false, 200, 500);
	expect_span("max_over_time(a[1000s:1m] @ 5000)", false, 3700, 5000);
	expect_span("max_over_time(max_over_time(a[10s:1s] offset 5s)[100s:1s] @ end())", false, 19585, 19995);
}

Test(span, look_back_asked_for)
{
	struct promql_options options = { .start_ms = 1000, .end_ms = 1000, .lookback_ms = 300 };
	struct promql *promql = promql_parse("a", &(const struct promql_syntax){ 0 }, NULL);
	int64_t from, to;

	promql_span(promql, 0, &options, &from, &to);
	cr_expect_eq(from, 700);
	cr_expect_eq(to, 1000);
	promql_free(promql);
}
