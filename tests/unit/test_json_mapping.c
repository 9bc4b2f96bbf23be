#include <criterion/criterion.h>
#include <string.h>

#include "base/strbuf.h"
#include "collect/json_mapping.h"
#include "collect/metric_page.h"
#include "config/json.h"

/* What `yaml`'s mappings make of a document, as the page's text. */
struct mapped {
	struct arena arena;
	struct metric_page page;
	struct json_mapping_result result;
};

static void map(struct mapped *mapped, const char *yaml, const char *json)
{
	cJSON *root = json_parse(json, strlen(json), NULL, NULL);
	struct json_mappings mappings;

	cr_assert_not_null(root, "%s", json);
	memset(mapped, 0, sizeof(*mapped));
	metric_page_init(&mapped->page);
	mappings = json_mappings_ready(yaml, &mapped->arena);
	json_mappings_apply(&mappings, root, &mapped->page, &mapped->result);
	cJSON_Delete(root);
}

static void mapped_release(struct mapped *mapped)
{
	metric_page_release(&mapped->page);
	arena_release(&mapped->arena);
}

static void expect(const char *yaml, const char *json, const char *page)
{
	struct mapped mapped;

	map(&mapped, yaml, json);
	cr_expect_str_eq(mapped.page.text.text, page, "%s\nmakes\n%s", yaml, mapped.page.text.text);
	mapped_release(&mapped);
}

Test(json_mapping, takes_values_and_labels)
{
	expect("- { name: up_s, help: since start, type: counter, path: uptime }", "{\"uptime\":\"12.5\"}",
	       "# HELP up_s since start\n# TYPE up_s counter\nup_s 12.5\n");
	expect("- { name: r, path: 'items[*].c[*]', value: n, labels: [pod=^.name, c=name] }",
	       "{\"items\":[{\"name\":\"p1\",\"c\":[{\"name\":\"a\",\"n\":3},{\"name\":\"b\",\"n\":0}]},"
	       "{\"name\":\"p2\",\"c\":[{\"n\":1},{\"name\":\"none\"}]}]}",
	       "# TYPE r gauge\nr{pod=\"p1\",c=\"a\"} 3\nr{pod=\"p1\",c=\"b\"} 0\nr{pod=\"p2\"} 1\n");
	expect("- { name: a, path: x, labels: { key: $key } }", "{\"x\":true}", "# TYPE a gauge\na{key=\"x\"} 1\n");
	expect("- { name: a, path: x }\n- { name: a, path: y }\n- { name: b, path: z }", "{\"x\":1,\"y\":2}",
	       "# TYPE a gauge\na 1\na 2\n");
	expect("- { name: t, path: at }", "{\"at\":\"1970-01-01T00:02:00Z\"}", "# TYPE t gauge\nt 120\n");
	expect("- { name: n, path: list.$count }", "{\"list\":[1,2,3]}", "# TYPE n gauge\nn 3\n");
	expect("- { name: n, path: list }", "{\"list\":null}", "");
	expect("- { name: q, path: p50, labels: { quantile: '\"0.5\"', none: '\"\"' } }", "{\"p50\":3}",
	       "# TYPE q gauge\nq{quantile=\"0.5\"} 3\n");
}

Test(json_mapping, has_numbers_for_texts)
{
	const char *yaml = "- { name: s, path: c.*, values: [OK=1, degraded=0.5, '*=0'], labels: [c=$key] }";
	struct mapped mapped;
	char warning[160];

	expect(yaml, "{\"c\":{\"a\":\"ok\",\"b\":\"degraded\",\"d\":\"gone\",\"e\":null}}",
	       "# TYPE s gauge\ns{c=\"a\"} 1\ns{c=\"b\"} 0.5\ns{c=\"d\"} 0\n");
	expect("- { name: s, path: c, values: { 'a=b': 7 } }", "{\"c\":\"a=b\"}", "# TYPE s gauge\ns 7\n");
	map(&mapped, "- { name: s, path: c.*, values: [ok=1] }", "{\"c\":{\"a\":\"on fire\",\"b\":2,\"d\":{}}}");
	cr_expect_str_eq(mapped.page.text.text, "# TYPE s gauge\ns 2\n");
	cr_expect_eq(mapped.result.no_number, 2u);
	cr_expect(json_mapping_warning(&mapped.result, warning, sizeof(warning)));
	cr_expect_str_eq(warning, "2 values are no numbers: s 'on fire'");
	mapped_release(&mapped);
}

Test(json_mapping, counts_places_by_their_labels)
{
	const char *json = "{\"items\":[{\"p\":\"Running\",\"r\":true},{\"p\":\"Running\",\"r\":false},"
			   "{\"p\":\"Failed\"},{\"q\":1}],\"none\":[]}";

	expect("- { name: pods, path: 'items[*]', labels: [phase=p], count: true }", json,
	       "# TYPE pods gauge\npods{phase=\"Running\"} 2\npods{phase=\"Failed\"} 1\npods 1\n");
	expect("- { name: ready, path: 'items[*]', labels: [phase=p], value: r, count: true }", json,
	       "# TYPE ready gauge\nready{phase=\"Running\"} 1\nready{phase=\"Failed\"} 0\nready 0\n");
	expect("- { name: waiting, path: 'none[*]', count: true }", json, "# TYPE waiting gauge\nwaiting 0\n");
	expect("- { name: waiting, path: 'none[*]', labels: [a=b], count: true }", json, "");
}

Test(json_mapping, takes_names_and_labels_from_keys)
{
	const char *yaml = "- { name: 'app_${key}', type: counter, path: counters.* }";

	expect(yaml,
	       "{\"counters\":{\"reviews_total{tenant_id=t1}\":4,\"reviews_total{tenant_id=t2,way=\\\"a,b\\\"}\":5,"
	       "\"plain\":6,\"a.b-c\":7,\"9\":8}}",
	       "# TYPE app_reviews_total counter\napp_reviews_total{tenant_id=\"t1\"} 4\n"
	       "app_reviews_total{tenant_id=\"t2\",way=\"a,b\"} 5\n# TYPE app_plain counter\napp_plain 6\n"
	       "# TYPE app_a_b_c counter\napp_a_b_c 7\n# TYPE app_9 counter\napp_9 8\n");
	expect("- { name: '${key}', path: c.* }",
	       "{\"c\":{\"9{__name__=x,a=,=c\":1,\"x{a=1,a=2}\":2,\"{\":3,\"y{\":4}}",
	       "# TYPE _9 gauge\n_9{name__=\"x\",_=\"c\"} 1\n# TYPE x gauge\nx{a=\"1\"} 2\n# TYPE _ gauge\n_ 3\n"
	       "# TYPE y gauge\ny 4\n");
	expect("- { name: 'a_${key}', path: '[*]' }", "[1]", "# TYPE a_ gauge\na_ 1\n");
}

Test(json_mapping, cuts_what_is_too_long_and_says_what_is_too_much)
{
	struct strbuf json = STRBUF_INIT;
	struct mapped mapped;
	char warning[160];

	strbuf_addstr(&json, "{\"l\":\"");
	for (int i = 0; i < 1000; i++)
		strbuf_addstr(&json, "\xc3\xa4z");
	strbuf_addstr(&json, "\",\"v\":[0");
	for (int i = 1; i <= JSON_MAPPING_MATCHES; i++)
		strbuf_addf(&json, ",%d", i);
	strbuf_addstr(&json, "]}");
	map(&mapped, "- { name: a, path: l.$key, value: '$.v[0]', labels: [l=$.l] }\n- { name: v, path: 'v[*]' }",
	    json.text);
	cr_expect(strstr(mapped.page.text.text, "z\"} 0\n") != NULL, "cut within a character");
	cr_expect_eq(mapped.result.left_out, 1u);
	cr_expect_eq(mapped.result.samples, (size_t)JSON_MAPPING_MATCHES + 1);
	cr_expect(json_mapping_warning(&mapped.result, warning, sizeof(warning)));
	cr_expect_str_eq(warning, "the document is too large: parts of 1 mappings left out");
	mapped_release(&mapped);
	strbuf_release(&json);
}

static void refuse(const char *yaml, const char *fault)
{
	struct yaml_document document;
	struct json_mappings mappings;
	struct arena arena = { 0 };
	struct error_list errors = { 0 };
	char line[1024] = "";

	cr_assert_eq(yaml_parse(&document, yaml, strlen(yaml), "s.yaml", &errors), 0);
	cr_expect_eq(json_mappings_read(&mappings, document.root, "s.yaml", &arena, &errors), -1, "%s", yaml);
	cr_assert_gt(errors.count, 0u, "no fault for: %s", yaml);
	fault_format(&errors.faults[0], line, sizeof(line));
	cr_expect(strstr(line, fault) != NULL, "'%s' is not in '%s'", fault, line);
	yaml_document_release(&document);
	error_list_release(&errors);
	arena_release(&arena);
}

Test(json_mapping, refuses_bad_mappings_by_line)
{
	refuse("5", "is a list of mappings");
	refuse("- 5", "s.yaml:1:");
	refuse("- { path: a }", "'name' is missing");
	refuse("- { name: a }", "'path' is missing");
	refuse("- { name: a, pth: b }", "did you mean 'path'");
	refuse("-\n  name: 9a\n  path: a", "s.yaml:2:9: name: '9a' is no metric's name");
	refuse("- { name: 'a ${key}', path: a }", "is no metric's name");
	refuse("- { name: 'a${key}b${key}', path: a }", "is no metric's name");
	refuse("- { name: a, path: 'a[' }", "path: 'a[': ']' is missing");
	refuse("- { name: a, path: b, value: 'c..d' }", "value: 'c..d'");
	refuse("- { name: a, path: b, labels: [x] }", "labels: is none of the form NAME=PATH");
	refuse("- { name: a, path: b, labels: ['=x'] }", "labels: is none of the form NAME=PATH");
	refuse("- { name: a, path: b, labels: [x-y=z] }", "'x-y' is no label's name");
	refuse("- { name: a, path: b, labels: [__name__=z] }", "'__name__' is no label's name");
	refuse("- { name: a, path: b, labels: [x=1, x=2] }", "'x' is there twice");
	refuse("- { name: a, path: b, labels: ['x=a['] }", "labels: 'a['");
	refuse("- { name: a, path: b, labels: [[x]] }", "NAME=PATH");
	refuse("- { name: a, path: b, values: [ok=yes] }", "'yes' is no number");
	refuse("- { name: a, path: b, values: { ok: } }", "'' is no number");
	refuse("- { name: a, path: b, type: x }", "type");
}

Test(json_mapping, reads_none_and_joins)
{
	struct arena arena = { 0 };
	struct error_list errors = { 0 };
	struct json_mappings none, some, both;

	cr_expect_eq(json_mappings_read(&none, NULL, "s.yaml", &arena, &errors), 0);
	cr_expect_eq(none.count, 0u);
	some = json_mappings_ready("- { name: a, path: b }\n- { name: c, path: d }", &arena);
	both = json_mappings_join(&some, &some, &arena);
	cr_expect_eq(both.count, 4u);
	both = json_mappings_join(&none, &some, &arena);
	cr_expect_eq(both.count, 2u);
	arena_release(&arena);
	error_list_release(&errors);
}
