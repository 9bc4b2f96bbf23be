/*
 * The formatters behind the unit table; private to unit*.c. Each writes
 * `ret`, which comes zeroed, for a finite `value`; `decimals` is negative for
 * automatic.
 */
#ifndef DASHBOARD_UNIT_FORMAT_H
#define DASHBOARD_UNIT_FORMAT_H

#include <stdint.h>

#include "base/strbuf.h"
#include "dashboard/unit.h"

/* Copy as much of `text` as fits, never splitting a UTF-8 character. */
void unit_copy(char *ret, size_t size, const char *text);

/* Plain: a number and a suffix; percent and percentunit have no space before the sign. */
void unit_format_fixed(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_prefixed(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_percent(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_percentunit(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_string(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_bool(const struct unit_row *row, double value, int decimals, struct unit_text *ret); /* "yes/no" */
void unit_format_hex(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_hex0x(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_scientific(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_locale(const struct unit_row *row, double value, int decimals, struct unit_text *ret);

/* Scaled: 1000 or 1024 a step. */
void unit_format_short(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_si(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_binary(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_count(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_currency(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_currency_behind(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_psi(const struct unit_row *row, double value, int decimals, struct unit_text *ret);

/* The offset of "si:kB" (1) and where the unit's own symbol starts; 0 and all of it when there is no prefix. */
int unit_si_offset(const char *text, const char **ret_symbol);

/* Time. */
void unit_format_nanoseconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_microseconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_milliseconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_seconds(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_minutes(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_hours(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_days(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_ticks(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_duration_ms(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_duration_s(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_hms(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_dhms(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_clock_ms(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_clock_s(const struct unit_row *row, double value, int decimals, struct unit_text *ret);

/* Dates, UTC, from milliseconds since the epoch; the row's symbol is a moment.js pattern. */
void unit_format_date(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_date_not_today(const struct unit_row *row, double value, int decimals, struct unit_text *ret);
void unit_format_from_now(const struct unit_row *row, double value, int decimals, struct unit_text *ret);

/* Append a moment as moment.js formats it ("YYYY-MM-DD HH:mm:ss.SSS", "[at] h:mm a"), UTC. */
void moment_format(int64_t wall_ms, const char *pattern, struct strbuf *ret);

#endif
