/* One panel alone: the time cursor, its legend, its scrolling, and the next panel. */
#ifndef UI_VIEW_ZOOM_H
#define UI_VIEW_ZOOM_H

#include "ui/view/console.h"
#include "ui/view/view.h"

extern const struct key_row zoom_keys[];

/* Keep scroll and legend entry within what the panel has (it may have become less). */
void zoom_clamp(struct console *console);

#endif
