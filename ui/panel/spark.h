/*
 * A sparkline: the shape of a series in a few cells, without axes. One column
 * a cell, bars in eighths of a cell, scaled from the least to the greatest
 * value; where there is no value the column stays empty.
 */
#ifndef UI_PANEL_SPARK_H
#define UI_PANEL_SPARK_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "ui/draw/canvas.h"

/*
 * Draw `count` values into `area`. Columns share the span of `times_ms`
 * evenly (by index when it is NULL); a column holds the mean of its samples,
 * and one between two samples lies on the line between them. A flat series is
 * drawn at half height. Infinite values count as the greatest or least finite one.
 */
void spark_draw(struct canvas *canvas, struct rect area, const int64_t *times_ms, const double *values, size_t count,
		struct style style);

/* The same as one line of text, `cells` wide at most. */
void spark_text(enum glyph_set glyphs, const int64_t *times_ms, const double *values, size_t count, int cells,
		struct strbuf *ret);

/* Where the values went from the first to the last one there is: -1, 0 or 1. Less than 1% of the span is 0. */
int spark_trend(const double *values, size_t count);

#endif
