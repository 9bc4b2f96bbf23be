/*
 * A chart before it is drawn: which series, stacked how, on which scales,
 * with which colours and letters. chart_series.c chooses the series,
 * chart_scale.c puts each on a scale, chart_stack.c turns values into what is
 * drawn; then chart_draw.c plots it and chart_legend.c names it. All memory
 * is in one arena; nothing here changes the panel's data.
 */
#ifndef UI_PANEL_CHART_H
#define UI_PANEL_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "ui/panel/axis.h"
#include "ui/panel/legend.h"
#include "ui/panel/panel.h"
#include "ui/panel/series_style.h"

/* More lines than this are a carpet; the others are counted in the legend. */
#define CHART_SERIES_MAX 50
#define CHART_SCALES_MAX 4

struct chart_series {
	const struct field *field;
	const struct field_config *config;
	const char *name;
	const int64_t *values_times_ms; /* as they came, for the legend and the cursor */
	const double *values;
	size_t value_count;
	const int64_t *times_ms; /* as they are drawn: negated, stacked */
	const double *drawn;     /* NaN where there is a gap */
	const double *base;      /* the layer below when stacked, else NULL */
	size_t count;
	int64_t gap_ms; /* neighbours further apart are not joined; 0 joins all */
	int64_t step_ms;
	size_t scale;
	struct style style;
	char letter;
};

struct chart_scale {
	const char *unit;
	enum axis_side side; /* AXIS_LEFT, AXIS_RIGHT or AXIS_HIDDEN */
	int log_base;
	bool percent; /* stacked to 100% */
	struct axis axis;
};

struct chart {
	struct arena arena;
	const struct panel_view *view;
	struct chart_series *series;
	size_t count;
	size_t more; /* series that are not drawn */
	struct chart_scale scales[CHART_SCALES_MAX];
	size_t scale_count;
	size_t *order; /* legend's order: indices into `series`; hidden ones left out */
	size_t order_count;
	int64_t start_ms, end_ms;
	bool has_data_range;
	struct display_range data_range; /* of all number fields: found once, when relative thresholds ask for it */
};

/* All of it but the axes, whose ticks depend on the height. Borrows the view. */
void chart_init(struct chart *chart, const struct panel_view *view);
void chart_release(struct chart *chart);

/* Steps of chart_init: the legend's order, a scale for each series, what is drawn of each series. */
void chart_sort(struct chart *chart);
void chart_assign_scales(struct chart *chart);
void chart_stack(struct chart *chart);

/*
 * Make the axis of each scale for a plot of `rows` rows. Returns the rows
 * the plot is to have: with CHART_TICKS_SHRINK one less where ticks are rounder so.
 */
enum chart_ticks { CHART_TICKS_ROWS, CHART_TICKS_SHRINK, CHART_TICKS_ENDS };
int chart_axes(struct chart *chart, int rows, enum chart_ticks ticks);

/* Range of a field's values, with its config's min and max, for percent thresholds and continuous colours. */
struct display_range chart_range(struct chart *chart, const struct field_config *config);

/* True when only the isolated entry of the legend is drawn and this series is another. */
bool chart_is_hidden(const struct chart *chart, size_t series);

/* Plot the series into `plot` cells: areas, bars, lines, points. */
void chart_draw_series(const struct chart *chart, struct canvas *canvas, struct rect plot);

/* Thresholds as lines with the sign of their state, in blank cells; the cursor's line, behind what is drawn. */
void chart_draw_thresholds(struct chart *chart, struct canvas *canvas, struct rect plot, size_t scale);
void chart_draw_cursor(const struct chart *chart, struct canvas *canvas, struct rect plot);

/*
 * Thresholds as areas: the zones' colours on the scale's line, in column `x`
 * beside the plot, since colours behind the lines would leave none for them.
 */
void chart_draw_zones(struct chart *chart, struct canvas *canvas, struct rect plot, size_t scale, int x);

/* Each series' letter at the height of its last value, in the columns of `rect` beside the plot. */
void chart_draw_letters(const struct chart *chart, struct canvas *canvas, struct rect rect);

/* The legend's entries and their values, in the chart's arena. */
void chart_legend(struct chart *chart, struct legend *ret);

/* A value as text, mapped and with its unit, in the chart's arena. */
const char *chart_value_text(struct chart *chart, const struct field_config *config, double value);

#endif
