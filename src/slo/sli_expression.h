/*
 * The questions that a line asks, as PromQL. What skep asks and what `skep slo
 * rules` prints for a Prometheus are these very texts, so that both give the
 * same numbers.
 *
 * Events: (sum(bad) or 0 * sum(total)) / sum(total). Without traffic that is
 * 0/0, NaN; where all series of `bad` are missing while there is traffic,
 * nothing was bad. Time: the share of slices in which the value was not good,
 * those without a value left out.
 */
#ifndef SLO_SLI_EXPRESSION_H
#define SLO_SLI_EXPRESSION_H

#include "base/strbuf.h"
#include "slo/slo_file.h"

/* Append a number such that reading it gives this one again, in as few digits as that needs. */
void sli_add_number(double value, struct strbuf *ret);

/* Append `text` with every placeholder replaced by the window's length. */
void sli_expand(const char *text, int64_t window_ms, struct strbuf *ret);

/* The share of bad events, or of bad time, over a window. For lines with a budget. */
void sli_error_ratio(const struct slo_line *line, int64_t window_ms, struct strbuf *ret);

/* Bad and all events over a window: the two numbers whose quotient the ratio is. For events. */
void sli_bad(const struct slo_line *line, int64_t window_ms, struct strbuf *ret);
void sli_total(const struct slo_line *line, int64_t window_ms, struct strbuf *ret);

/* The value now: its worst series; of events without an indicator the good share of the last 5 minutes. */
#define SLI_NOW_MS (5 * INT64_C(60000))
void sli_now(const struct slo_line *line, struct strbuf *ret);

/*
 * For how much of its time an alert line's condition has been met: the number
 * of slices in which it was. It holds when they are `sli_held_slices`.
 */
void sli_held(const struct slo_line *line, const struct slo_alert *alert, struct strbuf *ret);
unsigned sli_held_slices(const struct slo_alert *alert);

#endif
