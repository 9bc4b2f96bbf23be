#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "promql/function.h"
#include "promql_fixture.h"

static void add_tree(const struct expr *expr, struct strbuf *ret)
{
	switch (expr->kind) {
	case EXPR_NUMBER: strbuf_addf(ret, "%g", expr->number); break;
	case EXPR_SELECTOR: strbuf_addstr(ret, expr->selector.metric ? expr->selector.metric : "?"); break;
	case EXPR_UNARY:
		strbuf_addf(ret, "%c(", expr->unary.minus ? '-' : '+');
		add_tree(expr->unary.inner, ret);
		strbuf_addch(ret, ')');
		break;
	case EXPR_BINARY:
		strbuf_addch(ret, '(');
		add_tree(expr->binary.left, ret);
		strbuf_addf(ret, " %s ", token_word(expr->binary.operator));
		add_tree(expr->binary.right, ret);
		strbuf_addch(ret, ')');
		break;
	default: promql_print(expr, ret); break;
	}
}

/* How operators group. */
static void expect_tree(const char *text, const char *tree)
{
	struct promql *promql = parsed(text);
	struct strbuf got = STRBUF_INIT;

	add_tree(promql->root, &got);
	cr_expect_str_eq(got.text, tree, "%s:\n%s\n%s", text, got.text, tree);
	strbuf_release(&got);
	promql_free(promql);
}

Test(parser, operators_group_by_precedence)
{
	expect_tree("a or b and c == d + e * f ^ g", "(a or (b and (c == (d + (e * (f ^ g))))))");
	expect_tree("a ^ b * c + d == e and f or g", "((((((a ^ b) * c) + d) == e) and f) or g)");
	expect_tree("a - b - c", "((a - b) - c)");
	expect_tree("a ^ b ^ c", "(a ^ (b ^ c))");
	expect_tree("a and b unless c", "((a and b) unless c)");
	expect_tree("a or b or c", "((a or b) or c)");
	expect_tree("a / b % c atan2 d", "(((a / b) % c) atan2 d)");
	expect_tree("a < b > c", "((a < b) > c)");
	expect_tree("a unless b or c and d", "((a unless b) or (c and d))");
}

Test(parser, a_sign_binds_less_than_a_power)
{
	expect_tree("-1 ^ 2", "-((1 ^ 2))");
	expect_tree("-a ^ b", "-((a ^ b))");
	expect_tree("-a * b", "(-(a) * b)");
	expect_tree("a ^ -b", "(a ^ -(b))");
	expect_tree("a ^ -b * c", "((a ^ -(b)) * c)");
	expect_tree("a ^ -b ^ c", "(a ^ -((b ^ c)))");
	expect_tree("a - -b", "(a - -(b))");
	expect_tree("- + a", "-(+(a))");
	expect_tree("-1", "-1");
	expect_tree("+ - 1", "-1");
	expect_tree("1 - -1", "(1 - -1)");
}

static void expect_number(const char *text, double number)
{
	struct promql *promql = parsed(text);

	cr_assert_eq(promql->root->kind, EXPR_NUMBER, "%s", text);
	if (isnan(number))
		cr_expect(isnan(promql->root->number), "%s", text);
	else
		cr_expect_eq(promql->root->number, number, "%s: %g", text, promql->root->number);
	promql_free(promql);
}

Test(parser, numbers_of_every_form)
{
	expect_number("1", 1);
	expect_number("1.", 1);
	expect_number(".5", .5);
	expect_number("1e-3", .001);
	expect_number("-1E+3", -1000);
	expect_number("0x8f", 143);
	expect_number("0755", 493);
	expect_number("0789", 789);
	expect_number("-0755", -493);
	expect_number("00", 0);
	expect_number("1_000", 1000);
	expect_number("inf", (double)INFINITY);
	expect_number("-Inf", -(double)INFINITY);
	expect_number("+NaN", (double)NAN);
	expect_number("5m", 300);
	expect_number("-1h30m", -5400);
	expect_number("100ms", .1);
	expect_refused("0x", "1:1: parse error: neither a number nor a duration (30s, 1h30m): \"0x\"");
	expect_refused_as("5m", true, "1:1: parse error: unexpected duration \"5m\", expected an expression");
	expect_refused_as("1_000", true, "1:1: parse error: neither a number nor a duration (30s, 1h30m): \"1_000\"");
}

static void expect_string(const char *text, const char *string)
{
	struct promql *promql = parsed(text);

	cr_assert_eq(promql->root->kind, EXPR_STRING, "%s", text);
	cr_expect_str_eq(promql->root->string, string, "%s", text);
	promql_free(promql);
}

Test(parser, strings_of_every_form)
{
	expect_string("\"double-quoted string \\\" with escaped quote\"", "double-quoted string \" with escaped quote");
	expect_string("'single \\' quoted'", "single ' quoted");
	expect_string("`back\\n \"quoted\"`", "back\\n \"quoted\"");
	expect_string("\"\\a\\t\\x41\\101\\u00e9\\U0001F600\"", "\a\tAA\xc3\xa9\xf0\x9f\x98\x80");
	expect_string("''", "");
	expect_refused("'\\q'", "1:1: parse error: unknown escape in a string, expected one of \\a \\b \\f \\n \\r \\t "
				"\\v \\\\ \\' \\\" \\ooo \\xhh \\uhhhh \\Uhhhhhhhh");
	expect_refused("\"open", "1:1: parse error: string without its closing quote: \"\"open\"");
	expect_refused("a + 'x\ny'", "1:5: parse error: string without its closing quote: \"'x\"");
}

static const struct expr_selector *selector_of(const struct promql *promql)
{
	cr_assert_eq(promql->root->kind, EXPR_SELECTOR);
	return &promql->root->selector;
}

static void expect_selector(const char *text, const char *metric, size_t matchers)
{
	struct promql *promql = parsed(text);
	const struct expr_selector *selector = selector_of(promql);

	if (metric)
		cr_expect_str_eq(selector->metric, metric, "%s", text);
	else
		cr_expect_null(selector->metric, "%s", text);
	cr_expect_eq(selector->matcher_count, matchers, "%s: %zu", text, selector->matcher_count);
	for (size_t i = 0; i < selector->matcher_count; i++)
		cr_expect_eq(selector->matchers[i].regex != NULL, selector->matchers[i].kind >= MATCHER_REGEX);
	promql_free(promql);
}

Test(parser, selectors)
{
	expect_selector("up", "up", 1);
	expect_selector("up{}", "up", 1);
	expect_selector("a:b:c{x=\"1\",}", "a:b:c", 2);
	expect_selector("up{a=\"1\",b!='2',c=~`3`,d!~\"4\"}", "up", 5);
	expect_selector("{a=\"1\"}", NULL, 1);
	expect_selector("{__name__=\"up\"}", "up", 1);
	expect_selector("{__name__=~\"up|down\"}", NULL, 1);
	expect_selector("{__name__=\"a\",__name__!=\"b\"}", "a", 2);
	expect_selector("{\"up.down\"}", "up.down", 1);
	expect_selector("{a=\"b\",\"up down\"}", "up down", 2);
	expect_selector("up{\"label.name\"=\"x\"}", "up", 2);
	expect_selector("{on=\"a\",bool=\"b\",inf=\"c\",by!=\"\"}", NULL, 4);
	expect_selector("{a=\"\",b=~\".+\"}", NULL, 2);
}

Test(parser, words_of_the_grammar_name_metrics)
{
	static const char *const words[] = { "sum",   "avg",     "count", "topk", "limitk", "limit_ratio",
					     "by",    "without", "and",   "or",   "unless", "offset",
					     "start", "end",     "group", "rate", "time",   "quantile" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char *braces = mem_printf("%s{job=\"x\"}", words[i]), *sum = mem_printf("1 + %s > 2", words[i]);

		expect_selector(words[i], words[i], 1);
		expect_selector(braces, words[i], 2);
		promql_free(parsed(sum));
		free(braces);
		free(sum);
	}
	expect_refused("bool", "1:1: parse error: unexpected \"bool\", expected an expression");
	expect_refused("on{a=\"b\"}", "1:1: parse error: unexpected \"on\", expected an expression");
}

Test(parser, words_of_the_grammar_name_labels)
{
	struct promql *promql = parsed("sum by (on, by, sum, bool, group_left, start, offset, \"a.b\",) (x)");
	static const char *const sorted[] = { "a.b", "bool", "by", "group_left", "offset", "on", "start", "sum" };

	cr_assert_eq(promql->root->aggregate.label_count, 8);
	for (size_t i = 0; i < 8; i++)
		cr_expect_str_eq(promql->root->aggregate.labels[i], sorted[i]);
	promql_free(promql);
	promql = parsed("sum(x) without (b, a, b, a)");
	cr_assert_eq(promql->root->aggregate.label_count, 2, "each once");
	cr_expect(promql->root->aggregate.without);
	promql_free(promql);
	expect_refused("sum by (a:b) (x)",
		       "1:9: parse error: unexpected metric identifier \"a:b\" in grouping opts, expected label");
	expect_refused("sum by (inf) (x)",
		       "1:9: parse error: unexpected number \"inf\" in grouping opts, expected label");
	expect_refused("sum by (a b) (x)",
		       "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\"");
	expect_refused("sum by a (x)",
		       "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected \"(\"");
	expect_refused("sum by (,) (x)", "1:9: parse error: unexpected \",\" in grouping opts, expected label");
}

Test(parser, selector_faults)
{
	expect_refused("{}", "1:1: parse error: vector selector must contain at least one non-empty matcher");
	expect_refused("a + {x=\"\",y=~\".*\"}",
		       "1:5: parse error: vector selector must contain at least one non-empty matcher");
	expect_refused("{\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher");
	expect_refused("foo{__name__=\"bar\"}",
		       "1:1: parse error: metric name must not be set twice: \"foo\" or \"bar\"");
	expect_refused("foo{\"bar\"}", "1:5: parse error: metric name must not be set twice: \"foo\" or \"bar\"");
	expect_refused("{\"a\",\"b\"}", "1:6: parse error: metric name must not be set twice: \"a\" or \"b\"");
	expect_refused("foo{a}",
		       "1:6: parse error: unexpected \"}\" in label matching, expected label matching operator");
	expect_refused("foo{a=1}", "1:7: parse error: unexpected number \"1\" in label matching, expected string");
	expect_refused("foo{a=\"b\" c=\"d\"}",
		       "1:11: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\"");
	expect_refused("foo{,}", "1:5: parse error: unexpected \",\" in label matching, expected identifier or \"}\"");
	expect_refused("foo{a=\"b\"",
		       "1:10: parse error: unexpected end of input in label matching, expected \",\" or \"}\"");
	expect_refused_as("{\"foo\"}", true,
			  "1:2: parse error: unexpected string \"foo\" in label matching, expected identifier or "
			  "\"}\"");
}

Test(parser, a_wrong_regex_is_named_where_it_stands)
{
	struct promql_syntax syntax = { .left_open = true };
	struct error error = { 0 };

	cr_expect_null(promql_parse("sum(x{a=\"b\",c=~\"(\"})", &syntax, &error));
	cr_expect(strncmp(error.text, "1:13: parse error: ", 19) == 0, "%s", error.text);
}

static void expect_when(const char *text, int64_t range_ms, int64_t offset_ms, enum at_kind at, int64_t at_ms)
{
	struct promql *promql = parsed(text);
	const struct expr *root = promql->root;
	const struct expr_when *when = root->kind == EXPR_SUBQUERY ? &root->subquery.when : &root->selector.when;

	cr_expect_eq(root->kind == EXPR_SUBQUERY ? root->subquery.range_ms : root->selector.range_ms, range_ms, "%s",
		     text);
	cr_expect_eq(when->offset_ms, offset_ms, "%s: %lld", text, (long long)when->offset_ms);
	cr_expect_eq(when->at, at, "%s", text);
	cr_expect_eq(when->at_ms, at_ms, "%s: %lld", text, (long long)when->at_ms);
	cr_expect_eq(root->position + root->length, strlen(text), "%s", text);
	promql_free(promql);
}

Test(parser, offset_and_at_in_any_order)
{
	expect_when("x offset 5m", 0, 300000, AT_NONE, 0);
	expect_when("x offset -5m", 0, -300000, AT_NONE, 0);
	expect_when("x offset 300", 0, 300000, AT_NONE, 0);
	expect_when("x offset 0", 0, 0, AT_NONE, 0);
	expect_when("x @ 10", 0, 0, AT_TIME, 10000);
	expect_when("x @ -10.0005", 0, 0, AT_TIME, -10001);
	expect_when("x @ +1e3 offset 1m", 0, 60000, AT_TIME, 1000000);
	expect_when("x offset 1m @ 1000", 0, 60000, AT_TIME, 1000000);
	expect_when("x @ start()", 0, 0, AT_START, 0);
	expect_when("x[5m] @ end() offset -1h", 300000, -3600000, AT_END, 0);
	expect_when("x{a=\"b\"}[300] offset 1h", 300000, 3600000, AT_NONE, 0);
	expect_when("x[5m:] offset 1m @ 5", 300000, 60000, AT_TIME, 5000);
	expect_when("rate(x[1m])[1h:30s] @ start() offset 1d", 3600000, 86400000, AT_START, 0);
	expect_when("x[0.5]", 500, 0, AT_NONE, 0);
}

Test(parser, subqueries)
{
	struct promql *promql = parsed("max_over_time((a offset 1m)[1h:5m])[2h:]");
	const struct expr *root = promql->root, *inner;

	cr_assert_eq(root->kind, EXPR_SUBQUERY);
	cr_expect_eq(root->subquery.step_ms, 0);
	cr_expect_eq(root->type, VALUE_MATRIX);
	inner = root->subquery.inner->call.arguments[0];
	cr_assert_eq(inner->kind, EXPR_SUBQUERY);
	cr_expect_eq(inner->subquery.range_ms, 3600000);
	cr_expect_eq(inner->subquery.step_ms, 300000);
	cr_expect_eq(expr_inner(inner->subquery.inner)->selector.when.offset_ms, 60000);
	promql_free(promql);
	promql_free(parsed("a offset 5m [1h:1m]"));
	promql_free(parsed("a @ 5 [1h:60]"));
}

Test(parser, modifier_faults)
{
	static const char follows[] = "must be preceded by an instant vector selector or range vector selector or a "
				      "subquery, but follows";
	static const struct {
		const char *text, *modifier, *what;
	} rows[] = { { "sum(x) offset 5m", "offset", "an aggregation" },
		     { "(x) @ 5", "@", "parentheses" },
		     { "1 offset 5m", "offset", "a number" },
		     { "\"a\" @ 1", "@", "a string" },
		     { "rate(x[5m]) @ 1", "@", "a function call" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *message = mem_printf("1:1: parse error: %s modifier %s %s instead", rows[i].modifier, follows,
					   rows[i].what);

		expect_refused(rows[i].text, message);
		free(message);
	}
	expect_refused("x offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times");
	expect_refused("x @ 1 offset 5m @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times");
	expect_refused("x offset 5m[5m]", "1:12: parse error: no offset modifiers allowed before range");
	expect_refused("x @ 5[5m]", "1:6: parse error: no @ modifiers allowed before range");
	expect_refused("sum(x)[5m]", "1:7: parse error: ranges only allowed for vector selectors");
	expect_refused("x[5m][5m]", "1:6: parse error: ranges only allowed for vector selectors");
	expect_refused("x offset", "1:9: parse error: unexpected end of input in offset, expected duration");
	expect_refused("x offset y", "1:10: parse error: unexpected identifier \"y\" in offset, expected duration");
	expect_refused("x @ start", "1:10: parse error: unexpected end of input in @, expected \"(\"");
	expect_refused("x @ y", "1:5: parse error: unexpected identifier \"y\" in @, expected timestamp");
	expect_refused("x @ NaN", "1:1: parse error: timestamp out of bounds for @ modifier: nan");
	expect_refused("x @ -1e30", "1:1: parse error: timestamp out of bounds for @ modifier: -1e+30");
	expect_refused("x[0s]", "1:3: parse error: duration must be greater than 0");
	expect_refused("x[0.0001]", "1:3: parse error: duration must be greater than 0");
	expect_refused("x[1h:0]", "1:6: parse error: duration must be greater than 0");
	expect_refused("x[1e15]", "1:3: parse error: duration out of range (at most 1000y)");
	expect_refused("x[NaN]", "1:3: parse error: duration out of range (at most 1000y)");
	expect_refused("x[", "1:3: parse error: unexpected end of input in subquery or range selector, expected "
			     "duration");
	expect_refused("x[5m", "1:5: parse error: unclosed left bracket, expected \":\" or \"]\"");
	expect_refused("x[5m y]",
		       "1:6: parse error: unexpected identifier \"y\" in subquery or range, expected \":\" or \"]\"");
	expect_refused("x[5m:1m", "1:8: parse error: unclosed left bracket, expected \"]\"");
	expect_refused_as("x offset 0s", true, "1:10: parse error: duration must be greater than 0");
	expect_refused_as("x[300]", true,
			  "1:3: parse error: unexpected number \"300\" in subquery or range selector, expected "
			  "duration");
}

Test(parser, aggregations)
{
	struct promql *promql = parsed("topk without (b) (3, x)");
	const struct expr_aggregate *aggregate = &promql->root->aggregate;

	cr_assert_eq(promql->root->kind, EXPR_AGGREGATE);
	cr_expect_eq(aggregate->operator, TOKEN_TOPK);
	cr_expect_eq(aggregate->parameter->number, 3.);
	cr_expect(aggregate->without && aggregate->label_count == 1);
	promql_free(promql);
	promql = parsed("SUM(x) BY (a)");
	cr_expect_eq(promql->root->aggregate.operator, TOKEN_SUM);
	cr_expect_null(promql->root->aggregate.parameter);
	cr_expect_not(promql->root->aggregate.without);
	promql_free(promql);
	expect_refused("sum()", "1:1: parse error: no arguments for aggregate expression provided");
	expect_refused("sum(a, b)", "1:1: parse error: wrong number of arguments for aggregate expression provided, "
				    "expected 1, got 2");
	expect_refused("quantile(a)", "1:1: parse error: wrong number of arguments for aggregate expression "
				      "provided, expected 2, got 1");
	expect_refused("sum(a) by (b) by (c)",
		       "1:15: parse error: unexpected \"by\", expected an operator or end of input");
	expect_refused("sum by (a) x", "1:12: parse error: unexpected identifier \"x\" in aggregation, expected \"(\"");
	expect_refused_as("limitk(1, x)", true, "1:1: parse error: unknown function with name \"limitk\"");
}

Test(parser, matching)
{
	struct promql *promql = parsed("a == bool on (x, y) group_left (z) b");
	const struct expr_binary *binary = &promql->root->binary;

	cr_expect(binary->return_bool && binary->on);
	cr_expect_eq(binary->cardinality, MATCH_MANY_TO_ONE);
	cr_expect_eq(binary->label_count, 2);
	cr_expect_eq(binary->include_count, 1);
	cr_expect_eq(binary->operator_position, 2);
	promql_free(promql);
	promql = parsed("a / ignoring () group_right b");
	cr_expect_eq(promql->root->binary.cardinality, MATCH_ONE_TO_MANY);
	cr_expect_not(promql->root->binary.on);
	promql_free(promql);
	promql = parsed("a and b");
	cr_expect_eq(promql->root->binary.cardinality, MATCH_MANY_TO_MANY);
	promql_free(promql);
	expect_refused("a + on(x) bool b", "1:11: parse error: unexpected \"bool\", expected an expression");
	expect_refused("a + group_left b", "1:5: parse error: unexpected \"group_left\", expected an expression");
	expect_refused("a and on(x) group_left(y) b", "1:1: parse error: no grouping allowed for \"and\" operation");
}

Test(parser, calls)
{
	struct promql *promql = parsed("label_replace(rate(x[5m]), \"a\", \"$1\", \"b\", \".*\")");

	cr_assert_eq(promql->root->kind, EXPR_CALL);
	cr_expect_str_eq(promql->root->call.function->name, "label_replace");
	cr_expect_eq(promql->root->call.count, 5);
	promql_free(promql);
	promql = parsed("time()");
	cr_expect_eq(promql->root->call.count, 0);
	promql_free(promql);
	expect_refused("rat(x[5m])", "1:1: parse error: unknown function with name \"rat\", did you mean \"rate\"");
	expect_refused("summ(x)", "1:1: parse error: unknown function with name \"summ\", did you mean \"sum\"");
	expect_refused("1 + nothing_like_it(x)", "1:5: parse error: unknown function with name \"nothing_like_it\"");
	expect_refused_as("mad_over_time(x[5m])", true,
			  "1:1: parse error: unknown function with name \"mad_over_time\" (Prometheus 3 knows it)");
	expect_refused("abs(x,)", "1:6: parse error: trailing commas not allowed in function call args");
	expect_refused("abs(,x)",
		       "1:5: parse error: unexpected \",\" in function call, expected an expression or \")\"");
	expect_refused("abs(x y)", "1:7: parse error: unexpected identifier \"y\" in function call, expected an "
				   "operator, \",\" or \")\"");
	expect_refused("abs(x", "1:6: parse error: unclosed left parenthesis, expected \")\"");
	expect_refused("a:b(x)", "1:4: parse error: unexpected \"(\", expected an operator or end of input");
}

Test(parser, faults_say_where)
{
	expect_refused("", "1:1: parse error: no expression found in input");
	expect_refused(" # only a comment\n", "1:1: parse error: no expression found in input");
	expect_refused("foo bar",
		       "1:5: parse error: unexpected identifier \"bar\", expected an operator or end of input");
	expect_refused("1 +\n  * 2", "2:3: parse error: unexpected \"*\", expected an expression");
	expect_refused("\"\xc3\xa9\xe4\xb8\xad\" $", "1:6: parse error: unexpected character: \"$\"");
	expect_refused("(a + b", "1:7: parse error: unclosed left parenthesis, expected \")\"");
	expect_refused("(a b)", "1:4: parse error: unexpected identifier \"b\", expected an operator or \")\"");
	expect_refused("a)", "1:2: parse error: unexpected \")\", expected an operator or end of input");
	expect_refused("a +", "1:4: parse error: unexpected end of input, expected an expression");
	expect_refused("a!", "1:2: parse error: unexpected character, expected \"!=\" or \"!~\": \"!\"");
	expect_refused("a $__interval", "1:3: parse error: unexpected character: \"$\"");
	expect_refused("a a_name_that_is_much_longer_than_what_a_message_shows_of_it",
		       "1:3: parse error: unexpected identifier \"a_name_that_is_much_longer_than_what_a_m...\", "
		       "expected an operator or end of input");
}

Test(parser, positions)
{
	struct promql *promql = parsed("  sum( rate(x [5m]) ) + 1 # end");
	const struct expr *root = promql->root, *call = root->binary.left->aggregate.inner;

	cr_expect_eq(root->position, 2);
	cr_expect_eq(root->length, 23);
	cr_expect_eq(root->binary.operator_position, 22);
	cr_expect_eq(root->binary.left->length, 19);
	cr_expect_eq(call->position, 7);
	cr_expect_eq(call->length, 12);
	cr_expect_eq(call->call.arguments[0]->position, 12);
	cr_expect_eq(call->call.arguments[0]->length, 6);
	promql_free(promql);
}

static char *repeated(const char *head, const char *part, size_t count, const char *tail)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, head);
	for (size_t i = 0; i < count; i++)
		strbuf_addstr(&text, part);
	strbuf_addstr(&text, tail);
	return strbuf_detach(&text);
}

Test(parser, limits)
{
	static const char deep[] = "expression is nested too deeply (at most 200 levels)";
	static const char long_row[] = "expression has too many operators in a row (at most 2000)";
	struct promql_syntax syntax = { .left_open = true };
	struct error error;
	struct promql *promql;
	struct {
		char *text;
		const char *error; /* NULL: it parses */
	} rows[] = {
		{ repeated("", "-", 199, "x"), NULL },
		{ repeated("", "-", 200, "x"), deep },
		{ repeated("", "(", 60000, ""), deep },
		{ repeated("x", "+x", 999, ""), NULL },
		{ repeated("x", "+1", 1999, ""), NULL },
		{ repeated("x", "+1", 2000, ""), long_row },
		{ repeated("1", "-1+1", 1000, ""), long_row },
		{ repeated("x", "^x", 200, ""), deep },
		{ repeated("x", "[1h:]", 1999, ""), "subquery is only allowed on instant vector, got range vector" },
		{ repeated("x", "[1h:]", 2000, ""), long_row },
		{ repeated("", "abs(", 200, "x"), deep },
		{ repeated("", " ", 65535, "x"), NULL },
		{ repeated("", " ", 65536, "x"), "expression is too long (at most 64 KiB)" },
		{ repeated("abs(x", ",x", 999, ")"), "expected 1 argument(s) in call to \"abs\", got 1000" },
		{ repeated("abs(x", ",x", 1000, ")"), "too many selectors (at most 1000)" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		promql = promql_parse(rows[i].text, &syntax, &error);
		cr_expect_eq(promql != NULL, rows[i].error == NULL, "row %zu: %s", i, promql ? "" : error.text);
		if (!promql && rows[i].error)
			cr_expect(strstr(error.text, rows[i].error) != NULL, "row %zu: %s", i, error.text);
		promql_free(promql);
		free(rows[i].text);
	}
}

Test(parser, selectors_know_their_places)
{
	struct promql *promql = parsed("sum(a) / on() max_over_time(b[5m:]) > max(c{x=~\"y\"}) or rate(d[5m])");
	static const char *const metrics[] = { "a", "b", "c", "d" };

	cr_assert_eq(promql->selector_count, 4);
	for (size_t i = 0; i < 4; i++) {
		cr_expect_str_eq(promql->selectors[i]->selector.metric, metrics[i]);
		cr_expect_eq(promql->selectors[i]->selector.index, i);
	}
	promql_free(promql);
	promql_free(NULL);
}
