#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "dashboard/load.h"
#include "dashboard/reduce.h"

bool load_grid(struct loader *loader, const cJSON *json, struct grid *ret)
{
	const cJSON *grid = load_object(loader, json, "gridPos");
	size_t mark;

	*ret = (struct grid){ .w = 6, .h = 3 }; /* Grafana's own for a panel without a place */
	if (!grid)
		return false;
	mark = load_enter(loader, "gridPos");
	load_number(loader, grid, "x", &ret->x);
	load_number(loader, grid, "y", &ret->y);
	load_number(loader, grid, "w", &ret->w);
	load_number(loader, grid, "h", &ret->h);
	load_leave(loader, mark);
	return true;
}

static int bounded(double value, double least, double most)
{
	return (int)lround(fmin(fmax(value, least), most));
}

/* Grafana's grid moves a panel that hangs over the right edge to the left, and cuts it only then. */
static void place(struct loader *loader, const struct grid *grid, struct panel *panel)
{
	panel->w = bounded(grid->w, 1, LOAD_COLUMNS);
	panel->h = bounded(grid->h, 1, LOAD_GRID_MAX);
	panel->x = bounded(grid->x, 0, LOAD_COLUMNS - 1);
	panel->y = bounded(grid->y, 0, LOAD_GRID_MAX);
	if (panel->x + panel->w > LOAD_COLUMNS)
		panel->x = LOAD_COLUMNS - panel->w;
	if (grid->x + grid->w > LOAD_COLUMNS)
		load_approximate(loader, "gridPos", "x + w is over %d: placed at x %d, w %d", LOAD_COLUMNS, panel->x,
				 panel->w);
	else if (grid->w < 1 || grid->h < 1 || grid->x < 0 || grid->y < 0 || grid->y > LOAD_GRID_MAX ||
		 grid->h > LOAD_GRID_MAX)
		load_approximate(loader, "gridPos", "is outside of the grid: placed at x %d, y %d, w %d, h %d",
				 panel->x, panel->y, panel->w, panel->h);
}

void load_too_many_panels(struct loader *loader)
{
	if (!loader->too_many)
		load_error(loader, NULL, "too many panels (the limit is %d)", DASHBOARD_PANELS_MAX);
	loader->too_many = true;
}

struct panel *load_add_panel(struct loader *loader, const cJSON *json, const struct grid *grid, int parent)
{
	struct panel *panel;
	double id = 0;

	if (loader->panels.count >= DASHBOARD_PANELS_MAX) {
		load_too_many_panels(loader);
		return NULL;
	}
	panel = vec_add(&loader->panels);
	panel->parent = parent;
	load_loose_number(cJSON_GetObjectItemCaseSensitive(json, "id"), &id);
	panel->id = id >= 1 && id <= 1e9 ? (int)id : 0;
	place(loader, grid, panel);
	return panel;
}

bool load_is_copy(const cJSON *json)
{
	const cJSON *repeat = cJSON_GetObjectItemCaseSensitive(json, "repeat");

	return cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(json, "repeatPanelId")) &&
	       !(cJSON_IsString(repeat) && repeat->valuestring[0]);
}

/*
 * Ids get numbers above the highest. A duplicate is a slip that Grafana mends
 * too, but links to the panel by its id then lead elsewhere.
 */
void load_panel_ids(struct loader *loader)
{
	struct map seen = { 0 };
	int highest = 0;

	for (size_t i = 0; i < loader->panels.count; i++)
		if (loader->panels.items[i].id > highest)
			highest = loader->panels.items[i].id;
	for (size_t i = 0; i < loader->panels.count; i++) {
		struct panel *panel = &loader->panels.items[i];
		char key[16];

		snprintf(key, sizeof(key), "%d", panel->id);
		if (panel->id && !map_has(&seen, key)) {
			map_set(&seen, key, panel);
			continue;
		}
		if (panel->id)
			load_approximate(loader, "panels", "id %d is there twice: panel \"%.60s\" has %d here",
					 panel->id, panel->title, highest + 1);
		panel->id = ++highest;
	}
	map_release(&seen, NULL);
}

/* Where the definition of a library panel is: in the panel, or among the __elements of an export. */
static const cJSON *library_model(struct loader *loader, const cJSON *json, const cJSON *library)
{
	const cJSON *model = load_object(loader, library, "model");
	const char *uid = load_text(loader, library, "uid", NULL);
	const cJSON *element;

	if (model || cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(json, "targets")))
		return model ? model : json;
	element = uid ? cJSON_GetObjectItemCaseSensitive(loader->elements, uid) : NULL;
	return load_object(loader, element, "model");
}

static const char *migrated_type(const cJSON *json, const char *type)
{
	/* Today's table has no styles; this one was written before Grafana 7. */
	if (!strcmp(type, "table") && cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(json, "styles")) &&
	    !cJSON_GetObjectItemCaseSensitive(json, "fieldConfig"))
		return "table-old";
	return type;
}

static void judge_type(struct loader *loader, const char *type)
{
	if (!*type)
		load_approximate(loader, NULL, "panel has no type: a placeholder is shown");
	else if (!dashboard_type_is_known(type))
		load_approximate(loader, "type", "panel type \"%.60s\" is not known: a placeholder is shown", type);
}

/* How many panels of a repetition stand side by side: said as a count, once as the least width. */
static int repeat_per_row(struct loader *loader, const cJSON *json)
{
	double number;

	if (load_number(loader, json, "maxPerRow", &number) && number >= 1)
		return bounded(number, 1, LOAD_COLUMNS);
	if (load_number(loader, json, "minSpan", &number) && number >= 1)
		return bounded(LOAD_COLUMNS / number, 1, LOAD_COLUMNS);
	return 0;
}

static const char *text_or_null(struct loader *loader, const cJSON *json, const char *name)
{
	const char *text = load_text(loader, json, name, NULL);

	return text && *text ? text : NULL;
}

static void read_general(struct loader *loader, const cJSON *json, struct panel *panel)
{
	double points;

	panel->title = load_text(loader, json, "title", "");
	panel->description = text_or_null(loader, json, "description");
	panel->transparent = load_flag(json, "transparent", false);
	panel->repeat = text_or_null(loader, json, "repeat");
	panel->repeat_vertical = !strcmp(load_text(loader, json, "repeatDirection", "h"), "v");
	panel->repeat_max_per_row = repeat_per_row(loader, json);
	if (load_number(loader, json, "maxDataPoints", &points) && points >= 1)
		panel->max_data_points = bounded(points, 1, LOAD_GRID_MAX);
	panel->interval = text_or_null(loader, json, "interval");
	panel->time_from = text_or_null(loader, json, "timeFrom");
	panel->time_shift = text_or_null(loader, json, "timeShift");
	load_datasource(loader, cJSON_GetObjectItemCaseSensitive(json, "datasource"), &panel->datasource);
}

/* Reducers decide the number that is shown, so an unknown one is worth a word. */
static void judge_reducers(struct loader *loader, const char *const *calcs)
{
	for (; calcs && *calcs; calcs++)
		if (!reducer_find(*calcs))
			load_approximate(loader, NULL, "reducer \"%.40s\" is not known", *calcs);
}

static void read_options(struct loader *loader, const cJSON *json, struct panel *panel)
{
	load_field_config(loader, json, panel);
	load_options(loader, json, panel);
	if (!strcmp(panel->type, "singlestat"))
		load_singlestat(loader, json, panel);
	else if (!strcmp(panel->type, "graph"))
		load_graph(loader, json, panel);
	else if (!strcmp(panel->type, "table-old"))
		load_table_old(loader, json, panel);
	load_transformations(loader, json, panel);
	judge_reducers(loader, panel->options.calcs);
	judge_reducers(loader, panel->options.legend.calcs);
}

/* Panels that never ask: their targets are what an editor left behind. */
static bool asks_nothing(const char *type)
{
	return !strcmp(type, "text") || !strcmp(type, "row") || !strcmp(type, "alertlist");
}

void load_panel(struct loader *loader, const cJSON *json, struct panel *panel)
{
	const cJSON *library = load_object(loader, json, "libraryPanel");
	const char *name = load_text(loader, library, "name", "?");

	if (library) {
		const cJSON *model = library_model(loader, json, library);
		if (!model) {
			panel->type = "library panel";
			panel->title = load_text(loader, json, "title", name);
			load_options(loader, NULL, panel);
			panel->foreign = arena_printf(&loader->dashboard->arena,
						      "library panel \"%.60s\" is not in the file", name);
			load_approximate(loader, "libraryPanel", "library panel \"%.60s\" is not in the file", name);
			return;
		}
		json = model;
	}
	panel->type = migrated_type(json, load_text(loader, json, "type", ""));
	judge_type(loader, panel->type);
	read_general(loader, json, panel);
	read_options(loader, json, panel);
	if (!asks_nothing(panel->type))
		load_targets(loader, json, panel);
}
