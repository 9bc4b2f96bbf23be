#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/load.h"

/* Grafana's figures: a grid unit is 30 px and 8 px of gap; heights and spans when the file has none. */
#define UNIT_PX           38
#define HEIGHT_DEFAULT_PX 250
#define HEIGHT_LEAST_PX   90
#define SPAN_DEFAULT      4
#define COLUMNS_A_SPAN    2

/*
 * The space of one row, as Grafana's upgrade fills it: how far down each
 * column is taken. When there is no room the row goes on below itself.
 */
struct area {
	double taken[LOAD_COLUMNS];
	double y, height;
};

static void area_take(struct area *area, const struct grid *grid)
{
	for (int i = (int)grid->x; i < (int)(grid->x + grid->w) && i < LOAD_COLUMNS; i++)
		area->taken[i] = fmax(area->taken[i], grid->y + grid->h - area->y);
}

/* The free columns at the right end that get no deeper to the left; false when they are fewer than `width`. */
static bool area_room(const struct area *area, int width, double *ret_x, double *ret_y)
{
	int start = -1, end = -1;

	for (int i = LOAD_COLUMNS - 1; i >= 0 && area->height > area->taken[i]; i--) {
		if (end < 0)
			end = i;
		else if (i < LOAD_COLUMNS - 1 && area->taken[i] <= area->taken[i + 1])
			start = i;
		else
			break;
	}
	if (start < 0 || end - start < width - 1)
		return false;
	*ret_x = start;
	*ret_y = 0;
	for (int i = start; i < LOAD_COLUMNS; i++)
		*ret_y = fmax(*ret_y, area->taken[i]);
	return true;
}

static void area_place(struct area *area, double width, double height, struct grid *ret)
{
	double x = 0, y = 0;

	if (!area_room(area, (int)width, &x, &y)) {
		area->y += area->height;
		memset(area->taken, 0, sizeof(area->taken));
		if (!area_room(area, (int)width, &x, &y))
			x = y = 0;
	}
	*ret = (struct grid){ .x = x, .y = area->y + y, .w = width, .h = height };
	area_take(area, ret);
}

/* 250, "250", "250px": pixels to grid units. */
static double units(struct loader *loader, const cJSON *json, double fallback)
{
	const cJSON *height = cJSON_GetObjectItemCaseSensitive(json, "height");
	double pixels = 0;

	if (cJSON_IsString(height)) {
		char *end;
		pixels = strtod(height->valuestring, &end);
		end += strspn(end, " ");
		if (!isfinite(pixels) || (*end && strcmp(end, "px") != 0)) {
			load_error(loader, "height", "must be a number of pixels, not \"%.40s\"", height->valuestring);
			return fallback;
		}
	} else {
		load_value_number(loader, height, "height", &pixels);
	}
	if (pixels == 0)
		return fallback;
	return ceil(fmin(fmax(pixels, HEIGHT_LEAST_PX), LOAD_GRID_MAX) / UNIT_PX);
}

static void add_panel(struct loader *loader, const cJSON *json, struct area *area, int parent)
{
	double span = SPAN_DEFAULT;
	struct grid grid;
	struct panel *panel;

	load_number(loader, json, "span", &span);
	if (span < 1) /* 0 is absent, as in Grafana */
		span = SPAN_DEFAULT;
	area_place(area, fmin(floor(span), LOAD_COLUMNS / COLUMNS_A_SPAN) * COLUMNS_A_SPAN,
		   units(loader, json, area->height), &grid);
	panel = load_add_panel(loader, json, &grid, parent);
	if (panel)
		load_panel(loader, json, panel);
}

static void add_panels(struct loader *loader, const cJSON *row, struct area *area, int parent)
{
	const cJSON *item;
	size_t index = 0;

	cJSON_ArrayForEach(item, load_array(loader, row, "panels"))
	{
		size_t mark = load_enter_item(loader, "panels", index++);
		if (!cJSON_IsObject(item))
			load_error(loader, NULL, "must be an object");
		else if (!loader->too_many && !load_is_copy(item))
			add_panel(loader, item, area, parent);
		load_leave(loader, mark);
	}
}

static struct panel *add_heading(struct loader *loader, const cJSON *json, double y)
{
	struct grid grid = { .y = y, .w = LOAD_COLUMNS, .h = 1 };
	struct panel *panel = load_add_panel(loader, NULL, &grid, -1);
	const char *repeat = load_text(loader, json, "repeat", "");

	if (!panel)
		return NULL;
	panel->type = "row";
	panel->title = load_text(loader, json, "title", "");
	panel->is_row = true;
	panel->collapsed = load_flag(json, "collapse", false);
	panel->repeat = *repeat ? repeat : NULL;
	load_options(loader, NULL, panel);
	return panel;
}

/* One row from `y` on; returns where the next one begins. */
static double add_row(struct loader *loader, const cJSON *json, double y, bool headings)
{
	struct area area = { .height = units(loader, json, ceil((double)HEIGHT_DEFAULT_PX / UNIT_PX)) };
	struct panel *heading = NULL;
	size_t first = loader->panels.count + 1;
	bool collapsed = false;

	if (headings) {
		heading = add_heading(loader, json, y++);
		if (!heading)
			return y;
		collapsed = heading->collapsed;
	}
	area.y = y;
	add_panels(loader, json, &area, headings ? (int)first - 1 : -1);
	if (headings) {
		heading = &loader->panels.items[first - 1]; /* the list may have moved */
		heading->first_child = first;
		heading->child_count = loader->panels.count - first;
	}
	return collapsed ? y : area.y + area.height;
}

static bool wants_headings(const cJSON *rows)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows)
	{
		const cJSON *repeat = cJSON_GetObjectItemCaseSensitive(row, "repeat");
		if (load_flag(row, "collapse", false) || load_flag(row, "showTitle", false) ||
		    (cJSON_IsString(repeat) && repeat->valuestring[0]))
			return true;
	}
	return false;
}

/* Grafana gives every row a heading as soon as one is collapsed, repeated or shows its title. */
void load_legacy_rows(struct loader *loader, const cJSON *rows)
{
	bool headings = wants_headings(rows);
	const cJSON *row;
	size_t index = 0;
	double y = 0;

	cJSON_ArrayForEach(row, rows)
	{
		size_t mark = load_enter_item(loader, "rows", index++);
		const cJSON *copy = cJSON_GetObjectItemCaseSensitive(row, "repeatIteration");
		const cJSON *repeat = cJSON_GetObjectItemCaseSensitive(row, "repeat");
		if (!cJSON_IsObject(row))
			load_error(loader, NULL, "must be an object");
		else if (!loader->too_many && !(cJSON_IsNumber(copy) && !cJSON_IsString(repeat)))
			y = add_row(loader, row, y, headings);
		load_leave(loader, mark);
	}
}
