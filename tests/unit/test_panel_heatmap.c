#include "ui/panel/panel.h"

#include <criterion/criterion.h>

#include "tests/unit/chart_fixture.h"

static void add_constant(struct picture *picture, const char *name, double value)
{
	picture_add_line(picture, name, value, value, NULL);
}

Test(panel_heatmap, bands_from_the_bottom_by_density)
{
	struct picture picture;
	char row[200];

	picture_init(&picture, "heatmap");
	add_constant(&picture, "0.1", 0);
	add_constant(&picture, "0.5", 1);
	add_constant(&picture, "1", 16);
	add_constant(&picture, "+Inf", 4);
	picture_draw_inside(&picture, 40, 7, GLYPHS_ASCII);
	cr_expect(strstr(picture_row(&picture, 0, row, sizeof(row)), "+Inf |****"), "%s", row);
	cr_expect(strstr(picture_row(&picture, 1, row, sizeof(row)), "   1 |####"), "%s", row);
	cr_expect(strstr(picture_row(&picture, 2, row, sizeof(row)), " 0.5 |::::"), "%s", row);
	cr_expect_str_eq(picture_row(&picture, 3, row, sizeof(row)), " 0.1 |");
	cr_expect(picture_shows(&picture, ".:*# up to 16"));
	cr_expect(picture_shows(&picture, "12:30"));
	picture_release(&picture);
}

Test(panel_heatmap, more_bands_than_rows_are_added_up)
{
	struct picture picture;

	picture_init(&picture, "heatmap");
	for (int i = 0; i < 40; i++)
		add_constant(&picture, "b", 1);
	picture_draw_inside(&picture, 40, 9, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "####"));
	picture_release(&picture);
}

Test(panel_heatmap, values_are_counted_into_rows)
{
	struct picture picture;
	char row[200];

	picture_init(&picture, "heatmap");
	picture.panel.options.calculate = true;
	picture_unit(&picture, "ms");
	add_constant(&picture, "low", 0);
	add_constant(&picture, "high", 100);
	picture_draw_inside(&picture, 50, 11, GLYPHS_ASCII);
	cr_expect(strstr(picture_row(&picture, 0, row, sizeof(row)), "100 ms |####"), "%s", row);
	cr_expect(strstr(picture_row(&picture, 7, row, sizeof(row)), "|####"), "%s", row);
	cr_expect(picture_shows(&picture, "     0 +"));
	picture_release(&picture);
}

Test(panel_heatmap, odd_values_and_sizes)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY, -5, 1e308, 0, 1e308 };

	for (int calculate = 0; calculate < 2; calculate++) {
		struct picture picture;

		picture_init(&picture, "heatmap");
		picture.panel.options.calculate = calculate;
		picture_add(&picture, "odd", odd, 7, NULL);
		picture_add(&picture, "one", odd + 5, 1, NULL);
		for (int size = 1; size < 60; size++)
			picture_draw_inside(&picture, size, size / 3 + 1, (enum glyph_set)(size % 3));
		cr_expect_gt(strlen(picture_line(&picture)), 0);
		picture_release(&picture);
	}
}

Test(panel_heatmap, a_line_says_where_most_is)
{
	struct picture picture;

	picture_init(&picture, "heatmap");
	add_constant(&picture, "0.1", 3);
	add_constant(&picture, "0.5", 8);
	cr_expect_str_eq(picture_line(&picture), "most at 0.5");
	picture_release(&picture);
}
