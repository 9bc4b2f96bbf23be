/*
 * From a number to what a person reads: mapping, unit text, threshold,
 * colour, percent of the range. Pure functions of a value and its config.
 */
#ifndef DASHBOARD_DISPLAY_H
#define DASHBOARD_DISPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/field_config.h"
#include "dashboard/frame.h"
#include "dashboard/unit.h"

/* Where on its thresholds a value stands, so that colour is never the only sign. */
enum severity {
	SEVERITY_NONE,     /* no thresholds, or a hue that is no state */
	SEVERITY_OK,       /* green */
	SEVERITY_WARNING,  /* yellow, orange */
	SEVERITY_CRITICAL, /* red */
};

struct display {
	struct unit_text text; /* after mapping; prefix and suffix empty when mapped */
	bool mapped;
	bool missing;              /* there is no value, and no mapping gave it a colour: its colour says nothing */
	double number;             /* NaN or frame_null() where there is none */
	double percent;            /* 0..1 of min..max, clamped; NaN when there is no number */
	struct colour_spec colour; /* HUE_NONE: the series' own */
	enum severity severity;
};

/*
 * Range of a field for percent, thresholds and gauges: config's min and max
 * where set, else from the data of all number fields of the set (Grafana's rule).
 */
struct display_range {
	double min, max;
};
struct display_range display_range_of(const struct field *field, const struct frame_set *set);

/* The two halves of it, so that many fields read their set only once. NaN where there is no number. */
struct display_range display_range_of_set(const struct frame_set *set);
struct display_range display_range_with(const struct field_config *config, struct display_range data);

/*
 * One value. Nothing there (null, NULL) shows the config's noValue or "".
 * `config` may be NULL. A number where a value is missing has no severity:
 * what is not known is not fine.
 */
void display_number(const struct field_config *config, double value, struct display_range range, struct display *ret);
void display_string(const struct field_config *config, const char *value, struct display *ret);
void display_boolean(const struct field_config *config, double value, struct display *ret);
void display_time(const struct field_config *config, int64_t wall_ms, struct display *ret);

/* One cell of a column, by the column's type. */
void display_cell(const struct field *field, size_t row, struct display_range range, struct display *ret);

/* Severity and colour of a value by its thresholds alone; `ret_severity` may be NULL. */
struct colour_spec threshold_colour(const struct thresholds *thresholds, double value, struct display_range range,
				    enum severity *ret_severity);
enum severity severity_of_hue(enum hue hue);

/* One shown value of a stat, gauge, bar gauge or pie. */
struct shown {
	const char *name; /* display name */
	struct display display;
	const struct field *field; /* config, palette index */
	const int64_t *times_ms;   /* for the spark; NULL when there is none */
	const double *values;
	size_t count;
	struct display_range range;
};

/*
 * What the reduce options of `panel` show of the set, as Grafana does
 * (getFieldDisplayValues): each number field reduced by each calc, or each
 * row. At most `limit`; the rest is counted in `ret_more`. The array is in `arena`.
 */
struct shown *display_shown(const struct panel *panel, const struct frame_set *set, struct arena *arena, size_t limit,
			    size_t *ret_count, size_t *ret_more);

#endif
