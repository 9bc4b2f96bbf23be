#include "ui/view/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/panel/panel.h"
#include "ui/view/alert_desk.h"
#include "ui/view/alert_line.h"
#include "ui/view/focus.h"
#include "ui/view/logs.h"
#include "ui/view/overlay.h"
#include "ui/view/panel_cache.h"
#include "ui/view/tabs.h"
#include "ui/view/time_range.h"
#include "ui/view/view.h"
#include "ui/view/zoom.h"

#define BANNER_ROWS        1
#define HINTS_LEAST        10 /* a lower screen needs all it has for its panels */
#define FULL_HEIGHT_WINDOW 50 /* decides the form when the height is open */
#define WINDOW_MOVES       20 /* a live chart's window moves on by this part of its length */
#define WALL_TALLER        2  /* figures on a wall are read from far: panels are that much higher, in more pages */
#define MESSAGE_MS         (6 * CLOCK_SECOND)

void console_init(struct console *console)
{
	*console = (struct console){ .view = &view_board,
				     .zoomed = -1,
				     .focus = -1,
				     .goal = -1,
				     .live = true,
				     .selected = -1,
				     .legend = -1,
				     .map_focus = -1,
				     .slo_focus = -1,
				     .bell_priority = -1 };
	prompt_init(&console->find_prompt);
	prompt_init(&console->command_prompt);
	prompt_init(&console->filter_prompt);
	prompt_init(&console->note_prompt);
	alert_list_init(&console->alert_list);
}

void console_release(struct console *console)
{
	logs_free(console->logs);
	console->logs = NULL;
	sources_release(&console->sources);
	event_list_release(&console->events);
	mark_list_release(&console->marks);
	panel_cache_free(console->cache);
	console->cache = NULL;
	overlay_close_all(console);
	alert_desk_release(console);
	prompt_release(&console->note_prompt);
	prompt_release(&console->find_prompt);
	prompt_release(&console->command_prompt);
	prompt_release(&console->filter_prompt);
	identity_release(&console->focus_identity);
	identity_release(&console->zoom_identity);
	free(console->items);
	console->items = NULL;
	console->item_count = 0;
}

struct board *console_board(const struct console *console)
{
	return console->board < console->board_count ? console->boards[console->board] : NULL;
}

struct console_rows console_rows(const struct console *console)
{
	struct console_rows ret = { .banner = { 0, 0, console->width, BANNER_ROWS } };
	int height = console->height ? console->height : console_full_height(console);
	bool hints = console->keymap && console->mode != CONSOLE_WALL && height >= HINTS_LEAST;
	int alert = alert_line_rows(console), body = height - BANNER_ROWS - hints - alert;

	ret.body = (struct rect){ 0, BANNER_ROWS, console->width, body };
	ret.alert = (struct rect){ 0, BANNER_ROWS + body, console->width, alert };
	ret.hints = (struct rect){ 0, height - 1, console->width, hints };
	return ret;
}

int console_full_height(const struct console *console)
{
	bool hints = console->keymap && console->mode != CONSOLE_WALL;

	return BANNER_ROWS + (console->layout.height > 0 ? console->layout.height : 1) + alert_line_rows(console) +
	       hints;
}

static void lay_out(struct console *console, struct board *board)
{
	size_t count;
	const struct board_panel *panels = board_panels(board, &count);
	int window = console->height ? console_rows(console).body.height : FULL_HEIGHT_WINDOW;
	int taller = console->mode == CONSOLE_WALL ? WALL_TALLER : 1;

	free(console->items);
	console->items = mem_array(count ? count : 1, sizeof(*console->items));
	console->item_count = count;
	for (size_t i = 0; i < count; i++)
		console->items[i] = (struct layout_item){
			.x = panels[i].x,
			.y = panels[i].y * taller,
			.w = panels[i].w,
			.h = panels[i].h * taller,
			.is_row = panels[i].panel->is_row,
		};
	console->layout = layout_make(console->items, count, console->width, window > 0 ? window : 1);
	console->generation = board_generation(board);
	console->laid_out = board;
}

/* Someone at the keys sees where he is: on the first panel that is no heading. */
static int first_focus(const struct console *console)
{
	int first = focus_in_order(console->items, console->item_count, -1, 1), index = first;

	for (size_t i = 0; i < console->item_count && console->items[index].is_row; i++)
		index = focus_in_order(console->items, console->item_count, index, 1);
	return index;
}

/* Lay out anew; focus and zoom follow their panels, and the focus keeps its place in the window. */
static void lay_out_again(struct console *console, struct board *board)
{
	bool had_focus = console->items && console->laid_out == board && console->focus >= 0 &&
			 (size_t)console->focus < console->item_count;
	int place = had_focus ? console->items[console->focus].rect.y - console->scroll : 0;

	console->focus = identity_find(&console->focus_identity, board, console->focus);
	console->zoomed = identity_find_same(&console->zoom_identity, board, console->zoomed);
	lay_out(console, board);
	if (console->focus < 0 && console->keymap && console->mode != CONSOLE_WALL)
		console->focus = first_focus(console);
	identity_take(&console->focus_identity, board, console->focus);
	identity_take(&console->zoom_identity, board, console->zoomed);
	if (had_focus && console->focus >= 0)
		console->scroll = console->items[console->focus].rect.y - place;
	console->goal = -1;
	focus_show(console);
}

void console_settle(struct console *console)
{
	struct board *board = console_board(console);

	if (board && (!console->items || console->laid_out != board || console->generation != board_generation(board)))
		lay_out_again(console, board);
}

/* Which panels can be seen: all in one line, the zoomed one alone, else those in the window. */
static bool is_visible(const struct console *console, size_t index)
{
	const struct rect *rect = &console->items[index].rect;
	int window = focus_window(console);

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

static void take_marks(struct console *console, struct board *board)
{
	int64_t from_ms, to_ms;

	board_range(board, &from_ms, &to_ms);
	mark_list_take(&console->marks, console->feed, console->system, from_ms, to_ms);
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
	sources_take(&console->sources,
		     (console->view != &view_sources && console->view != &view_source) || !console->keymap);
	alert_desk_prepare(console);
	if (console->view->prepare)
		console->view->prepare(console, console_rows(console).body);
	if (console->overlay && console->overlay->prepare)
		console->overlay->prepare(console);
	if (!board)
		return;
	if (resized)
		lay_out_again(console, board);
	console_settle(console);
	if (console->keymap)
		zoom_clamp(console);
	tell_visible(console, board);
	take_marks(console, board);
	if (tabs_several(console) && tabs_console(console->tabs) == console)
		tabs_take(console->tabs);
}

void console_zoom(struct console *console, int index)
{
	struct board *board = console_board(console);

	if (!board || index >= (int)console->item_count || (index < 0 ? -1 : index) == console->zoomed)
		return;
	if (index < 0)
		console->cursor_ms = 0;
	console->zoomed = index < 0 ? -1 : index;
	console->panel_scroll = console->sort = 0;
	console->selected = console->legend = -1;
	identity_take(&console->zoom_identity, board, console->zoomed);
	focus_show(console);
}

void console_show_board(struct console *console, size_t index)
{
	struct board *from = console_board(console), *to;

	if (index >= console->board_count || index == console->board)
		return;
	console->board = index;
	to = console_board(console);
	if (from) {
		board_set_visible(from, NULL, 0);
		time_range_carry(console, from, to);
	}
	console->zoomed = console->focus = console->goal = -1;
	console->scroll = console->panel_scroll = 0;
	console->cursor_ms = 0;
	console->selected = console->legend = -1;
	overlay_close_all(console);
	board_refresh(to);
	console_settle(console);
}

void console_set_view(struct console *console, const struct view_ops *view)
{
	if (view == console->view)
		return;
	if (console->view->leave)
		console->view->leave(console);
	console->view = view;
	if (view->enter)
		view->enter(console);
}

bool console_draw_panels(struct console *console, enum glyph_set glyphs, int64_t budget_ns)
{
	if (!console->cache)
		console->cache = panel_cache_new();
	return console->view == &view_board && panel_cache_update(console->cache, console, glyphs, budget_ns);
}

/*
 * While the clock is followed a chart's window stands still and its lines grow
 * into it; it moves on by a twentieth of its length. Otherwise every cell of
 * every chart would be sent anew with each sample, for a shift by a dot.
 */
static void follow_answer(const struct panel_data *data, struct panel_view *ret)
{
	int64_t answered_ms = data->end_ms - data->start_ms, asked_ms = ret->end_ms - ret->start_ms;
	int64_t late_ms = ret->end_ms - data->end_ms, quantum_ms;

	if (data->step_ms <= 0 || answered_ms < asked_ms - data->step_ms || answered_ms > asked_ms + data->step_ms)
		return;
	if (late_ms < 0 || late_ms >= 2 * data->step_ms)
		return;
	quantum_ms = answered_ms / WINDOW_MOVES / data->step_ms * data->step_ms;
	if (quantum_ms < data->step_ms)
		quantum_ms = data->step_ms;
	ret->end_ms = (data->end_ms + quantum_ms - 1) / quantum_ms * quantum_ms;
	ret->start_ms = ret->end_ms - answered_ms;
}

void console_panel_view(const struct console *console, size_t index, struct panel_view *ret)
{
	struct board *board = console_board(console);
	size_t count;
	const struct board_panel *panel = &board_panels(board, &count)[index];
	bool zoomed = console->zoomed == (int)index;

	*ret = (struct panel_view){
		.panel = panel->panel,
		.title = panel->title,
		.content = panel->content,
		.description = panel->description,
		.data = &panel->data,
		.folded = panel->folded,
		.marks = console->marks.marks,
		.usual_engine = console->engine ? console->source.engine : NULL,
		.now_ms = console->live ? console->now_ms : board_asked_ms(board),
		.focused = console->focus == (int)index,
		.zoomed = zoomed,
		.cursor_ms = zoomed ? console->cursor_ms : 0,
		.scroll = zoomed ? console->panel_scroll : 0,
		.sort = zoomed ? console->sort : 0,
		.selected = zoomed ? console->selected : -1,
		.chosen = zoomed ? console->legend + 1 : 0,
	};
	board_range(board, &ret->start_ms, &ret->end_ms);
	if (console->live)
		follow_answer(&panel->data, ret);
}

void console_say(struct console *console, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(console->message, sizeof(console->message), format, args);
	va_end(args);
	console->message_until_ms = console->monotonic_ms + MESSAGE_MS;
}

void console_copy(struct console *console, const char *text)
{
	console->host.copy(console->host.user, text);
	console_say(console, "copied: %.180s", text);
}

bool console_wants_refresh(const struct console *console)
{
	return console->live && !console->paused;
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
