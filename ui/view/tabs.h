/*
 * The systems of one screen: each has a console of its own (board, focus,
 * zoom, view, range), one of them is shown. A hidden one keeps its state and
 * its last answers; its collectors run on, but its panels are not asked for.
 * Whoever owns the screen draws and ticks tabs_console() and no other.
 */
#ifndef UI_VIEW_TABS_H
#define UI_VIEW_TABS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/escalation.h"
#include "base/error.h"
#include "ui/input/action.h"

struct console;

#define TABS_MOST 9

struct tabs {
	struct console *items[TABS_MOST]; /* borrowed */
	size_t count;
	size_t at;        /* the one shown */
	int64_t taken_ms; /* when the trouble of the hidden ones was taken (monotonic) */
};

/* What is wrong with one system, as last known. */
struct trouble {
	size_t critical, warning;          /* panels, and parts of the map */
	size_t alerts[PRIORITY_COUNT + 1]; /* firing and not muted, by P-number; the last: those without one */
	size_t down;                       /* sources: collectors that fail, the server that does not answer */
	bool known;                        /* its panels have been asked for */
};

/* Zeroed memory has none. The console learns to which tabs it belongs. */
void tabs_add(struct tabs *tabs, struct console *console);

/* The one shown; NULL when there is none. */
struct console *tabs_console(const struct tabs *tabs);

/* Does the console share its screen with others? */
bool tabs_several(const struct console *console);

/* Show another one: what the former had in flight is cancelled, its state stays. */
void tabs_show(struct tabs *tabs, size_t index);

/* By name or title: exact, then ignoring case, then a beginning. -1 with the error when there is none. */
int tabs_find(const struct tabs *tabs, const char *name, struct error *error);

/* What the tab is called: its title, in brief its name. */
const char *tab_title(const struct console *tab);
const char *tab_name(const struct console *tab);

/*
 * Is `a` worse than `b`? Alerts of P0 and P1 count first, then critical panels,
 * sources that are down, the other alerts, warnings.
 */
bool trouble_is_worse(const struct trouble *a, const struct trouble *b);

/* "P0 1, 2 critical, 1 source down"; "" when there is none. */
void trouble_text(const struct trouble *trouble, char *ret, size_t size);

/* The one that stands worse than the console's own, the worst of them; NULL when there is none. */
const struct console *tabs_worse(const struct console *console);

/* Take the present trouble of all tabs, before the one that is shown is drawn. */
void tabs_take(struct tabs *tabs);

/* The key that goes round. */
bool tabs_do(struct console *console, enum action action);
bool tabs_can(const struct console *console, enum action action);

#endif
