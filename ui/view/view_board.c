#include <stddef.h>

#include "ui/draw/glyph.h"
#include "ui/panel/panel.h"
#include "ui/view/alert_panels.h"
#include "ui/view/alert_text.h"
#include "ui/view/find.h"
#include "ui/view/focus.h"
#include "ui/view/panel_cache.h"
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
		if (rect->y + rect->height > console->scroll && rect->y < console->scroll + body.height)
			continue;
		if (panel_cache_severity(console->cache, console, i) != SEVERITY_CRITICAL &&
		    alert_panels_priority(console->panels, i) == ALERT_PANEL_QUIET)
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

/* The border and title of what has the focus, over its picture. */
static void mark_focus(struct canvas *canvas, struct rect rect)
{
	struct rect sides[] = { { rect.x, rect.y, rect.width, 1 },
				{ rect.x, rect.y + rect.height - 1, rect.width, 1 },
				{ rect.x, rect.y, 1, rect.height },
				{ rect.x + rect.width - 1, rect.y, 1, rect.height } };

	for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++)
		canvas_recolour(canvas, sides[i], ROLE_BORDER, ROLE_BORDER_FOCUS, 0);
	canvas_recolour(canvas, sides[0], ROLE_TITLE, ROLE_STRONG, ATTR_BOLD);
}

/* What fires about it, in the corner of its border. */
static void mark_firing(const struct console *console, struct canvas *canvas, size_t index, struct rect rect)
{
	int priority = alert_panels_priority(console->panels, index);
	struct style style = style_with(style_fg(alert_priority_role(priority)), ATTR_BOLD);
	uint32_t line = glyph_code(canvas_glyphs(canvas), GLYPH_HLINE);
	int free_cells = 0;

	if (priority == ALERT_PANEL_QUIET || rect.width < 8)
		return;
	/* Its P-number too, where the title leaves room. */
	for (int x = rect.x + rect.width - 6; x < rect.x + rect.width - 2; x++)
		free_cells += canvas_cell(canvas, x, rect.y)->grapheme == line;
	if (free_cells == 4)
		canvas_put(canvas, rect.x + rect.width - 5, rect.y,
			   priority == PRIORITY_NONE ? "" : alert_priority_text(priority), style, 2);
	canvas_put(canvas, rect.x + rect.width - 2, rect.y, glyph_text(canvas_glyphs(canvas), GLYPH_UP), style, 1);
}

/* A panel at its place: its picture from the cache, or drawn now. */
static void draw_picture(const struct console *console, struct canvas *canvas, size_t index, struct rect rect)
{
	const struct canvas *picture = panel_cache_picture(console->cache, console, index);
	struct panel_view view;

	if (picture) {
		canvas_blit(canvas, rect.x, rect.y, picture);
		if (console->focus == (int)index && console->zoomed < 0)
			mark_focus(canvas, rect);
		return;
	}
	console_panel_view(console, index, &view);
	if (console->layout.form == LAYOUT_LINES && !view.zoomed)
		panel_draw_line(&view, canvas, rect);
	else
		panel_draw(&view, canvas, rect);
}

static void draw_panel(const struct console *console, struct canvas *canvas, size_t index, struct rect rect)
{
	draw_picture(console, canvas, index, rect);
	mark_firing(console, canvas, index, rect);
}

static void draw(const struct console *console, struct canvas *canvas, struct rect body)
{

	if (!console_board(console)) {
		draw_nothing(canvas, body, "no dashboard");
		return;
	}
	if (console->zoomed >= 0 && (size_t)console->zoomed < console->item_count) {
		draw_panel(console, canvas, (size_t)console->zoomed, body);
		find_mark(console, canvas, body);
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
		draw_panel(console, canvas, i, rect);
	}
	find_mark(console, canvas, body);
	draw_edge_marks(console, canvas, body);
}

static bool has_panels(const struct console *console, enum action action)
{
	(void)action;
	return console_board(console) && console->item_count > 0;
}

/* A row folds, a panel zooms. */
static bool open_focus(struct console *console, enum action action)
{
	struct board *board = console_board(console);

	(void)action;
	if (console->focus < 0 || (size_t)console->focus >= console->item_count)
		return focus_move(console, ACTION_TOP);
	if (!console->items[console->focus].is_row) {
		console_zoom(console, console->focus);
		return true;
	}
	board_toggle_row(board, (size_t)console->focus);
	console_settle(console);
	return true;
}

static bool click(struct console *console, int x, int y)
{
	if (console->zoomed >= 0 || console->layout.form == LAYOUT_ONE)
		return false;
	y += console->scroll;
	for (size_t i = 0; i < console->item_count; i++) {
		const struct rect *rect = &console->items[i].rect;
		if (x < rect->x || x >= rect->x + rect->width || y < rect->y || y >= rect->y + rect->height)
			continue;
		if (console->focus == (int)i)
			return open_focus(console, ACTION_OPEN);
		focus_set(console, (int)i);
		return true;
	}
	return false;
}

/* The window moves, the focus stays where it is: the next arrow brings the window back to it. */
static bool wheel(struct console *console, int rows)
{
	int before = console->scroll;

	console->scroll += rows;
	focus_clamp_scroll(console);
	return console->scroll != before;
}

static const struct key_row keys[] = {
	{ ACTION_LEFT, focus_move, has_panels },    { ACTION_RIGHT, focus_move, has_panels },
	{ ACTION_UP, focus_move, has_panels },      { ACTION_DOWN, focus_move, has_panels },
	{ ACTION_NEXT, focus_move, has_panels },    { ACTION_PREVIOUS, focus_move, has_panels },
	{ ACTION_TOP, focus_move, has_panels },     { ACTION_BOTTOM, focus_move, has_panels },
	{ ACTION_PAGE_UP, focus_move, has_panels }, { ACTION_PAGE_DOWN, focus_move, has_panels },
	{ ACTION_OPEN, open_focus, has_panels },    { ACTION_NONE, NULL, NULL },
};

const struct view_ops view_board = {
	.name = "board",
	.title = "Board",
	.help = "the panels of a dashboard",
	.draw = draw,
	.context = CONTEXT_BOARD,
	.action = ACTION_VIEW_1,
	.keys = keys,
	.click = click,
	.wheel = wheel,
};
