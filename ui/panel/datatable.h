/*
 * What a table panel shows, before it is drawn: which columns, in which
 * order the rows, how wide each column. Made from the panel's frames for one
 * picture and thrown away after it.
 *
 * Rows are those of the first frame, as Grafana shows it. When the answer is
 * several time series, each one is a row: its name and its last value.
 */
#ifndef UI_PANEL_DATATABLE_H
#define UI_PANEL_DATATABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "ui/panel/panel.h"

#define DATATABLE_GAP 2 /* cells between columns */

struct datatable_column {
	const char *title;
	const struct field *field;             /* its type, config and, as a rule, its values */
	const struct field *const *row_fields; /* when each row is a series: that series; else NULL */
	const struct frame *const *row_frames; /* and its frame */
	const char *const *row_texts;          /* when each row is a series: the names; else NULL */
	struct display_range range;
	enum cell_kind kind;
	enum align align; /* never ALIGN_AUTO */
	int width;        /* cells; 0 when there is no place for it */
	bool sorted, descending;
};

struct datatable {
	struct arena arena;
	const struct panel_view *view;
	struct datatable_column *columns;
	size_t column_count;
	size_t *order; /* rows, sorted */
	size_t row_count;
	size_t frame_count; /* frames there are; more than one is shown only as a row each */
	bool by_series;
};

void datatable_init(struct datatable *table, const struct panel_view *view);
void datatable_release(struct datatable *table);

/* One cell as a person reads it; `row` is an index into `order`'s values, not a line on the screen. */
void datatable_cell(const struct datatable_column *column, size_t row, struct display *ret);

/* Append the cell's text; of a cell without a value nothing, since an empty cell says so. */
void datatable_text(const struct display *display, struct strbuf *ret);

/* The field whose config the cell follows. */
const struct field *datatable_cell_field(const struct datatable_column *column, size_t row);

/*
 * Give every column a width so that they fit into `width`: by content
 * (`first`..`first + shown` and a sample of the other rows) or as the
 * panel's file says. Returns how many columns, from the left, have a place.
 */
size_t datatable_fit(struct datatable *table, int width, size_t first, size_t shown);

#endif
