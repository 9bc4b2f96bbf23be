/*
 * The rows of the alerts view in columns: sign, P-number, name, value against
 * threshold, since when, trend, labels that differ, what becomes of it, who
 * raised it. On a narrow screen the rarest columns fall away. Only the rows in
 * sight are looked at.
 */
#ifndef UI_VIEW_ALERT_ROW_H
#define UI_VIEW_ALERT_ROW_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"

/* Draw the rows that fit from the list's scroll on. */
void alert_rows_draw(const struct console *console, struct canvas *canvas, struct rect inside);

#endif
