#include "ui/draw/glyph.h"
#include "ui/view/alert_line.h"
#include "ui/view/console.h"
#include "ui/view/hint_bar.h"
#include "ui/view/overlay.h"
#include "ui/view/status_bar.h"
#include "ui/view/summary.h"
#include "ui/view/view.h"

static void draw_one_line(const struct console *console, struct canvas *canvas, struct rect line)
{
	struct strbuf text = STRBUF_INIT;
	struct summary summary;

	summary_of(console, &summary);
	summary_add_line(console, &summary, canvas_glyphs(canvas), &text);
	canvas_put_fit(canvas, line.x, line.y, text.text, style_role(ROLE_TEXT), line.width);
	strbuf_release(&text);
}

static void draw_body(const struct console *console, struct canvas *canvas, const struct console_rows *rows)
{
	struct rect clip;

	if (console_board(console) && console->zoomed < 0 && console->view == &view_board &&
	    (rows->body.height < 1 || console->layout.form == LAYOUT_ONE)) {
		draw_one_line(console, canvas, rows->banner);
		return;
	}
	status_bar_draw(console, canvas, rows->banner);
	clip = canvas_clip(canvas, rows->body);
	console->view->draw(console, canvas, rows->body);
	canvas_restore(canvas, clip);
}

void console_draw(const struct console *console, struct canvas *canvas)
{
	struct rect all = canvas_rect(canvas);
	struct console_rows rows = console_rows(console);

	canvas_fill(canvas, all, style_role(ROLE_TEXT));
	draw_body(console, canvas, &rows);
	if (console->overlay)
		console->overlay->draw(console, canvas, overlay_area(console));
	if (rows.alert.height)
		alert_line_draw(console, canvas, rows.alert);
	/* A line that is typed, or said, is seen on any screen: over the last row where it has none of its own. */
	if (rows.hints.height || console->prompting || console->message[0])
		hint_bar_draw(console, canvas, (struct rect){ 0, all.height - 1, all.width, 1 });
}

static bool find_cursor(const struct console *console, int *ret_x, int *ret_y)
{
	struct console_rows rows = console_rows(console);
	struct rect last = { 0, console->height - 1, console->width, 1 };
	const struct rect *rect;

	if (hint_bar_cursor(console, last, ret_x, ret_y))
		return true;
	if (console->overlay)
		return console->overlay->cursor && console->overlay->cursor(console, ret_x, ret_y);
	if (console->view->cursor && console->keymap)
		return console->view->cursor(console, rows.body, ret_x, ret_y);
	if (console->view != &view_board || !console->item_count || console->mode == CONSOLE_WALL ||
	    rows.body.height < 1)
		return false;
	if (console->zoomed >= 0) {
		*ret_x = rows.body.x + 2;
		*ret_y = rows.body.y;
		return true;
	}
	if (console->focus < 0 || (size_t)console->focus >= console->item_count || console->layout.form == LAYOUT_ONE)
		return false;
	rect = &console->items[console->focus].rect;
	*ret_x = rows.body.x + rect->x + (rect->width > 2 && rect->height > 1 ? 2 : 0);
	*ret_y = rows.body.y + rect->y - console->scroll;
	return *ret_y >= rows.body.y && *ret_y < rows.body.y + rows.body.height;
}

bool console_cursor(const struct console *console, int *ret_x, int *ret_y)
{
	return find_cursor(console, ret_x, ret_y) && *ret_x >= 0 && *ret_x < console->width && *ret_y >= 0 &&
	       *ret_y < console->height;
}
