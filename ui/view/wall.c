#include "ui/view/wall.h"

#include "ui/view/focus.h"
#include "ui/view/tabs.h"

int wall_page(const struct console *console, int *ret_count)
{
	int window = focus_window(console);

	*ret_count = 1;
	if (window < 1 || console->layout.height <= window)
		return 1;
	*ret_count = (console->layout.height + window - 1) / window;
	/* The last page ends where the board ends. */
	if (console->scroll + window >= console->layout.height)
		return *ret_count;
	return console->scroll / window + 1;
}

bool wall_tick(struct console *console, int64_t monotonic_ms)
{
	int pages, page = wall_page(console, &pages);

	if (!console->page_at_ms) {
		console->page_at_ms = monotonic_ms + WALL_PAGE_MS;
		return false;
	}
	if (monotonic_ms < console->page_at_ms)
		return false;
	console->page_at_ms = monotonic_ms + WALL_PAGE_MS;
	if (page < pages) {
		console->scroll = page * focus_window(console);
		focus_clamp_scroll(console);
		return true;
	}
	if (pages == 1 && console->board_count < 2 && !tabs_several(console))
		return false;
	console->scroll = 0;
	/* The last board of a system: the next system's first page comes. */
	if (console->board + 1 >= console->board_count && tabs_several(console)) {
		tabs_do(console, ACTION_NEXT_SYSTEM);
		console->board = 0;
	} else if (console->board_count > 1) {
		console_show_board(console, (console->board + 1) % console->board_count);
	}
	return true;
}
