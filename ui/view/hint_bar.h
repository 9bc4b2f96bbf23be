/*
 * The bottom line: what the keys do here and now, made from the tables of
 * actions and keys; what has room, the least important falls away first. In
 * its place: the line being typed, or a message.
 */
#ifndef UI_VIEW_HINT_BAR_H
#define UI_VIEW_HINT_BAR_H

#include "base/strbuf.h"
#include "ui/view/console.h"

#define HINTS_MAX 64

struct hint {
	char keys[40];    /* "+ -" */
	const char *text; /* "range" */
	int rank;
	bool here; /* the view that is shown */
	bool shown;
};

struct hints {
	struct hint items[HINTS_MAX];
	int count;
};

/* All hints of the present context, in the order they are shown. */
void hint_bar_list(const struct console *console, struct hints *ret);

/* Hide what has no room in `width` cells. */
void hint_bar_fit(struct hints *hints, int width);

/* Append the name of an action's first key; "" when it has none. */
void hint_bar_add_key(const struct console *console, enum action action, struct strbuf *ret);

void hint_bar_draw(const struct console *console, struct canvas *canvas, struct rect line);

/* Where the hardware cursor stands while a line is typed. */
bool hint_bar_cursor(const struct console *console, struct rect line, int *ret_x, int *ret_y);

#endif
