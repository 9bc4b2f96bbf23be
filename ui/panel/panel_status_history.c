#include "ui/panel/panel_list.h"

#include "ui/panel/timeline.h"

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	timeline_draw(view, canvas, inside, false);
}

const struct panel_ops panel_status_history = {
	.type = "status-history",
	.title = "Status history",
	.help = "states over time, sample by sample",
	.draw = draw,
	.line = timeline_line,
	.severity = timeline_severity,
	.beyond = timeline_beyond,
};
