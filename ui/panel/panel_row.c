/* Row: a heading that folds the panels below it. */
#include "base/text.h"
#include "ui/draw/glyph.h"
#include "ui/panel/panel_list.h"

static void count_text(const struct panel_view *view, struct strbuf *ret)
{
	size_t count = view->panel->child_count;

	strbuf_addf(ret, "%zu panel%s", count, count == 1 ? "" : "s");
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct style title = style_with(style_fg(view->focused ? ROLE_STRONG : ROLE_TITLE), ATTR_BOLD);
	struct style rule = style_fg(view->focused ? ROLE_BORDER_FOCUS : ROLE_BORDER);
	struct strbuf count = STRBUF_INIT;
	int x = inside.x, end = inside.x + inside.width, note;

	if (rect_is_empty(inside))
		return;
	canvas_glyph(canvas, x, inside.y, glyph_code(set, view->folded ? GLYPH_FOLDED : GLYPH_UNFOLDED), title);
	x += 2;
	x += canvas_put_fit(canvas, x, inside.y, view->title ? view->title : "", title, end - x) + 1;
	count_text(view, &count);
	note = end - text_width(count.text);
	/* The number stands only beside a whole title and a bit of rule. */
	if (note - 3 > x) {
		canvas_put(canvas, note, inside.y, count.text, style_fg(ROLE_DIM), -1);
		end = note - 1;
	}
	for (; x < end; x++)
		canvas_glyph(canvas, x, inside.y, glyph_code(set, GLYPH_HLINE), rule);
	strbuf_release(&count);
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	count_text(view, ret);
	if (view->folded)
		strbuf_addstr(ret, " folded");
}

const struct panel_ops panel_row = {
	.type = "row",
	.title = "Row",
	.help = "a heading that folds the panels below it",
	.draw = draw,
	.line = line,
};
