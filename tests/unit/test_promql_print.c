#include "promql_fixture.h"

Test(promql_print, as_prometheus_prints)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "sum by(b,a) (foo)", "sum by (a, b) (foo)" },
		{ "sum(foo)without(a)", "sum without (a) (foo)" },
		{ "sum without() (foo)", "sum without () (foo)" },
		{ "sum by() (foo)", "sum(foo)" },
		{ "topk by (job) (3, foo{b=\"2\",a='1'})", "topk by (job) (3, foo{a=\"1\",b=\"2\"})" },
		{ "{__name__=\"foo\"}", "{__name__=\"foo\"}" },
		{ "{x!=\"1\",__name__=~`foo.*`}", "{__name__=~\"foo.*\",x!=\"1\"}" },
		{ "foo{ z = \"1\", a !~ 'x|y', }", "foo{a!~\"x|y\",z=\"1\"}" },
		{ "foo{}", "foo" },
		{ "foo[90d]", "foo[90d]" },
		{ "foo[7d]", "foo[1w]" },
		{ "foo[365d]", "foo[1y]" },
		{ "foo[8d1h1ms] offset 2w", "foo[8d1h1ms] offset 2w" },
		{ "foo[300]", "foo[5m]" },
		{ "foo offset -90s", "foo offset -1m30s" },
		{ "foo @ 123.4567", "foo @ 123.457" },
		{ "foo offset 5m @ -5", "foo @ -5.000 offset 5m" },
		{ "foo @ -0.25", "foo @ -0.250" },
		{ "foo[5m:] @ end() offset 1h", "foo[5m:] @ end() offset 1h" },
		{ "rate(foo[5m])[1h:30s]@start()", "rate(foo[5m])[1h:30s] @ start()" },
		{ "-foo^2", "-foo ^ 2" },
		{ "- -foo", "--foo" },
		{ "+foo", "+foo" },
		{ "(foo)", "(foo)" },
		{ "foo+on()group_left()bar", "foo + on () group_left () bar" },
		{ "foo / on(a) group_left(c,b) bar", "foo / on (a) group_left (b, c) bar" },
		{ "foo + ignoring(a) group_right bar", "foo + ignoring (a) group_right () bar" },
		{ "foo + ignoring() group_left bar", "foo + ignoring () group_left () bar" },
		{ "foo + ignoring() bar", "foo + bar" },
		{ "foo == bool on(a) bar", "foo == bool on (a) bar" },
		{ "foo and on(a) bar or baz unless x", "foo and on (a) bar or baz unless x" },
		{ "foo ATAN2 bar", "foo atan2 bar" },
		{ "1+2*(3-4)", "1 + 2 * (3 - 4)" },
		{ "label_replace(foo,'a','$1',\"b\",`c\\d`)", "label_replace(foo, \"a\", \"$1\", \"b\", \"c\\\\d\")" },
		{ "count_values('n',foo)", "count_values(\"n\", foo)" },
		{ "time()", "time()" },
		{ "{\"foo.bar\",a=\"b\"}", "{\"foo.bar\",a=\"b\"}" },
		{ "{\"foo\",\"a.b\"=\"c\"}", "foo{\"a.b\"=\"c\"}" },
		{ "{\"bool\"}", "{\"bool\"}" },
		{ "{\":\"}", "{\":\"}" },
		{ "{\":a\"}", ":a" },
		{ "{\"inf\"} + sum by (\"nan\", \"x y\") (a)", "{\"inf\"} + sum by (\"nan\", \"x y\") (a)" },
		{ "{\"\",a=\"b\"}", "{\"\",a=\"b\"}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_print(rows[i].text, rows[i].printed);
}

Test(promql_print, numbers)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "0", "0" },
		{ "-0", "-0" },
		{ "1.50", "1.5" },
		{ "-12", "-12" },
		{ "100000", "100000" },
		{ "1000000", "1e+06" },
		{ "0.0001", "0.0001" },
		{ "0.00001", "1e-05" },
		{ "123456.789", "123456.789" },
		{ "1e300", "1e+300" },
		{ "1e400", "+Inf" },
		{ "-inf", "-Inf" },
		{ "nan", "NaN" },
		{ "0x10", "16" },
		{ "0.1", "0.1" },
		{ "5e-324", "5e-324" },
		{ "1h", "3600" },
		{ "1234567.5", "1.2345675e+06" },
		{ "2 ^ -1", "2 ^ -1" },
		{ ".5", "0.5" },
		{ "0.30000000000000004", "0.30000000000000004" },
		{ "1 + inf", "1 + +Inf" },
		{ "inf ^ x ^ 2", "Inf ^ x ^ 2" },
		{ "-1 ^ 2", "-1 ^ 2" },
		{ "(-1) ^ 2", "(-1) ^ 2" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_print(rows[i].text, rows[i].printed);
}

Test(promql_print, strings)
{
	expect_print("'a\"b'", "\"a\\\"b\"");
	expect_print("\"\\a\\b\\f\\n\\r\\t\\v\\\\\"", "\"\\a\\b\\f\\n\\r\\t\\v\\\\\"");
	expect_print("\"\\x01\\x7f\"", "\"\\x01\\x7f\"");
	expect_print("\"\\xff\"", "\"\\xff\"");
	expect_print("'\\u00e9\\U0001F600'", "\"\xc3\xa9\xf0\x9f\x98\x80\"");
	expect_print("'\\u202e'", "\"\\u202e\"");
	expect_print("'\\ufffd'", "\"\xef\xbf\xbd\"");
}
