/*
 * The line of the worst alert, between the view and the hint bar. Without
 * alerts it takes no row; on a screen too low for it the hint bar goes first,
 * then this.
 */
#ifndef UI_VIEW_ALERT_LINE_H
#define UI_VIEW_ALERT_LINE_H

#include "ui/view/console.h"

/* Rows it takes: 0 or 1. */
int alert_line_rows(const struct console *console);

void alert_line_draw(const struct console *console, struct canvas *canvas, struct rect line);

#endif
