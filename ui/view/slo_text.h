/* Objectives in words and figures: what lists, pages and `skep slo` say of a line. Pure. */
#ifndef UI_VIEW_SLO_TEXT_H
#define UI_VIEW_SLO_TEXT_H

#include "slo/slo_status.h"
#include "ui/draw/glyph.h"
#include "ui/draw/style.h"

/* Sign and colour of a health. */
enum glyph slo_sign(enum slo_health health, struct style *ret_style);

/* A value of the line in its unit: "99.95%", "480 ms", "1.2 K req/s". */
void slo_value_text(const struct slo_line *line, double value, char *ret, size_t size);

/* The value now, or why there is none. */
void slo_now_text(const struct slo_line *line, const struct slo_status *status, char *ret, size_t size);

/* The share that was good over the window, or why there is none; of lines without a budget "". */
void slo_window_text(const struct slo_line *line, const struct slo_status *status, char *ret, size_t size);

/* The window of an objective: that of its first line with a budget; "" without any. `size` >= 32. */
void slo_objective_window(const struct slo_file *file, const struct slo_objective *objective, char *ret, size_t size);

/* A line's title, with its window behind it where that is another than its objective's. */
void slo_title_text(const struct slo_file *file, const struct slo_line *line, char *ret, size_t size);

/* "99.9%", "> 1000"; "" when nobody measures it. */
void slo_target_text(const struct slo_line *line, char *ret, size_t size);

/* "31% left (13.4 min)"; "" without a budget. */
void slo_left_text(const struct slo_line *line, const struct slo_status *status, char *ret, size_t size);

/* A share that is near to all of it is not rounded up to it: "99.9996%". */
void slo_ratio_text(double share, char *ret, size_t size);

/* What a row of the scorecard says: its number and how that is. `status` is the line's; NULL where it has none. */
void slo_score_text(const struct slo_file *file, const struct slo_score *score, const struct slo_status *status,
		    char *ret, size_t size);
void slo_score_target(const struct slo_file *file, const struct slo_score *score, char *ret, size_t size);
enum slo_health slo_score_health(const struct slo_score *score, const struct slo_status *status);

/* "ok", "warning", "critical", "not measured" */
const char *slo_score_level(const struct slo_score *score, const struct slo_status *status);

#endif
