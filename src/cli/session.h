/*
 * A headless session: the system that was asked for, the loop and its
 * bridges, the engine, the boards and the console state that draws them. One
 * call waits until everything visible has been answered (or the wait is over).
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/engines.h"
#include "cli/options.h"
#include "cli/system.h"
#include "collect/feed.h"
#include "loop/http.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "loop/resolve.h"
#include "situation/situation.h"
#include "ui/view/console.h"

struct session {
	struct system system;
	struct loop *loop;
	struct pool *pool;
	struct resolver *resolver;
	struct http *http;
	struct feed *feed;
	struct engines engines;
	struct situation *situation; /* NULL for ad hoc use: there is no system to know */
	struct dashboard **dashboards;
	struct board **boards;
	size_t board_count;
	struct console console;
	int width, height; /* of the screen; height 0: as high as the board needs */
	struct timer *deadline;
	struct query *probe; /* of a view without panels */
	bool waiting;        /* session_wait or session_resolve runs */
	bool resolving;      /* only for variables: nothing is visible yet */
	bool timed_out;      /* the last wait ended by its limit */
	bool stale;          /* the store has learned of the past since the panels were asked */
};

/* Read the system, make loop and engine. Complaints go to standard error; returns 0, or an exit status. */
int session_open(struct session *session, const struct cli_options *options, const char *system_name);

/* Load the dashboards and make boards of them. Returns 0, or an exit status. */
int session_open_boards(struct session *session, const struct cli_options *options);

void session_close(struct session *session);

/*
 * Wait until the variables are answered and repeats unfolded, so that a panel
 * can be found by the title it will have. Nothing visible is asked meanwhile.
 */
void session_resolve(struct session *session, int64_t limit_ms);

/* Ask for what is visible at this size and wait for all of it, at most `limit_ms`. */
void session_wait(struct session *session, int width, int height, int64_t limit_ms);

/*
 * An embedded engine begins with an empty store: wait until its collectors
 * have been through once, at most `limit_ms`. Returns at once when it is not
 * the one that answers.
 */
void session_warm(struct session *session, int64_t limit_ms);

/* True once after the local store learned of the past: what was asked before deserves to be asked again. */
bool session_learned(struct session *session);

#endif
