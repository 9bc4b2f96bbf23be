/* A text in a box over the view: help, an explanation, a raw answer. Scrolls, is searched, is copied. */
#ifndef UI_VIEW_OVERLAY_TEXT_H
#define UI_VIEW_OVERLAY_TEXT_H

#include "ui/view/document.h"
#include "ui/view/overlay.h"

struct text_overlay {
	struct document document;
	char *title;
	int scroll, shift;
	int found;  /* line of the last search, or -1 */
	int height; /* rows of the box it wishes; 0: as many as it has */
};

struct text_overlay *text_overlay_new(const char *title);

extern const struct overlay_ops overlay_text; /* CONTEXT_OUTPUT */
extern const struct overlay_ops overlay_help; /* CONTEXT_HELP */

/* Go to the next line that holds the needle; false when there is none. */
bool text_overlay_find(struct console *console, const char *needle, int step, bool from_top);

/* The text overlay that lies on top, or NULL. */
struct text_overlay *text_overlay_of(const struct console *console);

#endif
