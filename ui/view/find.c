#include "ui/view/find.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/view/focus.h"
#include "ui/view/overlay_text.h"
#include "ui/view/tabs.h"
#include "ui/view/view.h"

bool find_matches(const struct console *console, size_t index, const char *needle)
{
	size_t count;
	const struct board_panel *panel = &board_panels(console_board(console), &count)[index];
	const struct frame_set *set = &panel->data.frames;

	if (!*needle)
		return false;
	if (strcasestr(panel->title, needle))
		return true;
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];
		for (size_t k = 0; k < frame->field_count; k++) {
			const char *name = frame->fields[k].display_name;
			if (frame->fields[k].type == FIELD_NUMBER && name && strcasestr(name, needle))
				return true;
		}
	}
	return false;
}

int find_panel(const struct console *console, const char *needle, int from, int step)
{
	int at = from;

	for (size_t i = 0; *needle && i < console->item_count; i++) {
		at = focus_in_order(console->items, console->item_count, at, step);
		if (find_matches(console, (size_t)at, needle))
			return at;
	}
	return -1;
}

/* The same, but not round the end. */
static int find_onwards(const struct console *console, const char *needle, int from, int step)
{
	int edge = focus_in_order(console->items, console->item_count, -1, step), at = from;

	for (size_t i = 0; *needle && i < console->item_count; i++) {
		int next = focus_in_order(console->items, console->item_count, at, step);

		if (at >= 0 && next == edge)
			return -1;
		at = next;
		if (find_matches(console, (size_t)at, needle))
			return at;
	}
	return -1;
}

/* The next system in which something matches, and its first match; NULL when there is none. */
static struct console *find_elsewhere(const struct console *console, const char *needle, int step, int *ret_index)
{
	struct tabs *tabs = console->tabs;
	size_t count = tabs_several(console) ? tabs->count : 1;

	for (size_t i = 1; i < count; i++) {
		struct console *tab = tabs->items[(tabs->at + (step > 0 ? i : count - i)) % count];

		if (!console_board(tab))
			continue;
		/* One that was never shown has no layout yet, and so no order. */
		if (!tab->width) {
			tab->width = console->width;
			tab->height = console->height;
		}
		console_settle(tab);
		*ret_index = find_panel(tab, needle, -1, step);
		if (*ret_index >= 0)
			return tab;
	}
	return NULL;
}

/* To a panel: the view of the panels comes when another one was shown; one alone stays alone, but no heading is. */
static void show(struct console *console, int index)
{
	console_set_view(console, &view_board);
	if (console->zoomed >= 0)
		console_zoom(console, console->items[index].is_row ? -1 : index);
	focus_set(console, index);
}

/* To a panel of another system, where the search then goes on. */
static void show_elsewhere(struct console *console, struct console *tab, int index)
{
	struct tabs *tabs = console->tabs;

	snprintf(tab->needle, sizeof(tab->needle), "%s", console->needle);
	for (size_t i = 0; i < tabs->count; i++)
		if (tabs->items[i] == tab)
			tabs_show(tabs, i);
	overlay_close_all(tab);
	show(tab, index);
}

static bool go_elsewhere(struct console *console, int step)
{
	int index;
	struct console *tab = find_elsewhere(console, console->needle, step, &index);

	if (tab)
		show_elsewhere(console, tab, index);
	return tab != NULL;
}

/* Where the focus is, among what is searched. */
static int position(const struct console *console)
{
	return console->view->list ? console->view->list->focus(console) : console->focus;
}

/* To the next row of the view's own list that matches, round its end. */
static bool go_on_in_list(struct console *console, int from, int step)
{
	const struct view_list *list = console->view->list;
	int count = (int)list->count(console), found = -1;

	if (list->find)
		found = list->find(console, console->needle, from, step);
	for (int i = 1, row = from; !list->find && i <= count && found < 0; i++) {
		row = ((row + step) % count + count) % count;
		if (list->matches(console, row, console->needle))
			found = row;
	}
	if (found >= 0)
		list->go_to(console, found);
	return found >= 0;
}

/* To the next match. */
static bool go_on(struct console *console, int from, int step)
{
	int index;

	if (text_overlay_of(console))
		return text_overlay_find(console, console->needle, step, false);
	if (console->view->list)
		return go_on_in_list(console, from, step);
	if (!console_board(console))
		return false;
	index = find_panel(console, console->needle, from, step);
	if (index < 0)
		return false;
	show(console, index);
	return true;
}

/* The same for the keys: after the last match here, those of the next system come. */
static bool go_on_everywhere(struct console *console, int from, int step)
{
	int index;

	if (!tabs_several(console) || text_overlay_of(console) || console->view->list || !console_board(console))
		return go_on(console, from, step);
	index = find_onwards(console, console->needle, from, step);
	if (index < 0)
		return go_elsewhere(console, step) || go_on(console, from, step);
	show(console, index);
	return true;
}

static void say_nothing_found(struct console *console)
{
	console_say(console, "nothing here holds '%.60s'", console->needle);
}

bool find_can(const struct console *console, enum action action)
{
	if (console->overlay && !text_overlay_of(console))
		return false;
	if (!console->overlay && (console->view->list ? !console->view->list->count(console) : !console_board(console)))
		return false;
	return action == ACTION_FIND || console->needle[0];
}

bool find_do(struct console *console, enum action action)
{
	if (action == ACTION_FIND) {
		console->prompting = PROMPT_FIND;
		console->find_from = console->zoomed >= 0 && !console->view->list ? console->zoomed : position(console);
		console->find_zoomed = console->zoomed >= 0;
		console->find_view = console->view;
		console->offered = NULL;
		prompt_open(&console->find_prompt, "/", "", NULL, NULL);
		return true;
	}
	if (!go_on_everywhere(console, position(console), action == ACTION_FIND_NEXT ? 1 : -1))
		say_nothing_found(console);
	return true;
}

static void set_needle(struct console *console, const char *text)
{
	snprintf(console->needle, sizeof(console->needle), "%s", text);
}

static void offer(struct console *console)
{
	console->offered = NULL;
	if (console->needle[0] && !console->overlay && !console->view->list)
		console->offered = find_elsewhere(console, console->needle, 1, &console->offered_panel);
}

void find_offer_text(const struct console *console, char *ret, size_t size)
{
	const struct board_panel *panels;
	size_t count;
	bool here;

	*ret = '\0';
	if (console->prompting != PROMPT_FIND || !console->offered)
		return;
	panels = board_panels(console_board(console->offered), &count);
	if ((size_t)console->offered_panel >= count) /* it unfolded since */
		return;
	here = console->focus >= 0 && (size_t)console->focus < console->item_count &&
	       find_matches(console, (size_t)console->focus, console->needle);
	snprintf(ret, size, "%s %.40s: %.100s", here ? "also in" : "Enter goes to", tab_title(console->offered),
		 panels[console->offered_panel].title);
}

/* Each letter searches anew from where the search began: that panel itself first. */
void find_typed(struct console *console)
{
	struct text_overlay *text = text_overlay_of(console);

	set_needle(console, console->find_prompt.text.text);
	offer(console);
	if (text) {
		if (console->needle[0])
			text_overlay_find(console, console->needle, 1, true);
		return;
	}
	if (!console->needle[0])
		return;
	if (console->view->list) {
		go_on_in_list(console, console->find_from - 1, 1);
		return;
	}
	if (!console_board(console))
		return;
	if (console->find_from >= 0 && (size_t)console->find_from < console->item_count &&
	    find_matches(console, (size_t)console->find_from, console->needle)) {
		show(console, console->find_from);
		return;
	}
	go_on(console, console->find_from, 1);
}

void find_confirmed(struct console *console)
{
	struct text_overlay *text = text_overlay_of(console);
	bool found;

	if (!console->needle[0])
		return;
	if (text)
		found = document_find(&text->document, console->needle, -1, 1) >= 0;
	else if (console->view->list)
		found = position(console) >= 0 &&
			console->view->list->matches(console, position(console), console->needle);
	else
		found = console->focus >= 0 && (size_t)console->focus < console->item_count &&
			find_matches(console, (size_t)console->focus, console->needle);
	if (found && !text && !console->view->list)
		console_set_view(console, &view_board);
	if (!found && !go_on(console, position(console), 1) && (console->overlay || !go_elsewhere(console, 1)))
		say_nothing_found(console);
}

void find_cancelled(struct console *console)
{
	console->needle[0] = '\0';
	if (!console->overlay && console->find_view->list) {
		console->find_view->list->go_to(console, console->find_from);
		return;
	}
	if (console->overlay || console->find_from < 0 || (size_t)console->find_from >= console->item_count)
		return;
	if (console->find_zoomed)
		console_zoom(console, console->find_from);
	focus_set(console, console->find_from);
	console_set_view(console, console->find_view);
}

bool find_text(struct console *console, const char *needle)
{
	set_needle(console, needle);
	if (go_on(console, position(console), 1) || go_elsewhere(console, 1))
		return true;
	say_nothing_found(console);
	return false;
}

/* The graphemes of one row as text; `columns` gets the column of each byte. */
static void read_row(const struct canvas *canvas, struct rect area, int y, struct strbuf *text, int *columns,
		     size_t capacity)
{
	for (int x = area.x; x < area.x + area.width; x++) {
		const struct cell *cell = canvas_cell(canvas, x, y);
		size_t before = text->length;
		char grapheme[32];
		if (cell->width == 0)
			continue;
		canvas_grapheme(canvas, cell, grapheme);
		if (before + strlen(grapheme) >= capacity)
			return;
		strbuf_addstr(text, grapheme);
		for (size_t i = before; i < text->length; i++)
			columns[i] = x;
	}
}

void find_mark_text(struct canvas *canvas, struct rect area, const char *needle)
{
	static const size_t capacity = 4 * CANVAS_MAX_WIDTH;
	size_t length = strlen(needle);
	struct strbuf text = STRBUF_INIT;
	int columns[4 * CANVAS_MAX_WIDTH];

	if (!length)
		return;
	for (int y = area.y; y < area.y + area.height; y++) {
		const char *at;
		strbuf_clear(&text);
		read_row(canvas, area, y, &text, columns, capacity);
		for (at = strcasestr(text.text, needle); at; at = strcasestr(at + length, needle)) {
			size_t first = (size_t)(at - text.text), last = first + length - 1;
			struct rect rect = { columns[first], y, columns[last] - columns[first] + 1, 1 };
			canvas_tint(canvas, rect, style_role(ROLE_SELECTION));
		}
	}
	strbuf_release(&text);
}

void find_mark(const struct console *console, struct canvas *canvas, struct rect area)
{
	find_mark_text(canvas, area, console->needle);
}
