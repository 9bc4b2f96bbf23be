/*
 * The list of collectors in the sources view: a row for each, the worst
 * first, in columns of which the rarest fall away where the screen is narrow.
 */
#ifndef UI_VIEW_COLLECTOR_LIST_H
#define UI_VIEW_COLLECTOR_LIST_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"

/* Rows of collectors that a box of that height shows. */
int collector_list_rows(struct rect area);

void collector_list_draw(const struct console *console, struct canvas *canvas, struct rect area);

/* Where a row stands on the screen; false when it is out of sight. */
bool collector_list_place(const struct console *console, struct rect area, int row, struct rect *ret);

/* What is said about a collector beside its figures: why it fails, since when; its warning. */
void collector_list_reason(const struct console *console, const struct collector_state *state, char *ret, size_t size);

/* Where it is: the instance, with the path of its URL where several of one job are distinguished by that alone. */
void collector_list_where(const struct console *console, const struct collector_state *state, char *ret, size_t size);

#endif
