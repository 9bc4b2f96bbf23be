/* What was left of a budget through its window, as a line from full to what it is now. Pure. */
#ifndef UI_VIEW_SLO_CHART_H
#define UI_VIEW_SLO_CHART_H

#include "slo/slo_status.h"
#include "ui/draw/canvas.h"

/* Axis, line, and the shares at which the policy changes, into the area. */
void slo_chart_draw(const struct slo_file *file, const struct slo_line *line, const struct slo_status *status,
		    struct canvas *canvas, struct rect area);

#endif
