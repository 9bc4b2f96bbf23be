#include <math.h>
#include <string.h>

#include "dashboard/load.h"

/* Colours come from the thresholds where an old panel had thresholds. */
static void colour_by_thresholds(struct field_config *config)
{
	if (!(config->set & FIELD_THRESHOLDS) || (config->set & FIELD_COLOUR))
		return;
	config->colour = (struct colour_config){ .mode = COLOUR_THRESHOLDS };
	config->set |= FIELD_COLOUR;
}

static void set_limit(struct loader *loader, const cJSON *json, const char *name, struct field_config *config,
		      uint64_t flag, double *ret)
{
	if (!(config->set & flag) && load_number(loader, json, name, ret))
		config->set |= flag;
}

static void set_decimals(const cJSON *json, struct field_config *config)
{
	double decimals;

	if ((config->set & FIELD_DECIMALS) ||
	    !load_loose_number(cJSON_GetObjectItemCaseSensitive(json, "decimals"), &decimals))
		return;
	config->decimals = (int)fmin(fmax(decimals, 0), 20);
	config->set |= FIELD_DECIMALS;
}

/* Words before and after the number become the unit where there is no real one. */
static void read_unit(struct loader *loader, const cJSON *json, struct field_config *config)
{
	const char *unit = load_text(loader, json, "format", NULL);
	const char *before = load_text(loader, json, "prefix", ""), *after = load_text(loader, json, "postfix", "");
	bool plain = !unit || !*unit || !strcmp(unit, "none");

	if (config->set & FIELD_UNIT)
		return;
	if (plain && *after && !*before)
		unit = arena_printf(&loader->dashboard->arena, "suffix:%s", after);
	else if (plain && *before && !*after)
		unit = arena_printf(&loader->dashboard->arena, "prefix:%s", before);
	else if (*before || *after)
		load_approximate(loader, *before ? "prefix" : "postfix", "the words around the number are left out");
	if (!unit || !*unit)
		return;
	config->unit = unit;
	config->set |= FIELD_UNIT;
}

static void read_text(struct loader *loader, const cJSON *json, struct field_config *config)
{
	const char *text = load_text(loader, json, "nullText", NULL);

	read_unit(loader, json, config);
	set_decimals(json, config);
	if (text && *text && !(config->set & FIELD_NO_VALUE)) {
		config->no_value = text;
		config->set |= FIELD_NO_VALUE;
	}
	if (!(config->set & FIELD_MAPPINGS))
		load_mappings_old(loader, json, config);
}

/* Of a singlestat asked for one column of a table. */
static void read_column(struct loader *loader, const cJSON *json, struct panel_options *options)
{
	const char *column = load_text(loader, json, "tableColumn", "");

	if (*column)
		options->fields = column;
}

void load_singlestat(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *gauge = load_object(loader, json, "gauge");
	const char *value = load_text(loader, json, "valueName", "avg");
	struct panel_options *options = &panel->options;
	struct field_config *config = &panel->defaults;

	options->calcs = load_one_text(loader, load_reducer_name(value));
	options->text_mode = TEXT_VALUE;
	if (!strcmp(value, "name")) {
		options->text_mode = TEXT_NAME;
		options->calcs = load_one_text(loader, "lastNotNull");
	}
	options->stat_colour = load_flag(json, "colorBackground", false) ? STAT_COLOUR_BACKGROUND
			       : load_flag(json, "colorValue", false)    ? STAT_COLOUR_VALUE
									 : STAT_COLOUR_NONE;
	options->graph = load_flag(load_object(loader, json, "sparkline"), "show", false);
	read_column(loader, json, options);
	read_text(loader, json, config);
	if (!(config->set & FIELD_THRESHOLDS))
		load_threshold_words(loader, cJSON_GetObjectItemCaseSensitive(json, "thresholds"),
				     cJSON_GetObjectItemCaseSensitive(json, "colors"), config);
	colour_by_thresholds(config);
	if (!load_flag(gauge, "show", false))
		return;
	panel->type = "gauge";
	options->show_threshold_labels = load_flag(gauge, "thresholdLabels", false);
	options->show_threshold_markers = load_flag(gauge, "thresholdMarkers", true);
	set_limit(loader, gauge, "minValue", config, FIELD_MIN, &config->min);
	set_limit(loader, gauge, "maxValue", config, FIELD_MAX, &config->max);
}

/* Grafana 6.0 to 6.1: {"valueOptions": {"stat": "avg", "unit": "short", "decimals": 1}}. */
static void read_value_options(struct loader *loader, const cJSON *options, struct panel *panel)
{
	const cJSON *value = load_object(loader, options, "valueOptions");
	const char *reducer = load_text(loader, value, "stat", NULL);
	const char *unit = load_text(loader, value, "unit", NULL);

	if (reducer)
		panel->options.calcs = load_one_text(loader, load_reducer_name(reducer));
	if (unit && !(panel->defaults.set & FIELD_UNIT)) {
		panel->defaults.unit = unit;
		panel->defaults.set |= FIELD_UNIT;
	}
	set_decimals(value, &panel->defaults);
}

/* Grafana 6.2 to 6.7: {"fieldOptions": {"calcs", "values", "defaults", "overrides"}}. */
static void read_field_options(struct loader *loader, const cJSON *options, struct panel *panel)
{
	const cJSON *field = load_object(loader, options, "fieldOptions");
	size_t mark = load_enter(loader, "fieldOptions");
	const cJSON *defaults = load_object(loader, field, "defaults");
	struct field_config own = { 0 };
	size_t count, inner;
	const char **calcs = load_texts(loader, load_array(loader, field, "calcs"), &count);

	for (size_t i = 0; i < count; i++)
		calcs[i] = load_reducer_name(calcs[i]);
	if (count)
		panel->options.calcs = calcs;
	if (load_flag(field, "values", false))
		panel->options.all_values = true;
	load_threshold_list(loader, load_array(loader, field, "thresholds"), &own);
	if (load_array(loader, field, "mappings")) {
		inner = load_enter(loader, "mappings");
		load_mappings(loader, load_array(loader, field, "mappings"), &own);
		load_leave(loader, inner);
	}
	inner = load_enter(loader, "defaults");
	load_field_defaults(loader, defaults, &own);
	load_leave(loader, inner);
	load_overrides(loader, load_array(loader, field, "overrides"), panel);
	/* What fieldConfig says stands above it. */
	field_config_merge(&own, &panel->defaults);
	panel->defaults = own;
	load_leave(loader, mark);
}

/*
 * Stat, gauge and bar gauge in the spellings that came before fieldConfig. A
 * list of thresholds and a range right in the options are read for the gauges
 * only: other panels use those words otherwise.
 */
void load_gauge_old(struct loader *loader, const cJSON *options, struct panel *panel)
{
	struct field_config *config = &panel->defaults;

	if (strcmp(panel->type, "gauge") != 0 && strcmp(panel->type, "bargauge") != 0 &&
	    strcmp(panel->type, "stat") != 0)
		return;
	read_value_options(loader, options, panel);
	if (cJSON_GetObjectItemCaseSensitive(options, "fieldOptions"))
		read_field_options(loader, options, panel);
	if (!(config->set & FIELD_THRESHOLDS))
		load_threshold_list(loader, load_array(loader, options, "thresholds"), config);
	if (!(config->set & FIELD_MAPPINGS) && load_array(loader, options, "valueMappings")) {
		size_t mark = load_enter(loader, "valueMappings");
		load_mappings(loader, load_array(loader, options, "valueMappings"), config);
		load_leave(loader, mark);
	}
	set_limit(loader, options, "min", config, FIELD_MIN, &config->min);
	set_limit(loader, options, "max", config, FIELD_MAX, &config->max);
	set_limit(loader, options, "minValue", config, FIELD_MIN, &config->min);
	set_limit(loader, options, "maxValue", config, FIELD_MAX, &config->max);
	colour_by_thresholds(config);
}
