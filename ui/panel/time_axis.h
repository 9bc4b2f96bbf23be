/* The time axis under a chart: round steps in UTC from milliseconds to years, and where a moment stands. */
#ifndef UI_PANEL_TIME_AXIS_H
#define UI_PANEL_TIME_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/draw/canvas.h"

struct time_tick {
	int64_t time_ms;
	char label[20]; /* "11:04", "11:04:15", "11-22", "2026-11" */
};

/* Ticks within start..end that leave `width` cells readable; returns their number. An empty range has none. */
size_t time_axis_ticks(int64_t start_ms, int64_t end_ms, int width, struct time_tick *ret, size_t capacity);

/* Column 0..width-1 of a moment; beyond these when it is outside, clamped to one column past the edge. */
int time_axis_column(int64_t start_ms, int64_t end_ms, int width, int64_t time_ms);

/* Draw the line with its ticks in row `y` from `x`, and the labels in the row below when `labels`. */
void time_axis_draw(struct canvas *canvas, int x, int y, int width, int64_t start_ms, int64_t end_ms, bool labels);

/* A moment as precise as the range asks: for a cursor's label. `size` >= 24. */
void time_axis_format(int64_t start_ms, int64_t end_ms, int64_t time_ms, char *ret, size_t size);

#endif
