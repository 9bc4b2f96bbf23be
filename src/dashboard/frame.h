/*
 * Data frames as Grafana has them: named columns of equal length. Answers
 * become frames, transformations turn frames into frames, panels draw frames.
 * Columns may alias a matrix (which the set keeps alive); everything else is
 * in the set's arena. A frame is never changed after it was handed on:
 * transformations build new ones.
 */
#ifndef DASHBOARD_FRAME_H
#define DASHBOARD_FRAME_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "dashboard/dashboard.h"
#include "tsdb/matrix.h"

enum field_type { FIELD_TIME, FIELD_NUMBER, FIELD_STRING, FIELD_BOOLEAN /* numbers 0 and 1 */ };

struct field {
	const char *name; /* "Time", "Value", a label's name ... */
	enum field_type type;
	struct labels labels;
	union {
		const int64_t *times_ms;
		const double *numbers;      /* NaN is NaN; frame_null() is "no value" */
		const char *const *strings; /* NULL is "no value" */
	};
	const char *legend;       /* from legendFormat, expanded; NULL when automatic */
	const char *display_name; /* set by renaming transformations and frame_apply_config: what a person reads */
	const struct field_config *config; /* set by frame_apply_config: defaults and overrides merged */
	int series_index;                  /* among the set's number fields: picks palette colour and letter */
};

struct frame {
	const char *name;
	const char *ref_id;
	enum target_format format;
	struct field *fields;
	size_t field_count;
	size_t length; /* rows */
};

struct frame_set {
	struct arena arena;
	VEC(struct frame) frames;
	VEC(struct matrix *) matrices; /* references held */
	size_t dropped;                /* series beyond what is kept (limits) */
	bool ranged;                   /* number_min and number_max hold for the frames as they are */
	double number_min, number_max; /* of all finite numbers; NaN when there are none */
};

void frame_set_init(struct frame_set *set);
void frame_set_release(struct frame_set *set);

/* The "no value" number: a NaN with a payload of its own. */
double frame_null(void);
bool frame_is_null(double value);

/* "No value" among times: a row of a join for which one side has no time. */
#define FRAME_NULL_TIME INT64_MIN

/*
 * Append one answer as frames, as Grafana's Prometheus data source does:
 * time series: one frame a series (Time, Value with labels); table: one frame
 * (Time, labels sorted, Value or "Value #A" when `many_targets`), ascending;
 * heatmap: one frame a bucket, sorted by `le`, each less the one before,
 * below 1e-9 is 0, named by `le`. Legends are expanded ("{{ label }}",
 * missing labels empty; "" and "__auto" by rule: see grafana facts). A range
 * answer is laid on its step grid only where a gap must show: a gap wider
 * than `step_ms` gets one null row.
 */
void frame_add_matrix(struct frame_set *set, struct matrix *matrix, const struct target *target, const char *legend,
		      int64_t step_ms, bool many_targets);

/*
 * Apply the panel's transformations in order, replacing the set's frames.
 * Those not known are skipped; each such id is reported once through `note`.
 */
void frame_transform(struct frame_set *set, const struct panel *panel, void (*note)(void *user, const char *text),
		     void *user);

/* Merge defaults and matching overrides into each field's config, name fields, number series. */
void frame_apply_config(struct frame_set *set, const struct panel *panel);

#endif
