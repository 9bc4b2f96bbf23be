/* The list of objectives as it is drawn: as many columns as fit, the important ones first. */
#ifndef UI_VIEW_SLO_LIST_H
#define UI_VIEW_SLO_LIST_H

#include "ui/draw/canvas.h"
#include "ui/view/slo_rows.h"

/* Rows of the list in such an area, without its border and its head. */
int slo_list_rows(struct rect area);

/* Where a row stands; false when it is not in sight. */
bool slo_list_place(struct rect area, int row, int scroll, struct rect *ret);

void slo_list_draw(const struct console *console, struct canvas *canvas, struct rect area, const struct slo_rows *rows);

/* What is left of a budget as a bar: the overspent one is full of nothing. */
void slo_bar_draw(struct canvas *canvas, struct rect place, double remaining);

/* One row of the scorecard: sign, title, number, target. */
void slo_score_draw(const struct console *console, struct canvas *canvas, struct rect place, size_t score,
		    bool focused);

#endif
