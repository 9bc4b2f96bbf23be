#include <stddef.h>

#include "ui/draw/glyph.h"
#include "ui/panel/panel.h"
#include "ui/view/view.h"

static void draw_nothing(struct canvas *canvas, struct rect body, const char *text)
{
	canvas_put_centre(canvas, body, body.y + body.height / 2, text, style_fg(ROLE_DIM));
}

/* Marks at the right edge where panels that stand badly are above or below what is shown. */
static void draw_edge_marks(const struct console *console, struct canvas *canvas, struct rect body)
{
	bool above = false, below = false;

	for (size_t i = 0; i < console->item_count; i++) {
		const struct rect *rect = &console->items[i].rect;
		struct panel_view view;
		console_panel_view(console, i, &view);
		if (panel_severity(&view) != SEVERITY_CRITICAL)
			continue;
		above |= rect->y + rect->height <= console->scroll;
		below |= rect->y >= console->scroll + body.height;
	}
	if (above)
		canvas_glyph(canvas, body.x + body.width - 1, body.y, glyph_code(canvas_glyphs(canvas), GLYPH_CRITICAL),
			     style_fg(ROLE_CRITICAL));
	if (below)
		canvas_glyph(canvas, body.x + body.width - 1, body.y + body.height - 1,
			     glyph_code(canvas_glyphs(canvas), GLYPH_CRITICAL), style_fg(ROLE_CRITICAL));
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{
	struct panel_view view;

	if (!console_board(console)) {
		draw_nothing(canvas, body, "no dashboard");
		return;
	}
	if (console->zoomed >= 0 && (size_t)console->zoomed < console->item_count) {
		console_panel_view(console, (size_t)console->zoomed, &view);
		panel_draw(&view, canvas, body);
		return;
	}
	if (!console->item_count)
		draw_nothing(canvas, body, "this dashboard has no panels");
	for (size_t i = 0; i < console->item_count; i++) {
		struct rect rect = console->items[i].rect;
		rect.x += body.x;
		rect.y += body.y - console->scroll;
		if (rect_is_empty(rect_intersect(rect, body)))
			continue;
		console_panel_view(console, i, &view);
		if (console->layout.form == LAYOUT_LINES)
			panel_draw_line(&view, canvas, rect);
		else
			panel_draw(&view, canvas, rect);
	}
	draw_edge_marks(console, canvas, body);
}

const struct view_ops view_board = {
	.name = "board",
	.title = "Board",
	.help = "the panels of a dashboard",
	.draw = draw,
};
