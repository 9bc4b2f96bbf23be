#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "tsdb/exposition.h"
#include "tsdb/value.h"

/* A text that may hold NUL bytes. */
#define TEXT(literal) literal, sizeof(literal) - 1

/* What Prometheus makes of a text: samples, or -1 when it refuses it. */
struct text_case {
	const char *text;
	size_t length;
	int samples;
};

/*
 * As a real Prometheus 2.42 scraped each of these, with its 3.x's names in
 * quotes and freer commas, and without its taking NUL for a letter or an end.
 */
static const struct text_case text_cases[] = {
	{ TEXT("a 1\n"), 1 },
	{ TEXT("a 1"), 1 },
	{ TEXT(""), 0 },
	{ TEXT("\n\n"), 0 },
	{ TEXT("  a 1\n"), -1 },
	{ TEXT("\ta\t1\t\n"), -1 },
	{ TEXT("a 1 \n"), 1 },
	{ TEXT("a{} 1\n"), 1 },
	{ TEXT("a{x=\"1\"} 1\n"), 1 },
	{ TEXT("a {x=\"1\"} 1\n"), 1 },
	{ TEXT("a{x=\"1\",} 1\n"), 1 },
	{ TEXT("a{,} 1\n"), -1 },
	{ TEXT("a{x=\"1\",,y=\"2\"} 1\n"), -1 },
	{ TEXT("a{x=\"1\" y=\"2\"} 1\n"), 1 },
	{ TEXT("a{x=\"1\"y=\"2\"} 1\n"), 1 },
	{ TEXT("a{ x = \"1\" , y = \"2\" , } 1\n"), 1 },
	{ TEXT("a{x=\"1\"}1\n"), 1 },
	{ TEXT("a+1\n"), 1 },
	{ TEXT("a-Inf\n"), 1 },
	{ TEXT("a1\n"), -1 },
	{ TEXT("a{x=\"a\nb\"} 1\n"), 1 },
	{ TEXT("a{x=\"a\\nb\"} 1\n"), 1 },
	{ TEXT("a{x=\"a\\\\b\\\"c\"} 1\n"), 1 },
	{ TEXT("a{x=\"a\\qb\"} 1\n"), 1 },
	{ TEXT("a{x=\"a\\\nb\"} 1\n"), -1 },
	{ TEXT("a{x=\"\xff\"} 1\n"), -1 },
	{ TEXT("a{x=\"\xc3\xa4\"} 1\n"), 1 },
	{ TEXT("a{x=\"\xed\xa0\x80\"} 1\n"), -1 },
	{ TEXT("a{x=\"a\tb\"} 1\n"), 1 },
	{ TEXT("a{x=1} 1\n"), -1 },
	{ TEXT("a{x='1'} 1\n"), -1 },
	{ TEXT("a{x=\"1\" 1\n"), -1 },
	{ TEXT("a{x=\"1\n"), -1 },
	{ TEXT("a{\nx=\"1\"} 1\n"), -1 },
	{ TEXT("a{x:y=\"1\"} 1\n"), -1 },
	{ TEXT("a:b{x=\"1\"} 1\n"), 1 },
	{ TEXT(":a 1\n"), 1 },
	{ TEXT("1a 1\n"), -1 },
	{ TEXT("a-b 1\n"), -1 },
	{ TEXT("a.b 1\n"), -1 },
	{ TEXT("a NaN\n"), 1 },
	{ TEXT("a nan\n"), 1 },
	{ TEXT("a +NaN\n"), -1 },
	{ TEXT("a -nan\n"), -1 },
	{ TEXT("a Inf\n"), 1 },
	{ TEXT("a +Inf\n"), 1 },
	{ TEXT("a -inf\n"), 1 },
	{ TEXT("a infinity\n"), 1 },
	{ TEXT("a INFINITY\n"), 1 },
	{ TEXT("a infi\n"), -1 },
	{ TEXT("a 1e400\n"), -1 },
	{ TEXT("a -1e400\n"), -1 },
	{ TEXT("a 1e-400\n"), 1 },
	{ TEXT("a 0x10\n"), -1 },
	{ TEXT("a 0x1p4\n"), -1 },
	{ TEXT("a 1_000\n"), -1 },
	{ TEXT("a 1e\n"), -1 },
	{ TEXT("a 1e+\n"), -1 },
	{ TEXT("a .5\n"), 1 },
	{ TEXT("a 5.\n"), 1 },
	{ TEXT("a .\n"), -1 },
	{ TEXT("a +.5e1\n"), 1 },
	{ TEXT("a -\n"), -1 },
	{ TEXT("a 1.2.3\n"), -1 },
	{ TEXT("a 1,5\n"), -1 },
	{ TEXT("a 1e5\n"), 1 },
	{ TEXT("a 1E+05\n"), 1 },
	{ TEXT("a 00012\n"), 1 },
	{ TEXT("a 1d5\n"), -1 },
	{ TEXT("a 1f\n"), -1 },
	{ TEXT("a \"1\"\n"), -1 },
	{ TEXT("a 1 1000\n"), 1 },
	{ TEXT("a 1 -5\n"), -1 },
	{ TEXT("a 1 +5\n"), -1 },
	{ TEXT("a 1 1.5\n"), -1 },
	{ TEXT("a 1 1e3\n"), -1 },
	{ TEXT("a 1 1000 \n"), 1 },
	{ TEXT("a 1 1000 5\n"), -1 },
	{ TEXT("a 1 x\n"), -1 },
	{ TEXT("a 1 9223372036854775807\n"), 1 },
	{ TEXT("a 1 9223372036854775808\n"), -1 },
	{ TEXT("a 1 1_0\n"), -1 },
	{ TEXT("a\n"), -1 },
	{ TEXT("a \n"), -1 },
	{ TEXT("a{x=\"1\"}\n"), -1 },
	{ TEXT("a 1\r\n"), -1 },
	{ TEXT("\r\n"), -1 },
	{ TEXT("a{x=\"1\"} 1\r\n"), -1 },
	{ TEXT("a_total 1 # x\n"), -1 },
	{ TEXT("a_total 1 # {b=\"c\"} 1\n"), -1 },
	{ TEXT("#\n"), 0 },
	{ TEXT("# \n"), 0 },
	{ TEXT("#c\n"), 0 },
	{ TEXT("# c\n"), 0 },
	{ TEXT("# HELP\n"), 0 },
	{ TEXT("# HELP \n"), -1 },
	{ TEXT("# HELP a\n"), 0 },
	{ TEXT("# HELP a \n"), 0 },
	{ TEXT("# HELP a x y\n"), 0 },
	{ TEXT("# HELP a  x\n"), 0 },
	{ TEXT("#HELP a x\n"), 0 },
	{ TEXT("#  HELP a x\n"), 0 },
	{ TEXT("#\tHELP\ta\tx\n"), 0 },
	{ TEXT("# HELPa x\n"), 0 },
	{ TEXT("# HELP 1a x\n"), -1 },
	{ TEXT("# HELP a,b x\n"), 0 },
	{ TEXT("# HELP a \xff\n"), -1 },
	{ TEXT("# HELP a x\r\n"), 0 },
	{ TEXT("  # HELP a x\n"), 0 },
	{ TEXT("# TYPE a counter\n"), 0 },
	{ TEXT("# TYPE a  counter\n"), -1 },
	{ TEXT("# TYPE a counter \n"), -1 },
	{ TEXT("# TYPE a\tcounter\n"), 0 },
	{ TEXT("# TYPE a Counter\n"), -1 },
	{ TEXT("# TYPE a\n"), -1 },
	{ TEXT("# TYPE a untyped\n"), 0 },
	{ TEXT("# TYPE a unknown\n"), -1 },
	{ TEXT("# TYPE a info\n"), -1 },
	{ TEXT("# TYPE a gaugehistogram\n"), -1 },
	{ TEXT("# TYPE a counter\r\n"), -1 },
	{ TEXT("# TYPE  a counter\n"), 0 },
	{ TEXT("# TYPE a counter\n# TYPE a gauge\na 1\n"), 1 },
	{ TEXT("# UNIT a b\n"), 0 },
	{ TEXT("# EOF\n"), 0 },
	{ TEXT("# EOF\na 1\n"), 1 },
	{ TEXT("# HELP a{ x\n"), 0 },
	{ TEXT("# TYPE \"a\" counter\n"), 0 },
	{ TEXT("\x00\na 1\n"), -1 },
	{ TEXT("a\x00 1\n"), -1 },
	{ TEXT("a{x=\"\x00\"} 1\n"), -1 },
	{ TEXT("a 1\x00\n"), -1 },
	{ TEXT("# c\x00"
	       "d\na 1\n"),
	  1 },
	{ TEXT("# HELP a c\x00"
	       "d\na 1\n"),
	  1 },
	{ TEXT("{\"a\"} 1\n"), 1 },
	{ TEXT("{\"a\",x=\"1\"} 1\n"), 1 },
	{ TEXT("{x=\"1\"} 1\n"), -1 },
	{ TEXT("{__name__=\"a\"} 1\n"), -1 },
	{ TEXT("a{x=\"1\",x=\"2\"} 1\n"), 1 },
	{ TEXT("a{__name__=\"b\"} 1\n"), 1 },
	{ TEXT("a{x=\"\"} 1\n"), 1 },
	{ TEXT("a{\"x\"=\"1\"} 1\n"), 1 },
	{ TEXT("{} 1\n"), -1 },
	{ TEXT("a{x=\"1\"} {\n"), -1 },
	{ TEXT("a 1{\n"), -1 },
	{ TEXT("a {\n"), -1 },
	{ TEXT("a{x=\"1\"}\t1\n"), 1 },
	{ TEXT("a{x=\"1\"}{y=\"2\"} 1\n"), -1 },
	{ TEXT("\xef\xbb\xbf"
	       "a 1\n"),
	  -1 },
	{ TEXT("a\xc2\xa0"
	       "1\n"),
	  -1 },
	{ TEXT("a\x0b"
	       "1\n"),
	  -1 },
	{ TEXT("a 1\x0c\n"), -1 },
	{ TEXT("a 1\na 2\n"), 2 },
	{ TEXT("a 1 1000\na 2 1000\n"), 2 },
	{ TEXT("a{x=\"1\"}"), -1 },
	{ TEXT("a"), -1 },
	{ TEXT("a 1 1000"), 1 },
	{ TEXT("# c"), 0 },
	{ TEXT("# HELP a b"), 0 },
	{ TEXT("# TYPE a counter"), 0 },
	{ TEXT("{"), -1 },
	{ TEXT("a{x=\"1\""), -1 },
	{ TEXT("a{x=\"1"), -1 },
	{ TEXT("a{x=\"\\"), -1 },
	{ TEXT("a 12345678901234567890123\n"), 1 },
	{ TEXT("a 0.1000000000000000055511151231257827\n"), 1 },
	/* Names in quotes, as Prometheus 3 reads them. */
	{ TEXT("{\"a.b\"} 1\n"), 1 },
	{ TEXT("{\"a.b\",} 1\n"), 1 },
	{ TEXT("{ \"a.b\" , x=\"1\" } 1\n"), 1 },
	{ TEXT("{x=\"1\",\"a.b\"} 1\n"), 1 },
	{ TEXT("{\"a.b\",\"x.y\"=\"1\"} 1\n"), 1 },
	{ TEXT("{\"a\",\"b\"} 1\n"), -1 },
	{ TEXT("a{\"b\"} 1\n"), -1 },
	{ TEXT("\"a\"{} 1\n"), -1 },
	{ TEXT("{a} 1\n"), -1 },
	{ TEXT("{\"\"} 1\n"), -1 },
	{ TEXT("{\"a\",\"\"=\"1\"} 1\n"), -1 },
	{ TEXT("{\"\xff\"} 1\n"), -1 },
	{ TEXT("{\"a\" x=\"1\"} 1\n"), -1 },
	{ TEXT("# HELP \"a.b\" c\n"), 0 },
	{ TEXT("# HELP \"a.b c\n"), -1 },
};

static const struct text_case open_metrics_cases[] = {
	{ TEXT("# EOF\n"), 0 },
	{ TEXT("# EOF"), 0 },
	{ TEXT(""), -1 },
	{ TEXT("\n# EOF\n"), -1 },
	{ TEXT("a 1\n# EOF\n"), 1 },
	{ TEXT("a 1\n"), -1 },
	{ TEXT("a 1\n# EOF\n\n"), -1 },
	{ TEXT("a 1\n# EOF\nb 1\n"), -1 },
	{ TEXT("a 1\n#EOF\n"), -1 },
	{ TEXT("a 1\n# EOF \n"), -1 },
	{ TEXT("a 1\n# EOFx\n"), -1 },
	{ TEXT("a 1\n# EOF\r\n"), -1 },
	{ TEXT("a 1\n #EOF\n"), -1 },
	{ TEXT(" a 1\n# EOF\n"), -1 },
	{ TEXT("a  1\n# EOF\n"), -1 },
	{ TEXT("a 1 \n# EOF\n"), -1 },
	{ TEXT("a\t1\n# EOF\n"), -1 },
	{ TEXT("a {x=\"1\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{} 1\n# EOF\n"), 1 },
	{ TEXT("a{x=\"1\"} 1\n# EOF\n"), 1 },
	{ TEXT("a{x=\"1\",} 1\n# EOF\n"), 1 },
	{ TEXT("a{,} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"1\",y=\"2\"} 1\n# EOF\n"), 1 },
	{ TEXT("a{x=\"1\", y=\"2\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"1\"y=\"2\"} 1\n# EOF\n"), 1 },
	{ TEXT("a{ x=\"1\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"1\" } 1\n# EOF\n"), -1 },
	{ TEXT("a{x =\"1\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"1\"}1\n# EOF\n"), -1 },
	{ TEXT("a+1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"a\nb\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"a\\nb\\\"\\\\\"} 1\n# EOF\n"), 1 },
	{ TEXT("a{x=\"a\\\nb\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"\xff\"} 1\n# EOF\n"), -1 },
	{ TEXT("a{x=\"\\q\"} 1\n# EOF\n"), 1 },
	{ TEXT("a 1 1.5\n# EOF\n"), 1 },
	{ TEXT("a 1 -1.5\n# EOF\n"), 1 },
	{ TEXT("a 1 1e3\n# EOF\n"), 1 },
	{ TEXT("a 1 NaN\n# EOF\n"), -1 },
	{ TEXT("a 1 Inf\n# EOF\n"), -1 },
	{ TEXT("a 1 x\n# EOF\n"), -1 },
	{ TEXT("a 1 1.0015\n# EOF\n"), 1 },
	{ TEXT("a 1 -0.0015\n# EOF\n"), 1 },
	{ TEXT("a 1 1 2\n# EOF\n"), -1 },
	{ TEXT("a 1 1e300\n# EOF\n"), -1 },
	{ TEXT("a 1  5\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {} 1\n# EOF\n"), 1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1\n# EOF\n"), 1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1 5\n# EOF\n"), 1 },
	{ TEXT("a_total 1 5 # {x=\"1\"} 1 5\n# EOF\n"), 1 },
	{ TEXT("a_total 1 # {x=\"1\"}\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\"} x\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1 NaN\n# EOF\n"), -1 },
	{ TEXT("a 1 #{x=\"1\"} 1\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # x\n# EOF\n"), -1 },
	{ TEXT("a 1 #\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1 5 6\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1 \n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\",} 1\n# EOF\n"), 1 },
	{ TEXT("a_total 1 # {x=\"1\",y=\"2\"} 1\n# EOF\n"), 1 },
	{ TEXT("a_total 1 # {x=\"\xff\"} 1\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\"}1\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1 # {y=\"1\"} 1\n# EOF\n"), -1 },
	{ TEXT("# c\n# EOF\n"), -1 },
	{ TEXT("#\n# EOF\n"), -1 },
	{ TEXT("# HELP a\n# EOF\n"), -1 },
	{ TEXT("# HELP a \n# EOF\n"), 0 },
	{ TEXT("# HELP a x\n# EOF\n"), 0 },
	{ TEXT("# HELP a  x\n# EOF\n"), 0 },
	{ TEXT("#  HELP a x\n# EOF\n"), -1 },
	{ TEXT("# HELP  a x\n# EOF\n"), -1 },
	{ TEXT("# HELP a \xff\n# EOF\n"), -1 },
	{ TEXT("# HELP a\tx\n# EOF\n"), -1 },
	{ TEXT("# HELP\n# EOF\n"), -1 },
	{ TEXT("# HELP 1 x\n# EOF\n"), -1 },
	{ TEXT("# TYPE a counter\n# EOF\n"), 0 },
	{ TEXT("# TYPE a untyped\n# EOF\n"), -1 },
	{ TEXT("# TYPE a unknown\n# EOF\n"), 0 },
	{ TEXT("# TYPE a info\n# EOF\n"), 0 },
	{ TEXT("# TYPE a stateset\n# EOF\n"), 0 },
	{ TEXT("# TYPE a gaugehistogram\n# EOF\n"), 0 },
	{ TEXT("# TYPE a \n# EOF\n"), -1 },
	{ TEXT("# TYPE a\n# EOF\n"), -1 },
	{ TEXT("# TYPE a counter \n# EOF\n"), -1 },
	{ TEXT("# UNIT a_s s\n# EOF\n"), 0 },
	{ TEXT("# UNIT a s\n# EOF\n"), -1 },
	{ TEXT("# UNIT a \n# EOF\n"), 0 },
	{ TEXT("# UNIT s s\n# EOF\n"), -1 },
	{ TEXT("# UNIT _s s\n# EOF\n"), 0 },
	{ TEXT("# UNIT a\n# EOF\n"), -1 },
	{ TEXT("# UNIT as s\n# EOF\n"), -1 },
	{ TEXT("a NaN\n# EOF\n"), 1 },
	{ TEXT("a +Inf\n# EOF\n"), 1 },
	{ TEXT("a 1e400\n# EOF\n"), -1 },
	{ TEXT("a 0x1\n# EOF\n"), -1 },
	{ TEXT("a 1\r\n# EOF\n"), -1 },
	{ TEXT("a\n# EOF\n"), -1 },
	{ TEXT("a \n# EOF\n"), -1 },
	{ TEXT("\x00# EOF\n"), -1 },
	{ TEXT("a{x=\"\x00\"} 1\n# EOF\n"), -1 },
	{ TEXT("a 1\n\x00\n# EOF\n"), -1 },
	{ TEXT("a 1\n# EOF\n\x00"), -1 },
	{ TEXT("a 1 \t\n# EOF\n"), -1 },
	{ TEXT("a \t1\n# EOF\n"), -1 },
	{ TEXT("a 1\t\n# EOF\n"), -1 },
	{ TEXT("a{x=\"1\",x=\"2\"} 1\n# EOF\n"), 1 },
	{ TEXT("# TYPE a_total counter\na_total 1\n# EOF\n"), 1 },
	{ TEXT("# HELP a b"), -1 },
	{ TEXT("a 1 5"), -1 },
	{ TEXT("a_total 1 # {"), -1 },
	{ TEXT("a_total 1 # {x=\""), -1 },
	{ TEXT("a_total 1 # {x=\"1\"} 1"), -1 },
	{ TEXT("{\"a.b\",x=\"1\"} 1\n# EOF\n"), 1 },
	{ TEXT("{\"a.b\", x=\"1\"} 1\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {\"b\"} 1\n# EOF\n"), -1 },
	{ TEXT("a_total 1 # {\"b.c\"=\"1\"} 1\n# EOF\n"), 1 },
	{ TEXT("a 1 9223372036854775.807\n# EOF\n"), -1 },
	{ TEXT("a 1 9223372036854774\n# EOF\n"), 1 },
};

struct fixture {
	struct exposition exposition;
	struct error_list faults;
	int result;
};

static struct fixture parse_with(const char *text, size_t length, struct exposition_options options)
{
	struct fixture fixture = { 0 };

	fixture.result = exposition_parse(&fixture.exposition, text, length, &options, "t", &fixture.faults);
	cr_assert(fixture.result == 0 || fixture.faults.errors > 0, "a refusal says why");
	return fixture;
}

static void release(struct fixture *fixture)
{
	exposition_release(&fixture->exposition);
	error_list_release(&fixture->faults);
}

static struct fixture parse(const char *text)
{
	return parse_with(text, strlen(text), (struct exposition_options){ 0 });
}

static const char *fault_text(const struct fixture *fixture, size_t i)
{
	static char line[1024];

	cr_assert_lt(i, fixture->faults.count);
	fault_format(&fixture->faults.faults[i], line, sizeof(line));
	return line;
}

/* In a block of its exact size, so that a sanitizer sees a step over the end; strict and lenient agree. */
static void check_case(const struct text_case *test, bool open_metrics)
{
	char *exact = malloc(test->length ? test->length : 1);
	struct fixture strict, lenient;

	memcpy(exact, test->text, test->length);
	strict = parse_with(exact, test->length, (struct exposition_options){ .open_metrics = open_metrics });
	cr_expect_eq(strict.result, test->samples < 0 ? -1 : 0, "%s: %s", test->text,
		     strict.result < 0 ? fault_text(&strict, 0) : "accepted");
	if (strict.result == 0)
		cr_expect_eq((int)strict.exposition.count, test->samples, "%s", test->text);
	lenient = parse_with(exact, test->length,
			     (struct exposition_options){ .open_metrics = open_metrics, .lenient = true });
	cr_expect_eq(lenient.result, 0, "%s", test->text);
	cr_expect_eq(strict.result == 0, lenient.faults.count == 0, "%s", test->text);
	if (strict.result == 0)
		cr_expect_eq(lenient.exposition.count, strict.exposition.count, "%s", test->text);
	release(&strict);
	release(&lenient);
	free(exact);
}

Test(exposition, text_as_prometheus_reads_it)
{
	for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]); i++)
		check_case(&text_cases[i], false);
}

Test(exposition, open_metrics_as_prometheus_reads_it)
{
	for (size_t i = 0; i < sizeof(open_metrics_cases) / sizeof(open_metrics_cases[0]); i++)
		check_case(&open_metrics_cases[i], true);
}

Test(exposition, every_cut_of_a_text_is_read_safely)
{
	static const char text[] = "# HELP a b\\n\n# TYPE a counter\na{b=\"c\\\\\",d=\"\xc3\xa4\"} 1.5e3 1000\n"
				   "{\"x.y\",z=\"\"} NaN\n# UNIT a_s s\nb_total 1 2 # {t=\"u\"} 1 3\n# EOF\n";

	for (size_t length = 0; length < sizeof(text); length++) {
		for (unsigned flags = 0; flags < 8; flags++) {
			char *exact = malloc(length ? length : 1);
			struct fixture fixture;

			memcpy(exact, text, length);
			fixture = parse_with(exact, length,
					     (struct exposition_options){ .open_metrics = flags & 1,
									  .lenient = flags & 2,
									  .families = flags & 4 });
			release(&fixture);
			free(exact);
		}
	}
}

Test(exposition, a_sample_points_at_its_series)
{
	static const char text[] = "# c\na_b:c 1\n\na {x=\"}\\\"\"} 2 1234\n";
	struct fixture fixture = parse(text);
	const struct exposition_sample *samples = fixture.exposition.samples;

	cr_assert_eq(fixture.result, 0);
	cr_assert_eq(fixture.exposition.count, 2);
	cr_expect_eq(fixture.exposition.body, text);
	cr_expect_eq(fixture.exposition.body_length, sizeof(text) - 1);
	cr_expect_arr_eq(text + samples[0].text, "a_b:c", samples[0].length);
	cr_expect_eq(samples[0].length, 5);
	cr_expect_eq(samples[0].line, 2);
	cr_expect_eq(samples[0].value, 1);
	cr_expect_eq(samples[0].time_ms, EXPOSITION_NO_TIME);
	cr_expect_eq(samples[1].length, strlen("a {x=\"}\\\"\"}"));
	cr_expect_arr_eq(text + samples[1].text, "a {x=\"}\\\"\"}", samples[1].length);
	cr_expect_eq(samples[1].line, 4);
	cr_expect_eq(samples[1].value, 2);
	cr_expect_eq(samples[1].time_ms, 1234);
	release(&fixture);
}

Test(exposition, a_line_break_in_quotes_counts_as_a_line)
{
	struct fixture fixture = parse("a{x=\"1\n2\n\"} 1\nb 2\n");

	cr_assert_eq(fixture.exposition.count, 2);
	cr_expect_eq(fixture.exposition.samples[0].line, 1);
	cr_expect_eq(fixture.exposition.samples[1].line, 4);
	release(&fixture);
}

Test(exposition, numbers_keep_their_bits)
{
	static const struct {
		const char *text;
		uint64_t bits;
	} cases[] = {
		{ "0", 0 },
		{ "-0", UINT64_C(0x8000000000000000) },
		{ "-0e5", UINT64_C(0x8000000000000000) },
		{ "NaN", VALUE_NAN_BITS },
		{ "nAn", VALUE_NAN_BITS },
		{ "+inf", UINT64_C(0x7ff0000000000000) },
		{ "-Infinity", UINT64_C(0xfff0000000000000) },
		{ "1", UINT64_C(0x3ff0000000000000) },
		{ "5e-324", 1 },
		{ "2e-324", 0 },
		{ "1.7976931348623157e308", UINT64_C(0x7fefffffffffffff) },
		{ "9007199254740993", UINT64_C(0x4340000000000000) },
		{ "9007199254740995", UINT64_C(0x4340000000000002) },
		{ "9007199254740992.5", UINT64_C(0x4340000000000000) },
		{ "9007199254740993.00000000000000000000000000000001", UINT64_C(0x4340000000000001) },
		{ "0e99999999999999999999", 0 },
		{ "0.000000000000000000000000000000000000000000000000001e51", UINT64_C(0x3ff0000000000000) },
		{ "1e-99999999999999999999", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[200];
		struct fixture fixture;

		snprintf(line, sizeof(line), "a %s\n", cases[i].text);
		fixture = parse(line);
		cr_assert_eq(fixture.exposition.count, 1, "%s", cases[i].text);
		cr_expect_eq(value_bits(fixture.exposition.samples[0].value), cases[i].bits, "%s: %a", cases[i].text,
			     fixture.exposition.samples[0].value);
		release(&fixture);
	}
}

/* Every way to a number against the C library's, which is exact. */
Test(exposition, numbers_are_rounded_correctly)
{
	static const char *const formats[] = { "%.17g", "%.16g", "%.3f", "%.19g", "%.25g", "%.0f", "%.17e", "%.9f" };
	uint64_t state = 88172645463325252;

	for (unsigned i = 0; i < 40000; i++) {
		struct fixture fixture;
		char line[800];
		double value;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		if (i % 3)
			value = (double)(int64_t)state / pow(10, (double)(state >> 8 & 31));
		else
			value = value_from_bits(state);
		if (!isfinite(value))
			continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(line + 2, sizeof(line) - 2, formats[i % 8], value);
#pragma GCC diagnostic pop
		memcpy(line, "a ", 2);
		value = strtod(line + 2, NULL);
		if (!isfinite(value))
			continue;
		fixture = parse(line);
		cr_assert_eq(fixture.result, 0, "%s", line);
		cr_assert_eq(value_bits(fixture.exposition.samples[0].value), value_bits(value), "%s: %a", line,
			     fixture.exposition.samples[0].value);
		release(&fixture);
	}
}

/* Halfway between two doubles, and a hair beside it. */
Test(exposition, numbers_in_the_middle_are_rounded_to_even)
{
	for (unsigned i = 0; i < 64; i++) {
		for (int beside = -1; beside <= 1; beside++) {
			uint64_t digits = (UINT64_C(1) << 63) + (uint64_t)i * 2048 + 1024 + (uint64_t)(int64_t)beside;
			struct fixture fixture;
			char line[64];

			snprintf(line, sizeof(line), "a %llu", (unsigned long long)digits);
			fixture = parse(line);
			cr_assert_eq(fixture.exposition.samples[0].value, strtod(line + 2, NULL), "%s", line);
			release(&fixture);
		}
	}
}

Test(exposition, a_number_of_many_digits)
{
	struct strbuf text = STRBUF_INIT;
	struct fixture fixture;

	strbuf_addstr(&text, "a 0.1");
	for (unsigned i = 0; i < 5000; i++)
		strbuf_addch(&text, '0');
	strbuf_addstr(&text, "1\n");
	fixture = parse(text.text);
	cr_assert_eq(fixture.exposition.count, 1);
	cr_expect_eq(fixture.exposition.samples[0].value, 0.1);
	release(&fixture);
	strbuf_release(&text);
}

Test(exposition, times_of_the_two_formats)
{
	static const struct {
		const char *time;
		int64_t text_ms, open_metrics_ms;
	} cases[] = {
		{ "", EXPOSITION_NO_TIME, EXPOSITION_NO_TIME },
		{ " 0", 0, 0 },
		{ " 1795348800", 1795348800, INT64_C(1795348800000) },
		{ " 1795348800123", INT64_C(1795348800123), INT64_C(1795348800123000) },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture fixture;
		char text[100];

		snprintf(text, sizeof(text), "a 1%s\n# EOF\n", cases[i].time);
		fixture = parse(text);
		cr_expect_eq(fixture.exposition.samples[0].time_ms, cases[i].text_ms, "%s", text);
		release(&fixture);
		fixture = parse_with(text, strlen(text), (struct exposition_options){ .open_metrics = true });
		cr_expect_eq(fixture.exposition.samples[0].time_ms, cases[i].open_metrics_ms, "%s", text);
		release(&fixture);
	}
}

Test(exposition, fractions_of_a_second_are_cut)
{
	static const char text[] = "a 1 1.2345\na 1 -1.2345\na 1 1e3 # {t=\"1\"} 5 9\n# EOF";
	struct fixture fixture = parse_with(text, strlen(text), (struct exposition_options){ .open_metrics = true });

	cr_assert_eq(fixture.exposition.count, 3);
	cr_expect_eq(fixture.exposition.samples[0].time_ms, 1234);
	cr_expect_eq(fixture.exposition.samples[1].time_ms, -1234);
	cr_expect_eq(fixture.exposition.samples[2].time_ms, 1000000);
	cr_expect_eq(fixture.exposition.samples[2].value, 1);
	release(&fixture);
}

Test(exposition, strict_stops_at_the_first_bad_line)
{
	struct fixture fixture = parse("a 1\nb x\nc 3\nd y\n");

	cr_assert_eq(fixture.result, -1);
	cr_assert_eq(fixture.faults.count, 1);
	cr_expect_str_eq(fault_text(&fixture, 0), "t:2:3: 'x' is not a number");
	release(&fixture);
}

Test(exposition, lenient_leaves_out_bad_lines)
{
	static const char text[] = "a 1\nb x\n# TYPE c nothing\nc 3\nd{y=\"\n5 5\ne 5\n";
	struct fixture fixture = parse_with(text, strlen(text), (struct exposition_options){ .lenient = true });

	cr_assert_eq(fixture.result, 0);
	cr_expect_eq(fixture.exposition.bad_lines, 4);
	cr_assert_eq(fixture.exposition.count, 3);
	cr_expect_eq(fixture.exposition.samples[1].line, 4);
	cr_expect_eq(fixture.exposition.samples[2].line, 7);
	cr_assert_eq(fixture.faults.count, 4);
	cr_expect_str_eq(fault_text(&fixture, 1), "t:3:10: 'nothing' is not a metric type (counter, gauge, histogram, "
						  "summary, untyped)");
	cr_expect_eq(fixture.faults.faults[2].line, 5);
	cr_expect_eq(fixture.faults.faults[3].line, 6);
	release(&fixture);
}

Test(exposition, lenient_without_an_end_keeps_the_samples)
{
	struct fixture fixture =
		parse_with("a 1\nb 2\n", 8, (struct exposition_options){ .open_metrics = true, .lenient = true });

	cr_assert_eq(fixture.result, 0);
	cr_expect_eq(fixture.exposition.count, 2);
	cr_expect_str_eq(fault_text(&fixture, 0), "t:3: the text does not end with '# EOF'");
	release(&fixture);
}

Test(exposition, faults_say_what_was_expected)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "a{x} 1\n", "t:1:4: unexpected '}' (expected '=')" },
		{ "a{x=1} 1\n", "t:1:5: unexpected '1}' (expected a label value in quotes)" },
		{ "a{x=\"1} 1\n", "t:1:11: the text ends (expected a closing quote)" },
		{ "a{x=\"\xff\"} 1\n", "t:1:6: a text in quotes is not valid UTF-8" },
		{ "a{-} 1\n", "t:1:3: unexpected '-}' (expected a label name or '}')" },
		{ "a\n", "t:1:2: the line ends (expected a number)" },
		{ "a 1 x\n", "t:1:5: unexpected 'x' (expected a timestamp in milliseconds or the end of the line)" },
		{ "a 1 99999999999999999999\n", "t:1:5: a timestamp out of range" },
		{ "a 1e999\n", "t:1:3: '1e999' is beyond the range of a number" },
		{ " a 1\n", "t:1:1: blanks before a metric name" },
		{ "9 1\n", "t:1:1: unexpected '9' (expected a metric name)" },
		{ "{x=\"1\"} 1\n", "t:1:1: a series without a metric name" },
		{ "a{\"b\"} 1\n", "t:1:4: a second metric name 'b'" },
		{ "{\"\"} 1\n", "t:1:2: a name is empty" },
		{ "# HELP a \xff\n", "t:1:10: the help text is not valid UTF-8" },
	};
	static const struct {
		const char *text, *fault;
	} open_metrics[] = {
		{ "a  1\n# EOF\n", "t:1:3: unexpected ' ' (expected a number)" },
		{ "\n# EOF\n", "t:1:1: an empty line (OpenMetrics has none)" },
		{ "# c\n# EOF\n", "t:1:1: a comment that is not '# HELP', '# TYPE', '# UNIT' or '# EOF'" },
		{ "a 1\n# EOF\nb 1\n", "t:2:7: text behind '# EOF'" },
		{ "# UNIT a s\n# EOF\n", "t:1:10: the unit 's' does not end the name 'a'" },
		{ "a 1 # {\"b\"} 1\n# EOF\n", "t:1:9: a metric name among an exemplar's labels" },
		{ "", "t:1: the text does not end with '# EOF'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture fixture = parse(cases[i].text);

		cr_assert_eq(fixture.result, -1, "%s", cases[i].text);
		cr_expect_str_eq(fault_text(&fixture, 0), cases[i].fault, "%s", fault_text(&fixture, 0));
		release(&fixture);
	}
	for (size_t i = 0; i < sizeof(open_metrics) / sizeof(open_metrics[0]); i++) {
		struct fixture fixture = parse_with(open_metrics[i].text, strlen(open_metrics[i].text),
						    (struct exposition_options){ .open_metrics = true });

		cr_assert_eq(fixture.result, -1, "%s", open_metrics[i].text);
		cr_expect_str_eq(fault_text(&fixture, 0), open_metrics[i].fault, "%s", fault_text(&fixture, 0));
		release(&fixture);
	}
}

Test(exposition, a_limit_on_samples)
{
	struct exposition_options options = { .samples = 2, .lenient = true };
	struct fixture fixture = parse_with("a 1\nb 2\n", 8, options);

	cr_expect_eq(fixture.result, 0);
	release(&fixture);
	fixture = parse_with("a 1\nb 2\nc 3\n", 12, options);
	cr_expect_eq(fixture.result, -1);
	cr_expect_str_eq(fault_text(&fixture, 0), "t:3: too many samples (at most 2)");
	release(&fixture);
}

Test(exposition, a_limit_on_bytes)
{
	/* The text is not looked at. */
	struct fixture fixture = parse_with("", (size_t)UINT32_MAX + 1, (struct exposition_options){ 0 });

	cr_expect_eq(fixture.result, -1);
	cr_expect_str_eq(fault_text(&fixture, 0), "t: a text of 4294967296 bytes (at most 4294967295)");
	release(&fixture);
}

Test(exposition, families_are_gathered_by_name)
{
	static const char text[] = "# HELP a_s one\\ntwo \\\\ \\\" \\x\n# TYPE a_s counter\na_s 1\n# TYPE b gauge\n"
				   "# HELP b\n# UNIT a_s s\n# HELP \"c.\\\"d\" x\n";
	struct fixture fixture = parse_with(text, strlen(text), (struct exposition_options){ .families = true });
	const struct exposition_family *families = fixture.exposition.families;

	cr_assert_eq(fixture.exposition.family_count, 3);
	cr_expect_str_eq(families[0].name, "a_s");
	cr_expect_str_eq(families[0].help, "one\ntwo \\ \\\" \\x", "no quote is escaped in the text format");
	cr_expect_str_eq(families[0].unit, "", "UNIT is a comment in the text format");
	cr_expect_eq(families[0].type, EXPOSITION_COUNTER);
	cr_expect_str_eq(families[1].name, "b");
	cr_expect_str_eq(families[1].help, "");
	cr_expect_eq(families[1].type, EXPOSITION_GAUGE);
	cr_expect_str_eq(families[2].name, "c.\"d");
	release(&fixture);
	fixture = parse(text);
	cr_expect_eq(fixture.exposition.family_count, 0, "not kept unless asked for");
	release(&fixture);
}

Test(exposition, families_of_open_metrics)
{
	static const char text[] = "# TYPE a_s counter\n# UNIT a_s s\n# HELP a_s x \\\"y\\\"\n# TYPE b info\n"
				   "# TYPE c stateset\n# TYPE d gaugehistogram\n# TYPE e unknown\n# EOF\n";
	struct fixture fixture =
		parse_with(text, strlen(text), (struct exposition_options){ .families = true, .open_metrics = true });
	const struct exposition_family *families = fixture.exposition.families;

	cr_assert_eq(fixture.exposition.family_count, 5);
	cr_expect_str_eq(families[0].unit, "s");
	cr_expect_str_eq(families[0].help, "x \"y\"");
	cr_expect_eq(families[1].type, EXPOSITION_INFO);
	cr_expect_eq(families[2].type, EXPOSITION_STATESET);
	cr_expect_eq(families[3].type, EXPOSITION_GAUGE_HISTOGRAM);
	cr_expect_eq(families[4].type, EXPOSITION_UNKNOWN);
	release(&fixture);
}

Test(exposition, many_families_and_samples)
{
	struct strbuf text = STRBUF_INIT;
	struct fixture fixture;

	for (unsigned i = 0; i < 5000; i++)
		strbuf_addf(&text, "# TYPE m%u gauge\nm%u{i=\"%u\"} %u\n", i, i, i, i);
	for (unsigned i = 0; i < 5000; i++)
		strbuf_addf(&text, "# HELP m%u h%u\n", i, i);
	fixture = parse_with(text.text, text.length, (struct exposition_options){ .families = true });
	cr_assert_eq(fixture.exposition.count, 5000);
	cr_assert_eq(fixture.exposition.family_count, 5000);
	cr_expect_eq(fixture.exposition.samples[4999].value, 4999);
	cr_expect_str_eq(fixture.exposition.families[4999].help, "h4999");
	release(&fixture);
	strbuf_release(&text);
}

Test(exposition, labels_of_a_series)
{
	static const struct {
		const char *text, *labels;
	} cases[] = {
		{ "a", "a" },
		{ "a{}", "a" },
		{ "a:b{z=\"1\",c=\"2\",}", "a:b{c=\"2\",z=\"1\"}" },
		{ "a {x=\"1\" y=\"2\"}", "a{x=\"1\",y=\"2\"}" },
		{ "a{x=\"\",y=\"1\"}", "a{y=\"1\"}" },
		{ "a{x=\"\\\\ \\\" \\n \\q\"}", "a{x=\"\\\\ \\\" \\n \\\\q\"}" },
		{ "a{x=\"}{,=\"}", "a{x=\"}{,=\"}" },
		{ "{\"a.b\",c=\"1\"}", "{\"a.b\",c=\"1\"}" },
		{ "{c=\"1\",\"a\"}", "a{c=\"1\"}" },
		{ "{\"a\",\"x.\\\"y\"=\"1\"}", "a{\"x.\\\"y\"=\"1\"}" },
		{ "a{x=\"\xc3\xa4\"}", "a{x=\"\xc3\xa4\"}" },
		{ "a{A=\"1\",_=\"2\",a=\"3\"}", "a{A=\"1\",_=\"2\",a=\"3\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = { 0 };
		struct strbuf text = STRBUF_INIT;
		struct labels labels = { 0 };
		struct error error = { { 0 } };

		cr_assert_eq(exposition_labels(cases[i].text, strlen(cases[i].text), &arena, &labels, &error), 0,
			     "%s: %s", cases[i].text, error.text);
		for (size_t j = 1; j < labels.count; j++)
			cr_expect_lt(strcmp(labels.items[j - 1].name, labels.items[j].name), 0);
		labels_add(&text, &labels);
		cr_expect_str_eq(text.text, cases[i].labels, "%s", text.text);
		strbuf_release(&text);
		arena_release(&arena);
	}
}

Test(exposition, labels_that_are_refused)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "", "the text ends (expected a metric name)" },
		{ "a{x=\"1\",x=\"2\"}", "the label 'x' is there twice" },
		{ "a{x=\"1\",x=\"\"}", "the label 'x' is there twice" },
		{ "a{__name__=\"b\"}", "the label '__name__' is there twice" },
		{ "{\"a\",\"b\"}", "the label '__name__' is there twice" },
		{ "a{\"b\"}", "the label '__name__' is there twice" },
		{ "{x=\"1\"}", "a series without a metric name" },
		{ "{__name__=\"b\"}", "a series without a metric name" },
		{ "a ", "the text ends (expected '{')" },
		{ "a{", "the text ends (expected a label name or '}')" },
		{ "a{}x", "unexpected 'x' (expected nothing behind '}')" },
		{ "a{x=\"\xff\"}", "a text in quotes is not valid UTF-8" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = { 0 };
		struct labels labels = { 0 };
		struct error error = { { 0 } };

		cr_expect_eq(exposition_labels(cases[i].text, strlen(cases[i].text), &arena, &labels, &error), -1, "%s",
			     cases[i].text);
		cr_expect_str_eq(error.text, cases[i].error, "%s: %s", cases[i].text, error.text);
		arena_release(&arena);
	}
}

Test(exposition, a_series_of_many_labels)
{
	struct strbuf text = STRBUF_INIT;
	struct arena arena = { 0 };
	struct labels labels = { 0 };

	strbuf_addstr(&text, "a{");
	for (unsigned i = 0; i < 1000; i++)
		strbuf_addf(&text, "l%u=\"%u\",", (i * 7919) % 1000, i);
	strbuf_addstr(&text, "}");
	cr_assert_eq(exposition_labels(text.text, text.length, &arena, &labels, NULL), 0);
	cr_expect_eq(labels.count, 1001);
	cr_expect_str_eq(labels_get(&labels, "l0"), "0");
	cr_expect_str_eq(labels_get(&labels, "l919"), "1");
	arena_release(&arena);
	strbuf_release(&text);
}

Test(exposition, content_types)
{
	cr_expect(exposition_is_open_metrics("application/openmetrics-text"));
	cr_expect(exposition_is_open_metrics("application/openmetrics-text; version=1.0.0; charset=utf-8"));
	cr_expect(exposition_is_open_metrics(" Application/OpenMetrics-Text ;version=0.0.1"));
	cr_expect_not(exposition_is_open_metrics("application/openmetrics-textual"));
	cr_expect_not(exposition_is_open_metrics("text/plain; version=0.0.4"));
	cr_expect_not(exposition_is_open_metrics(""));
	cr_expect_not(exposition_is_open_metrics(NULL));
}

Test(exposition, names_of_types)
{
	cr_expect_str_eq(exposition_type_name(EXPOSITION_UNKNOWN), "unknown");
	cr_expect_str_eq(exposition_type_name(EXPOSITION_GAUGE_HISTOGRAM), "gaugehistogram");
	cr_expect_str_eq(exposition_type_name(EXPOSITION_STATESET), "stateset");
}
