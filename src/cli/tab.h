/*
 * One system of a session: its definition, who answers for it, its dashboards
 * and the console that shows them. Loop, bridges, store and event feed are the
 * session's and shared; in the store a tab sees only its own series.
 */
#ifndef CLI_TAB_H
#define CLI_TAB_H

#include "cli/alerting.h"
#include "cli/engines.h"
#include "cli/options.h"
#include "cli/record.h"
#include "cli/runbooks.h"
#include "cli/system.h"
#include "situation/situation.h"
#include "slo/slo_state.h"
#include "ui/view/console.h"

struct tab {
	struct system system;
	struct engines engines;
	struct situation *situation; /* NULL for ad hoc use: there is no system to know */
	struct slo_state *slos;      /* NULL when it promises nothing */
	struct record record;        /* what people did; closed for ad hoc use */
	struct alerting alerting;    /* the same as slos */
	struct runbooks runbooks;    /* the same */
	bool keeps;                  /* a console: what alerts do and people do is written down */
	bool walk;                   /* --walk: no step ever runs */
	struct dashboard **dashboards;
	struct board **boards;
	size_t board_count;
	struct console console;
	struct query *probe; /* of a view without panels */
	bool stale;          /* the store has learned of the past since the panels were asked */
};

void tab_init(struct tab *tab);

/* Read the system file, or find the system `name`; neither: what only the
 * options name. Returns 0 or an exit status. */
int tab_read(struct tab *tab, const struct cli_options *options, const char *file, const char *name);

/*
 * Make what answers and collects. `shared` brings the session's parts; system,
 * choice and callbacks are filled in here. Returns 0 or an exit status.
 */
int tab_open(struct tab *tab, const struct cli_options *options, const struct engines_config *shared);

/* Load the dashboards, make boards of them, and begin to know the system beside
 * them. `alone`: a variable given by hand must exist. 0 or an exit status. */
int tab_open_boards(struct tab *tab, const struct cli_options *options, bool alone);

/* Begin to know how its objectives stand: now, or at another moment (0: now). Nothing is asked before somebody looks.
 */
void tab_open_slos(struct tab *tab, int64_t at_ms);
/* Who tells of its alerts; tab_open_boards does it too. */
void tab_open_alerts(struct tab *tab);

/* Is it not known yet how they are? */
bool tab_awaits_alerts(const struct tab *tab);

/* --board: a number from 1, or a part of a title. 0 or an exit status. */
int tab_choose_board(struct tab *tab, const char *name);

/* Before the bridges and the pool go; and what must outlive the pool's last
 * job. */
void tab_close(struct tab *tab);
void tab_release(struct tab *tab);

/* True once after the local store learned of the past: what was asked before
 * deserves to be asked again. */
bool tab_learned(struct tab *tab);

/* A view without panels shows how the server is: it is asked the cheapest
 * question there is, for its own sake. */
void tab_probe(struct tab *tab);
void tab_end_probe(struct tab *tab);

/*
 * Ask for what is visible at this size (with `resolving` only for variables)
 * and look whether all of it has been answered.
 */
bool tab_settle(struct tab *tab, int width, int height, bool resolving);

#endif
