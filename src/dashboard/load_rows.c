#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/load.h"

/* A member of panels[] with its place, before sorting. */
struct entry {
	const cJSON *json;
	size_t index; /* in the file */
	struct grid grid;
	bool placed;
};

static bool is_row(const cJSON *json)
{
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));

	return type && !strcmp(type, "row");
}

static int by_place(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->grid.y != right->grid.y)
		return left->grid.y < right->grid.y ? -1 : 1;
	if (left->grid.x != right->grid.x)
		return left->grid.x < right->grid.x ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/* Panels without a place go below all others, from left to right. */
static void place_rest(struct entry *entries, size_t count)
{
	double bottom = 0, x = 0;

	for (size_t i = 0; i < count; i++)
		if (entries[i].placed)
			bottom = fmax(bottom, entries[i].grid.y + entries[i].grid.h);
	for (size_t i = 0; i < count; i++) {
		struct grid *grid = &entries[i].grid;
		bool row = is_row(entries[i].json);

		if (entries[i].placed)
			continue;
		if (row || x + grid->w > LOAD_COLUMNS) {
			bottom += x > 0 ? grid->h : 0;
			x = 0;
		}
		grid->x = x;
		grid->y = bottom;
		if (row) {
			grid->w = LOAD_COLUMNS;
			grid->h = 1;
			bottom += 1;
		} else {
			x += grid->w;
		}
	}
}

/* The panels of a list in reading order; freed by the caller. */
static struct entry *read_entries(struct loader *loader, const cJSON *list, size_t *ret_count)
{
	VEC(struct entry) entries = { 0 };
	const cJSON *item;
	size_t index = 0;

	cJSON_ArrayForEach(item, list)
	{
		struct entry entry = { .json = item, .index = index };
		size_t mark = load_enter_item(loader, "panels", index++);
		if (entries.count >= DASHBOARD_PANELS_MAX) {
			load_too_many_panels(loader);
			load_leave(loader, mark);
			break;
		}
		if (!cJSON_IsObject(item)) {
			load_error(loader, NULL, "must be an object");
		} else if (!load_is_copy(item)) {
			entry.placed = load_grid(loader, item, &entry.grid);
			vec_push(&entries, entry);
		}
		load_leave(loader, mark);
	}
	place_rest(entries.items, entries.count);
	if (entries.count)
		qsort(entries.items, entries.count, sizeof(*entries.items), by_place);
	*ret_count = entries.count;
	return entries.items;
}

static void add_panel(struct loader *loader, const struct entry *entry, int parent)
{
	size_t mark = load_enter_item(loader, "panels", entry->index);
	struct panel *added = load_add_panel(loader, entry->json, &entry->grid, parent);

	if (added)
		load_panel(loader, entry->json, added);
	load_leave(loader, mark);
}

/* Everything behind the row that is in it makes it as long as it is. */
static void count_children(struct loader *loader, int row)
{
	struct panel *panel;

	if (row < 0)
		return;
	panel = &loader->panels.items[row];
	panel->first_child = (size_t)row + 1;
	panel->child_count = loader->panels.count - panel->first_child;
}

/* The row with what it holds itself; returns its index, or -1 when there is no room. */
static int add_row(struct loader *loader, const struct entry *entry)
{
	size_t mark = load_enter_item(loader, "panels", entry->index), count;
	struct grid grid = { .y = entry->grid.y, .w = LOAD_COLUMNS, .h = 1 };
	int row = (int)loader->panels.count;
	struct panel *panel = load_add_panel(loader, entry->json, &grid, -1);
	struct entry *children;

	if (!panel) {
		load_leave(loader, mark);
		return -1;
	}
	load_panel(loader, entry->json, panel);
	panel->is_row = true;
	panel->collapsed = load_flag(entry->json, "collapsed", false);
	children = read_entries(loader, load_array(loader, entry->json, "panels"), &count);
	for (size_t i = 0; i < count; i++)
		if (is_row(children[i].json))
			load_approximate(loader, "panels", "a row in a row is left out");
		else
			add_panel(loader, &children[i], row);
	free(children);
	count_children(loader, row);
	load_leave(loader, mark);
	return row;
}

/*
 * As Grafana does it: sorted by place; what follows an expanded row is in it
 * until the next row, whereas a collapsed row holds its panels itself.
 */
void load_panels(struct loader *loader, const cJSON *panels)
{
	size_t count;
	struct entry *entries = read_entries(loader, panels, &count);
	int row = -1;

	for (size_t i = 0; i < count && !loader->too_many; i++) {
		if (!is_row(entries[i].json)) {
			add_panel(loader, &entries[i], row);
			continue;
		}
		count_children(loader, row);
		row = add_row(loader, &entries[i]);
		if (row >= 0 && loader->panels.items[row].collapsed)
			row = -1;
	}
	count_children(loader, row);
	free(entries);
}
