#include "ui/view/console.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "ui/panel/panel.h"
#include "ui/view/status_bar.h"
#include "ui/view/summary.h"
#include "ui/view/view.h"

#define BANNER_ROWS 1
#define FULL_HEIGHT_WINDOW 50 /* decides the form when the height is open */

void console_init(struct console *console)
{
	*console = (struct console){ .view = &view_board, .zoomed = -1, .focus = -1, .live = true };
}

void console_release(struct console *console)
{
	free(console->items);
	console->items = NULL;
	console->item_count = 0;
}

struct board *console_board(const struct console *console)
{
	return console->board < console->board_count ? console->boards[console->board] : NULL;
}

static void lay_out(struct console *console, struct board *board)
{
	size_t count;
	const struct board_panel *panels = board_panels(board, &count);
	int window = console->height ? console->height - BANNER_ROWS : FULL_HEIGHT_WINDOW;

	free(console->items);
	console->items = mem_array(count ? count : 1, sizeof(*console->items));
	console->item_count = count;
	for (size_t i = 0; i < count; i++)
		console->items[i] = (struct layout_item){
			.x = panels[i].x,
			.y = panels[i].y,
			.w = panels[i].w,
			.h = panels[i].h,
			.is_row = panels[i].panel->is_row,
		};
	console->layout = layout_make(console->items, count, console->width, window > 0 ? window : 1);
	console->generation = board_generation(board);
}

/* Which panels can be seen: all in one line, the zoomed one alone, else those in the window. */
static bool is_visible(const struct console *console, size_t index)
{
	const struct rect *rect = &console->items[index].rect;
	int window = console->height ? console->height - BANNER_ROWS : console->layout.height;

	if (console->zoomed >= 0)
		return (size_t)console->zoomed == index;
	if (console->layout.form == LAYOUT_ONE)
		return true;
	return rect->y + rect->height > console->scroll && rect->y < console->scroll + window;
}

static void tell_visible(const struct console *console, struct board *board)
{
	size_t *indices = mem_array(console->item_count + 1, sizeof(*indices));
	size_t count = 0;

	if (console->view == &view_board)
		for (size_t i = 0; i < console->item_count; i++)
			if (is_visible(console, i))
				indices[count++] = i;
	board_set_visible(board, indices, count);
	free(indices);
}

void console_prepare(struct console *console, int width, int height, int64_t now_ms)
{
	struct board *board = console_board(console);
	bool resized = console->width != width || console->height != height;

	console->width = width;
	console->height = height;
	console->now_ms = now_ms;
	if (console->engine)
		query_engine_state(console->engine, &console->source);
	if (!board)
		return;
	if (resized || !console->items || console->generation != board_generation(board))
		lay_out(console, board);
	tell_visible(console, board);
}

int console_full_height(const struct console *console)
{
	return BANNER_ROWS + (console->layout.height > 0 ? console->layout.height : 1);
}

void console_panel_view(const struct console *console, size_t index, struct panel_view *ret)
{
	struct board *board = console_board(console);
	size_t count;
	const struct board_panel *panel = &board_panels(board, &count)[index];

	*ret = (struct panel_view){
		.panel = panel->panel,
		.title = panel->title,
		.data = &panel->data,
		.folded = panel->folded,
		.now_ms = console->now_ms,
		.focused = console->focus == (int)index,
		.zoomed = console->zoomed == (int)index,
		.selected = -1,
	};
	board_range(board, &ret->start_ms, &ret->end_ms);
}

static void draw_one_line(const struct console *console, struct canvas *canvas, struct rect line)
{
	struct strbuf text = STRBUF_INIT;
	struct summary summary;

	summary_of(console, &summary);
	summary_add_line(console, &summary, canvas_glyphs(canvas), &text);
	canvas_put_fit(canvas, line.x, line.y, text.text, style_role(ROLE_TEXT), line.width);
	strbuf_release(&text);
}

void console_draw(const struct console *console, struct canvas *canvas)
{
	struct rect all = canvas_rect(canvas);
	struct rect banner = { all.x, all.y, all.width, BANNER_ROWS };
	struct rect body = { all.x, all.y + BANNER_ROWS, all.width, all.height - BANNER_ROWS };
	struct rect clip;

	canvas_fill(canvas, all, style_role(ROLE_TEXT));
	if (console_board(console) && (body.height < 1 || console->layout.form == LAYOUT_ONE) && console->zoomed < 0) {
		draw_one_line(console, canvas, banner);
		return;
	}
	status_bar_draw(console, canvas, banner);
	clip = canvas_clip(canvas, body);
	console->view->draw(console, canvas, body);
	canvas_restore(canvas, clip);
}

/* Does panel `index` match `name` in this manner: 0 exact, 1 ignoring case, 2 a part. */
static bool matches(const struct board_panel *panel, const char *name, int manner)
{
	char id[16];

	if (panel->panel->is_row)
		return false;
	snprintf(id, sizeof(id), "%d", panel->panel->id);
	switch (manner) {
	case 0: return strcmp(panel->title, name) == 0 || strcmp(id, name) == 0;
	case 1: return strcasecmp(panel->title, name) == 0;
	default: return strcasestr(panel->title, name) != NULL;
	}
}

int console_find_panel(const struct console *console, const char *name, struct error *error)
{
	struct board *board = console_board(console);
	size_t count = 0;
	const struct board_panel *panels = board ? board_panels(board, &count) : NULL;

	for (int manner = 0; manner < 3; manner++) {
		int found = -1;
		for (size_t i = 0; i < count; i++) {
			if (!matches(&panels[i], name, manner))
				continue;
			if (found >= 0 && manner == 2)
				return error_set(error, "'%s' fits several panels ('%s', '%s', ...)", name,
						 panels[found].title, panels[i].title);
			if (found < 0)
				found = (int)i;
		}
		if (found >= 0)
			return found;
	}
	return error_set(error, "no panel '%s' on this board", name);
}
