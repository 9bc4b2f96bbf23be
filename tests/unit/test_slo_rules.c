#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "slo/slo_rules.h"

/* The rules of objectives given as YAML; the caller frees them. */
static char *rules_of(const char *yaml)
{
	struct yaml_document document;
	struct error_list errors;
	struct slo_file file = { 0 };
	struct arena arena = { 0 };
	struct strbuf text = STRBUF_INIT;
	char line[1024] = "";

	error_list_init(&errors);
	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	slo_file_read(&file, document.root, "s.yaml", "/folder", &arena, &errors);
	if (errors.count)
		fault_format(&errors.faults[0], line, sizeof(line));
	cr_assert_eq(errors.count, 0u, "%s", line);
	slo_rules_add(&file, "test", &text);
	yaml_document_release(&document);
	error_list_release(&errors);
	arena_release(&arena);
	return strbuf_detach(&text);
}

static size_t times(const char *text, const char *needle)
{
	size_t ret = 0;

	for (; (text = strstr(text, needle)); text += strlen(needle))
		ret++;
	return ret;
}

#define EVENTS "events: { bad: 'rate(e[$window])', total: 'rate(t[$window])' }"

Test(slo_rules, a_line_has_ratios_burns_and_alerts)
{
	char *rules = rules_of("objectives: [ { name: a, target: 99.9%, window: 30d, tier: p0, " EVENTS " } ]");

	cr_assert_eq(times(rules, "- record: slo:sli_error:ratio_rate"), 8u, "seven windows and the objective's");
	cr_assert_eq(times(rules, "- record: slo:burn_rate:ratio"), 7u);
	cr_assert_eq(times(rules, "- record: slo:error_budget_remaining:ratio"), 1u);
	cr_assert(strstr(rules, "- alert: SLOABudgetBurnPage"));
	cr_assert(strstr(rules, "slo:sli_error:ratio_rate1h{slo=\"a\",system=\"test\"} > 14.4 * 0.001 and "
				"slo:sli_error:ratio_rate5m{slo=\"a\",system=\"test\"} > 14.4 * 0.001"),
		  "%s", rules);
	cr_assert(strstr(rules, "severity: 'critical'\n          tier: 'p0'"), "%s", rules);
	cr_assert(strstr(rules, "severity: 'warning'\n          tier: 'p3'"), "%s", rules);
	free(rules);
}

/* Half of the events may be bad: 14.4 times that is more than there are. */
Test(slo_rules, a_pair_that_cannot_fire_is_left_out)
{
	char *rules = rules_of("objectives: [ { name: a, target: 50%, window: 30d, " EVENTS " } ]");

	cr_assert_null(strstr(rules, "BudgetBurnPage"));
	cr_assert_eq(times(rules, "ratio_rate3d{"), 2u, "a burn rate and the one pair that can");
	free(rules);
}

Test(slo_rules, where_nothing_may_be_bad_the_first_error_fires)
{
	char *rules = rules_of("objectives: [ { name: a, target: 100%, window: 30d, " EVENTS " } ]");

	cr_assert(strstr(rules, "ratio_rate1h{slo=\"a\",system=\"test\"} > 14.4 * 0 and "), "%s", rules);
	cr_assert_null(strstr(rules, "slo:burn_rate:ratio"));
	cr_assert_null(strstr(rules, "remaining"));
	free(rules);
}

Test(slo_rules, what_has_no_budget_has_no_rule)
{
	char *rules = rules_of(
		"objectives: [ { name: a, value: { expression: x, good: '> 1' } }, { name: b, unmeasured: no } ]");

	cr_assert_str_eq(rules,
			 "groups: []\n  # a: value, no budget and no rule\n  # b: not measured, no budget and no "
			 "rule\n");
	free(rules);
}

Test(slo_rules, a_calendar_window_is_only_skeps)
{
	char *rules = rules_of("objectives: [ { name: a, target: 99%, window: calendar month, " EVENTS " } ]");

	cr_assert(strstr(rules, "# a: no rule can name a calendar month"));
	cr_assert_null(strstr(rules, "slo-window-a"));
	cr_assert(strstr(rules, "> 14.4 * 0.01"));
	free(rules);
}

Test(slo_rules, texts_are_quoted_and_no_templates)
{
	char *rules = rules_of("objectives: [ { name: a, title: \"it's {{ here\", target: 99%, proposal: true,\n"
			       "  links: { runbook: 'r''s.md' }, " EVENTS " } ]");

	cr_assert(strstr(rules, "summary: 'it''s {{ \"{{\" }} here burns its error budget'"), "%s", rules);
	cr_assert(strstr(rules, "runbook_url: 'r''s.md'"));
	cr_assert(strstr(rules, "proposal: 'true'"));
	free(rules);
}
