#include "load_dashboard.h"

TestSuite(load_hostile);

/* `count` times `item`, joined by commas, between `head` and `tail`. */
static struct loaded load_many(const char *head, const char *item, size_t count, const char *tail)
{
	struct strbuf text = STRBUF_INIT;
	struct loaded loaded;

	strbuf_addstr(&text, head);
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_addch(&text, ',');
		strbuf_addstr(&text, item);
	}
	strbuf_addstr(&text, tail);
	loaded = load_bytes(text.text, text.length);
	strbuf_release(&text);
	return loaded;
}

Test(load_hostile, every_truncation)
{
	static const char text[] =
		"{\"panels\":[{\"type\":\"graph\",\"gridPos\":{\"x\":0,\"y\":1},\"yaxes\":[{\"format\":\"s\"}],"
		"\"targets\":[{\"expr\":\"up\"}]}],\"templating\":{\"list\":[{\"name\":\"a\"}]}}";

	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		struct loaded loaded = load_bytes(text, length);
		cr_assert_null(loaded.dashboard, "%zu", length);
		cr_assert_geq(loaded.errors.faults[0].line, 1);
		loaded_release(&loaded);
	}
}

Test(load_hostile, deep_nesting)
{
	struct strbuf text = STRBUF_INIT;
	struct loaded loaded;

	strbuf_addstr(&text, "{\"panels\":");
	for (int i = 0; i < 100000; i++)
		strbuf_addch(&text, '[');
	loaded = load_bytes(text.text, text.length);
	cr_assert_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.count, 1);
	cr_assert_eq(loaded.errors.faults[0].line, 1);
	loaded_release(&loaded);
	strbuf_release(&text);
}

Test(load_hostile, a_string_of_ten_megabytes)
{
	size_t length = 10u * 1024 * 1024;
	char *text = mem_alloc(length);
	struct loaded loaded;

	memset(text, 'x', length);
	memcpy(text, "{\"title\":\"", 10);
	memcpy(text + length - 14, "\",\"panels\":[]}", 14);
	loaded = load_bytes(text, length);
	cr_assert_null(loaded.dashboard);
	cr_assert(strstr(loaded.errors.faults[0].text, "4 MiB"));
	loaded_release(&loaded);
	free(text);
}

Test(load_hostile, names_of_megabytes)
{
	size_t length = 3u * 1024 * 1024;
	char *name = mem_zalloc(length + 1), *text;
	struct loaded loaded;

	memset(name, 'n', length);
	text = mem_printf("{\"panels\":[{\"type\":\"%s\"}]}", name);
	loaded = load_json(text);
	cr_assert_not_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.count, 1);
	cr_assert_lt(strlen(loaded.errors.faults[0].text), ERROR_TEXT_MAX);
	loaded_release(&loaded);
	free(text);
	text = mem_printf("{\"panels\":[{\"type\":\"graph\",\"aliasColors\":{\"%s\":\"puce\"}}]}", name);
	loaded = load_json(text);
	cr_assert_eq(loaded.errors.count, 1);
	cr_assert_lt(strlen(loaded.errors.faults[0].where), 200);
	loaded_release(&loaded);
	free(text);
	free(name);
}

Test(load_hostile, too_many)
{
	struct loaded loaded = load_many("{\"panels\":[", "{}", 1000000, "]}");

	cr_assert_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.errors, 1);
	cr_assert(strstr(loaded.errors.faults[0].text, "the limit is 2000"));
	loaded_release(&loaded);

	loaded = load_many("{\"rows\":[{\"panels\":[", "{}", 500000, "]}]}");
	cr_assert_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.errors, 1);
	loaded_release(&loaded);

	loaded = load_many("{\"rows\":[", "{\"collapse\":true}", 100000, "]}");
	cr_assert_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.errors, 1);
	loaded_release(&loaded);

	loaded = load_many("{\"panels\":[{\"type\":\"row\",\"collapsed\":true,\"panels\":[", "{}", 500000, "]}]}");
	cr_assert_null(loaded.dashboard);
	loaded_release(&loaded);

	loaded = load_many("{\"panels\":[{\"type\":\"stat\",\"targets\":[", "{}", 100000, "]}]}");
	cr_assert(loaded_says(&loaded, FAULT_ERROR, "panels[0].targets", "the limit is 100"));
	loaded_release(&loaded);

	loaded = load_many("{\"panels\":[],\"templating\":{\"list\":[", "{\"name\":\"a\"}", 1000, "]}}");
	cr_assert(loaded_says(&loaded, FAULT_ERROR, "templating.list", "the limit is 200"));
	loaded_release(&loaded);

	loaded = load_many("{\"panels\":[{\"type\":\"stat\",\"fieldConfig\":{\"overrides\":[", "{}", 100000, "]}}]}");
	cr_assert(loaded_says(&loaded, FAULT_ERROR, "panels[0].fieldConfig.overrides", "the limit is 1000"));
	loaded_release(&loaded);
}

/* Lists that are searched for each query: long ones must not take the square of their length. */
Test(load_hostile, long_lists_behind_many_references, .timeout = 60)
{
	struct strbuf text = STRBUF_INIT;
	struct loaded loaded;

	strbuf_addstr(&text, "{\"__inputs\":[{}");
	for (int i = 0; i < 300000; i++)
		strbuf_addstr(&text, ",{}");
	strbuf_addstr(&text, "],\"panels\":[{}");
	for (int i = 0; i < 1900; i++)
		strbuf_addstr(
			&text,
			",{\"targets\":[{\"datasource\":\"$a\"},{\"datasource\":\"$b\"},{\"datasource\":\"$c\"}]}");
	strbuf_addstr(&text, "]}");
	loaded = load_bytes(text.text, text.length);
	cr_assert(loaded_says(&loaded, FAULT_ERROR, "__inputs", "the limit is 1000"));
	loaded_release(&loaded);
	strbuf_release(&text);
}

/* Every string of a busy panel holds an escape sequence: kept in the model, safe in each message. */
Test(load_hostile, control_characters_everywhere)
{
#define EVIL "\\u001b]0;x\\u0007\\u202e"
	struct loaded loaded = load_json("{\"title\":\"" EVIL "\",\"timezone\":\"" EVIL "\",\"refresh\":\"" EVIL
					 "\",\"panels\":[{\"type\":\"" EVIL "\",\"title\":\"" EVIL
					 "\"},{\"type\":\"graph\",\"aliasColors\":{\"" EVIL "\":\"" EVIL "\"},"
					 "\"gridPos\":{\"x\":\"" EVIL
					 "\"},\"fieldConfig\":{\"overrides\":[{\"matcher\":{\"id\":\"" EVIL
					 "\"},\"properties\":[{\"id\":\"" EVIL
					 "\",\"value\":1}]}]},\"transformations\":[{\"id\":\"" EVIL "\"}]}]}");
	char text[2 * ERROR_TEXT_MAX];

	cr_assert_null(loaded.dashboard);
	cr_assert_geq(loaded.errors.count, 7);
	for (size_t i = 0; i < loaded.errors.count; i++) {
		fault_format(&loaded.errors.faults[i], text, sizeof(text));
		for (const char *p = text; *p; p++)
			cr_assert((unsigned char)*p >= 0x20 && *p != 0x7f, "%zu: byte %02x", i, (unsigned char)*p);
		cr_assert_null(strstr(text, "\xe2\x80\xae"));
	}
	loaded_release(&loaded);
}

/* Each member a panel can have, with each type it should not have: never a crash, and always a reason when refused. */
Test(load_hostile, every_member_of_every_type)
{
	static const char *const types[] = {
		"stat",      "graph",     "singlestat", "gauge",    "table",
		"table-old", "text",      "row",        "piechart", "grafana-piechart-panel",
		"heatmap",   "histogram", "alertlist",  "barchart", "x"
	};
	static const char *const members[] = {
		"id",
		"title",
		"type",
		"gridPos",
		"datasource",
		"targets",
		"options",
		"fieldConfig",
		"transformations",
		"repeat",
		"panels",
		"libraryPanel",
		"thresholds",
		"colors",
		"valueMaps",
		"rangeMaps",
		"yaxes",
		"xaxis",
		"legend",
		"seriesOverrides",
		"grid",
		"aliasColors",
		"styles",
		"columns",
		"sort",
		"gauge",
		"sparkline",
		"yAxis",
		"color",
		"dataFormat",
		"maxDataPoints",
		"collapsed",
		"y_formats",
		"cards",
		"format",
	};
	static const char *const values[] = { "null",
					      "true",
					      "-1",
					      "1e308",
					      "\"\"",
					      "\"x\"",
					      "[]",
					      "[null]",
					      "[[1]]",
					      "[{}]",
					      "{}",
					      "{\"a\":{\"b\":[1]}}",
					      "[\"a\",{\"value\":[]}]" };
	size_t tried = 0;

	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
		for (size_t m = 0; m < sizeof(members) / sizeof(members[0]); m++)
			for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
				char *text = mem_printf("{\"%s\":%s,\"type\":\"%s\"}", members[m], values[v], types[t]);
				struct loaded loaded = load_one(text);
				loaded_release(&loaded);
				free(text);
				tried++;
			}
	cr_assert_gt(tried, 6000);
}
