/*
 * Rows of a list, one of them with the focus: where a key leads from it, and
 * how far the list is scrolled. What a list's rows are is the view's matter.
 */
#ifndef UI_VIEW_LIST_ROW_H
#define UI_VIEW_LIST_ROW_H

#include "ui/input/action.h"

/* Rows of a view's keys for the actions that list_row_after knows. */
#define LIST_ROW_KEYS(perform, can)                                                                                    \
	{ ACTION_DOWN, perform, can }, { ACTION_UP, perform, can }, { ACTION_NEXT, perform, can },                     \
		{ ACTION_PREVIOUS, perform, can }, { ACTION_TOP, perform, can }, { ACTION_BOTTOM, perform, can },      \
		{ ACTION_PAGE_UP, perform, can },                                                                      \
	{                                                                                                              \
		ACTION_PAGE_DOWN, perform, can                                                                         \
	}

/*
 * Where an action leads from `row` in a list of `count` rows of which
 * `visible` are in sight; of a page one row stays in sight. May lie before
 * the first row or behind the last; any other action leads to `row` itself.
 */
int list_row_after(enum action action, int row, int count, int visible);

/* The first row shown when `row` is to be in sight and no room is wasted at the end; `scroll` is what it was. */
int list_row_scroll(int scroll, int row, int count, int visible);

#endif
