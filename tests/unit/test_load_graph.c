#include <math.h>

#include "load_dashboard.h"

TestSuite(load_graph);

Test(load_graph, style_axes_and_legend)
{
	struct loaded loaded = load_one("{\"type\":\"graph\",\"bars\":false,\"lines\":true,\"fill\":3,\"stack\":true,"
					"\"percentage\":true,\"decimals\":1,"
					"\"nullPointMode\":\"connected\",\"yaxes\":[{\"format\":\"bytes\",\"label\":"
					"\"used\",\"logBase\":10,\"max\":null,"
					"\"min\":\"0\",\"show\":true},{\"format\":\"short\",\"show\":false}],"
					"\"legend\":{\"show\":true,\"alignAsTable\":true,"
					"\"rightSide\":true,\"values\":true,\"avg\":true,\"current\":true,\"sort\":"
					"\"current\",\"sortDesc\":true},"
					"\"options\":{\"dataLinks\":[]},\"xaxis\":{\"mode\":\"time\"}}");
	const struct panel *panel = clean_panel(&loaded);
	const struct field_config *config = &panel->defaults;

	cr_assert_str_eq(panel->type, "graph");
	cr_assert_str_eq(config->unit, "bytes");
	cr_assert_str_eq(config->axis_label, "used");
	cr_assert_eq(config->log_base, 10);
	cr_assert_eq(config->min, 0);
	cr_assert_not(config->set & FIELD_MAX);
	cr_assert_eq(config->draw_style, DRAW_LINE);
	cr_assert_eq(config->fill_opacity, 30);
	cr_assert_eq(config->stacking, STACK_PERCENT);
	cr_assert_eq(config->span_nulls_ms, -1);
	cr_assert_eq(config->decimals, 1);
	cr_assert_eq(panel->options.legend.mode, LEGEND_TABLE);
	cr_assert_str_eq(panel->options.legend.calcs[0], "mean");
	cr_assert_str_eq(panel->options.legend.calcs[1], "lastNotNull");
	cr_assert_null(panel->options.legend.calcs[2]);
	cr_assert_str_eq(panel->options.legend.sort_by, "Last *");
	loaded_release(&loaded);
}

Test(load_graph, a_bare_graph_is_a_line)
{
	struct loaded loaded = load_one("{\"type\":\"graph\",\"legend\":{\"show\":true}}");
	const struct panel *panel = clean_panel(&loaded);

	cr_assert_eq(panel->defaults.draw_style, DRAW_LINE);
	cr_assert_eq(panel->defaults.fill_opacity, 10);
	cr_assert_eq(panel->options.legend.mode, LEGEND_LIST);
	cr_assert_null(panel->options.legend.calcs[0]);
	loaded_release(&loaded);
}

Test(load_graph, points_and_bars)
{
	struct loaded loaded = load_json("{\"panels\":[{\"type\":\"graph\",\"bars\":true,\"lines\":false},"
					 "{\"type\":\"graph\",\"lines\":false,\"points\":true}]}");

	cr_assert_eq(clean_panel(&loaded)->defaults.draw_style, DRAW_BARS);
	cr_assert_eq(loaded.dashboard->panels[1].defaults.draw_style, DRAW_POINTS);
	loaded_release(&loaded);
}

Test(load_graph, series_become_overrides)
{
	struct loaded loaded =
		load_one("{\"type\":\"graph\",\"aliasColors\":{\"errors\":\"#bf1b00\"},\"yaxes\":[{\"format\":\"s\"},{"
			 "\"format\":\"percent\",\"max\":100}],"
			 "\"seriesOverrides\":[{\"alias\":\"/out/\",\"transform\":\"negative-Y\",\"stack\":\"B\"},"
			 "{\"alias\":\"cpu\",\"yaxis\":2,\"color\":\"red\",\"lines\":false,\"points\":true,\"fill\":0,"
			 "\"legend\":false,\"dashes\":true},"
			 "{\"alias\":\"x\",\"stack\":false,\"zindex\":3}]}");
	const struct panel *panel = clean_panel(&loaded);
	const struct override *overrides = panel->overrides;

	cr_assert_eq(panel->override_count, 4);
	cr_assert_str_eq(overrides[0].argument, "errors");
	cr_assert_eq(overrides[0].config.colour.fixed.rgb, 0xbf1b00);
	cr_assert_eq(overrides[1].matcher, BY_REGEX);
	cr_assert_str_eq(overrides[1].argument, "/out/");
	cr_assert(overrides[1].config.negate);
	cr_assert_eq(overrides[1].config.stacking, STACK_NORMAL);
	cr_assert_str_eq(overrides[1].config.stack_group, "B");
	cr_assert_eq(overrides[2].matcher, BY_NAME);
	cr_assert_eq(overrides[2].config.axis, AXIS_RIGHT);
	cr_assert_str_eq(overrides[2].config.unit, "percent");
	cr_assert_eq(overrides[2].config.max, 100);
	cr_assert_eq(overrides[2].config.draw_style, DRAW_POINTS);
	cr_assert_eq(overrides[2].config.fill_opacity, 0);
	cr_assert(overrides[2].config.hide_legend && overrides[2].config.dashed);
	cr_assert_eq(overrides[3].config.set, FIELD_STACKING);
	cr_assert_eq(overrides[3].config.stacking, STACK_NONE);
	loaded_release(&loaded);
}

Test(load_graph, thresholds_above)
{
	struct loaded loaded = load_one("{\"type\":\"graph\",\"thresholds\":[{\"value\":90,\"op\":\"gt\",\"colorMode\":"
					"\"critical\",\"fill\":true},"
					"{\"value\":70,\"op\":\"gt\",\"colorMode\":\"warning\",\"line\":true}]}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_eq(config->threshold_style, THRESHOLD_AREA);
	cr_assert_eq(config->thresholds.count, 3);
	cr_assert_eq(config->thresholds.steps[0].colour.hue, HUE_NONE);
	cr_assert_eq(config->thresholds.steps[1].value, 70);
	cr_assert_eq(config->thresholds.steps[1].colour.hue, HUE_ORANGE);
	cr_assert_eq(config->thresholds.steps[2].colour.hue, HUE_RED);
	loaded_release(&loaded);
}

Test(load_graph, thresholds_below)
{
	struct loaded loaded =
		load_one("{\"type\":\"graph\",\"thresholds\":[{\"value\":10,\"op\":\"lt\",\"colorMode\":\"critical\","
			 "\"line\":true},"
			 "{\"value\":20,\"op\":\"lt\",\"colorMode\":\"custom\",\"lineColor\":\"rgb(1,2,3)\"}]}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_eq(config->threshold_style, THRESHOLD_LINE);
	cr_assert_eq(config->thresholds.count, 3);
	cr_assert_eq(config->thresholds.steps[0].colour.hue, HUE_RED);
	cr_assert(isinf(config->thresholds.steps[0].value));
	cr_assert_eq(config->thresholds.steps[1].value, 10);
	cr_assert_eq(config->thresholds.steps[1].colour.rgb, 0x010203);
	cr_assert_eq(config->thresholds.steps[2].value, 20);
	cr_assert_eq(config->thresholds.steps[2].colour.hue, HUE_NONE);
	loaded_release(&loaded);
}

Test(load_graph, grid_of_the_first_schemas)
{
	struct loaded loaded = load_one("{\"type\":\"graph\",\"y_formats\":[\"ms\",\"short\"],\"leftYAxisLabel\":"
					"\"time\",\"grid\":{\"leftMin\":0,\"leftMax\":null,"
					"\"threshold1\":50,\"threshold1Color\":\"rgba(216, 200, 27, "
					"0.27)\",\"threshold2\":80,\"threshold2Color\":\"red\","
					"\"thresholdLine\":true}}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_str_eq(config->unit, "ms");
	cr_assert_str_eq(config->axis_label, "time");
	cr_assert_eq(config->min, 0);
	cr_assert_eq(config->thresholds.count, 3);
	cr_assert_eq(config->thresholds.steps[1].colour.rgb, 0xd8c81b);
	cr_assert_eq(config->threshold_style, THRESHOLD_LINE);
	loaded_release(&loaded);
}

Test(load_graph, other_x_axes_are_other_types)
{
	struct loaded loaded =
		load_json("{\"panels\":[{\"type\":\"graph\",\"xaxis\":{\"mode\":\"series\",\"values\":[\"current\"]}},"
			  "{\"type\":\"graph\",\"xaxis\":{\"mode\":\"histogram\",\"buckets\":20}}]}");

	cr_assert_str_eq(clean_panel(&loaded)->type, "bargauge");
	cr_assert_str_eq(loaded.dashboard->panels[0].options.calcs[0], "lastNotNull");
	cr_assert_str_eq(loaded.dashboard->panels[1].type, "histogram");
	cr_assert_eq(loaded.dashboard->panels[1].options.bucket_count, 20);
	loaded_release(&loaded);
}

Test(load_graph, null_as_zero_is_an_approximation)
{
	struct loaded loaded = load_one("{\"type\":\"graph\",\"nullPointMode\":\"null as zero\"}");

	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0].nullPointMode", "gaps"));
	loaded_release(&loaded);
}
