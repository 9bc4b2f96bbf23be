/*
 * Pictures of panels, drawn when what they show changes and copied into each
 * frame, so that a key costs the same whatever the panels hold. Drawing anew
 * has a budget of time; what is over it keeps its last picture until the next
 * frame. Each picture belongs to a place on the console's board; a layout of
 * another size or generation makes it void.
 */
#ifndef UI_VIEW_PANEL_CACHE_H
#define UI_VIEW_PANEL_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/display.h"
#include "ui/draw/canvas.h"

struct console;
struct panel_cache;

struct panel_cache *panel_cache_new(void);
void panel_cache_free(struct panel_cache *cache);

/*
 * Draw the panels that can be seen and changed, for at most `budget_ns`; those
 * without a picture in any case. True when some were left for the next frame.
 */
bool panel_cache_update(struct panel_cache *cache, const struct console *console, enum glyph_set glyphs,
			int64_t budget_ns);

/* The picture of panel `index` at the size it has now; NULL when there is none. */
const struct canvas *panel_cache_picture(const struct panel_cache *cache, const struct console *console, size_t index);

/* What panel_severity says, remembered until the panel's data change. */
enum severity panel_cache_severity(struct panel_cache *cache, const struct console *console, size_t index);

#endif
