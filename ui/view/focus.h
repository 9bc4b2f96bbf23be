/*
 * The focus among a board's panels: by where they stand on the screen
 * (arrows), in the order of reading (Tab), and the scrolling that keeps it in
 * sight. The first three functions are pure.
 */
#ifndef UI_VIEW_FOCUS_H
#define UI_VIEW_FOCUS_H

#include "ui/view/console.h"

/*
 * The item next to `from` in the direction of ACTION_LEFT, RIGHT, UP or DOWN:
 * sideways only what stands beside it, up and down also what is aslant when
 * nothing stands straight; of several the one nearest to column `goal` (-1:
 * its own middle). `from` itself when there is none.
 */
int focus_beside(const struct layout_item *items, size_t count, int from, enum action direction, int goal);

/* The next (1) or former (-1) in reading order, round the end; the first or last when `from` is none of them. */
int focus_in_order(const struct layout_item *items, size_t count, int from, int step);

/* The first item that begins at or below a row of the body, else the last one. -1 without items. */
int focus_at_row(const struct layout_item *items, size_t count, int row);

/* Put the focus on a panel and scroll it into sight. */
void focus_set(struct console *console, int index);

/* Scroll so that the focus is in sight, or only so that the body ends where the window ends. */
void focus_show(struct console *console);
void focus_clamp_scroll(struct console *console);

/* Keys of the board: arrows, Tab, top and bottom, pages. */
bool focus_move(struct console *console, enum action action);

/* Rows of the window on the body. */
int focus_window(const struct console *console);

#endif
