#include <criterion/criterion.h>

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/draw/export.h"
#include "ui/draw/glyph.h"

TestSuite(glyph);

static void expect_big(enum glyph_set set, const char *figure, int rows, const char *expected)
{
	struct strbuf text = STRBUF_INIT;
	struct canvas *canvas = canvas_new(60, rows, set);

	glyph_big_put(canvas, 0, 0, figure, rows, (struct style){ 0 });
	export_text(canvas, &text);
	cr_assert_str_eq(text.text, expected);
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(glyph, every_sign_is_one_cell_in_every_set)
{
	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++) {
		for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
			uint32_t code = glyph_code((enum glyph_set)set, (enum glyph)glyph), decoded;
			const char *text = glyph_text((enum glyph_set)set, (enum glyph)glyph);

			cr_assert_neq(code, 0, "sign %d has no form in set %d", glyph, set);
			cr_assert_eq(text_code_width(code), 1);
			cr_assert_eq(text_decode(text, strlen(text), &decoded), strlen(text));
			cr_assert_eq(decoded, code, "sign %d differs from its text in set %d", glyph, set);
			if (set == GLYPHS_ASCII)
				cr_assert_lt(code, 0x7F);
		}
	}
}

Test(glyph, states_have_different_signs)
{
	static const enum glyph states[] = {
		GLYPH_OK,    GLYPH_WARNING, GLYPH_SERIOUS, GLYPH_CRITICAL,     GLYPH_UP,     GLYPH_DOWN,
		GLYPH_STALE, GLYPH_NO_DATA, GLYPH_ABSENT,  GLYPH_INSUFFICIENT, GLYPH_FAILED, GLYPH_WAITING,
	};
	size_t count = sizeof(states) / sizeof(states[0]);

	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++)
		for (size_t i = 0; i < count; i++)
			for (size_t k = 0; k < i; k++)
				cr_assert_neq(glyph_code((enum glyph_set)set, states[i]),
					      glyph_code((enum glyph_set)set, states[k]), "signs %zu and %zu in set %d",
					      i, k, set);
}

Test(glyph, bars_are_clamped_and_grow)
{
	cr_assert_eq(glyph_bar_vertical(GLYPHS_BRAILLE, -3), ' ');
	cr_assert_eq(glyph_bar_vertical(GLYPHS_BRAILLE, 99), 0x2588);
	cr_assert_eq(glyph_bar_horizontal(GLYPHS_BRAILLE, 1), 0x258F);
	cr_assert_eq(glyph_bar_horizontal(GLYPHS_ASCII, 8), '#');
	cr_assert_eq(glyph_density(GLYPHS_ASCII, 5), '#');
	cr_assert_eq(glyph_density(GLYPHS_BLOCK, 2), 0x2592);
}

Test(glyph, light_figures)
{
	expect_big(GLYPHS_BRAILLE, "42", 3, "█  █ ▄▀▀▄\n█▄▄█  ▄▄▀\n   █ █▄▄▄\n");
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "42", 3), 9);
}

Test(glyph, heavy_figures_with_a_light_unit)
{
	expect_big(GLYPHS_BLOCK, "7s", 5, "██████\n    ██\n  ▄██▀  ▄▄\n  ██   ▀▄\n  ██   ▄▄▀\n");
}

Test(glyph, ascii_figures)
{
	expect_big(GLYPHS_ASCII, "25 ms", 3, " _   _\n _| |_\n|_   _|  ms\n");
	expect_big(GLYPHS_ASCII, "10", 5, " ###    ####\n  ##   ##  ##\n  ##   ##  ##\n  ##   ##  ##\n######  ####\n");
}

/* Drawn big it would be an 8 on its side or standing, and read as the number. */
Test(glyph, infinity_stays_small)
{
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "∞", 5), 1);
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "∞", 3), 1);
}

Test(glyph, words_are_big_too)
{
	static const char *const words[] = { "UP", "DOWN", "NaN", "-1.5", "+2,000:03", "99 %", "12 µs", "20 °C" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		cr_assert_gt(glyph_big_width(GLYPHS_BRAILLE, words[i], 3), text_width(words[i]), "%s", words[i]);
		cr_assert_gt(glyph_big_width(GLYPHS_BRAILLE, words[i], 5), glyph_big_width(GLYPHS_BRAILLE, words[i], 3),
			     "%s", words[i]);
	}
	for (char letter = 'A'; letter <= 'z'; letter++) {
		char text[2] = { letter, '\0' };

		if (letter <= 'Z' || letter >= 'a')
			cr_assert_gt(glyph_big_width(GLYPHS_BRAILLE, "0", 3) + glyph_big_width(GLYPHS_BRAILLE, text, 3),
				     4);
	}
}

/* What is measured is what is drawn: no ink at or beyond the width. */
Test(glyph, width_covers_the_drawing)
{
	static const char *const figures[] = { "0123456789", "6.2 GB", "UP",        "DOWN",
					       "12:30",      "1e+12",  "4.2 MiB/s", "N/A" };

	for (int set = GLYPHS_BRAILLE; set <= GLYPHS_ASCII; set++) {
		for (size_t i = 0; i < 2 * sizeof(figures) / sizeof(figures[0]); i++) {
			int rows = i % 2 ? 3 : 5, width = glyph_big_width((enum glyph_set)set, figures[i / 2], rows);
			struct canvas *canvas = canvas_new(200, 5, (enum glyph_set)set);

			glyph_big_put(canvas, 0, 0, figures[i / 2], rows, (struct style){ 0 });
			for (int y = 0; y < 5; y++)
				for (int x = width; x < 200; x++)
					cr_assert_eq(canvas_cell(canvas, x, y)->grapheme, 0, "%s in set %d",
						     figures[i / 2], set);
			canvas_free(canvas);
		}
	}
}

Test(glyph, falls_back_to_one_row)
{
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "日本", 5), 4);
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "12", 1), 2);
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "12", 4), 2);
	cr_assert_eq(glyph_big_width(GLYPHS_ASCII, "DOWN", 3), 4);
	expect_big(GLYPHS_BRAILLE, "日本", 3, "\n日本\n\n");
	expect_big(GLYPHS_BRAILLE, "\033[1m", 3, "\n\xEF\xBF\xBD[1m\n\n");
	cr_assert_eq(glyph_big_width(GLYPHS_BRAILLE, "", 3), 0);
}
