#include <criterion/criterion.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/number.h"

static void same_as_strtod(const char *text)
{
	double got = 0., want = strtod(text, NULL);

	cr_assert_eq(number_parse(text, strlen(text), &got), 0, "%s", text);
	cr_assert_eq(memcmp(&got, &want, sizeof(got)), 0, "%s: %.17g, not %.17g", text, got, want);
}

Test(number, exactly_as_strtod)
{
	static const char *const texts[] = {
		"0",
		"-0",
		"1",
		"+1",
		"-1",
		"0.1",
		"0.3",
		"123456.789",
		"9007199254740993",
		"9007199254740992.5",
		"18446744073709551615",
		"18446744073709551616",
		"1e22",
		"1e23",
		"1e-22",
		"5e-324",
		"2.4703282292062327e-324",
		"1.7976931348623157e308",
		"1.7976931348623159e308",
		"1e400",
		"1e-400",
		"0.000000000000000000001",
		"0.1234567890123456789",
		"99999999999999999999999999",
		"8.5",
		".5",
		"5.",
		"1E5",
		"1e+06",
		"0e99999",
		"4503599627370496.5",
		"4503599627370497.5",
		"9214843084008499",
		"0.500000000000000166533453693773481063544750213623046875",
		"3.518437208883201171875e13",
		"62.5364939768271845828",
		"8.10109172351e-10",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		same_as_strtod(texts[i]);
}

Test(number, random_doubles_come_back)
{
	static const int digits[] = { 17, 15, 3, 16, 6, 19, 18 };
	unsigned long long state = 88172645463325252ULL;
	char text[512];

	for (int i = 0; i < 30000; i++) {
		double value;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		if (i % 2)
			memcpy(&value, &state, sizeof(value));
		else
			value = (double)(state >> 11) * ldexp(1., -(int)(state % 60));
		if (!isfinite(value) || (i % 2 && fabs(value) > 1e15))
			continue;
		if (i % 3)
			snprintf(text, sizeof(text), "%.*f", digits[i % 7], value);
		else
			snprintf(text, sizeof(text), "%.*g", digits[i % 7], value);
		same_as_strtod(text);
	}
}

Test(number, words_and_refusals)
{
	static const char *const wrong[] = { "",         "-",   "+",    ".",     "e5",   "1e",  "1e+",
					     "1x",       "x1",  "1 ",   " 1",    "0x10", "1,5", "nanx",
					     "infinity", "--1", "1..2", "1.2.3", "+nan" };
	double value;

	cr_expect_eq(number_parse("NaN", 3, &value), 0);
	cr_expect(isnan(value));
	cr_expect_eq(number_parse("+Inf", 4, &value), 0);
	cr_expect_eq(value, (double)INFINITY);
	cr_expect_eq(number_parse("-Inf", 4, &value), 0);
	cr_expect_eq(value, -(double)INFINITY);
	cr_expect_eq(number_parse("Inf", 3, &value), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_expect_eq(number_parse(wrong[i], strlen(wrong[i]), &value), -1, "'%s'", wrong[i]);
}

Test(number, does_not_depend_on_the_locale)
{
	double value;

	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		cr_skip_test("no locale with a decimal comma is installed");
	cr_expect_eq(number_parse("1.5e-30", 7, &value), 0);
	cr_expect_eq(value, 1.5e-30);
}

Test(number, times)
{
	int64_t ms;

	cr_expect_eq(number_parse_time("1700000000", 10, &ms), 0);
	cr_expect_eq(ms, 1700000000000);
	cr_expect_eq(number_parse_time("1700000000.781", 14, &ms), 0);
	cr_expect_eq(ms, 1700000000781);
	cr_expect_eq(number_parse_time("-1.5", 4, &ms), 0);
	cr_expect_eq(ms, -1500);
	cr_expect_eq(number_parse_time("1.7e9", 5, &ms), 0);
	cr_expect_eq(ms, 1700000000000);
	cr_expect_eq(number_parse_time("0.1234567", 9, &ms), 0);
	cr_expect_eq(ms, 123);
	cr_expect_eq(number_parse_time("1e300", 5, &ms), -1);
	cr_expect_eq(number_parse_time("NaN", 3, &ms), -1);
	cr_expect_eq(number_parse_time("", 0, &ms), -1);
}
