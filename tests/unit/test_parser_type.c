#include "promql_fixture.h"

static void expect_type(const char *text, enum value_type type)
{
	struct promql *promql = parsed(text);

	cr_expect_eq(promql->root->type, type, "%s: %d", text, promql->root->type);
	promql_free(promql);
}

Test(parser_type, what_an_expression_gives)
{
	expect_type("1", VALUE_SCALAR);
	expect_type("'a'", VALUE_STRING);
	expect_type("('a')", VALUE_STRING);
	expect_type("x", VALUE_VECTOR);
	expect_type("x[5m]", VALUE_MATRIX);
	expect_type("(x[5m])", VALUE_MATRIX);
	expect_type("x[5m:]", VALUE_MATRIX);
	expect_type("1 + 2", VALUE_SCALAR);
	expect_type("1 > bool 2", VALUE_SCALAR);
	expect_type("1 + x", VALUE_VECTOR);
	expect_type("x atan2 1", VALUE_VECTOR);
	expect_type("x > 1", VALUE_VECTOR);
	expect_type("-x", VALUE_VECTOR);
	expect_type("-(1)", VALUE_SCALAR);
	expect_type("time()", VALUE_SCALAR);
	expect_type("scalar(x)", VALUE_SCALAR);
	expect_type("vector(1)", VALUE_VECTOR);
	expect_type("sum(x)", VALUE_VECTOR);
	expect_type("rate(x[5m])", VALUE_VECTOR);
	expect_type("x or vector(1)", VALUE_VECTOR);
}

Test(parser_type, arguments)
{
	expect_refused("rate(x)", "1:6: parse error: expected type range vector in call to function \"rate\", got "
				  "instant vector");
	expect_refused("abs(x[5m])", "1:5: parse error: expected type instant vector in call to function \"abs\", "
				     "got range vector");
	expect_refused("abs(1)",
		       "1:5: parse error: expected type instant vector in call to function \"abs\", got scalar");
	expect_refused("vector('a')",
		       "1:8: parse error: expected type scalar in call to function \"vector\", got string");
	expect_refused("label_replace(x, 'a', 'b', 'c', x)", "1:33: parse error: expected type string in call to "
							     "function \"label_replace\", got instant vector");
	expect_refused("label_join(x, 'a', 'b', 'c', 1)", "1:30: parse error: expected type string in call to "
							  "function \"label_join\", got scalar");
	expect_refused("sum(1)",
		       "1:5: parse error: expected type instant vector in aggregation expression, got scalar");
	expect_refused("sum(x[5m])", "1:5: parse error: expected type instant vector in aggregation expression, got "
				     "range vector");
	expect_refused("topk(x, x)",
		       "1:6: parse error: expected type scalar in aggregation parameter, got instant vector");
	expect_refused("count_values(1, x)",
		       "1:14: parse error: expected type string in aggregation parameter, got scalar");
}

Test(parser_type, argument_counts)
{
	expect_refused("abs()", "1:1: parse error: expected 1 argument(s) in call to \"abs\", got 0");
	expect_refused("time(x)", "1:1: parse error: expected 0 argument(s) in call to \"time\", got 1");
	expect_refused("clamp(x, 1)", "1:1: parse error: expected 3 argument(s) in call to \"clamp\", got 2");
	expect_refused("round()", "1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0");
	expect_refused("round(x, 1, 2)",
		       "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3");
	expect_refused("hour(x, x)", "1:1: parse error: expected at most 1 argument(s) in call to \"hour\", got 2");
	expect_refused("label_join(x, 'a')",
		       "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2");
	promql_free(parsed("label_join(x, 'a', '')"));
	promql_free(parsed("label_join(x, 'a', '', 'b', 'c', 'd', 'e', 'f', 'g')"));
	promql_free(parsed("hour()"));
	promql_free(parsed("round(x)"));
	promql_free(parsed("round(x, 5)"));
}

Test(parser_type, operators)
{
	expect_refused("'a' + 1", "1:1: parse error: binary expression must contain only scalar and instant vector "
				  "types, got string");
	expect_refused("x + x[5m]", "1:5: parse error: binary expression must contain only scalar and instant vector "
				    "types, got range vector");
	expect_refused("1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier");
	expect_refused("(1) < time()", "1:5: parse error: comparisons between scalars must use BOOL modifier");
	expect_refused("x + bool y", "1:3: parse error: bool modifier can only be used on comparison operators");
	expect_refused("x and bool y", "1:3: parse error: bool modifier can only be used on comparison operators");
	expect_refused("x or 1", "1:1: parse error: set operator \"or\" not allowed in binary scalar expression");
	expect_refused("1 unless 2",
		       "1:1: parse error: set operator \"unless\" not allowed in binary scalar expression");
	expect_refused("1 == on(a) x", "1:1: parse error: vector matching only allowed between instant vectors");
	expect_refused("x * ignoring(a) 2", "1:1: parse error: vector matching only allowed between instant vectors");
	expect_refused("x + on(a) group_left(a) y",
		       "1:3: parse error: label \"a\" must not occur in ON and GROUP clause at once");
	expect_refused("x unless on(a) group_right y",
		       "1:1: parse error: no grouping allowed for \"unless\" operation");
	expect_refused("-'a'", "1:1: parse error: unary expression only allowed on expressions of type scalar or "
			       "instant vector, got \"string\"");
	expect_refused("-x[5m]", "1:1: parse error: unary expression only allowed on expressions of type scalar or "
				 "instant vector, got \"range vector\"");
	expect_refused("1[5m:]", "1:1: parse error: subquery is only allowed on instant vector, got scalar instead");
	expect_refused("x[5m][5m:]",
		       "1:1: parse error: subquery is only allowed on instant vector, got range vector instead");
	promql_free(parsed("x + ignoring(a) group_left(a) y"));
	promql_free(parsed("x == on() 1"));
}

Test(parser_type, the_leftmost_fault_inside_comes_first)
{
	expect_refused("sum(rate(x)) + 'a'", "1:10: parse error: expected type range vector in call to function "
					     "\"rate\", got instant vector");
	expect_refused("sum(1) +", "1:9: parse error: unexpected end of input, expected an expression");
}

static void expect_constant(const char *text, bool constant)
{
	struct promql *promql = parsed(text);

	cr_expect_eq(promql->root->constant, constant, "%s", text);
	promql_free(promql);
}

Test(parser_type, what_does_not_depend_on_the_step)
{
	expect_constant("1", true);
	expect_constant("x", false);
	expect_constant("x @ 10", true);
	expect_constant("x[5m] @ start()", true);
	expect_constant("x offset 5m @ end()", true);
	expect_constant("sum(rate(x[5m] @ 10))", true);
	expect_constant("sum(rate(x[5m] @ 10)) + 1", true);
	expect_constant("x @ 10 + x", false);
	expect_constant("topk(scalar(x), x @ 10)", false);
	expect_constant("(-(x @ 10))", true);
	expect_constant("rate(x[5m])[1h:5m]", false);
	expect_constant("rate(x[5m])[1h:5m] @ 10", true);
	expect_constant("(x @ 10)[1h:5m]", false);
	expect_constant("time()", false);
	expect_constant("hour()", false);
	expect_constant("vector(time())", false);
	expect_constant("timestamp(x @ 10)", false);
	expect_constant("predict_linear(x[5m] @ 10, 60)", false);
	expect_constant("pi()", true);
}

Test(parser_type, inside_types_are_there_too)
{
	struct promql *promql = parsed("sum(rate(x[5m] @ 1)) > 2");
	const struct expr *sum = promql->root->binary.left, *rate = sum->aggregate.inner;

	cr_expect_eq(sum->type, VALUE_VECTOR);
	cr_expect_eq(rate->call.arguments[0]->type, VALUE_MATRIX);
	cr_expect(rate->constant && sum->constant && promql->root->constant);
	cr_expect_eq(promql->root->binary.right->type, VALUE_SCALAR);
	cr_expect_eq(promql->root->depth, 4);
	promql_free(promql);
}
