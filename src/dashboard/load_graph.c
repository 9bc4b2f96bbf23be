#include <math.h>
#include <string.h>

#include "dashboard/load.h"

/* Columns of an old legend: the flag, the reducer, what Grafana calls it in a legend's sortBy. */
static const struct {
	const char *flag, *reducer, *title;
} legend_columns[] = {
	{ "min", "min", "Min" },     { "max", "max", "Max" },
	{ "avg", "mean", "Mean" },   { "current", "lastNotNull", "Last *" },
	{ "total", "sum", "Total" },
};

#define LEGEND_COLUMNS (sizeof(legend_columns) / sizeof(legend_columns[0]))

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

static void read_legend(struct loader *loader, const cJSON *json, struct legend_options *ret)
{
	const cJSON *legend = load_object(loader, json, "legend");
	const char *sort = load_text(loader, legend, "sort", "");
	size_t count = 0;

	if (!legend)
		return;
	ret->mode = !load_flag(legend, "show", true)           ? LEGEND_HIDDEN
		    : load_flag(legend, "alignAsTable", false) ? LEGEND_TABLE
							       : LEGEND_LIST;
	ret->right = load_flag(legend, "rightSide", false);
	ret->sort_descending = load_flag(legend, "sortDesc", false);
	ret->calcs = arena_array(&loader->dashboard->arena, LEGEND_COLUMNS + 1, sizeof(*ret->calcs));
	for (size_t i = 0; i < LEGEND_COLUMNS; i++) {
		/* "values" switches the columns on as a whole; very old files do not have it. */
		if (load_flag(legend, legend_columns[i].flag, false) && load_flag(legend, "values", true))
			ret->calcs[count++] = legend_columns[i].reducer;
		if (!strcmp(sort, legend_columns[i].flag))
			ret->sort_by = legend_columns[i].title;
	}
}

/* Numbers of an axis: null, "" and "auto" leave it to the data; "-5%" and the like too. */
static void read_limit(const cJSON *value, struct field_config *config, uint64_t flag, double *ret)
{
	if (!(config->set & flag) && load_loose_number(value, ret))
		config->set |= flag;
}

static void read_scale(const cJSON *value, struct field_config *config)
{
	double base = 1;

	if (!load_loose_number(value, &base) || base <= 1)
		return;
	config->log_base = base == 2 ? 2 : 10;
	config->set |= FIELD_SCALE;
}

static void set_unit(struct field_config *config, const char *unit)
{
	if (!unit || !*unit || (config->set & FIELD_UNIT))
		return;
	config->unit = unit;
	config->set |= FIELD_UNIT;
}

/* yaxes[side], or what stood for it until schema 11: y_formats, grid.leftMin, leftYAxisLabel. */
static void read_axis(struct loader *loader, const cJSON *json, int side, struct field_config *config)
{
	const cJSON *axes = load_array(loader, json, "yaxes"), *grid = load_object(loader, json, "grid");
	const cJSON *axis = axes ? cJSON_GetArrayItem(axes, side) : NULL;
	const char *label;

	if (axis && !cJSON_IsObject(axis)) {
		size_t mark = load_enter_item(loader, "yaxes", (size_t)side);
		load_error(loader, NULL, "must be an object");
		load_leave(loader, mark);
		return;
	}
	if (axis) {
		size_t mark = load_enter_item(loader, "yaxes", (size_t)side);
		set_unit(config, load_text(loader, axis, "format", NULL));
		label = load_text(loader, axis, "label", "");
		read_limit(member(axis, "min"), config, FIELD_MIN, &config->min);
		read_limit(member(axis, "max"), config, FIELD_MAX, &config->max);
		read_scale(member(axis, "logBase"), config);
		if (!load_flag(axis, "show", true)) {
			config->axis = AXIS_HIDDEN;
			config->set |= FIELD_AXIS;
		}
		load_leave(loader, mark);
	} else {
		const cJSON *formats = load_array(loader, json, "y_formats");
		set_unit(config, cJSON_GetStringValue(formats ? cJSON_GetArrayItem(formats, side) : NULL));
		label = load_text(loader, json, side ? "rightYAxisLabel" : "leftYAxisLabel", "");
		read_limit(member(grid, side ? "rightMin" : "leftMin"), config, FIELD_MIN, &config->min);
		read_limit(member(grid, side ? "rightMax" : "leftMax"), config, FIELD_MAX, &config->max);
		read_scale(member(grid, side ? "rightLogBase" : "leftLogBase"), config);
	}
	if (*label) {
		config->axis_label = label;
		config->set |= FIELD_AXIS_LABEL;
	}
}

static void set_fill(struct field_config *config, double fill)
{
	config->fill_opacity = (int)fmin(fmax(fill * 10, 0), 100);
	config->set |= FIELD_FILL;
}

/* How nulls are drawn. As zero is nothing a line here can do: the gap shows that nothing was there. */
static void set_nulls(struct loader *loader, const cJSON *value, struct field_config *config)
{
	const char *mode = cJSON_GetStringValue(value);

	if (!mode)
		return;
	config->span_nulls_ms = !strcmp(mode, "connected") ? -1 : 0;
	config->set |= FIELD_SPAN_NULLS;
	if (!strcmp(mode, "null as zero"))
		load_approximate(loader, "nullPointMode", "missing values are gaps, not zero");
}

static void read_style(struct loader *loader, const cJSON *json, struct field_config *config)
{
	double fill = 1;

	config->draw_style = load_flag(json, "bars", false)                                        ? DRAW_BARS
			     : load_flag(json, "lines", true) || !load_flag(json, "points", false) ? DRAW_LINE
												   : DRAW_POINTS;
	config->set |= FIELD_DRAW_STYLE;
	load_number(loader, json, "fill", &fill);
	set_fill(config, fill);
	if (load_flag(json, "stack", false)) {
		config->stacking = load_flag(json, "percentage", false) ? STACK_PERCENT : STACK_NORMAL;
		config->set |= FIELD_STACKING;
	}
	if (load_flag(json, "dashes", false)) {
		config->dashed = true;
		config->set |= FIELD_LINE_STYLE;
	}
	set_nulls(loader, member(json, "nullPointMode"), config);
}

/* The members of a seriesOverrides entry that change how a series looks. */
static void read_series_style(struct loader *loader, const cJSON *json, struct field_config *config)
{
	const cJSON *stack = member(json, "stack");
	const char *transform = load_text(loader, json, "transform", NULL);
	double fill;

	if (load_flag(json, "bars", false))
		config->draw_style = DRAW_BARS;
	else if (load_flag(json, "lines", false))
		config->draw_style = DRAW_LINE;
	else if (load_flag(json, "points", false))
		config->draw_style = DRAW_POINTS;
	if (member(json, "bars") || member(json, "lines") || member(json, "points"))
		config->set |= FIELD_DRAW_STYLE;
	if (load_number(loader, json, "fill", &fill))
		set_fill(config, fill);
	if (stack) {
		config->stacking = cJSON_IsFalse(stack) ? STACK_NONE : STACK_NORMAL;
		config->stack_group = cJSON_GetStringValue(stack);
		config->set |= FIELD_STACKING;
	}
	if (transform) {
		config->negate = !strcmp(transform, "negative-Y");
		config->constant_y = !strcmp(transform, "constant");
		config->set |= FIELD_NEGATE;
	}
	if (member(json, "dashes")) {
		config->dashed = load_flag(json, "dashes", false);
		config->set |= FIELD_LINE_STYLE;
	}
	if (cJSON_IsFalse(member(json, "legend"))) {
		config->hide_legend = true;
		config->set |= FIELD_HIDE_LEGEND;
	}
	if (load_text(loader, json, "fillBelowTo", NULL))
		load_approximate(loader, "fillBelowTo", "the area between two series is not filled");
	set_nulls(loader, member(json, "nullPointMode"), config);
}

static void read_series_override(struct loader *loader, const cJSON *json, const struct field_config *right,
				 struct panel *panel)
{
	const char *alias = load_text(loader, json, "alias", "");
	struct override *override = *alias ? load_add_override(loader, panel) : NULL;
	struct field_config *config;
	double axis = 1;

	if (!override)
		return;
	load_alias(override, alias);
	config = &override->config;
	read_series_style(loader, json, config);
	if (cJSON_IsString(member(json, "color"))) {
		config->colour = (struct colour_config){ .mode = COLOUR_FIXED };
		config->colour.fixed = load_colour(loader, member(json, "color"), "color");
		config->set |= FIELD_COLOUR;
	}
	if (load_number(loader, json, "yaxis", &axis) && axis == 2) {
		field_config_merge(config, right);
		if (!(config->set & FIELD_AXIS))
			config->axis = AXIS_RIGHT;
		config->set |= FIELD_AXIS;
	}
}

static void read_series_overrides(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *list = load_array(loader, json, "seriesOverrides"), *item;
	size_t index = 0, mark = load_enter(loader, "seriesOverrides");
	size_t count = load_count(loader, list, "overrides", LOAD_LIST_MAX);
	struct field_config right = { 0 };

	load_leave(loader, mark);
	read_axis(loader, json, 1, &right);
	cJSON_ArrayForEach(item, list)
	{
		if (index >= count)
			break;
		mark = load_enter_item(loader, "seriesOverrides", index++);
		if (cJSON_IsObject(item))
			read_series_override(loader, item, &right, panel);
		else
			load_error(loader, NULL, "must be an object");
		load_leave(loader, mark);
	}
}

void load_series_colours(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *colours = load_object(loader, json, "aliasColors"), *item;
	size_t mark = load_enter(loader, "aliasColors");

	cJSON_ArrayForEach(item, colours)
	{
		struct override *override =
			cJSON_IsString(item) && item->string ? load_add_override(loader, panel) : NULL;
		if (!override)
			continue;
		override->matcher = BY_NAME;
		override->argument = item->string;
		override->config.colour = (struct colour_config){ .mode = COLOUR_FIXED };
		override->config.colour.fixed = load_colour(loader, item, item->string);
		override->config.set |= FIELD_COLOUR;
	}
	load_leave(loader, mark);
}

static struct colour_spec threshold_shade(struct loader *loader, const cJSON *json)
{
	const char *mode = load_text(loader, json, "colorMode", "critical");
	struct colour_spec colour = { .hue = HUE_NONE };

	if (!strcmp(mode, "custom"))
		return load_colour(loader, member(json, load_flag(json, "fill", false) ? "fillColor" : "lineColor"),
				   "fillColor");
	colour_spec_parse(!strcmp(mode, "ok") ? "green" : !strcmp(mode, "warning") ? "orange" : "red", &colour);
	return colour;
}

/* One zone of an old graph; "lt" colours what lies below, so its colour begins at the base. */
struct zone {
	double value;
	bool below;
	struct colour_spec colour;
};

/* As Grafana's migration to time series does it; `steps` has room for twice the zones and one. */
static size_t zones_to_steps(const struct zone *zones, size_t count, struct threshold *steps)
{
	size_t used = 0;

	if (count && !zones[0].below)
		steps[used++] = (struct threshold){ .value = -INFINITY };
	for (size_t i = 0; i < count; i++) {
		const struct zone *next = i + 1 < count ? &zones[i + 1] : NULL;
		if (!zones[i].below) {
			steps[used++] = (struct threshold){ .value = zones[i].value, .colour = zones[i].colour };
			continue;
		}
		if (!used)
			steps[used++] = (struct threshold){ .value = -INFINITY, .colour = zones[i].colour };
		steps[used] = (struct threshold){ .value = zones[i].value };
		if (next && next->below)
			steps[used].colour = next->colour;
		used++;
	}
	return used;
}

static void set_zones(struct loader *loader, struct zone *zones, size_t count, bool area, struct field_config *config)
{
	struct threshold *steps;

	if (!count)
		return;
	for (size_t i = 1; i < count; i++) {
		struct zone zone = zones[i];
		size_t j = i;
		for (; j > 0 && zones[j - 1].value > zone.value; j--)
			zones[j] = zones[j - 1];
		zones[j] = zone;
	}
	steps = arena_array(&loader->dashboard->arena, 2 * count + 1, sizeof(*steps));
	load_threshold_steps(steps, zones_to_steps(zones, count, steps), false, config);
	config->threshold_style = area ? THRESHOLD_AREA : THRESHOLD_LINE;
	config->set |= FIELD_THRESHOLD_STYLE;
}

/* grid.threshold1 and threshold2, until schema 12: coloured above, or below when the second is smaller. */
static void read_grid_zones(struct loader *loader, const cJSON *json, struct field_config *config)
{
	static const char *const names[2][2] = { { "threshold1", "threshold1Color" },
						 { "threshold2", "threshold2Color" } };
	const cJSON *grid = load_object(loader, json, "grid");
	struct zone zones[2] = { { 0 } };
	size_t count = 0;

	for (size_t i = 0; i < 2; i++)
		if (load_loose_number(member(grid, names[i][0]), &zones[count].value)) {
			zones[count].colour = load_colour(loader, member(grid, names[i][1]), names[i][1]);
			count++;
		}
	if (count == 2 && zones[0].value > zones[1].value)
		zones[0].below = zones[1].below = true;
	set_zones(loader, zones, count, !load_flag(grid, "thresholdLine", false), config);
}

static void read_zones(struct loader *loader, const cJSON *json, struct field_config *config)
{
	const cJSON *list = load_array(loader, json, "thresholds"), *item;
	size_t count = 0, index = 0, limit = load_count(loader, list, "thresholds", LOAD_LIST_MAX);
	struct zone *zones = arena_array(&loader->dashboard->arena, limit ? limit : 1, sizeof(*zones));
	bool area = false;

	cJSON_ArrayForEach(item, list)
	{
		if (index >= limit)
			break;
		size_t mark = load_enter_item(loader, "thresholds", index++);
		if (!cJSON_IsObject(item))
			load_error(loader, NULL, "must be an object");
		else if (load_number(loader, item, "value", &zones[count].value)) {
			zones[count].below = !strcmp(load_text(loader, item, "op", "gt"), "lt");
			zones[count].colour = threshold_shade(loader, item);
			area |= load_flag(item, "fill", false);
			count++;
		}
		load_leave(loader, mark);
	}
	set_zones(loader, zones, count, area, config);
}

/* The x axis may not be time: bars of one value a series, or a histogram. Grafana changes the type, too. */
static void read_x_axis(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *axis = load_object(loader, json, "xaxis");
	const char *mode = load_text(loader, axis, "mode", "time");

	if (!strcmp(mode, "series")) {
		size_t count;
		const char **values = load_texts(loader, load_array(loader, axis, "values"), &count);
		panel->type = "bargauge";
		panel->options.calcs = load_one_text(loader, load_reducer_name(count ? values[0] : "total"));
	} else if (!strcmp(mode, "histogram")) {
		double buckets;
		panel->type = "histogram";
		if (load_number(loader, axis, "buckets", &buckets) && buckets >= 1)
			panel->options.bucket_count = buckets < 1000 ? (int)buckets : 1000;
	}
}

void load_graph(struct loader *loader, const cJSON *json, struct panel *panel)
{
	struct field_config *config = &panel->defaults;
	double decimals;

	read_axis(loader, json, 0, config);
	read_style(loader, json, config);
	if (!(config->set & FIELD_DECIMALS) && load_loose_number(member(json, "decimals"), &decimals)) {
		config->decimals = (int)fmin(fmax(decimals, 0), 20);
		config->set |= FIELD_DECIMALS;
	}
	read_legend(loader, json, &panel->options.legend);
	load_series_colours(loader, json, panel);
	read_series_overrides(loader, json, panel);
	if (load_array(loader, json, "thresholds"))
		read_zones(loader, json, config);
	else
		read_grid_zones(loader, json, config);
	read_x_axis(loader, json, panel);
}
