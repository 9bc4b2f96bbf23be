#include "load_dashboard.h"

TestSuite(load_target);

Test(load_target, reads_everything)
{
	struct loaded loaded =
		load_one("{\"type\":\"table\",\"datasource\":{\"type\":\"prometheus\",\"uid\":\"abc\"},\"targets\":["
			 "{\"expr\":\"up\",\"refId\":\"B\",\"legendFormat\":\"{{ job "
			 "}}\",\"format\":\"table\",\"instant\":true,\"hide\":true,"
			 "\"interval\":\"1m\",\"intervalFactor\":2,\"step\":240},"
			 "{\"expr\":\"b\",\"format\":\"heatmap\",\"instant\":true,\"range\":true},"
			 "{\"expr\":\"c\",\"instant\":false,\"interval\":\"\",\"refId\":\"\"},"
			 "{\"expr\":\"d\",\"range\":false,\"datasource\":{\"uid\":\"other\"}}]}");
	const struct panel *panel = clean_panel(&loaded);
	const struct target *targets = panel->targets;

	cr_assert_eq(panel->target_count, 4);
	cr_assert_str_eq(targets[0].legend, "{{ job }}");
	cr_assert_eq(targets[0].format, FORMAT_TABLE);
	cr_assert(targets[0].instant && !targets[0].range && targets[0].hide);
	cr_assert_str_eq(targets[0].interval, "1m");
	cr_assert_eq(targets[0].interval_factor, 2);
	cr_assert_str_eq(targets[0].datasource.uid, "abc");
	cr_assert_str_eq(targets[1].ref_id, "A");
	cr_assert_eq(targets[1].format, FORMAT_HEATMAP);
	cr_assert(targets[1].instant && targets[1].range);
	cr_assert_str_eq(targets[2].ref_id, "C");
	cr_assert(!targets[2].instant && targets[2].range);
	cr_assert_null(targets[2].interval);
	cr_assert_eq(targets[2].interval_factor, 1);
	cr_assert_str_eq(targets[3].ref_id, "D");
	cr_assert(targets[3].range, "what is neither is a range");
	cr_assert_str_eq(targets[3].datasource.uid, "other");
	cr_assert_null(panel->foreign);
	loaded_release(&loaded);
}

Test(load_target, data_sources_in_every_form)
{
	struct loaded loaded =
		load_json("{\"__inputs\":[{\"name\":\"DS_PROM\",\"type\":\"datasource\",\"pluginId\":\"prometheus\"}],"
			  "\"templating\":{\"list\":["
			  "{\"name\":\"ds\",\"type\":\"datasource\",\"query\":\"prometheus\"}]},\"panels\":["
			  "{\"type\":\"stat\",\"datasource\":\"${DS_PROM}\"},{\"type\":\"stat\",\"datasource\":null},"
			  "{\"type\":\"stat\",\"datasource\":\"$ds\"},{\"type\":\"stat\",\"datasource\":{\"type\":"
			  "\"prometheus\",\"uid\":\"${ds}\"}},"
			  "{\"type\":\"stat\",\"datasource\":{\"type\":\"datasource\",\"uid\":\"-- Mixed --\"}},"
			  "{\"type\":\"stat\",\"datasource\":\"Main\"},{\"type\":\"stat\",\"datasource\":{}},"
			  "{\"type\":\"stat\",\"datasource\":{\"uid\":\"${DS_GONE}\"}}]}");
	const struct panel *panels = clean_panel(&loaded);

	cr_assert_str_eq(panels[0].datasource.type, "prometheus");
	cr_assert_null(panels[0].datasource.uid);
	cr_assert_null(panels[1].datasource.uid);
	cr_assert_str_eq(panels[2].datasource.uid, "$ds");
	cr_assert_str_eq(panels[2].datasource.type, "prometheus");
	cr_assert_str_eq(panels[3].datasource.uid, "${ds}");
	cr_assert_null(panels[4].datasource.uid);
	cr_assert_null(panels[4].datasource.type);
	cr_assert_str_eq(panels[5].datasource.uid, "Main");
	cr_assert_null(panels[6].datasource.uid);
	cr_assert_null(panels[7].datasource.uid);
	loaded_release(&loaded);
}

Test(load_target, foreign_languages_fail_their_panel_only)
{
	struct loaded loaded =
		load_json("{\"templating\":{\"list\":[{\"name\":\"logs\",\"type\":\"datasource\",\"query\":\"loki\"}]},"
			  "\"panels\":["
			  "{\"type\":\"timeseries\",\"datasource\":{\"type\":\"loki\",\"uid\":\"x\"},\"targets\":[{"
			  "\"expr\":\"{a=\\\"b\\\"}\"}]},"
			  "{\"type\":\"timeseries\",\"targets\":[{\"rawSql\":\"select 1\"},{\"expr\":\"up\"}]},"
			  "{\"type\":\"timeseries\",\"datasource\":\"$logs\",\"targets\":[{\"expr\":\"x\"}]},"
			  "{\"type\":\"timeseries\",\"datasource\":\"-- Grafana --\",\"targets\":[{\"refId\":\"A\"}]},"
			  "{\"type\":\"timeseries\",\"targets\":[{\"datasource\":{\"type\":\"__expr__\",\"uid\":\"__"
			  "expr__\"},\"expression\":\"$A\"},"
			  "{\"expr\":\"up\",\"hide\":true}]}]}");
	const struct panel *panels;

	cr_assert_not_null(loaded.dashboard);
	panels = loaded.dashboard->panels;
	cr_assert_str_eq(panels[0].foreign, "query language loki");
	cr_assert_null(panels[1].foreign);
	cr_assert_str_eq(panels[1].targets[0].foreign, "query language SQL");
	cr_assert_null(panels[1].targets[1].foreign);
	cr_assert_str_eq(panels[2].foreign, "query language loki");
	cr_assert(strstr(panels[3].foreign, "-- Grafana --"));
	cr_assert_str_eq(panels[4].foreign, "server-side expression");
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0].targets[0]", "query language loki"));
	loaded_release(&loaded);
}

Test(load_target, makes_up_many_names)
{
	struct strbuf text = STRBUF_INIT;
	struct loaded loaded;

	strbuf_addstr(&text, "{\"panels\":[{\"type\":\"stat\",\"targets\":[");
	for (int i = 0; i < 30; i++)
		strbuf_addf(&text, "%s{\"expr\":\"a%d\"}", i ? "," : "", i);
	strbuf_addstr(&text, "]}]}");
	loaded = load_json(text.text);
	cr_assert_str_eq(clean_panel(&loaded)->targets[25].ref_id, "Z");
	cr_assert_str_eq(loaded.dashboard->panels[0].targets[26].ref_id, "AA");
	cr_assert_str_eq(loaded.dashboard->panels[0].targets[29].ref_id, "AD");
	loaded_release(&loaded);
	strbuf_release(&text);
}
