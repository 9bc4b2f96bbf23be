#include <string.h>

#include "dashboard/load.h"

/* What an old table did with series before drawing them, as the transformation that does it today. */
static const struct {
	const char *transform, *id, *options;
} transforms[] = {
	{ "timeseries_to_rows", "seriesToRows", "{}" },
	{ "timeseries_to_columns", "seriesToColumns", "{\"byField\":\"Time\"}" },
	{ "timeseries_aggregations", "reduce", NULL },
	{ "table", "merge", "{}" },
};

/* The columns of an aggregation: {"reducers": ["mean", ...]}; without columns it is the average. */
static const char *aggregations(struct loader *loader, const cJSON *json)
{
	struct strbuf text = STRBUF_INIT;
	const cJSON *item;
	char *result;
	int count = 0;

	strbuf_addstr(&text, "{\"mode\":\"seriesToRows\",\"reducers\":[");
	cJSON_ArrayForEach(item, load_array(loader, json, "columns"))
	{
		const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "value"));
		if (!value || count == 20)
			continue;
		if (count++)
			strbuf_addch(&text, ',');
		strbuf_add_json(&text, load_reducer_name(value));
	}
	strbuf_addstr(&text, count ? "]}" : "\"mean\"]}");
	result = arena_strdup(&loader->dashboard->arena, text.text);
	strbuf_release(&text);
	return result;
}

static void read_transform(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const char *transform = load_text(loader, json, "transform", "");

	if (!*transform)
		return;
	for (size_t i = 0; i < sizeof(transforms) / sizeof(transforms[0]); i++)
		if (!strcmp(transforms[i].transform, transform)) {
			const char *options = transforms[i].options;
			load_add_transformation(loader, panel, transforms[i].id,
						options ? options : aggregations(loader, json));
			return;
		}
	load_approximate(loader, "transform", "\"%.40s\" is not known", transform);
}

static void set_text(struct field_config *config, uint64_t flag, const char **member, const char *text)
{
	if (!text || !*text)
		return;
	*member = text;
	config->set |= flag;
}

static void read_align(const char *word, struct field_config *config)
{
	config->align = !strcmp(word, "left")     ? ALIGN_LEFT
			: !strcmp(word, "center") ? ALIGN_CENTRE
			: !strcmp(word, "right")  ? ALIGN_RIGHT
						  : ALIGN_AUTO;
	if (config->align != ALIGN_AUTO)
		config->set |= FIELD_ALIGN;
}

/* colorMode "value", "cell" or "row"; null is no colour although thresholds are there. */
static void read_cell(struct loader *loader, const cJSON *json, struct field_config *config)
{
	const char *mode = load_text(loader, json, "colorMode", "");

	if (!*mode)
		return;
	config->cell = !strcmp(mode, "value") ? CELL_COLOUR_TEXT : CELL_COLOUR_BACKGROUND;
	config->colour = (struct colour_config){ .mode = COLOUR_THRESHOLDS };
	config->set |= FIELD_CELL | FIELD_COLOUR;
	load_threshold_words(loader, cJSON_GetObjectItemCaseSensitive(json, "thresholds"),
			     cJSON_GetObjectItemCaseSensitive(json, "colors"), config);
	if (!strcmp(mode, "row"))
		load_approximate(loader, "colorMode", "the cell is coloured, not the row");
}

static void read_style(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const char *pattern = load_text(loader, json, "pattern", "");
	const char *type = load_text(loader, json, "type", "");
	struct override *override = *pattern ? load_add_override(loader, panel) : NULL;
	struct field_config *config;
	double decimals;

	if (!override)
		return;
	load_alias(override, pattern);
	config = &override->config;
	set_text(config, FIELD_DISPLAY_NAME, &config->display_name, load_text(loader, json, "alias", NULL));
	read_align(load_text(loader, json, "align", ""), config);
	if (!strcmp(type, "hidden")) {
		config->hidden = true;
		config->set |= FIELD_HIDDEN;
	} else if (!strcmp(type, "date")) {
		const char *format = load_text(loader, json, "dateFormat", "YYYY-MM-DD HH:mm:ss");
		set_text(config, FIELD_UNIT, &config->unit,
			 arena_printf(&loader->dashboard->arena, "time:%.80s", format));
	} else if (!strcmp(type, "number")) {
		set_text(config, FIELD_UNIT, &config->unit, load_text(loader, json, "unit", NULL));
		if (load_loose_number(cJSON_GetObjectItemCaseSensitive(json, "decimals"), &decimals)) {
			config->decimals = decimals < 0 ? 0 : decimals > 20 ? 20 : (int)decimals;
			config->set |= FIELD_DECIMALS;
		}
	}
	read_cell(loader, json, config);
	load_mappings_old(loader, json, config);
}

/* sort: {"col": 2, "desc": true} counts columns; the first listed column with that number names it. */
static void read_sort(struct loader *loader, const cJSON *json, struct panel_options *options)
{
	const cJSON *sort = load_object(loader, json, "sort"), *columns = load_array(loader, json, "columns");
	double column;

	if (!sort || !load_loose_number(cJSON_GetObjectItemCaseSensitive(sort, "col"), &column))
		return;
	if (column >= 0 && column < 1000 && columns)
		options->sort_by = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(columns, (int)column), "text"));
	options->sort_descending = load_flag(sort, "desc", false);
}

/* In an old table the first style that fits a column wins; overrides are applied in order, the last wins. */
void load_table_old(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *styles = load_array(loader, json, "styles"), *item;
	size_t mark = load_enter(loader, "styles");
	size_t count = load_count(loader, styles, "styles", LOAD_LIST_MAX);

	load_leave(loader, mark);
	for (size_t i = count; i-- > 0;) {
		item = cJSON_GetArrayItem(styles, (int)i);
		mark = load_enter_item(loader, "styles", i);
		if (cJSON_IsObject(item))
			read_style(loader, item, panel);
		else
			load_error(loader, NULL, "must be an object");
		load_leave(loader, mark);
	}
	panel->options.hide_header = !load_flag(json, "showHeader", true);
	read_sort(loader, json, &panel->options);
	read_transform(loader, json, panel);
}
