/*
 * Runbooks at one console: those of its system, the runs its journal tells of,
 * and the run that is shown. Runs belong to the console's owner, who opens and
 * resumes them; several may go on, one is shown.
 *
 * Reading is not running: a runbook opened from the list is only read. A run
 * begins when it is opened from an alert, or with the first key that acts.
 */
#ifndef UI_VIEW_RUNBOOK_DESK_H
#define UI_VIEW_RUNBOOK_DESK_H

#include <stdbool.h>

#include "base/error.h"
#include "runbook/run.h"
#include "runbook/runbook_index.h"
#include "runbook/runbook_lint.h"
#include "ui/view/runbook_hands.h"

struct alert;
struct console;
struct runbook_list;
struct runbook_page;

struct view_ops;

/* What was read becomes the callee's (its memory stays the caller's); NULL: why it cannot be. */
typedef void runbook_read_done(void *user, struct runbook *runbook, const char *why);

/* A file that is being read beside the loop, to be shown where it was asked for. */
struct runbook_coming {
	char *path; /* NULL: none */
	char *anchor, *alert_id;
	const struct view_ops *view; /* that it was asked for in */
	const void *overlay;         /* state of the one that lay over it; NULL */
};

struct runbook_desk {
	/* ---- the owner's; what is NULL cannot be done ---- */

	/* The runbooks there are: read when first asked for. */
	const struct runbook_index *(*get_index)(void *user);
	/* What lint needs to know of the system; may be NULL. */
	const struct runbook_lint_context *(*get_lint)(void *user);
	const struct runs *runs; /* NULL where nothing is written down */
	const char *seat;        /* of this console, as in runner_config */
	bool walk;               /* --walk: one step at a time, nothing runs */
	const char *backup;      /* file of the runbook offered before the first destruction; NULL */

	/* Read a file beside the loop: `done` is called once, maybe from within, unless another is asked for before.
	 * NULL: files are read at once. */
	void (*read)(void *user, const char *path, runbook_read_done *done, void *done_user);

	/* Begin a run of that file, of an alert or none; take up one that is open: both set `runner`. -1: why not. */
	int (*open)(void *user, const char *path, const struct alert *alert, struct error *error);
	int (*resume)(void *user, const char *run, struct error *error);
	/* Nobody looks at the run any more: it goes on; the owner may set `runner` to NULL. */
	void (*leave)(void *user);
	void *user;

	struct runner *runner;             /* the run that is shown; NULL */
	const struct runbook_hands *hands; /* &runner_hands; needed with a runner */

	/* ---- the views' own ---- */
	struct runbook_list *list; /* NULL before it was shown */
	struct runbook_page *page;
	struct runbook_coming coming;
	bool offered; /* runs that were left open were told of */
};

/* Zeroed memory is a desk where nothing can be done. Release before what the owner lent goes. */
void runbook_desk_release(struct runbook_desk *desk);

/* Before each key: the run that is shown may be another one, or gone. */
void runbook_desk_take(struct console *console);

/* Say, once, that runs were left open before this console began. True when it was said. */
bool runbook_desk_offer(struct console *console);

/* Show the runbook of an alert at its diagnosis: its run that is open is taken up, else one begins; where none can (no
 * journal, watch mode) it is read. False: there is no desk that could. */
bool runbook_desk_open_alert(struct console *console, const struct alert *alert);

/* Show a file to be read, or the run of it that is open; NULL with `run`: that one. One that is not there at once is
 * shown when it is, unless the person went elsewhere meanwhile. */
void runbook_desk_read(struct console *console, const char *path);
void runbook_desk_resume(struct console *console, const char *run);

/* Read a file that a link of the shown runbook leads to, at `anchor` (NULL: where one begins). A run of it that is
 * begun there is about the alert that the shown one is about. */
void runbook_desk_follow(struct console *console, const char *path, const char *anchor);

/* Begin a run of what is only read. False (and a message) when it cannot be. */
bool runbook_desk_begin(struct console *console);

/* For --runbook and --walk: a file, slug or title, as soon as the console is shown. -1: there is none. */
int runbook_desk_show(struct console *console, const char *name, struct error *error);

/* "2.3 running 0:12  ana@jump1", of the run that is shown; "" when nothing is to be said. */
void runbook_desk_add_banner(const struct console *console, struct strbuf *ret);

/* Is the run of this alert on the screen? */
bool runbook_desk_shows(const struct console *console, const struct alert *alert);

/* Is the run that is open about this alert? Word for the key that leads to it; NULL: it is not. */
const char *runbook_desk_lead(const struct console *console, const struct alert *alert);

#endif
