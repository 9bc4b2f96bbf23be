/*
 * The columns of a panel's frames that run over time, one after the other:
 * what heatmaps, histograms and timelines walk. All of them, without choice.
 */
#ifndef UI_PANEL_TIME_SERIES_H
#define UI_PANEL_TIME_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "dashboard/frame.h"

struct time_series {
	const struct field *field;
	const struct field_config *config; /* never NULL */
	const char *name;
	const int64_t *times_ms;
	size_t count;
	int64_t step_ms; /* the least distance of two samples, at least the step asked for; 0 when neither is known */
};

/*
 * Collect value columns beside a time column, hidden ones left out; numbers
 * and booleans only unless `strings`. The array is in `arena`.
 */
struct time_series *time_series_collect(const struct frame_set *set, int64_t step_ms, bool strings, struct arena *arena,
					size_t *ret_count);

/* The range to show: the view's, or the panel's own when it shifts its time, or that of the data. Never empty. */
struct panel_view;
void time_series_range(const struct panel_view *view, const struct time_series *series, size_t count,
		       int64_t *ret_start_ms, int64_t *ret_end_ms);

/* The usual distance of samples; see step_ms. */
int64_t time_series_step(const int64_t *times_ms, size_t count, int64_t step_ms);

#endif
