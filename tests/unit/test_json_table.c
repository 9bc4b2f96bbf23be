#include <criterion/criterion.h>
#include <string.h>

#include "base/strbuf.h"
#include "collect/detail.h"
#include "collect/json_mapping.h"
#include "collect/json_ready.h"
#include "collect/json_table.h"
#include "collect/metric_page.h"
#include "config/json.h"

static struct detail *fill(const char *yaml, const char *json)
{
	struct detail *detail = detail_new(7);
	cJSON *root = json_parse(json, strlen(json), NULL, NULL);
	struct arena arena = { 0 };

	cr_assert_not_null(root);
	json_table_add(json_table_ready(yaml, &arena), root, detail);
	arena_release(&arena);
	cJSON_Delete(root);
	return detail;
}

Test(json_table, shows_a_list_without_columns_that_are_empty)
{
	struct detail *detail = fill("title: Work\nempty: none\npath: 'list[*]'\n"
				     "columns: [id=id, gone=nothing, risk=risk, of=$.who]\nmoods: { high: bad }\n",
				     "{\"who\":\"me\",\"list\":[{\"id\":1,\"risk\":\"HIGH\"},{\"id\":2}]}");
	const struct detail_table *table = detail->first;

	cr_assert_not_null(table);
	cr_expect_str_eq(table->title, "Work");
	cr_assert_eq(table->column_count, 3u);
	cr_expect_str_eq(table->columns[1].title, "risk");
	cr_expect(table->columns[2].wide);
	cr_assert_eq(table->row_count, 2u);
	cr_expect_str_eq(table->cells[1].text, "HIGH");
	cr_expect_eq(table->cells[1].mood, DETAIL_BAD);
	cr_expect_str_eq(table->cells[3].text, "2");
	cr_expect_str_eq(table->cells[5].text, "me");
	detail_free(detail);
}

Test(json_table, says_when_there_is_nothing)
{
	struct detail *detail = fill("path: 'list[*]'\ncolumns: a=b\nempty: all done\n", "{\"list\":[]}");

	cr_expect_eq(detail->first->row_count, 0u);
	cr_expect_str_eq(detail->first->empty, "all done");
	detail_free(detail);
}

static void refuse(const char *yaml, const char *fault)
{
	struct yaml_document document;
	struct arena arena = { 0 };
	struct error_list errors = { 0 };
	char line[512] = "";

	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	cr_expect_null(json_table_read(document.root, "s.yaml", &arena, &errors), "%s", yaml);
	cr_assert_gt(errors.count, 0u, "no fault for: %s", yaml);
	fault_format(&errors.faults[0], line, sizeof(line));
	cr_expect(strstr(line, fault) != NULL, "'%s' is not in '%s'", fault, line);
	yaml_document_release(&document);
	error_list_release(&errors);
	arena_release(&arena);
}

Test(json_table, refuses_bad_tables)
{
	refuse("columns: [a=b]", "'path' is missing");
	refuse("path: a", "'columns' is missing");
	refuse("path: 'a['\ncolumns: [a=b]", "s.yaml:1:7: path: 'a[': ']' is missing");
	refuse("path: a\ncolumns: [b]", "'b' is no column (TITLE=PATH)");
	refuse("path: a\ncolumns: ['b=c[']", "columns: 'c['");
	refuse("path: a\ncolumns: [b=c]\nmoods: { x: awful }", "'awful' is no mood");
	refuse("path: a\ncolumns: [a=a, b=a, c=a, d=a, e=a, f=a, g=a, h=a, i=a, j=a, k=a, l=a, m=a]",
	       "too many columns");
}

/* What a ready-made reading makes of a document. */
static void ready(const char *name, const char *json, const char *const *lines)
{
	const struct json_ready *found = json_ready_find(name);
	cJSON *root = json_parse(json, strlen(json), NULL, NULL);
	struct arena arena = { 0 };
	struct json_mapping_result result;
	struct json_mappings mappings;
	struct metric_page page;

	cr_assert_not_null(found);
	cr_assert_not_null(root);
	metric_page_init(&page);
	mappings = json_mappings_ready(found->metrics, &arena);
	json_mappings_apply(&mappings, root, &page, &result);
	for (; *lines; lines++)
		cr_expect(strstr(page.text.text, *lines) != NULL, "no '%s' in\n%s", *lines, page.text.text);
	cr_expect_eq(result.no_number, 0u, "%s", result.example);
	metric_page_release(&page);
	arena_release(&arena);
	cJSON_Delete(root);
}

Test(json_ready, knows_three_documents)
{
	static const char *const approvals[] = {
		"\ndryad_approvals_pending 2\n",
		"\ndryad_approvals_pending_by_risk{risk_level=\"critical\",action_type=\"delete\"} 1\n",
		"\ndryad_approval_expires_timestamp_seconds{id=\"a1\",risk_level=\"critical\"} 1795318860\n",
		NULL,
	};
	static const char *const nothing[] = { "\ndryad_approvals_pending 0\n", "\ndryad_approvals_listed 0\n", NULL };
	static const char *const healing[] = {
		"\ndryad_self_healing_tasks{status=\"pending_review\"} 3\n",
		"\ndryad_self_healing_tasks_by_severity{severity=\"high\"} 1\n",
		"\ndryad_self_healing_guardian_running 1\n",
		"\ndryad_self_healing_errors_detected_total 9\n",
		NULL,
	};
	static const char *const metrics[] = {
		"\ncode_reviews_total{tenant_id=\"t1\"} 4\n",
		"\ncode_review_duration_seconds{quantile=\"0.99\"} 1.6\n",
		"\ndryad_uptime_seconds 55\n",
		NULL,
	};

	ready("dryad-approvals",
	      "{\"pending_approvals\":[{\"id\":\"a1\",\"risk_level\":\"critical\",\"action_type\":\"delete\","
	      "\"expires_at\":\"2026-11-22T03:41:00Z\"},{\"id\":\"a2\",\"risk_level\":\"low\",\"expires_at\":null}],"
	      "\"total\":2}",
	      approvals);
	ready("dryad-approvals", "{\"pending_approvals\":[],\"total\":0}", nothing);
	ready("dryad-self-healing",
	      "{\"status_counts\":{\"pending_review\":3,\"failed\":0},\"severity_counts\":{\"high\":1},"
	      "\"guardian\":{\"running\":true,\"errors_detected\":9,\"errors_submitted\":3}}",
	      healing);
	ready("dryad-metrics",
	      "{\"counters\":{\"code_reviews_total{tenant_id=t1}\":4},\"timings\":{\"code_review\":{\"p99\":1.6}},"
	      "\"gauges\":{},\"uptime_seconds\":55}",
	      metrics);
	cr_expect_null(json_ready_find("dryad"));
	for (const struct json_ready *one = json_ready_table; one->name; one++) {
		struct arena arena = { 0 };

		json_mappings_ready(one->metrics, &arena);
		if (one->table)
			cr_expect_not_null(json_table_ready(one->table, &arena));
		arena_release(&arena);
	}
}
