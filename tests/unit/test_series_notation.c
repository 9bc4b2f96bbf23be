#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "promql/series_notation.h"
#include "tsdb/value.h"

/* The values as text: "1 2 _ stale". "error" when it does not read. */
static const char *values_of(const char *values)
{
	static char text[2048];
	struct arena arena = { 0 };
	struct series_notation series;
	struct error error;
	char line[512];
	size_t length = 0;

	snprintf(line, sizeof(line), "a %s", values);
	if (series_notation_read(line, false, &arena, &series, &error)) {
		cr_assert_gt(strlen(error.text), 0);
		snprintf(text, sizeof(text), "error");
	} else {
		text[0] = '\0';
		for (size_t i = 0; i < series.count; i++) {
			double value = series.values[i];

			length += (size_t)snprintf(text + length, sizeof(text) - length, i ? " " : "");
			if (series.blank[i])
				length += (size_t)snprintf(text + length, sizeof(text) - length, "_");
			else if (value_is_stale(value))
				length += (size_t)snprintf(text + length, sizeof(text) - length, "stale");
			else
				length += (size_t)snprintf(text + length, sizeof(text) - length, "%.17g", value);
		}
	}
	arena_release(&arena);
	return text;
}

/* What promtool 2.42 says of the same lines. */
Test(series_notation, reads_values_as_prometheus_does)
{
	static const char *const table[][2] = {
		{ "", "" },
		{ "1 2", "1 2" },
		{ "  1\t2 ", "1 2" },
		{ "1x0", "1" },
		{ "1x2", "1 1 1" },
		{ "1+2x3", "1 3 5 7" },
		{ "5-2x3", "5 3 1 -1" },
		{ "-5x1", "-5 -5" },
		{ "-1-2x2", "-1 -3 -5" },
		{ "1 +2x1", "1 2 2" },
		{ "_ _x3 1", "_ _ _ _ 1" },
		{ "_x0 1", "1" },
		{ "stale 1", "stale 1" },
		{ "1x1 stale", "1 1 stale" },
		{ "NaN", "nan" },
		{ "inf +Inf -INF", "inf inf -inf" },
		{ "Inf+1x1", "inf inf" },
		{ "NaN+0x1", "nan nan" },
		{ "1e3 1E-2 1.e1 .5 5.", "1000 0.01 10 0.5 5" },
		{ "1e2x1", "100 100" },
		{ "0.1+0.1x2", "0.10000000000000001 0.20000000000000001 0.30000000000000004" },
		{ "010 09 017x1 -010", "8 9 15 15 -8" },
		{ "0x3", "0 0 0 0" },
		{ "-0", "-0" },
		{ "9999999999999999999", "1e+19" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		cr_expect_str_eq(values_of(table[i][0]), table[i][1], "%s: %s", table[i][0], values_of(table[i][0]));
}

Test(series_notation, refuses_what_prometheus_refuses)
{
	static const char *const table[] = {
		"NaNx3",
		"stalex3",
		"Infx3",
		"-Infx3",
		"1+-2x3",
		"--1",
		"1+2",
		"_x",
		"1x",
		"1e",
		"1.5.5",
		"1_",
		"_1",
		"1__",
		"__ 1",
		"1,2",
		"1+Infx3",
		"1+1x1e1",
		"stale1",
		"sum",
		"STALE",
		"1x2x3",
		"x3",
		"1 x3",
		"+ 1",
		"1e999",
		"1 # c",
		"{{schema:1}}",
		"1+1x2-1x2",
		"1x3.5",
		"1x9999999999999999999999",
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		cr_expect_str_eq(values_of(table[i]), "error", "%s: %s", table[i], values_of(table[i]));
}

/* A stale marker that is added to is none any more, as in Prometheus. */
Test(series_notation, a_step_changes_the_bits_of_a_marker)
{
	cr_expect_str_eq(values_of("stale+0x1"), "stale nan");
}

Test(series_notation, bounds_its_values)
{
	struct arena arena = { 0 };
	struct series_notation series;
	struct error error;

	cr_assert_eq(series_notation_read("a 1x999999", false, &arena, &series, &error), 0);
	cr_expect_eq(series.count, (size_t)SERIES_NOTATION_VALUES);
	cr_expect_eq(series_notation_read("a 1x1000000", false, &arena, &series, &error), -1);
	cr_expect_eq(series_notation_read("a _x999999 1 1", false, &arena, &series, &error), -1);
	cr_expect(strstr(error.text, "1000000"), "%s", error.text);
	arena_release(&arena);
}

/* The series as it is printed, "error" when it does not read. */
static const char *series_of(const char *text, bool quoted, bool alone)
{
	static char copy[512];
	struct strbuf printed = STRBUF_INIT;
	struct arena arena = { 0 };
	struct series_notation series = { 0 };
	struct error error;
	int result = alone ? series_notation_labels(text, quoted, &arena, &series.labels, &error)
			   : series_notation_read(text, quoted, &arena, &series, &error);

	if (result)
		strbuf_addstr(&printed, "error");
	else
		labels_add(&printed, &series.labels);
	snprintf(copy, sizeof(copy), "%s", printed.text);
	strbuf_release(&printed);
	arena_release(&arena);
	return copy;
}

Test(series_notation, reads_series_as_prometheus_does)
{
	static const char *const table[][2] = {
		{ "a 1", "a" },
		{ "a{} 1", "a" },
		{ "a{b=\"c\",} 1", "a{b=\"c\"}" },
		{ "a{ b = 'c' , d=`e` } 1", "a{b=\"c\", d=\"e\"}" },
		{ "a{b=\"\"} 1", "a" },
		{ "{b=\"c\"} 1", "{b=\"c\"}" },
		{ "{__name__=\"q\"} 1", "q" },
		{ "a{__name__=\"q\"} 1", "a" },
		{ "a:b 1", "a:b" },
		{ "sum{by=\"x\"} 1", "sum{by=\"x\"}" },
		{ "and 1", "and" },
		{ "offset 1", "offset" },
		{ "a{b=\"\\u00e9\\n\"} 1", "a{b=\"é\\n\"}" },
		{ "a {b=\"c\"} 1", "error" },
		{ "a{b=\"c\",b=\"d\"} 1", "error" },
		{ "a{b=\"c\"}x 1", "error" },
		{ "a{\"b\"=\"c\"} 1", "error" },
		{ "{\"a\"} 1", "error" },
		{ "a{b!=\"c\"} 1", "error" },
		{ "a{b=~\"c\"} 1", "error" },
		{ "a{b} 1", "error" },
		{ "a{,} 1", "error" },
		{ "a{b=\"c\" 1", "error" },
		{ "a{b=\"\\q\"} 1", "error" },
		{ "on 1", "error" },
		{ "group_left 1", "error" },
		{ "5m 1", "error" },
		{ "inf 1", "error" },
		{ "", "error" },
		{ "1", "error" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct strbuf wanted = STRBUF_INIT;
		const char *is = series_of(table[i][0], false, false);

		/* labels_add puts no blank behind a comma */
		for (const char *at = table[i][1]; *at; at++)
			if (*at != ' ')
				strbuf_addch(&wanted, *at);
		cr_expect_str_eq(is, wanted.text, "%s: %s", table[i][0], is);
		strbuf_release(&wanted);
	}
}

Test(series_notation, quoted_names_are_asked_for)
{
	cr_expect_str_eq(series_of("{\"a\", \"b\"=\"c\"} 1", true, false), "a{b=\"c\"}");
	cr_expect_str_eq(series_of("{\"a\", \"b\"=\"c\"} 1", false, false), "error");
}

Test(series_notation, a_series_alone)
{
	cr_expect_str_eq(series_of(" a {b='c'} # why", false, true), "a{b=\"c\"}");
	cr_expect_str_eq(series_of("a{b=\"\"}", false, true), "a");
	cr_expect_str_eq(series_of("", false, true), series_of("{}", false, true));
	cr_expect_str_eq(series_of("a 1", false, true), "error");
	cr_expect_str_eq(series_of("{b=\"\"}", false, true), "error", "Prometheus compares the empty label");
	cr_expect_str_eq(series_of("{b=\"\",__name__=\"a\"}", false, true), "error");
}

Test(series_notation, one_number)
{
	const char *text = "-1.5e3x4";
	double value = 0;

	cr_assert_eq(series_notation_number(&text, &value), 0);
	cr_expect_eq(value, -1500.);
	cr_expect_str_eq(text, "x4");
	cr_expect_eq(series_notation_number(&text, &value), -1);
	cr_expect_str_eq(text, "x4");
	text = "nanny";
	cr_expect_eq(series_notation_number(&text, &value), -1);
}
