#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/rule_file.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"

TestSuite(rule_file);

/* All faults of a text, a line each, behind the read's result. */
static struct rule_set read_text(const char *text, int wanted, const char *wanted_faults)
{
	struct error_list errors = { 0 };
	struct strbuf found = STRBUF_INIT;
	struct rule_set set;

	rule_set_init(&set);
	cr_expect_eq(rule_file_parse(&set, "f", text, strlen(text), &errors), wanted, "%s", text);
	for (size_t i = 0; i < errors.count; i++) {
		char line[900];

		fault_format(&errors.faults[i], line, sizeof(line));
		strbuf_addf(&found, "%s\n", line);
	}
	cr_expect_str_eq(found.text, wanted_faults);
	strbuf_release(&found);
	error_list_release(&errors);
	return set;
}

static void expect(const char *text, size_t rules, const char *faults)
{
	struct rule_set set = read_text(text, *faults ? -1 : 0, faults);

	cr_expect_eq(rule_set_count(&set), rules, "%zu rules of\n%s", rule_set_count(&set), text);
	rule_set_release(&set);
}

Test(rule_file, reads_every_key)
{
	struct rule_set set = read_text("groups:\n"
					"- name: colony\n"
					"  interval: 30s\n"
					"  limit: 10\n"
					"  query_offset: 1m\n"
					"  partial_response_strategy: warn\n"
					"  labels: {team: bees, severity: info}\n"
					"  rules:\n"
					"  - alert: NectarLow\n"
					"    expr: |\n"
					"      # how much is left\n"
					"      nectar < 5\n"
					"    for: 1h30m\n"
					"    keep_firing_for: 1d\n"
					"    labels: {severity: page, a: 5}\n"
					"    annotations: {summary: 'low: {{ $value }}', empty: }\n"
					"  - record: job:up:sum\n"
					"    expr: sum by (job) (up)\n",
					0, "");
	const struct rule_group *group = &set.groups.items[0];
	const struct rule *alert = &group->rules[0], *record = &group->rules[1];

	cr_assert_eq(set.groups.count, 1);
	cr_expect_str_eq(group->name, "colony");
	cr_expect_str_eq(group->file, "f");
	cr_expect_eq(group->interval_ms, 30 * CLOCK_SECOND);
	cr_expect_eq(group->query_offset_ms, CLOCK_MINUTE);
	cr_expect_eq(group->limit, 10);
	cr_expect_eq(group->line, 2);
	cr_assert_eq(group->rule_count, 2);
	cr_expect_eq(alert->kind, RULE_ALERT);
	cr_expect_str_eq(alert->name, "NectarLow");
	cr_expect_str_eq(alert->expression, "# how much is left\nnectar < 5");
	cr_expect_eq(alert->for_ms, 90 * CLOCK_MINUTE);
	cr_expect_eq(alert->keep_firing_ms, CLOCK_DAY);
	cr_expect_eq(alert->line, 9);
	cr_expect_eq(alert->expression_line, 11);
	cr_assert_eq(alert->label_count, 3);
	cr_expect_str_eq(alert->labels[0].name, "a");
	cr_expect_str_eq(rule_label(alert, "a"), "5");
	cr_expect_str_eq(rule_label(alert, "severity"), "page");
	cr_expect_str_eq(rule_label(alert, "team"), "bees");
	cr_expect_null(rule_label(alert, "none"));
	cr_expect_str_eq(rule_annotation(alert, "summary"), "low: {{ $value }}");
	cr_expect_str_eq(rule_annotation(alert, "empty"), "");
	cr_expect_null(rule_annotation(alert, "description"));
	cr_expect_eq(record->kind, RULE_RECORD);
	cr_expect_str_eq(record->name, "job:up:sum");
	cr_expect_str_eq(rule_label(record, "severity"), "info");
	cr_expect_eq(record->annotation_count, 0);
	rule_set_release(&set);
}

Test(rule_file, reads_resources_of_kubernetes_among_others)
{
	struct rule_set set = read_text("apiVersion: v1\n"
					"kind: ConfigMap\n"
					"data: {groups: x}\n"
					"---\n"
					"kind: PrometheusRule\n"
					"metadata: {name: a}\n"
					"spec:\n"
					"  groups:\n"
					"  - name: one\n"
					"    rules: [{alert: A, expr: up}]\n"
					"---\n"
					"---\n"
					"kind: List\n"
					"items:\n"
					"- kind: Service\n"
					"- kind: PrometheusRule\n"
					"  spec: {groups: [{name: one, rules: [{alert: B, expr: up}]}]}\n",
					0, "");

	cr_assert_eq(set.groups.count, 2);
	cr_expect_str_eq(set.groups.items[0].rules[0].name, "A");
	cr_expect_str_eq(set.groups.items[1].rules[0].name, "B");
	cr_expect_eq(set.groups.items[1].rules[0].line, 17);
	rule_set_release(&set);
	expect("kind: PrometheusRule\n", 0, "f:1:1: 'spec' is missing (it holds 'groups')\n");
	expect("kind: ConfigMap\n", 0, "f:1:1: holds no rules (must have 'groups' or be of kind PrometheusRule)\n");
	expect("kind: PrometheusRule\nspec: {group: []}\n", 0, "f:2:8: unknown key 'group' (did you mean 'groups')\n");
}

Test(rule_file, nothing_is_fine)
{
	expect("", 0, "");
	expect("groups:\n", 0, "");
	expect("groups: []\n", 0, "");
	expect("groups: [{name: a}]\n", 0, "");
	expect("groups: [{name: a, rules: []}]\n", 0, "");
	expect("groups: [{name: a, rules: [{record: a, expr: 1, for: 0s, annotations: {}}]}]\n", 1, "");
	expect("groups: [{name: a, rules: [{record: a, alert: '', expr: 1}, {record: '', alert: a, expr: 1}]}]\n", 2,
	       "");
	expect("groups:\n-\n- name: a\n  rules:\n  -\n  - {record: a, expr: 1}\n", 1, "");
}

Test(rule_file, one_bad_rule_loses_no_other)
{
	expect("groups:\n"
	       "- name: a\n"
	       "  rules:\n"
	       "  - {alert: Good, expr: up}\n"
	       "  - {alert: Both, record: both, expr: up}\n"
	       "  - {expr: up}\n"
	       "  - {alert: '', expr: up}\n"
	       "  - {alert: NoExpr}\n"
	       "  - {alert: Empty, expr: ' '}\n"
	       "  - {alert: Typo, exprs: up}\n"
	       "  - {alert: Long, expr: up, for: 5 minutes}\n"
	       "  - {record: 'a b', expr: up}\n"
	       "  - {record: a, expr: up, for: 5m, annotations: {a: b}, keep_firing_for: 1s}\n"
	       "  - just a text\n"
	       "  - {record: last, expr: up}\n",
	       2,
	       "f:5:27: 'alert' and 'record' in one rule (one of them is allowed)\n"
	       "f:6:5: neither 'alert' nor 'record' (one of them must be there)\n"
	       "f:7:13: 'alert' must be a name that is not empty\n"
	       "f:8:5: alert NoExpr: 'expr' is missing\n"
	       "f:9:26: alert Empty: 'expr' is empty (must be an expression)\n"
	       "f:10:19: unknown key 'exprs' (did you mean 'expr')\n"
	       "f:10:5: alert Typo: 'expr' is missing\n"
	       "f:11:34: alert Long: 'for': '5 minutes' is no duration (like 30s, 5m, 1h30m, 1d or 0)\n"
	       "f:12:14: record a b: 'a b' is no name for a metric (letters, digits, _ and :, no digit first)\n"
	       "f:13:32: record a: 'for' is for alerts only\n"
	       "f:13:74: record a: 'keep_firing_for' is for alerts only\n"
	       "f:13:49: record a: 'annotations' is for alerts only\n"
	       "f:14:5: a rule must be a mapping with 'alert' or 'record', and 'expr'\n");
}

Test(rule_file, tells_what_is_wrong_with_labels)
{
	expect("groups:\n"
	       "- name: a\n"
	       "  rules:\n"
	       "  - {alert: A, expr: up, labels: {a-b: c}}\n"
	       "  - {alert: B, expr: up, labels: {__name__: c}}\n"
	       "  - {alert: C, expr: up, labels: {a: [c]}}\n"
	       "  - {alert: D, expr: up, labels: [a]}\n"
	       "  - {alert: E, expr: up, annotations: {1a: c}}\n"
	       "  - {alert: F, expr: up, annotations: text}\n"
	       "  - {alert: G, expr: up, annotations: {__name__: fine}}\n",
	       1,
	       "f:4:35: alert A: 'a-b' is no name for a label (letters, digits and _, no digit first)\n"
	       "f:5:35: alert B: '__name__' is no name for a label (it is the metric's name)\n"
	       "f:6:38: alert C: 'a' must be a text\n"
	       "f:7:34: alert D: 'labels' must be a mapping of names to texts\n"
	       "f:8:40: alert E: '1a' is no name for an annotation (letters, digits and _, no digit first)\n"
	       "f:9:39: alert F: 'annotations' must be a mapping of names to texts\n");
}

Test(rule_file, tells_what_is_wrong_with_groups)
{
	expect("groups:\n"
	       "- {name: a, rules: [{alert: A, expr: up}]}\n"
	       "- {name: a, rules: [{alert: B, expr: up}]}\n"
	       "- {rules: []}\n"
	       "- {name: '', rules: []}\n"
	       "- {name: b, intervall: 5s, rules: [{alert: C, expr: up}]}\n"
	       "- {name: c, interval: 5, limit: x, rules: [{alert: D, expr: up}]}\n"
	       "- {name: d, partial_response_strategy: maybe, labels: {a-b: c}, rules: {}}\n"
	       "- text\n",
	       3,
	       "f:3:10: the group 'a' is there twice (first in line 2)\n"
	       "f:4:3: 'name' is missing\n"
	       "f:5:10: the name of a group must be a text that is not empty\n"
	       "f:6:13: unknown key 'intervall' (did you mean 'interval')\n"
	       "f:7:23: 'interval': '5' is no duration (like 30s, 5m, 1h30m, 1d or 0)\n"
	       "f:7:33: 'limit' must be a whole number (0: no limit)\n"
	       "f:8:40: 'partial_response_strategy' must be warn or abort\n"
	       "f:8:56: 'a-b' is no name for a label (letters, digits and _, no digit first)\n"
	       "f:8:72: 'rules' must be a sequence of rules\n"
	       "f:9:3: a group must be a mapping with 'name' and 'rules'\n");
	expect("groups: {a: b}\n", 0, "f:1:9: 'groups' must be a sequence of groups\n");
	expect("grups: []\n", 0, "f:1:1: unknown key 'grups' (did you mean 'groups')\n");
	expect("text\n", 0, "f:1:1: is a single value (must be a mapping)\n");
}

static void expect_expression_fault(const char *expression, unsigned line, unsigned column)
{
	struct error_list errors = { 0 };
	struct rule_set set;
	char *text = mem_printf("groups:\n- name: a\n  rules:\n  - alert: A\n    expr: %s\n", expression);

	rule_set_init(&set);
	cr_expect_eq(rule_file_parse(&set, "f", text, strlen(text), &errors), -1);
	cr_assert_eq(errors.count, 1, "%s", expression);
	cr_expect_eq(errors.faults[0].line, line, "%s: line %u", expression, errors.faults[0].line);
	cr_expect_eq(errors.faults[0].column, column, "%s: column %u", expression, errors.faults[0].column);
	cr_expect(!strncmp(errors.faults[0].text, "expression: ", 12), "%s", errors.faults[0].text);
	rule_set_release(&set);
	error_list_release(&errors);
	free(text);
}

/* Wherever the expression stands, its fault is told at its own place in the file. */
Test(rule_file, finds_the_line_of_an_expression)
{
	expect_expression_fault("sum(up) )", 5, 19);
	expect_expression_fault("'sum(up) )'", 5, 20);
	expect_expression_fault("\"sum(up) )\"", 5, 20);
	expect_expression_fault("|\n      sum(up)\n        )", 7, 9);
	expect_expression_fault("|-\n\n\n      sum(up)\n        )", 9, 9);
	expect_expression_fault(">\n      sum(\n      up) )", 7, 11);
	expect_expression_fault("sum(\n      up\n      ) )", 7, 9);
	expect_expression_fault("'x{a=''b''} )'", 5, 23);
	expect_expression_fault("\"x{a=\\\"b\\\"} )\"", 5, 23);
	expect_expression_fault("\"x\\n )\"", 5, 16);
	expect_expression_fault("|\n      x{a=\"\xc3\xa9\"} )", 6, 16);
	/* An escape that stands for a letter: the text's own place. */
	expect_expression_fault("\"\\x78 )\"", 5, 11);
}

Test(rule_file, templates_of_alerts_must_parse)
{
	expect("groups:\n"
	       "- name: a\n"
	       "  rules:\n"
	       "  - alert: A\n"
	       "    expr: up\n"
	       "    annotations:\n"
	       "      description: |\n"
	       "        first\n"
	       "        {{ $lables.x }}\n"
	       "  - {alert: B, expr: up, labels: {x: '{{ nope }}'}}\n"
	       "  - {record: c, expr: up, labels: {x: '{{ nope }}'}}\n",
	       1,
	       "f:9:12: alert A: template of 'description': undefined variable \"$lables\"\n"
	       "f:10:42: alert B: template of 'x': function \"nope\" not defined\n");
}

Test(rule_file, tells_of_rules_that_are_the_same)
{
	struct rule_set set = read_text("groups:\n"
					"- name: a\n"
					"  rules:\n"
					"  - {alert: A, expr: up, labels: {x: y, z: w}}\n"
					"  - {alert: A, expr: up > 1, labels: {x: y}}\n"
					"  - {record: A, expr: up}\n"
					"- name: b\n"
					"  labels: {z: w}\n"
					"  rules:\n"
					"  - {alert: A, expr: up > 2, labels: {x: y}}\n",
					0,
					"f:10: alert A: has the name and labels of the rule in line 4 (they cannot be "
					"told apart)\n");

	cr_expect_eq(rule_set_count(&set), 4);
	rule_set_release(&set);
}

Test(rule_file, what_3x_added_to_the_language_is_read)
{
	expect("groups: [{name: a, rules: [{alert: A, expr: 'limitk(2, {\"a.b\"}[5m] offset 1_0)'}]}]\n", 0,
	       "f:1:56: alert A: expression: parse error: expected type instant vector in aggregation expression, got "
	       "range vector\n");
	expect("groups: [{name: a, rules: [{alert: A, expr: 'limitk(2, {\"a.b\"})'}]}]\n", 1, "");
}

static int64_t duration(const char *text)
{
	struct error error;
	int64_t ms = -2;

	return rule_duration_read(text, &ms, &error) ? -1 : ms;
}

Test(rule_file, durations_are_prometheus_s)
{
	cr_expect_eq(duration("0"), 0);
	cr_expect_eq(duration("0s"), 0);
	cr_expect_eq(duration("0h0m"), 0);
	cr_expect_eq(duration("90s"), 90000);
	cr_expect_eq(duration("1h30m"), 90 * CLOCK_MINUTE);
	cr_expect_eq(duration("1y2w3d4h5m6s7ms"),
		     365 * CLOCK_DAY + 17 * CLOCK_DAY + 4 * CLOCK_HOUR + 5 * CLOCK_MINUTE + 6007);
	cr_expect_eq(duration("292y"), 292 * 365 * CLOCK_DAY);
	static const char *const wrong[] = { "",     "00", "5",    "m",   "5 m",  "1.5h", "-5m",
					     "5m1h", "1M", "1m1m", "1ss", "300y", "5m ",  "99999999999999999999999y",
					     "1mss" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_expect_eq(duration(wrong[i]), -1, "%s", wrong[i]);
}

Test(rule_file, limits_are_told)
{
	struct strbuf text = STRBUF_INIT;
	struct error_list errors = { 0 };
	struct rule_set set;

	rule_set_init(&set);
	strbuf_addstr(&text, "groups:\n");
	for (int i = 0; i <= RULE_GROUPS_MAX; i++)
		strbuf_addf(&text, "- {name: g%d}\n", i);
	cr_expect_eq(rule_file_parse(&set, "f", text.text, text.length, &errors), -1);
	cr_expect_eq(set.groups.count, RULE_GROUPS_MAX);
	cr_assert_eq(errors.count, 1);
	cr_expect_str_eq(errors.faults[0].text, "more than 2000 groups in a file (the limit)");
	strbuf_clear(&text);
	strbuf_addstr(&text, "groups:\n- name: g\n  rules:\n");
	for (int i = 0; i <= RULE_RULES_MAX; i++)
		strbuf_addf(&text, "  - {record: r%d, expr: 1}\n", i);
	cr_expect_eq(rule_file_parse(&set, "f", text.text, text.length, &errors), -1);
	cr_expect_eq(rule_set_count(&set), RULE_RULES_MAX);
	cr_expect_str_eq(errors.faults[1].text, "more than 20000 rules in a file (the limit)");
	strbuf_clear(&text);
	strbuf_addstr(&text, "groups: [{name: g, rules: [{record: r, expr: 1, labels: {");
	for (int i = 0; i <= RULE_TEXTS_MAX; i++)
		strbuf_addf(&text, "l%d: x, ", i);
	strbuf_addstr(&text, "}}]}]");
	cr_expect_eq(rule_file_parse(&set, "f", text.text, text.length, &errors), -1);
	cr_expect_str_eq(errors.faults[2].text, "more than 128 labels (the limit)");
	error_list_release(&errors);
	rule_set_release(&set);
	strbuf_release(&text);
}

static size_t read_shared(const char *name, size_t *ret_groups)
{
	char *path = mem_printf("%s/data/rules/kube-prometheus__%s-prometheusRule.yaml", getenv("SKEP_SHARED"), name);
	struct error_list errors = { 0 };
	struct rule_set set;
	size_t count;

	rule_set_init(&set);
	cr_expect(rule_file_recognise(path));
	cr_expect_eq(rule_file_read(&set, path, &errors), 0, "%s: %s", name,
		     errors.count ? errors.faults[0].text : "no fault");
	cr_expect_eq(errors.count, 0);
	count = rule_set_count(&set);
	*ret_groups = set.groups.count;
	rule_set_release(&set);
	error_list_release(&errors);
	free(path);
	return count;
}

/* The numbers are promtool's. */
Test(rule_file, reads_public_rules)
{
	size_t groups;

	if (!getenv("SKEP_SHARED"))
		cr_skip_test("SKEP_SHARED is not set");
	cr_expect_eq(read_shared("alertmanager", &groups), 9);
	cr_expect_eq(groups, 1);
	cr_expect_eq(read_shared("kubePrometheus", &groups), 12);
	cr_expect_eq(groups, 4);
	cr_expect_eq(read_shared("nodeExporter", &groups), 41);
	cr_expect_eq(groups, 2);
	cr_expect_eq(read_shared("prometheus", &groups), 23);
	cr_expect_eq(groups, 1);
}

Test(rule_file, knows_a_file_of_rules)
{
	static const struct {
		const char *text;
		bool rules;
	} files[] = {
		{ "groups: []\n", true },      { "kind: ConfigMap\n---\nkind: PrometheusRule\nspec: {}\n", true },
		{ "groups:\n- &a b\n", true }, { "kind: ConfigMap\ngroups: []\n", false },
		{ "name: polln\n", false },    { "", false },
	};
	char path[] = "/tmp/skep-rules-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		cr_assert_eq(ftruncate(fd, 0), 0);
		cr_assert_eq(pwrite(fd, files[i].text, strlen(files[i].text), 0), (ssize_t)strlen(files[i].text));
		cr_expect_eq(rule_file_recognise(path), files[i].rules, "%s", files[i].text);
	}
	close(fd);
	unlink(path);
	cr_expect_not(rule_file_recognise(path));
}
