#include <string.h>

#include "dashboard/load.h"

static void set_unit(struct field_config *config, const char *unit)
{
	if (!unit || (config->set & FIELD_UNIT))
		return;
	config->unit = unit;
	config->set |= FIELD_UNIT;
}

static void set_decimals(struct field_config *config, double decimals)
{
	config->decimals = decimals < 0 ? 0 : decimals > 20 ? 20 : (int)decimals;
	config->set |= FIELD_DECIMALS;
}

static void set_scheme(struct field_config *config, const char *scheme)
{
	if (config->set & FIELD_COLOUR)
		return;
	config->colour = (struct colour_config){ .mode = COLOUR_CONTINUOUS, .scheme = scheme };
	config->set |= FIELD_COLOUR;
}

/* The heat map keeps unit, range and colours beside its options, not in the field's configuration. */
static void read_options(struct loader *loader, const cJSON *options, struct panel *panel)
{
	const cJSON *axis = load_object(loader, options, "yAxis");
	const cJSON *colour = load_object(loader, options, "color");
	const cJSON *buckets = load_object(loader, load_object(loader, options, "calculation"), "yBuckets");
	struct field_config *config = &panel->defaults;
	const char *scheme = load_text(loader, colour, "scheme", NULL);
	double value;

	panel->options.calculate = load_flag(options, "calculate", false);
	if (load_flag(axis, "reverse", false))
		panel->options.reverse_y = "true";
	if (load_number(loader, buckets, "value", &value) && value > 0) {
		if (!strcmp(load_text(loader, buckets, "mode", "size"), "count"))
			panel->options.bucket_count = value < 1000 ? (int)value : 1000;
		else
			panel->options.bucket_size = value;
	}
	set_unit(config, load_text(loader, axis, "unit", NULL));
	if (load_number(loader, axis, "decimals", &value))
		set_decimals(config, value);
	if (scheme)
		set_scheme(config, scheme);
}

/* Before Grafana 9: members at the top, "interpolateOranges" for "Oranges", buckets made unless told otherwise. */
static void read_old(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *axis = load_object(loader, json, "yAxis");
	const cJSON *colour = load_object(loader, json, "color");
	const char *scheme = load_text(loader, colour, "colorScheme", NULL);
	double value;

	panel->options.calculate = !strcmp(load_text(loader, json, "dataFormat", "timeseries"), "timeseries");
	if (load_flag(json, "reverseYBuckets", false))
		panel->options.reverse_y = "true";
	if (load_number(loader, json, "yBucketSize", &value) && value > 0)
		panel->options.bucket_size = value;
	if (load_number(loader, json, "yBucketNumber", &value) && value >= 1)
		panel->options.bucket_count = value < 1000 ? (int)value : 1000;
	set_unit(&panel->defaults, load_text(loader, axis, "format", NULL));
	if (load_number(loader, axis, "decimals", &value))
		set_decimals(&panel->defaults, value);
	if (scheme)
		set_scheme(&panel->defaults, !strncmp(scheme, "interpolate", 11) ? scheme + 11 : scheme);
}

void load_heatmap(struct loader *loader, const cJSON *json, const cJSON *options, struct panel *panel)
{
	if (cJSON_GetObjectItemCaseSensitive(json, "dataFormat") || cJSON_GetObjectItemCaseSensitive(json, "cards"))
		read_old(loader, json, panel);
	else
		read_options(loader, options, panel);
}
