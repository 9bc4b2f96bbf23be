#include <string.h>

#include "dashboard/load.h"

static bool contains(struct loader *loader, const cJSON *list, const char *word)
{
	const char **texts = load_texts(loader, list, NULL);

	for (; *texts; texts++)
		if (!strcmp(*texts, word))
			return true;
	return false;
}

static void read_options(struct loader *loader, const cJSON *options, struct panel_options *ret)
{
	const cJSON *legend = load_object(loader, options, "legend");

	ret->donut = !strcmp(load_text(loader, options, "pieType", "pie"), "donut");
	ret->show_percent = contains(loader, load_array(loader, options, "displayLabels"), "percent") ||
			    contains(loader, load_array(loader, legend, "values"), "percent");
}

/* The plugin that came before Grafana had a pie of its own: members at the top, reducers by their old names. */
static void read_plugin(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *legend = load_object(loader, json, "legend");
	const char *value = load_text(loader, json, "valueName", NULL);
	const char *unit = load_text(loader, json, "format", NULL);
	struct panel_options *ret = &panel->options;

	panel->type = "piechart";
	ret->donut = !strcmp(load_text(loader, json, "pieType", "pie"), "donut");
	ret->show_percent = load_flag(legend, "percentage", false);
	ret->legend.mode = load_flag(legend, "show", true) ? LEGEND_LIST : LEGEND_HIDDEN;
	ret->legend.right = !strcmp(load_text(loader, json, "legendType", ""), "Right side");
	if (value)
		ret->calcs = load_one_text(loader, load_reducer_name(value));
	if (unit && !(panel->defaults.set & FIELD_UNIT)) {
		panel->defaults.unit = unit;
		panel->defaults.set |= FIELD_UNIT;
	}
	load_series_colours(loader, json, panel);
}

void load_piechart(struct loader *loader, const cJSON *json, const cJSON *options, struct panel *panel)
{
	if (!strcmp(panel->type, "piechart"))
		read_options(loader, options, &panel->options);
	else
		read_plugin(loader, json, panel);
}
