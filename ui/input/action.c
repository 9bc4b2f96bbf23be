#include "ui/input/action.h"

#include <string.h>

#define PANELS (CONTEXT_BOARD | CONTEXT_ZOOM)
#define LISTS  (CONTEXT_SOURCES | CONTEXT_PICKER)

#define MOVING   "Moving about"
#define CHOOSING "Views"
#define TIME     "Time"
#define FINDING  "Finding"
#define CLOSER   "A closer look"
#define CONSOLE  "The console"

/* clang-format off */
static const struct action_row rows[ACTION_COUNT] = {
	[ACTION_NONE] = { "none", "nothing", NULL, "", 0, false, 99 },

	[ACTION_LEFT] = { "focus-left", "move the focus, the time cursor or the text left", NULL, MOVING, PANELS | CONTEXT_OUTPUT, false, 50 },
	[ACTION_DOWN] = { "focus-down", "move the focus down, scroll", NULL, MOVING, CONTEXT_ALL, false, 50 },
	[ACTION_UP] = { "focus-up", "move the focus up, scroll back", NULL, MOVING, CONTEXT_ALL, false, 50 },
	[ACTION_RIGHT] = { "focus-right", "move the focus, the time cursor or the text right", NULL, MOVING, PANELS | CONTEXT_OUTPUT, false, 50 },
	[ACTION_NEXT] = { "focus-next", "move the focus to the next one", NULL, MOVING, PANELS | LISTS, false, 50 },
	[ACTION_PREVIOUS] = { "focus-previous", "move the focus to the one before", NULL, MOVING, PANELS | LISTS, false, 50 },
	[ACTION_OPEN] = { "open", "open, unfold or zoom what has the focus; on a legend, isolate the series", "open", MOVING, PANELS | LISTS, false, 2 },
	[ACTION_BACK] = { "back", "go back; on the first screen q leaves", "back", MOVING, CONTEXT_ALL, false, 1 },

	[ACTION_VIEW_1] = { "view-1", "show the first view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_2] = { "view-2", "show the second view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_3] = { "view-3", "show the third view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_4] = { "view-4", "show the fourth view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_5] = { "view-5", "show the fifth view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_6] = { "view-6", "show the sixth view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_7] = { "view-7", "show the seventh view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_8] = { "view-8", "show the eighth view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },
	[ACTION_VIEW_9] = { "view-9", "show the ninth view", NULL, CHOOSING, CONTEXT_VIEWS, false, 60 },

	[ACTION_LONGER] = { "range-longer", "show a longer range of time", "range", TIME, PANELS, false, 10 },
	[ACTION_SHORTER] = { "range-shorter", "show a shorter range of time", "range", TIME, PANELS, false, 10 },
	[ACTION_EARLIER] = { "pan-earlier", "move the range back in time", "pan", TIME, PANELS, false, 20 },
	[ACTION_LATER] = { "pan-later", "move the range on in time", "pan", TIME, PANELS, false, 20 },
	[ACTION_NOW] = { "now", "come back to now and follow it", "now", TIME, PANELS, false, 21 },
	[ACTION_PAUSE] = { "pause", "pause; the same key goes on", "pause", TIME, PANELS, false, 14 },

	[ACTION_TOP] = { "top", "go to the top", NULL, MOVING, CONTEXT_ALL, false, 50 },
	[ACTION_BOTTOM] = { "bottom", "go to the bottom", NULL, MOVING, CONTEXT_ALL, false, 50 },
	[ACTION_PAGE_UP] = { "page-up", "go back one page", NULL, MOVING, CONTEXT_ALL, false, 50 },
	[ACTION_PAGE_DOWN] = { "page-down", "go on one page", NULL, MOVING, CONTEXT_ALL, false, 50 },

	[ACTION_FIND] = { "find", "find panels and lines by a part of their text", "find", FINDING, CONTEXT_ALL, false, 12 },
	[ACTION_FIND_NEXT] = { "find-next", "go to the next one found", NULL, FINDING, CONTEXT_ALL, false, 40 },
	[ACTION_FIND_PREVIOUS] = { "find-previous", "go to the one found before", NULL, FINDING, CONTEXT_ALL, false, 40 },

	[ACTION_OUTPUT] = { "output", "show the raw answer of what has the focus", "output", CLOSER, PANELS, false, 24 },
	[ACTION_SORT] = { "sort", "sort by the next column", "sort", CLOSER, CONTEXT_VIEWS, false, 30 },
	[ACTION_VARIABLES] = { "variables", "choose the dashboard's variables", "variables", CLOSER, PANELS, false, 11 },
	[ACTION_WORST] = { "worst", "jump to what is worst", "worst", FINDING, CONTEXT_VIEWS, false, 13 },
	[ACTION_EXPLAIN] = { "explain", "explain what has the focus: what it is, its query, what was approximated", "explain", CLOSER, CONTEXT_VIEWS, false, 15 },
	[ACTION_COPY] = { "copy", "copy what has the focus: its expression and value, or the text shown", "copy", CLOSER, CONTEXT_VIEWS | CONTEXT_OUTPUT, false, 31 },

	[ACTION_COMMAND] = { "command", "type a command; Tab completes it", "command", CONSOLE, CONTEXT_ALL, false, 3 },
	[ACTION_HELP] = { "help", "show what the keys do here", "help", CONSOLE, CONTEXT_ALL, false, 0 },
	[ACTION_REDRAW] = { "redraw", "draw the whole screen again", NULL, CONSOLE, CONTEXT_ALL, false, 70 },
	[ACTION_CANCEL] = { "cancel", "cancel what is being typed", NULL, CONSOLE, CONTEXT_ALL, false, 70 },
	[ACTION_RETRY] = { "ask-again", "ask again now, and connect again", "ask again", CONSOLE, CONTEXT_VIEWS | CONTEXT_OUTPUT, true, 25 },
	[ACTION_THEME] = { "next-theme", "change to the next theme", "theme", CONSOLE, CONTEXT_ALL, true, 35 },
	[ACTION_SUSPEND] = { "suspend", "go to the shell for a while; fg comes back", NULL, CONSOLE, CONTEXT_ALL, false, 70 },
};
/* clang-format on */

const struct action_row *action_row(enum action action)
{
	return &rows[(unsigned)action < ACTION_COUNT ? action : ACTION_NONE];
}

enum action action_find(const char *name)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return (enum action)i;
	}
	return ACTION_NONE;
}
