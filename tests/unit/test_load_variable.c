#include "load_dashboard.h"

TestSuite(load_variable);

static struct loaded load_list(const char *list)
{
	char *text = mem_printf("{\"panels\":[],\"templating\":{\"list\":[%s]}}", list);
	struct loaded loaded = load_json(text);

	free(text);
	return loaded;
}

Test(load_variable, query_in_every_form)
{
	struct loaded loaded = load_list(
		"{\"type\":\"query\",\"name\":\"a\",\"query\":\"label_values(up, "
		"job)\",\"regex\":\"/x(.*)/\",\"sort\":3,\"hide\":2,"
		"\"includeAll\":true,\"multi\":true,\"allValue\":\".*\",\"label\":\"A\",\"current\":{\"text\":\"All\","
		"\"value\":[\"$__all\"]}},"
		"{\"type\":\"query\",\"name\":\"b\",\"query\":{\"query\":\"metrics(a)\",\"refId\":\"x\",\"qryType\":1},"
		"\"current\":{\"selected\":true,\"text\":\"x + y\",\"value\":[\"x\",\"y\"]}},"
		"{\"type\":\"query\",\"name\":\"c\",\"query\":{\"refId\":\"x\"},\"definition\":\"query_result(up)\","
		"\"current\":{},"
		"\"allValue\":null,\"label\":null},"
		"{\"name\":\"d\",\"query\":\"x\",\"current\":\"plain\",\"includeAll\":true},"
		"{\"name\":\"e\",\"query\":\"x\",\"current\":{\"text\":\"All\"},\"includeAll\":true},"
		"{\"name\":\"f\",\"query\":\"x\",\"current\":{\"value\":5}}");
	const struct variable *variables;

	cr_assert_eq(loaded.errors.count, 0);
	variables = loaded.dashboard->variables;
	cr_assert_eq(loaded.dashboard->variable_count, 6);
	cr_assert_eq(variables[0].type, VARIABLE_QUERY);
	cr_assert_str_eq(variables[0].query, "label_values(up, job)");
	cr_assert_str_eq(variables[0].regex, "/x(.*)/");
	cr_assert_eq(variables[0].sort, 3);
	cr_assert(variables[0].hidden && variables[0].include_all && variables[0].multi);
	cr_assert_str_eq(variables[0].all_value, ".*");
	cr_assert_str_eq(variables[0].current[0], "$__all");
	cr_assert_str_eq(variables[1].query, "metrics(a)");
	cr_assert_str_eq(variables[1].current[1], "y");
	cr_assert_null(variables[1].current[2]);
	cr_assert_str_eq(variables[2].query, "query_result(up)");
	cr_assert_null(variables[2].current[0]);
	cr_assert_null(variables[2].all_value);
	cr_assert_null(variables[2].label);
	cr_assert_str_eq(variables[3].current[0], "plain");
	cr_assert_str_eq(variables[4].current[0], "$__all");
	cr_assert_str_eq(variables[5].current[0], "5");
	loaded_release(&loaded);
}

Test(load_variable, custom_and_interval)
{
	struct loaded loaded =
		load_list("{\"type\":\"custom\",\"name\":\"a\",\"query\":\"one, two : 2, three\\\\, four ,, a:b\"},"
			  "{\"type\":\"custom\",\"name\":\"b\",\"query\":\"\",\"options\":[{\"text\":\"All\",\"value\":"
			  "\"$__all\"},"
			  "{\"text\":\"x\",\"value\":\"1\"}]},"
			  "{\"type\":\"interval\",\"name\":\"c\",\"query\":\"1m,10m, "
			  "'a,b',1h\",\"auto\":true,\"auto_count\":10,\"auto_min\":\"30s\","
			  "\"current\":{\"text\":\"auto\",\"value\":\"$__auto_interval_c\"}}");
	const struct variable *variables;

	cr_assert_eq(loaded.errors.count, 0);
	variables = loaded.dashboard->variables;
	cr_assert_str_eq(variables[0].options[0], "one");
	cr_assert_str_eq(variables[0].options[1], "2");
	cr_assert_str_eq(variables[0].option_texts[1], "two");
	cr_assert_str_eq(variables[0].options[2], "three, four");
	cr_assert_str_eq(variables[0].options[3], "a:b");
	cr_assert_null(variables[0].options[4]);
	cr_assert_str_eq(variables[1].options[0], "1");
	cr_assert_str_eq(variables[1].option_texts[0], "x");
	cr_assert_null(variables[1].options[1]);
	cr_assert_str_eq(variables[2].options[1], "10m");
	cr_assert_str_eq(variables[2].options[2], "a,b");
	cr_assert_str_eq(variables[2].options[3], "1h");
	cr_assert_null(variables[2].options[4]);
	cr_assert(variables[2].automatic);
	cr_assert_eq(variables[2].auto_count, 10);
	cr_assert_str_eq(variables[2].auto_min, "30s");
	loaded_release(&loaded);
}

Test(load_variable, constant_textbox_datasource_adhoc)
{
	struct loaded loaded = load_list(
		"{\"type\":\"constant\",\"name\":\"a\",\"query\":\"prefix_\",\"current\":{\"value\":\"old\"}},"
		"{\"type\":\"textbox\",\"name\":\"b\",\"query\":\"hello\"},"
		"{\"type\":\"textbox\",\"name\":\"c\",\"query\":\"x\",\"current\":{\"value\":\"\"}},"
		"{\"type\":\"datasource\",\"name\":\"d\",\"query\":\"prometheus\",\"current\":{\"text\":\"default\","
		"\"value\":\"default\"}},"
		"{\"type\":\"adhoc\",\"name\":\"e\",\"filters\":[]},{\"type\":\"groupby\",\"name\":\"f\"}");
	const struct variable *variables = loaded.dashboard->variables;

	cr_assert_str_eq(variables[0].current[0], "prefix_");
	cr_assert_str_eq(variables[1].current[0], "hello");
	cr_assert_str_eq(variables[2].current[0], "");
	cr_assert_eq(variables[3].type, VARIABLE_DATASOURCE);
	cr_assert_str_eq(variables[3].current[0], "default");
	cr_assert_eq(variables[4].type, VARIABLE_ADHOC);
	cr_assert_eq(variables[5].type, VARIABLE_UNKNOWN);
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "templating.list[4]", "ad hoc"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "templating.list[5].type", "groupby"));
	loaded_release(&loaded);
}

Test(load_variable, a_nameless_one_is_an_error)
{
	struct loaded loaded = load_list("{\"type\":\"query\"},3");

	cr_assert(loaded_says(&loaded, FAULT_ERROR, "templating.list[0]", "no name"));
	cr_assert(loaded_says(&loaded, FAULT_ERROR, "templating.list[1]", "must be an object"));
	loaded_release(&loaded);
}
