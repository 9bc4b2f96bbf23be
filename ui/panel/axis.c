#include "ui/panel/axis.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"

/* Ranges narrower than this part of their magnitude are one value: doubles cannot carry ticks in between. */
#define NARROW 1e-12

/* Values below this are zero to an axis. */
#define TINY 1e-290

/* Round durations in seconds; below one second and above the last, the decimal rule holds. */
static const double second_steps[] = {
	1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
};

/* How many seconds one of a time unit is. */
static const struct {
	const char *unit;
	double seconds;
} time_units[] = {
	{ "ns", 1e-9 },      { "µs", 1e-6 }, { "ms", 1e-3 }, { "dtdurationms", 1e-3 },
	{ "clockms", 1e-3 }, { "m", 60 },    { "h", 3600 },  { "d", 86400 },
};

static double seconds_of_unit(const char *unit)
{
	for (size_t i = 0; unit && i < sizeof(time_units) / sizeof(time_units[0]); i++) {
		if (!strcmp(time_units[i].unit, unit))
			return time_units[i].seconds;
	}
	return 1;
}

/* The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `at_least`. */
static double round_up_decimal(double at_least)
{
	static const double mantissas[] = { 1, 2, 2.5, 5, 10 };
	double power = pow(10, floor(log10(at_least)));

	for (size_t i = 0; i < sizeof(mantissas) / sizeof(mantissas[0]); i++) {
		if (mantissas[i] * power >= at_least * (1 - 1e-9))
			return mantissas[i] * power;
	}
	return 10 * power;
}

static double round_up(double at_least, int base, double seconds)
{
	if (base == 1024 && at_least > 1) {
		double step = exp2(ceil(log2(at_least) - 1e-9));

		return isfinite(step) ? step : at_least;
	}
	if (base == 60) {
		double wanted = at_least * seconds;

		for (size_t i = 0; wanted > 0.5 && i < sizeof(second_steps) / sizeof(second_steps[0]); i++) {
			if (second_steps[i] >= wanted * (1 - 1e-9))
				return second_steps[i] / seconds;
		}
	}
	return round_up_decimal(at_least);
}

/* Give a range without width some: around the value, from zero where that is near. */
static void widen(struct axis_spec *spec)
{
	double value = spec->min, magnitude = fabs(value);

	if (magnitude < TINY) {
		if (!spec->fixed_min || spec->fixed_max)
			spec->min = 0;
		spec->max = spec->min + 1;
		return;
	}
	if (spec->fixed_min || value > 0)
		spec->max = value > DBL_MAX / 2 ? DBL_MAX : value + magnitude / 2;
	if (!spec->fixed_min || spec->fixed_max)
		spec->min = value > 0 ? value / 2 : value < -DBL_MAX / 2 ? -DBL_MAX : value - magnitude / 2;
	if (value < 0 && !spec->fixed_min)
		spec->max = value / 2;
}

static void clean(struct axis_spec *spec)
{
	if (!isfinite(spec->min) || !isfinite(spec->max) || spec->min > spec->max) {
		bool has_min = isfinite(spec->min) && spec->fixed_min, has_max = isfinite(spec->max) && spec->fixed_max;

		/* A fixed end beyond all values keeps its place; the other end follows it. */
		if (has_min)
			spec->max = spec->min;
		else if (has_max)
			spec->min = spec->max;
		else
			spec->min = spec->max = 0;
		spec->fixed_min = has_min;
		spec->fixed_max = false;
	}
	if (spec->from_zero && spec->min > 0 && !spec->fixed_min)
		spec->min = 0;
	if (spec->from_zero && spec->max < 0 && !spec->fixed_max)
		spec->max = 0;
	if (spec->max / 2 - spec->min / 2 <= fmax(fabs(spec->min), fabs(spec->max)) * NARROW / 2 ||
	    spec->max / 2 - spec->min / 2 < TINY)
		widen(spec);
	if (spec->intervals < 1)
		spec->intervals = 1;
	if (spec->intervals > AXIS_TICKS_MAX - 2)
		spec->intervals = AXIS_TICKS_MAX - 2;
}

static double clamp_finite(double value)
{
	return value > DBL_MAX ? DBL_MAX : value < -DBL_MAX ? -DBL_MAX : value;
}

static void make_linear(struct axis *axis, const struct axis_spec *spec)
{
	int base = unit_tick_base(spec->unit);
	double seconds = seconds_of_unit(spec->unit), half_span = spec->max / 2 - spec->min / 2;
	double step = round_up(fmax(half_span / spec->intervals * 2, DBL_MIN * 1e10), base, seconds);

	/* Rounding outwards can add an interval at each end: take the next round step until the ticks fit. */
	for (int tries = 0; tries < 8; tries++) {
		double low = spec->fixed_min ? spec->min : floor(spec->min / step + 1e-9) * step;
		double high = spec->fixed_max ? spec->max : ceil(spec->max / step - 1e-9) * step;

		axis->step = step;
		axis->min = clamp_finite(low);
		axis->max = clamp_finite(high);
		if (axis->max / step - axis->min / step <= spec->intervals + 1e-6)
			return;
		step = round_up(step * 1.01, base, seconds);
		if (!isfinite(step))
			return;
	}
}

static void make_log(struct axis *axis, const struct axis_spec *spec)
{
	double base = spec->log_base;
	double low = spec->min > 0 ? spec->min : spec->max > 0 ? fmin(1, spec->max / 1000) : 1;
	double high = spec->max > low ? spec->max : low * base;
	double first = floor(log(low) / log(base) + 1e-9), last = ceil(log(high) / log(base) - 1e-9);

	if (last <= first)
		last = first + 1;
	axis->log_base = spec->log_base;
	axis->step = ceil((last - first) / spec->intervals);
	axis->min = fmax(pow(base, first), DBL_MIN);
	axis->max = clamp_finite(pow(base, last));
}

/* True when more decimals would say nothing more. */
static bool is_exact(const char *unit, double value, int decimals)
{
	struct unit_text few, many;
	double a, b;

	unit_format(unit, value, decimals, &few);
	unit_format(unit, value, decimals + 3, &many);
	a = strtod(few.text, NULL);
	b = strtod(many.text, NULL);
	return fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b));
}

/* The fewest decimals that write every tick exactly, so that labels line up. */
static int decimals_needed(const struct axis *axis)
{
	double ticks[AXIS_TICKS_MAX];
	size_t count = axis_ticks(axis, ticks, AXIS_TICKS_MAX);

	for (int decimals = 0; decimals < 4; decimals++) {
		size_t exact = 0;

		while (exact < count && is_exact(axis->unit, ticks[exact], decimals))
			exact++;
		if (exact == count)
			return decimals;
	}
	return 4;
}

void axis_make(struct axis *ret, const struct axis_spec *spec)
{
	struct axis_spec cleaned = *spec;

	*ret = (struct axis){ .unit = spec->unit, .decimals = spec->decimals };
	clean(&cleaned);
	if (spec->log_base >= 2)
		make_log(ret, &cleaned);
	else
		make_linear(ret, &cleaned);
	if (!(ret->min < ret->max)) {
		ret->min = 0;
		ret->max = ret->step = 1;
		ret->log_base = 0;
	}
	/* Powers lie too far apart for one number of decimals. */
	if (ret->decimals < 0 && !ret->log_base)
		ret->decimals = decimals_needed(ret);
}

int axis_intervals(int rows)
{
	int intervals = rows / 3;

	if (intervals < 3) /* with fewer, rounding outwards would waste half of the plot */
		intervals = 3;
	return intervals > 8 ? 8 : intervals;
}

static size_t log_ticks(const struct axis *axis, double *ret, size_t capacity)
{
	double base = axis->log_base, first = round(log(axis->min) / log(base));
	size_t count = 0;

	while (count < capacity) {
		double value = pow(base, first + (double)count * axis->step);

		if (!(value <= axis->max * (1 + 1e-9)) || !isfinite(value))
			break;
		ret[count++] = value;
	}
	return count;
}

size_t axis_ticks(const struct axis *axis, double *ret, size_t capacity)
{
	double first;
	size_t count = 0;

	if (axis->log_base)
		return log_ticks(axis, ret, capacity);
	first = ceil(axis->min / axis->step - 1e-9);
	for (size_t i = 0; count < capacity && i < AXIS_TICKS_MAX; i++) {
		double value = (first + (double)i) * axis->step;

		if (!(value <= axis->max + axis->step * 1e-6) || !isfinite(value))
			break;
		if (count > 0 && value <= ret[count - 1])
			break;
		ret[count++] = value == 0 ? 0 : value; /* no "-0" */
	}
	return count;
}

double axis_position(const struct axis *axis, double value)
{
	if (!isfinite(value))
		return NAN;
	if (axis->log_base) {
		if (value <= 0)
			return NAN;
		return (log(value) - log(axis->min)) / (log(axis->max) - log(axis->min));
	}
	/* Halves, because the width of the range may be more than a double holds. */
	return (value / 2 - axis->min / 2) / (axis->max / 2 - axis->min / 2);
}

double axis_dot(double position, int dots)
{
	double dot = floor((1 - position) * dots + 0.5);

	/* The lowest value stands on the line below; its dot is the last one above. */
	return position >= 0 && dot > dots - 1 ? dots - 1 : dot;
}

int axis_row(double position, int rows, enum glyph_set set)
{
	int dots = set == GLYPHS_BRAILLE ? 4 : set == GLYPHS_BLOCK ? 2 : 1;
	double row;

	if (rows < 1)
		return 0;
	row = floor(axis_dot(position, rows * dots) / dots);
	return !(row > 0) ? 0 : row >= rows ? rows - 1 : (int)row;
}

void axis_label(const struct axis *axis, double value, char *ret, size_t size)
{
	int decimals = axis->decimals;

	if (decimals < 0) {
		decimals = 0;
		while (decimals < 2 && !is_exact(axis->unit, value, decimals))
			decimals++;
	}
	unit_string(axis->unit, value, decimals, ret, size);
}

int axis_label_width(const struct axis *axis)
{
	double ticks[AXIS_TICKS_MAX];
	size_t count = axis_ticks(axis, ticks, AXIS_TICKS_MAX);
	int width = 0;

	for (size_t i = 0; i < count; i++) {
		char label[160];
		int cells;

		axis_label(axis, ticks[i], label, sizeof(label));
		cells = text_width(label);
		if (cells > width)
			width = cells;
	}
	return width;
}

static void draw_label(const struct axis *axis, struct canvas *canvas, const struct axis_place *place, int y,
		       double value)
{
	struct style style = style_fg(ROLE_DIM);
	char label[160];
	int cells;

	axis_label(axis, value, label, sizeof(label));
	cells = text_width(label);
	if (place->right)
		canvas_put_fit(canvas, place->x + 2, y, label, style, place->label_width);
	else if (cells > place->label_width)
		canvas_put_fit(canvas, place->x - 1 - place->label_width, y, label, style, place->label_width);
	else
		canvas_put(canvas, place->x - 1 - cells, y, label, style, cells);
}

/* Row of each tick; the lowest may be in the floor. */
static void find_rows(const struct axis *axis, const struct axis_place *place, enum glyph_set set, const double *ticks,
		      size_t count, int *ret)
{
	for (size_t i = 0; i < count; i++) {
		double position = axis_position(axis, ticks[i]);

		ret[i] = place->has_floor && position < 0.01 ? place->rows : axis_row(position, place->rows, set);
	}
}

/* Every how many ticks there is a row for a label: all labels drawn stand evenly. */
static size_t find_stride(const int *rows, size_t count)
{
	size_t stride = 1;

	for (; stride < count; stride++) {
		size_t i = 0;

		while (i + stride < count && rows[i + stride] < rows[i])
			i += stride;
		if (i + stride >= count)
			break;
	}
	return stride;
}

void axis_draw(const struct axis *axis, struct canvas *canvas, struct axis_place place)
{
	enum glyph_set set = canvas_glyphs(canvas);
	uint32_t tick = glyph_code(set, place.right ? GLYPH_TEE_LEFT : GLYPH_AXIS_TICK_Y);
	double ticks[AXIS_TICKS_MAX];
	size_t count = axis_ticks(axis, ticks, AXIS_TICKS_MAX), stride;
	int rows[AXIS_TICKS_MAX];

	find_rows(axis, &place, set, ticks, count, rows);
	stride = find_stride(rows, count);
	for (int row = 0; row < place.rows; row++)
		canvas_glyph(canvas, place.x, place.y + row, glyph_code(set, GLYPH_VLINE), style_fg(ROLE_AXIS));
	for (size_t i = 0; i < count; i += stride) {
		if (rows[i] < place.rows)
			canvas_glyph(canvas, place.x, place.y + rows[i], tick, style_fg(ROLE_AXIS));
		draw_label(axis, canvas, &place, place.y + rows[i], ticks[i]);
	}
}
