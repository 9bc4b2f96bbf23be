/*
 * What happened, marked in a chart: a sign on the time axis, a faint line
 * through the plot where nothing else is drawn, and the words where the time
 * cursor stands. Marks that fall into one column are one. Ascending in time.
 */
#ifndef UI_PANEL_MARK_H
#define UI_PANEL_MARK_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "collect/feed.h"
#include "ui/draw/canvas.h"
#include "ui/draw/glyph.h"

struct panel_mark {
	int64_t time_ms;
	enum event_kind kind;
	const char *subject, *text; /* raw */
};

struct panel_marks {
	const struct panel_mark *items;
	size_t count;
};

/* The sign of a kind of event. */
enum glyph mark_sign(enum event_kind kind);

/* Through the blank cells of the plot; messages and the state of sources have no line, only a sign. */
void mark_draw_lines(const struct panel_marks *marks, struct canvas *canvas, struct rect plot, int64_t start_ms,
		     int64_t end_ms);

/* On the axis in row `y`; `width` columns from `x` on. */
void mark_draw_signs(const struct panel_marks *marks, struct canvas *canvas, int x, int y, int width, int64_t start_ms,
		     int64_t end_ms);

/* Append what happened in the column of a moment, or one beside it. */
void mark_add_words(const struct panel_marks *marks, int width, int64_t start_ms, int64_t end_ms, int64_t time_ms,
		    struct strbuf *ret);

#endif
