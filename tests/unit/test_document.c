#include <criterion/criterion.h>

#include "base/strbuf.h"
#include "ui/draw/export.h"
#include "ui/view/document.h"

static char *draw(const struct document *document, int width, int height, int first, int shift)
{
	struct canvas *canvas = canvas_new(width, height, GLYPHS_BRAILLE);
	struct strbuf text = STRBUF_INIT;

	document_draw(document, canvas, canvas_rect(canvas), first, shift);
	export_text(canvas, &text);
	canvas_free(canvas);
	return strbuf_detach(&text);
}

static void expect(const struct document *document, int width, int height, int first, int shift, const char *wanted)
{
	char *text = draw(document, width, height, first, shift);

	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(document, breaks_at_blanks_behind_its_labels)
{
	struct document document;

	document_init(&document);
	document_add(&document, DOCUMENT_HEADING, NULL, "A heading at the edge");
	document_add(&document, DOCUMENT_TEXT, "type", "one two three four");
	document_add(&document, DOCUMENT_TEXT, "x", "abcdefghijklmnop");
	cr_expect_eq(document_rows(&document, 16), 6);
	cr_expect_eq(document_row_of(&document, 16, 2), 4);
	expect(&document, 16, 6, 0, 0,
	       "A heading at the\nedge\ntype  one two\n      three four\nx     abcdefghij\n      klmnop\n");
	expect(&document, 16, 2, 3, 0, "      three four\nx     abcdefghij\n");
	cr_expect_eq(document_width(&document), 24);
	document_release(&document);
}

Test(document, labels_leave_the_text_room_on_a_narrow_screen)
{
	struct document document;

	document_init(&document);
	document_add(&document, DOCUMENT_TEXT, "POLLN Colony Operations", "Colony Health Overview");
	document_add(&document, DOCUMENT_TEXT, "x", "one");
	expect(&document, 80, 2, 0, 0,
	       "POLLN Colony Operations  Colony Health Overview\nx                        one\n");
	expect(&document, 36, 2, 0, 0, "POLLN Colon\u2026  Colony Health Overview\nx             one\n");
	cr_expect_eq(document_width(&document), 47);
	document_release(&document);
}

Test(document, newlines_make_lines)
{
	struct document document;
	struct strbuf text = STRBUF_INIT;

	document_init(&document);
	document_addf(&document, DOCUMENT_CODE, "A", "sum(\n  %s)", "x");
	cr_expect_eq(document.lines.count, 2);
	cr_expect_str_empty(document.lines.items[1].label);
	document_text(&document, &text);
	cr_expect_str_eq(text.text, "A sum(\n  x)\n");
	strbuf_release(&text);
	document_release(&document);
}

Test(document, whole_lines_move_sideways)
{
	struct document document;

	document_init(&document);
	document.whole = true;
	document_add(&document, DOCUMENT_TEXT, "A", "0123456789abcdef");
	document_add(&document, DOCUMENT_TEXT, "", "short");
	cr_expect_eq(document_rows(&document, 5), 2);
	expect(&document, 10, 2, 0, 0, "A  0123456\n   short\n");
	expect(&document, 10, 2, 0, 8, "56789abcde\n\n");
	document_release(&document);
}

Test(document, finds_round_the_end)
{
	struct document document;

	document_init(&document);
	cr_expect_eq(document_find(&document, "x", -1, 1), -1);
	document_add(&document, DOCUMENT_TEXT, "Type", "stat");
	document_add(&document, DOCUMENT_TEXT, "", "nothing");
	document_add(&document, DOCUMENT_TEXT, "", "a TYPE again");
	cr_expect_eq(document_find(&document, "type", -1, 1), 0);
	cr_expect_eq(document_find(&document, "type", 0, 1), 2);
	cr_expect_eq(document_find(&document, "type", 2, 1), 0);
	cr_expect_eq(document_find(&document, "type", 0, -1), 2);
	cr_expect_eq(document_find(&document, "zebra", 0, 1), -1);
	cr_expect_eq(document_find(&document, "", 0, 1), -1);
	document_release(&document);
}

Test(document, counts_what_it_does_not_keep)
{
	struct document document;
	char *text;

	document_init(&document);
	for (int i = 0; i < DOCUMENT_LINES_MAX + 7; i++)
		document_addf(&document, DOCUMENT_TEXT, NULL, "%d", i);
	cr_expect_eq(document.dropped, 7);
	cr_expect_eq(document_rows(&document, 40), DOCUMENT_LINES_MAX + 1);
	text = draw(&document, 40, 2, DOCUMENT_LINES_MAX - 1, 0);
	cr_expect_str_eq(text, "4999\n7 more lines are not shown\n");
	free(text);
	document_release(&document);
}
