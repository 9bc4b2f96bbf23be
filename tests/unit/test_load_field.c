#include <math.h>

#include "load_dashboard.h"

TestSuite(load_field);

Test(load_field, reads_defaults)
{
	struct loaded loaded = load_one(
		"{\"type\":\"timeseries\",\"fieldConfig\":{\"defaults\":{\"unit\":\"bytes\",\"decimals\":\"2\",\"min\":"
		"0,"
		"\"max\":\"100\",\"displayName\":\"x\",\"noValue\":\"-\",\"color\":{\"mode\":\"continuous-GrYlRd\","
		"\"seriesBy\":\"max\"},\"custom\":{\"drawStyle\":\"bars\",\"fillOpacity\":35,\"spanNulls\":3600000,"
		"\"stacking\":{\"mode\":\"percent\",\"group\":\"A\"},\"axisPlacement\":\"right\",\"axisLabel\":"
		"\"left\","
		"\"scaleDistribution\":{\"type\":\"log\",\"log\":10},\"transform\":\"negative-Y\","
		"\"hideFrom\":{\"viz\":true,\"legend\":true},\"thresholdsStyle\":{\"mode\":\"line+area\"},"
		"\"axisSoftMin\":-1,\"axisSoftMax\":1,\"lineStyle\":{\"fill\":\"dash\"},\"width\":120,"
		"\"align\":\"center\",\"cellOptions\":{\"type\":\"gauge\"},\"hidden\":true}}}}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_str_eq(config->unit, "bytes");
	cr_assert_eq(config->decimals, 2);
	cr_assert_eq(config->min, 0);
	cr_assert_eq(config->max, 100);
	cr_assert_str_eq(config->display_name, "x");
	cr_assert_str_eq(config->no_value, "-");
	cr_assert_eq(config->colour.mode, COLOUR_CONTINUOUS);
	cr_assert_str_eq(config->colour.scheme, "GrYlRd");
	cr_assert_eq(config->colour.series_by, 2);
	cr_assert_eq(config->draw_style, DRAW_BARS);
	cr_assert_eq(config->fill_opacity, 35);
	cr_assert_eq(config->span_nulls_ms, 3600000);
	cr_assert_eq(config->stacking, STACK_PERCENT);
	cr_assert_str_eq(config->stack_group, "A");
	cr_assert_eq(config->axis, AXIS_RIGHT);
	cr_assert_eq(config->log_base, 10);
	cr_assert(config->negate && !config->constant_y);
	cr_assert(config->hide_viz && config->hide_legend);
	cr_assert_eq(config->threshold_style, THRESHOLD_AREA);
	cr_assert_eq(config->soft_min, -1);
	cr_assert_eq(config->soft_max, 1);
	cr_assert(config->dashed && config->hidden);
	cr_assert_eq(config->width, 120);
	cr_assert_eq(config->align, ALIGN_CENTRE);
	cr_assert_eq(config->cell, CELL_GAUGE);
	cr_assert_eq(config->set, FIELD_HIDDEN * 2 - 1 - FIELD_THRESHOLDS - FIELD_MAPPINGS);
	loaded_release(&loaded);
}

Test(load_field, leaves_unset_what_is_absent)
{
	struct loaded loaded = load_one(
		"{\"type\":\"timeseries\",\"fieldConfig\":{\"defaults\":{\"unit\":null,\"min\":\"\",\"max\":null,"
		"\"mappings\":[],\"links\":[],\"custom\":{\"lineWidth\":2,\"fromAPlugin\":{}}},"
		"\"overrides\":[]}}");

	cr_assert_eq(clean_panel(&loaded)->defaults.set, 0);
	loaded_release(&loaded);
}

Test(load_field, thresholds_of_today)
{
	struct loaded loaded = load_one(
		"{\"type\":\"stat\",\"fieldConfig\":{\"defaults\":{\"thresholds\":{\"mode\":\"percentage\",\"steps\":["
		"{\"color\":\"red\",\"value\":90},{\"color\":\"green\",\"value\":null},{\"color\":\"#EAB839\","
		"\"value\":\"70\"}"
		"]}}}}");
	const struct thresholds *thresholds = &clean_panel(&loaded)->defaults.thresholds;

	cr_assert_eq(thresholds->count, 3);
	cr_assert(thresholds->percentage);
	cr_assert(isinf(thresholds->steps[0].value) && thresholds->steps[0].value < 0);
	cr_assert_eq(thresholds->steps[0].colour.hue, HUE_GREEN);
	cr_assert_eq(thresholds->steps[1].value, 70);
	cr_assert_eq(thresholds->steps[1].colour.rgb, 0xeab839);
	cr_assert_eq(thresholds->steps[2].value, 90);
	cr_assert_eq(thresholds->steps[2].colour.hue, HUE_RED);
	loaded_release(&loaded);
}

/* Whatever the first step says, there is nothing below it. */
Test(load_field, first_threshold_is_the_base)
{
	struct loaded loaded =
		load_one("{\"type\":\"gauge\",\"options\":{\"thresholds\":[{\"value\":0.995,\"color\":\"yellow\"},"
			 "{\"value\":0.99,\"color\":\"red\"}],\"min\":0.99,\"max\":1}}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_eq(config->thresholds.count, 2);
	cr_assert(isinf(config->thresholds.steps[0].value));
	cr_assert_eq(config->thresholds.steps[0].colour.hue, HUE_RED);
	cr_assert_eq(config->thresholds.steps[1].value, 0.995);
	cr_assert_eq(config->min, 0.99);
	cr_assert_eq(config->max, 1);
	cr_assert_eq(config->colour.mode, COLOUR_THRESHOLDS);
	loaded_release(&loaded);
}

Test(load_field, mappings_of_today)
{
	struct loaded loaded = load_one(
		"{\"type\":\"stat\",\"fieldConfig\":{\"defaults\":{\"mappings\":["
		"{\"type\":\"value\",\"options\":{\"0\":{\"text\":\"DOWN\",\"color\":\"red\",\"index\":0},\"1\":{"
		"\"text\":\"UP\"}}},"
		"{\"type\":\"range\",\"options\":{\"from\":null,\"to\":10,\"result\":{\"text\":\"low\"}}},"
		"{\"type\":\"regex\",\"options\":{\"pattern\":\"/^a(.*)/\",\"result\":{\"text\":\"$1\"}}},"
		"{\"type\":\"special\",\"options\":{\"match\":\"null+nan\",\"result\":{\"color\":\"text\"}}}]}}}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_eq(config->mapping_count, 5);
	cr_assert_eq(config->mappings[0].kind, MAPPING_VALUE);
	cr_assert_str_eq(config->mappings[0].value, "0");
	cr_assert_str_eq(config->mappings[0].text, "DOWN");
	cr_assert_eq(config->mappings[0].colour.hue, HUE_RED);
	cr_assert_str_eq(config->mappings[1].text, "UP");
	cr_assert_eq(config->mappings[2].kind, MAPPING_RANGE);
	cr_assert(isinf(config->mappings[2].from) && config->mappings[2].from < 0);
	cr_assert_eq(config->mappings[2].to, 10);
	cr_assert_eq(config->mappings[3].kind, MAPPING_REGEX);
	cr_assert_str_eq(config->mappings[3].value, "/^a(.*)/");
	cr_assert_eq(config->mappings[4].kind, MAPPING_SPECIAL);
	cr_assert_eq(config->mappings[4].special, SPECIAL_NULL_NAN);
	cr_assert_null(config->mappings[4].text);
	loaded_release(&loaded);
}

Test(load_field, mappings_of_old)
{
	struct loaded loaded = load_one(
		"{\"type\":\"stat\",\"fieldConfig\":{\"defaults\":{\"mappings\":["
		"{\"id\":0,\"op\":\"=\",\"type\":1,\"value\":\"1\",\"text\":\"UP\"},"
		"{\"type\":2,\"from\":\"2\",\"to\":\"5\",\"text\":\"some\"},"
		"{\"type\":1,\"value\":\"null\",\"text\":\"N/A\"},{\"from\":\"6\",\"to\":\"\",\"text\":\"many\"}]}}}");
	const struct field_config *config = &clean_panel(&loaded)->defaults;

	cr_assert_eq(config->mapping_count, 4);
	cr_assert_eq(config->mappings[0].kind, MAPPING_VALUE);
	cr_assert_eq(config->mappings[1].kind, MAPPING_RANGE);
	cr_assert_eq(config->mappings[1].from, 2);
	cr_assert_eq(config->mappings[1].to, 5);
	cr_assert_eq(config->mappings[2].kind, MAPPING_SPECIAL);
	cr_assert_eq(config->mappings[2].special, SPECIAL_NULL);
	cr_assert_eq(config->mappings[3].kind, MAPPING_RANGE);
	cr_assert(isinf(config->mappings[3].to));
	loaded_release(&loaded);
}

Test(load_field, overrides_of_every_matcher)
{
	struct loaded loaded = load_one(
		"{\"type\":\"timeseries\",\"fieldConfig\":{\"overrides\":["
		"{\"matcher\":{\"id\":\"byName\",\"options\":\"a\"},\"properties\":[{\"id\":\"unit\",\"value\":\"s\"},"
		"{\"id\":\"links\",\"value\":[]},{\"id\":\"custom.lineWidth\",\"value\":3}]},"
		"{\"matcher\":{\"id\":\"byRegexp\",\"options\":\"/b.*/i\"},\"properties\":[]},"
		"{\"matcher\":{\"id\":\"byFrameRefID\",\"options\":\"B\"},\"properties\":[]},"
		"{\"matcher\":{\"id\":\"byType\",\"options\":\"number\"},\"properties\":[]},"
		"{\"__systemRef\":\"hideSeriesFrom\",\"matcher\":{\"id\":\"byNames\",\"options\":{\"mode\":\"exclude\","
		"\"names\":[\"x\",\"y\"]}},\"properties\":[{\"id\":\"custom.hideFrom\",\"value\":{\"viz\":true}}]},"
		"{\"matcher\":{\"id\":\"byValue\",\"options\":{\"reducer\":\"allIsZero\",\"op\":\"gte\",\"value\":0}},"
		"\"properties\":[]}]}}");
	const struct panel *panel = clean_panel(&loaded);
	const struct override *overrides = panel->overrides;

	cr_assert_eq(panel->override_count, 6);
	cr_assert_eq(overrides[0].matcher, BY_NAME);
	cr_assert_str_eq(overrides[0].argument, "a");
	cr_assert_eq(overrides[0].config.set, FIELD_UNIT);
	cr_assert_eq(overrides[1].matcher, BY_REGEX);
	cr_assert_eq(overrides[2].matcher, BY_FRAME_REF);
	cr_assert_eq(overrides[3].matcher, BY_TYPE);
	cr_assert_eq(overrides[4].matcher, BY_NAMES);
	cr_assert(overrides[4].exclude);
	cr_assert_str_eq(overrides[4].names[1], "y");
	cr_assert_null(overrides[4].names[2]);
	cr_assert(overrides[4].config.hide_viz && !overrides[4].config.hide_legend);
	cr_assert_eq(overrides[5].matcher, BY_VALUE);
	cr_assert_str_eq(overrides[5].reducer, "allIsZero");
	cr_assert_str_eq(overrides[5].operation, "gte");
	loaded_release(&loaded);
}

Test(load_field, unknown_properties_and_matchers_are_approximations)
{
	struct loaded loaded =
		load_one("{\"type\":\"timeseries\",\"fieldConfig\":{\"overrides\":[{\"matcher\":{\"id\":\"byMoon\"},"
			 "\"properties\":[{\"id\":\"custom.fillBelowTo\",\"value\":\"x\"}]}]}}");

	cr_assert_not_null(loaded.dashboard);
	cr_assert_eq(loaded.dashboard->panels[0].overrides[0].matcher, BY_UNKNOWN);
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0].fieldConfig.overrides[0].matcher.id", "byMoon"));
	cr_assert(loaded_says(&loaded, FAULT_APPROXIMATION, "panels[0].fieldConfig.overrides[0].properties[0]",
			      "custom.fillBelowTo"));
	cr_assert_eq(loaded.errors.count, 2);
	loaded_release(&loaded);
}

Test(load_field, merge_takes_what_is_set)
{
	struct field_config into = { .set = FIELD_UNIT | FIELD_MIN, .unit = "s", .min = 1 };
	struct field_config from = { .set = FIELD_UNIT | FIELD_NEGATE, .unit = "ms", .min = 9, .constant_y = true };

	field_config_merge(&into, &from);
	cr_assert_str_eq(into.unit, "ms");
	cr_assert_eq(into.min, 1);
	cr_assert(into.constant_y && !into.negate);
	cr_assert_eq(into.set, FIELD_UNIT | FIELD_MIN | FIELD_NEGATE);
}
