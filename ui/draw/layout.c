#include "ui/draw/layout.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define GRID_COLUMNS 24
#define UNITS_MAX    200 /* of one panel's height: the file may say anything */

/* A window lower than this has no room for boxes. */
#define HEIGHT_LINES 8
#define HEIGHT_ONE   2

/* The grid is kept while its narrowest panel can still show a number; one-unit panels are spacers and do not count. */
#define WIDTH_GRID   60
#define NARROWEST    12
#define USABLE_UNITS 2

/* Rows of cells for a unit of the grid. */
#define SCALE_LEAST   1.0
#define SCALE_SCROLL  1.35
#define SCALE_MOST    2.5
#define SCALE_STRETCH 5.0 /* only for a board that would leave half the window empty */

#define ROWS_LEAST    3 /* a box with one line in it */
#define ROWS_STAT     5
#define ROWS_CHART    8
#define ROWS_LIST_MAX 14

#define LIST_SHARE_WIDTH 18 /* the least a small panel takes when several share a line */

/* An item in the order of reading, its grid place made sane and free of overlaps. */
struct place {
	struct layout_item *item;
	size_t index; /* in the caller's array: keeps the sort stable */
	int x, w, h;
	int top, bottom; /* units from the start of its section */
	int section;
	bool is_barrier; /* a heading: the whole width, one line */
};

struct work {
	struct place *places;
	size_t count;
	int *lines; /* grid lines of the section at hand, ascending, and their rows */
	int *rows;
};

static int clamp(int value, int low, int high)
{
	return value < low ? low : value > high ? high : value;
}

static int by_place(const void *a, const void *b)
{
	const struct place *first = a, *second = b;

	if (first->item->y != second->item->y)
		return first->item->y < second->item->y ? -1 : 1;
	if (first->is_barrier != second->is_barrier)
		return first->is_barrier ? -1 : 1;
	if (first->x != second->x)
		return first->x < second->x ? -1 : 1;
	return first->index < second->index ? -1 : 1;
}

/* For laying out: sections in order, a heading before its panels, panels by their bottom edge. */
static int by_bottom(const void *a, const void *b)
{
	const struct place *first = a, *second = b;

	if (first->section != second->section)
		return first->section < second->section ? -1 : 1;
	if (first->bottom != second->bottom)
		return first->bottom < second->bottom ? -1 : 1;
	return first->index < second->index ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
	const int *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

static void sort_places(struct work *work, struct layout_item *items, size_t count)
{
	work->count = count;
	work->places = mem_array(count + 1, sizeof(*work->places));
	for (size_t i = 0; i < count; i++) {
		struct place *place = &work->places[i];

		place->item = &items[i];
		place->index = i;
		place->w = clamp(items[i].w, 1, GRID_COLUMNS);
		place->h = clamp(items[i].h, 1, UNITS_MAX);
		place->x = clamp(items[i].x, 0, GRID_COLUMNS - place->w);
		place->is_barrier = items[i].is_row || (items[i].one_line && place->w == GRID_COLUMNS);
	}
	qsort(work->places, count, sizeof(*work->places), by_place);
}

/*
 * Let every panel rise until it meets another and push it down where it would
 * overlap one, as Grafana does (vertical compaction). Headings part sections.
 */
static void compact(struct work *work)
{
	int floor[GRID_COLUMNS] = { 0 };
	int section = 0;

	for (size_t i = 0; i < work->count; i++) {
		struct place *place = &work->places[i];

		if (place->is_barrier) {
			for (int x = 0; x < GRID_COLUMNS; x++)
				floor[x] = 0;
			place->section = ++section;
			continue;
		}
		place->section = section;
		for (int x = place->x; x < place->x + place->w; x++)
			place->top = floor[x] > place->top ? floor[x] : place->top;
		place->bottom = place->top + place->h;
		for (int x = place->x; x < place->x + place->w; x++)
			floor[x] = place->bottom;
	}
}

/* The fewest rows a panel of so many units is worth drawing in. */
static int least_rows(int units, bool scrolls)
{
	if (!scrolls || units < 4)
		return ROWS_LEAST;
	return units < 6 ? ROWS_STAT : ROWS_CHART;
}

static size_t line_index(const struct work *work, size_t count, int unit)
{
	size_t low = 0, high = count;

	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (work->lines[middle] <= unit)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The different tops and bottoms of a section's panels, ascending. Returns how many. */
static size_t gather_lines(struct work *work, const struct place *places, size_t count)
{
	size_t used = 0, kept = 0;

	for (size_t i = 0; i < count; i++) {
		work->lines[used++] = places[i].top;
		work->lines[used++] = places[i].bottom;
	}
	qsort(work->lines, used, sizeof(*work->lines), by_number);
	for (size_t i = 0; i < used; i++)
		if (kept == 0 || work->lines[kept - 1] != work->lines[i])
			work->lines[kept++] = work->lines[i];
	return kept;
}

/*
 * Rows of one section's grid lines: rounded from the scale as a whole, so that
 * neighbours share edges, and further down where a panel would become too low.
 * Returns the section's height; sets the items' rectangles from row `start`.
 */
static int lay_section(struct work *work, struct place *places, size_t count, int start, double scale, bool scrolls)
{
	size_t lines = gather_lines(work, places, count);
	size_t next = 0; /* places come sorted by their bottom */

	work->rows[0] = 0;
	for (size_t line = 1; line < lines; line++) {
		int step = (int)(lround(work->lines[line] * scale) - lround(work->lines[line - 1] * scale));

		work->rows[line] = work->rows[line - 1] + step;
		for (; next < count && places[next].bottom == work->lines[line]; next++) {
			int top = work->rows[line_index(work, lines, places[next].top)];
			int needs = top + least_rows(places[next].h, scrolls);

			if (work->rows[line] < needs)
				work->rows[line] = needs;
		}
	}
	for (size_t i = 0; i < count; i++) {
		int top = work->rows[line_index(work, lines, places[i].top)];

		places[i].item->rect.y = start + top;
		places[i].item->rect.height = work->rows[line_index(work, lines, places[i].bottom)] - top;
	}
	return lines ? work->rows[lines - 1] : 0;
}

/* Lay out everything at a scale; returns the whole height. */
static int lay_grid(struct work *work, double scale, bool scrolls)
{
	int row = 0;

	for (size_t i = 0; i < work->count;) {
		size_t end = i;

		if (work->places[i].is_barrier) {
			work->places[i].item->rect.y = row++;
			work->places[i].item->rect.height = 1;
			i++;
			continue;
		}
		while (end < work->count && !work->places[end].is_barrier)
			end++;
		row += lay_section(work, &work->places[i], end - i, row, scale, scrolls);
		i = end;
	}
	return row;
}

/* The largest scale from `least` to `most` at which the board fits the window; it does at `least`. */
static double fit(struct work *work, double least, double most, int height)
{
	for (int i = 0; i < 16; i++) {
		double middle = (least + most) / 2;

		if (lay_grid(work, middle, false) <= height)
			least = middle;
		else
			most = middle;
	}
	return least;
}

static int column_edge(int column, int width)
{
	return (column * width + GRID_COLUMNS / 2) / GRID_COLUMNS;
}

static int make_grid(struct work *work, int width, int height)
{
	work->lines = mem_array(2 * work->count + 1, sizeof(*work->lines));
	work->rows = mem_array(2 * work->count + 1, sizeof(*work->rows));
	compact(work);
	qsort(work->places, work->count, sizeof(*work->places), by_bottom);
	for (size_t i = 0; i < work->count; i++) {
		const struct place *place = &work->places[i];
		int left = place->is_barrier ? 0 : column_edge(place->x, width);
		int right = place->is_barrier ? width : column_edge(place->x + place->w, width);

		place->item->rect.x = left;
		place->item->rect.width = right - left;
	}
	if (lay_grid(work, SCALE_LEAST, false) > height)
		return lay_grid(work, SCALE_SCROLL, true);
	if (lay_grid(work, SCALE_MOST, false) > height)
		return lay_grid(work, fit(work, SCALE_LEAST, SCALE_MOST, height), false);
	if (lay_grid(work, SCALE_MOST, false) * 2 < height)
		return lay_grid(work, fit(work, SCALE_MOST, SCALE_STRETCH, height), false);
	return lay_grid(work, SCALE_MOST, false);
}

static bool is_small(const struct place *place)
{
	return !place->is_barrier && !place->item->one_line && place->w <= 8 && place->h <= 5;
}

/* Rows of a panel in a list: a chart is seen whole in the window, a number takes as few as look well. */
static int list_rows(const struct place *place, int height)
{
	int most = clamp(height - 1, 6, ROWS_LIST_MAX);

	if (place->is_barrier || place->item->one_line)
		return 1;
	if (is_small(place))
		return height < 14 ? ROWS_LEAST : ROWS_STAT;
	return clamp((int)lround(place->h * SCALE_SCROLL), 6, most);
}

static int make_list(struct work *work, int width, int height)
{
	size_t per_line = width / LIST_SHARE_WIDTH > 1 ? (size_t)(width / LIST_SHARE_WIDTH) : 1;
	int row = 0;

	for (size_t i = 0; i < work->count;) {
		int rows = list_rows(&work->places[i], height);
		size_t share = 1;

		while (is_small(&work->places[i]) && share < per_line && i + share < work->count &&
		       is_small(&work->places[i + share]))
			share++;
		for (size_t k = 0; k < share; k++) {
			int left = (int)k * width / (int)share, right = ((int)k + 1) * width / (int)share;

			work->places[i + k].item->rect = (struct rect){ left, row, right - left, rows };
		}
		row += rows;
		i += share;
	}
	return row;
}

static int make_lines(struct work *work, int width)
{
	for (size_t i = 0; i < work->count; i++)
		work->places[i].item->rect = (struct rect){ 0, (int)i, width, 1 };
	return (int)work->count;
}

static int make_one(struct work *work, int width)
{
	for (size_t i = 0; i < work->count; i++)
		work->places[i].item->rect = (struct rect){ 0, 0, width, 1 };
	return work->count ? 1 : 0;
}

static enum layout_form choose_form(const struct work *work, int width, int height)
{
	if (height <= HEIGHT_ONE)
		return LAYOUT_ONE;
	if (height < HEIGHT_LINES)
		return LAYOUT_LINES;
	if (width < WIDTH_GRID)
		return LAYOUT_LIST;
	for (size_t i = 0; i < work->count; i++) {
		const struct place *place = &work->places[i];

		if (!place->is_barrier && !place->item->one_line && place->w >= USABLE_UNITS &&
		    place->w * width / GRID_COLUMNS < NARROWEST)
			return LAYOUT_LIST;
	}
	return LAYOUT_GRID;
}

struct layout layout_make(struct layout_item *items, size_t count, int width, int height)
{
	struct work work = { 0 };
	struct layout layout;

	width = clamp(width, 1, CANVAS_MAX_WIDTH);
	sort_places(&work, items, count);
	layout.form = choose_form(&work, width, height);
	switch (layout.form) {
	case LAYOUT_GRID: layout.height = make_grid(&work, width, height); break;
	case LAYOUT_LIST: layout.height = make_list(&work, width, height); break;
	case LAYOUT_LINES: layout.height = make_lines(&work, width); break;
	case LAYOUT_ONE: layout.height = make_one(&work, width); break;
	}
	free(work.places);
	free(work.lines);
	free(work.rows);
	return layout;
}
