#include "ui/view/focus.h"

#include <limits.h>
#include <stdlib.h>

static int overlap(int a, int a_length, int b, int b_length)
{
	int from = a > b ? a : b;
	int to = a + a_length < b + b_length ? a + a_length : b + b_length;

	return to - from;
}

/* How far `to` lies in that direction; negative when it does not. */
static int distance_in(const struct rect *from, const struct rect *to, enum action direction)
{
	switch (direction) {
	case ACTION_LEFT: return from->x - (to->x + to->width);
	case ACTION_RIGHT: return to->x - (from->x + from->width);
	case ACTION_UP: return from->y - (to->y + to->height);
	default: return to->y - (from->y + from->height);
	}
}

int focus_beside(const struct layout_item *items, size_t count, int from, enum action direction, int goal)
{
	bool sideways = direction == ACTION_LEFT || direction == ACTION_RIGHT;
	long best = LONG_MAX;
	int ret = from;
	const struct rect *here;

	if (from < 0 || (size_t)from >= count)
		return count ? 0 : -1;
	here = &items[from].rect;
	if (goal < 0)
		goal = here->x + here->width / 2;
	for (size_t i = 0; i < count; i++) {
		const struct rect *there = &items[i].rect;
		int distance = distance_in(here, there, direction), aside;
		long score;
		if ((int)i == from || distance < 0)
			continue;
		if (sideways) {
			if (overlap(here->y, here->height, there->y, there->height) <= 0)
				continue;
			aside = abs(here->y - there->y);
		} else {
			/* The column that is aimed at decides; an item holds it or is so far off it. */
			aside = goal < there->x                   ? there->x - goal
				: goal >= there->x + there->width ? goal - there->x - there->width + 1
								  : 0;
		}
		/* Rows of a terminal are twice as high as its columns are wide. */
		score = sideways ? (long)distance * 1000 + aside : (long)distance * 2000 + aside;
		if (score < best) {
			best = score;
			ret = (int)i;
		}
	}
	return ret;
}

static bool is_before(const struct layout_item *items, int a, int b)
{
	const struct rect *first = &items[a].rect, *second = &items[b].rect;

	if (first->y != second->y)
		return first->y < second->y;
	return first->x != second->x ? first->x < second->x : a < b;
}

static int edge_of(const struct layout_item *items, size_t count, int step)
{
	int ret = count ? 0 : -1;

	for (size_t i = 1; i < count; i++)
		if (step > 0 ? is_before(items, (int)i, ret) : is_before(items, ret, (int)i))
			ret = (int)i;
	return ret;
}

int focus_in_order(const struct layout_item *items, size_t count, int from, int step)
{
	int ret = -1;

	if (from >= (int)count)
		from = -1;
	for (size_t i = 0; from >= 0 && i < count; i++) {
		int other = (int)i;
		if (other == from || (step > 0 ? !is_before(items, from, other) : !is_before(items, other, from)))
			continue;
		if (ret < 0 || (step > 0 ? is_before(items, other, ret) : is_before(items, ret, other)))
			ret = other;
	}
	return ret >= 0 ? ret : edge_of(items, count, step);
}

int focus_at_row(const struct layout_item *items, size_t count, int row)
{
	int ret = -1;

	for (size_t i = 0; i < count; i++)
		if (items[i].rect.y >= row && (ret < 0 || is_before(items, (int)i, ret)))
			ret = (int)i;
	return ret >= 0 ? ret : edge_of(items, count, -1);
}

int focus_window(const struct console *console)
{
	return console->height ? console_rows(console).body.height : console->layout.height;
}

void focus_clamp_scroll(struct console *console)
{
	int most = console->layout.height - focus_window(console);

	if (console->scroll > most)
		console->scroll = most;
	if (console->scroll < 0)
		console->scroll = 0;
}

void focus_show(struct console *console)
{
	int window = focus_window(console);
	const struct rect *rect;

	focus_clamp_scroll(console);
	if (console->focus < 0 || (size_t)console->focus >= console->item_count || console->layout.form == LAYOUT_ONE)
		return;
	rect = &console->items[console->focus].rect;
	if (rect->y + rect->height > console->scroll + window)
		console->scroll = rect->y + rect->height - window;
	/* What is higher than the window shows its top, which has the title. */
	if (rect->y < console->scroll)
		console->scroll = rect->y;
	focus_clamp_scroll(console);
}

void focus_set(struct console *console, int index)
{
	struct board *board = console_board(console);

	if (!board || index < 0 || (size_t)index >= console->item_count)
		return;
	console->focus = index;
	console->goal = -1;
	identity_take(&console->focus_identity, board, index);
	focus_show(console);
}

/* Up or down; where nothing stands any more the rest of the body is scrolled into sight. */
static void move_vertically(struct console *console, enum action action)
{
	int step = action == ACTION_DOWN ? 1 : -1, goal = console->goal;
	const struct rect *here = &console->items[console->focus].rect;
	int next;

	if (goal < 0)
		goal = here->x + here->width / 2;
	next = focus_beside(console->items, console->item_count, console->focus, action, goal);
	if (next == console->focus) {
		console->scroll = step > 0 ? console->layout.height : 0;
		focus_clamp_scroll(console);
		return;
	}
	focus_set(console, next);
	console->goal = goal;
}

static void move_page(struct console *console, int step)
{
	int page = focus_window(console) - 1, before = console->scroll;

	console->scroll += step * (page > 0 ? page : 1);
	focus_clamp_scroll(console);
	if (console->scroll == before) {
		focus_set(console, focus_in_order(console->items, console->item_count, -1, -step));
		return;
	}
	before = console->scroll;
	focus_set(console, focus_at_row(console->items, console->item_count, console->scroll));
	/* A panel that does not end within the window would scroll it further. */
	console->scroll = before;
}

bool focus_move(struct console *console, enum action action)
{
	if (!console->item_count)
		return false;
	if (console->focus < 0)
		focus_set(console, focus_at_row(console->items, console->item_count, console->scroll));
	switch (action) {
	case ACTION_LEFT:
	case ACTION_RIGHT:
		focus_set(console, focus_beside(console->items, console->item_count, console->focus, action, -1));
		return true;
	case ACTION_UP:
	case ACTION_DOWN: move_vertically(console, action); return true;
	case ACTION_NEXT:
		focus_set(console, focus_in_order(console->items, console->item_count, console->focus, 1));
		return true;
	case ACTION_PREVIOUS:
		focus_set(console, focus_in_order(console->items, console->item_count, console->focus, -1));
		return true;
	case ACTION_TOP: focus_set(console, edge_of(console->items, console->item_count, 1)); return true;
	case ACTION_BOTTOM:
		focus_set(console, edge_of(console->items, console->item_count, -1));
		console->scroll = console->layout.height;
		focus_clamp_scroll(console);
		return true;
	case ACTION_PAGE_UP: move_page(console, -1); return true;
	case ACTION_PAGE_DOWN: move_page(console, 1); return true;
	default: return false;
	}
}
