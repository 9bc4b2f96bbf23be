/* Grafana's arithmetic of intervals and steps (facts/grafana.md, "Numbers"). All in milliseconds. */
#ifndef DASHBOARD_INTERVAL_H
#define DASHBOARD_INTERVAL_H

#include <stdint.h>

#define INTERVAL_SCRAPE_MS           INT64_C(15000)
#define INTERVAL_MAX_DATA_POINTS     500
#define INTERVAL_MAX_POINTS_A_SERIES 11000

/* Round up or down to Grafana's ladder (1ms .. 1y). */
int64_t interval_round(int64_t interval_ms);

/* $__interval: max(round(range/points), minimum). */
int64_t interval_auto(int64_t range_ms, int points, int64_t minimum_ms);

/* $__rate_interval: max($__interval + scrape, 4 * scrape). */
int64_t interval_rate(int64_t interval_ms, int64_t scrape_ms);

/* The step of a target. */
int64_t interval_step(int64_t range_ms, int points, int64_t interval_ms, int64_t minimum_ms, int factor);

/* Floor to the step (towards minus infinity). */
int64_t interval_floor(int64_t time_ms, int64_t step_ms);

/* As Grafana writes $__interval: "15s", "1m", "2h", "250ms". `size` >= 16. */
void interval_text(int64_t interval_ms, char *ret, int size);

#endif
