#include "dashboard/unit_format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dashboard/number_text.h"

/* Grafana's year of the seconds unit: a mean solar one. The other units count 365 days. */
#define SECONDS_SOLAR_YEAR 3.15569e7
#define MINUTES_SOLAR_YEAR 5.25948e5

#define DATE_MS_MAX 8.64e15 /* what JavaScript's Date holds */

/* Below `below` (in the unit's own measure) a value is divided by `divisor` and named `name`. */
struct time_step {
	double below;
	double divisor;
	const char *name;
	bool plural;
};

static const struct time_step nanosecond_steps[] = {
	{ 1e3, 1, " ns", false },
	{ 1e6, 1e3, " µs", false },
	{ 1e9, 1e6, " ms", false },
	{ 6e10, 1e9, " s", false },
	{ 3.6e12, 6e10, " min", true },
	{ 8.64e13, 3.6e12, " hour", true },
	{ INFINITY, 8.64e13, " day", true },
};

static const struct time_step microsecond_steps[] = {
	{ 1e3, 1, " µs", false },
	{ 1e6, 1e3, " ms", false },
	{ INFINITY, 1e6, " s", false },
};

static const struct time_step millisecond_steps[] = {
	{ 1e3, 1, " ms", false },         { 6e4, 1e3, " s", false },           { 3.6e6, 6e4, " min", true },
	{ 8.64e7, 3.6e6, " hour", true }, { 3.1536e10, 8.64e7, " day", true }, { INFINITY, 3.1536e10, " year", true },
};

static const struct time_step second_steps[] = {
	{ 60, 1, " s", false },
	{ 3600, 60, " min", true },
	{ 86400, 3600, " hour", true },
	{ 604800, 86400, " day", true },
	{ 31536000, 604800, " week", true },
	{ INFINITY, SECONDS_SOLAR_YEAR, " year", true },
};

static const struct time_step minute_steps[] = {
	{ 60, 1, " min", true },
	{ 1440, 60, " hour", true },
	{ 10080, 1440, " day", true },
	{ 604800, 10080, " week", true },
	{ INFINITY, MINUTES_SOLAR_YEAR, " year", true },
};

static const struct time_step hour_steps[] = {
	{ 24, 1, " hour", true },
	{ 168, 24, " day", true },
	{ 8760, 168, " week", true },
	{ INFINITY, 8760, " year", true },
};

static const struct time_step day_steps[] = {
	{ 7, 1, " day", true },
	{ 365, 7, " week", true },
	{ INFINITY, 365, " year", true },
};

/* The parts of a duration in words, in milliseconds. */
static const struct {
	double ms;
	const char *name;
} duration_parts[] = {
	{ 31536000e3, "year" }, { 2592000e3, "month" }, { 604800e3, "week" }, { 86400e3, "day" },
	{ 3600e3, "hour" },     { 60e3, "minute" },     { 1e3, "second" },    { 1, "millisecond" },
};

static void format_steps(const struct time_step *step, double value, int decimals, struct unit_text *ret)
{
	while (fabs(value) >= step->below)
		step++;
	value /= step->divisor;
	number_text_fixed(value, decimals, ret->text, sizeof(ret->text));
	snprintf(ret->suffix, sizeof(ret->suffix), "%s%s", step->name, step->plural && fabs(value) > 1 ? "s" : "");
}

void unit_format_nanoseconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_steps(nanosecond_steps, value, decimals, ret);
}

void unit_format_microseconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_steps(microsecond_steps, value, decimals, ret);
}

void unit_format_milliseconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_steps(millisecond_steps, value, decimals, ret);
}

/* Below a second the unit multiplies where the table would divide: 0.0005 * 1e6, not 0.0005 / 1e-6, to the last bit. */
void unit_format_seconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	static const struct {
		double below, factor;
		const char *name;
	} small[] = { { 1e-6, 1e9, " ns" }, { 1e-3, 1e6, " µs" }, { 1, 1e3, " ms" } };

	(void)row;
	if (value == 0) { /* whatever the decimals */
		unit_copy(ret->text, sizeof(ret->text), "0");
		unit_copy(ret->suffix, sizeof(ret->suffix), " s");
		return;
	}
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		if (fabs(value) >= small[i].below)
			continue;
		number_text_fixed(value * small[i].factor, decimals, ret->text, sizeof(ret->text));
		unit_copy(ret->suffix, sizeof(ret->suffix), small[i].name);
		return;
	}
	format_steps(second_steps, value, decimals, ret);
}

void unit_format_minutes(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_steps(minute_steps, value, decimals, ret);
}

void unit_format_hours(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_steps(hour_steps, value, decimals, ret);
}

void unit_format_days(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_steps(day_steps, value, decimals, ret);
}

void unit_format_ticks(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	unit_format_seconds(row, value / 100, decimals, ret);
}

/* ---- durations in words ---- */

/* Grafana's toDuration: `decimals` more parts behind the first that is not 0. Below one millisecond nothing is left. */
static void format_duration(double value, double unit_ms, const char *zero, int decimals, struct unit_text *ret)
{
	double size = fabs(value) * unit_ms;
	int parts = decimals < 0 ? 0 : decimals;
	size_t length = 0;
	bool started = false;

	if (value == 0) {
		unit_copy(ret->text, sizeof(ret->text), "0");
		unit_copy(ret->suffix, sizeof(ret->suffix), zero);
		return;
	}
	for (size_t i = 0; i < sizeof(duration_parts) / sizeof(duration_parts[0]) && parts >= 0; i++) {
		double count = floor(size / duration_parts[i].ms);
		char number[NUMBER_TEXT_MAX];

		if (count < 1 && !started)
			continue;
		number_text(count, number, sizeof(number));
		length += (size_t)snprintf(ret->text + length, sizeof(ret->text) - length, "%s%s %s%s",
					   started ? ", " : "", number, duration_parts[i].name, count != 1 ? "s" : "");
		if (length >= sizeof(ret->text))
			break;
		started = true;
		size = fmod(size, duration_parts[i].ms);
		parts--;
	}
	if (value < 0)
		unit_copy(ret->suffix, sizeof(ret->suffix), " ago");
}

void unit_format_duration_ms(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_duration(value, 1, " milliseconds", decimals, ret);
}

void unit_format_duration_s(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	format_duration(value, 1000, " seconds", decimals, ret);
}

/* ---- clocks ---- */

static void put_hms(double seconds, char *ret, size_t size)
{
	char hours[NUMBER_TEXT_MAX];

	number_text(floor(seconds / 3600), hours, sizeof(hours));
	snprintf(ret, size, "%s%s:%02d:%02d", hours[1] ? "" : "0", hours, (int)(fmod(seconds, 3600) / 60),
		 (int)fmod(seconds, 60));
}

void unit_format_hms(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	(void)row;
	(void)decimals;
	put_hms(fabs(value), ret->text, sizeof(ret->text));
	if (value < 0)
		unit_copy(ret->suffix, sizeof(ret->suffix), " ago");
}

void unit_format_dhms(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	double seconds = fabs(value), days = floor(seconds / 86400);
	char number[NUMBER_TEXT_MAX];
	size_t length = 0;

	(void)row;
	(void)decimals;
	if (days > 0) {
		number_text(days, number, sizeof(number));
		length = (size_t)snprintf(ret->text, sizeof(ret->text), "%s d ", number);
	}
	put_hms(fmod(seconds, 86400), ret->text + length, sizeof(ret->text) - length);
	if (value < 0)
		unit_copy(ret->suffix, sizeof(ret->suffix), " ago");
}

/* "02m:03s:004ms": the parts of `value` from `first` (0 minutes, 1 seconds, 2 milliseconds) to `last`. */
static void put_clock(double value, int first, int last, char *ret, size_t size)
{
	int64_t whole;
	int parts[3];
	size_t length = 0;

	if (fabs(value) > DATE_MS_MAX) {
		snprintf(ret, size, "Invalid date");
		return;
	}
	whole = (int64_t)value;
	parts[0] = (int)(whole / 60000 % 60);
	parts[1] = (int)(whole / 1000 % 60);
	parts[2] = (int)(((whole % 1000) + 1000) % 1000);
	for (int i = first; i <= last && length < size; i++)
		length += (size_t)snprintf(ret + length, size - length, "%s%0*d%s", i > first ? ":" : "",
					   i == 2 ? 3 : 2, parts[i],
					   i == 0   ? "m"
					   : i == 1 ? "s"
						    : "ms");
}

/* "1h:02m:03s:004ms", from the first part that is not 0, `decimals` more behind it; below a second all of it. */
void unit_format_clock_ms(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	int more = decimals < 0 || decimals > 3 ? 3 : decimals;
	char hours[NUMBER_TEXT_MAX];
	size_t length;

	(void)row;
	if (value < 3.6e6) {
		int first = value < 1000 ? 2 : value < 6e4 ? 1 : 0;

		put_clock(value, first, first + more > 2 ? 2 : first + more, ret->text, sizeof(ret->text));
		return;
	}
	number_text(floor(value / 3.6e6), hours, sizeof(hours));
	length = (size_t)snprintf(ret->text, sizeof(ret->text), "%sh%s", hours, more ? ":" : "");
	if (more > 0)
		put_clock(value, 0, more - 1, ret->text + length, sizeof(ret->text) - length);
}

void unit_format_clock_s(const struct unit_row *row, double value, int decimals, struct unit_text *ret)
{
	unit_format_clock_ms(row, value * 1000, decimals, ret);
}
