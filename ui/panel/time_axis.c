#include "ui/panel/time_axis.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/draw/glyph.h"

#define TICKS_MAX 128

/* Cells between two ticks: the widest label and air around it. */
#define SPACING_CLOCK   10 /* 11:04 */
#define SPACING_SECONDS 13 /* 11:04:15 */
#define SPACING_MS      16 /* 11:04:15.250 */

static const int64_t steps_ms[] = {
	1,
	2,
	5,
	10,
	20,
	50,
	100,
	200,
	500,
	1 * CLOCK_SECOND,
	2 * CLOCK_SECOND,
	5 * CLOCK_SECOND,
	10 * CLOCK_SECOND,
	15 * CLOCK_SECOND,
	30 * CLOCK_SECOND,
	1 * CLOCK_MINUTE,
	2 * CLOCK_MINUTE,
	5 * CLOCK_MINUTE,
	10 * CLOCK_MINUTE,
	15 * CLOCK_MINUTE,
	30 * CLOCK_MINUTE,
	1 * CLOCK_HOUR,
	2 * CLOCK_HOUR,
	3 * CLOCK_HOUR,
	6 * CLOCK_HOUR,
	12 * CLOCK_HOUR,
	1 * CLOCK_DAY,
	2 * CLOCK_DAY,
	7 * CLOCK_DAY,
	14 * CLOCK_DAY,
};

/* Beyond two weeks steps follow the calendar. */
static const int steps_months[] = { 1, 2, 3, 6, 12, 24, 60, 120, 600, 1200 };

static int spacing_of(int64_t step_ms)
{
	return step_ms < CLOCK_SECOND ? SPACING_MS : step_ms < CLOCK_MINUTE ? SPACING_SECONDS : SPACING_CLOCK;
}

static int64_t floor_to(int64_t time_ms, int64_t step_ms)
{
	int64_t rest = time_ms % step_ms;

	return time_ms - (rest < 0 ? rest + step_ms : rest);
}

static void format_tick(struct time_tick *tick, int64_t step_ms)
{
	const char *format = "%H:%M";
	size_t length;

	if (step_ms >= CLOCK_DAY || (step_ms >= CLOCK_HOUR && tick->time_ms % CLOCK_DAY == 0))
		format = "%m-%d";
	else if (step_ms < CLOCK_MINUTE)
		format = "%H:%M:%S";
	time_format(tick->time_ms, format, tick->label, sizeof(tick->label));
	length = strlen(tick->label);
	if (step_ms < CLOCK_SECOND)
		snprintf(tick->label + length, sizeof(tick->label) - length, ".%03d",
			 (int)(tick->time_ms - floor_to(tick->time_ms, CLOCK_SECOND)));
}

/* The first of a month at or after a moment, on a multiple of `months` counted from year 0. */
static size_t month_ticks(int64_t start_ms, int64_t end_ms, int months, struct time_tick *ret, size_t capacity)
{
	time_t seconds = (time_t)(floor_to(start_ms, CLOCK_SECOND) / CLOCK_SECOND);
	struct tm parts;
	size_t count = 0;
	long month;

	if (!gmtime_r(&seconds, &parts))
		return 0;
	month = (parts.tm_year + 1900L) * 12 + parts.tm_mon;
	month -= month % months;
	while (count < capacity) {
		struct tm first = { .tm_year = (int)(month / 12 - 1900), .tm_mon = (int)(month % 12), .tm_mday = 1 };
		int64_t time_ms = (int64_t)timegm(&first) * CLOCK_SECOND;

		if (time_ms > end_ms)
			break;
		month += months;
		if (time_ms < start_ms)
			continue;
		ret[count].time_ms = time_ms;
		time_format(time_ms, months >= 12 ? "%Y" : "%Y-%m", ret[count].label, sizeof(ret[count].label));
		count++;
	}
	return count;
}

size_t time_axis_ticks(int64_t start_ms, int64_t end_ms, int width, struct time_tick *ret, size_t capacity)
{
	double a_cell;
	size_t count = 0;

	if (end_ms <= start_ms || width < 2)
		return 0;
	a_cell = ((double)end_ms - (double)start_ms) / (width - 1);
	for (size_t i = 0; i < sizeof(steps_ms) / sizeof(steps_ms[0]); i++) {
		int64_t step_ms = steps_ms[i], time_ms;

		if ((double)step_ms < a_cell * spacing_of(step_ms))
			continue;
		time_ms = floor_to(start_ms, step_ms);
		if (time_ms < start_ms)
			time_ms += step_ms;
		for (; time_ms <= end_ms && count < capacity; time_ms += step_ms) {
			ret[count].time_ms = time_ms;
			format_tick(&ret[count++], step_ms);
		}
		return count;
	}
	for (size_t i = 0; i < sizeof(steps_months) / sizeof(steps_months[0]); i++) {
		if ((double)steps_months[i] * 28 * CLOCK_DAY >= a_cell * SPACING_CLOCK)
			return month_ticks(start_ms, end_ms, steps_months[i], ret, capacity);
	}
	return 0;
}

int time_axis_column(int64_t start_ms, int64_t end_ms, int width, int64_t time_ms)
{
	double column;

	if (end_ms <= start_ms)
		return 0;
	column = ((double)time_ms - (double)start_ms) / ((double)end_ms - (double)start_ms) * (width - 1);
	if (column < -0.5)
		return -1;
	return column > width - 0.5 ? width : (int)(column + 0.5);
}

void time_axis_draw(struct canvas *canvas, int x, int y, int width, int64_t start_ms, int64_t end_ms, bool labels)
{
	enum glyph_set set = canvas_glyphs(canvas);
	struct time_tick ticks[TICKS_MAX];
	size_t count = time_axis_ticks(start_ms, end_ms, width, ticks, TICKS_MAX);
	int free_from = x - 4; /* the first label may reach under the value labels */

	for (int i = 0; i < width; i++)
		canvas_glyph(canvas, x + i, y, glyph_code(set, GLYPH_HLINE), style_fg(ROLE_AXIS));
	for (size_t i = 0; i < count; i++) {
		int column = x + time_axis_column(start_ms, end_ms, width, ticks[i].time_ms);
		int cells = text_width(ticks[i].label), at = column - cells / 2;

		canvas_glyph(canvas, column, y, glyph_code(set, GLYPH_AXIS_TICK_X), style_fg(ROLE_AXIS));
		if (at + cells > x + width)
			at = x + width - cells;
		if (!labels || at < free_from)
			continue;
		canvas_put(canvas, at, y + 1, ticks[i].label, style_fg(ROLE_DIM), cells);
		free_from = at + cells + 1;
	}
}

void time_axis_format(int64_t start_ms, int64_t end_ms, int64_t time_ms, char *ret, size_t size)
{
	time_format(time_ms, end_ms - start_ms > 2 * CLOCK_DAY ? "%m-%d %H:%M" : "%H:%M:%S", ret, size);
}
