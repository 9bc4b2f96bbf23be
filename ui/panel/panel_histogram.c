/* Histograms: how often each range of values occurs, over all series and the whole time shown. */
#include "ui/panel/panel_list.h"

#include <math.h>

#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"
#include "ui/panel/axis.h"
#include "ui/panel/series_style.h"

#define AXES_MIN_WIDTH  20
#define AXES_MIN_HEIGHT 5
#define LABEL_MAX       10
#define BUCKETS_MAX     200
#define BUCKETS_AUTO    20

struct histogram {
	double first, size; /* lower bound of the first bucket, width of each */
	size_t count;
	double buckets[BUCKETS_MAX];
	double most;
	size_t values;
	const struct field_config *config;
};

static bool is_counted(const struct field *field)
{
	const struct field_config *config = field_config_of(field);

	return field->type == FIELD_NUMBER && !config->hidden && !config->hide_viz;
}

/* Call for each finite value of the set. */
static void each_value(const struct frame_set *set, void (*fn)(void *user, double value), void *user)
{
	for (size_t i = 0; i < set->frames.count; i++) {
		const struct frame *frame = &set->frames.items[i];

		for (size_t j = 0; j < frame->field_count; j++) {
			for (size_t k = 0; is_counted(&frame->fields[j]) && k < frame->length; k++) {
				if (isfinite(frame->fields[j].numbers[k]))
					fn(user, frame->fields[j].numbers[k]);
			}
		}
	}
}

static void extend(void *user, double value)
{
	struct axis_spec *spec = user;

	spec->min = value < spec->min ? value : spec->min;
	spec->max = value > spec->max ? value : spec->max;
}

static void count(void *user, double value)
{
	struct histogram *histogram = user;
	double place = floor(value / histogram->size - histogram->first / histogram->size + 1e-9);
	size_t bucket = place < 0 ? 0 : place >= (double)histogram->count ? histogram->count - 1 : (size_t)place;

	histogram->values++;
	if (++histogram->buckets[bucket] > histogram->most)
		histogram->most = histogram->buckets[bucket];
}

static const struct field_config *first_config(const struct frame_set *set)
{
	static const struct field_config none;

	for (size_t i = 0; i < set->frames.count; i++) {
		for (size_t j = 0; j < set->frames.items[i].field_count; j++) {
			if (is_counted(&set->frames.items[i].fields[j]))
				return field_config_of(&set->frames.items[i].fields[j]);
		}
	}
	return &none;
}

static void make(struct histogram *histogram, const struct panel_view *view, int columns)
{
	const struct panel_options *options = &view->panel->options;
	size_t most = columns < 1 ? 1 : columns > BUCKETS_MAX ? BUCKETS_MAX : (size_t)columns;
	size_t wanted = options->bucket_count > 0 ? (size_t)options->bucket_count : BUCKETS_AUTO;
	struct axis_spec spec = { .min = INFINITY, .max = -INFINITY, .decimals = 0 };
	struct axis axis;

	*histogram = (struct histogram){ .config = first_config(&view->data->frames) };
	spec.unit = histogram->config->unit;
	spec.intervals = (int)(wanted < most ? wanted : most);
	each_value(&view->data->frames, extend, &spec);
	axis_make(&axis, &spec);
	histogram->first = axis.min;
	histogram->size = axis.step;
	if (options->bucket_size > 0 && isfinite(options->bucket_size) && spec.min <= spec.max) {
		double first = floor(spec.min / options->bucket_size) * options->bucket_size;

		/* A size that asks for more buckets than there are columns is left to the automatic one. */
		if ((spec.max - first) / options->bucket_size < (double)most) {
			histogram->first = first;
			histogram->size = options->bucket_size;
			axis.max =
				first + (floor((spec.max - first) / options->bucket_size) + 1) * options->bucket_size;
		}
	}
	histogram->count =
		(size_t)fmin(round(axis.max / histogram->size - histogram->first / histogram->size), (double)most);
	if (histogram->count < 1)
		histogram->count = 1;
	each_value(&view->data->frames, count, histogram);
}

/* Columns of a bucket, without the air to its right. */
static int bucket_left(const struct histogram *histogram, struct rect plot, size_t bucket)
{
	return plot.x + (int)(bucket * (size_t)plot.width / histogram->count);
}

static void draw_bars(const struct histogram *histogram, struct canvas *canvas, struct rect plot, double top)
{
	enum glyph_set set = canvas_glyphs(canvas);

	for (size_t i = 0; i < histogram->count; i++) {
		int left = bucket_left(histogram, plot, i), right = bucket_left(histogram, plot, i + 1);
		int eighths = (int)ceil(histogram->buckets[i] / top * plot.height * 8 - 1e-9);

		if (right - left >= 3)
			right--;
		for (int row = 0; row < plot.height && eighths > row * 8; row++) {
			int part = eighths - row * 8 > 8 ? 8 : eighths - row * 8;

			for (int x = left; x < right; x++)
				canvas_glyph(canvas, x, plot.y + plot.height - 1 - row, glyph_bar_vertical(set, part),
					     style_fg(ROLE_SERIES_1));
		}
	}
}

/* Bounds below the buckets, as many as leave each other room. */
static void draw_bounds(const struct histogram *histogram, struct canvas *canvas, struct rect plot)
{
	enum glyph_set set = canvas_glyphs(canvas);
	int y = plot.y + plot.height, free_from = plot.x - 2;

	for (int x = plot.x; x < plot.x + plot.width; x++)
		canvas_glyph(canvas, x, y, glyph_code(set, GLYPH_HLINE), style_fg(ROLE_AXIS));
	for (size_t i = 0; i <= histogram->count; i++) {
		int x = bucket_left(histogram, plot, i), cells, at;
		char label[160];

		unit_string(histogram->config->unit, histogram->first + (double)i * histogram->size, UNIT_DECIMALS_AUTO,
			    label, sizeof(label));
		cells = text_width(label);
		at = x - cells / 2;
		if (at + cells > plot.x + plot.width)
			at = plot.x + plot.width - cells;
		if (at < free_from)
			continue;
		if (x < plot.x + plot.width)
			canvas_glyph(canvas, x, y, glyph_code(set, GLYPH_AXIS_TICK_X), style_fg(ROLE_AXIS));
		canvas_put(canvas, at, y + 1, label, style_fg(ROLE_DIM), cells);
		free_from = at + cells + 3;
	}
}

static void draw(const struct panel_view *view, struct canvas *canvas, struct rect inside)
{
	struct rect plot = inside;
	struct histogram histogram;
	struct axis axis;
	int labels;

	if (rect_is_empty(inside))
		return;
	make(&histogram, view, inside.width);
	if (histogram.values == 0) {
		canvas_put_centre(canvas, inside, inside.y + inside.height / 2, "no numbers in the answer",
				  style_fg(ROLE_DIM));
		return;
	}
	if (inside.width < AXES_MIN_WIDTH || inside.height < AXES_MIN_HEIGHT) {
		draw_bars(&histogram, canvas, plot, histogram.most);
		return;
	}
	plot.height -= 2;
	axis_make(&axis, &(struct axis_spec){ .min = 0,
					      .max = histogram.most,
					      .fixed_min = true,
					      .unit = "short",
					      .decimals = UNIT_DECIMALS_AUTO,
					      .intervals = axis_intervals(plot.height),
					      .rows = plot.height });
	labels = axis_label_width(&axis);
	labels = labels > LABEL_MAX ? LABEL_MAX : labels;
	plot.x += labels + 2;
	plot.width -= labels + 2;
	make(&histogram, view, plot.width);
	draw_bars(&histogram, canvas, plot, axis.max);
	axis_draw(&axis, canvas, (struct axis_place){ plot.x - 1, plot.y, plot.height, labels, false, true });
	draw_bounds(&histogram, canvas, plot);
	canvas_glyph(canvas, plot.x - 1, plot.y + plot.height, glyph_code(canvas_glyphs(canvas), GLYPH_AXIS_ORIGIN),
		     style_fg(ROLE_AXIS));
}

static void line(const struct panel_view *view, struct strbuf *ret)
{
	struct histogram histogram;
	char low[160], high[160];
	size_t best = 0;

	make(&histogram, view, BUCKETS_AUTO);
	for (size_t i = 0; i < histogram.count; i++) {
		if (histogram.buckets[i] > histogram.buckets[best])
			best = i;
	}
	unit_string(histogram.config->unit, histogram.first + (double)best * histogram.size, UNIT_DECIMALS_AUTO, low,
		    sizeof(low));
	unit_string(histogram.config->unit, histogram.first + (double)(best + 1) * histogram.size, UNIT_DECIMALS_AUTO,
		    high, sizeof(high));
	if (histogram.values > 0)
		strbuf_addf(ret, "%zu values, most %s to %s", histogram.values, low, high);
}

const struct panel_ops panel_histogram = {
	.type = "histogram",
	.title = "Histogram",
	.help = "how often each range of values occurs",
	.draw = draw,
	.line = line,
	.severity = panel_severity_none,
};
