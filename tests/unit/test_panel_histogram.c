#include "ui/panel/panel.h"

#include <criterion/criterion.h>

#include "tests/unit/chart_fixture.h"

Test(panel_histogram, buckets_of_the_size_asked_for)
{
	static const double values[] = { 1, 2, 3, 11, 12, 25, NAN, INFINITY };
	struct picture picture;
	char row[200];

	picture_init(&picture, "histogram");
	picture.panel.options.bucket_size = 10;
	picture_add(&picture, "x", values, 8, NULL);
	picture_draw_inside(&picture, 33, 8, GLYPHS_ASCII);
	cr_expect(strstr(picture_row(&picture, 0, row, sizeof(row)), "3 |#########"), "%s", row);
	cr_expect_eq(strspn(row + 3, "#"), 9, "one bucket reaches the top: %s", row);
	cr_expect(picture_shows(&picture, "0 +"));
	cr_expect(picture_shows(&picture, "10"));
	cr_expect_str_eq(picture_line(&picture), "6 values, most 0 to 10");
	picture_release(&picture);
}

Test(panel_histogram, odd_values_and_sizes)
{
	static const double odd[][4] = {
		{ NAN, NAN, NAN, NAN },         { 5, 5, 5, 5 }, { 1e308, -1e308, 0, 1 }, { 0, 0, 0, 0 },
		{ 1e15, 1e15, 1e15, 1e15 + 1 },
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		for (double size = 0; size < 3; size += 0.7) {
			struct picture picture;

			picture_init(&picture, "histogram");
			picture.panel.options.bucket_size = size;
			picture.panel.options.bucket_count = (int)i * 1000;
			picture_add(&picture, "odd", odd[i], 4, NULL);
			for (int width = 1; width < 80; width += 7)
				picture_draw_inside(&picture, width, width / 4 + 1, (enum glyph_set)(width % 3));
			cr_expect_eq(*picture_line(&picture) == '\0', i == 0, "values %zu", i);
			picture_release(&picture);
		}
	}
}

Test(panel_histogram, no_numbers_is_said)
{
	static const double values[] = { NAN, NAN };
	struct picture picture;

	picture_init(&picture, "histogram");
	picture_add(&picture, "x", values, 2, NULL);
	picture_draw(&picture, 50, 8, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "no numbers in the answer"));
	picture_release(&picture);
}
