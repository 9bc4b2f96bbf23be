#include <criterion/criterion.h>

#include "ui/panel/tiles.h"

TestSuite(tiles);

static int at_least_ten_wide(const void *user, int width, int height)
{
	(void)user;
	return width < 10 || height < 2 ? -1 : width < 3 * height ? width : 3 * height;
}

static int never(const void *user, int width, int height)
{
	(void)user;
	(void)width;
	(void)height;
	return -1;
}

Test(tiles, orientation_decides_where_it_can)
{
	struct rect area = { 5, 7, 60, 12 };
	struct tiles tiles = tiles_make(area, 3, 0, ORIENTATION_VERTICAL, 10, at_least_ten_wide, NULL);

	cr_expect_eq(tiles.columns, 3);
	cr_expect_eq(tiles.rows, 1);
	tiles = tiles_make(area, 3, 0, ORIENTATION_HORIZONTAL, 10, at_least_ten_wide, NULL);
	cr_expect_eq(tiles.columns, 1);
	cr_expect_eq(tiles.rows, 3);
	/* Twelve side by side would be four cells wide. */
	tiles = tiles_make(area, 12, 0, ORIENTATION_VERTICAL, 10, at_least_ten_wide, NULL);
	cr_expect_gt(tiles.rows, 1);
	cr_expect_eq(tiles.shown, 12);
}

Test(tiles, rectangles_fill_the_area_without_overlap)
{
	for (size_t count = 1; count <= 9; count++) {
		struct rect area = { 3, 2, 61, 13 };
		struct tiles tiles = tiles_make(area, count, 0, ORIENTATION_AUTO, 10, at_least_ten_wide, NULL);
		struct rect first = tiles_rect(&tiles, 0);

		cr_assert_eq(tiles.shown, count);
		cr_expect_eq(first.x, area.x);
		cr_expect_eq(first.y, area.y);
		for (size_t i = 0; i < count; i++) {
			struct rect tile = tiles_rect(&tiles, i);
			struct rect inside = rect_intersect(tile, area);

			cr_expect_eq(inside.width, tile.width);
			cr_expect_eq(inside.height, tile.height);
			for (size_t j = 0; j < i; j++)
				cr_expect(rect_is_empty(rect_intersect(tile, tiles_rect(&tiles, j))));
		}
	}
}

Test(tiles, what_does_not_fit_is_counted)
{
	struct tiles tiles = tiles_make((struct rect){ 0, 0, 42, 5 }, 500, 7, ORIENTATION_AUTO, 20, never, NULL);

	cr_expect_eq(tiles.columns, 2);
	cr_expect_eq(tiles.shown, 8, "the last row is the count's");
	cr_expect_eq(tiles.more, 499);
	cr_expect_eq(tiles.note.y, 4);
	cr_expect_eq(tiles_rect(&tiles, 7).y, 3);
}

Test(tiles, one_row_keeps_a_place_for_the_count_at_its_end)
{
	struct tiles tiles = tiles_make((struct rect){ 0, 0, 40, 1 }, 9, 0, ORIENTATION_AUTO, 12, never, NULL);

	cr_expect_eq(tiles.shown, 2);
	cr_expect_eq(tiles.more, 7);
	cr_expect_eq(tiles.note.x + tiles.note.width, 40);
	cr_expect_leq(tiles_rect(&tiles, 1).x + tiles_rect(&tiles, 1).width, tiles.note.x);
}

Test(tiles, nothing_in_nowhere)
{
	cr_expect_eq(tiles_make((struct rect){ 0 }, 5, 0, ORIENTATION_AUTO, 10, never, NULL).shown, 0);
	cr_expect_eq(tiles_make((struct rect){ 0, 0, 9, 9 }, 0, 0, ORIENTATION_AUTO, 10, never, NULL).shown, 0);
	cr_expect(rect_is_empty(tiles_rect(&(struct tiles){ 0 }, 0)));
}
