/* A Markdown text in a box over the view, laid out for its width; scrolls. */
#ifndef UI_VIEW_OVERLAY_RICH_H
#define UI_VIEW_OVERLAY_RICH_H

#include <stddef.h>

#include "ui/view/overlay.h"

struct rich_overlay;

extern const struct overlay_ops overlay_rich; /* CONTEXT_OUTPUT */

/* The source is copied. */
struct rich_overlay *rich_overlay_new(const char *title, const char *source, size_t length);

#endif
