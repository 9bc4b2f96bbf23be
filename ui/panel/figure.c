#include "ui/panel/figure.h"

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/panel/shown_style.h"

#define SIGN_CELLS 2 /* the sign and a blank */
#define AIR        1 /* a big figure does not touch both edges of its place */

/* How a figure is set: the whole text big, or the number alone with a plain unit. */
struct setting {
	struct strbuf text;
	bool plain_unit;
	int cells; /* of text, units and sign */
};

struct figure figure_of(const struct display *display)
{
	struct figure figure = {
		.prefix = display->text.prefix,
		.number = shown_number(display),
		.suffix = display->text.suffix,
		.sign = GLYPH_COUNT,
	};

	shown_sign(display, &figure.sign);
	return figure;
}

static int sign_cells(const struct figure *figure)
{
	return figure->sign == GLYPH_COUNT ? 0 : SIGN_CELLS;
}

/* Cells of `text` drawn `rows` high; 0 when it has no such form and would be drawn in one row. */
static int big_cells(enum glyph_set glyphs, const char *text, int rows)
{
	int cells = glyph_big_width(glyphs, text, rows);

	return rows > 1 && cells <= text_width(text) ? 0 : cells;
}

/* The widest setting that fits into `width`; `cells` is 0 when there is no form of that height at all. */
static void setting_choose(enum glyph_set glyphs, const struct figure *figure, int rows, int width, struct setting *ret)
{
	int units = text_width(figure->prefix) + text_width(figure->suffix), cells;

	/* cppcheck takes the designator for an assignment. */
	/* cppcheck-suppress unknownEvaluationOrder */
	*ret = (struct setting){ .text = STRBUF_INIT };
	strbuf_addstr(&ret->text, figure->prefix);
	strbuf_addstr(&ret->text, figure->number);
	strbuf_addstr(&ret->text, figure->suffix);
	cells = big_cells(glyphs, ret->text.text, rows);
	if (rows > 1 && units > 0 &&
	    (figure->plain_unit || cells == 0 || (width >= 0 && cells + sign_cells(figure) > width))) {
		cells = big_cells(glyphs, figure->number, rows);
		ret->plain_unit = true;
		cells += cells > 0 ? units : 0;
	}
	ret->cells = cells > 0 ? cells + sign_cells(figure) : 0;
}

int figure_width(enum glyph_set glyphs, const struct figure *figure, int rows, int width)
{
	struct setting setting;

	setting_choose(glyphs, figure, rows, width, &setting);
	strbuf_release(&setting.text);
	return setting.cells;
}

/* True when all fit `rows` high; sets `ret_plain` when one of them needs a plain unit for it. */
static bool all_fit(enum glyph_set glyphs, const struct figure *figures, size_t count, int rows, int width,
		    bool *ret_plain)
{
	size_t i;

	*ret_plain = false;
	for (i = 0; i < count; i++) {
		struct setting setting;

		setting_choose(glyphs, &figures[i], rows, width, &setting);
		strbuf_release(&setting.text);
		if (setting.cells == 0 || setting.cells > width)
			return false;
		*ret_plain = *ret_plain || setting.plain_unit;
	}
	return true;
}

int figure_rows(enum glyph_set glyphs, struct figure *figures, size_t count, int width, int height)
{
	static const int heights[] = { 5, 3 };
	bool plain = false;
	size_t h, i;

	for (i = 0; i < count; i++)
		figures[i].plain_unit = false;
	for (h = 0; h < sizeof(heights) / sizeof(heights[0]); h++) {
		if (heights[h] > height || !all_fit(glyphs, figures, count, heights[h], width - AIR, &plain))
			continue;
		for (i = 0; i < count; i++)
			figures[i].plain_unit = plain;
		return heights[h];
	}
	return 1;
}

static void put_plain_unit(struct canvas *canvas, const struct figure *figure, int x, int y, int rows,
			   struct style style)
{
	struct style unit = style;

	unit.attributes &= (uint8_t)~ATTR_BOLD;
	x += canvas_put(canvas, x, y + rows - 1, figure->prefix, unit, -1);
	glyph_big_put(canvas, x, y, figure->number, rows, style);
	x += glyph_big_width(canvas_glyphs(canvas), figure->number, rows);
	canvas_put(canvas, x, y + rows - 1, figure->suffix, unit, -1);
}

void figure_put(struct canvas *canvas, const struct figure *figure, struct rect rect, int rows, struct style style)
{
	enum glyph_set glyphs = canvas_glyphs(canvas);
	struct setting setting;
	int x = rect.x;

	setting_choose(glyphs, figure, rows, rect.width, &setting);
	if (setting.cells == 0) {
		strbuf_release(&setting.text);
		setting_choose(glyphs, figure, rows = 1, rect.width, &setting);
	}
	if (setting.cells < rect.width)
		x += (rect.width - setting.cells) / 2;
	if (figure->sign != GLYPH_COUNT) {
		/* Beside a big figure it stands at the top: further down it would read as a decimal point. */
		canvas_glyph(canvas, x, rect.y, glyph_code(glyphs, figure->sign), style);
		x += SIGN_CELLS;
	}
	if (rows == 1)
		canvas_put_fit(canvas, x, rect.y, setting.text.text, style, rect.x + rect.width - x);
	else if (setting.plain_unit)
		put_plain_unit(canvas, figure, x, rect.y, rows, style);
	else
		glyph_big_put(canvas, x, rect.y, setting.text.text, rows, style);
	strbuf_release(&setting.text);
}
