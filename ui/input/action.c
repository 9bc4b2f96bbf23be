#include "ui/input/action.h"

#include <string.h>

#define PANELS (CONTEXT_BOARD | CONTEXT_ZOOM)
#define ALERTS (CONTEXT_ALERTS | CONTEXT_ALERT | CONTEXT_SILENCES)
#define SLOS   (CONTEXT_SLO | CONTEXT_OBJECTIVE)
#define BOOKS  (CONTEXT_RUNBOOKS | CONTEXT_RUNBOOK)
#define LISTS                                                                                                          \
	(CONTEXT_SOURCES | CONTEXT_SOURCE | CONTEXT_LOGS | CONTEXT_MAP | CONTEXT_EVENTS | CONTEXT_PICKER | ALERTS |    \
	 SLOS | BOOKS)
#define TIMED (PANELS | CONTEXT_LOGS | CONTEXT_EVENTS)

#define MOVING   "Moving about"
#define CHOOSING "Views"
#define TIME     "Time"
#define FINDING  "Finding"
#define CLOSER   "A closer look"
#define CONSOLE  "The console"
#define ACTING   "Acting on an alert"
#define STEPS    "Acting on a step"

/* clang-format off */
static const struct action_row rows[ACTION_COUNT] = {
	[ACTION_NONE] = { .name = "none", .help = "nothing", .group = "", .contexts = 0, .rank = 99 },

	[ACTION_LEFT] = { .name = "focus-left", .help = "move the focus, the time cursor or the text left", .group = MOVING, .contexts = PANELS | CONTEXT_OUTPUT | CONTEXT_SOURCE | CONTEXT_LOGS | CONTEXT_MAP | CONTEXT_OBJECTIVE | CONTEXT_RUNBOOK, .rank = 50 },
	[ACTION_DOWN] = { .name = "focus-down", .help = "move the focus down, scroll", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 50 },
	[ACTION_UP] = { .name = "focus-up", .help = "move the focus up, scroll back", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 50 },
	[ACTION_RIGHT] = { .name = "focus-right", .help = "move the focus, the time cursor or the text right", .group = MOVING, .contexts = PANELS | CONTEXT_OUTPUT | CONTEXT_SOURCE | CONTEXT_LOGS | CONTEXT_MAP | CONTEXT_OBJECTIVE | CONTEXT_RUNBOOK, .rank = 50 },
	[ACTION_NEXT] = { .name = "focus-next", .help = "move the focus to the next one", .group = MOVING, .contexts = PANELS | LISTS, .rank = 50 },
	[ACTION_PREVIOUS] = { .name = "focus-previous", .help = "move the focus to the one before", .group = MOVING, .contexts = PANELS | LISTS, .rank = 50 },
	[ACTION_OPEN] = { .name = "open", .help = "open, unfold or zoom what has the focus; on a legend, isolate the series", .hint = "open", .group = MOVING, .contexts = PANELS | LISTS, .rank = 2 },
	[ACTION_BACK] = { .name = "back", .help = "go back; on the first screen q leaves", .hint = "back", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 1 },

	[ACTION_VIEW_1] = { .name = "view-1", .help = "show the first view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_2] = { .name = "view-2", .help = "show the second view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_3] = { .name = "view-3", .help = "show the third view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_4] = { .name = "view-4", .help = "show the fourth view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_5] = { .name = "view-5", .help = "show the fifth view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_6] = { .name = "view-6", .help = "show the sixth view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_7] = { .name = "view-7", .help = "show the seventh view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_8] = { .name = "view-8", .help = "show the eighth view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_VIEW_9] = { .name = "view-9", .help = "show the ninth view", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 60 },
	[ACTION_NEXT_SYSTEM] = { .name = "next-system", .help = "show the next system", .hint = "system", .group = CHOOSING, .contexts = CONTEXT_VIEWS, .rank = 9 },

	[ACTION_LONGER] = { .name = "range-longer", .help = "show a longer range of time", .hint = "range", .group = TIME, .contexts = TIMED | CONTEXT_ALERTS, .rank = 10 },
	[ACTION_SHORTER] = { .name = "range-shorter", .help = "show a shorter range of time", .hint = "range", .group = TIME, .contexts = TIMED | CONTEXT_ALERTS, .rank = 10 },
	[ACTION_EARLIER] = { .name = "pan-earlier", .help = "move the range back in time", .hint = "pan", .group = TIME, .contexts = TIMED, .rank = 20 },
	[ACTION_LATER] = { .name = "pan-later", .help = "move the range on in time", .hint = "pan", .group = TIME, .contexts = TIMED, .rank = 20 },
	[ACTION_NOW] = { .name = "now", .help = "come back to now and follow it", .hint = "now", .group = TIME, .contexts = TIMED, .rank = 21 },
	[ACTION_PAUSE] = { .name = "pause", .help = "pause; the same key goes on", .hint = "pause", .group = TIME, .contexts = TIMED, .rank = 14 },

	[ACTION_TOP] = { .name = "top", .help = "go to the top", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 50 },
	[ACTION_BOTTOM] = { .name = "bottom", .help = "go to the bottom", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 50 },
	[ACTION_PAGE_UP] = { .name = "page-up", .help = "go back one page", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 50 },
	[ACTION_PAGE_DOWN] = { .name = "page-down", .help = "go on one page", .group = MOVING, .contexts = CONTEXT_ALL, .rank = 50 },

	[ACTION_FIND] = { .name = "find", .help = "find panels and lines by a part of their text", .hint = "find", .group = FINDING, .contexts = CONTEXT_ALL, .rank = 12 },
	[ACTION_FIND_NEXT] = { .name = "find-next", .help = "go to the next one found", .group = FINDING, .contexts = CONTEXT_ALL, .rank = 40 },
	[ACTION_FIND_PREVIOUS] = { .name = "find-previous", .help = "go to the one found before", .group = FINDING, .contexts = CONTEXT_ALL, .rank = 40 },

	[ACTION_FILTER] = { .name = "filter", .help = "show only some of them", .hint = "filter", .group = FINDING, .contexts = CONTEXT_LOGS | CONTEXT_EVENTS | CONTEXT_ALERTS | CONTEXT_SLO | CONTEXT_RUNBOOKS, .rank = 9 },
	[ACTION_OUTPUT] = { .name = "output", .help = "show the raw answer of what has the focus, or the output of its step", .hint = "output", .group = CLOSER, .contexts = CONTEXT_VIEWS, .rank = 24 },
	[ACTION_SORT] = { .name = "sort", .help = "sort the table by the next column, up and then down", .hint = "sort", .group = CLOSER, .contexts = CONTEXT_VIEWS, .rank = 30 },
	[ACTION_VARIABLES] = { .name = "variables", .help = "choose the dashboard's variables", .hint = "variables", .group = CLOSER, .contexts = PANELS, .rank = 11 },
	[ACTION_WORST] = { .name = "worst", .help = "jump to what is worst; in a runbook, to the step that runs or comes next", .hint = "worst", .group = FINDING, .contexts = CONTEXT_VIEWS, .rank = 13 },
	[ACTION_EXPLAIN] = { .name = "explain", .help = "explain what has the focus: what it is, its query, what was approximated", .hint = "explain", .group = CLOSER, .contexts = CONTEXT_VIEWS, .rank = 15 },
	[ACTION_COPY] = { .name = "copy", .help = "copy what has the focus: its expression and value, or the text shown", .hint = "copy", .group = CLOSER, .contexts = CONTEXT_VIEWS | CONTEXT_OUTPUT, .rank = 31 },

	[ACTION_COMMAND] = { .name = "command", .help = "type a command; Tab completes it", .hint = "command", .group = CONSOLE, .contexts = CONTEXT_ALL, .rank = 3 },
	[ACTION_HELP] = { .name = "help", .help = "show what the keys do here", .hint = "help", .group = CONSOLE, .contexts = CONTEXT_ALL, .rank = 0 },
	[ACTION_REDRAW] = { .name = "redraw", .help = "draw the whole screen again", .group = CONSOLE, .contexts = CONTEXT_ALL, .rank = 70 },
	[ACTION_CANCEL] = { .name = "cancel", .help = "cancel what is being typed", .group = CONSOLE, .contexts = CONTEXT_ALL, .rank = 70 },
	[ACTION_RETRY] = { .name = "ask-again", .help = "ask again now, and connect again", .hint = "ask again", .group = CONSOLE, .contexts = CONTEXT_VIEWS | CONTEXT_OUTPUT, .acts = true, .rank = 25 },
	[ACTION_THEME] = { .name = "next-theme", .help = "change to the next theme", .hint = "theme", .group = CONSOLE, .contexts = CONTEXT_ALL, .acts = true, .rank = 35 },
	[ACTION_RUNBOOK] = { .name = "runbook", .help = "open the runbook of the alert at its diagnosis, or its run", .hint = "runbook", .group = CLOSER, .contexts = CONTEXT_VIEWS, .rank = 2 },
	[ACTION_ACKNOWLEDGE] = { .name = "acknowledge", .help = "acknowledge the alert: asks for a note, says until when it holds", .hint = "ack", .group = ACTING, .contexts = CONTEXT_VIEWS, .acts = true, .rank = 4 },
	[ACTION_MUTE] = { .name = "mute", .help = "silence the alert or change its silence; what it hides is shown first", .hint = "mute", .group = ACTING, .contexts = ALERTS, .acts = true, .rank = 5 },
	[ACTION_COMMENT] = { .name = "comment", .help = "change the note of the acknowledgement; write one on a step or run", .hint = "comment", .group = ACTING, .contexts = CONTEXT_ALERTS | CONTEXT_ALERT | CONTEXT_RUNBOOK, .acts = true, .rank = 26 },
	[ACTION_UNDO] = { .name = "undo", .help = "take back the acknowledgement or the mark of the step, end the silence", .hint = "undo", .group = ACTING, .contexts = ALERTS | CONTEXT_RUNBOOK, .acts = true, .rank = 7 },
	[ACTION_RUN] = { .name = "run-step", .help = "run the step; what does not only read asks for a word first", .hint = "run", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 2 },
	[ACTION_DONE] = { .name = "step-done", .help = "say that the step is done", .hint = "done", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 3 },
	[ACTION_SKIP] = { .name = "step-skip", .help = "skip the step: asks why", .hint = "skip", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 5 },
	[ACTION_FAIL] = { .name = "step-failed", .help = "say that the step failed: asks how", .hint = "failed", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 5 },
	[ACTION_BRANCH] = { .name = "branch", .help = "choose the scenario to go on with", .hint = "scenario", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 2 },
	[ACTION_EDIT] = { .name = "edit-step", .help = "edit the step's command for this run; the record says so", .hint = "edit", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 7 },
	[ACTION_STOP] = { .name = "stop-step", .help = "stop the running step: interrupt, then terminate, then kill", .hint = "stop", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 2 },
	[ACTION_PEN] = { .name = "pen", .help = "take or hand over the pen: the lead of the run, or one step", .hint = "pen", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 16 },
	[ACTION_TERMINAL] = { .name = "terminal", .help = "give the whole terminal to the step's program", .hint = "terminal", .group = STEPS, .contexts = CONTEXT_RUNBOOK, .acts = true, .rank = 8 },
	[ACTION_SUSPEND] = { .name = "suspend", .help = "go to the shell for a while; fg comes back", .group = CONSOLE, .contexts = CONTEXT_ALL, .rank = 70 },
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
