/*
 * The window an objective is promised for: the last so many days, or the
 * month, quarter or year of the calendar (UTC) that now lies in. Which of them
 * it is always stands beside the number. Pure.
 */
#ifndef SLO_SLO_WINDOW_H
#define SLO_SLO_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum slo_window_kind { SLO_ROLLING, SLO_MONTH, SLO_QUARTER, SLO_YEAR };

struct slo_window {
	enum slo_window_kind kind;
	int64_t length_ms; /* of a calendar one what factors are computed with: 30, 90, 365 days */
};

/* "30d", "rolling 30d", "calendar month", "calendar quarter", "calendar year". One day to ten years. */
int slo_window_read(const char *text, struct slo_window *ret, struct error *error);

/* "30 d rolling", "calendar month". `size` >= 32. */
void slo_window_name(const struct slo_window *window, char *ret, size_t size);

/* Begin and end at a moment: a rolling one ends there, a calendar one where its period does. */
void slo_window_span(const struct slo_window *window, int64_t now_ms, int64_t *ret_start_ms, int64_t *ret_end_ms);

/* As PromQL has a length of time, in the largest unit that needs no other: "30d", "90s". `size` >= 24. */
void slo_duration(int64_t ms, char *ret, size_t size);

/* As a person reads it, with so many digits: "13.4 min" (3), "10 h" (2), "30 d", "1 y". `size` >= 32. */
void slo_duration_words(double ms, int digits, char *ret, size_t size);

#endif
