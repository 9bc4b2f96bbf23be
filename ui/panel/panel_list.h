/*
 * The records of every panel type, each the last thing in its own
 * panel_<what>.c. Only panel_types.c gathers them in a table; drawing code
 * reaches a type through panel_find.
 */
#ifndef UI_PANEL_PANEL_LIST_H
#define UI_PANEL_PANEL_LIST_H

#include "ui/panel/panel.h"

extern const struct panel_ops panel_alertlist;
extern const struct panel_ops panel_barchart;
extern const struct panel_ops panel_bargauge;
extern const struct panel_ops panel_chart; /* timeseries */
extern const struct panel_ops panel_datatable;
extern const struct panel_ops panel_datatable_old;
extern const struct panel_ops panel_gauge;
extern const struct panel_ops panel_graph;
extern const struct panel_ops panel_heatmap;
extern const struct panel_ops panel_histogram;
extern const struct panel_ops panel_piechart;
extern const struct panel_ops panel_placeholder; /* whatever has no record of its own */
extern const struct panel_ops panel_row;
extern const struct panel_ops panel_singlestat;
extern const struct panel_ops panel_stat;
extern const struct panel_ops panel_state_timeline;
extern const struct panel_ops panel_status_history;
extern const struct panel_ops panel_text;

#endif
