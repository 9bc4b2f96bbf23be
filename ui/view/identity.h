/*
 * Which panel it is, whatever its index becomes: the definition and the values
 * a repeat bound to it. Remembered beside an index into the board's panels and
 * asked for the new index when folds, repeats or variables moved the panels.
 */
#ifndef UI_VIEW_IDENTITY_H
#define UI_VIEW_IDENTITY_H

#include "dashboard/board.h"

struct identity {
	const struct board *board; /* NULL: nothing is remembered */
	const struct panel *panel;
	char *bound; /* the repeat's names and values, joined */
	int index;   /* when it was remembered */
};

void identity_release(struct identity *identity);

/* Remember panel `index` of the board; -1 forgets. */
void identity_take(struct identity *identity, struct board *board, int index);

/*
 * Where the panel at `index` is now. An index that is not the remembered one
 * was chosen since and is kept as far as there are so many panels; a panel
 * that is gone gives the place where it was, of the last one at most; -1 stays -1.
 */
int identity_find(const struct identity *identity, struct board *board, int index);

/* The same, but -1 when the panel is gone. */
int identity_find_same(const struct identity *identity, struct board *board, int index);

#endif
