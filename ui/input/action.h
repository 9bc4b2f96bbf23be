/*
 * What a key can mean: one table, one row an action, from which the hint bar,
 * the help of each view, the command line's completion and the manual are
 * made. Actions that only look and actions that act are told apart here.
 */
#ifndef UI_INPUT_ACTION_H
#define UI_INPUT_ACTION_H

#include <stdbool.h>
#include <stddef.h>

/* Where the keys go: one bit for each view, and what may lie over it. */
enum context {
	CONTEXT_BOARD = 1u << 0,
	CONTEXT_ZOOM = 1u << 1, /* one panel alone */
	CONTEXT_SOURCES = 1u << 2,
	CONTEXT_HELP = 1u << 3,
	CONTEXT_PICKER = 1u << 4, /* choosing a variable or a value */
	CONTEXT_OUTPUT = 1u << 5, /* raw answer, explanation */
	CONTEXT_SOURCE = 1u << 6, /* one source: its tables, its last answer */
	CONTEXT_LOGS = 1u << 7,
	CONTEXT_MAP = 1u << 8,
	CONTEXT_EVENTS = 1u << 9,
	CONTEXT_ALERTS = 1u << 10,
	CONTEXT_ALERT = 1u << 11, /* one alert */
	CONTEXT_SILENCES = 1u << 12,
	CONTEXT_FORM = 1u << 13, /* fields being typed; every key is text */
	CONTEXT_SLO = 1u << 14,
	CONTEXT_OBJECTIVE = 1u << 15, /* one line of the objectives */
	CONTEXT_RUNBOOKS = 1u << 16,
	CONTEXT_RUNBOOK = 1u << 17, /* one runbook and its run */
};
#define CONTEXT_VIEWS                                                                                                  \
	(CONTEXT_BOARD | CONTEXT_ZOOM | CONTEXT_SOURCES | CONTEXT_SOURCE | CONTEXT_LOGS | CONTEXT_MAP |                \
	 CONTEXT_EVENTS | CONTEXT_ALERTS | CONTEXT_ALERT | CONTEXT_SILENCES | CONTEXT_SLO | CONTEXT_OBJECTIVE |        \
	 CONTEXT_RUNBOOKS | CONTEXT_RUNBOOK)
#define CONTEXT_ALL (CONTEXT_VIEWS | CONTEXT_HELP | CONTEXT_PICKER | CONTEXT_OUTPUT)

enum action {
	ACTION_NONE,
	ACTION_LEFT,
	ACTION_DOWN,
	ACTION_UP,
	ACTION_RIGHT,
	ACTION_NEXT,
	ACTION_PREVIOUS, /* Tab, Shift-Tab */
	ACTION_OPEN,
	ACTION_BACK, /* Enter; Esc, q */
	ACTION_VIEW_1,
	ACTION_VIEW_2,
	ACTION_VIEW_3,
	ACTION_VIEW_4,
	ACTION_VIEW_5,
	ACTION_VIEW_6,
	ACTION_VIEW_7,
	ACTION_VIEW_8,
	ACTION_VIEW_9,
	ACTION_NEXT_SYSTEM,
	ACTION_LONGER,
	ACTION_SHORTER, /* + ], - [ */
	ACTION_EARLIER,
	ACTION_LATER,
	ACTION_NOW, /* < > . */
	ACTION_PAUSE,
	ACTION_TOP,
	ACTION_BOTTOM,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIND,
	ACTION_FIND_NEXT,
	ACTION_FIND_PREVIOUS,
	ACTION_FILTER,
	ACTION_OUTPUT,
	ACTION_SORT,
	ACTION_VARIABLES,
	ACTION_WORST,
	ACTION_EXPLAIN,
	ACTION_COPY,
	ACTION_COMMAND,
	ACTION_HELP,
	ACTION_REDRAW,
	ACTION_CANCEL,
	ACTION_RETRY,
	ACTION_THEME, /* R T: act on the console itself */
	ACTION_RUNBOOK,
	ACTION_ACKNOWLEDGE,
	ACTION_MUTE,
	ACTION_COMMENT,
	ACTION_UNDO, /* r; A M C U */
	ACTION_RUN,
	ACTION_DONE,
	ACTION_SKIP,
	ACTION_FAIL,
	ACTION_BRANCH,
	ACTION_EDIT,
	ACTION_STOP,
	ACTION_PEN,
	ACTION_TERMINAL, /* ! D S F B E X P O: steps of a runbook */
	ACTION_SUSPEND,  /* Ctrl-Z */
	ACTION_COUNT,
};

struct action_row {
	const char *name;  /* "focus-left", for rebinding and the command line */
	const char *help;  /* "move the focus left" */
	const char *hint;  /* for the hint bar: "zoom"; NULL: not shown there; rows that share one stand together */
	const char *group; /* heading in the help: "Moving about" */
	unsigned contexts; /* where it means something */
	bool acts;         /* changes something: upper case or '!' only */
	int rank;          /* in the hint bar: lower is kept longer */
};

/* Never NULL: the row of ACTION_NONE means nothing anywhere. */
const struct action_row *action_row(enum action action);
enum action action_find(const char *name); /* ACTION_NONE when there is none */

#endif
