#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dashboard/load.h"

/* Words of an option and what they mean; the last row's NULL ends the list. */
struct word {
	const char *word;
	int value;
};

static bool find_word(const struct word *words, const char *text, int *ret)
{
	for (; words->word; words++)
		if (!strcmp(words->word, text)) {
			*ret = words->value;
			return true;
		}
	return false;
}

/* The value as one of `words`; an unknown word is an approximation and gives `fallback`. */
static int read_word(struct loader *loader, const cJSON *value, const struct word *words, int fallback)
{
	const char *text = load_value_text(loader, value, NULL);
	int result = fallback;

	if (text && *text && !find_word(words, text, &result))
		load_approximate(loader, NULL, "\"%.40s\" is not known", text);
	return result;
}

static const cJSON *member(const cJSON *value, const char *name)
{
	return cJSON_IsObject(value) ? cJSON_GetObjectItemCaseSensitive(value, name) : NULL;
}

/* One reader a property: the path is at the value, which is not null. */

static void read_unit(struct loader *loader, const cJSON *value, struct field_config *into)
{
	into->unit = load_value_text(loader, value, NULL);
	if (into->unit)
		into->set |= FIELD_UNIT;
}

static void read_decimals(struct loader *loader, const cJSON *value, struct field_config *into)
{
	double decimals;

	(void)loader;
	if (!load_loose_number(value, &decimals))
		return; /* "auto" and whatever else Grafana ignores */
	into->decimals = (int)fmin(fmax(decimals, 0), 20);
	into->set |= FIELD_DECIMALS;
}

static void read_number(struct loader *loader, const cJSON *value, struct field_config *into, uint64_t flag,
			double *member_of_config)
{
	if (load_value_number(loader, value, NULL, member_of_config))
		into->set |= flag;
}

static void read_min(struct loader *loader, const cJSON *value, struct field_config *into)
{
	read_number(loader, value, into, FIELD_MIN, &into->min);
}

static void read_max(struct loader *loader, const cJSON *value, struct field_config *into)
{
	read_number(loader, value, into, FIELD_MAX, &into->max);
}

static void read_soft_min(struct loader *loader, const cJSON *value, struct field_config *into)
{
	read_number(loader, value, into, FIELD_SOFT_MIN, &into->soft_min);
}

static void read_soft_max(struct loader *loader, const cJSON *value, struct field_config *into)
{
	read_number(loader, value, into, FIELD_SOFT_MAX, &into->soft_max);
}

static void read_display_name(struct loader *loader, const cJSON *value, struct field_config *into)
{
	const char *text = load_value_text(loader, value, NULL);

	if (!text || !*text)
		return;
	into->display_name = text;
	into->set |= FIELD_DISPLAY_NAME;
}

static void read_no_value(struct loader *loader, const cJSON *value, struct field_config *into)
{
	into->no_value = load_value_text(loader, value, NULL);
	if (into->no_value)
		into->set |= FIELD_NO_VALUE;
}

static void read_colour(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word series_by[] = { { "last", 0 }, { "min", 1 }, { "max", 2 }, { NULL, 0 } };
	struct colour_config *colour = &into->colour;
	const char *mode;

	*colour = (struct colour_config){ .mode = COLOUR_FIXED };
	if (cJSON_IsString(value)) {
		colour->fixed = load_colour(loader, value, NULL);
		into->set |= FIELD_COLOUR;
		return;
	}
	if (!cJSON_IsObject(value)) {
		load_error(loader, NULL, "must be an object");
		return;
	}
	mode = load_text(loader, value, "mode", "");
	colour->fixed = load_colour(loader, member(value, "fixedColor"), "fixedColor");
	find_word(series_by, load_text(loader, value, "seriesBy", ""), &colour->series_by);
	if (!strcmp(mode, "thresholds")) {
		colour->mode = COLOUR_THRESHOLDS;
	} else if (!strncmp(mode, "continuous-", 11)) {
		colour->mode = COLOUR_CONTINUOUS;
		colour->scheme = mode + 11;
	} else if (strcmp(mode, "fixed") != 0 && *mode) {
		colour->mode = COLOUR_PALETTE;
		if (strncmp(mode, "palette-", 8) != 0 && strcmp(mode, "shades") != 0)
			load_approximate(loader, "mode", "colour mode \"%.40s\" is not known", mode);
	} else if (!*mode && colour->fixed.hue == HUE_NONE) {
		return;
	}
	into->set |= FIELD_COLOUR;
}

static void read_draw_style(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word words[] = {
		{ "line", DRAW_LINE }, { "bars", DRAW_BARS }, { "points", DRAW_POINTS }, { NULL, 0 }
	};

	into->draw_style = (enum draw_style)read_word(loader, value, words, DRAW_LINE);
	into->set |= FIELD_DRAW_STYLE;
}

static void read_fill(struct loader *loader, const cJSON *value, struct field_config *into)
{
	double fill;

	if (!load_value_number(loader, value, NULL, &fill))
		return;
	into->fill_opacity = (int)fmin(fmax(fill, 0), 100);
	into->set |= FIELD_FILL;
}

static void read_span_nulls(struct loader *loader, const cJSON *value, struct field_config *into)
{
	double limit = 0;

	if (cJSON_IsBool(value))
		limit = cJSON_IsTrue(value) ? -1 : 0;
	else if (!load_value_number(loader, value, NULL, &limit))
		return;
	into->span_nulls_ms = limit < 0 ? -1 : (int64_t)fmin(limit, 1e15);
	into->set |= FIELD_SPAN_NULLS;
}

static void read_stacking(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word words[] = {
		{ "none", STACK_NONE }, { "normal", STACK_NORMAL }, { "percent", STACK_PERCENT }, { NULL, 0 }
	};
	const cJSON *mode = cJSON_IsObject(value) ? member(value, "mode") : value;

	/* Grafana 7 wrote false for none. */
	into->stacking = cJSON_IsString(mode) ? (enum stacking)read_word(loader, mode, words, STACK_NONE) : STACK_NONE;
	into->stack_group = cJSON_GetStringValue(member(value, "group"));
	into->set |= FIELD_STACKING;
}

static void read_axis(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word words[] = { { "auto", AXIS_AUTO },
					     { "left", AXIS_LEFT },
					     { "right", AXIS_RIGHT },
					     { "hidden", AXIS_HIDDEN },
					     { "bottom", AXIS_AUTO },
					     { "top", AXIS_AUTO },
					     { NULL, 0 } };

	into->axis = (enum axis_side)read_word(loader, value, words, AXIS_AUTO);
	into->set |= FIELD_AXIS;
}

static void read_axis_label(struct loader *loader, const cJSON *value, struct field_config *into)
{
	const char *text = load_value_text(loader, value, NULL);

	if (!text || !*text)
		return;
	into->axis_label = text;
	into->set |= FIELD_AXIS_LABEL;
}

static void read_scale(struct loader *loader, const cJSON *value, struct field_config *into)
{
	const char *type = cJSON_GetStringValue(member(value, "type"));
	double base = 2;

	if (!type)
		return;
	load_loose_number(member(value, "log"), &base);
	into->log_base = 0;
	if (!strcmp(type, "log") || !strcmp(type, "symlog"))
		into->log_base = base == 2 ? 2 : 10;
	into->set |= FIELD_SCALE;
	if (!strcmp(type, "symlog") || (into->log_base && base != 2 && base != 10))
		load_approximate(loader, NULL, "drawn with a logarithmic scale of base %d", into->log_base);
}

static void read_transform(struct loader *loader, const cJSON *value, struct field_config *into)
{
	const char *text = load_value_text(loader, value, NULL);

	if (!text)
		return;
	into->negate = !strcmp(text, "negative-Y");
	into->constant_y = !strcmp(text, "constant");
	into->set |= FIELD_NEGATE;
}

static void read_hide(struct loader *loader, const cJSON *value, struct field_config *into)
{
	(void)loader;
	/* Grafana 7.4 said "graph" where it is "viz" now. */
	into->hide_viz = load_flag(value, "viz", load_flag(value, "graph", false));
	into->hide_legend = load_flag(value, "legend", false);
	into->set |= FIELD_HIDE_VIZ | FIELD_HIDE_LEGEND;
}

static void read_threshold_style(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word words[] = {
		{ "off", THRESHOLD_OFF },     { "line", THRESHOLD_LINE },
		{ "dashed", THRESHOLD_LINE }, { "line+area", THRESHOLD_AREA },
		{ "area", THRESHOLD_AREA },   { "dashed+area", THRESHOLD_AREA },
		{ "series", THRESHOLD_OFF },  { NULL, 0 },
	};
	const cJSON *mode = member(value, "mode");

	if (!mode)
		return;
	into->threshold_style = (enum threshold_style)read_word(loader, mode, words, THRESHOLD_OFF);
	into->set |= FIELD_THRESHOLD_STYLE;
}

/* {"type": "color-text"}, or only the word as before Grafana 9. */
static void read_cell(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word words[] = {
		{ "auto", CELL_AUTO },
		{ "color-text", CELL_COLOUR_TEXT },
		{ "color-background", CELL_COLOUR_BACKGROUND },
		{ "color-background-solid", CELL_COLOUR_BACKGROUND },
		{ "gauge", CELL_GAUGE },
		{ "basic", CELL_GAUGE },
		{ "gradient-gauge", CELL_GAUGE },
		{ "lcd-gauge", CELL_GAUGE },
		{ "sparkline", CELL_SPARKLINE },
		{ "json-view", CELL_TEXT },
		{ "string", CELL_TEXT },
		{ "data-links", CELL_TEXT },
		{ NULL, 0 },
	};
	const cJSON *type = cJSON_IsObject(value) ? member(value, "type") : value;

	if (!type || cJSON_IsNull(type))
		return;
	into->cell = (enum cell_kind)read_word(loader, type, words, CELL_AUTO);
	into->set |= FIELD_CELL;
}

static void read_width(struct loader *loader, const cJSON *value, struct field_config *into)
{
	double width;

	(void)loader;
	if (!load_loose_number(value, &width))
		return;
	into->width = (int)fmin(fmax(width, 0), LOAD_GRID_MAX);
	into->set |= FIELD_WIDTH;
}

static void read_align(struct loader *loader, const cJSON *value, struct field_config *into)
{
	static const struct word words[] = { { "auto", ALIGN_AUTO },
					     { "left", ALIGN_LEFT },
					     { "center", ALIGN_CENTRE },
					     { "right", ALIGN_RIGHT },
					     { NULL, 0 } };

	into->align = (enum align)read_word(loader, value, words, ALIGN_AUTO);
	into->set |= FIELD_ALIGN;
}

static void read_line_style(struct loader *loader, const cJSON *value, struct field_config *into)
{
	const char *fill = cJSON_GetStringValue(member(value, "fill"));

	(void)loader;
	if (!fill)
		return;
	into->dashed = strcmp(fill, "solid") != 0;
	into->set |= FIELD_LINE_STYLE;
}

static void read_hidden(struct loader *loader, const cJSON *value, struct field_config *into)
{
	(void)loader;
	into->hidden = cJSON_IsTrue(value);
	into->set |= FIELD_HIDDEN;
}

/*
 * Every property Grafana's own panels have. Those without a reader concern
 * the mouse, line widths and the like, of which a terminal has nothing.
 */
static const struct property {
	const char *id;
	void (*read)(struct loader *loader, const cJSON *value, struct field_config *into);
} properties[] = {
	{ "unit", read_unit },
	{ "decimals", read_decimals },
	{ "min", read_min },
	{ "max", read_max },
	{ "displayName", read_display_name },
	{ "noValue", read_no_value },
	{ "thresholds", load_thresholds },
	{ "mappings", load_mappings },
	{ "color", read_colour },
	{ "custom.drawStyle", read_draw_style },
	{ "custom.fillOpacity", read_fill },
	{ "custom.spanNulls", read_span_nulls },
	{ "custom.stacking", read_stacking },
	{ "custom.axisPlacement", read_axis },
	{ "custom.axisLabel", read_axis_label },
	{ "custom.scaleDistribution", read_scale },
	{ "custom.transform", read_transform },
	{ "custom.hideFrom", read_hide },
	{ "custom.thresholdsStyle", read_threshold_style },
	{ "custom.cellOptions", read_cell },
	{ "custom.displayMode", read_cell },
	{ "custom.width", read_width },
	{ "custom.align", read_align },
	{ "custom.axisSoftMin", read_soft_min },
	{ "custom.axisSoftMax", read_soft_max },
	{ "custom.lineStyle", read_line_style },
	{ "custom.hidden", read_hidden },
	{ "actions", NULL },
	{ "description", NULL },
	{ "fieldMinMax", NULL },
	{ "filterable", NULL },
	{ "links", NULL },
	{ "unitScale", NULL },
	{ "writeable", NULL },
	{ "custom.axisBorderShow", NULL },
	{ "custom.axisCenteredZero", NULL },
	{ "custom.axisColorMode", NULL },
	{ "custom.axisGridShow", NULL },
	{ "custom.axisWidth", NULL },
	{ "custom.barAlignment", NULL },
	{ "custom.barWidthFactor", NULL },
	{ "custom.filterable", NULL },
	{ "custom.gradientMode", NULL },
	{ "custom.insertNulls", NULL },
	{ "custom.inspect", NULL },
	{ "custom.lineInterpolation", NULL },
	{ "custom.lineWidth", NULL },
	{ "custom.minWidth", NULL },
	{ "custom.pointSize", NULL },
	{ "custom.pointShape", NULL },
	{ "custom.showPoints", NULL },
	{ "custom.tooltip", NULL },
	{ "custom.wrapHeaderText", NULL },
	{ "custom.wrapText", NULL },
};

static const struct property *find_property(const char *id)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (!strcmp(properties[i].id, id))
			return &properties[i];
	return NULL;
}

void load_property(struct loader *loader, const char *id, const cJSON *value, struct field_config *into)
{
	const struct property *property = find_property(id);

	if (!property)
		load_approximate(loader, NULL, "property \"%.60s\" is not known", id);
	else if (property->read && value && !cJSON_IsNull(value))
		property->read(loader, value, into);
}

/*
 * Unknown members of the defaults are passed over: editors write the whole
 * set of a plugin's defaults there, whereas an override is somebody's will.
 */
static void read_members(struct loader *loader, const cJSON *object, const char *prefix, struct field_config *into)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object)
	{
		char id[64];
		const struct property *property;

		if (!item->string || cJSON_IsNull(item))
			continue;
		if (snprintf(id, sizeof(id), "%s%s", prefix, item->string) >= (int)sizeof(id))
			continue;
		property = find_property(id);
		if (!property || !property->read)
			continue;
		size_t mark = load_enter(loader, id);
		property->read(loader, item, into);
		load_leave(loader, mark);
	}
}

void load_field_defaults(struct loader *loader, const cJSON *defaults, struct field_config *into)
{
	const cJSON *title = member(defaults, "title");

	if (cJSON_IsString(title)) /* the word of Grafana 6 for displayName */
		read_display_name(loader, title, into);
	read_members(loader, defaults, "", into);
	read_members(loader, load_object(loader, defaults, "custom"), "custom.", into);
}

void load_field_config(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *config = load_object(loader, json, "fieldConfig");
	size_t mark = load_enter(loader, "fieldConfig");
	const cJSON *defaults = load_object(loader, config, "defaults");
	size_t inner = load_enter(loader, "defaults");

	load_field_defaults(loader, defaults, &panel->defaults);
	load_leave(loader, inner);
	load_overrides(loader, load_array(loader, config, "overrides"), panel);
	load_leave(loader, mark);
}
