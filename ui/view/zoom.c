#include "ui/view/zoom.h"

#include "base/clock.h"
#include "ui/panel/panel.h"
#include "ui/view/focus.h"

#define FRAME       2  /* cells of a panel's box */
#define PAGE        10 /* entries, columns */
#define PLOT_MARGIN 14 /* about what a chart's axis takes: a step of the cursor is then about a column */

static const struct panel_ops *ops_of(const struct console *console, struct panel_view *ret)
{
	console_panel_view(console, (size_t)console->zoomed, ret);
	return panel_find(ret->panel->type);
}

static int legend_entries(const struct console *console)
{
	struct panel_view view;
	const struct panel_ops *ops = ops_of(console, &view);

	return ops->entries ? (int)ops->entries(&view) : 0;
}

static bool is_chart(const struct console *console)
{
	struct panel_view view;

	return ops_of(console, &view)->entries != NULL;
}

/* Lines that can be scrolled beyond what fits. */
static int lines_beyond(const struct console *console)
{
	struct rect body = console_rows(console).body;
	struct panel_view view;
	const struct panel_ops *ops = ops_of(console, &view);

	if (!ops->beyond || (view.data->state != DATA_NONE && !view.data->frames.frames.count))
		return 0;
	return ops->beyond(&view, body.width - FRAME, body.height - FRAME);
}

void zoom_clamp(struct console *console)
{
	struct panel_view view;
	int entries, beyond;

	if (console->zoomed < 0)
		return;
	ops_of(console, &view);
	if (console->cursor_ms && console->cursor_ms < view.start_ms)
		console->cursor_ms = 0; /* the range went on without it */
	if (console->legend >= 0 || console->selected >= 0) {
		entries = legend_entries(console);
		if (console->legend >= entries)
			console->legend = entries - 1;
		if (console->selected >= entries)
			console->selected = -1;
	}
	if (console->panel_scroll <= 0) {
		console->panel_scroll = 0;
		return;
	}
	beyond = lines_beyond(console);
	if (console->panel_scroll > beyond)
		console->panel_scroll = beyond;
}

/* At least a column, at least a step of the answer. */
static int64_t cursor_step(const struct console *console, const struct panel_view *view)
{
	int columns = console->width - PLOT_MARGIN > PAGE ? console->width - PLOT_MARGIN : PAGE;
	int64_t step_ms = (view->end_ms - view->start_ms) / columns;

	if (step_ms < view->data->step_ms)
		step_ms = view->data->step_ms;
	return step_ms > 0 ? step_ms : CLOCK_SECOND;
}

static bool move_cursor(struct console *console, enum action action)
{
	struct panel_view view;
	int64_t step_ms, end_ms;

	ops_of(console, &view);
	step_ms = cursor_step(console, &view);
	end_ms = view.data->end_ms > 0 && view.data->end_ms < view.end_ms ? view.data->end_ms : view.end_ms;
	if (!console->cursor_ms) {
		/* It comes in at the newest value, or at the oldest, on the grid of the answer. */
		console->cursor_ms = action == ACTION_LEFT ? end_ms : view.start_ms;
		if (view.data->step_ms > 0 && action != ACTION_LEFT)
			console->cursor_ms += view.data->step_ms - console->cursor_ms % view.data->step_ms;
		return true;
	}
	console->cursor_ms += action == ACTION_LEFT ? -step_ms : step_ms;
	if (console->cursor_ms < view.start_ms)
		console->cursor_ms = view.start_ms;
	if (console->cursor_ms > view.end_ms)
		console->cursor_ms = 0; /* beyond the newest value it is gone */
	return true;
}

static int step_of(const struct console *console, enum action action)
{
	int page = is_chart(console) ? PAGE : console_rows(console).body.height - FRAME - 1;

	switch (action) {
	case ACTION_UP: return -1;
	case ACTION_DOWN: return 1;
	case ACTION_PAGE_UP: return page > 1 ? -page : -1;
	default: return page > 1 ? page : 1;
	}
}

/* Through the legend of a chart, or through the lines of what is a text or a table. */
static bool move(struct console *console, enum action action)
{
	int entries = legend_entries(console);

	if (is_chart(console)) {
		if (action == ACTION_TOP)
			console->legend = entries ? 0 : -1;
		else if (action == ACTION_BOTTOM)
			console->legend = entries - 1;
		else
			console->legend += step_of(console, action);
		if (console->legend < -1)
			console->legend = -1;
		/* An isolated line follows, so that each is seen alone by walking through the legend. */
		if (console->selected >= 0 && console->legend >= 0 && console->legend < entries)
			console->selected = console->legend;
	} else if (action == ACTION_TOP) {
		console->panel_scroll = 0;
	} else if (action == ACTION_BOTTOM) {
		console->panel_scroll = lines_beyond(console);
	} else {
		console->panel_scroll += step_of(console, action);
	}
	zoom_clamp(console);
	return true;
}

static bool isolate(struct console *console, enum action action)
{
	(void)action;
	if (console->selected >= 0)
		console->selected = -1;
	else if (console->legend >= 0)
		console->selected = console->legend;
	else
		console_say(console, "choose a line of the legend first: up, down");
	return true;
}

static bool leave(struct console *console, enum action action)
{
	(void)action;
	/* What was isolated or pointed at goes first. */
	if (console->selected >= 0)
		console->selected = -1;
	else
		console_zoom(console, -1);
	return true;
}

/* The next panel in reading order that is no heading. */
static bool next(struct console *console, enum action action)
{
	int index = console->zoomed;

	for (size_t i = 0; i < console->item_count; i++) {
		index = focus_in_order(console->items, console->item_count, index, action == ACTION_NEXT ? 1 : -1);
		if (!console->items[index].is_row)
			break;
	}
	console_zoom(console, index);
	focus_set(console, index);
	return true;
}

static bool can_read(const struct console *console, enum action action)
{
	(void)action;
	return is_chart(console);
}

static bool can_move(const struct console *console, enum action action)
{
	struct panel_view view;
	const struct panel_ops *ops = ops_of(console, &view);

	(void)action;
	return ops->entries || ops->beyond;
}

static int sortable_columns(const struct console *console)
{
	struct panel_view view;
	const struct panel_ops *ops = ops_of(console, &view);

	return ops->columns && view.data->frames.frames.count ? (int)ops->columns(&view) : 0;
}

static bool can_sort(const struct console *console, enum action action)
{
	(void)action;
	return sortable_columns(console) > 0;
}

/* Each column upwards, then downwards, and after the last as the file says. */
static bool sort_next(struct console *console, enum action action)
{
	(void)action;
	console->sort = (console->sort + 1) % (2 * sortable_columns(console) + 1);
	return true;
}

const struct key_row zoom_keys[] = {
	{ ACTION_LEFT, move_cursor, can_read },
	{ ACTION_RIGHT, move_cursor, can_read },
	{ ACTION_UP, move, can_move },
	{ ACTION_DOWN, move, can_move },
	{ ACTION_PAGE_UP, move, can_move },
	{ ACTION_PAGE_DOWN, move, can_move },
	{ ACTION_TOP, move, can_move },
	{ ACTION_BOTTOM, move, can_move },
	{ ACTION_OPEN, isolate, can_read },
	{ ACTION_SORT, sort_next, can_sort },
	{ ACTION_NEXT, next, NULL },
	{ ACTION_PREVIOUS, next, NULL },
	{ ACTION_BACK, leave, NULL },
	{ ACTION_NONE, NULL, NULL },
};
