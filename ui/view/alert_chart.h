/*
 * What an alert is about, over two hours: the subject of its condition as a
 * line, the threshold as another, and when it became pending and fired.
 */
#ifndef UI_VIEW_ALERT_CHART_H
#define UI_VIEW_ALERT_CHART_H

#include "alert/alerts.h"
#include "tsdb/matrix.h"
#include "ui/draw/canvas.h"

#define ALERT_CHART_MS INT64_C(7200000)

struct alert_chart {
	const struct alert *alert;
	const struct series *series; /* NULL: not known; `reason` says why */
	const char *reason;
	int64_t now_ms;
};

void alert_chart_draw(const struct alert_chart *chart, struct canvas *canvas, struct rect rect);

#endif
