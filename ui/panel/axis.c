#include "ui/panel/axis_private.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dashboard/unit.h"
#include "ui/draw/glyph.h"

/* Ranges narrower than this part of their magnitude are one value: doubles cannot carry ticks in between. */
#define NARROW 1e-12

/* Values below this are zero to an axis. */
#define TINY 1e-290

#define LABEL_BYTES 384

#define DECIMALS_MAX 6
#define NUMBER_MAX   12 /* digits of a label; longer numbers, and those that would read as zero, take an exponent */
#define SHORT_SUFFIX 3  /* cells of a unit that short labels keep */

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

struct axis_ladder axis_ladder_of(const char *unit)
{
	return (struct axis_ladder){ unit_tick_base(unit), seconds_of_unit(unit) };
}

double axis_round_up(double at_least, struct axis_ladder ladder)
{
	if (ladder.base == 1024 && at_least > 1) {
		double step = exp2(ceil(log2(at_least) - 1e-9));

		return isfinite(step) ? step : at_least;
	}
	if (ladder.base == 60) {
		double wanted = at_least * ladder.seconds;

		for (size_t i = 0; wanted > 0.5 && i < sizeof(second_steps) / sizeof(second_steps[0]); i++) {
			if (second_steps[i] >= wanted * (1 - 1e-9))
				return second_steps[i] / ladder.seconds;
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
	/* As Grafana does it: from zero to twice the value, which then stands in the middle. */
	if (spec->fixed_min || value > 0)
		spec->max = value > DBL_MAX / 2 ? DBL_MAX : value + magnitude;
	if (!spec->fixed_min || spec->fixed_max)
		spec->min = value > 0 ? 0 : value < -DBL_MAX / 2 ? -DBL_MAX : value - magnitude;
	if (value < 0 && !spec->fixed_min)
		spec->max = 0;
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
	struct axis_ladder ladder = axis_ladder_of(spec->unit);
	double half_span = spec->max / 2 - spec->min / 2;
	double step = axis_round_up(fmax(half_span / spec->intervals * 2, DBL_MIN * 1e10), ladder);

	/* Rounding outwards can add an interval at each end: take the next round step until the ticks fit. */
	for (int tries = 0; tries < 8; tries++) {
		double low = spec->fixed_min ? spec->min : floor(spec->min / step + 1e-9) * step;
		double high = spec->fixed_max ? spec->max : ceil(spec->max / step - 1e-9) * step;

		axis->step = step;
		axis->min = clamp_finite(low);
		axis->max = clamp_finite(high);
		if (axis->max / step - axis->min / step <= spec->intervals + 1e-6)
			return;
		step = axis_round_up(step * 1.01, ladder);
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

static int decimals_of(const char *unit, double value, int most)
{
	int decimals = 0;

	while (decimals < most && !is_exact(unit, value, decimals))
		decimals++;
	return decimals;
}

/* The fewest decimals that write all ticks of this one's size ("K", "ms") exactly, so that they line up. */
static int decimals_needed(const struct axis *axis, double value)
{
	double ticks[AXIS_TICKS_MAX];
	size_t count = axis_ticks(axis, ticks, AXIS_TICKS_MAX);
	struct unit_text here, other;
	int ret = decimals_of(axis->unit, value, DECIMALS_MAX);

	unit_format(axis->unit, value, 0, &here);
	for (size_t i = 0; i < count; i++) {
		unit_format(axis->unit, ticks[i], 0, &other);
		if (!strcmp(here.suffix, other.suffix) && !is_exact(axis->unit, ticks[i], ret))
			ret = decimals_of(axis->unit, ticks[i], DECIMALS_MAX);
	}
	return ret;
}

void axis_make(struct axis *ret, const struct axis_spec *spec)
{
	struct axis_spec cleaned = *spec;

	*ret = (struct axis){ .unit = spec->unit, .decimals = spec->decimals };
	clean(&cleaned);
	if (axis_align(ret, &cleaned))
		return;
	if (spec->log_base >= 2)
		make_log(ret, &cleaned);
	else
		make_linear(ret, &cleaned);
	if (!(ret->min < ret->max)) {
		ret->min = 0;
		ret->max = ret->step = 1;
		ret->log_base = 0;
	}
	ret->first = ret->log_base ? round(log(ret->min) / log(ret->log_base))
				   : ceil(ret->min / ret->step - 1e-9) * ret->step;
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
	size_t count = 0;

	if (axis->log_base)
		return log_ticks(axis, ret, capacity);
	for (size_t i = 0; count < capacity && i < AXIS_TICKS_MAX; i++) {
		double value = (axis->first / axis->step + (double)i) * axis->step;

		if (!(value <= axis->max + axis->step * 1e-6) || !isfinite(value))
			break;
		if (count > 0 && value <= ret[count - 1])
			break;
		ret[count++] = fabs(value) < axis->step * 1e-9 ? 0 : value; /* no "-0" */
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

/* "1K req/s" becomes "1K", "5 MiB/s" "5MiB", "750 req/s" "750": what the unit has at any size is known from the values.
 */
static void shorten_suffix(const char *unit, char *suffix)
{
	char *from = suffix + strspn(suffix, " "), *end = from + strcspn(from, " /");
	struct unit_text one;

	unit_format(unit, 1, 0, &one);
	if ((*end && !strcmp(one.suffix, suffix)) || text_width(from) - text_width(end) > SHORT_SUFFIX)
		end = from;
	*end = '\0';
	memmove(suffix, from, strlen(from) + 1);
}

void axis_label(const struct axis *axis, double value, char *ret, size_t size)
{
	int decimals = axis->decimals;
	struct unit_text text;

	/* Powers lie too far apart for one number of decimals. */
	if (decimals < 0)
		decimals = axis->log_base ? decimals_of(axis->unit, value, 2) : decimals_needed(axis, value);
	unit_format(axis->unit, value, decimals, &text);
	if (strchr(text.text, 'e') || text_width(text.text) > NUMBER_MAX ||
	    (value != 0 && strtod(text.text, NULL) == 0)) {
		snprintf(ret, size, "%.3g", value);
		return;
	}
	if (axis->short_labels)
		shorten_suffix(axis->unit, text.suffix);
	/* Nothing is nothing in any unit. */
	if (value == 0 && strcmp(text.suffix, "%") != 0)
		text.suffix[0] = '\0';
	snprintf(ret, size, "%s%s%s", text.prefix, text.text, text.suffix);
}

int axis_label_width(const struct axis *axis)
{
	double ticks[AXIS_TICKS_MAX];
	size_t count = axis_ticks(axis, ticks, AXIS_TICKS_MAX);
	int width = 0;

	for (size_t i = 0; i < count; i++) {
		char label[LABEL_BYTES];
		int cells;

		axis_label(axis, ticks[i], label, sizeof(label));
		cells = text_width(label);
		if (cells > width)
			width = cells;
	}
	return width;
}

static void draw_label(struct canvas *canvas, const struct axis_place *place, int y, const char *label)
{
	struct style style = style_fg(ROLE_DIM);
	int cells = text_width(label);

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
	bool aligned = axis->rows == place->rows && axis->rows_a_step > 0;

	for (size_t i = 0; i < count; i++) {
		double position = axis_position(axis, ticks[i]);

		if (aligned)
			ret[i] = place->rows - axis->first_row - axis->rows_a_step * (int)i;
		else if (place->has_floor && position < 0.01)
			ret[i] = place->rows;
		else
			ret[i] = axis_row(position, place->rows, set);
		if (!place->has_floor && ret[i] >= place->rows)
			ret[i] = place->rows - 1;
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
	char last[LABEL_BYTES], label[LABEL_BYTES];

	find_rows(axis, &place, set, ticks, count, rows);
	stride = find_stride(rows, count);
	/* Without a floor of its own the lowest label stands beside the lowest row, and only the ends are said. */
	if (!place.has_floor && count > 1)
		stride = rows[count - 1] < rows[0] ? count - 1 : count;
	last[0] = '\0';
	for (int row = 0; row < place.rows; row++)
		canvas_glyph(canvas, place.x, place.y + row, glyph_code(set, GLYPH_VLINE), style_fg(ROLE_AXIS));
	for (size_t i = 0; i < count; i += stride) {
		if (rows[i] < place.rows)
			canvas_glyph(canvas, place.x, place.y + rows[i], tick, style_fg(ROLE_AXIS));
		axis_label(axis, ticks[i], label, sizeof(label));
		/* Ticks closer than their digits tell: the same words twice would be wrong once. */
		if (strcmp(label, last) != 0)
			draw_label(canvas, &place, place.y + rows[i], label);
		memcpy(last, label, sizeof(last));
	}
}
