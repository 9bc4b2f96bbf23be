#include <math.h>

#include "load_dashboard.h"

TestSuite(load_options);

Test(load_options, defaults)
{
	struct loaded loaded = load_one("{\"type\":\"stat\"}");
	const struct panel_options *options = &clean_panel(&loaded)->options;

	cr_assert_str_eq(options->calcs[0], "lastNotNull");
	cr_assert_null(options->calcs[1]);
	cr_assert_str_eq(options->fields, "");
	cr_assert_eq(options->stat_colour, STAT_COLOUR_VALUE);
	cr_assert(options->graph);
	cr_assert_eq(options->legend.mode, LEGEND_LIST);
	cr_assert(options->merge_values);
	loaded_release(&loaded);
}

Test(load_options, stat_of_today)
{
	struct loaded loaded = load_one(
		"{\"type\":\"stat\",\"options\":{\"colorMode\":\"background\",\"graphMode\":\"none\",\"textMode\":"
		"\"value_and_name\",\"orientation\":\"horizontal\",\"reduceOptions\":{\"values\":true,\"limit\":5,"
		"\"calcs\":[\"max\",\"mean\"],\"fields\":\"/^a$/\"}}}");
	const struct panel_options *options = &clean_panel(&loaded)->options;

	cr_assert_eq(options->stat_colour, STAT_COLOUR_BACKGROUND);
	cr_assert_not(options->graph);
	cr_assert_eq(options->text_mode, TEXT_VALUE_AND_NAME);
	cr_assert_eq(options->orientation, ORIENTATION_HORIZONTAL);
	cr_assert(options->all_values);
	cr_assert_eq(options->limit, 5);
	cr_assert_str_eq(options->calcs[1], "mean");
	cr_assert_str_eq(options->fields, "/^a$/");
	loaded_release(&loaded);
}

Test(load_options, legend_of_today)
{
	struct loaded loaded = load_json(
		"{\"panels\":[{\"type\":\"timeseries\",\"options\":{\"legend\":{\"displayMode\":\"table\","
		"\"placement\":"
		"\"right\",\"calcs\":[\"mean\",\"lastNotNull\"],\"sortBy\":\"Last *\",\"sortDesc\":true}}},"
		"{\"type\":\"timeseries\",\"options\":{\"legend\":{\"displayMode\":\"list\",\"showLegend\":false}}},"
		"{\"type\":\"timeseries\",\"options\":{\"legend\":{\"displayMode\":\"hidden\"}}}]}");
	const struct legend_options *legend = &clean_panel(&loaded)->options.legend;

	cr_assert_eq(legend->mode, LEGEND_TABLE);
	cr_assert(legend->right && legend->sort_descending);
	cr_assert_str_eq(legend->calcs[1], "lastNotNull");
	cr_assert_str_eq(legend->sort_by, "Last *");
	cr_assert_eq(loaded.dashboard->panels[1].options.legend.mode, LEGEND_HIDDEN);
	cr_assert_eq(loaded.dashboard->panels[2].options.legend.mode, LEGEND_HIDDEN);
	loaded_release(&loaded);
}

Test(load_options, singlestat)
{
	struct loaded loaded = load_one(
		"{\"type\":\"singlestat\",\"colorBackground\":true,\"colorValue\":true,\"colors\":[\"#299c46\","
		"\"rgba(237, 129, 40, "
		"0.89)\",\"red\"],\"thresholds\":\"70,90\",\"format\":\"percent\",\"valueName\":\"current\","
		"\"decimals\":1,\"nullText\":\"none\",\"sparkline\":{\"show\":true},\"mappingType\":1,"
		"\"valueMaps\":[{\"op\":\"=\",\"text\":\"N/A\",\"value\":\"null\"},{\"text\":\"Up\",\"value\":\"1\"}],"
		"\"rangeMaps\":[{\"from\":\"1\",\"to\":\"2\",\"text\":\"unused\"}],\"tableColumn\":\"x\"}");
	const struct panel *panel = clean_panel(&loaded);
	const struct field_config *config = &panel->defaults;

	cr_assert_str_eq(panel->type, "singlestat");
	cr_assert_str_eq(panel->options.calcs[0], "lastNotNull");
	cr_assert_str_eq(panel->options.fields, "x");
	cr_assert_eq(panel->options.stat_colour, STAT_COLOUR_BACKGROUND);
	cr_assert(panel->options.graph);
	cr_assert_str_eq(config->unit, "percent");
	cr_assert_eq(config->decimals, 1);
	cr_assert_str_eq(config->no_value, "none");
	cr_assert_eq(config->thresholds.count, 3);
	cr_assert_eq(config->thresholds.steps[1].value, 70);
	cr_assert_eq(config->thresholds.steps[1].colour.rgb, 0xed8128);
	cr_assert_eq(config->thresholds.steps[2].colour.hue, HUE_RED);
	cr_assert_eq(config->mapping_count, 2);
	cr_assert_eq(config->mappings[0].special, SPECIAL_NULL);
	loaded_release(&loaded);
}

Test(load_options, singlestat_averages_by_default_and_can_be_a_gauge)
{
	struct loaded loaded =
		load_one("{\"type\":\"singlestat\",\"postfix\":\" users\",\"gauge\":{\"show\":true,\"minValue\":0,"
			 "\"maxValue\":\"80\",\"thresholdLabels\":true}}");
	const struct panel *panel = clean_panel(&loaded);

	cr_assert_str_eq(panel->type, "gauge");
	cr_assert_str_eq(panel->options.calcs[0], "mean");
	cr_assert_str_eq(panel->defaults.unit, "suffix: users");
	cr_assert_eq(panel->defaults.max, 80);
	cr_assert(panel->options.show_threshold_labels);
	loaded_release(&loaded);
}

Test(load_options, field_options_of_grafana_6)
{
	struct loaded loaded = load_one("{\"type\":\"gauge\",\"options\":{\"fieldOptions\":{\"calcs\":[\"mean\"],"
					"\"values\":false,\"defaults\":{"
					"\"unit\":\"celsius\",\"min\":0,\"max\":100,\"title\":\"heat\",\"thresholds\":["
					"{\"index\":0,\"value\":null,\"color\":\"green\"},"
					"{\"index\":1,\"value\":80,\"color\":\"red\"}],\"mappings\":[]},\"override\":{}"
					",\"overrides\":[{\"matcher\":{\"id\":\"byName\","
					"\"options\":\"a\"},\"properties\":[{\"path\":\"unit\",\"value\":\"s\"}]}]}}}");
	const struct panel *panel = clean_panel(&loaded);

	cr_assert_str_eq(panel->options.calcs[0], "mean");
	cr_assert_str_eq(panel->defaults.unit, "celsius");
	cr_assert_str_eq(panel->defaults.display_name, "heat");
	cr_assert_eq(panel->defaults.thresholds.count, 2);
	cr_assert_eq(panel->defaults.max, 100);
	cr_assert_eq(panel->override_count, 1);
	cr_assert_str_eq(panel->overrides[0].config.unit, "s");
	loaded_release(&loaded);
}

Test(load_options, value_options_of_grafana_6_0)
{
	struct loaded loaded = load_one("{\"type\":\"gauge\",\"options\":{\"valueOptions\":{\"stat\":\"avg\",\"unit\":"
					"\"ms\",\"decimals\":1},\"minValue\":1,"
					"\"maxValue\":9,\"thresholds\":[{\"index\":0,\"color\":\"green\",\"value\":"
					"null},{\"index\":1,\"color\":\"red\",\"value\":5}],"
					"\"valueMappings\":[{\"type\":1,\"value\":\"0\",\"text\":\"off\"}]}}");
	const struct panel *panel = clean_panel(&loaded);

	cr_assert_str_eq(panel->options.calcs[0], "mean");
	cr_assert_str_eq(panel->defaults.unit, "ms");
	cr_assert_eq(panel->defaults.decimals, 1);
	cr_assert_eq(panel->defaults.min, 1);
	cr_assert_eq(panel->defaults.max, 9);
	cr_assert_eq(panel->defaults.thresholds.steps[1].value, 5);
	cr_assert_str_eq(panel->defaults.mappings[0].text, "off");
	loaded_release(&loaded);
}

Test(load_options, text_pie_heatmap_histogram_bars)
{
	struct loaded loaded = load_json(
		"{\"panels\":[{\"type\":\"text\",\"content\":\"old\",\"mode\":\"html\",\"targets\":[{\"expr\":\"up\"}]}"
		","
		"{\"type\":\"text\",\"options\":{\"content\":\"# new\",\"mode\":\"markdown\"}},"
		"{\"type\":\"piechart\",\"options\":{\"pieType\":\"donut\",\"displayLabels\":[\"percent\"]}},"
		"{\"type\":\"grafana-piechart-panel\",\"pieType\":\"donut\",\"valueName\":\"total\",\"format\":"
		"\"short\","
		"\"legendType\":\"Right side\",\"legend\":{\"percentage\":true}},"
		"{\"type\":\"heatmap\",\"options\":{\"calculate\":true,\"calculation\":{\"yBuckets\":{\"mode\":"
		"\"count\",\"value\":\"12\"}},"
		"\"color\":{\"scheme\":\"Blues\"},\"yAxis\":{\"unit\":\"s\",\"reverse\":true}}},"
		"{\"type\":\"heatmap\",\"dataFormat\":\"tsbuckets\",\"color\":{\"colorScheme\":\"interpolateOranges\"},"
		"\"yAxis\":{\"format\":\"ms\",\"decimals\":0}},"
		"{\"type\":\"histogram\",\"options\":{\"bucketSize\":5,\"bucketCount\":20}},"
		"{\"type\":\"barchart\",\"options\":{\"xField\":\"a\",\"stacking\":\"normal\"}},"
		"{\"type\":\"alertlist\",\"options\":{\"alertName\":\"Node\"}}]}");
	const struct panel *panels = clean_panel(&loaded);

	cr_assert_str_eq(panels[0].options.content, "old");
	cr_assert_str_eq(panels[0].options.content_mode, "html");
	cr_assert_eq(panels[0].target_count, 0);
	cr_assert_str_eq(panels[1].options.content, "# new");
	cr_assert(panels[2].options.donut && panels[2].options.show_percent);
	cr_assert_str_eq(panels[3].type, "piechart");
	cr_assert(panels[3].options.donut && panels[3].options.legend.right);
	cr_assert_str_eq(panels[3].options.calcs[0], "sum");
	cr_assert(panels[4].options.calculate);
	cr_assert_eq(panels[4].options.bucket_count, 12);
	cr_assert_str_eq(panels[4].defaults.colour.scheme, "Blues");
	cr_assert_not_null(panels[4].options.reverse_y);
	cr_assert_not(panels[5].options.calculate);
	cr_assert_str_eq(panels[5].defaults.colour.scheme, "Oranges");
	cr_assert_str_eq(panels[5].defaults.unit, "ms");
	cr_assert_eq(panels[6].options.bucket_size, 5);
	cr_assert_str_eq(panels[7].options.x_field, "a");
	cr_assert_eq(panels[7].options.stacking, STACK_NORMAL);
	cr_assert_str_eq(panels[8].options.alert_filter, "Node");
	loaded_release(&loaded);
}

Test(load_options, table_and_its_transformations)
{
	struct loaded loaded = load_one("{\"type\":\"table\",\"options\":{\"showHeader\":false,\"sortBy\":[{"
					"\"displayName\":\"Full\",\"desc\":true}]},"
					"\"transformations\":[{\"id\":\"merge\",\"options\":{}},{\"id\":\"organize\","
					"\"disabled\":true,\"options\":{}},"
					"{\"id\":\"organize\",\"options\":{\"renameByName\":{\"a\":\"b\"}},\"filter\":{"
					"\"id\":\"byRefId\",\"options\":\"A\"}}]}");
	const struct panel *panel = clean_panel(&loaded);

	cr_assert(panel->options.hide_header && panel->options.sort_descending);
	cr_assert_str_eq(panel->options.sort_by, "Full");
	cr_assert_eq(panel->transformation_count, 2);
	cr_assert_str_eq(panel->transformations[1].id, "organize");
	cr_assert_not_null(cJSON_GetObjectItem(panel->transformations[1].options, "renameByName"));
	cr_assert_str_eq(panel->transformations[1].filter, "A");
	loaded_release(&loaded);
}

Test(load_options, table_of_old)
{
	struct loaded loaded =
		load_one("{\"type\":\"table\",\"transform\":\"timeseries_aggregations\",\"columns\":[{\"text\":\"Avg\","
			 "\"value\":\"avg\"},"
			 "{\"text\":\"Current\",\"value\":\"current\"}],\"sort\":{\"col\":1,\"desc\":true},"
			 "\"showHeader\":true,\"styles\":["
			 "{\"pattern\":\"Time\",\"type\":\"date\",\"dateFormat\":\"YYYY\"},{\"pattern\":\"/.*/"
			 "\",\"type\":\"number\",\"unit\":\"s\","
			 "\"decimals\":2,\"colorMode\":\"cell\",\"colors\":[\"green\",\"orange\",\"red\"],"
			 "\"thresholds\":[\"1\",\"2\"],"
			 "\"alias\":\"Duration\",\"align\":\"right\"},{\"pattern\":\"secret\",\"type\":\"hidden\"}]}");
	const struct panel *panel = clean_panel(&loaded);
	const struct field_config *number = &panel->overrides[1].config;

	cr_assert_str_eq(panel->type, "table-old");
	cr_assert_eq(panel->override_count, 3);
	/* Last in the list is applied first, so that the first that fits wins. */
	cr_assert(panel->overrides[0].config.hidden);
	cr_assert_eq(panel->overrides[1].matcher, BY_REGEX);
	cr_assert_str_eq(number->unit, "s");
	cr_assert_str_eq(number->display_name, "Duration");
	cr_assert_eq(number->cell, CELL_COLOUR_BACKGROUND);
	cr_assert_eq(number->align, ALIGN_RIGHT);
	cr_assert_eq(number->thresholds.count, 3);
	cr_assert_str_eq(panel->overrides[2].config.unit, "time:YYYY");
	cr_assert_str_eq(panel->options.sort_by, "Current");
	cr_assert_eq(panel->transformation_count, 1);
	cr_assert_str_eq(panel->transformations[0].id, "reduce");
	const cJSON *reducers = cJSON_GetObjectItem(panel->transformations[0].options, "reducers");
	cr_assert_eq(cJSON_GetArraySize(reducers), 2);
	cr_assert_str_eq(cJSON_GetArrayItem(reducers, 1)->valuestring, "lastNotNull");
	loaded_release(&loaded);
}

Test(load_options, what_is_not_known_is_said)
{
	struct loaded loaded = load_json(
		"{\"panels\":[{\"type\":\"grafana-polystat-panel\",\"options\":{\"legend\":7}},{\"type\":\"table\","
		"\"options\":{\"footer\":{\"show\":true}},\"transformations\":[{\"id\":\"heatmap\"}]},"
		"{\"title\":\"bare\"}]}");

	cr_assert_not_null(loaded.dashboard);
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0].type", "grafana-polystat-panel"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[1].options.footer", "totals"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[1].transformations[0].id", "heatmap"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[2]", "no type"));
	cr_assert_eq(loaded.errors.count, 4);
	loaded_release(&loaded);
}

Test(load_options, unknown_reducers_are_said)
{
	struct loaded loaded = load_one("{\"type\":\"stat\",\"options\":{\"reduceOptions\":{\"calcs\":[\"guess\"]},"
					"\"legend\":{\"calcs\":[\"p95\",\"hunch\"]}}}");

	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0]", "\"guess\""));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0]", "\"hunch\""));
	cr_assert_eq(loaded.errors.count, 2);
	loaded_release(&loaded);
}
