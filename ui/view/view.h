/* Views: one file each, ending in its one record; one table of them. */
#ifndef UI_VIEW_VIEW_H
#define UI_VIEW_VIEW_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"

struct view_ops {
	const char *name;  /* "board": for --view */
	const char *title; /* "Board" */
	const char *help;  /* one line */
	void (*draw)(const struct console *console, struct canvas *canvas, struct rect body);
};

extern const struct view_ops view_board;
extern const struct view_ops view_sources;

/* By name; NULL when there is none. */
const struct view_ops *view_find(const char *name);
const struct view_ops *const *view_table(size_t *ret_count);

#endif
