/* Test files of rules: what they say, and what running them tells. Verdicts are compared with promtool's elsewhere. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/rule_test.h"
#include "alert/rule_test_check.h"
#include "alert/rule_test_file.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"

struct folder {
	char path[64];
	char *file; /* the test file in it */
};

static void folder_write(const struct folder *folder, const char *name, const char *text)
{
	char *path = path_join(folder->path, name);
	struct error error;

	cr_assert_eq(path_write(path, text, strlen(text), &error), 0, "%s", error.text);
	free(path);
}

static void folder_open(struct folder *folder, const char *test)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/skep-rule-test-XXXXXX");
	cr_assert_not_null(mkdtemp(folder->path));
	folder->file = path_join(folder->path, "test.yaml");
	folder_write(folder, "test.yaml", test);
}

static void folder_close(struct folder *folder)
{
	char *rules = path_join(folder->path, "rules.yaml");

	unlink(rules);
	unlink(folder->file);
	cr_expect_eq(rmdir(folder->path), 0);
	free(rules);
	free(folder->file);
}

static const char rules[] = "groups:\n"
			    "  - name: g\n"
			    "    rules:\n"
			    "      - record: doubled\n"
			    "        expr: 2 * x\n"
			    "      - alert: High\n"
			    "        expr: doubled > 10\n"
			    "        for: 1m\n"
			    "        labels: {severity: page}\n"
			    "        annotations: {summary: \"{{ $labels.i }} is at {{ $value }}\"}\n";

#define HEAD                                                                                                           \
	"rule_files: [rules.yaml]\n"                                                                                   \
	"tests:\n"                                                                                                     \
	"  - name: climbing\n"                                                                                         \
	"    interval: 1m\n"                                                                                           \
	"    input_series:\n"                                                                                          \
	"      - series: x{i=\"a\"}\n"                                                                                 \
	"        values: 4 6 7 stale\n"

#define FIRING                                                                                                         \
	"    alert_rule_test:\n"                                                                                       \
	"      - eval_time: 2m\n"                                                                                      \
	"        alertname: High\n"                                                                                    \
	"        exp_alerts:\n"                                                                                        \
	"          - exp_labels: {severity: page, i: a}\n"                                                             \
	"            exp_annotations: {summary: a is at 14}\n"

/* Run a test over the rules above; what it tells must hold all of the words, up to a NULL. */
static void check(const char *test, bool left_open, bool good, const char *const *words)
{
	struct rule_test_options options = { .left_open = left_open };
	struct strbuf told = STRBUF_INIT;
	struct folder folder;

	folder_open(&folder, test);
	folder_write(&folder, "rules.yaml", rules);
	cr_expect_eq(rule_test_run(folder.file, &options, &told), good, "%s", told.text);
	for (; *words; words++)
		cr_expect_not_null(strstr(told.text, *words), "no \"%s\" in: %s", *words, told.text);
	folder_close(&folder);
	strbuf_release(&told);
}

Test(rule_test, what_comes_is_what_was_expected)
{
	check(HEAD FIRING, false, true, (const char *[]){ "Unit Testing:  /tmp/", "\n  SUCCESS\n", NULL });
}

Test(rule_test, a_difference_says_both)
{
	check(HEAD "    alert_rule_test:\n"
		   "      - eval_time: 150s\n"
		   "        alertname: High\n"
		   "        exp_alerts:\n"
		   "          - exp_labels: {severity: page, i: b}\n",
	      false, false,
	      (const char *[]){ "  FAILED:\n", "name: climbing", "test.yaml:9: alertname: High, time: 2m30s",
				"Labels:{alertname=\"High\", i=\"b\", severity=\"page\"}",
				"Annotations:{summary=\"a is at 14\"}", NULL });
	check(HEAD "    promql_expr_test:\n"
		   "      - expr: doubled\n"
		   "        eval_time: 1m\n"
		   "        exp_samples:\n"
		   "          - {labels: 'doubled{i=\"a\"}', value: 13}\n"
		   "      - expr: doubled\n"
		   "        eval_time: 3m\n",
	      false, false,
	      (const char *[]){ "test.yaml:9: expr: \"doubled\", time: 1m", "exp: {__name__=\"doubled\", i=\"a\"} 13\n",
				"got: {__name__=\"doubled\", i=\"a\"} 12\n", NULL });
}

/* Closed ranges hold both ends; those of Prometheus 3 do not. */
Test(rule_test, semantics_are_chosen)
{
	static const char test[] = HEAD "    promql_expr_test:\n"
					"      - expr: count_over_time(x[1m])\n"
					"        eval_time: 1m\n"
					"        exp_samples: [{labels: '{i=\"a\"}', value: 2}]\n";

	check(test, false, true, (const char *[]){ "SUCCESS", NULL });
	check(test, true, false, (const char *[]){ "got: {i=\"a\"} 1\n", NULL });
}

Test(rule_test, faults_have_their_lines)
{
	check(HEAD "    alert_rule_test:\n"
		   "      - eval_tme: 2m\n"
		   "        alertname: High\n",
	      false, false,
	      (const char *[]){ "test.yaml:9:9: unknown key 'eval_tme' (did you mean 'eval_time')", NULL });
	check("rule_files: [rules.yaml]\ntests: [{interval: 1m, input_series: [{series: x, values: 1 2y}]}]\n", false,
	      false, (const char *[]){ "test.yaml:2: no value: ", NULL });
	check("rule_files: [nothing.yaml]\ntests: [{}]\n", false, true,
	      (const char *[]){ "WARNING: no file match pattern", NULL });
	check("rule_files: ['rules[']\ntests: [{}]\n", false, false,
	      (const char *[]){ "syntax error in pattern", NULL });
	check("evaluation_interval: 1ms\ntests: [{promql_expr_test: [{expr: '1', eval_time: 1d}]}]\n", false, false,
	      (const char *[]){ "more than 1000000 evaluations", NULL });
}

/* A rule in error ends its test: nothing else of it is compared. */
Test(rule_test, a_rule_in_error_ends_the_test)
{
	check("rule_files: [rules.yaml]\n"
	      "tests:\n"
	      "  - interval: 1m\n"
	      "    input_series:\n"
	      "      - {series: doubled, values: 1}\n"
	      "      - {series: x, values: 1}\n"
	      "    promql_expr_test: [{expr: vector(1), eval_time: 1m}]\n",
	      false, false, (const char *[]){ "    rule: doubled, time: 0s, err: ", NULL });
}

Test(rule_test, a_file_that_is_not_there)
{
	struct rule_test_options options = { 0 };
	struct strbuf told = STRBUF_INIT;

	cr_expect_not(rule_test_run("/nonexistent/test.yaml", &options, &told));
	cr_expect_not_null(strstr(told.text, "no such file"), "%s", told.text);
	strbuf_release(&told);
}

Test(rule_test, reads_all_of_a_file)
{
	static const char text[] =
		"rule_files: [a, b]\n"
		"group_eval_order: [one, two]\n"
		"evaluation_interval: 15s\n"
		"tests:\n"
		"  - external_labels: {b: 1, a: x}\n"
		"    external_url: http://x\n"
		"    alert_rule_test:\n"
		"      - {eval_time: 2m, alertname: B}\n"
		"      - {eval_time: 1m, alertname: A, exp_alerts: [{exp_labels: {z: '', alertname: Q}}]}\n"
		"    promql_expr_test:\n"
		"      - {expr: x, exp_samples: [{labels: y, value: 0x1F}, {value: -.inf}, {value: 017}]}\n"
		"  -\n";
	struct rule_test_file file;
	struct error_list errors;
	struct folder folder;

	error_list_init(&errors);
	folder_open(&folder, text);
	cr_assert_eq(rule_test_file_read(&file, folder.file, &errors), 0);
	cr_expect_eq(file.rule_file_count, 2u);
	cr_expect_eq(file.group_order_count, 2u);
	cr_expect_eq(file.evaluation_ms, 15 * CLOCK_SECOND);
	cr_assert_eq(file.test_count, 2u);
	cr_expect_str_eq(labels_get(&file.tests[0].external_labels, "b"), "1");
	cr_expect_str_eq(file.tests[0].external_labels.items[0].name, "a");
	cr_expect_str_eq(file.tests[0].alerts[0].name, "A", "by time");
	cr_assert_eq(file.tests[0].alerts[0].items[0].labels.count, 2u, "an empty label stays");
	cr_expect_str_eq(labels_get(&file.tests[0].alerts[0].items[0].labels, "alertname"), "A");
	cr_assert_eq(file.tests[0].expressions[0].count, 3u);
	cr_expect_eq(file.tests[0].expressions[0].items[0].value, 31.);
	cr_expect_lt(file.tests[0].expressions[0].items[1].value, -1e300);
	cr_expect_eq(file.tests[0].expressions[0].items[2].value, 15.);
	cr_expect_eq(file.tests[1].series_count, 0u);
	rule_test_file_release(&file);
	folder_close(&folder);
	error_list_release(&errors);
}

Test(rule_test, refuses_what_promtool_refuses)
{
	static const char *const texts[] = {
		"rules: []",
		"- a",
		"rule_files: a",
		"rule_files: [[a]]",
		"evaluation_interval: 60",
		"evaluation_interval: [1m]",
		"group_eval_order: [a, a]",
		"tests: {}\ntests: {}",
		"tests: {a: b}",
		"tests: [a]",
		"tests: [{alert_rule_test: [{eval_time: 1m}]}]",
		"tests: [{external_labels: [a]}]",
		"tests: [{input_series: [{series: a, value: 1}]}]",
		"tests: [{promql_expr_test: [{expr: 1, exp_samples: [{value: '1'}]}]}]",
		"tests: [{promql_expr_test: [{expr: 1, exp_samples: [{value: NaN}]}]}]",
		"tests: [{promql_expr_test: [{expr: 1, exp_samples: [{value: yes}]}]}]",
		"tests: [{promql_expr_test: [{expr: 1, exp_samples: [{value: 1.2.3}]}]}]",
		"tests: [",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rule_test_file file;
		struct error_list errors;
		struct folder folder;

		error_list_init(&errors);
		folder_open(&folder, texts[i]);
		cr_expect_eq(rule_test_file_read(&file, folder.file, &errors), -1, "%s", texts[i]);
		cr_expect_gt(errors.errors, 0u, "%s", texts[i]);
		folder_close(&folder);
		error_list_release(&errors);
	}
}

Test(rule_test, times_as_prometheus_writes_them)
{
	static const struct {
		int64_t ms;
		const char *text;
	} table[] = {
		{ 0, "0s" },
		{ 1, "1ms" },
		{ 90 * CLOCK_SECOND, "1m30s" },
		{ 65 * CLOCK_MINUTE, "1h5m" },
		{ 90 * CLOCK_DAY, "90d" },
		{ 14 * CLOCK_DAY, "2w" },
		{ 365 * CLOCK_DAY, "1y" },
		{ CLOCK_DAY + 1, "1d1ms" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct strbuf text = STRBUF_INIT;

		rule_test_add_time(&text, table[i].ms);
		cr_expect_str_eq(text.text, table[i].text);
		strbuf_release(&text);
	}
}
