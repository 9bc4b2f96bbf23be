/* Functions of one value. */
#include "window_fixture.h"

TestSuite(function_value);

static double of(const char *name, double value)
{
	double result = 12345;

	cr_assert(function_named(name)->value(value, NULL, &result));
	return result;
}

static double with(const char *name, double value, double a, double b)
{
	double result = 12345, arguments[] = { a, b };

	cr_assert(function_named(name)->value(value, arguments, &result));
	return result;
}

Test(function_value, arithmetic)
{
	expect_same(of("abs", -2.5), 2.5);
	expect_same(of("ceil", -2.5), -2);
	expect_same(of("floor", -2.5), -3);
	expect_same(of("exp", 1), M_E);
	expect_same(of("ln", 0), -INFINITY);
	expect_same(of("ln", -1), NAN);
	expect_same(of("log2", 8), 3);
	expect_same(of("log10", 0.001), -3);
	expect_same(of("sqrt", 16), 4);
	expect_same(of("sqrt", -1), NAN);
	expect_same(of("sgn", -3), -1);
	expect_same(of("sgn", 3), 1);
	expect_same(of("sgn", 0), 0);
	expect_same(of("sgn", NAN), NAN);
	expect_same(of("abs", -INFINITY), INFINITY);
}

Test(function_value, trigonometry)
{
	expect_same(of("sin", M_PI / 2), 1);
	expect_same(of("cos", M_PI), -1);
	expect_same(of("tan", M_PI / 4), 1);
	expect_same(of("asin", 1), M_PI / 2);
	expect_same(of("acos", 2), NAN);
	expect_same(of("acos", -1), M_PI);
	expect_same(of("atan", INFINITY), M_PI / 2);
	expect_same(of("sinh", 0), 0);
	expect_same(of("cosh", 0), 1);
	expect_same(of("cosh", 710), INFINITY);
	expect_same(of("sinh", -710), -INFINITY);
	expect_same(of("sinh", -709), sinh(-709));
	expect_same(of("tanh", INFINITY), 1);
	expect_same(of("asinh", sinh(2)), 2);
	expect_same(of("acosh", cosh(2)), 2);
	expect_same(of("acosh", 0.5), NAN);
	expect_same(of("atanh", 1), INFINITY);
	expect_same(of("deg", M_PI), 180);
	expect_same(of("rad", 180), M_PI);
}

Test(function_value, clamps)
{
	double result, wrong[] = { 5, 2 };

	expect_same(with("clamp", 7, 2, 5), 5);
	expect_same(with("clamp", 1, 2, 5), 2);
	expect_same(with("clamp", 3, 2, 5), 3);
	expect_same(with("clamp", 3, 2, 2), 2);
	expect_same(with("clamp_min", 1, 2, 0), 2);
	expect_same(with("clamp_max", 7, 5, 0), 5);
	cr_expect_not(function_named("clamp")->value(3, wrong, &result));
}

Test(function_value, clamps_know_the_sign_of_zero)
{
	cr_expect_eq(signbit(with("clamp_min", -0.0, 0, 0)), 0);
	cr_expect_eq(signbit(with("clamp_min", 0, -0.0, 0)), 0);
	cr_expect_neq(signbit(with("clamp_max", 0, -0.0, 0)), 0);
	cr_expect_neq(signbit(with("clamp_max", -0.0, 0, 0)), 0);
}

Test(function_value, clamps_with_nan_and_infinity)
{
	expect_same(with("clamp", NAN, 2, 5), NAN);
	expect_same(with("clamp", 3, NAN, 5), NAN);
	expect_same(with("clamp", 3, 2, NAN), NAN);
	expect_same(with("clamp_min", 3, NAN, 0), NAN);
	expect_same(with("clamp_max", 3, NAN, 0), NAN);
	expect_same(with("clamp_min", NAN, 3, 0), NAN);
	/* Beyond infinity there is nothing a NaN could be. */
	expect_same(with("clamp_min", NAN, INFINITY, 0), INFINITY);
	expect_same(with("clamp_max", NAN, -INFINITY, 0), -INFINITY);
	expect_same(with("clamp_max", INFINITY, 4, 0), 4);
}
