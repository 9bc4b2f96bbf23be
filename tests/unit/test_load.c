#include "load_dashboard.h"

TestSuite(load);

Test(load, plain_wrapped_and_resource)
{
	static const char *const files[] = {
		"{\"title\":\"t\",\"uid\":\"u\",\"panels\":[{\"type\":\"stat\"}]}",
		"{\"dashboard\":{\"title\":\"t\",\"uid\":\"u\",\"panels\":[{\"type\":\"stat\"}]},\"meta\":{}}",
		"{\"apiVersion\":\"dashboard.grafana.app/"
		"v1\",\"spec\":{\"title\":\"t\",\"uid\":\"u\",\"panels\":[{\"type\":\"stat\"}]}}",
		"\xef\xbb\xbf{\"schemaVersion\":\"16\",\"title\":\"t\",\"uid\":\"u\",\"panels\":[{\"type\":\"stat\"}]}"
		"\n",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct loaded loaded = load_json(files[i]);
		clean_panel(&loaded);
		cr_assert_str_eq(loaded.dashboard->title, "t");
		cr_assert_str_eq(loaded.dashboard->uid, "u");
		cr_assert_str_eq(loaded.dashboard->from, "now-6h");
		cr_assert_str_eq(loaded.dashboard->to, "now");
		loaded_release(&loaded);
	}
}

Test(load, refresh_in_every_form)
{
	static const struct {
		const char *refresh;
		int64_t ms;
	} forms[] = {
		{ "\"30s\"", 30000 }, { "\"1m\"", 60000 }, { "false", 0 },  { "\"\"", 0 },         { "null", 0 },
		{ "true", 0 },        { "\"off\"", 0 },    { "10", 10000 }, { "\"auto\"", 86000 }, { "-1", 0 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char *text = mem_printf("{\"panels\":[],\"time\":{\"from\":\"now-24h\",\"to\":\"now\"},\"refresh\":%s}",
					forms[i].refresh);
		struct loaded loaded = load_json(text);
		cr_assert_not_null(loaded.dashboard);
		cr_assert_eq(loaded.errors.count, 0);
		cr_assert_eq(loaded.dashboard->refresh_ms, forms[i].ms, "%s", forms[i].refresh);
		loaded_release(&loaded);
		free(text);
	}
}

Test(load, what_is_done_otherwise_is_said)
{
	struct loaded loaded =
		load_json("{\"panels\":[],\"timezone\":\"Europe/"
			  "Berlin\",\"refresh\":\"soon\",\"annotations\":{\"list\":[{\"name\":\"deploys\","
			  "\"enable\":true},{\"name\":\"builtin\",\"enable\":true,\"builtIn\":1},{\"name\":\"off\","
			  "\"enable\":false}]}}");

	cr_assert_not_null(loaded.dashboard);
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "timezone", "Europe/Berlin"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "refresh", "off"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "annotations.list[0]", "deploys"));
	cr_assert_eq(loaded.errors.count, 3);
	loaded_release(&loaded);
}

static void refuse(const char *text, const char *where, const char *words)
{
	struct loaded loaded = load_json(text);

	cr_assert_null(loaded.dashboard, "%s", text);
	cr_assert(loaded_says(&loaded, FAULT_ERROR, where, words), "%.80s: %s: %s", text, loaded.errors.faults[0].where,
		  loaded.errors.faults[0].text);
	loaded_release(&loaded);
}

Test(load, refuses_what_is_no_dashboard)
{
	refuse("[]", "", "no Grafana dashboard");
	refuse("3", "", "no Grafana dashboard");
	refuse("{}", "", "no Grafana dashboard");
	refuse("{\"dashboard\":[]}", "dashboard", "must be an object");
	refuse("{\"dashboard\":{\"groups\":[]}}", "dashboard", "no Grafana dashboard");
	refuse("{\"spec\":{\"elements\":{},\"layout\":{}}}", "spec", "schema v2");
}

Test(load, wrong_types_have_a_path)
{
	refuse("{\"panels\":3}", "panels", "must be a list");
	refuse("{\"panels\":{\"a\":1}}", "panels", "must be a list");
	refuse("{\"panels\":[null]}", "panels[0]", "must be an object");
	refuse("{\"panels\":[[]]}", "panels[0]", "must be an object");
	refuse("{\"panels\":[{\"type\":{}}]}", "panels[0].type", "must be text");
	refuse("{\"panels\":[{\"title\":[]}]}", "panels[0].title", "must be text");
	refuse("{\"panels\":[{\"gridPos\":[1]}]}", "panels[0].gridPos", "must be an object");
	refuse("{\"panels\":[{\"gridPos\":{\"w\":\"wide\"}}]}", "panels[0].gridPos.w", "not \"wide\"");
	refuse("{\"panels\":[{\"gridPos\":{\"h\":1e999}}]}", "panels[0].gridPos.h", "out of range");
	refuse("{\"panels\":[{\"type\":\"stat\",\"targets\":\"up\"}]}", "panels[0].targets", "must be a list");
	refuse("{\"panels\":[{\"type\":\"stat\",\"targets\":[1]}]}", "panels[0].targets[0]", "must be an object");
	refuse("{\"panels\":[{\"type\":\"stat\",\"targets\":[{\"expr\":{}}]}]}", "panels[0].targets[0].expr",
	       "must be text");
	refuse("{\"panels\":[{\"type\":\"stat\",\"fieldConfig\":1}]}", "panels[0].fieldConfig", "must be an object");
	refuse("{\"panels\":[{\"type\":\"stat\",\"fieldConfig\":{\"defaults\":{\"unit\":[]}}}]}",
	       "panels[0].fieldConfig.defaults.unit", "must be text");
	refuse("{\"panels\":[{\"type\":\"stat\",\"fieldConfig\":{\"defaults\":{\"thresholds\":{\"steps\":[7]}}}}]}",
	       "panels[0].fieldConfig.defaults.thresholds.steps[0]", "must be an object");
	refuse("{\"panels\":[{\"type\":\"row\",\"panels\":[{\"type\":\"stat\",\"options\":7}]}]}",
	       "panels[0].panels[0].options", "must be an object");
	refuse("{\"rows\":\"x\"}", "rows", "must be a list");
	refuse("{\"rows\":[1]}", "rows[0]", "must be an object");
	refuse("{\"rows\":[{\"panels\":[{\"height\":\"tall\"}]}]}", "rows[0].panels[0].height", "pixels");
	refuse("{\"panels\":[],\"templating\":{\"list\":{\"a\":1}}}", "templating.list", "must be a list");
	refuse("{\"panels\":[],\"time\":\"now\"}", "time", "must be an object");
}

/* What exporters that cannot tell an empty object from an empty list write. */
Test(load, empty_is_empty)
{
	struct loaded loaded = load_json("{\"panels\":[{\"type\":\"graph\",\"options\":[],\"fieldConfig\":[],"
					 "\"targets\":{},\"gridPos\":[],\"thresholds\":{},"
					 "\"legend\":[],\"xaxis\":[],\"yaxes\":{},\"seriesOverrides\":{},"
					 "\"transformations\":{},\"datasource\":[]}],"
					 "\"templating\":[],\"time\":[],\"annotations\":[]}");

	clean_panel(&loaded);
	loaded_release(&loaded);
}

Test(load, one_pass_reports_every_error)
{
	struct loaded loaded =
		load_json("{\"panels\":[1,{\"type\":\"stat\",\"gridPos\":{\"x\":\"a\",\"y\":\"b\"},\"targets\":[2]}],"
			  "\"templating\":{\"list\":[3]}}");

	cr_assert_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.errors, 5);
	loaded_release(&loaded);
}

Test(load, syntax_errors_have_line_and_column)
{
	struct loaded loaded = load_json("{\n\"panels\":[]\n} garbage");
	char text[ERROR_TEXT_MAX];

	cr_assert_null(loaded.dashboard);
	cr_assert_eq(loaded.errors.count, 1);
	cr_assert_eq(loaded.errors.faults[0].line, 3);
	cr_assert_eq(loaded.errors.faults[0].column, 3);
	fault_format(&loaded.errors.faults[0], text, sizeof(text));
	cr_assert_eq(strncmp(text, "test.json:3:3: ", 15), 0, "%s", text);
	loaded_release(&loaded);
}

Test(load, missing_file)
{
	struct error_list errors;

	error_list_init(&errors);
	cr_assert_null(dashboard_load("/nonexistent/dashboard.json", &errors));
	cr_assert_eq(errors.errors, 1);
	error_list_release(&errors);
	dashboard_free(NULL);
}
