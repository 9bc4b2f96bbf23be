/* The lines of a log, a row each: when, how bad, who, what; and how many there were over time. */
#ifndef UI_VIEW_LOG_LINES_H
#define UI_VIEW_LOG_LINES_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"
#include "ui/view/logs.h"

/* Draw rows from logs->scroll on. */
void log_lines_draw(const struct console *console, struct canvas *canvas, struct rect area);

/* Bars over time above their axis, in the last row of the area, with a mark at the focus. */
void log_graph_draw(const struct console *console, struct canvas *canvas, struct rect area);

/* The role a level is drawn in, and the sign beside it (0: none). */
struct style log_level_style(enum line_level level);

#endif
