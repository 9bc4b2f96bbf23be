/* The lines of a log, a row each: when, how bad, who, what; and how many there were over time. */
#ifndef UI_VIEW_LOG_LINES_H
#define UI_VIEW_LOG_LINES_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"
#include "ui/view/logs.h"

/* One row: the logs there are, as many as have room around the chosen one, the filter, and what is being done. */
void log_head_draw(const struct console *console, struct canvas *canvas, struct rect line);

/* Draw rows from logs->scroll on. */
void log_lines_draw(const struct console *console, struct canvas *canvas, struct rect area);

/* Bars over time above their axis, in the last row of the area, with a mark at the focus. */
void log_graph_draw(const struct console *console, struct canvas *canvas, struct rect area);

#endif
