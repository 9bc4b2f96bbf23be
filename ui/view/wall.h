/*
 * The wall: nobody is at the keys. Page after page of the board, then the
 * next board, then the next system, each for a while; a board that fits is
 * one page.
 */
#ifndef UI_VIEW_WALL_H
#define UI_VIEW_WALL_H

#include "ui/view/console.h"

#define WALL_PAGE_MS 20000

/* Turn the page when it is time. True when it was turned. */
bool wall_tick(struct console *console, int64_t monotonic_ms);

/* The page of the board that is shown, from 1, and how many it has. */
int wall_page(const struct console *console, int *ret_count);

#endif
