/*
 * What one screen shows: the system, its boards, which of them, how far
 * scrolled, at what time. Plain state; the drawing functions of this room read
 * it and change nothing. Whoever owns a screen calls console_prepare before
 * each drawing: it takes the time, lays out and tells the board what can be seen.
 */
#ifndef UI_VIEW_CONSOLE_H
#define UI_VIEW_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/board.h"
#include "query/query.h"
#include "ui/draw/canvas.h"
#include "ui/draw/layout.h"

enum environment { ENVIRONMENT_NONE, ENVIRONMENT_PRODUCTION, ENVIRONMENT_STAGING, ENVIRONMENT_DRILL, ENVIRONMENT_DEMO };

struct view_ops;

struct console {
	/* What is watched. Borrowed. */
	const char *title;  /* of the system; NULL for ad hoc use */
	const char *target; /* "prod-cluster/production" or NULL */
	enum environment environment;
	struct board **boards;
	size_t board_count;
	struct query_engine *engine; /* may be NULL */

	/* What is chosen. */
	const struct view_ops *view;
	size_t board;	/* index of the one shown */
	int zoomed;	/* panel index shown alone, or -1 */
	int focus;	/* panel index, or -1 */
	int scroll;	/* first body row shown */
	bool live;	/* follows the clock */

	/* Made by console_prepare. */
	int64_t now_ms;		   /* wall */
	struct query_state source; /* of the engine; engine NULL when there is none */
	struct layout_item *items; /* one for each panel of the board */
	size_t item_count;
	struct layout layout;
	unsigned generation; /* of the board the layout was made for */
	int width, height;   /* of the whole screen */
};

void console_init(struct console *console);
void console_release(struct console *console);

/* Lay out for a screen of that size at that wall time. A height of 0 means: as high as the board needs. */
void console_prepare(struct console *console, int width, int height, int64_t now_ms);

/* Rows the whole screen takes when prepared with height 0. */
int console_full_height(const struct console *console);

/* The whole screen: banner and the chosen view's body. */
void console_draw(const struct console *console, struct canvas *canvas);

/* The board shown, or NULL. */
struct board *console_board(const struct console *console);

/* Index of the panel whose title (or id) is `name`: exact, then ignoring case, then a part of it; -1 when none or several. */
int console_find_panel(const struct console *console, const char *name, struct error *error);

/* What the panel functions need to draw panel `index`. */
struct panel_view;
void console_panel_view(const struct console *console, size_t index, struct panel_view *ret);

#endif
