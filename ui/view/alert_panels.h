/*
 * Which panels show what an alert is about: those whose queries name one of
 * the metrics of its expression. Read from the dashboards once, and again when
 * their panels are others.
 */
#ifndef UI_VIEW_ALERT_PANELS_H
#define UI_VIEW_ALERT_PANELS_H

#include <stddef.h>

#include "alert/alerts.h"

#define ALERT_PANEL_QUIET (-2) /* nothing fires about it; else a P-number, or PRIORITY_NONE */

struct console;
struct alert_panels;

struct alert_place {
	size_t board, panel;
	unsigned shared; /* metrics that both name */
};

struct alert_panels *alert_panels_new(void);
void alert_panels_free(struct alert_panels *panels); /* NULL is allowed */

/* Before each drawing. */
void alert_panels_take(struct alert_panels *panels, const struct console *console);

/* Panels of all dashboards, those that share most first; returns how many were written. */
size_t alert_panels_find(const struct alert_panels *panels, const struct alert *alert, struct alert_place *ret,
			 size_t most);

/* The worst priority of what fires about a panel of the dashboard shown; NULL panels are quiet. */
int alert_panels_priority(const struct alert_panels *panels, size_t panel);

#endif
