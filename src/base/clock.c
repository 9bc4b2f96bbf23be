#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLOCK_YEAR (365 * CLOCK_DAY)

static int64_t read_clock(clockid_t id, int64_t per_second)
{
	struct timespec now = { 0 };

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * per_second + now.tv_nsec / (1000000000 / per_second);
}

int64_t clock_wall_ms(void)
{
	return read_clock(CLOCK_REALTIME, 1000);
}

int64_t clock_monotonic_ms(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_monotonic_ns(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000000000);
}

/* In the order in which a duration may name them. */
static const struct {
	const char *name;
	int64_t ms;
} units[] = {
	{ "y", CLOCK_YEAR }, { "M", 30 * CLOCK_DAY }, { "w", 7 * CLOCK_DAY }, { "d", CLOCK_DAY },
	{ "h", CLOCK_HOUR }, { "m", CLOCK_MINUTE },   { "s", CLOCK_SECOND },  { "ms", 1 },
};
#define UNIT_COUNT (sizeof(units) / sizeof(*units))

/* Read decimal digits; NULL when there are none or more than fifteen. */
static const char *read_digits(const char *text, int64_t *ret)
{
	const char *at = text;
	int64_t value = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (at - text == 15)
			return NULL;
		value = value * 10 + (*at - '0');
	}
	*ret = value;
	return at == text ? NULL : at;
}

/* Index of the unit at `text` among those from `first` on, or UNIT_COUNT. The longest name wins: ms is no m. */
static size_t find_unit(const char *text, size_t first)
{
	size_t length = 0;

	while ((text[length] >= 'a' && text[length] <= 'z') || text[length] == 'M')
		length++;
	for (size_t i = first; i < UNIT_COUNT; i++) {
		if (strlen(units[i].name) == length && !memcmp(units[i].name, text, length))
			return i;
	}
	return UNIT_COUNT;
}

int duration_parse(const char *text, int64_t *ret_ms, struct error *error)
{
	const char *at = text;
	size_t next = 0;
	int64_t total = 0;

	while (*at) {
		int64_t count;
		size_t unit;

		at = read_digits(at, &count);
		unit = at ? find_unit(at, next) : UNIT_COUNT;
		if (unit == UNIT_COUNT)
			return error_set(error, "'%.64s' is no duration (like 250ms, 30s, 5m, 1h30m or 7d)", text);
		if (__builtin_mul_overflow(count, units[unit].ms, &count) || count > 1000 * CLOCK_YEAR ||
		    (total += count) > 1000 * CLOCK_YEAR)
			return error_set(error, "'%.64s' is too long (at most 1000y)", text);
		at += strlen(units[unit].name);
		next = unit + 1;
	}
	if (at == text)
		return error_set(error, "a duration is missing (like 30s, 5m or 1h30m)");
	if (!total)
		return error_set(error, "'%.64s' is no duration above zero", text);
	*ret_ms = total;
	return 0;
}

void duration_format(int64_t ms, char *ret, size_t size)
{
	const char *sign = ms < 0 ? "-" : "";
	uint64_t span = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
	uint64_t seconds = span / 1000, minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
	uint64_t years = days / 365;

	if (!seconds)
		snprintf(ret, size, "%s%dms", sign, (int)span);
	else if (!minutes)
		snprintf(ret, size, "%s%ds", sign, (int)seconds);
	else if (!hours && seconds % 60)
		snprintf(ret, size, "%s%dm%02ds", sign, (int)minutes, (int)(seconds % 60));
	else if (!hours)
		snprintf(ret, size, "%s%dm", sign, (int)minutes);
	else if (!days && minutes % 60)
		snprintf(ret, size, "%s%dh%02dm", sign, (int)hours, (int)(minutes % 60));
	else if (!days)
		snprintf(ret, size, "%s%dh", sign, (int)hours);
	else if (days < 1000 && hours % 24)
		snprintf(ret, size, "%s%dd%dh", sign, (int)days, (int)(hours % 24));
	else if (days < 1000)
		snprintf(ret, size, "%s%dd", sign, (int)days);
	else if (years < 100 && days % 365)
		snprintf(ret, size, "%s%dy%dd", sign, (int)years, (int)(days % 365));
	else
		snprintf(ret, size, "%s%dy", sign, (int)(years < 999999 ? years : 999999));
}

/* A day and time of day in UTC. */
struct moment {
	int64_t year;
	int month, day; /* 1-based */
	int64_t ms;     /* of the day */
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March. */
static int64_t days_from_date(int64_t year, int month, int day)
{
	int64_t era, year_of_era, day_of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int64_t floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;

	return value - (rest < 0 ? rest + step : rest);
}

static struct moment moment_at(int64_t ms)
{
	int64_t days = floor_to(ms, CLOCK_DAY) / CLOCK_DAY + 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted = (int)((5 * day_of_year + 2) / 153);
	int month = shifted < 10 ? shifted + 3 : shifted - 9;

	return (struct moment){
		.year = year_of_era + era * 400 + (month <= 2),
		.month = month,
		.day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1),
		.ms = ms - floor_to(ms, CLOCK_DAY),
	};
}

static int64_t moment_ms(const struct moment *moment)
{
	return days_from_date(moment->year, moment->month, moment->day) * CLOCK_DAY + moment->ms;
}

#define TIME_LEAST (-62167219200000) /* 0000-01-01, the first year RFC 3339 can write */
#define TIME_MOST  253402300799999   /* the end of 9999 */
#define COUNT_MOST 1000000000        /* of any unit: the products stay in range */

/* Exactly `count` digits. */
static const char *fixed_digits(const char *text, int count, int *ret)
{
	int value = 0;

	for (int i = 0; i < count; i++, text++) {
		if (*text < '0' || *text > '9')
			return NULL;
		value = value * 10 + (*text - '0');
	}
	*ret = value;
	return text;
}

/* "HH:MM", seconds and a fraction optional. */
static const char *read_time_of_day(const char *text, int64_t *ret_ms)
{
	int hour, minute, second = 0, scale = 100;
	int64_t fraction = 0;

	text = fixed_digits(text, 2, &hour);
	if (!text || *text != ':')
		return NULL;
	text = fixed_digits(text + 1, 2, &minute);
	if (!text)
		return NULL;
	if (*text == ':') {
		text = fixed_digits(text + 1, 2, &second);
		if (!text)
			return NULL;
		if (*text == '.') {
			if (text[1] < '0' || text[1] > '9')
				return NULL;
			for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
				fraction += (*text - '0') * scale;
		}
	}
	/* 60 is a leap second, which the epoch counts as the next one. */
	if (hour > 23 || minute > 59 || second > 60)
		return NULL;
	*ret_ms = hour * CLOCK_HOUR + minute * CLOCK_MINUTE + second * CLOCK_SECOND + fraction;
	return text;
}

/* "", "Z" or "+01:00", up to the end. */
static bool read_zone(const char *text, int64_t *ret_ms)
{
	int hour, minute, sign = *text == '-' ? -1 : 1;

	*ret_ms = 0;
	if (!*text)
		return true;
	if (*text == 'Z' || *text == 'z')
		return !text[1];
	if (*text != '+' && *text != '-')
		return false;
	text = fixed_digits(text + 1, 2, &hour);
	if (!text || *text != ':')
		return false;
	text = fixed_digits(text + 1, 2, &minute);
	if (!text || *text || hour > 23 || minute > 59)
		return false;
	*ret_ms = sign * (hour * CLOCK_HOUR + minute * CLOCK_MINUTE);
	return true;
}

/* "2026-11-22", or that and a time of day. */
static bool read_rfc3339(const char *text, int64_t *ret_ms)
{
	struct moment moment = { 0 };
	int year, month, day;
	int64_t zone = 0;

	text = fixed_digits(text, 4, &year);
	if (!text || *text != '-')
		return false;
	text = fixed_digits(text + 1, 2, &month);
	if (!text || *text != '-')
		return false;
	text = fixed_digits(text + 1, 2, &day);
	if (!text || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	if (*text) {
		if (*text != 'T' && *text != 't' && *text != ' ')
			return false;
		text = read_time_of_day(text + 1, &moment.ms);
		if (!text || !read_zone(text, &zone))
			return false;
	}
	moment.year = year;
	moment.month = month;
	moment.day = day;
	*ret_ms = moment_ms(&moment) - zone;
	return true;
}

/* Digits, optionally with a fraction of seconds. From 1e11 on they are milliseconds: as seconds, that is the year 5138.
 */
static bool read_epoch(const char *text, int64_t *ret_ms)
{
	int64_t whole = 0, fraction = 0;
	int scale = 100, digits = 0;

	for (; *text >= '0' && *text <= '9'; text++) {
		if (++digits > 15)
			return false;
		whole = whole * 10 + (*text - '0');
	}
	if (!digits)
		return false;
	if (*text == '.' && text[1]) {
		for (text++; *text >= '0' && *text <= '9'; text++, scale /= 10)
			fraction += (*text - '0') * scale;
	}
	*ret_ms = whole >= INT64_C(100000000000) ? whole : whole * CLOCK_SECOND + fraction;
	return !*text;
}

/* Months move by the calendar, as in Grafana: a month before 31 March is the last day of February. */
static int64_t add_months(int64_t ms, int64_t months)
{
	struct moment moment = moment_at(ms);
	int64_t month = moment.year * 12 + moment.month - 1 + months;
	int last;

	if (month < 0 || month >= 10000 * 12)
		return TIME_MOST + 1;
	moment.year = month / 12;
	moment.month = (int)(month - moment.year * 12) + 1;
	last = days_in_month(moment.year, moment.month);
	if (moment.day > last)
		moment.day = last;
	return moment_ms(&moment);
}

/* The begin of the second, minute, ..., year in which `ms` lies. Weeks begin on Monday. */
static int64_t round_down(int64_t ms, char unit)
{
	struct moment moment = moment_at(ms);

	switch (unit) {
	case 's': return floor_to(ms, CLOCK_SECOND);
	case 'm': return floor_to(ms, CLOCK_MINUTE);
	case 'h': return floor_to(ms, CLOCK_HOUR);
	case 'd': return floor_to(ms, CLOCK_DAY);
	/* The epoch was a Thursday. */
	case 'w': return floor_to(ms + 3 * CLOCK_DAY, 7 * CLOCK_DAY) - 3 * CLOCK_DAY;
	case 'Q': moment.month -= (moment.month - 1) % 3; break;
	case 'y': moment.month = 1; break;
	default: break;
	}
	moment.day = 1;
	moment.ms = 0;
	return moment_ms(&moment);
}

static int64_t move(int64_t ms, int64_t count, char unit)
{
	switch (unit) {
	case 's': return ms + count * CLOCK_SECOND;
	case 'm': return ms + count * CLOCK_MINUTE;
	case 'h': return ms + count * CLOCK_HOUR;
	case 'd': return ms + count * CLOCK_DAY;
	case 'w': return ms + count * 7 * CLOCK_DAY;
	case 'M': return add_months(ms, count);
	case 'Q': return add_months(ms, count * 3);
	default: return add_months(ms, count * 12);
	}
}

/* "now", then any number of "-6h", "+1d", "/d". A missing count is one, as in Grafana. */
static bool read_relative(const char *text, int64_t now_ms, int64_t *ret_ms)
{
	int64_t ms = now_ms;

	if (strncmp(text, "now", 3) != 0 || ms < TIME_LEAST || ms > TIME_MOST)
		return false;
	text += 3;
	while (*text) {
		char operation = *text++;
		int64_t count = 1;

		if (operation != '-' && operation != '+' && operation != '/')
			return false;
		if (operation != '/' && *text >= '0' && *text <= '9') {
			text = read_digits(text, &count);
			if (!text || count > COUNT_MOST)
				return false;
		}
		if (!*text || !strchr("smhdwMQy", *text))
			return false;
		if (operation == '/')
			ms = round_down(ms, *text);
		else
			ms = move(ms, operation == '-' ? -count : count, *text);
		if (ms < TIME_LEAST || ms > TIME_MOST)
			return false;
		text++;
	}
	*ret_ms = ms;
	return true;
}

int time_parse(const char *text, int64_t now_ms, int64_t *ret_ms, struct error *error)
{
	int64_t ms;
	const char *end;

	if (read_rfc3339(text, &ms) || read_relative(text, now_ms, &ms) || read_epoch(text, &ms)) {
		*ret_ms = ms;
		return 0;
	}
	end = read_time_of_day(text, &ms);
	if (end && (!*end || !strcmp(end, "Z")) && now_ms >= TIME_LEAST && now_ms <= TIME_MOST) {
		ms += floor_to(now_ms, CLOCK_DAY);
		*ret_ms = ms > now_ms ? ms - CLOCK_DAY : ms;
		return 0;
	}
	return error_set(error, "'%.64s' is no time (2026-11-22T03:41:00Z, 03:41, now-6h or seconds since 1970)", text);
}

void time_format(int64_t wall_ms, const char *format, char *ret, size_t size)
{
	struct tm parts;
	time_t seconds;

	if (!size)
		return;
	ret[0] = '\0';
	if (wall_ms < TIME_LEAST || wall_ms > TIME_MOST)
		return;
	seconds = (time_t)(floor_to(wall_ms, CLOCK_SECOND) / CLOCK_SECOND);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (gmtime_r(&seconds, &parts) && !strftime(ret, size, format, &parts))
		ret[0] = '\0';
#pragma GCC diagnostic pop
}
