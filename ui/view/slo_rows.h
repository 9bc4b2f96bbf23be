/*
 * What the objectives view lists: a heading for each objective, its lines,
 * and the scorecard at the end; those that pass the filter. The focus is on a
 * line or on a row of the scorecard, and stays on it when others come and go.
 */
#ifndef UI_VIEW_SLO_ROWS_H
#define UI_VIEW_SLO_ROWS_H

#include "slo/slo_state.h"
#include "ui/view/console.h"

enum slo_row_kind { SLO_ROW_OBJECTIVE, SLO_ROW_LINE, SLO_ROW_SCORES, SLO_ROW_SCORE };

struct slo_row {
	enum slo_row_kind kind;
	size_t index; /* of the objective, line or score */
};

#define SLO_ROWS_MAX 400

struct slo_rows {
	struct slo_row items[SLO_ROWS_MAX];
	int count;
	int focus; /* row that has it, -1 when nothing is listed */
};

/* The scorecard is among the rows where it has no box of its own. */
void slo_rows_make(struct slo_rows *ret, const struct console *console, bool scores);

/* Can a row have the focus? */
bool slo_row_takes_focus(const struct slo_row *row);

/* The row `steps` lines and scores further, or the last one there is. */
int slo_rows_after(const struct slo_rows *rows, int row, int steps);

/* Give the focus to a row. */
void slo_rows_go(struct console *console, const struct slo_rows *rows, int row);

/* The line a row is about: its own, or that of the scorecard's row; -1. */
int slo_row_line(const struct slo_file *file, const struct slo_row *row);

/* Does any text of the row hold it? */
bool slo_row_matches(const struct slo_state *state, const struct slo_row *row, const char *needle);

#endif
