/* The map on the canvas: boxes and the lines between them, or a list; and the pane of the part with the focus. */
#ifndef UI_VIEW_MAP_DRAW_H
#define UI_VIEW_MAP_DRAW_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"
#include "ui/view/map_layout.h"

void map_draw_picture(const struct console *console, struct canvas *canvas, const struct map_layout *layout, int focus);

/* Who needs whom, into the cells between the boxes, which are drawn over it. */
void map_draw_lines(const struct map_state *state, struct canvas *canvas, const struct map_layout *layout, int focus);

/* From row `scroll` on. */
void map_draw_list(const struct console *console, struct canvas *canvas, struct rect area, int focus, int scroll);

/* Rows of parts that the list shows at a time, and where one stands; false when it is out of sight. */
int map_list_rows(struct rect area);
bool map_list_place(struct rect area, int row, int scroll, struct rect *ret);

void map_draw_pane(const struct console *console, struct canvas *canvas, struct rect area, int part);

#endif
