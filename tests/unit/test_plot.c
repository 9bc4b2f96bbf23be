#include <criterion/criterion.h>

#include <limits.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/draw/export.h"
#include "ui/draw/plot.h"

TestSuite(plot);

static const struct style styles[3] = {
	{ .fg = { .kind = COLOUR_RGB, .rgb = 1 } },
	{ .fg = { .kind = COLOUR_RGB, .rgb = 2 } },
	{ .fg = { .kind = COLOUR_RGB, .rgb = 3 } },
};

static void expect(const struct plot *plot, struct canvas *canvas, const char *letters, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	plot_draw(plot, canvas, styles, 3, letters);
	export_text(canvas, &text);
	cr_assert_str_eq(text.text, expected);
	strbuf_release(&text);
}

Test(plot, dots_by_glyph_set)
{
	static const int dots[3][2] = { { 6, 8 }, { 6, 4 }, { 3, 2 } };

	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++) {
		struct plot *plot = plot_new((struct rect){ 0, 0, 3, 2 }, (enum glyph_set)set);

		cr_assert_eq(plot_dots_x(plot), dots[set][0]);
		cr_assert_eq(plot_dots_y(plot), dots[set][1]);
		plot_free(plot);
	}
	plot_free(NULL);
}

Test(plot, braille_dots_have_their_bits)
{
	static const uint32_t codes[4][2] = {
		{ 0x2801, 0x2808 }, { 0x2802, 0x2810 }, { 0x2804, 0x2820 }, { 0x2840, 0x2880 }
	};

	for (int y = 0; y < 4; y++) {
		for (int x = 0; x < 2; x++) {
			struct canvas *canvas = canvas_new(1, 1, GLYPHS_BRAILLE);
			struct plot *plot = plot_new(canvas_rect(canvas), GLYPHS_BRAILLE);

			plot_dot(plot, x, y, 0);
			plot_draw(plot, canvas, styles, 3, NULL);
			cr_assert_eq(canvas_cell(canvas, 0, 0)->grapheme, codes[y][x]);
			plot_free(plot);
			canvas_free(canvas);
		}
	}
}

Test(plot, a_line_in_each_set)
{
	static const char *const expected[3] = { "⠑⢄\n  ⠑⢄\n", "▚\n ▚\n", "a\n b\n" };

	for (int set = GLYPHS_BLOCK; set <= GLYPHS_ASCII; set++) {
		struct canvas *canvas = canvas_new(2, 2, (enum glyph_set)set);
		struct plot *plot = plot_new(canvas_rect(canvas), (enum glyph_set)set);

		plot_line(plot, 0, 0, plot_dots_x(plot) - 1, plot_dots_y(plot) - 1, 0);
		if (set == GLYPHS_ASCII)
			plot_dot(plot, 1, 1, 1);
		expect(plot, canvas, "ab", expected[set]);
		plot_free(plot);
		canvas_free(canvas);
	}
}

Test(plot, lines_far_outside_are_cut_not_walked)
{
	struct canvas *canvas = canvas_new(4, 1, GLYPHS_ASCII);
	struct plot *plot = plot_new(canvas_rect(canvas), GLYPHS_ASCII);

	plot_line(plot, INT_MIN, 0, INT_MAX, 0, 0);
	plot_line(plot, 0, INT_MIN, 0, -1, 1);
	plot_line(plot, INT_MIN, INT_MIN, INT_MAX, INT_MIN, 1);
	plot_dot(plot, -1, 0, 1);
	plot_dot(plot, 4, INT_MAX, 1);
	plot_column(plot, 7, INT_MIN, INT_MAX, 1, false);
	expect(plot, canvas, NULL, "****\n");
	plot_free(plot);
	canvas_free(canvas);
}

Test(plot, most_dots_colour_the_cell_and_ties_go_to_the_later)
{
	struct canvas *canvas = canvas_new(2, 1, GLYPHS_BRAILLE);
	struct plot *plot = plot_new(canvas_rect(canvas), GLYPHS_BRAILLE);

	plot_dot(plot, 0, 0, 2);
	plot_dot(plot, 0, 1, 1);
	plot_dot(plot, 0, 2, 1);
	plot_dot(plot, 2, 0, 1);
	plot_dot(plot, 2, 1, 0);
	plot_draw(plot, canvas, styles, 3, NULL);
	cr_assert_eq(canvas_cell(canvas, 0, 0)->style.fg.rgb, 2);
	cr_assert_eq(canvas_cell(canvas, 1, 0)->style.fg.rgb, 2);
	plot_free(plot);
	canvas_free(canvas);
}

Test(plot, a_line_stays_visible_over_an_area)
{
	struct canvas *canvas = canvas_new(1, 1, GLYPHS_BRAILLE);
	struct plot *plot = plot_new(canvas_rect(canvas), GLYPHS_BRAILLE);

	plot_line(plot, 0, 1, 1, 1, 0);
	plot_column(plot, 0, 0, 3, 1, true);
	plot_column(plot, 1, 3, 0, 1, true);
	plot_draw(plot, canvas, styles, 3, NULL);
	cr_assert_eq(canvas_cell(canvas, 0, 0)->style.fg.rgb, 1);
	/* Dots 1, 3 of the left and 2, 4 of the right column, and the line in the second row. */
	cr_assert_eq(canvas_cell(canvas, 0, 0)->grapheme, 0x2800u | 0x01 | 0x02 | 0x10 | 0x04 | 0x80);
	plot_free(plot);
	canvas_free(canvas);
}

Test(plot, leaves_blank_cells_alone)
{
	struct canvas *canvas = canvas_new(3, 1, GLYPHS_ASCII);
	struct plot *plot = plot_new(canvas_rect(canvas), GLYPHS_ASCII);

	canvas_put(canvas, 0, 0, "xyz", (struct style){ 0 }, -1);
	plot_dot(plot, 1, 0, 9);
	plot_column(plot, 2, 0, 0, 0, true);
	expect(plot, canvas, "ab", "x*.\n");
	plot_free(plot);
	plot = plot_new((struct rect){ 0, 0, -4, 0 }, GLYPHS_BRAILLE);
	plot_line(plot, 0, 0, 10, 10, 0);
	plot_draw(plot, canvas, NULL, 0, NULL);
	plot_free(plot);
	canvas_free(canvas);
}

/* A line along the top of a cell: the area goes on below it, a dot of air between; of another series it does not. */
Test(plot, an_area_reaches_up_to_its_own_line)
{
	struct canvas *canvas = canvas_new(1, 1, GLYPHS_BRAILLE);
	struct style inks[2] = { style_fg(ROLE_SERIES_1), style_fg(ROLE_SERIES_2) };

	for (unsigned series = 0; series < 2; series++) {
		struct plot *lines = plot_new(canvas_rect(canvas), GLYPHS_BRAILLE);
		struct plot *areas = plot_new(canvas_rect(canvas), GLYPHS_BRAILLE);

		plot_line(lines, 0, 0, 1, 0, 0);
		plot_column(areas, 0, 0, 3, series, true);
		plot_column(areas, 1, 0, 3, series, true);
		plot_underlay(lines, areas);
		canvas_clear(canvas);
		plot_draw(lines, canvas, inks, 2, NULL);
		cr_expect_eq(canvas_cell(canvas, 0, 0)->grapheme, series == 0 ? 0x2809 + 0x84 : 0x2809, "%x",
			     canvas_cell(canvas, 0, 0)->grapheme);
		cr_expect_eq(canvas_cell(canvas, 0, 0)->style.fg.role, ROLE_SERIES_1);
		plot_free(lines);
		plot_free(areas);
	}
	canvas_free(canvas);
}
