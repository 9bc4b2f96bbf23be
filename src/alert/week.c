#include "alert/week.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define DAY_MINUTES (24 * 60)

/* The epoch was a Thursday. */
#define EPOCH_OFFSET_MS (3 * CLOCK_DAY)

static const char *const day_names[WEEK_DAYS] = { "monday", "tuesday",  "wednesday", "thursday",
						  "friday", "saturday", "sunday" };

int weekday_parse(const char *text, size_t length)
{
	for (int i = 0; i < WEEK_DAYS; i++)
		if (length >= 3 && length <= strlen(day_names[i]) && !strncasecmp(text, day_names[i], length))
			return i;
	return -1;
}

static int no_day(const char *text, size_t length, struct error *error)
{
	return error_set(error, "'%.*s' is no weekday (Mon, Tue, Wed, Thu, Fri, Sat, Sun)",
			 (int)(length < 32 ? length : 32), text);
}

int weekdays_parse(const char *text, size_t length, unsigned *ret, struct error *error)
{
	const char *dash = memchr(text, '-', length);
	size_t first_length = dash ? (size_t)(dash - text) : length;
	int first = weekday_parse(text, first_length), last = first;

	if (dash)
		last = weekday_parse(dash + 1, length - first_length - 1);
	if (first < 0 || last < 0)
		return no_day(text, length, error);
	*ret = 1u << first;
	for (int day = first; day != last;) {
		day = (day + 1) % WEEK_DAYS;
		*ret |= 1u << day;
	}
	return 0;
}

int day_minute_parse(const char *text, size_t length, int *ret, struct error *error)
{
	int hour, minute;

	if (length == 5 && isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) && text[2] == ':' &&
	    isdigit((unsigned char)text[3]) && isdigit((unsigned char)text[4])) {
		hour = (text[0] - '0') * 10 + text[1] - '0';
		minute = (text[3] - '0') * 10 + text[4] - '0';
		*ret = hour * 60 + minute;
		if (minute < 60 && *ret <= DAY_MINUTES)
			return 0;
	}
	return error_set(error, "'%.*s' is no time of day (00:00 to 24:00, UTC)", (int)(length < 32 ? length : 32),
			 text);
}

/* The next word: neither blank nor comma. */
static size_t next_word(const char **at)
{
	*at += strspn(*at, " \t\n");
	return strcspn(*at, " \t\n,");
}

int week_time_parse(const char *text, int64_t *ret_ms, struct error *error)
{
	const char *at = text;
	size_t length = next_word(&at);
	int day = weekday_parse(at, length), minute = 0;

	if (day < 0)
		return no_day(at, length, error);
	at += length;
	length = next_word(&at);
	if (day_minute_parse(at, length, &minute, error))
		return -1;
	at += length;
	length = next_word(&at);
	if (length == 3 && !strncasecmp(at, "UTC", 3))
		at += length;
	if (next_word(&at) || *at)
		return error_set(error, "'%.64s' is more than a weekday and a time (like Monday 09:00, UTC)", text);
	*ret_ms = day * CLOCK_DAY + minute * CLOCK_MINUTE;
	return 0;
}

int64_t week_offset_ms(int64_t wall_ms)
{
	int64_t rest = (wall_ms + EPOCH_OFFSET_MS) % WEEK_MS;

	return rest < 0 ? rest + WEEK_MS : rest;
}

/* "09:00-17:00". */
static int read_span(const char *word, size_t length, struct hours_range *range, struct error *error)
{
	const char *dash = memchr(word, '-', length);

	if (!dash)
		return error_set(error, "'%.*s' is no span of hours (like 09:00-17:00)",
				 (int)(length < 32 ? length : 32), word);
	if (day_minute_parse(word, (size_t)(dash - word), &range->from, error) ||
	    day_minute_parse(dash + 1, length - (size_t)(dash - word) - 1, &range->till, error))
		return -1;
	if (range->from == range->till || range->from == DAY_MINUTES)
		return error_set(error, "'%.*s' is no span of hours (like 09:00-17:00)", (int)length, word);
	if (range->till < range->from)
		range->till += DAY_MINUTES;
	return 0;
}

/* Up to a comma: days, hours, or both, and perhaps UTC. */
static int read_range(const char **at, struct hours_range *range, struct error *error)
{
	size_t length = next_word(at);

	*range = (struct hours_range){ WEEK_ALL_DAYS, 0, DAY_MINUTES };
	if (length && !isdigit((unsigned char)**at)) {
		if (weekdays_parse(*at, length, &range->days, error))
			return -1;
		*at += length;
		length = next_word(at);
		if (length && isdigit((unsigned char)**at) && read_span(*at, length, range, error))
			return -1;
		if (length && isdigit((unsigned char)**at))
			*at += length;
	} else if (read_span(*at, length, range, error)) {
		return -1;
	} else {
		*at += length;
	}
	length = next_word(at);
	if (length == 3 && !strncasecmp(*at, "UTC", 3)) {
		*at += length;
		length = next_word(at);
	}
	if (length)
		return error_set(error, "'%.*s' is not understood (Mon-Fri 09:00-17:00 UTC; no other zone is known)",
				 (int)(length < 32 ? length : 32), *at);
	return 0;
}

int hours_parse(struct hours *ret, const char *text, struct error *error)
{
	const char *at = text;
	struct hours hours = { .count = 0 };
	size_t length = next_word(&at);

	if (length == 4 && !strncmp(at, "24/7", 4)) {
		at += length;
		length = next_word(&at);
		if (length == 3 && !strncasecmp(at, "UTC", 3))
			at += length;
		if (next_word(&at) || *at)
			return error_set(error, "'%.64s' is more than 24/7", text);
		*ret = hours;
		return 0;
	}
	for (;;) {
		if (hours.count == WEEK_HOURS_MAX)
			return error_set(error, "has more than %d ranges", WEEK_HOURS_MAX);
		if (read_range(&at, &hours.ranges[hours.count], error))
			return -1;
		hours.count++;
		if (*at != ',')
			break;
		at++;
	}
	*ret = hours;
	return 0;
}

static bool range_holds(const struct hours_range *range, int64_t offset_ms)
{
	for (int day = 0; day < WEEK_DAYS; day++) {
		int64_t from_ms = day * CLOCK_DAY + range->from * CLOCK_MINUTE;
		int64_t length_ms = (range->till - range->from) * CLOCK_MINUTE;

		/* Sunday's night may end on Monday. */
		if (range->days & 1u << day && (offset_ms - from_ms + WEEK_MS) % WEEK_MS < length_ms)
			return true;
	}
	return false;
}

bool hours_hold(const struct hours *hours, int64_t wall_ms)
{
	int64_t offset_ms = week_offset_ms(wall_ms);

	for (size_t i = 0; i < hours->count; i++)
		if (range_holds(&hours->ranges[i], offset_ms))
			return true;
	return !hours->count;
}
