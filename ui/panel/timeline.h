/*
 * States over time, a row for each series: what state-timeline and
 * status-history share. A state is a value with its text and colour; it is
 * written into its stretch where that is wide enough, else it stands as a
 * letter that the legend explains, so that colour is never needed to read it.
 */
#ifndef UI_PANEL_TIMELINE_H
#define UI_PANEL_TIMELINE_H

#include "base/strbuf.h"
#include "ui/panel/panel.h"

/* `joined`: equal neighbours are one stretch; else each sample is a cell of its own. */
void timeline_draw(const struct panel_view *view, struct canvas *canvas, struct rect inside, bool joined);
void timeline_line(const struct panel_view *view, struct strbuf *ret);

/* Series beyond those that fit: how far it scrolls. */
int timeline_beyond(const struct panel_view *view, int width, int height);

/* The worst state that holds at the end. */
enum severity timeline_severity(const struct panel_view *view);

#endif
