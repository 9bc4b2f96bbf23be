#include <string.h>

#include "dashboard/load.h"

/* One word of an option: where it applies and what it means. */
struct choice {
	const char *word;
	int value;
};

static const struct choice text_modes[] = {
	{ "auto", TEXT_AUTO }, { "value", TEXT_VALUE }, { "value_and_name", TEXT_VALUE_AND_NAME },
	{ "name", TEXT_NAME }, { "none", TEXT_NONE },   { NULL, TEXT_AUTO },
};

static const struct choice stat_colours[] = {
	{ "none", STAT_COLOUR_NONE },
	{ "value", STAT_COLOUR_VALUE },
	{ "background", STAT_COLOUR_BACKGROUND },
	{ "background_solid", STAT_COLOUR_BACKGROUND },
	{ NULL, STAT_COLOUR_VALUE },
};

static const struct choice orientations[] = {
	{ "auto", ORIENTATION_AUTO },
	{ "horizontal", ORIENTATION_HORIZONTAL },
	{ "vertical", ORIENTATION_VERTICAL },
	{ NULL, ORIENTATION_AUTO },
};

static const struct choice stackings[] = {
	{ "none", STACK_NONE }, { "normal", STACK_NORMAL }, { "percent", STACK_PERCENT }, { NULL, STACK_NONE }
};

/* Reducers had other names before Grafana 6. */
static const struct {
	const char *old, *present;
} reducer_names[] = {
	{ "avg", "mean" },
	{ "current", "lastNotNull" },
	{ "total", "sum" },
	{ "last_not_null", "lastNotNull" },
	{ "first_not_null", "firstNotNull" },
	{ "last_time", "lastNotNull" },
};

static int read_choice(struct loader *loader, const cJSON *options, const char *name, const struct choice *choices)
{
	const char *word = load_text(loader, options, name, "");

	for (; choices->word; choices++)
		if (!strcmp(choices->word, word))
			return choices->value;
	if (*word)
		load_approximate(loader, name, "\"%.40s\" is not known", word);
	return choices->value;
}

const char *load_reducer_name(const char *name)
{
	for (size_t i = 0; i < sizeof(reducer_names) / sizeof(reducer_names[0]); i++)
		if (!strcmp(reducer_names[i].old, name))
			return reducer_names[i].present;
	return name;
}

const char **load_one_text(struct loader *loader, const char *text)
{
	const char **texts = arena_array(&loader->dashboard->arena, 2, sizeof(*texts));

	texts[0] = text;
	return texts;
}

/* Reducer ids of a list, by their present names; NULL when there are none. */
static const char **read_calcs(struct loader *loader, const cJSON *list)
{
	size_t count;
	const char **calcs = load_texts(loader, list, &count);

	for (size_t i = 0; i < count; i++)
		calcs[i] = load_reducer_name(calcs[i]);
	return count ? calcs : NULL;
}

static void read_reduce(struct loader *loader, const cJSON *options, struct panel_options *ret)
{
	const cJSON *reduce = load_object(loader, options, "reduceOptions");
	size_t mark = load_enter(loader, "reduceOptions");
	const char **calcs = read_calcs(loader, load_array(loader, reduce, "calcs"));
	double limit = 0;

	if (calcs)
		ret->calcs = calcs;
	ret->fields = load_text(loader, reduce, "fields", "");
	ret->all_values = load_flag(reduce, "values", false);
	if (load_number(loader, reduce, "limit", &limit) && limit > 0)
		ret->limit = limit < LOAD_GRID_MAX ? (int)limit : LOAD_GRID_MAX;
	load_leave(loader, mark);
}

static void read_legend(struct loader *loader, const cJSON *options, struct legend_options *ret)
{
	const cJSON *legend = load_object(loader, options, "legend");
	size_t mark = load_enter(loader, "legend");
	const char *mode = load_text(loader, legend, "displayMode", "list");

	ret->mode = !strcmp(mode, "table") || load_flag(legend, "asTable", false) ? LEGEND_TABLE : LEGEND_LIST;
	if (!strcmp(mode, "hidden") || !load_flag(legend, "showLegend", true) || !load_flag(legend, "show", true))
		ret->mode = LEGEND_HIDDEN;
	ret->right = !strcmp(load_text(loader, legend, "placement", "bottom"), "right");
	ret->calcs = read_calcs(loader, load_array(loader, legend, "calcs"));
	ret->sort_by = load_text(loader, legend, "sortBy", NULL);
	ret->sort_descending = load_flag(legend, "sortDesc", false);
	load_leave(loader, mark);
}

static void read_table(struct loader *loader, const cJSON *options, struct panel_options *ret)
{
	const cJSON *sort = load_array(loader, options, "sortBy");
	const cJSON *footer = load_object(loader, options, "footer");

	if (sort && cJSON_IsObject(sort->child)) {
		size_t mark = load_enter_item(loader, "sortBy", 0);
		ret->sort_by = load_text(loader, sort->child, "displayName", NULL);
		ret->sort_descending = load_flag(sort->child, "desc", false);
		load_leave(loader, mark);
	}
	ret->hide_header = !load_flag(options, "showHeader", true);
	if (load_flag(footer, "show", false))
		load_approximate(loader, "footer", "the row of totals is not shown");
}

static void read_bucket(struct loader *loader, const cJSON *options, struct panel_options *ret)
{
	double number;

	if (load_number(loader, options, "bucketSize", &number) && number > 0)
		ret->bucket_size = number;
	if (load_number(loader, options, "bucketCount", &number) && number >= 1)
		ret->bucket_count = number < 1000 ? (int)number : 1000;
}

/* The text panel had its members at the top until Grafana 7. */
static void read_text(struct loader *loader, const cJSON *json, const cJSON *options, struct panel_options *ret)
{
	ret->content = load_text(loader, options, "content", load_text(loader, json, "content", ""));
	ret->content_mode = load_text(loader, options, "mode", load_text(loader, json, "mode", "markdown"));
}

static void read_alert_list(struct loader *loader, const cJSON *json, const cJSON *options, struct panel_options *ret)
{
	ret->alert_filter = load_text(loader, options, "alertName", load_text(loader, json, "nameFilter", NULL));
	if (ret->alert_filter && !*ret->alert_filter)
		ret->alert_filter = NULL;
}

static void read_general(struct loader *loader, const cJSON *options, struct panel_options *ret)
{
	ret->text_mode = (enum text_mode)read_choice(loader, options, "textMode", text_modes);
	ret->stat_colour = (enum stat_colour)read_choice(loader, options, "colorMode", stat_colours);
	ret->graph = strcmp(load_text(loader, options, "graphMode", "area"), "none") != 0;
	ret->orientation = (enum orientation)read_choice(loader, options, "orientation", orientations);
	ret->show_threshold_labels = load_flag(options, "showThresholdLabels", false);
	ret->show_threshold_markers = load_flag(options, "showThresholdMarkers", true);
	ret->display_mode = load_text(loader, options, "displayMode", "gradient");
	ret->merge_values = load_flag(options, "mergeValues", true);
	ret->x_field = load_text(loader, options, "xField", NULL);
	read_legend(loader, options, &ret->legend);
	read_reduce(loader, options, ret);
}

/* The options of a plugin nobody here draws are its own affair. */
void load_options(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *options = dashboard_type_is_known(panel->type) ? load_object(loader, json, "options") : NULL;
	struct panel_options *ret = &panel->options;
	size_t mark = load_enter(loader, "options");

	ret->calcs = load_one_text(loader, "lastNotNull");
	read_general(loader, options, ret);
	if (!strcmp(panel->type, "table"))
		read_table(loader, options, ret);
	else if (!strcmp(panel->type, "piechart") || !strcmp(panel->type, "grafana-piechart-panel"))
		load_piechart(loader, json, options, panel);
	else if (!strcmp(panel->type, "heatmap"))
		load_heatmap(loader, json, options, panel);
	else if (!strcmp(panel->type, "histogram"))
		read_bucket(loader, options, ret);
	else if (!strcmp(panel->type, "barchart"))
		ret->stacking = (enum stacking)read_choice(loader, options, "stacking", stackings);
	else if (!strcmp(panel->type, "text"))
		read_text(loader, json, options, ret);
	else if (!strcmp(panel->type, "alertlist"))
		read_alert_list(loader, json, options, ret);
	load_gauge_old(loader, options, panel);
	load_leave(loader, mark);
}
