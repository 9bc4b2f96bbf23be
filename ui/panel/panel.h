/*
 * Panels: one file a type, each ending in its one record; one table of them.
 * Drawing is a pure function of the panel's data into a rectangle. The frame
 * around it (border, title, state badge, the pictures for no data, absent,
 * down, insufficient history, failure) is drawn by panel_draw for all types.
 */
#ifndef UI_PANEL_PANEL_H
#define UI_PANEL_PANEL_H

#include "base/strbuf.h"
#include "dashboard/board.h"
#include "dashboard/display.h"
#include "ui/draw/canvas.h"
#include "ui/panel/mark.h"

/* Everything a panel may look at. Pure data; nothing in it changes while drawing. */
struct panel_view {
	const struct panel *panel;
	const char *title;
	const char *content;     /* a text panel's, with its variables filled in; NULL: as the file has it */
	const char *description; /* with its variables filled in; NULL when there is none */
	const struct panel_data *data;
	bool folded; /* rows */
	/* Who answers by default; a panel that another engine answered says so. NULL: not said. */
	const char *usual_engine;
	int64_t now_ms;           /* wall, for ages */
	int64_t start_ms, end_ms; /* the range shown */
	struct panel_marks marks; /* what happened in it, and a little before and after */
	bool focused, zoomed;
	int64_t cursor_ms; /* time cursor; 0 none */
	int scroll;        /* tables, text: first line */
	int selected;      /* legend entry isolated, or -1 */
	int chosen;        /* legend entry the arrows are on, counted from 1; 0 none */
	int sort;          /* tables: 0 as the file says; n: by column (n - 1) / 2, odd upwards, even downwards */
};

struct panel_ops {
	const char *type;  /* Grafana's word */
	const char *title; /* for a person */
	const char *help;  /* one line */
	/* Draw the inside. Called only when there are frames to draw (or the type asks nothing). */
	void (*draw)(const struct panel_view *view, struct canvas *canvas, struct rect inside);
	/* One line of text: the panel in the small ("1204", "p99 214 ms"), for list forms and status. */
	void (*line)(const struct panel_view *view, struct strbuf *ret);
	/* The worst severity shown. NULL: of what the reduce options show (display_shown); of a table, of coloured
	 * cells. */
	enum severity (*severity)(const struct panel_view *view);
	/* Entries of the legend that can be isolated; NULL when it is not read by a time cursor. */
	size_t (*entries)(const struct panel_view *view);
	/* Lines beyond what fits into width x height: how far it scrolls. NULL: not at all. */
	int (*beyond)(const struct panel_view *view, int width, int height);
	/* Columns that `sort` can choose among. NULL: it has none. */
	size_t (*columns)(const struct panel_view *view);
};

/* By type; unknown types get the placeholder record (never NULL). */
const struct panel_ops *panel_find(const char *type);
bool panel_is_known(const char *type);
const struct panel_ops *const *panel_table(size_t *ret_count);

/* The whole panel with its frame. Height 1 or 2 draws a line without a box. */
void panel_draw(const struct panel_view *view, struct canvas *canvas, struct rect rect);

/* One line: sign, title, value, state. */
void panel_draw_line(const struct panel_view *view, struct canvas *canvas, struct rect rect);

/* The worst severity its values stand at; a target that is down is critical, without values there is none. */
enum severity panel_severity(const struct panel_view *view);

/* For ops->severity: types without a state; tables, where only coloured cells are one. */
enum severity panel_severity_none(const struct panel_view *view);
enum severity panel_severity_cells(const struct panel_view *view);

#endif
