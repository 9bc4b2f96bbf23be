#include "ui/draw/canvas.h"

#include "base/text.h"
#include "ui/draw/glyph.h"

#define TITLE_MIN 6 /* cells a title keeps when a note needs room */
#define NOTE_MIN  4 /* a note cut shorter than this says nothing */

static void draw_lines(struct canvas *canvas, struct rect rect, struct style style)
{
	enum glyph_set set = canvas_glyphs(canvas);
	int right = rect.x + rect.width - 1, bottom = rect.y + rect.height - 1;

	for (int x = rect.x + 1; x < right; x++) {
		canvas_glyph(canvas, x, rect.y, glyph_code(set, GLYPH_HLINE), style);
		canvas_glyph(canvas, x, bottom, glyph_code(set, GLYPH_HLINE), style);
	}
	for (int y = rect.y + 1; y < bottom; y++) {
		canvas_glyph(canvas, rect.x, y, glyph_code(set, GLYPH_VLINE), style);
		canvas_glyph(canvas, right, y, glyph_code(set, GLYPH_VLINE), style);
	}
	canvas_glyph(canvas, rect.x, rect.y, glyph_code(set, GLYPH_CORNER_TL), style);
	canvas_glyph(canvas, right, rect.y, glyph_code(set, GLYPH_CORNER_TR), style);
	canvas_glyph(canvas, rect.x, bottom, glyph_code(set, GLYPH_CORNER_BL), style);
	canvas_glyph(canvas, right, bottom, glyph_code(set, GLYPH_CORNER_BR), style);
}

/* " text " into a border, `room` cells for all of it. */
static void put_padded(struct canvas *canvas, int x, int y, const char *text, struct style style, int room)
{
	int used;

	if (room < 3)
		return;
	canvas_glyph(canvas, x, y, ' ', style);
	used = canvas_put_fit(canvas, x + 1, y, text, style, room - 2);
	canvas_glyph(canvas, x + 1 + used, y, ' ', style);
}

static int padded_width(const char *text)
{
	return text && *text ? text_width(text) + 2 : 0;
}

/* Title at the left, note at the right; the note is state and age, so a long title gives way to it. */
static void draw_top(struct canvas *canvas, struct rect rect, const struct box *box)
{
	int room = rect.width - 2;
	int title = padded_width(box->title), note = padded_width(box->note);

	if (note > 0 && title + note + 1 > room) {
		int keep = title < TITLE_MIN + 2 ? title : TITLE_MIN + 2;

		if (room - keep - 1 < note)
			note = room - keep - 1 >= NOTE_MIN + 2 ? room - keep - 1 : 0;
	}
	if (title > room - (note > 0 ? note + 1 : 0))
		title = room - (note > 0 ? note + 1 : 0);
	if (title > 0)
		put_padded(canvas, rect.x + 1, rect.y, box->title, box->title_style, title);
	if (note > 0)
		put_padded(canvas, rect.x + rect.width - 1 - note, rect.y, box->note, box->note_style, note);
}

struct rect canvas_box(struct canvas *canvas, struct rect rect, const struct box *box)
{
	struct rect inside = { rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2 };
	int foot;

	if (rect.width < 2 || rect.height < 2)
		return (struct rect){ .x = rect.x, .y = rect.y };
	draw_lines(canvas, rect, box->border);
	draw_top(canvas, rect, box);
	foot = padded_width(box->foot);
	if (foot > inside.width)
		foot = inside.width;
	if (foot > 0)
		put_padded(canvas, inside.x + (inside.width - foot) / 2, rect.y + rect.height - 1, box->foot,
			   box->foot_style, foot);
	return inside;
}
