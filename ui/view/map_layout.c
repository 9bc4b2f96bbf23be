#include "ui/view/map_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define PANE_BESIDE   110 /* columns from which the pane stands beside */
#define PANE_WIDTH    40  /* at least, then a third, */
#define PANE_MOST     62  /* but no more */
#define PANE_BELOW    18  /* rows from which it stands below */
#define PANE_HEIGHT   9
#define BOX_WIDTH     17 /* at least: a sign, a state and a figure */
#define BOX_MOST      34
#define BOX_HEIGHT    4 /* two lines in it */
#define GAP_LEAST     2 /* rows between boxes: the lines run there */
#define GAP_MOST      4
#define COLUMN_GAP    3 /* between boxes of a row: lines pass through */
#define FRAME_PADDING 2 /* columns from a frame to its boxes */

/* Which frame and row each part has, and how many stand in a row. */
struct grid {
	size_t *in_row; /* how many: row_count a frame */
	int stack_rows;
	size_t columns[MAP_FRAMES_MAX]; /* of the fullest row */
};

static bool same(const char *a, const char *b)
{
	return (!a && !b) || (a && b && strcmp(a, b) == 0);
}

/* One frame for each region as they come, one for all levels; beyond the last everything is put into it. */
static size_t frame_of(struct map_layout *layout, const struct map_part *part)
{
	bool stack = part->level >= 0;

	for (size_t i = 0; i < layout->frame_count; i++)
		if (layout->frames[i].stack == stack && (stack || same(layout->frames[i].title, part->region)))
			return i;
	if (layout->frame_count == MAP_FRAMES_MAX)
		return MAP_FRAMES_MAX - 1;
	layout->frames[layout->frame_count] =
		(struct map_frame){ .title = stack ? "Levels" : part->region, .stack = stack };
	return layout->frame_count++;
}

static int group_row(struct map_layout *layout, const struct map_part *part)
{
	for (int i = 0; i < layout->row_count; i++)
		if (same(layout->groups[i], part->group))
			return i;
	layout->groups[layout->row_count] = part->group;
	return layout->row_count++;
}

/* The highest level is at the top; levels that nothing stands on have no row. */
static int level_row(const struct system_map *map, int64_t level)
{
	int ret = 0;

	for (size_t i = 0; i < map->count; i++) {
		bool counted = false;

		for (size_t j = 0; j < i; j++)
			counted |= map->parts[j].level == map->parts[i].level;
		ret += !counted && map->parts[i].level > level;
	}
	return ret;
}

static void assign(struct map_layout *layout, const struct system_map *map, struct grid *grid)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct map_part *part = &map->parts[i];
		struct map_place *place = &layout->places[i];

		place->frame = frame_of(layout, part);
		if (layout->frames[place->frame].stack) {
			place->row = level_row(map, part->level);
			if (place->row >= grid->stack_rows)
				grid->stack_rows = place->row + 1;
		} else {
			place->row = group_row(layout, part);
		}
	}
	grid->in_row = mem_array(layout->frame_count * (map->count + 1), sizeof(*grid->in_row));
	for (size_t i = 0; i < map->count; i++) {
		const struct map_place *place = &layout->places[i];
		size_t *in_row = &grid->in_row[place->frame * (map->count + 1) + (size_t)place->row];

		if (++*in_row > grid->columns[place->frame])
			grid->columns[place->frame] = *in_row;
	}
}

/* Cells that a frame has beside its boxes: the frame itself, and between them. */
static int trimmings(const struct grid *grid, size_t frame)
{
	return 2 + 2 * FRAME_PADDING + ((int)grid->columns[frame] - 1) * COLUMN_GAP;
}

/* Frames side by side, each as wide as its fullest row asks. False when there is no room for them. */
static bool place_frames(struct map_layout *layout, const struct grid *grid)
{
	int boxes = 0, fixed = (int)layout->frame_count - 1, x = layout->area.x, width, left;

	for (size_t i = 0; i < layout->frame_count; i++) {
		boxes += (int)grid->columns[i];
		fixed += trimmings(grid, i);
	}
	width = boxes ? (layout->area.width - fixed) / boxes : 0;
	if (width < BOX_WIDTH)
		return false;
	width = width > BOX_MOST ? BOX_MOST : width;
	left = layout->area.width - fixed - width * boxes;
	left = width == BOX_MOST ? 0 : left;
	for (size_t i = 0; i < layout->frame_count; i++) {
		struct rect *rect = &layout->frames[i].rect;

		*rect = (struct rect){ x, layout->area.y, width * (int)grid->columns[i] + trimmings(grid, i),
				       layout->area.height };
		/* What does not divide goes to the first. */
		rect->width += i == 0 ? left : 0;
		x += rect->width + 1;
	}
	return true;
}

/* Rows of boxes with room for lines between them. False when they do not fit. */
static bool place_rows(struct map_layout *layout, const struct grid *grid)
{
	int rows = layout->row_count > grid->stack_rows ? layout->row_count : grid->stack_rows;
	int inside = layout->area.height - 2, used, y;

	layout->box_height = BOX_HEIGHT;
	if (!rows || inside < rows * BOX_HEIGHT + (rows - 1) * GAP_LEAST + 1)
		return false;
	layout->gap = rows > 1 ? (inside - 1 - rows * layout->box_height) / (rows - 1) : 0;
	layout->gap = layout->gap > GAP_MOST ? GAP_MOST : layout->gap;
	used = rows * layout->box_height + (rows - 1) * layout->gap + 3;
	for (size_t i = 0; i < layout->frame_count; i++)
		layout->frames[i].rect.height = used;
	y = layout->area.y + 2;
	for (int i = 0; i < layout->row_count; i++)
		layout->tops[i] = y + i * (layout->box_height + layout->gap);
	return true;
}

/* The boxes of a row share its width. */
static void place_boxes(struct map_layout *layout, const struct system_map *map, const struct grid *grid)
{
	size_t *begun = mem_array(layout->frame_count * (map->count + 1), sizeof(*begun));

	for (size_t i = 0; i < map->count; i++) {
		struct map_place *place = &layout->places[i];
		const struct rect *frame = &layout->frames[place->frame].rect;
		size_t cell = place->frame * (map->count + 1) + (size_t)place->row;
		int many = (int)grid->in_row[cell], at = (int)begun[cell]++;
		int inside = frame->width - 2 - 2 * FRAME_PADDING - (many - 1) * COLUMN_GAP;
		int width = inside / many, extra = inside % many;

		place->box = (struct rect){
			.x = frame->x + 1 + FRAME_PADDING + at * (width + COLUMN_GAP) + (at < extra ? at : extra),
			.y = layout->area.y + 2 + place->row * (layout->box_height + layout->gap),
			.width = width + (at < extra),
			.height = layout->box_height,
		};
	}
	free(begun);
}

static bool make_picture(struct map_layout *layout, const struct system_map *map)
{
	struct grid grid = { 0 };
	bool ret;

	layout->places = mem_array(map->count + 1, sizeof(*layout->places));
	layout->groups = mem_array(map->count + 1, sizeof(*layout->groups));
	layout->tops = mem_array(map->count + 1, sizeof(*layout->tops));
	assign(layout, map, &grid);
	ret = place_frames(layout, &grid) && place_rows(layout, &grid);
	if (ret)
		place_boxes(layout, map, &grid);
	free(grid.in_row);
	return ret;
}

static void cut_pane(struct map_layout *layout, struct rect body, bool beside)
{
	int width = body.width / 3;

	layout->area = body;
	layout->pane = (struct rect){ 0 };
	if (beside && body.width >= PANE_BESIDE) {
		width = width < PANE_WIDTH ? PANE_WIDTH : width > PANE_MOST ? PANE_MOST : width;
		layout->area.width -= width;
		layout->pane = (struct rect){ body.x + layout->area.width, body.y, width, body.height };
	} else if (body.height >= PANE_BELOW) {
		layout->area.height -= PANE_HEIGHT;
		layout->pane = (struct rect){ body.x, body.y + layout->area.height, body.width, PANE_HEIGHT };
	}
}

static void forget_picture(struct map_layout *layout)
{
	free(layout->places);
	free(layout->groups);
	free(layout->tops);
	layout->places = NULL;
	layout->groups = NULL;
	layout->tops = NULL;
	layout->frame_count = 0;
	layout->row_count = 0;
}

/* The picture with its pane beside it, else with one below, else the list. */
void map_layout_make(struct map_layout *ret, const struct system_map *map, struct rect body)
{
	*ret = (struct map_layout){ .count = map->count };
	for (int beside = 1; beside >= 0 && !ret->picture; beside--) {
		cut_pane(ret, body, beside);
		ret->picture = make_picture(ret, map);
		if (!ret->picture)
			forget_picture(ret);
	}
	if (!ret->picture)
		cut_pane(ret, body, true);
	if (ret->picture && ret->pane.width && ret->pane.y > body.y) {
		/* Below, it has what the picture leaves. */
		int used = ret->frames[0].rect.height;

		ret->pane.y = body.y + used;
		ret->pane.height = body.height - used;
		ret->area.height = used;
	}
}

void map_layout_release(struct map_layout *layout)
{
	forget_picture(layout);
}

/* Twice the middle, so that it is whole. */
static int middle_x(const struct rect *rect)
{
	return 2 * rect->x + rect->width;
}

static int middle_y(const struct rect *rect)
{
	return 2 * rect->y + rect->height;
}

/* Cells between two stretches; 0 where they lie side by side. */
static long between(int a, int a_length, int b, int b_length)
{
	long behind = (long)b - (a + a_length), before = (long)a - (b + b_length);

	return behind > 0 ? behind : before > 0 ? before : 0;
}

/* What lies straight ahead comes first, the nearest of that; rows are twice as high as columns are wide. */
size_t map_layout_next(const struct map_layout *layout, size_t part, int dx, int dy)
{
	const struct rect *from = &layout->places[part].box;
	size_t ret = part;
	long best = 0;

	for (size_t i = 0; i < layout->count; i++) {
		const struct rect *to = &layout->places[i].box;
		long x = middle_x(to) - middle_x(from), y = 2L * (middle_y(to) - middle_y(from));
		long ahead = dx ? dx * x : dy * y, aside = labs(dx ? y : x);
		long gap = dx ? 2 * between(from->y, from->height, to->y, to->height)
			      : between(from->x, from->width, to->x, to->width);
		long cost = 4 * ahead + 12 * gap + aside;

		/* Within a frame a row has its own ends. */
		if (i == part || ahead <= 0 || (dx && gap && layout->places[i].frame == layout->places[part].frame))
			continue;
		if (ret == part || cost < best) {
			ret = i;
			best = cost;
		}
	}
	return ret;
}

int map_layout_at(const struct map_layout *layout, int x, int y)
{
	for (size_t i = 0; layout->picture && i < layout->count; i++) {
		const struct rect *box = &layout->places[i].box;

		if (x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + box->height)
			return (int)i;
	}
	return -1;
}
