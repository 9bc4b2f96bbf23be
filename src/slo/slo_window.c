#include "slo/slo_window.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define LEAST_MS CLOCK_DAY
#define MOST_MS  (10 * 365 * CLOCK_DAY)

static const struct {
	const char *word;
	int months;
	int64_t days;
} calendars[] = {
	[SLO_ROLLING] = { "", 0, 0 },
	[SLO_MONTH] = { "calendar month", 1, 30 },
	[SLO_QUARTER] = { "calendar quarter", 3, 90 },
	[SLO_YEAR] = { "calendar year", 12, 365 },
};

int slo_window_read(const char *text, struct slo_window *ret, struct error *error)
{
	static const char rolling[] = "rolling ";
	int64_t length_ms;

	for (int i = SLO_MONTH; i <= SLO_YEAR; i++)
		if (strcmp(text, calendars[i].word) == 0) {
			*ret = (struct slo_window){ (enum slo_window_kind)i, calendars[i].days * CLOCK_DAY };
			return 0;
		}
	if (strncmp(text, rolling, strlen(rolling)) == 0)
		text += strlen(rolling);
	if (duration_parse(text, &length_ms, NULL) < 0)
		return error_set(error,
				 "'%.40s' is no window (28d, 30d, 1y; calendar month, calendar quarter, calendar year)",
				 text);
	if (length_ms < LEAST_MS || length_ms > MOST_MS)
		return error_set(error, "'%.40s' is out of range (1d to 10y)", text);
	*ret = (struct slo_window){ SLO_ROLLING, length_ms };
	return 0;
}

void slo_window_name(const struct slo_window *window, char *ret, size_t size)
{
	char length[32];

	if (window->kind != SLO_ROLLING) {
		snprintf(ret, size, "%s", calendars[window->kind].word);
		return;
	}
	/* A year is one where it is one; 28 days are no four weeks here: that is how windows are spoken of. */
	slo_duration_words((double)window->length_ms, 3, length, sizeof(length));
	snprintf(ret, size, "%s rolling", length);
}

/* Midnight UTC of the first of a month; `months` counts from year 0. */
static int64_t month_start(int months)
{
	struct tm parts = { .tm_year = months / 12 - 1900, .tm_mon = months % 12, .tm_mday = 1 };

	return (int64_t)timegm(&parts) * 1000;
}

void slo_window_span(const struct slo_window *window, int64_t now_ms, int64_t *ret_start_ms, int64_t *ret_end_ms)
{
	time_t seconds = (time_t)(now_ms / 1000);
	struct tm parts;
	int months, step = calendars[window->kind].months;

	if (window->kind == SLO_ROLLING || !gmtime_r(&seconds, &parts)) {
		*ret_start_ms = now_ms - window->length_ms;
		*ret_end_ms = now_ms;
		return;
	}
	months = (parts.tm_year + 1900) * 12 + parts.tm_mon;
	months -= months % step;
	*ret_start_ms = month_start(months);
	*ret_end_ms = month_start(months + step);
}

void slo_duration(int64_t ms, char *ret, size_t size)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = { { CLOCK_DAY, "d" }, { CLOCK_HOUR, "h" }, { CLOCK_MINUTE, "m" }, { CLOCK_SECOND, "s" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (ms % units[i].ms == 0) {
			snprintf(ret, size, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
			return;
		}
	snprintf(ret, size, "%lldms", (long long)ms);
}

/* No digits behind the point that are noughts. */
static void trim(char *text)
{
	size_t length = strlen(text);

	if (!strchr(text, '.'))
		return;
	while (text[length - 1] == '0')
		text[--length] = '\0';
	if (text[length - 1] == '.')
		text[--length] = '\0';
}

void slo_duration_words(double ms, int digits, char *ret, size_t size)
{
	static const struct {
		double ms, from; /* of one; from how many ms on it is used */
		const char *unit;
	} units[] = {
		{ 365.0 * CLOCK_DAY, 365.0 * CLOCK_DAY, "y" }, { CLOCK_DAY, 2.0 * CLOCK_DAY, "d" },
		{ CLOCK_HOUR, 2.0 * CLOCK_HOUR, "h" },         { CLOCK_MINUTE, CLOCK_MINUTE, "min" },
		{ CLOCK_SECOND, CLOCK_SECOND, "s" },           { 1, 0, "ms" },
	};
	double length = fabs(ms), value, rest;
	char number[32];
	size_t i = 0;

	while (length < units[i].from)
		i++;
	/* One day and one hour are that; 25 hours and 61 minutes are clearer in the smaller unit. */
	if (length == (double)CLOCK_DAY || length == (double)CLOCK_HOUR)
		i--;
	value = ms / units[i].ms;
	rest = fabs(value);
	while (rest >= 10 && digits > 1) {
		rest /= 10;
		digits--;
	}
	snprintf(number, sizeof(number), "%.*f", digits - 1, value);
	trim(number);
	snprintf(ret, size, "%s %s", number, units[i].unit);
}
