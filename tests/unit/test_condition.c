#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/condition.h"
#include "alert/rule_file.h"
#include "base/mem.h"

TestSuite(condition);

/* "subject | operation | threshold or other | unit" of an expression. */
static void expect(const char *expression, const char *wanted)
{
	struct arena arena = { 0 };
	struct condition condition;
	char threshold[64] = "-", *found;

	condition_read(&condition, expression, &arena);
	if (condition.has_threshold)
		snprintf(threshold, sizeof(threshold), "%g", condition.threshold);
	cr_expect(!condition.has_threshold || !condition.other, "%s", expression);
	found = mem_printf("%s | %s | %s | %s", condition.subject, condition.operation,
			   condition.other ? condition.other : threshold, condition.unit);
	cr_expect_str_eq(found, wanted);
	free(found);
	arena_release(&arena);
}

Test(condition, reads_comparisons)
{
	expect("a > 0.5", "a | > | 0.5 | ");
	expect("0.5 < a", "a | > | 0.5 | ");
	expect("5 >= a", "a | <= | 5 | ");
	expect("1 == a", "a | == | 1 | ");
	expect("1 != a", "a | != | 1 | ");
	expect("a <= -5", "a | <= | -5 | ");
	expect("a > bool 3", "a | > | 3 | ");
	expect("((a) > (2 * 3 ^ 2))", "a | > | 18 | ");
	expect("a == 0", "a | == | 0 | ");
	expect("a > b", "a | > | b | ");
	expect("a > on (x) group_left () (b * 2)", "a | > | b * 2 | ");
	expect("a > +Inf", "a | > | inf | ");
	expect("1 > bool 2", "1 | > | 2 | ");
	expect("a > 10 % 4", "a | > | 2 | ");
	expect("a > scalar(b)", "a | > | scalar(b) | ");
}

Test(condition, takes_the_first_side)
{
	expect("a > 1 and b < 2", "a | > | 1 | ");
	expect("(a > 1 or b < 2) unless c == 3", "a | > | 1 | ");
	expect("a > 1 and on (x) up", "a | > | 1 | ");
	/* The alert's value is a's, whatever b says. */
	expect("a and b > 2", "a and b > 2 |  | - | ");
}

Test(condition, without_a_threshold)
{
	expect("a", "a |  | - | ");
	expect("(a)", "a |  | - | ");
	expect("absent(up{job=\"x\"})", "absent(up{job=\"x\"}) |  | - | ");
	expect("sum(a > 5)", "sum(a > 5) |  | - | ");
	expect("vector(1)", "vector(1) |  | - | ");
	expect("this is (none", "this is (none |  | - | ");
	expect("", " |  | - | ");
}

Test(condition, finds_units)
{
	static const struct {
		const char *expression, *unit;
	} cases[] = {
		{ "x_seconds > 1", "s" },
		{ "x_duration_ms > 1", "ms" },
		{ "x_seconds * 1000 > 1", "ms" },
		{ "1000 * x_seconds > 1", "ms" },
		{ "x_seconds / 60 > 1", "m" },
		{ "x_seconds / 3600 > 1", "h" },
		{ "x_seconds / 86400 > 1", "d" },
		{ "x_bytes > 1", "bytes" },
		{ "x_bytes / 1024 > 1", "kbytes" },
		{ "x_bytes / 1024 / 1024 > 1", "mbytes" },
		{ "x_bytes{a=\"b\"} / 1024 / 1024 / 1024 > 8", "gbytes" },
		{ "x_bytes / (1024 * 1024 * 1024) > 8", "gbytes" },
		{ "x_bytes / 1024 ^ 3 > 8", "gbytes" },
		{ "x_bytes / 1e9 > 8", "decgbytes" },
		{ "x_bytes * 8 > 8", "bits" },
		{ "rate(x_bytes_total[5m]) > 8", "Bps" },
		{ "rate(x_bytes_total[5m]) * 8 > 8", "bps" },
		{ "rate(x_bytes_total[5m]) / 1024 / 1024 > 8", "MiBs" },
		{ "histogram_quantile(0.99, rate(x_seconds_bucket[5m])) > 0.5", "s" },
		{ "histogram_quantile(0.9, sum by (le) (rate(x_seconds_bucket[5m]))) > 0.5", "s" },
		{ "histogram_quantile(0.9, rate(x_bytes_bucket[5m])) > 1", "bytes" },
		{ "histogram_quantile(0.9, x) > 1", "" },
		{ "rate(x_requests_total[5m]) > 1", "reqps" },
		{ "rate(x_requests_total[5m]) * 60 > 1", "reqpm" },
		{ "sum(irate(x_events_total[5m])) > 1", "eps" },
		{ "rate(x_errors_total[5m]) > 1", "cps" },
		{ "rate(x_cpu_seconds_total[5m]) > 3", "percentunit" },
		{ "100 * rate(x_cpu_seconds_total[5m]) > 80", "percent" },
		{ "increase(x_errors_total[1h]) > 3", "short" },
		{ "x_errors_total > 0", "short" },
		{ "count(up == 0) > 3", "short" },
		{ "changes(x_seconds[5m]) > 3", "short" },
		{ "time() - x_timestamp > 300", "s" },
		{ "time() - x_timestamp_seconds > 300", "s" },
		{ "time() - timestamp(x) > 300", "s" },
		{ "(time() - x_last_run) / 3600 > 3", "h" },
		{ "x_not_after - time() < 86400", "s" },
		{ "a_hits_total / a_lookups_total < 0.7", "percentunit" },
		{ "sum(rate(a_total{s=~\"5..\"}[5m])) / sum(rate(a_total[5m])) > 0.01", "percentunit" },
		{ "1 - a_bytes / b_bytes > 0.9", "percentunit" },
		{ "(1 - a_bytes / b_bytes) * 100 > 90", "percent" },
		{ "a / b > 0.9", "percentunit" },
		{ "rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m]) > 1", "s" },
		{ "avg_over_time(x_seconds[5m]) > 1", "s" },
		{ "max_over_time((x_bytes)[1h:5m]) > 1", "bytes" },
		{ "predict_linear(x_bytes[1h], 3600) < 0", "bytes" },
		{ "x_ratio > 0.5", "percentunit" },
		{ "x_percent > 50", "percent" },
		{ "x_usage > 0.9", "percentunit" },
		{ "x_usage > 90", "" },
		{ "x_celsius > 80", "celsius" },
		{ "up == 0", "" },
		{ "x_entropy < 0.5", "" },
		{ "absent(x_seconds) == 1", "" },
		{ "sqrt(x_seconds) > 1", "" },
		{ "1 / x_seconds > 1", "" },
		{ "x_seconds ^ 2 > 1", "" },
		{ "job:x_seconds:p99 > 1", "" },
		{ "job:errors:ratio_rate5m > 1", "percentunit" },
		{ "x_bytes - y_bytes > 1", "bytes" },
		{ "-x_bytes > 1", "bytes" },
		{ "topk(3, x_bytes) > 1", "bytes" },
		{ "clamp_min(x_bytes, 1) > 1", "bytes" },
		{ "(x_bytes > bool 5) > 0", "" },
		{ "x_bytes > y_bytes", "bytes" },
		{ "{__name__=\"x_bytes\"} > 1", "bytes" },
		{ "{job=\"x\"} > 1", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = { 0 };
		struct condition condition;

		condition_read(&condition, cases[i].expression, &arena);
		cr_expect_str_eq(condition.unit, cases[i].unit, "%s: '%s', not '%s'", cases[i].expression,
				 condition.unit, cases[i].unit);
		arena_release(&arena);
	}
}

Test(condition, lists_metrics_once)
{
	struct arena arena = { 0 };
	struct condition condition;

	condition_read(&condition, "b / a > 1 and a < 2 or {x=\"y\"} unless {__name__=\"c\"}", &arena);
	cr_assert_eq(condition.metric_count, 3);
	cr_expect_str_eq(condition.metrics[0], "a");
	cr_expect_str_eq(condition.metrics[1], "b");
	cr_expect_str_eq(condition.metrics[2], "c");
	condition_read(&condition, "vector(1)", &arena);
	cr_expect_eq(condition.metric_count, 0);
	condition_read(&condition, "sum(", &arena);
	cr_expect_eq(condition.metric_count, 0);
	cr_expect_str_eq(condition.subject, "sum(");
	arena_release(&arena);
}

Test(condition, says_how_far_back_it_looks)
{
	static const struct {
		const char *expression;
		int64_t wanted_s;
	} cases[] = {
		{ "up == 0", 0 },
		{ "time() - 5 > 3", 0 },
		{ "rate(a[5m]) > 0.1", 300 },
		{ "sum(rate(a[5m])) / -sum(rate(b[10m])) < 1", 600 },
		{ "histogram_quantile(0.99, (rate(a_bucket[2m]))) > 2 and b", 120 },
		{ "a - a offset 1h > 2", 3600 },
		{ "a offset -1h > 2", 0 },
		{ "rate(a[5m] offset 1m) > 2", 360 },
		{ "max_over_time(rate(a[5m])[1h:1m] offset 10m) > 2", 4500 },
		{ "topk(3, rate(a[1m]))", 60 },
		{ "rate(a[290y]) > 1 or rate(a[290y] offset 290y) > max_over_time(a[290y:1y] offset 290y)",
		  580LL * 365 * 86400 },
		{ "max_over_time(rate(a[290y] offset 290y)[290y:1y] offset 290y)", 1000LL * 365 * 86400 },
		{ "rate(a[5m]", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = { 0 };
		struct condition condition;

		condition_read(&condition, cases[i].expression, &arena);
		cr_expect_eq(condition.reach_ms, cases[i].wanted_s * 1000, "%s: %lld", cases[i].expression,
			     (long long)condition.reach_ms);
		arena_release(&arena);
	}
}

/* Every rule of the public files has a subject that parses, and most a threshold. */
Test(condition, reads_public_rules)
{
	struct error_list errors = { 0 };
	struct arena arena = { 0 };
	struct rule_set set;
	size_t thresholds = 0, all = 0;
	char *path;

	if (!getenv("SKEP_SHARED"))
		cr_skip_test("SKEP_SHARED is not set");
	path = mem_printf("%s/data/rules/kube-prometheus__nodeExporter-prometheusRule.yaml", getenv("SKEP_SHARED"));
	rule_set_init(&set);
	cr_assert_eq(rule_file_read(&set, path, &errors), 0);
	for (size_t i = 0; i < set.groups.count; i++) {
		for (size_t j = 0; j < set.groups.items[i].rule_count; j++) {
			const struct rule *rule = &set.groups.items[i].rules[j];
			struct condition condition, again;

			if (rule->kind != RULE_ALERT)
				continue;
			condition_read(&condition, rule->expression, &arena);
			condition_read(&again, condition.subject, &arena);
			cr_expect_gt(condition.metric_count, 0, "%s", rule->name);
			cr_expect_gt(again.metric_count, 0, "%s", condition.subject);
			thresholds += condition.has_threshold;
			all++;
		}
	}
	cr_expect_geq(thresholds * 4, all * 3, "%zu of %zu", thresholds, all);
	rule_set_release(&set);
	arena_release(&arena);
	error_list_release(&errors);
	free(path);
}
