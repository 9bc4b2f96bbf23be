#include "ui/panel/panel_list.h"

#include "ui/panel/timeline.h"

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	timeline_draw(view, canvas, inside, view->panel->options.merge_values);
}

const struct panel_ops panel_state_timeline = {
	.type = "state-timeline",
	.title = "State timeline",
	.help = "states over time, equal neighbours joined",
	.draw = draw,
	.line = timeline_line,
	.severity = timeline_severity,
	.beyond = timeline_beyond,
};
