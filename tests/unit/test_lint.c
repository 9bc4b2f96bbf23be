/* What is doubtful about rules, and what is not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "alert/lint.h"
#include "base/strbuf.h"

/* The findings as "check line" each with a blank behind it; `said` (may be NULL) gets their texts. */
static const char *lint(const char *rules, const struct lint_system *system, struct strbuf *said)
{
	static char found[1024];
	struct lint_findings findings;
	struct error_list errors;
	struct rule_set set;
	size_t length = 0;

	rule_set_init(&set);
	error_list_init(&errors);
	lint_findings_init(&findings);
	rule_file_parse(&set, "r.yaml", rules, strlen(rules), &errors);
	lint_add_faults(&findings, &errors);
	lint_rules(&set, system ? system : &(struct lint_system){ 0 }, &findings);
	found[0] = '\0';
	for (size_t i = 0; i < findings.items.count; i++) {
		length += (size_t)snprintf(found + length, sizeof(found) - length, "%s%s %u", i ? ", " : "",
					   findings.items.items[i].check, findings.items.items[i].line);
		if (said)
			strbuf_addf(said, "%s\n", findings.items.items[i].text);
	}
	lint_findings_release(&findings);
	error_list_release(&errors);
	rule_set_release(&set);
	return found;
}

/* One rule that is fine but for its expression and what stands behind it. */
static const char *with(const char *expression, const char *more)
{
	static char text[2048];

	snprintf(text, sizeof(text),
		 "groups:\n"
		 "  - name: g\n"
		 "    rules:\n"
		 "      - alert: A\n"
		 "        expr: %s\n"
		 "%s",
		 expression, more);
	return text;
}

#define FINE "        for: 5m\n        annotations: { runbook_url: https://r/slug }\n"

static void check(const char *expression, const struct lint_system *system, const char *found)
{
	struct strbuf said = STRBUF_INIT;
	const char *is = lint(with(expression, FINE), system, &said);

	cr_expect_str_eq(is, found, "%s: %s (%s)", expression, is, said.text);
	strbuf_release(&said);
}

Test(lint, a_counter_never_resolves)
{
	check("x_total > 0", NULL, "counter 5");
	check("sum by (job) (x_total) != 0", NULL, "counter 5");
	check("0 < x_total", NULL, "counter 5");
	check("(x_total) >= 1", NULL, "counter 5");
	check("(x_total > 0) and y == 1", NULL, "counter 5");
	check("x_total == 0", NULL, "");
	check("agents_total > 10000", NULL, "");
	check("increase(x_total[5m]) > 0", NULL, "");
	check("x_count > 0", NULL, "");
	check("count(x_total > bool 0) > 3", NULL, "");
}

Test(lint, a_ratio_is_nan_without_traffic)
{
	check("rate(e_total[5m]) / rate(a_total[5m]) > 0.1", NULL, "ratio 5");
	check("1 - sum(rate(e_total[5m])) / sum(rate(a_total[5m])) < 0.999", NULL, "ratio 5");
	check("sum(rate(e_total[5m])) / (sum(rate(a_total[5m])) + sum(rate(b_total[5m]))) > 0.1", NULL, "ratio 5");
	check("rate(e_total[5m]) / rate(a_total[5m]) > 0.1 and rate(a_total[5m]) > 0", NULL, "");
	check("rate(e_total[5m]) / (rate(a_total[5m]) > 0) > 0.1", NULL, "");
	check("rate(e_total[5m]) / clamp_min(rate(a_total[5m]), 1) > 0.1", NULL, "");
	check("used / size > 0.9", NULL, "");
}

Test(lint, what_stands_beside_the_expression)
{
	cr_expect_str_eq(lint(with("x > 1", "        annotations: { runbook_url: https://r/s }\n"), NULL, NULL),
			 "no-for 4");
	cr_expect_str_eq(lint(with("vector(1)", ""), NULL, NULL), "", "a watchdog");
	cr_expect_str_eq(lint(with("x > 1", "        for: 5m\n"), NULL, NULL), "runbook 4");
	cr_expect_str_eq(lint(with("x > 1", "        for: 5m\n        annotations: { runbook: slug }\n"), NULL, NULL),
			 "");
	cr_expect_str_eq(lint(with("x > 1", "        for: 10s\n        annotations: { runbook: slug }\n"), NULL, NULL),
			 "short-for 4");
	cr_expect_str_eq(lint(with("x > 1", "        for: 10s\n        annotations: { runbook: slug }\n"),
			      &(struct lint_system){ .interval_ms = 10000 }, NULL),
			 "", "the system's interval");
	cr_expect_str_eq(lint("groups:\n  - name: g\n    rules:\n      - record: r\n        expr: x_total > 0\n", NULL,
			      NULL),
			 "", "a recording rule");
}

#define PAIR(one, one_severity, two, two_severity)                                                                     \
	"groups:\n"                                                                                                    \
	"  - name: g\n"                                                                                                \
	"    rules:\n"                                                                                                 \
	"      - alert: A\n"                                                                                           \
	"        expr: " one "\n"                                                                                      \
	"        for: 5m\n"                                                                                            \
	"        labels: { severity: " one_severity " }\n"                                                             \
	"        annotations: { runbook: r }\n"                                                                        \
	"      - alert: B\n"                                                                                           \
	"        expr: " two "\n"                                                                                      \
	"        for: 5m\n"                                                                                            \
	"        labels: { severity: " two_severity " }\n"                                                             \
	"        annotations: { runbook: r }\n"

Test(lint, the_worse_severity_takes_more)
{
	cr_expect_str_eq(lint(PAIR("x > 5", "critical", "x > 9", "warning"), NULL, NULL), "pair 5");
	cr_expect_str_eq(lint(PAIR("x < 5", "warning", "x < 9", "critical"), NULL, NULL), "pair 10");
	cr_expect_str_eq(lint(PAIR("x > 5", "warning", "x > 9", "critical"), NULL, NULL), "");
	cr_expect_str_eq(lint(PAIR("x > 5", "critical", "x < 9", "warning"), NULL, NULL), "");
	cr_expect_str_eq(lint(PAIR("x > 5", "critical", "y > 9", "warning"), NULL, NULL), "");
	cr_expect_str_eq(lint(PAIR("x > 5 and y > 1", "critical", "x > 9", "warning"), NULL, NULL), "");
	cr_expect_str_eq(lint(PAIR("x > 5", "critical", "x > 9", "purple"), NULL, NULL), "");
}

static const char *labels_used(const char *expression, const char *label)
{
	static char more[256];

	snprintf(more, sizeof(more),
		 "        for: 5m\n        annotations: { runbook: r, summary: \"{{ $labels.%s }}\" }\n", label);
	return lint(with(expression, more), NULL, NULL);
}

Test(lint, a_text_uses_labels_that_are_there)
{
	cr_expect_str_eq(labels_used("sum(x) > 1", "job"), "label 4");
	cr_expect_str_eq(labels_used("sum by (job) (x) > 1", "job"), "");
	cr_expect_str_eq(labels_used("sum by (job) (x) > 1", "instance"), "label 4");
	cr_expect_str_eq(labels_used("sum without (job) (x) > 1", "job"), "label 4");
	cr_expect_str_eq(labels_used("sum without (job) (x) > 1", "instance"), "");
	cr_expect_str_eq(labels_used("x > 1", "instance"), "");
	cr_expect_str_eq(labels_used("topk(3, x) > 1", "instance"), "");
	cr_expect_str_eq(labels_used("x / on (job) y > 1", "instance"), "label 4");
	cr_expect_str_eq(labels_used("x * on (job) group_left (team) y > 1", "instance"), "");
	cr_expect_str_eq(labels_used("sum by (job) (x) * on (job) group_left (team) y > 1", "team"), "");
	cr_expect_str_eq(labels_used("sum(x) or y", "job"), "", "one side has all");
	cr_expect_str_eq(labels_used("sum(x) or vector(0)", "job"), "label 4");
	cr_expect_str_eq(labels_used("histogram_quantile(0.9, rate(x_bucket[5m])) > 1", "le"), "label 4");
	cr_expect_str_eq(labels_used("label_replace(sum(x), \"a\", \"b\", \"c\", \"d\") > 1", "a"), "");
	cr_expect_str_eq(labels_used("count_values(\"v\", x) > 1", "v"), "");
	cr_expect_str_eq(labels_used("absent(x{job=\"a\"})", "job"), "");
	cr_expect_str_eq(labels_used("-sum(x) > 1", "job"), "label 4");
	cr_expect_str_eq(labels_used("max_over_time(sum(x)[5m:]) > 1", "job"), "label 4");
}

/* Between the results of a query the dot is one of them. */
Test(lint, labels_of_a_query_are_its_own)
{
	cr_expect_str_eq(lint(with("sum(x) > 1",
				   "        for: 5m\n        annotations: { runbook: r, summary: '{{ range "
				   "query \"y\" }}{{ .Labels.job }}{{ end }}' }\n"),
			      NULL, NULL),
			 "");
	cr_expect_str_eq(lint(with("sum(x) > 1", "        for: 5m\n        annotations: { runbook: r, summary: '{{ "
						 ".Labels.job }}' }\n"),
			      NULL, NULL),
			 "label 4");
}

/* ---- against a system ---- */

static const char *const names[] = { "http_requests_total", "up" };

static struct labels series_of(struct arena *arena, const char *name, const char *label, const char *value)
{
	return labels_make(arena, (struct label[]){ { "__name__", name }, { label, value } }, 2);
}

Test(lint, metrics_and_labels_of_a_system)
{
	struct arena arena = { 0 };
	struct labels series[] = { series_of(&arena, "http_requests_total", "status", "200"),
				   series_of(&arena, "up", "job", "web") };
	struct lint_system system = {
		.has_names = true, .names = names, .name_count = 2, .series = series, .series_count = 2
	};
	struct strbuf said = STRBUF_INIT;

	check("rate(http_requests_total[5m]) > 1", &system, "");
	check("rate(http_request_total[5m]) > 1", &system, "unknown-metric 5");
	check("absent(nothing)", &system, "");
	check("nothing or up == 2", &system, "");
	check("ALERTS > 1", &system, "");
	check("rate(http_requests_total{status=~\"5..\"}[5m]) > 1", &system, "no-series 5");
	check("rate(http_requests_total{status!~\"5..\"}[5m]) > 1", &system, "");
	check("up{job=\"web\"} == 0", &system, "");
	check("up{job=\"db\"} == 0", &system, "not-scraped 5");
	check("up{job=\"db\"} < 1", &system, "not-scraped 5");
	check("up{job=\"db\"} == 1", &system, "");
	lint(with("http_request_total > 9", FINE), &system, &said);
	cr_expect_not_null(strstr(said.text, "did you mean http_requests_total?"), "%s", said.text);
	strbuf_release(&said);
	arena_release(&arena);
}

Test(lint, nothing_is_known_without_a_system)
{
	check("nothing > 1", NULL, "");
	check("up{job=\"db\"} == 0", NULL, "");
}

Test(lint, units_of_panels_and_texts)
{
	struct lint_panel panels[] = { { "Latency",
					 "histogram_quantile(0.99, rate(d_seconds_bucket[$__rate_interval]))", "ms" },
				       { "Other", "rate(e_seconds_bucket[5m])", "ms" } };
	struct lint_system system = { .panels = panels, .panel_count = 2 };
	struct strbuf said = STRBUF_INIT;

	check("histogram_quantile(0.99, rate(d_seconds_bucket[5m])) > 0.5", &system, "panel-unit 5");
	panels[0].unit = "s";
	check("histogram_quantile(0.99, rate(d_seconds_bucket[5m])) > 0.5", &system, "");
	panels[0].unit = "short";
	check("histogram_quantile(0.99, rate(d_seconds_bucket[5m])) > 0.5", &system, "");
	cr_expect_str_eq(lint(with("d_seconds > 5", "        for: 5m\n        annotations: { runbook: r, summary: \"{{ "
						    "$value | humanizePercentage }}\" }\n"),
			      NULL, &said),
			 "percentage 4", "%s", said.text);
	cr_expect_str_eq(lint(with("used_ratio > 0.5",
				   "        for: 5m\n        annotations: { runbook: r, summary: \"{{ "
				   "$value | humanizePercentage }}\" }\n"),
			      NULL, NULL),
			 "");
	strbuf_release(&said);
}

Test(lint, what_cannot_be_read_is_a_finding)
{
	struct strbuf said = STRBUF_INIT;

	cr_expect_str_eq(lint(with("sum(", FINE), NULL, &said), "syntax 5", "%s", said.text);
	strbuf_release(&said);
}

Test(lint, names_the_metrics_that_are_asked_for)
{
	static const char text[] = "groups:\n"
				   "  - name: g\n"
				   "    rules:\n"
				   "      - record: r\n"
				   "        expr: b + a\n"
				   "      - alert: A\n"
				   "        expr: r > a or ALERTS\n";
	struct arena arena = { 0 };
	struct rule_set set;
	size_t count;
	const char *const *metrics;

	rule_set_init(&set);
	rule_file_parse(&set, "r.yaml", text, strlen(text), NULL);
	metrics = lint_metrics(&set, &arena, &count);
	cr_assert_eq(count, 2u);
	cr_expect_str_eq(metrics[0], "a");
	cr_expect_str_eq(metrics[1], "b");
	rule_set_release(&set);
	arena_release(&arena);
}

Test(lint, tells_what_it_looks_for)
{
	struct strbuf help = STRBUF_INIT;

	lint_add_help(&help);
	cr_expect_not_null(strstr(help.text, "counter         warning  "), "%s", help.text);
	strbuf_release(&help);
}
