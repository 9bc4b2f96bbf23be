#include "ui/view/list_row.h"

int list_row_after(enum action action, int row, int count, int visible)
{
	int page = visible > 2 ? visible - 1 : 1;

	switch (action) {
	case ACTION_DOWN:
	case ACTION_NEXT: return row + 1;
	case ACTION_UP:
	case ACTION_PREVIOUS: return row - 1;
	case ACTION_TOP: return 0;
	case ACTION_BOTTOM: return count - 1;
	case ACTION_PAGE_DOWN: return row + page;
	case ACTION_PAGE_UP: return row - page;
	default: return row;
	}
}

int list_row_scroll(int scroll, int row, int count, int visible)
{
	if (scroll > row)
		scroll = row;
	if (visible > 0 && scroll <= row - visible)
		scroll = row - visible + 1;
	if (scroll > count - visible)
		scroll = count - visible;
	return scroll < 0 ? 0 : scroll;
}
