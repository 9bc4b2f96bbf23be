/*
 * The range of a value and the thresholds on it as cells: which colour a
 * place on a bar has, and where one zone ends and the next begins.
 */
#ifndef UI_PANEL_ZONES_H
#define UI_PANEL_ZONES_H

#include "base/strbuf.h"
#include "dashboard/display.h"
#include "ui/draw/canvas.h"

/* The style of the zone at `share` (0..1) of the value's range; `plain` without thresholds. */
struct style zones_style(const struct shown *shown, double share, struct style plain);

/*
 * Draw the zones as a thin line of `width` cells with a tick where a zone
 * begins. With `labels` the row below names those thresholds.
 */
void zones_draw(struct canvas *canvas, int x, int y, int width, const struct shown *shown, bool labels);

/*
 * A horizontal bar filled up to `share` (0..1, NaN fills nothing), `height`
 * rows; the rest is a thin track. `gradient` colours each cell by its zone,
 * `lcd` draws it as separate blocks; both may be false.
 */
struct bar {
	double share;
	struct style style;
	bool gradient, lcd;
};
void bar_draw(struct canvas *canvas, struct rect rect, const struct shown *shown, const struct bar *bar);

/* A value of the same field (minimum, maximum, a threshold) as text, in its unit. */
void zones_value_text(const struct shown *shown, double value, struct strbuf *ret);

#endif
