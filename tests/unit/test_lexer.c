#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/strbuf.h"
#include "promql/lexer.h"

/* The kinds of all tokens of `text`, by their names. */
static void expect_kinds(const char *text, const char *names)
{
	struct strbuf got = STRBUF_INIT;
	struct lexer lexer;
	struct token token;

	lexer_init(&lexer, text, strlen(text));
	while ((token = lexer_next(&lexer)).kind != TOKEN_END) {
		if (got.length)
			strbuf_addch(&got, ' ');
		strbuf_addstr(&got, token_kind_name(token.kind));
		cr_assert_eq(token.text, text + token.position);
	}
	cr_expect_str_eq(got.text, names, "%s:\n%s\n%s", text, got.text, names);
	cr_expect_eq(lexer_next(&lexer).kind, TOKEN_END, "the end stays the end");
	strbuf_release(&got);
}

static struct token first(const char *text)
{
	struct lexer lexer;

	lexer_init(&lexer, text, strlen(text));
	return lexer_next(&lexer);
}

Test(lexer, whole_expressions)
{
	expect_kinds("", "");
	expect_kinds(" \t\r\n# a comment\n# another", "");
	expect_kinds(
		"sum by (job) (rate(a:b{x=\"1\",y!~'z'}[5m:] offset -1h)) / 2 # end",
		"'sum' 'by' '(' name ')' '(' name '(' metric name '{' name '=' string ',' name '!~' string '}' '[' "
		"duration ':' ']' 'offset' '-' duration ')' ')' '/' number");
	expect_kinds("a == bool b != c >= d <= e < f > g =~ h",
		     "name '==' 'bool' name '!=' name '>=' name '<=' name '<' name '>' name '=~' name");
	expect_kinds(
		"a and on (b) group_left c or ignoring() group_right() d unless e atan2 f",
		"name 'and' 'on' '(' name ')' 'group_left' name 'or' 'ignoring' '(' ')' 'group_right' '(' ')' name "
		"'unless' name 'atan2' name");
	expect_kinds("x @ end() + x @ start() + end + start()",
		     "name '@' 'end' '(' ')' '+' name '@' 'start' '(' ')' '+' name '+' name '(' ')'");
	expect_kinds("{sum=\"a\",on=~\"b\",inf!=\"c\", \"d.e\"}",
		     "'{' name '=' string ',' name '=~' string ',' name '!=' string ',' string '}'");
	expect_kinds("+-*/%^(){}[],@:", "'+' '-' '*' '/' '%' '^' '(' ')' '{' '}' '[' ']' ',' '@' ':'");
	expect_kinds("SUM(x) BY (y)", "'sum' '(' name ')' 'by' '(' name ')'");
	expect_kinds("[1h:5m]", "'[' duration ':' duration ']'");
	expect_kinds(":a:b x:y :1m ::", "metric name metric name metric name metric name");
	expect_kinds(
		"quantile topk bottomk limitk limit_ratio count_values group stddev stdvar avg min max count",
		"'quantile' 'topk' 'bottomk' 'limitk' 'limit_ratio' 'count_values' 'group' 'stddev' 'stdvar' 'avg' "
		"'min' 'max' 'count'");
}

Test(lexer, numbers)
{
	static const struct {
		const char *text;
		double number;
	} rows[] = { { "0", 0. },        { "1.5", 1.5 },       { ".5", .5 },         { "5.", 5. },
		     { "1e3", 1000. },   { "1E-3", .001 },     { "1e+3", 1000. },    { "0x1F", 31. },
		     { "0xAbe", 2750. }, { "1_000_000", 1e6 }, { "0x_ff_f", 4095. }, { "Inf", (double)INFINITY } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct token token = first(rows[i].text);

		cr_expect_eq(token.kind, TOKEN_NUMBER, "%s: %s", rows[i].text, token_kind_name(token.kind));
		cr_expect_eq(token.number, rows[i].number, "%s", rows[i].text);
		cr_expect_eq(token.length, strlen(rows[i].text));
	}
	cr_expect(isnan(first("nAn").number));
	expect_kinds("1e5-2", "number '-' number");
	expect_kinds("0x1e+5", "number '+' number");
	expect_kinds("1e", "error");
	expect_kinds("1__0", "error");
	expect_kinds("1_", "error");
	expect_kinds("1.2.3", "error");
	expect_kinds("0xfffffffffffffffff", "error");
}

Test(lexer, durations)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = { { "5m", 300000 },      { "1h30m", 5400000 }, { "250ms", 250 },     { "1w2d", 777600000 },
		     { "1y", 31536000000 }, { "0s", 0 },          { "1d1ms", 86400001 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct token token = first(rows[i].text);

		cr_expect_eq(token.kind, TOKEN_DURATION, "%s", rows[i].text);
		cr_expect_eq(token.duration_ms, rows[i].ms, "%s", rows[i].text);
		cr_expect_eq(token.number, (double)rows[i].ms / 1000.);
	}
	expect_kinds("5mx 5M 1m1h 1m1m 1.5h 99999999999999999999h 5000y", "error error error error error error error");
}

Test(lexer, strings)
{
	static const struct {
		const char *text, *value; /* NULL: refused */
	} rows[] = {
		{ "\"a\"", "a" },
		{ "''", "" },
		{ "`a\\nb\"'`", "a\\nb\"'" },
		{ "\"\\\"\\'\\\\\\a\\b\\f\\n\\r\\t\\v\"", "\"'\\\a\b\f\n\r\t\v" },
		{ "'\\x41\\101\\u00e9\\U0001F600'", "AA\xC3\xA9\xF0\x9F\x98\x80" },
		{ "\"\\q\"", NULL },
		{ "\"\\x4\"", NULL },
		{ "\"\\xg1\"", NULL },
		{ "\"\\400\"", NULL },
		{ "\"\\ud800\"", NULL },
		{ "\"\\U00110000\"", NULL },
		{ "\"\\x00\"", NULL },
		{ "\"\xff\xfe\"", "\xff\xfe" },
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct token token = first(rows[i].text);
		const char *error = NULL, *value;

		cr_assert_eq(token.kind, TOKEN_STRING, "%s", rows[i].text);
		value = token_string(&token, &arena, &error);
		if (rows[i].value)
			cr_expect_str_eq(value, rows[i].value, "%s", rows[i].text);
		else
			cr_expect(!value && error, "%s", rows[i].text);
	}
	arena_release(&arena);
	expect_kinds("\"open", "error");
	expect_kinds("\"open\\", "error");
	expect_kinds("\"a\nb\"", "error name error");
	expect_kinds("`a\nb`", "string");
	expect_kinds("`open", "error");
}

Test(lexer, what_means_nothing)
{
	struct token token;

	expect_kinds("a $ b ; ! \xC3\xA9 \xff", "name error name error error error error");
	token = first("!");
	cr_expect_str_eq(token.error, "unexpected character, expected \"!=\" or \"!~\"");
	cr_expect_eq(first("\xC3\xA9x").length, 2, "a whole character");
}
