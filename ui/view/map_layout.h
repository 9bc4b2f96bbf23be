/*
 * Where the parts of a map stand on the screen. A picture where there is room:
 * a frame for each region, in it a row for each group, and a stack for the
 * levels; else a list. Beside or below it a pane for the part that has the
 * focus. Pure: a map and a size in, rectangles out.
 */
#ifndef UI_VIEW_MAP_LAYOUT_H
#define UI_VIEW_MAP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "situation/map.h"
#include "ui/draw/canvas.h"

#define MAP_FRAMES_MAX 8

/* A region, or the stack. */
struct map_frame {
	const char *title; /* NULL: no frame is drawn */
	struct rect rect;
	bool stack;
};

struct map_place {
	size_t frame;
	int row; /* of its frame's grid, from the top */
	struct rect box;
};

struct map_layout {
	bool picture;
	struct rect area; /* of the picture or the list */
	struct rect pane; /* empty where there is no room */
	struct map_frame frames[MAP_FRAMES_MAX];
	size_t frame_count;
	struct map_place *places; /* of each part; NULL in a list */
	size_t count;
	const char **groups; /* titles of the rows that all regions share */
	int *tops;           /* first screen row of each of them */
	int row_count, box_height, gap;
};

/* Release it afterwards. */
void map_layout_make(struct map_layout *ret, const struct system_map *map, struct rect body);
void map_layout_release(struct map_layout *layout);

/* The part that lies nearest in that direction (each of -1, 0, 1); the one itself when there is none. */
size_t map_layout_next(const struct map_layout *layout, size_t part, int dx, int dy);

/* The part whose box holds the cell; -1. */
int map_layout_at(const struct map_layout *layout, int x, int y);

#endif
