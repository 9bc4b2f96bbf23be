/*
 * Time as the program speaks of it: int64_t milliseconds. Wall times are UTC
 * since the epoch; monotonic times only compare with each other. Durations
 * are read and written as Prometheus does ("1h30m", "15s", "250ms", units ms
 * s m h d w y).
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define CLOCK_SECOND INT64_C(1000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR   (60 * CLOCK_MINUTE)
#define CLOCK_DAY    (24 * CLOCK_HOUR)

int64_t clock_wall_ms(void);
int64_t clock_monotonic_ms(void);

/* Nanoseconds of the monotonic clock, for measuring. */
int64_t clock_monotonic_ns(void);

/* Read a duration; `M` is a month of 30 days as Grafana has it. Whole units, strictly positive, at most 1000 years. */
int duration_parse(const char *text, int64_t *ret_ms, struct error *error);

/* "850ms" "42s" "2m14s" "3h05m" "12d4h": two units at most, at most 8 characters. `size` >= 16. */
void duration_format(int64_t ms, char *ret, size_t size);

/*
 * Read a moment: RFC 3339 ("2026-11-22T03:41:00Z", zone optional, UTC
 * assumed; a space for T; seconds optional), "03:41" (today, or yesterday if
 * that lies ahead of `now_ms`), seconds or milliseconds since the epoch, or
 * Grafana's relative form ("now", "now-6h", "now-1d/d"; units s m h d w M Q y,
 * months by the calendar, weeks from Monday, "/" rounds down).
 */
int time_parse(const char *text, int64_t now_ms, int64_t *ret_ms, struct error *error);

/* strftime in UTC. Empty when it does not fit, or before the year 0 or after 9999. */
void time_format(int64_t wall_ms, const char *format, char *ret, size_t size);

#endif
