#include "ui/panel/panel.h"

#include <criterion/criterion.h>

#include "tests/unit/chart_fixture.h"

Test(panel_barchart, series_are_bars_of_their_last_value)
{
	static const double one[] = { 1, 2, 10, NAN }, two[] = { 5 };
	struct picture picture;

	picture_init(&picture, "barchart");
	picture_add(&picture, "node-1", one, 4, NULL);
	picture_add(&picture, "n2", two, 1, NULL);
	picture_draw_inside(&picture, 30, 3, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "node-1 #################### 10\n"
					    "n2     ##########            5\n\n");
	cr_expect_str_eq(picture_line(&picture), "node-1 10  n2 5");
	picture_release(&picture);
}

/* A table of names and two numbers. */
static void add_table(struct picture *picture)
{
	static const char *const names[] = { "eu", "us" };
	static const double reads[] = { 4, 8 }, writes[] = { 2, -1 };
	static struct field fields[3];

	fields[0] = (struct field){ .name = "region", .type = FIELD_STRING, .strings = names };
	fields[1] =
		(struct field){ .name = "reads", .type = FIELD_NUMBER, .numbers = reads, .config = &picture->config };
	fields[2] = (struct field){
		.name = "writes", .type = FIELD_NUMBER, .numbers = writes, .config = &picture->config, .series_index = 1
	};
	vec_push(&picture->data.frames.frames, (struct frame){ .fields = fields, .field_count = 3, .length = 2 });
}

Test(panel_barchart, rows_of_a_table_are_groups)
{
	struct picture picture;
	char row[200];

	picture_init(&picture, "barchart");
	add_table(&picture);
	picture_draw_inside(&picture, 60, 5, GLYPHS_ASCII);
	cr_expect(strstr(picture_row(&picture, 0, row, sizeof(row)), "eu reads "), "%s", row);
	cr_expect(strstr(picture_row(&picture, 1, row, sizeof(row)), "   writes "), "%s", row);
	cr_expect(strstr(picture_row(&picture, 3, row, sizeof(row)), "-1"), "%s", row);
	picture_draw_inside(&picture, 60, 2, GLYPHS_ASCII);
	cr_expect(picture_shows(&picture, "+3 more"));
	picture_release(&picture);
}

Test(panel_barchart, bars_stand_when_asked_and_names_fit)
{
	static const double one[] = { 10 }, two[] = { 5 };
	struct picture picture;

	picture_init(&picture, "barchart");
	picture.panel.options.orientation = ORIENTATION_VERTICAL;
	picture_add(&picture, "n1", one, 1, NULL);
	picture_add(&picture, "n2", two, 1, NULL);
	picture_draw_inside(&picture, 16, 6, GLYPHS_ASCII);
	cr_expect_str_eq(picture.text.text, "  10\n"
					    "#######\n"
					    "#######    5\n"
					    "####### #######\n"
					    "####### #######\n"
					    "  n1      n2\n");
	picture_draw_inside(&picture, 4, 6, GLYPHS_ASCII);
	picture_release(&picture);
}

Test(panel_barchart, odd_values_and_sizes)
{
	static const double odd[] = { NAN, INFINITY, -INFINITY, 1e308, -1e308, 0, 5e-324 };

	for (int orientation = ORIENTATION_AUTO; orientation <= ORIENTATION_VERTICAL; orientation++) {
		for (int stacking = STACK_NONE; stacking <= STACK_NORMAL; stacking++) {
			struct picture picture;

			picture_init(&picture, "barchart");
			picture.panel.options.orientation = (enum orientation)orientation;
			picture.panel.options.stacking = (enum stacking)stacking;
			for (int i = 0; i < 7; i++)
				picture_add(&picture, "odd", &odd[i], 1, NULL);
			add_table(&picture);
			for (int size = 1; size < 90; size += 4)
				picture_draw_inside(&picture, size, size / 5 + 1, (enum glyph_set)(size % 3));
			picture.view.scroll = 5;
			cr_expect(strpbrk(picture_draw_inside(&picture, 40, 4, GLYPHS_BRAILLE), "0123456789"));
			cr_expect_neq(*picture_line(&picture), '\0', "%d %d", orientation, stacking);
			picture_release(&picture);
		}
	}
}
