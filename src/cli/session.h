/*
 * What one process works with: the systems that were asked for, each a tab,
 * and what they share: the loop and its bridges, one store (each system sees
 * only its own series in it) and one feed of events. One call waits until
 * everything visible has been answered (or the wait is over).
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/options.h"
#include "cli/tab.h"
#include "collect/feed.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"
#include "ui/view/tabs.h"

struct session {
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct feed *feed;
	struct store *store; /* NULL when nothing is collected */
	struct tab *tabs;
	size_t tab_count;
	struct tabs shown; /* the same tabs' consoles, and which of them is shown */
	int width, height; /* of the screen; height 0: as high as the board needs */
	bool keeps;        /* a console: set between the two opens */
	bool walks;        /* --walk; likewise */
	struct timer *deadline;
	bool waiting;   /* one of the waits below runs */
	bool everyone;  /* for all tabs, not only the one shown */
	bool resolving; /* only for variables: nothing is visible yet */
	bool timed_out; /* the last wait ended by its limit */
};

/*
 * Read the systems (those of --system, then the named ones; none: what only
 * the options name), make loop and engines. --tab chooses which is shown, else
 * it is the first. Complaints go to standard error; returns 0, or an exit
 * status.
 */
int session_open(struct session *session, const struct cli_options *options, const char *const *systems, size_t count);

/* Load the dashboards and make boards of them. Returns 0, or an exit status. */
int session_open_boards(struct session *session, const struct cli_options *options);

/* Without boards: only who tells of alerts. Then wait until every rule was
 * judged and every server asked. */
void session_open_alerts(struct session *session);
void session_await_alerts(struct session *session, int64_t limit_ms);

void session_close(struct session *session);

/* The tab that is shown, and its console. */
struct tab *session_tab(const struct session *session);
struct console *session_console(const struct session *session);

/*
 * Wait until the variables are answered and repeats unfolded, so that a panel
 * can be found by the title it will have. Nothing visible is asked meanwhile.
 */
void session_resolve(struct session *session, int64_t limit_ms);

/* Ask for what is visible at this size and wait for all of it, at most
 * `limit_ms`; the second: of every tab. */
void session_wait(struct session *session, int width, int height, int64_t limit_ms);
void session_wait_all(struct session *session, int width, int height, int64_t limit_ms);

/*
 * An embedded engine begins with an empty store: wait until its collectors
 * have been through once, at most `limit_ms`. Returns at once when it is not
 * the one that answers. The second: of every tab.
 */
void session_warm(struct session *session, int64_t limit_ms);
void session_warm_all(struct session *session, int64_t limit_ms);

#endif
