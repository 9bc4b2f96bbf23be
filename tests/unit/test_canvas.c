#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/draw/canvas.h"
#include "ui/draw/export.h"

TestSuite(canvas);

#define PLAIN ((struct style){ 0 })

/* The canvas as text must be `expected` (lines ended by newlines). */
static void expect(const struct canvas *canvas, const char *expected)
{
	struct strbuf text = STRBUF_INIT;

	export_text(canvas, &text);
	cr_assert_str_eq(text.text, expected);
	strbuf_release(&text);
}

/* Every wide grapheme has the cell it covers, and no covered cell stands alone. */
static void expect_whole(const struct canvas *canvas)
{
	for (int y = 0; y < canvas_height(canvas); y++) {
		for (int x = 0; x < canvas_width(canvas); x++) {
			unsigned width = canvas_cell(canvas, x, y)->width;

			if (width == 2)
				cr_assert(x + 1 < canvas_width(canvas) && canvas_cell(canvas, x + 1, y)->width == 0,
					  "half a character at %d,%d", x, y);
			if (width == 0)
				cr_assert(x > 0 && canvas_cell(canvas, x - 1, y)->width == 2,
					  "a covered cell without its owner at %d,%d", x, y);
		}
	}
}

Test(canvas, sizes_are_clamped)
{
	struct canvas *canvas = canvas_new(0, -5, GLYPHS_BRAILLE);

	cr_assert_eq(canvas_width(canvas), 1);
	cr_assert_eq(canvas_height(canvas), 1);
	canvas_resize(canvas, 1 << 30, 1 << 30);
	cr_assert_eq(canvas_width(canvas), CANVAS_MAX_WIDTH);
	cr_assert_eq(canvas_height(canvas), CANVAS_MAX_HEIGHT);
	canvas_free(canvas);
	canvas_free(NULL);
}

Test(canvas, reads_blanks_outside)
{
	struct canvas *canvas = canvas_new(3, 2, GLYPHS_BRAILLE);
	const struct cell *cell = canvas_cell(canvas, -1, 99);
	char text[32];

	cr_assert_eq(cell->width, 1);
	canvas_grapheme(canvas, cell, text);
	cr_assert_str_eq(text, " ");
	canvas_put(canvas, -2, 5, "nothing", PLAIN, -1);
	canvas_glyph(canvas, 3, 0, 'x', PLAIN);
	expect(canvas, "\n\n");
	canvas_free(canvas);
}

Test(canvas, puts_text_and_says_how_wide)
{
	struct canvas *canvas = canvas_new(10, 1, GLYPHS_BRAILLE);

	cr_assert_eq(canvas_put(canvas, 0, 0, "abcdef", PLAIN, 3), 3);
	cr_assert_eq(canvas_put(canvas, 8, 0, "xyz", PLAIN, -1), 2);
	expect(canvas, "abc     xy\n");
	cr_assert_eq(canvas_put(canvas, -2, 0, "12345", PLAIN, 5), 5);
	expect(canvas, "345     xy\n");
	cr_assert_eq(canvas_put(canvas, 0, 0, "", PLAIN, -1), 0);
	canvas_free(canvas);
}

Test(canvas, wide_character_does_not_fit_the_last_cell)
{
	struct canvas *canvas = canvas_new(5, 1, GLYPHS_BRAILLE);

	cr_assert_eq(canvas_put(canvas, 0, 0, "日本語", PLAIN, -1), 4);
	expect(canvas, "日本\n");
	expect_whole(canvas);
	cr_assert_eq(canvas_put(canvas, 4, 0, "日", PLAIN, -1), 0);
	expect(canvas, "日本\n");
	canvas_free(canvas);
}

Test(canvas, overwriting_half_of_a_wide_character_blanks_the_other)
{
	struct canvas *canvas = canvas_new(6, 1, GLYPHS_BRAILLE);

	canvas_put(canvas, 0, 0, "日本語", PLAIN, -1);
	canvas_put(canvas, 1, 0, "x", PLAIN, -1);
	expect(canvas, " x本語\n");
	expect_whole(canvas);
	canvas_put(canvas, 2, 0, "y", PLAIN, -1);
	expect(canvas, " xy 語\n");
	canvas_put(canvas, 3, 0, "本", PLAIN, -1);
	expect(canvas, " xy本\n");
	expect_whole(canvas);
	canvas_fill(canvas, (struct rect){ 4, 0, 1, 1 }, PLAIN);
	expect(canvas, " xy\n");
	expect_whole(canvas);
	canvas_free(canvas);
}

Test(canvas, clip_never_halves_a_wide_character)
{
	struct canvas *canvas = canvas_new(8, 1, GLYPHS_BRAILLE);
	struct rect former = canvas_clip(canvas, (struct rect){ 1, 0, 4, 1 });

	canvas_put(canvas, 0, 0, "日本語文", PLAIN, 8);
	expect(canvas, "  本\n");
	expect_whole(canvas);
	canvas_restore(canvas, former);
	canvas_put(canvas, 0, 0, "日本語文", PLAIN, 8);
	canvas_clip(canvas, (struct rect){ 3, 0, 1, 1 });
	canvas_put(canvas, 3, 0, "x", PLAIN, 1);
	expect(canvas, "日 x語文\n");
	expect_whole(canvas);
	canvas_free(canvas);
}

Test(canvas, clips_nest_and_restore)
{
	struct canvas *canvas = canvas_new(10, 2, GLYPHS_BRAILLE);
	struct rect first = canvas_clip(canvas, (struct rect){ 2, 0, 6, 2 });
	struct rect second = canvas_clip(canvas, (struct rect){ -5, 1, 9, 9 });

	canvas_fill(canvas, canvas_rect(canvas), PLAIN);
	for (int y = 0; y < 2; y++)
		canvas_put(canvas, 0, y, "0123456789", PLAIN, 10);
	expect(canvas, "\n  23\n");
	canvas_restore(canvas, second);
	canvas_put(canvas, 0, 0, "0123456789", PLAIN, 10);
	expect(canvas, "  234567\n  23\n");
	canvas_restore(canvas, first);
	canvas_put(canvas, 9, 1, "z", PLAIN, 1);
	expect(canvas, "  234567\n  23     z\n");
	canvas_free(canvas);
}

Test(canvas, combining_marks_share_the_cell)
{
	struct canvas *canvas = canvas_new(4, 1, GLYPHS_BRAILLE);
	char text[32];

	cr_assert_eq(canvas_put(canvas, 0, 0, "e\xCC\x81x", PLAIN, -1), 2);
	canvas_grapheme(canvas, canvas_cell(canvas, 0, 0), text);
	cr_assert_str_eq(text, "e\xCC\x81");
	expect(canvas, "e\xCC\x81x\n");
	canvas_clear(canvas);
	cr_assert_eq(canvas_put(canvas, 0, 0, "\xCC\x81", PLAIN, -1), 0);
	expect(canvas, "\n");
	canvas_free(canvas);
}

Test(canvas, keeps_many_different_clusters_apart)
{
	struct canvas *canvas = canvas_new(300, 1, GLYPHS_BRAILLE);
	char text[32], wanted[32];

	for (int i = 0; i < 300; i++) {
		snprintf(wanted, sizeof(wanted), "%c%c%c%c%c", 'a' + i % 26, 0xCC, 0x80 + i % 48, 0xCC, 0x80 + i / 26);
		canvas_put(canvas, i, 0, wanted, PLAIN, 1);
	}
	for (int i = 0; i < 300; i++) {
		snprintf(wanted, sizeof(wanted), "%c%c%c%c%c", 'a' + i % 26, 0xCC, 0x80 + i % 48, 0xCC, 0x80 + i / 26);
		canvas_grapheme(canvas, canvas_cell(canvas, i, 0), text);
		cr_assert_str_eq(text, wanted);
	}
	canvas_free(canvas);
}

Test(canvas, nothing_unsafe_reaches_a_cell)
{
	struct canvas *canvas = canvas_new(40, 1, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;

	canvas_put(canvas, 0, 0,
		   "\033[31mred\033]0;title\a\xC2\x9B"
		   "1m\xE2\x80\xAEoverride\tx\ny\xFF",
		   PLAIN, -1);
	export_text(canvas, &text);
	for (size_t i = 0; i + 1 < text.length; i++)
		cr_assert((unsigned char)text.text[i] >= ' ' && text.text[i] != 0x7F);
	cr_assert_null(strstr(text.text, "\xC2\x9B"));
	cr_assert_null(strstr(text.text, "\xE2\x80\xAE"));
	cr_assert_not_null(strstr(text.text, "override x y"));
	canvas_glyph(canvas, 0, 0, 0x1B, PLAIN);
	cr_assert_eq(canvas_cell(canvas, 0, 0)->grapheme, 0xFFFDu);
	strbuf_release(&text);
	canvas_free(canvas);
}

Test(canvas, ascii_has_a_relative_for_everything)
{
	struct canvas *canvas = canvas_new(40, 2, GLYPHS_ASCII);

	cr_assert_eq(canvas_put(canvas, 0, 0, "café – 12 µs ≥ “x” … 日z é", PLAIN, -1), 26);
	canvas_glyph(canvas, 0, 1, 0x2500, PLAIN);
	canvas_glyph(canvas, 1, 1, 0x28FF, PLAIN);
	canvas_glyph(canvas, 2, 1, 0x2588, PLAIN);
	canvas_glyph(canvas, 3, 1, 0x1F680, PLAIN);
	expect(canvas, "cafe - 12 us > \"x\" ~ ? z e\n-.#?\n");
	canvas_free(canvas);
}

Test(canvas, fit_ends_in_an_ellipsis)
{
	struct canvas *canvas = canvas_new(8, 1, GLYPHS_BRAILLE);

	cr_assert_eq(canvas_put_fit(canvas, 0, 0, "12345678", PLAIN, -1), 8);
	expect(canvas, "12345678\n");
	cr_assert_eq(canvas_put_fit(canvas, 0, 0, "123456789", PLAIN, -1), 8);
	expect(canvas, "1234567…\n");
	canvas_clear(canvas);
	cr_assert_eq(canvas_put_fit(canvas, 0, 0, "日本語", PLAIN, 5), 5);
	expect(canvas, "日本…\n");
	canvas_clear(canvas);
	cr_assert_eq(canvas_put_fit(canvas, 0, 0, "日本語", PLAIN, 4), 3);
	expect(canvas, "日…\n");
	cr_assert_eq(canvas_put_fit(canvas, 0, 0, "abc", PLAIN, 1), 1);
	cr_assert_eq(canvas_put_fit(canvas, 0, 0, "abc", PLAIN, 0), 0);
	canvas_free(canvas);
}

Test(canvas, right_and_centre)
{
	struct canvas *canvas = canvas_new(10, 1, GLYPHS_BRAILLE);

	cr_assert_eq(canvas_put_right(canvas, 0, 10, 0, "42 ms", PLAIN), 5);
	expect(canvas, "     42 ms\n");
	canvas_clear(canvas);
	cr_assert_eq(canvas_put_right(canvas, 6, 10, 0, "123456", PLAIN), 6);
	expect(canvas, "      3456\n");
	canvas_clear(canvas);
	cr_assert_eq(canvas_put_centre(canvas, (struct rect){ 2, 0, 6, 1 }, 0, "ab", PLAIN), 4);
	expect(canvas, "    ab\n");
	cr_assert_eq(canvas_put_centre(canvas, (struct rect){ 2, 0, 6, 1 }, 0, "abcdefgh", PLAIN), 2);
	expect(canvas, "  abcde…\n");
	canvas_free(canvas);
}

Test(canvas, a_style_without_background_keeps_what_is_there)
{
	struct canvas *canvas = canvas_new(4, 1, GLYPHS_BRAILLE);
	const struct cell *cell = canvas_cell(canvas, 1, 0);

	canvas_tint(canvas, canvas_rect(canvas), style_role(ROLE_SELECTION));
	canvas_put(canvas, 0, 0, "abcd", style_fg(ROLE_OK), -1);
	cr_assert_eq(cell->style.bg.kind, COLOUR_ROLE_BG);
	cr_assert_eq(cell->style.bg.role, ROLE_SELECTION);
	cr_assert_eq(cell->style.fg.role, ROLE_OK);
	canvas_attributes(canvas, canvas_rect(canvas), ATTR_DIM);
	cr_assert_eq(cell->style.attributes, ATTR_DIM);
	canvas_fill(canvas, canvas_rect(canvas), PLAIN);
	cr_assert_eq(cell->style.bg.kind, COLOUR_DEFAULT);
	cr_assert_eq(cell->style.attributes, 0);
	canvas_free(canvas);
}

Test(canvas, box_with_title_note_and_foot)
{
	struct canvas *canvas = canvas_new(24, 3, GLYPHS_BRAILLE);
	struct box box = { .title = "Memory", .note = "stale 42s", .foot = "of 16" };
	struct rect inside = canvas_box(canvas, canvas_rect(canvas), &box);

	cr_assert(inside.x == 1 && inside.y == 1 && inside.width == 22 && inside.height == 1);
	expect(canvas, "╭ Memory ─── stale 42s ╮\n│                      │\n╰─────── of 16 ────────╯\n");
	canvas_free(canvas);
}

Test(canvas, box_gives_the_note_room)
{
	struct canvas *canvas = canvas_new(24, 2, GLYPHS_ASCII);
	struct box box = { .title = "Decision latency distribution", .note = "stale 42s" };

	canvas_box(canvas, canvas_rect(canvas), &box);
	expect(canvas, "+ Decisio~ - stale 42s +\n+----------------------+\n");
	canvas_free(canvas);
}

Test(canvas, box_too_small_draws_what_it_can)
{
	struct box box = { .title = "title", .note = "note", .foot = "foot" };

	for (int width = 1; width < 12; width++) {
		for (int height = 1; height < 4; height++) {
			struct canvas *canvas = canvas_new(width, height, GLYPHS_BRAILLE);
			struct rect inside = canvas_box(canvas, canvas_rect(canvas), &box);

			cr_assert(inside.width <= width && inside.height <= height);
			cr_assert(width >= 2 && height >= 2 ? inside.width == width - 2 : rect_is_empty(inside));
			canvas_free(canvas);
		}
	}
}

Test(canvas, rectangles_do_not_overflow)
{
	struct rect all = { -2147483647, -2147483647, 2147483647, 2147483647 };
	struct rect some = rect_intersect(all, (struct rect){ -5, -5, 100, 100 });

	cr_assert(some.x == -5 && some.width == 5 && some.height == 5);
	cr_assert(rect_is_empty(rect_intersect((struct rect){ 0, 0, 5, 5 }, (struct rect){ 5, 0, 5, 5 })));
}
