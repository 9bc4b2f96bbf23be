#include <criterion/criterion.h>

#include <limits.h>
#include <string.h>

#include "ui/draw/layout.h"

TestSuite(layout);

/* A board as operators write them: six tiles, charts in twos and threes, three tiles. 24 wide, 38 high. */
static const struct layout_item board[] = {
	{ .x = 0, .y = 0, .w = 4, .h = 4 },    { .x = 4, .y = 0, .w = 4, .h = 4 },
	{ .x = 8, .y = 0, .w = 4, .h = 4 },    { .x = 12, .y = 0, .w = 4, .h = 4 },
	{ .x = 16, .y = 0, .w = 4, .h = 4 },   { .x = 20, .y = 0, .w = 4, .h = 4 },
	{ .x = 0, .y = 4, .w = 12, .h = 6 },   { .x = 12, .y = 4, .w = 12, .h = 6 },
	{ .x = 0, .y = 10, .w = 8, .h = 6 },   { .x = 8, .y = 10, .w = 8, .h = 6 },
	{ .x = 16, .y = 10, .w = 8, .h = 6 },  { .x = 0, .y = 16, .w = 12, .h = 6 },
	{ .x = 12, .y = 16, .w = 12, .h = 6 }, { .x = 0, .y = 22, .w = 8, .h = 6 },
	{ .x = 8, .y = 22, .w = 8, .h = 6 },   { .x = 16, .y = 22, .w = 8, .h = 6 },
	{ .x = 0, .y = 28, .w = 12, .h = 6 },  { .x = 12, .y = 28, .w = 12, .h = 6 },
	{ .x = 0, .y = 34, .w = 8, .h = 4 },   { .x = 8, .y = 34, .w = 8, .h = 4 },
	{ .x = 16, .y = 34, .w = 8, .h = 4 },
};
#define BOARD_COUNT (sizeof(board) / sizeof(board[0]))

/* No two items share a cell, all are inside, and (when `full`) every cell is taken. */
static void expect_tiled(const struct layout_item *items, size_t count, int width, int height, bool full)
{
	long area = 0;

	for (size_t i = 0; i < count; i++) {
		struct rect rect = items[i].rect;

		cr_assert(rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0, "item %zu", i);
		cr_assert(rect.x + rect.width <= width && rect.y + rect.height <= height, "item %zu", i);
		area += (long)rect.width * rect.height;
		for (size_t k = 0; k < i; k++)
			cr_assert(rect_is_empty(rect_intersect(rect, items[k].rect)), "items %zu and %zu", i, k);
	}
	if (full)
		cr_assert_eq(area, (long)width * height);
}

static struct layout lay_board(struct layout_item *items, int width, int height)
{
	memcpy(items, board, sizeof(board));
	return layout_make(items, BOARD_COUNT, width, height);
}

Test(layout, a_board_that_nearly_fits_fills_the_window)
{
	struct layout_item items[BOARD_COUNT];

	for (int height = 38; height <= 95; height++) {
		for (int width = 72; width <= 250; width += 13) {
			struct layout layout = lay_board(items, width, height);

			cr_assert_eq(layout.form, LAYOUT_GRID);
			cr_assert(layout.height <= height && layout.height >= height - 1, "%d of %d", layout.height,
				  height);
			expect_tiled(items, BOARD_COUNT, width, layout.height, true);
		}
	}
}

Test(layout, a_board_too_high_scrolls_with_room_to_read)
{
	struct layout_item items[BOARD_COUNT];

	for (int height = 8; height < 38; height++) {
		struct layout layout = lay_board(items, 80, height);

		cr_assert_eq(layout.form, LAYOUT_GRID);
		cr_assert_gt(layout.height, height);
		expect_tiled(items, BOARD_COUNT, 80, layout.height, true);
		for (size_t i = 0; i < BOARD_COUNT; i++)
			cr_assert_geq(items[i].rect.height, items[i].h == 4 ? 5 : 8);
	}
}

Test(layout, forms_by_size)
{
	struct layout_item items[BOARD_COUNT];

	cr_assert_eq(lay_board(items, 200, 47).form, LAYOUT_GRID);
	cr_assert_eq(lay_board(items, 80, 21).form, LAYOUT_GRID);
	cr_assert_eq(lay_board(items, 71, 21).form, LAYOUT_LIST);
	cr_assert_eq(lay_board(items, 59, 50).form, LAYOUT_LIST);
	cr_assert_eq(lay_board(items, 200, 7).form, LAYOUT_LINES);
	cr_assert_eq(lay_board(items, 200, 2).form, LAYOUT_ONE);
	cr_assert_eq(lay_board(items, 1, 1).form, LAYOUT_ONE);
}

Test(layout, list_lets_small_panels_share_lines)
{
	struct layout_item items[BOARD_COUNT];
	struct layout layout = lay_board(items, 40, 10);

	expect_tiled(items, BOARD_COUNT, 40, layout.height, false);
	cr_assert_eq(items[0].rect.width, 20);
	cr_assert_eq(items[1].rect.x, 20);
	cr_assert_eq(items[1].rect.y, items[0].rect.y);
	cr_assert_eq(items[6].rect.width, 40);
	cr_assert_leq(items[6].rect.height, 9);
	layout = lay_board(items, 30, 10);
	cr_assert_eq(items[0].rect.width, 30);
	expect_tiled(items, BOARD_COUNT, 30, layout.height, true);
}

Test(layout, lines_and_one_line)
{
	struct layout_item items[BOARD_COUNT];
	struct layout layout = lay_board(items, 40, 5);

	cr_assert_eq(layout.height, (int)BOARD_COUNT);
	for (size_t i = 0; i < BOARD_COUNT; i++)
		cr_assert(items[i].rect.y == (int)i && items[i].rect.height == 1 && items[i].rect.width == 40);
	layout = lay_board(items, 40, 1);
	cr_assert_eq(layout.height, 1);
	cr_assert_eq(items[20].rect.y, 0);
}

Test(layout, headings_take_a_line_and_gaps_close)
{
	struct layout_item items[] = {
		{ .x = 0, .y = 9, .w = 24, .h = 1, .is_row = true },
		{ .x = 0, .y = 0, .w = 24, .h = 1, .is_row = true },
		{ .x = 0, .y = 1, .w = 12, .h = 8 },
		{ .x = 12, .y = 1, .w = 12, .h = 8 },
		{ .x = 0, .y = 90, .w = 24, .h = 8 },
		{ .x = 0, .y = 80, .w = 24, .h = 1, .is_row = true },
	};
	struct layout layout = layout_make(items, 6, 100, 20);

	cr_assert_eq(layout.form, LAYOUT_GRID);
	cr_assert_eq(items[1].rect.y, 0);
	cr_assert(items[1].rect.height == 1 && items[1].rect.width == 100);
	cr_assert_eq(items[2].rect.y, 1);
	cr_assert_eq(items[0].rect.y, items[2].rect.y + items[2].rect.height);
	cr_assert_eq(items[5].rect.y, items[0].rect.y + 1);
	cr_assert_eq(items[4].rect.y, items[5].rect.y + 1);
	expect_tiled(items, 6, 100, layout.height, true);
}

Test(layout, overlapping_panels_are_pushed_down)
{
	struct layout_item items[] = {
		{ .x = 0, .y = 0, .w = 12, .h = 8 },
		{ .x = 6, .y = 4, .w = 12, .h = 8 },
		{ .x = 0, .y = 4, .w = 24, .h = 4 },
		{ .x = 18, .y = 0, .w = 6, .h = 8 },
	};
	struct layout layout = layout_make(items, 4, 120, 10);

	expect_tiled(items, 4, 120, layout.height, false);
	cr_assert_eq(items[2].rect.y, items[0].rect.height);
	cr_assert_geq(items[1].rect.y, items[2].rect.y + items[2].rect.height);
}

Test(layout, hostile_numbers_stay_inside)
{
	struct layout_item items[] = {
		{ .x = INT_MAX, .y = INT_MIN, .w = INT_MAX, .h = INT_MAX },
		{ .x = -7, .y = INT_MAX, .w = 0, .h = 0 },
		{ .x = 23, .y = 3, .w = 24, .h = -1 },
		{ .x = 3, .y = 3, .w = 3, .h = 1, .one_line = true },
	};
	static const int sizes[][2] = {
		{ 200, 50 }, { 100, 9 }, { 40, 12 }, { 0, 0 }, { INT_MAX, INT_MAX }, { -4, 10 }
	};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int width = sizes[i][0] < 1 ? 1 : sizes[i][0];
		struct layout layout = layout_make(items, 4, sizes[i][0], sizes[i][1]);

		cr_assert_gt(layout.height, 0);
		if (layout.form == LAYOUT_GRID || layout.form == LAYOUT_LIST)
			expect_tiled(items, 4, width, layout.height, false);
	}
	cr_assert_eq(layout_make(NULL, 0, 80, 24).height, 0);
}

Test(layout, every_grid_panel_has_three_rows)
{
	struct layout_item items[40];

	for (int i = 0; i < 40; i++)
		items[i] = (struct layout_item){ .x = i % 4 * 6, .y = i / 4, .w = 6, .h = 1 };
	cr_assert_eq(layout_make(items, 40, 120, 24).form, LAYOUT_GRID);
	for (int i = 0; i < 40; i++)
		cr_assert_geq(items[i].rect.height, 3);
}

Test(layout, a_small_board_does_not_leave_half_the_window_empty)
{
	struct layout_item items[] = { { .x = 0, .y = 0, .w = 12, .h = 8 }, { .x = 12, .y = 0, .w = 12, .h = 8 } };
	struct layout layout = layout_make(items, 2, 120, 46);

	cr_assert(layout.height > 23 && layout.height <= 46, "%d", layout.height);
}
