/*
 * The banner: one line, never wider than the screen. Its parts have ranks;
 * the least important fall away first when there is no room.
 */
#ifndef UI_VIEW_STATUS_BAR_H
#define UI_VIEW_STATUS_BAR_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"

void status_bar_draw(const struct console *console, struct canvas *canvas, struct rect line);

/* Which tab stands in that column of the banner; -1: none. */
int status_bar_tab_at(const struct console *console, int x);

#endif
