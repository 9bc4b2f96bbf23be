#include "ui/panel/tiles.h"

#include <stdio.h>

#define NOTE_WIDTH 10 /* "12345 more" */

static int tile_width(int width, int columns)
{
	return (width - (columns - 1) * TILES_GAP) / columns;
}

/* Greatest first: what the type says; then fewer empty places. */
static int columns_best(struct rect area, size_t count, tiles_score_fn *score, const void *user)
{
	int columns, best = 0, best_score = -1;

	for (columns = 1; (size_t)columns <= count && columns <= area.width; columns++) {
		int rows = (int)((count + (size_t)columns - 1) / (size_t)columns);
		int width = tile_width(area.width, columns), height = area.height / rows, value;
		int empty = (int)((size_t)columns * (size_t)rows - count);

		if (width < 1 || height < 1)
			continue;
		value = score(user, width, height);
		if (value < 0)
			continue;
		value = value * 100 - empty;
		if (value > best_score) {
			best_score = value;
			best = columns;
		}
	}
	return best;
}

static int columns_asked(struct rect area, size_t count, enum orientation orientation, tiles_score_fn *score,
			 const void *user)
{
	if (orientation == ORIENTATION_VERTICAL && count <= (size_t)area.width &&
	    score(user, tile_width(area.width, (int)count), area.height) >= 0)
		return (int)count;
	if (orientation == ORIENTATION_HORIZONTAL && count <= (size_t)area.height &&
	    score(user, area.width, area.height / (int)count) >= 0)
		return 1;
	return columns_best(area, count, score, user);
}

/* Keep a place for the count: the last row, or the end of the only one. */
static void tiles_reserve_note(struct tiles *tiles, int min_width)
{
	tiles->note = tiles->area;
	tiles->note.height = 1;
	if (tiles->area.height > 1) {
		tiles->area.height--;
		tiles->note.y += tiles->area.height;
	} else if (tiles->area.width >= min_width + TILES_GAP + NOTE_WIDTH) {
		tiles->area.width -= TILES_GAP + NOTE_WIDTH;
		tiles->note.x += tiles->area.width + TILES_GAP;
		tiles->note.width = NOTE_WIDTH;
	} else {
		tiles->note.width = 0;
	}
}

/* One row a value, in as many columns as are wide enough. */
static void tiles_pack(struct tiles *tiles, size_t count, int min_width)
{
	size_t columns = (size_t)((tiles->area.width + TILES_GAP) / (min_width + TILES_GAP));

	if (columns == 0)
		columns = 1;
	if (count > columns * (size_t)tiles->area.height || tiles->more > 0) {
		tiles_reserve_note(tiles, min_width);
		columns = (size_t)((tiles->area.width + TILES_GAP) / (min_width + TILES_GAP));
		if (columns == 0)
			columns = 1;
	}
	tiles->columns = (int)columns;
	tiles->rows = tiles->area.height;
	tiles->shown = columns * (size_t)tiles->rows;
	if (tiles->shown > count)
		tiles->shown = count;
	tiles->more += count - tiles->shown;
}

struct tiles tiles_make(struct rect area, size_t count, size_t more, enum orientation orientation, int min_width,
			tiles_score_fn *score, const void *user)
{
	struct tiles tiles = { .area = area, .more = more };
	int columns = 0;

	if (rect_is_empty(area) || count == 0)
		return tiles;
	if (more == 0)
		columns = columns_asked(area, count, orientation, score, user);
	if (columns == 0) {
		tiles_pack(&tiles, count, min_width);
		return tiles;
	}
	tiles.columns = columns;
	tiles.rows = (int)((count + (size_t)columns - 1) / (size_t)columns);
	tiles.shown = count;
	return tiles;
}

/* Cells left over by the division go to the first columns and rows. */
static int share_start(int total, int parts, int gap, int index)
{
	int cells = total - (parts - 1) * gap;
	int size = cells / parts, extra = cells % parts;

	return index * (size + gap) + (index < extra ? index : extra);
}

struct rect tiles_rect(const struct tiles *tiles, size_t index)
{
	struct rect rect = tiles->area;
	int column, row, x, y;

	if (tiles->columns <= 0 || tiles->rows <= 0)
		return (struct rect){ 0 };
	column = (int)(index % (size_t)tiles->columns);
	row = (int)(index / (size_t)tiles->columns);
	x = share_start(rect.width, tiles->columns, TILES_GAP, column);
	y = share_start(rect.height, tiles->rows, 0, row);
	rect.width = share_start(rect.width, tiles->columns, TILES_GAP, column + 1) - TILES_GAP - x;
	rect.height = share_start(rect.height, tiles->rows, 0, row + 1) - y;
	rect.x += x;
	rect.y += y;
	return rect;
}

void tiles_put_more(const struct tiles *tiles, struct canvas *canvas)
{
	char text[48];

	if (tiles->more == 0 || rect_is_empty(tiles->note))
		return;
	snprintf(text, sizeof(text), "%zu more", tiles->more);
	canvas_put_right(canvas, tiles->note.x, tiles->note.x + tiles->note.width, tiles->note.y, text,
			 style_fg(ROLE_DIM));
}
