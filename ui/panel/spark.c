#include "ui/panel/spark.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/draw/glyph.h"

#define EIGHTHS 8

struct span {
	double min, max;
	bool any; /* a finite value is there */
};

static struct span span_of(const double *values, size_t count)
{
	struct span span = { .min = INFINITY, .max = -INFINITY };
	size_t i;

	for (i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		span.any = true;
		span.min = fmin(span.min, values[i]);
		span.max = fmax(span.max, values[i]);
	}
	return span;
}

/* 0..1 within the span; NaN for what is no number. Halves keep the difference finite for values near 1e308. */
static double place(const struct span *span, double value)
{
	if (isnan(value))
		return NAN;
	if (!span->any || span->max <= span->min)
		return 0.5;
	if (value >= span->max)
		return 1;
	if (value <= span->min)
		return 0;
	return (value / 2 - span->min / 2) / (span->max / 2 - span->min / 2);
}

/* Column of sample `i`. */
static int column_of(const int64_t *times_ms, size_t count, size_t i, int columns)
{
	double share;

	if (count < 2)
		return columns - 1;
	if (times_ms && times_ms[count - 1] > times_ms[0])
		share = (double)(times_ms[i] - times_ms[0]) / (double)(times_ms[count - 1] - times_ms[0]);
	else
		share = (double)i / (double)(count - 1);
	if (!(share > 0))
		return 0;
	return share >= 1 ? columns - 1 : (int)(share * (columns - 1) + 0.5);
}

/* Join columns `from` and `to`, which have samples and none between them. */
static void join(double *levels, int from, int to)
{
	int c;

	for (c = from + 1; c < to; c++)
		levels[c] = levels[from] + (levels[to] - levels[from]) * (c - from) / (to - from);
}

/* Fill `levels` (one a column) with 0..1 or NaN. */
static void levels_fill(double *levels, int columns, const int64_t *times_ms, const double *values, size_t count)
{
	struct span span = span_of(values, count);
	double *sums = mem_array((size_t)columns, sizeof(*sums));
	unsigned *counts = mem_array((size_t)columns, sizeof(*counts));
	int c, last = -1;
	size_t i;

	for (c = 0; c < columns; c++)
		levels[c] = NAN;
	for (i = 0; i < count; i++) {
		double level = place(&span, values[i]);

		if (isnan(level)) {
			last = -1; /* a gap is not bridged */
			continue;
		}
		c = column_of(times_ms, count, i, columns);
		sums[c] += level;
		levels[c] = sums[c] / ++counts[c];
		if (last >= 0 && c > last + 1)
			join(levels, last, c);
		last = c;
	}
	free(sums);
	free(counts);
}

static double *levels_new(int columns, const int64_t *times_ms, const double *values, size_t count)
{
	double *levels = mem_array((size_t)columns, sizeof(*levels));

	levels_fill(levels, columns, times_ms, values, count);
	return levels;
}

/* At least one eighth, so that the least value is still seen; never all, so that what stands above is not touched. */
static int eighths_of(double level, int rows)
{
	return isnan(level) ? 0 : 1 + (int)lround(level * (rows * EIGHTHS - 2));
}

void spark_draw(struct canvas *canvas, struct rect area, const int64_t *times_ms, const double *values, size_t count,
		struct style style)
{
	enum glyph_set glyphs = canvas_glyphs(canvas);
	double *levels;
	int c, row;

	area = rect_intersect(area, canvas_rect(canvas));
	if (rect_is_empty(area) || !values || count == 0)
		return;
	levels = levels_new(area.width, times_ms, values, count);
	for (c = 0; c < area.width; c++) {
		int eighths = eighths_of(levels[c], area.height);

		for (row = area.y + area.height - 1; eighths > 0; row--, eighths -= EIGHTHS)
			canvas_glyph(canvas, area.x + c, row,
				     glyph_bar_vertical(glyphs, eighths > EIGHTHS ? EIGHTHS : eighths), style);
	}
	free(levels);
}

void spark_text(enum glyph_set glyphs, const int64_t *times_ms, const double *values, size_t count, int cells,
		struct strbuf *ret)
{
	char utf8[8];
	double *levels;
	int c;

	if (cells <= 0 || cells > CANVAS_MAX_WIDTH || !values || count == 0)
		return;
	levels = levels_new(cells, times_ms, values, count);
	for (c = 0; c < cells; c++) {
		int eighths = eighths_of(levels[c], 1);

		text_encode(eighths > 0 ? glyph_bar_vertical(glyphs, eighths) : ' ', utf8);
		strbuf_addstr(ret, utf8);
	}
	free(levels);
}

int spark_trend(const double *values, size_t count)
{
	struct span span = span_of(values, count);
	double first = NAN, last = NAN, change;
	size_t i;

	if (!span.any || span.max <= span.min)
		return 0;
	for (i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		if (isnan(first))
			first = values[i];
		last = values[i];
	}
	change = place(&span, last) - place(&span, first);
	if (fabs(change) < 0.01)
		return 0;
	return change > 0 ? 1 : -1;
}
