#include "ui/view/overlay.h"

#include <stddef.h>

#define BODY_LEAST 5 /* a lower one has no room for a box */

void overlay_open(struct console *console, const struct overlay_ops *ops, void *state)
{
	overlay_close_all(console);
	console->overlay = ops;
	console->overlay_state = state;
}

void overlay_open_over(struct console *console, const struct overlay_ops *ops, void *state)
{
	if (console->below) {
		overlay_open(console, ops, state);
		return;
	}
	console->below = console->overlay;
	console->below_state = console->overlay_state;
	console->overlay = ops;
	console->overlay_state = state;
}

void overlay_close(struct console *console)
{
	if (console->overlay && console->overlay->free_state)
		console->overlay->free_state(console->overlay_state);
	console->overlay = console->below;
	console->overlay_state = console->below_state;
	console->below = NULL;
	console->below_state = NULL;
}

void overlay_close_all(struct console *console)
{
	while (console->overlay)
		overlay_close(console);
}

struct rect overlay_area(const struct console *console)
{
	struct rect body = console_rows(console).body;

	return body.height < BODY_LEAST ? (struct rect){ 0, 0, console->width, console->height } : body;
}

struct rect overlay_place(struct rect body, int width, int height)
{
	struct rect ret = body;

	if (width < body.width) {
		ret.x += (body.width - width) / 2;
		ret.width = width;
	}
	if (height < body.height) {
		ret.y += (body.height - height) / 3;
		ret.height = height;
	}
	return ret;
}

/* Three rows are what a frame with one line takes. */
static bool has_frame(struct rect place)
{
	return place.height >= 3 && place.width >= 10;
}

struct rect overlay_inside(struct rect place)
{
	if (!has_frame(place))
		return place;
	return (struct rect){ place.x + 1, place.y + 1, place.width - 2, place.height - 2 };
}

struct rect overlay_box(struct canvas *canvas, struct rect body, int width, int height, const char *title,
			const char *note)
{
	struct rect place = overlay_place(body, width, height);
	struct box box = { .title = title,
			   .note = note,
			   .border = style_fg(ROLE_BORDER_FOCUS),
			   .title_style = style_fg(ROLE_STRONG),
			   .note_style = style_fg(ROLE_DIM) };

	canvas_fill(canvas, place, style_role(ROLE_TEXT));
	if (has_frame(place))
		canvas_box(canvas, place, &box);
	return overlay_inside(place);
}
