/*
 * Times that come again each week, in UTC: weekdays, times of day, hours at
 * which somebody is to be reached. The week begins on Monday.
 */
#ifndef ALERT_WEEK_H
#define ALERT_WEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define WEEK_DAYS      7
#define WEEK_ALL_DAYS  0x7Fu
#define WEEK_MS        (INT64_C(7) * 86400000)
#define WEEK_HOURS_MAX 16 /* ranges in one text */

/* "Monday", "mon": 0; ... "Sunday": 6; -1 when it is none. `length` bytes of text. */
int weekday_parse(const char *text, size_t length);

/* Days as a sum of 1u << day: "Mon", "Mon-Fri", "Sat-Sun", "Fri-Mon". */
int weekdays_parse(const char *text, size_t length, unsigned *ret, struct error *error);

/* "09:00" as minutes of the day; 24:00 is allowed. */
int day_minute_parse(const char *text, size_t length, int *ret, struct error *error);

/* "Monday 09:00" as milliseconds since the beginning of the week. */
int week_time_parse(const char *text, int64_t *ret_ms, struct error *error);

/* Milliseconds since the beginning of its week, for times before 1970 too. */
int64_t week_offset_ms(int64_t wall_ms);

struct hours_range {
	unsigned days;  /* on which it begins */
	int from, till; /* minutes of the day; till > from, beyond 1440: on the next day */
};

/* No range: always. */
struct hours {
	struct hours_range ranges[WEEK_HOURS_MAX];
	size_t count;
};

/*
 * "24/7", "Mon-Fri 09:00-17:00 UTC", "21:00-09:00" (each day, over midnight),
 * "Sat-Sun" (whole days); several with commas between them. "UTC" may stand
 * behind each; no other zone is known.
 */
int hours_parse(struct hours *ret, const char *text, struct error *error);
bool hours_hold(const struct hours *hours, int64_t wall_ms);

#endif
