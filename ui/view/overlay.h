/*
 * What may lie over a view: help, a picker, a text. One lies there at a time;
 * only help may lie over another one, which comes back when it goes.
 */
#ifndef UI_VIEW_OVERLAY_H
#define UI_VIEW_OVERLAY_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"
#include "ui/view/view.h"

struct strbuf;

/* A key that an overlay takes beside the actions, for the hint bar and its help. */
struct overlay_key {
	const char *key, *hint, *help;
};

struct overlay_ops {
	const char *name;
	unsigned context;
	const struct key_row *keys; /* what it does; ends with ACTION_NONE */
	void (*draw)(const struct console *console, struct canvas *canvas, struct rect body);
	/* Before each drawing; may be NULL. */
	void (*prepare)(struct console *console);
	/* Before the keys are looked up; true when it took the event. May be NULL. */
	bool (*input)(struct console *console, const struct input_event *event);
	/* Where the hardware cursor is; may be NULL. */
	bool (*cursor)(const struct console *console, int *ret_x, int *ret_y);
	/* Keys beside the actions now, ended by an empty one; `ret_only` when no others work. May be NULL. */
	const struct overlay_key *(*own_keys)(const struct console *console, bool *ret_only);
	void (*free_state)(void *state);
};

/* The state becomes the console's. An overlay that lies there goes, unless `over`. */
void overlay_open(struct console *console, const struct overlay_ops *ops, void *state);
void overlay_open_over(struct console *console, const struct overlay_ops *ops, void *state);
void overlay_close(struct console *console);
void overlay_close_all(struct console *console);

/* Where overlays are drawn: over the body, on a very low screen over all of it. */
struct rect overlay_area(const struct console *console);

/* A box in the middle of `body`, at most of that size, cleared; returns its inside. */
struct rect overlay_box(struct canvas *canvas, struct rect body, int width, int height, const char *title,
			const char *note);
struct rect overlay_place(struct rect body, int width, int height);
struct rect overlay_inside(struct rect place);

/* The overlays there are. */
void overlay_help_open(struct console *console);

#endif
