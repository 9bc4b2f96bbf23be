/* Views: one file each, ending in its one record; one table of them. */
#ifndef UI_VIEW_VIEW_H
#define UI_VIEW_VIEW_H

#include "ui/draw/canvas.h"
#include "ui/view/console.h"

/*
 * What an action does where: a row of the table each view, the zoom and each
 * overlay has. An action without a row there is looked for among those that
 * mean the same everywhere. Tables end with ACTION_NONE.
 */
struct key_row {
	enum action action;
	bool (*perform)(struct console *console, enum action action);   /* false: it meant nothing after all */
	bool (*can)(const struct console *console, enum action action); /* NULL: always */
};

/* A list that a view has of its own: rows from 0 on, one of them with the focus. */
struct view_list {
	size_t (*count)(const struct console *console);
	int (*focus)(const struct console *console);
	void (*go_to)(struct console *console, int row);
	bool (*matches)(const struct console *console, int row, const char *needle);
	/* The first row in that direction, `from` left out, round the end, that matches; -1. NULL: row by row. */
	int (*find)(const struct console *console, const char *needle, int from, int step);
};

/* What a view shows of all there is, as a person types it. */
struct view_filter {
	const char *(*text)(const struct console *console); /* in force now; "" none */
	int (*set)(struct console *console, const char *typed, struct error *error);
	prompt_complete_fn *complete; /* gets the console; may be NULL */
};

struct view_ops {
	const char *name;  /* "board": for --view */
	const char *title; /* "Board" */
	const char *help;  /* one line */
	void (*draw)(const struct console *console, struct canvas *canvas, struct rect body);
	unsigned context;
	enum action action;            /* the digit that chooses it; ACTION_NONE: it is opened from another one */
	const struct view_ops *parent; /* where going back leads; NULL: the board */
	const struct key_row *keys;
	/* A click at x, y of the body, a wheel; may be NULL. True when something changed. */
	bool (*click)(struct console *console, int x, int y);
	bool (*wheel)(struct console *console, int rows);
	/* Before each drawing: bring what has the focus into sight; may be NULL. */
	void (*prepare)(struct console *console, struct rect body);
	/* Where the hardware cursor belongs; may be NULL. False: hidden. */
	bool (*cursor)(const struct console *console, struct rect body, int *ret_x, int *ret_y);
	/* It is shown now, or not any more; may be NULL. */
	void (*enter)(struct console *console);
	void (*leave)(struct console *console);
	/* Is something on its way that the next drawing would show? May be NULL: no. */
	bool (*busy)(const struct console *console);
	/* Is there anything to see now? NULL: yes. Without, no hint leads there; the key still does. */
	bool (*has)(const struct console *console);
	/* Go to a wall time (:at); NULL: the board's range does. */
	int (*at)(struct console *console, int64_t time_ms, struct error *error);
	const struct view_filter *filter; /* NULL: nothing is left out */
	const struct view_list *list;     /* what is searched here; NULL: the board's panels */
};

extern const struct view_ops view_alert;
extern const struct view_ops view_alerts;
extern const struct view_ops view_runbook;
extern const struct view_ops view_runbooks;
extern const struct view_ops view_board;
extern const struct view_ops view_events;
extern const struct view_ops view_map;
extern const struct view_ops view_logs;
extern const struct view_ops view_objective;
extern const struct view_ops view_silences;
extern const struct view_ops view_slo;
extern const struct view_ops view_source;
extern const struct view_ops view_sources;

/* By name; NULL when there is none. */
const struct view_ops *view_find(const char *name);
const struct view_ops *const *view_table(size_t *ret_count);

/* The view that a digit chooses; NULL when there is none. */
const struct view_ops *view_of_action(enum action action);

#endif
