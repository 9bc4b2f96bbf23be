#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "promql/promql.h"
#include "slo/sli_expression.h"
#include "slo/slo_file.h"

/* Read a text; its faults, one a line, come back and are the caller's. */
static char *read_text(const char *yaml, struct slo_file *ret, struct arena *arena)
{
	struct yaml_document document;
	struct error_list errors;
	struct strbuf text = STRBUF_INIT;
	char line[1024];

	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	slo_file_read(ret, document.root, "s.yaml", "/folder", arena, &errors);
	for (size_t i = 0; i < errors.count; i++) {
		fault_format(&errors.faults[i], line, sizeof(line));
		strbuf_addf(&text, "%s\n", line);
	}
	yaml_document_release(&document);
	error_list_release(&errors);
	return strbuf_detach(&text);
}

static void expect_faults(const char *yaml, const char *want)
{
	struct slo_file file = { 0 };
	struct arena arena = { 0 };
	char *faults = read_text(yaml, &file, &arena);

	cr_assert_str_eq(faults, want);
	cr_assert_eq(file.line_count, 0u, "what has faults is not taken over");
	free(faults);
	arena_release(&arena);
}

static void read_good(const char *yaml, struct slo_file *ret, struct arena *arena)
{
	char *faults = read_text(yaml, ret, arena);

	cr_assert_str_eq(faults, "");
	free(faults);
}

#define EVENTS "events: { bad: 'rate(e[$window])', total: 'rate(t[$window])' }"

Test(slo_file, a_line_takes_over_what_the_objective_says)
{
	struct arena arena = { 0 };
	struct slo_file file = { 0 };
	char id[80];

	read_good("objectives:\n"
		  "  - name: api\n    target: 99.9%\n    window: 28d\n    unit: s\n    owner: SRE\n    proposal: true\n"
		  "    alerts: [ { level: critical, when: '< 99%', for: 2m } ]\n"
		  "    lines:\n      - { name: a, " EVENTS " }\n"
		  "      - { name: b, title: B, target: 0.5, window: calendar month, " EVENTS " }\n"
		  "  - { name: solo, target: 99%, " EVENTS " }\n",
		  &file, &arena);
	cr_assert_eq(file.objective_count, 2u);
	cr_assert_eq(file.line_count, 3u);
	cr_assert_eq(file.lines[0].target, 0.999);
	cr_assert_eq(file.lines[0].window.length_ms, 28 * CLOCK_DAY);
	cr_assert_str_eq(file.lines[0].unit, "s");
	cr_assert_eq(file.lines[0].alert_count, 1u);
	cr_assert_eq(file.lines[0].alerts[0].level, SLO_LEVEL_CRITICAL);
	cr_assert_eq(file.lines[1].target, 0.5);
	cr_assert_eq(file.lines[1].window.kind, SLO_MONTH);
	cr_assert(file.objectives[0].proposal);
	slo_line_id(&file, &file.lines[1], id, sizeof(id));
	cr_assert_str_eq(id, "api/b");
	cr_assert_eq(slo_file_find(&file, "api/b"), 1);
	cr_assert_eq(slo_file_find(&file, "solo"), 2);
	cr_assert_eq(slo_file_find(&file, "api"), -1);
	arena_release(&arena);
}

Test(slo_file, four_pairs_and_seven_windows_unless_told)
{
	static const int64_t want_min[] = { 5, 30, 60, 120, 360, 1440, 4320 };
	struct arena arena = { 0 };
	struct slo_file file = { 0 };

	read_good("objectives: [ { name: a, target: 99%, " EVENTS " } ]", &file, &arena);
	cr_assert_eq(file.pair_count, 4u);
	cr_assert_eq(file.window_count, 7u);
	for (size_t i = 0; i < 7; i++)
		cr_assert_eq(file.windows_ms[i], want_min[i] * CLOCK_MINUTE);
	read_good("burn: [ { name: page, share: 1%, long: 36m, tier: p0 } ]\n"
		  "objectives: [ { name: a, target: 99%, " EVENTS " } ]",
		  &file, &arena);
	cr_assert_eq(file.pair_count, 1u);
	cr_assert_eq(file.pairs[0].short_ms, 3 * CLOCK_MINUTE);
	cr_assert_eq(file.pairs[0].share, 0.01);
	cr_assert_eq(file.window_count, 9u);
	cr_assert_eq(file.windows_ms[0], 3 * CLOCK_MINUTE);
	arena_release(&arena);
}

Test(slo_file, policy_by_share_used)
{
	struct arena arena = { 0 };
	struct slo_file file = { 0 };

	read_good("policy: [ { used: 0%, rule: normal }, { used: 10%, rule: look }, { used: 75%, rule: halt } ]\n"
		  "objectives: [ { name: a, target: 99%, " EVENTS " } ]",
		  &file, &arena);
	cr_assert_str_eq(slo_file_policy(&file, -0.1), "normal");
	cr_assert_str_eq(slo_file_policy(&file, 0), "normal");
	cr_assert_str_eq(slo_file_policy(&file, 0.0999), "normal");
	cr_assert_str_eq(slo_file_policy(&file, 0.1), "look");
	cr_assert_str_eq(slo_file_policy(&file, 0.74), "look");
	cr_assert_str_eq(slo_file_policy(&file, INFINITY), "halt");
	file.policy_count = 0;
	cr_assert_null(slo_file_policy(&file, 0.5));
	arena_release(&arena);
}

Test(slo_file, faults_have_their_line)
{
	expect_faults(
		"objectives:\n  - { name: a, target: 99% }\n",
		"s.yaml:2:5: has none of events:, threshold:, freshness:, value: and unmeasured: (one says what is "
		"measured)\n");
	expect_faults("objectives:\n  - name: a\n    " EVENTS "\n", "s.yaml:2:5: 'target' is missing (99.9%)\n");
	expect_faults("objectives:\n  - name: a\n    target: 101%\n    window: 1h\n    " EVENTS "\n",
		      "s.yaml:3:13: target: '101%' is out of range (0% to 100%)\n"
		      "s.yaml:4:13: window: '1h' is out of range (1d to 10y)\n");
	expect_faults(
		"objectives:\n  - name: a b\n    target: 99%\n    events: { bad: 'x', good: 'y[' }\n",
		"s.yaml:2:11: name: 'a b' is no name (letters, digits, - and _; at most 60)\n"
		"s.yaml:4:13: 'total' is missing\n"
		"s.yaml:4:20: bad: names no window: each burn window asks it with its own (rate(NAME[$window]))\n"
		"s.yaml:4:31: good: names no window: each burn window asks it with its own (rate(NAME[$window]))\n");
	expect_faults("objectives:\n  - name: a\n    target: 99%\n    events: { bad: 'x[$window]', total: "
		      "'rate(x[$window])' }\n",
		      "s.yaml:4:20: bad: the expression gives no instant vector\n");
	expect_faults(
		"objectives:\n  - name: a\n    target: 99%\n    threshold: { expression: x, good: 5 }\n",
		"s.yaml:4:39: good: '5' is no condition (an operator < <= > >= == != and a number, with % or ms s m "
		"h d w y behind it)\n");
	expect_faults("objectives:\n  - { name: a, target: 99%, " EVENTS " }\n  - { name: a, target: 99%, " EVENTS
		      " }\n",
		      "s.yaml:3:13: name: 'a' is the name of another objective too\n");
}

Test(slo_file, faults_of_lists_have_their_line)
{
	expect_faults("objectives:\n  - { name: a, target: 99%, " EVENTS " }\nscorecard:\n  - { title: T, line: b }\n"
		      "  - { title: U }\n",
		      "s.yaml:4:23: line: no objective's line is called 'b'\n"
		      "s.yaml:5:5: needs line: or unmeasured: (one of them)\n");
	expect_faults(
		"policy:\n  - { used: 10%, rule: a }\n  - { used: 5%, rule: b }\nobjectives:\n  - { name: a, target: "
		"99%, " EVENTS " }\n",
		"s.yaml:3:13: used: must be more than that of the level before\n");
	expect_faults("burn:\n  - { name: p, share: 0, long: 1h }\n  - { name: p, share: 2%, long: 1h, short: 2h "
		      "}\nobjectives:\n  - { name: a, target: 99%, " EVENTS " }\n",
		      "s.yaml:2:23: share: must be more than nothing (2%)\n"
		      "s.yaml:3:44: short: must be shorter than the long window\n");
	expect_faults("objectives:\n  - name: a\n    target: 99%\n    lines:\n      - { name: x, value: { expression: "
		      "y, good: "
		      "'> 1' }, target: 99% }\n      - { name: x, unmeasured: nobody }\n",
		      "s.yaml:5:67: target: a value has a goal (good:) and no budget; threshold: has one\n"
		      "s.yaml:6:9: name: 'x' is the name of another line too\n");
	expect_faults("objectives: 5\n", "s.yaml:1:13: objectives: is no list of at most 100 (- { name: availability, "
					 "target: 99.9%, events: ... })\n");
	expect_faults("objectivs: []\n", "s.yaml:1:1: unknown key 'objectivs' (did you mean 'objectives')\n"
					 "s.yaml:1:1: 'objectives' is missing\n");
}

/* Every expression that a file asks parses, for each window it is asked over. */
static void check_expressions(const struct slo_file *file)
{
	const struct promql_syntax syntax = { .left_open = false };
	struct error error = { "" };

	for (size_t i = 0; i < file->line_count; i++) {
		const struct slo_line *line = &file->lines[i];

		for (size_t w = 0; slo_line_has_budget(line) && w < file->window_count; w++) {
			struct strbuf text = STRBUF_INIT;
			struct promql *promql;

			sli_error_ratio(line, file->windows_ms[w], &text);
			promql = promql_parse(text.text, &syntax, &error);
			cr_assert(promql, "%s: %s: %s", line->name, text.text, error.text);
			cr_assert_null(strchr(text.text, '\n'));
			promql_free(promql);
			strbuf_release(&text);
		}
	}
}

static void read_shipped(const char *name, struct slo_file *ret, struct arena *arena)
{
	const char *source = getenv("SKEP_SOURCE");
	struct yaml_node node = { .kind = YAML_SCALAR, .text = "slos.yaml" };
	struct error_list errors;
	char folder[1024], line[1024] = "";

	cr_assert_not_null(source);
	snprintf(folder, sizeof(folder), "%s/systems/%s", source, name);
	error_list_init(&errors);
	slo_file_read(ret, &node, "system.yaml", folder, arena, &errors);
	if (errors.count)
		fault_format(&errors.faults[0], line, sizeof(line));
	cr_assert_eq(errors.count, 0u, "%s", line);
	error_list_release(&errors);
}

Test(slo_file, shipped_files_are_read)
{
	struct arena arena = { 0 };
	struct slo_file polln = { 0 }, dryad = { 0 };

	read_shipped("polln", &polln, &arena);
	cr_assert_eq(polln.objective_count, 6u);
	cr_assert_eq(polln.score_count, 9u);
	check_expressions(&polln);
	read_shipped("dryad", &dryad, &arena);
	for (size_t i = 0; i < dryad.objective_count; i++)
		cr_assert(dryad.objectives[i].proposal, "%s", dryad.objectives[i].name);
	check_expressions(&dryad);
	arena_release(&arena);
}

static void expect_text(void (*make)(const struct slo_line *, int64_t, struct strbuf *), const struct slo_line *line,
			int64_t window_ms, const char *want)
{
	struct strbuf text = STRBUF_INIT;

	make(line, window_ms, &text);
	cr_assert_str_eq(text.text, want);
	strbuf_release(&text);
}

Test(sli_expression, events)
{
	struct slo_line line = {
		.kind = SLI_EVENTS, .target = 0.999, .bad = "rate(e[$window]) # a comment", .total = "rate(t[$window])"
	};

	expect_text(sli_error_ratio, &line, CLOCK_HOUR,
		    "(sum(rate(e[1h])) or 0 * sum(rate(t[1h]))) / sum(rate(t[1h]))");
	expect_text(sli_bad, &line, 6 * CLOCK_HOUR, "(sum(rate(e[6h])) or 0 * sum(rate(t[6h])))");
	expect_text(sli_total, &line, 30 * CLOCK_DAY, "sum(rate(t[30d]))");
	line.good = "rate(g[$window])";
	line.bad = NULL;
	expect_text(sli_error_ratio, &line, CLOCK_HOUR,
		    "1 - (sum(rate(g[1h])) or 0 * sum(rate(t[1h]))) / sum(rate(t[1h]))");
	expect_text(sli_bad, &line, CLOCK_HOUR, "sum(rate(t[1h])) - (sum(rate(g[1h])) or 0 * sum(rate(t[1h])))");
}

Test(sli_expression, slices)
{
	struct slo_line line = {
		.kind = SLI_THRESHOLD, .target = 0.99, .value = "x", .slice_ms = CLOCK_MINUTE, .has_goal = true
	};
	struct strbuf text = STRBUF_INIT;

	cr_assert_eq(comparison_read("< 500ms", &line.goal, NULL), 0);
	expect_text(sli_error_ratio, &line, CLOCK_HOUR, "avg_over_time(max((x) > -Inf >= bool 0.5)[1h:1m])");
	expect_text(sli_error_ratio, &line, 30 * CLOCK_DAY, "avg_over_time(max((x) > -Inf >= bool 0.5)[30d:10m])");
	sli_now(&line, &text);
	cr_assert_str_eq(text.text, "max(x)");
	strbuf_release(&text);
}

Test(sli_expression, alert_lines_count_their_slices)
{
	struct slo_line line = { .kind = SLI_VALUE, .target = NAN, .value = "x" };
	struct slo_alert alert = { .for_ms = 10 * CLOCK_MINUTE };
	struct strbuf text = STRBUF_INIT;

	line.alerts = &alert;
	line.alert_count = 1;
	cr_assert_eq(comparison_read("< 500", &alert.when, NULL), 0);
	sli_held(&line, &alert, &text);
	cr_assert_str_eq(text.text, "sum_over_time(max((min(x)) > -Inf < bool 500)[10m:1m])");
	cr_assert_eq(sli_held_slices(&alert), 10u);
	strbuf_clear(&text);
	alert.for_ms = 0;
	sli_held(&line, &alert, &text);
	cr_assert_str_eq(text.text, "max((min(x)) > -Inf < bool 500)");
	cr_assert_eq(sli_held_slices(&alert), 1u);
	strbuf_release(&text);
}
