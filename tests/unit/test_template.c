#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/rule_file.h"
#include "alert/template.h"
#include "base/mem.h"

TestSuite(template);

static const struct label firing[] = { { "__name__", "m" }, { "instance", "h.example:9100" }, { "job", "node" } };
static const struct label external[] = { { "region", "eu" } };
static const struct labels labels = { firing, 3 }, externals = { external, 1 };
static const int64_t times[] = { 0, 1000 };
static const double values[] = { 1, 2.5 };

static struct template_data data_of(double value)
{
	return (struct template_data){ .name = "A",
				       .labels = &labels,
				       .external_labels = &externals,
				       .external_url = "http://prom:9090/path?x",
				       .value = value };
}

/* Every query finds two series: job a with 2.5 (the newer of two samples) and job b with 1. */
static void answer(struct template_lookup *lookup)
{
	static const struct label a[] = { { "job", "a" } }, b[] = { { "job", "b" } };
	struct matrix *matrix = matrix_new(MATRIX_VECTOR);

	matrix->count = strcmp(lookup->expression, "nope") ? 2 : 0;
	matrix->series = arena_array(&matrix->arena, 2, sizeof(*matrix->series));
	matrix->series[0] = (struct series){ { b, 1 }, 1, times, values };
	matrix->series[1] = (struct series){ { a, 1 }, 2, times, values };
	template_answer(lookup, matrix, NULL);
	matrix_unref(matrix);
}

static enum template_status expand(const char *text, double value, struct strbuf *ret)
{
	const struct template_data data = data_of(value);
	struct template_lookups lookups = { 0 };
	enum template_status status;

	while ((status = template_expand(text, &data, &lookups, ret)) == TEMPLATE_ASKS)
		answer(&lookups.items.items[lookups.items.count - 1]);
	template_lookups_release(&lookups);
	return status;
}

static void expect(const char *text, const char *wanted)
{
	struct strbuf found = STRBUF_INIT;

	cr_expect_eq(expand(text, 1.5, &found), TEMPLATE_DONE, "%s: %s", text, found.text);
	cr_expect_str_eq(found.text, wanted, "%s: '%s', not '%s'", text, found.text, wanted);
	strbuf_release(&found);
}

/* `wanted` is what stands between the template's name and the '>' at the end. */
static void expect_failure(const char *text, const char *wanted)
{
	struct strbuf found = STRBUF_INIT;
	char *whole = mem_printf("<error expanding template: error executing template __alert_A: %s>", wanted);

	cr_expect_eq(expand(text, 1.5, &found), TEMPLATE_FAILED, "%s", text);
	cr_expect_str_eq(found.text, whole);
	free(whole);
	strbuf_release(&found);
}

static void expect_fault(const char *text, const char *wanted)
{
	struct strbuf found = STRBUF_INIT;
	struct error error = { 0 };

	cr_expect_eq(template_check(text, &error), -1, "%s", text);
	cr_expect_str_eq(error.text, wanted);
	cr_expect_eq(expand(text, 0, &found), TEMPLATE_FAILED);
	cr_expect(!strncmp(found.text, "<error expanding template: error parsing template __alert_A: ", 61), "%s",
		  found.text);
	strbuf_release(&found);
}

Test(template, text_stays)
{
	expect("", "");
	expect("no action } here }}", "no action } here }}");
	expect("a { b", "a { b");
}

Test(template, data)
{
	expect("{{ $labels.job }} {{ .Labels.job }} {{ $.Labels.job }}", "node node node");
	expect("{{ $labels.missing }}|{{ .Value }}|{{ $value }}", "|1.5|1.5");
	expect("{{ $externalLabels.region }} {{ .ExternalURL }} {{ $externalURL }}",
	       "eu http://prom:9090/path?x http://prom:9090/path?x");
	expect("{{ $labels }}", "map[__name__:m instance:h.example:9100 job:node]");
	expect("{{ externalURL }} {{ pathPrefix }}", "http://prom:9090/path?x /path");
}

Test(template, trims_and_comments)
{
	expect("a  {{- 1 -}}  b", "a1b");
	expect("a {{/* c */}} b {{- /* d */ -}} e", "a  be");
	expect("{{ -1 }} {{- -2 }}", "-1-2");
	expect("{{\n1\n}}", "1");
}

Test(template, control)
{
	expect("{{ if true }}a{{ else }}b{{ end }}{{ if 0 }}a{{ else if 1 }}b{{ else }}c{{ end }}", "ab");
	expect("{{ with $labels.job }}{{ . }}{{ else }}none{{ end }}", "node");
	expect("{{ with $labels.nope }}{{ . }}{{ else }}none{{ end }}", "none");
	expect("{{ range $k, $v := $labels }}{{ $k }}={{ $v }} {{ end }}",
	       "__name__=m instance=h.example:9100 job=node ");
	expect("{{ range $i, $e := args 5 6 }}{{ $i }}{{ $e }};{{ end }}", "arg05;arg16;");
	expect("{{ range $labels }}{{ if eq . \"node\" }}{{ break }}{{ end }}{{ if eq . \"m\" }}{{ continue }}{{ end }}"
	       "{{ . }}{{ end }}",
	       "h.example:9100");
	expect("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}", "32");
	expect("{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" 5 }}{{ block \"b\" 6 }}[{{ . }}]{{ end }}",
	       "<5>[6]");
}

Test(template, queries)
{
	expect("{{ query \"x\" | first | value }} {{ len (query \"x\") }}", "1 2");
	expect("{{ range sortByLabel \"job\" (query \"x\") }}{{ .Labels.job }}={{ .Value }} {{ end }}", "a=2.5 b=1 ");
	expect("{{ range query \"nope\" }}x{{ else }}none{{ end }}", "none");
	expect("{{ (index (query \"x\") 1).Labels.job }}{{ query \"x\" | first | label \"job\" }}", "ab");
	expect("{{ with query (printf \"up{job=%q}\" $labels.job) }}{{ . | first | value }}{{ end }}", "1");
	expect_failure("{{ first (query \"nope\") }}",
		       "template: __alert_A:1:115: executing \"__alert_A\" at <first (query \"nope\")>: error calling "
		       "first: first() called on vector with no elements");
}

Test(template, a_query_is_asked_once_and_in_order)
{
	const struct template_data data = data_of(0);
	struct template_lookups lookups = { 0 };
	struct strbuf found = STRBUF_INIT;
	const char *text = "{{ query \"a\" | first | value }}{{ query \"b\" | len }}{{ query \"a\" | len }}";

	cr_expect_eq(template_expand(text, &data, &lookups, &found), TEMPLATE_ASKS);
	cr_assert_eq(lookups.items.count, 1);
	cr_expect_str_eq(lookups.items.items[0].expression, "a");
	/* Not answered: asked for again, not added again. */
	cr_expect_eq(template_expand(text, &data, &lookups, &found), TEMPLATE_ASKS);
	cr_assert_eq(lookups.items.count, 1);
	answer(&lookups.items.items[0]);
	cr_expect_eq(template_expand(text, &data, &lookups, &found), TEMPLATE_ASKS);
	cr_assert_eq(lookups.items.count, 2);
	template_answer(&lookups.items.items[1], NULL, "no such thing");
	cr_expect_eq(template_expand(text, &data, &lookups, &found), TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "error calling query: no such thing>"), "%s", found.text);
	answer(&lookups.items.items[1]);
	cr_expect_eq(template_expand(text, &data, &lookups, &found), TEMPLATE_DONE);
	cr_expect_str_eq(found.text, "122");
	template_lookups_release(&lookups);
	strbuf_release(&found);
}

Test(template, only_vectors_and_scalars_answer)
{
	const struct template_data data = data_of(0);
	struct template_lookups lookups = { 0 };
	struct strbuf found = STRBUF_INIT;
	struct matrix *matrix = matrix_new(MATRIX_RANGE);

	cr_expect_eq(template_expand("{{ query \"a[5m]\" }}", &data, &lookups, &found), TEMPLATE_ASKS);
	template_answer(&lookups.items.items[0], matrix, NULL);
	matrix_unref(matrix);
	cr_expect_eq(template_expand("{{ query \"a[5m]\" }}", &data, &lookups, &found), TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "query result is not a vector or scalar"), "%s", found.text);
	template_lookups_release(&lookups);
	strbuf_release(&found);
}

Test(template, functions)
{
	expect("{{ humanize 1234567.0 }} {{ humanize 0.001 }} {{ humanize1024 1048576.0 }}", "1.235M 1m 1Mi");
	expect("{{ humanizeDuration 90061.5 }} {{ humanizeDuration 59.5 }}", "1d 1h 1m 1s 59.5s");
	expect("{{ humanizePercentage 0.12345 }} {{ 0.5 | humanizePercentage }}", "12.35% 50%");
	expect("{{ humanizeTimestamp 0.0 }} {{ (toTime 86400).Format \"Jan 2\" }}",
	       "1970-01-01 00:00:00 +0000 UTC Jan 2");
	expect("{{ title \"a b\" }} {{ toUpper \"\xc3\xa4\" }} {{ toLower \"A\" }}", "A B \xc3\x84 a");
	expect("{{ reReplaceAll \"(.*):.*\" \"$1\" $labels.instance }} {{ match \"^h\" $labels.instance }}",
	       "h.example true");
	expect("{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }}", "h.example h:9100");
	expect("{{ graphLink \"up > 1\" }} {{ tableLink \"a b\" }}",
	       "/graph?g0.expr=up+%3E+1&g0.tab=0 /graph?g0.expr=a+b&g0.tab=1");
	expect("{{ parseDuration \"1h30m\" }} {{ safeHtml \"<b>\" }}", "5400 <b>");
	expect("{{ eq 1 2 1 }} {{ lt 1 2 }} {{ and 1 0 }} {{ or 0 5 }} {{ not 0 }} {{ len \"abc\" }} {{ index \"a\" 0 "
	       "}}",
	       "true true 0 5 true 3 97");
	expect("{{ slice \"abcd\" 1 3 }} {{ html \"<\" }} {{ js \"'\" }} {{ urlquery \"a b\" }} {{ print 1 2 \"a\" }}",
	       "bc &lt; \\' a+b 1 2a");
}

Test(template, numbers_print_as_go_prints_them)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ 100000, "100000" },
		{ 1e6, "1e+06" },
		{ 123456789, "1.23456789e+08" },
		{ 0.1, "0.1" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e-4, "0.0001" },
		{ 1e-5, "1e-05" },
		{ -2.5, "-2.5" },
		{ NAN, "NaN" },
		{ INFINITY, "+Inf" },
		{ -INFINITY, "-Inf" },
		{ 1e21, "1e+21" },
		{ 5e-324, "5e-324" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf found = STRBUF_INIT;

		cr_expect_eq(expand("{{ $value }}", cases[i].value, &found), TEMPLATE_DONE);
		cr_expect_str_eq(found.text, cases[i].text);
		strbuf_release(&found);
	}
}

Test(template, printf_verbs)
{
	expect("{{ printf \"%d %5d|%-5d|%05d %x %X %o %b %c %q %U\" 42 42 42 42 255 255 8 5 65 65 65 }}",
	       "42    42|42   |00042 ff FF 10 101 A 'A' U+0041");
	expect("{{ printf \"%f %.2f %8.1f|%e %g %.3g\" 1.5 1.5 1.5 1.5 1.5 1234.5 }}",
	       "1.500000 1.50      1.5|1.500000e+00 1.5 1.23e+03");
	expect("{{ printf \"%s %q %10s|%-4s|%.2s %x %t %v %T\" \"a\" \"b\" \"c\" \"d\" \"efg\" \"h\" true nil 1.5 }}",
	       "a \"b\"          c|d   |ef 68 true <nil> float64");
	expect("{{ printf \"%d %s %t\" 1.5 2 \"x\" }}", "%!d(float64=1.5) %!s(int=2) %!t(string=x)");
	expect("{{ printf \"%d %d\" 1 }}{{ printf \"%d\" 1 2 }}{{ printf \"%\" }}{{ printf \"%[5]d\" 1 }}",
	       "1 %!d(MISSING)1%!(EXTRA int=2)%!(NOVERB)%!d(BADINDEX)");
	expect("{{ printf \"%[2]d %[1]d|100%%\" 1 2 }}{{ printf \"%*d|%.*f\" 4 5 2 1.234 }}", "2 1|100%   5|1.23");
}

Test(template, failures_read_as_prometheus_writes_them)
{
	expect_failure("{{ .Foo }}", "template: __alert_A:1:115: executing \"__alert_A\" at <.Foo>: can't evaluate "
				     "field Foo in type struct { Labels map[string]string; ExternalLabels "
				     "map[string]string; ExternalURL string; Value float64 }");
	expect_failure("x\n{{ toUpper 5 }}", "template: __alert_A:2:11: executing \"__alert_A\" at <5>: expected "
					     "string; found 5");
	expect_failure("{{ $value | toUpper }}",
		       "template: __alert_A:1:124: executing \"__alert_A\" at <toUpper>: wrong "
		       "type for value; expected string; got float64");
	expect_failure("{{ template \"x\" }}", "template: __alert_A:1:124: executing \"__alert_A\" at "
					       "<{{template \"x\"}}>: template \"x\" not defined");
	expect_failure("{{ humanize \"x\" }}",
		       "template: __alert_A:1:115: executing \"__alert_A\" at <humanize "
		       "\"x\">: error calling humanize: strconv.ParseFloat: parsing \"x\": invalid "
		       "syntax");
	expect_failure("{{ define \"d\" }}{{ .x }}{{ end }}{{ template \"d\" 5 }}",
		       "template: __alert_A:1:131: executing \"d\" at <.x>: can't evaluate field x in type int");
}

Test(template, what_does_not_parse)
{
	struct error error;

	expect_fault("a\nb {{ foo }}", "2:6: function \"foo\" not defined");
	expect_fault("{{ $x }}", "1:4: undefined variable \"$x\"");
	expect_fault("{{ if true }}", "1:14: unexpected EOF");
	expect_fault("{{ end }}", "1:4: unexpected {{end}}");
	expect_fault("{{ }}", "1:4: missing value for command");
	expect_fault("{{ 1 ", "1:6: unclosed action");
	expect_fault("{{ (1 }}", "1:7: unclosed left paren");
	expect_fault("{{ 1) }}", "1:5: unexpected right paren");
	expect_fault("{{ \"a }}", "1:4: unterminated quoted string");
	expect_fault("{{ 'ab' }}", "1:4: malformed character constant");
	expect_fault("{{ \"\\q\" }}", "1:4: invalid syntax in a string");
	expect_fault("{{/* a", "1:3: unclosed comment");
	expect_fault("{{ 99999999999999999999 }}", "1:4: integer overflow: \"99999999999999999999\"");
	expect_fault("{{ 1x }}", "1:4: bad number syntax");
	expect_fault("{{ break }}", "1:4: {{break}} outside {{range}}");
	expect_fault("{{ if true }}{{ else }}{{ else }}{{ end }}", "1:27: expected end; found {{else}}");
	expect_fault("{{ 1 | 2 }}", "1:8: non executable command in pipeline stage 2");
	expect_fault("{{ $a, $b := 1 }}", "1:6: too many declarations in command");
	expect_fault("{{ if true }}{{ define \"x\" }}{{ end }}{{ end }}", "1:17: unexpected <define> in command");
	expect_fault("{{ define \"x\" }}{{ $labels }}{{ end }}", "1:20: undefined variable \"$labels\"");
	expect_fault("{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}",
		     "1:43: multiple definition of template \"x\"");
	expect_fault("{{ \"a\".b }}", "1:4: unexpected . after term \"\"a\"\"");
	expect_fault("\xc3\xa9{{ $x }}", "1:5: undefined variable \"$x\"");
	cr_expect_eq(template_check("{{ $labels.x }} {{ $value | humanize }}", &error), 0);
	cr_expect_eq(template_check("", NULL), 0);
	cr_expect_eq(template_check("{{ nope }}", NULL), -1);
}

Test(template, nothing_takes_for_ever)
{
	struct strbuf text = STRBUF_INIT, found = STRBUF_INIT;

	cr_expect_eq(expand("{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}", 0, &found),
		     TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "exceeded maximum template depth (100)"), "%s", found.text);
	cr_expect_eq(expand("{{ printf \"%999999d\" 1 }}", 0, &found), TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "more than 64 KiB of text (the limit)"), "%s", found.text);
	strbuf_addstr(&text, "{{ define \"x\" }}{{ range . }}{{ range $.x }}{{ end }}{{ end }}{{ end }}");
	for (int i = 0; i < 7; i++)
		strbuf_addstr(&text, "{{ range $labels }}{{ range query \"x\" }}");
	strbuf_addstr(&text, "{{ $x := $value }}");
	for (int i = 0; i < 14; i++)
		strbuf_addstr(&text, "{{ end }}");
	cr_expect_eq(expand(text.text, 0, &found), TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "(the limit)"), "%s", found.text);
	strbuf_clear(&text);
	for (int i = 0; i < 300; i++)
		strbuf_addstr(&text, "{{ if true }}");
	cr_expect_eq(expand(text.text, 0, &found), TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "nested deeper than 100 levels (the limit)"), "%s", found.text);
	strbuf_clear(&text);
	strbuf_addstr(&text, "{{ 1 }}");
	while (text.length <= TEMPLATE_TEXT_MAX)
		strbuf_addstr(&text, "................");
	cr_expect_eq(expand(text.text, 0, &found), TEMPLATE_FAILED);
	cr_expect(strstr(found.text, "more than 64 KiB of text (the limit)"), "%s", found.text);
	strbuf_release(&text);
	strbuf_release(&found);
}

/* Each text of the public rules expands, with labels it does not have too. */
Test(template, public_rules)
{
	static const char *const names[] = { "alertmanager", "kubePrometheus", "nodeExporter", "prometheus" };
	size_t count = 0;

	if (!getenv("SKEP_SHARED"))
		cr_skip_test("SKEP_SHARED is not set");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = mem_printf("%s/data/rules/kube-prometheus__%s-prometheusRule.yaml", getenv("SKEP_SHARED"),
					names[i]);
		struct error_list errors = { 0 };
		struct rule_set set;

		rule_set_init(&set);
		cr_assert_eq(rule_file_read(&set, path, &errors), 0);
		for (size_t j = 0; j < set.groups.count; j++)
			for (size_t k = 0; k < set.groups.items[j].rule_count; k++) {
				const struct rule *rule = &set.groups.items[j].rules[k];

				for (size_t l = 0; l < rule->annotation_count; l++, count++) {
					struct strbuf found = STRBUF_INIT;

					cr_expect_eq(expand(rule->annotations[l].value, 0.25, &found), TEMPLATE_DONE,
						     "%s: %s", rule->name, found.text);
					cr_expect_null(strstr(found.text, "{{"));
					strbuf_release(&found);
				}
			}
		rule_set_release(&set);
		error_list_release(&errors);
		free(path);
	}
	cr_expect_gt(count, 150);
}
