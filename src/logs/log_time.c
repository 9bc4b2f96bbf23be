#include "logs/log_time.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "logs/log_zone.h"

#define EPOCH_DIGITS_LEAST 9  /* 1973 in seconds; shorter numbers are something else */
#define EPOCH_DIGITS_MOST  19 /* nanoseconds */

/* What is read from, and how far. */
struct reader {
	const char *at, *end;
};

struct moment {
	int year, month, day, hour, minute, second;
	int millisecond;
	bool zoned;
	int offset_s;
};

static size_t left(const struct reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

/* Exactly `digits` digits, or -1. */
static int fixed(struct reader *reader, size_t digits)
{
	int value = 0;

	if (left(reader) < digits)
		return -1;
	for (size_t i = 0; i < digits; i++) {
		if (!is_digit(reader->at[i]))
			return -1;
		value = value * 10 + (reader->at[i] - '0');
	}
	reader->at += digits;
	return value;
}

static bool literal(struct reader *reader, char ch)
{
	if (reader->at >= reader->end || *reader->at != ch)
		return false;
	reader->at++;
	return true;
}

/* A day of the month: two digits, or one behind a blank or alone. */
static int day_of_month(struct reader *reader)
{
	if (left(reader) >= 2 && is_digit(reader->at[0]) && is_digit(reader->at[1]))
		return fixed(reader, 2);
	literal(reader, ' ');
	return fixed(reader, 1);
}

/* 1 to 12 for an English abbreviation, or 0. */
static int month_name(struct reader *reader)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (left(reader) < 3)
		return 0;
	for (int i = 0; i < 12; i++) {
		if (memcmp(reader->at, names + 3 * i, 3) == 0) {
			reader->at += 3;
			return i + 1;
		}
	}
	return 0;
}

static bool clock_time(struct reader *reader, struct moment *moment)
{
	moment->hour = fixed(reader, 2);
	if (moment->hour < 0 || !literal(reader, ':'))
		return false;
	moment->minute = fixed(reader, 2);
	if (moment->minute < 0)
		return false;
	if (!literal(reader, ':'))
		return true;
	moment->second = fixed(reader, 2);
	return moment->second >= 0;
}

static void fraction(struct reader *reader, struct moment *moment)
{
	static const int weight[3] = { 100, 10, 1 };
	size_t digits = 0;

	if (left(reader) < 2 || (*reader->at != '.' && *reader->at != ',') || !is_digit(reader->at[1]))
		return;
	reader->at++;
	for (; reader->at < reader->end && is_digit(*reader->at); reader->at++, digits++)
		if (digits < 3)
			moment->millisecond += weight[digits] * (*reader->at - '0');
}

/* "+02:00", "+0200", "+02", with a sign. */
static bool numeric_zone(struct reader *reader, struct moment *moment)
{
	struct reader ahead = *reader;
	int sign = literal(&ahead, '-') ? -1 : 1, hours, minutes = 0;

	if (sign > 0 && !literal(&ahead, '+'))
		return false;
	hours = fixed(&ahead, 2);
	if (hours < 0 || hours > 18)
		return false;
	if (literal(&ahead, ':'))
		minutes = fixed(&ahead, 2);
	else if (ahead.at < ahead.end && is_digit(*ahead.at))
		minutes = fixed(&ahead, 2);
	if (minutes < 0 || minutes > 59)
		return false;
	moment->zoned = true;
	moment->offset_s = sign * (hours * 3600 + minutes * 60);
	*reader = ahead;
	return true;
}

static bool word_zone(struct reader *reader, const char *word, struct moment *moment)
{
	size_t length = strlen(word);

	if (left(reader) < length || memcmp(reader->at, word, length) != 0 ||
	    (left(reader) > length && ((reader->at[length] | 0x20) >= 'a' && (reader->at[length] | 0x20) <= 'z')))
		return false;
	reader->at += length;
	moment->zoned = true;
	moment->offset_s = 0;
	return true;
}

static void zone(struct reader *reader, struct moment *moment)
{
	struct reader ahead = *reader;

	if (word_zone(reader, "Z", moment) || numeric_zone(reader, moment))
		return;
	if (!literal(&ahead, ' '))
		return;
	/* Behind a blank only what cannot be anything else: " -0500", not " -3". */
	if (word_zone(&ahead, "UTC", moment) || word_zone(&ahead, "GMT", moment) ||
	    (left(&ahead) >= 5 && is_digit(ahead.at[4]) && numeric_zone(&ahead, moment)))
		*reader = ahead;
}

/* Days since 1970 of a date of the Gregorian calendar, counting years from March. */
static int64_t days_from_date(int year, int month, int day)
{
	int64_t years = month > 2 ? year : year - 1;
	int64_t era = (years >= 0 ? years : years - 399) / 400;
	int64_t of_era = years - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_possible(const struct moment *moment)
{
	return moment->year >= 0 && moment->month >= 1 && moment->month <= 12 && moment->day >= 1 &&
	       moment->day <= 31 && moment->hour <= 24 && moment->minute <= 59 && moment->second <= 60;
}

static int64_t to_utc(const struct moment *moment, const struct line_parser *parser)
{
	int64_t ms = days_from_date(moment->year, moment->month, moment->day) * CLOCK_DAY + moment->hour * CLOCK_HOUR +
		     moment->minute * CLOCK_MINUTE + moment->second * CLOCK_SECOND + moment->millisecond;

	if (moment->zoned)
		return ms - moment->offset_s * CLOCK_SECOND;
	return parser->zone ? log_zone_to_utc(parser->zone, ms) : ms;
}

/* The latest such time that does not lie a day ahead of now: a line of December read in January is last year's. */
static int64_t to_utc_of_some_year(struct moment *moment, const struct line_parser *parser)
{
	int64_t ms;

	moment->year = (int)(1970 + parser->now_ms / (CLOCK_DAY * 1461 / 4)) + 1;
	do
		ms = to_utc(moment, parser);
	while (ms > parser->now_ms + CLOCK_DAY && moment->year-- > 1970);
	return ms;
}

/* Behind the date: a blank, or what the formats have there, then the time of day with its zone. */
static bool rest(struct reader *reader, struct moment *moment)
{
	if (!clock_time(reader, moment))
		return false;
	fraction(reader, moment);
	zone(reader, moment);
	return is_possible(moment);
}

/* "2026-11-22T", "2026/11/22 ", "22/Nov/2026:", "22 Nov 2026 " */
static bool numeric_date(struct reader *reader, struct moment *moment)
{
	char separator;

	if (left(reader) < 11)
		return false;
	if (!is_digit(reader->at[2])) {
		moment->day = day_of_month(reader);
		separator = *reader->at;
		if ((separator != '/' && separator != ' ' && separator != '-') || !literal(reader, separator))
			return false;
		moment->month = month_name(reader);
		if (!moment->month || !literal(reader, separator))
			return false;
		moment->year = fixed(reader, 4);
		return literal(reader, ':') || literal(reader, ' ');
	}
	moment->year = fixed(reader, 4);
	if (moment->year < 0)
		return false;
	separator = *reader->at;
	if ((separator != '-' && separator != '/') || !literal(reader, separator))
		return false;
	moment->month = fixed(reader, 2);
	if (moment->month < 0 || !literal(reader, separator))
		return false;
	moment->day = fixed(reader, 2);
	return moment->day > 0 && (literal(reader, 'T') || literal(reader, ' ') || literal(reader, '_'));
}

/* "Nov 22 03:41:00", "Sun Nov 22 03:41:00.123 2026" */
static bool named_date(struct reader *reader, const struct line_parser *parser, int64_t *ret_ms)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	struct moment moment = { 0 };

	for (int i = 0; i < 7 && left(reader) > 4; i++) {
		if (memcmp(reader->at, days + 3 * i, 3) == 0 && reader->at[3] == ' ') {
			reader->at += 4;
			break;
		}
	}
	moment.month = month_name(reader);
	if (!moment.month || !literal(reader, ' '))
		return false;
	moment.day = day_of_month(reader);
	if (moment.day < 0 || !literal(reader, ' ') || !rest(reader, &moment))
		return false;
	if (left(reader) >= 5 && reader->at[0] == ' ' && (reader->at[1] == '1' || reader->at[1] == '2')) {
		struct reader ahead = { reader->at + 1, reader->end };

		moment.year = fixed(&ahead, 4);
		if (moment.year > 1969 && (ahead.at == ahead.end || !is_digit(*ahead.at))) {
			*reader = ahead;
			*ret_ms = to_utc(&moment, parser);
			return true;
		}
	}
	*ret_ms = to_utc_of_some_year(&moment, parser);
	return true;
}

/* Seconds, milliseconds, microseconds or nanoseconds by the number of digits before the point. */
static bool epoch(struct reader *reader, int64_t *ret_ms)
{
	struct moment part = { 0 };
	uint64_t value = 0;
	size_t digits = 0;

	for (; reader->at < reader->end && is_digit(*reader->at) && digits < EPOCH_DIGITS_MOST; reader->at++, digits++)
		value = value * 10 + (uint64_t)(*reader->at - '0');
	if (digits < EPOCH_DIGITS_LEAST)
		return false;
	fraction(reader, &part);
	if (reader->at < reader->end && *reader->at != ' ' && *reader->at != '\t')
		return false;
	if (digits <= 11)
		*ret_ms = (int64_t)value * CLOCK_SECOND + part.millisecond;
	else if (digits <= 14)
		*ret_ms = (int64_t)value;
	else if (digits <= 17)
		*ret_ms = (int64_t)(value / 1000);
	else
		*ret_ms = (int64_t)(value / 1000000);
	return true;
}

size_t log_time_read(const char *text, size_t length, const struct line_parser *parser, int64_t *ret_ms)
{
	struct reader reader = { text, text + length };
	struct moment moment = { 0 };

	if (length < EPOCH_DIGITS_LEAST)
		return 0;
	if (!is_digit(*text)) {
		if (*text < 'A' || *text > 'W' || !named_date(&reader, parser, ret_ms))
			return 0;
		return (size_t)(reader.at - text);
	}
	if (numeric_date(&reader, &moment) && rest(&reader, &moment)) {
		*ret_ms = to_utc(&moment, parser);
		return (size_t)(reader.at - text);
	}
	reader.at = text;
	return epoch(&reader, ret_ms) ? (size_t)(reader.at - text) : 0;
}

size_t log_time_read_klog(const char *text, size_t length, const struct line_parser *parser, int64_t *ret_ms)
{
	struct reader reader = { text, text + length };
	struct moment moment = { 0 };

	moment.month = fixed(&reader, 2);
	moment.day = fixed(&reader, 2);
	if (moment.month < 1 || moment.day < 1 || !literal(&reader, ' ') || !clock_time(&reader, &moment))
		return 0;
	fraction(&reader, &moment);
	if (!is_possible(&moment))
		return 0;
	*ret_ms = to_utc_of_some_year(&moment, parser);
	return (size_t)(reader.at - text);
}
