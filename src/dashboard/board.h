/*
 * A dashboard at work: variables resolved, repeats unfolded, rows folded or
 * not, and for each panel the data it has, in which state, and how old. The
 * board asks only for visible panels, each at its own step, and cancels what
 * scrolls away. It never blanks: a panel keeps its last good data.
 */
#ifndef DASHBOARD_BOARD_H
#define DASHBOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard/dashboard.h"
#include "dashboard/frame.h"
#include "dashboard/variable.h"
#include "query/query.h"

/* What a panel has to show: UX.md's six pictures, and two more before and beside them. */
enum data_state {
	DATA_WAITING, /* asked, nothing came yet */
	DATA_VALUE,
	DATA_NO_DATA,      /* answered, nothing there */
	DATA_ABSENT,       /* the metric or job is not known */
	DATA_DOWN,         /* its target answers `up 0` */
	DATA_STALE,        /* last good data, with age and cause */
	DATA_INSUFFICIENT, /* the engine has less than half of the window asked */
	DATA_FAILED,       /* the question failed and there was never an answer */
	DATA_NONE,         /* asks nothing: text, rows */
};

struct panel_data {
	enum data_state state;
	char reason[160];                  /* short: "timeout after 5s", "unknown metric polln_agents_total" */
	char detail[512];                  /* the server's words, raw */
	int64_t last_good_ms;              /* wall; 0 never */
	struct frame_set frames;           /* transformed and configured, of the last good answer */
	const char *engine;                /* who gave that; of several the one who is not asked by default */
	int64_t start_ms, end_ms, step_ms; /* of the last good answer */
	char warning[160];                 /* of the answer: first warning, "" */
	char note[160];                    /* what was approximated at run time, "" */
	bool asking;
	unsigned version; /* rises whenever any of this changes but `asking` */
};

/* One panel on the board: repeats give several for one definition. */
struct board_panel {
	const struct panel *panel;
	int x, y, w, h;           /* grid units, after repeats and folded rows */
	char *title;              /* interpolated */
	char *content;            /* of a text panel, interpolated; NULL when it has none */
	char *description;        /* interpolated; NULL when it has none */
	const char *const *bound; /* repeat's values, as in struct scope */
	struct panel_data data;
	bool visible;
	bool folded;               /* a row that is folded */
	struct board_asked *asked; /* private to board.c */
};

struct board;

struct board_config {
	struct loop *loop;
	struct query_engine *engine;   /* may be NULL: panels then say "no data source" */
	struct query_engine *embedded; /* asked for data sources named `skep`; NULL: `engine` is */
	/* The engine for a data source of this uid or name; NULL leaves it to the rule above. May be NULL itself. */
	struct query_engine *(*choose_engine)(void *user, const char *name);
	/*
	 * When the history of whoever answers begins, INT64_MAX while there is none. Steps stand on round times, so
	 * that the newest may be older than all there is: they are then counted from now. NULL: the history is long.
	 */
	int64_t (*history_from_ms)(void *user);
	const struct dashboard *dashboard;
	int64_t scrape_interval_ms;    /* 0: 15 s */
	int max_data_points;           /* 0: 500 */
	void (*on_change)(void *user); /* something to draw */
	void *user;
};

struct board *board_new(const struct board_config *config);
void board_free(struct board *board);

const struct dashboard *board_dashboard(const struct board *board);
struct variables *board_variables(struct board *board);

/* After a variable was chosen: resolve the ones behind it, unfold repeats, ask again. */
void board_variables_changed(struct board *board);

/* Range: from `from_ms` to `to_ms`; or, following the clock, the last `range_ms` (to_ms then 0). */
void board_set_range(struct board *board, int64_t from_ms, int64_t to_ms, int64_t range_ms);
void board_range(const struct board *board, int64_t *ret_from_ms, int64_t *ret_to_ms);

/* Wall time at which the panels were last asked; ages on a range in the past are counted from it. */
int64_t board_asked_ms(const struct board *board);

/* The panels in order; the count changes only when variables, folds or repeats do (then `generation` rises). */
struct board_panel *board_panels(struct board *board, size_t *ret_count);
unsigned board_generation(const struct board *board);

/* Say which panels can be seen (indices ascending); others are not asked and what they had in flight is cancelled. */
void board_set_visible(struct board *board, const size_t *indices, size_t count);

void board_toggle_row(struct board *board, size_t index);

/* Ask for all visible panels at once. Panels whose question is still running are left alone. */
void board_refresh(struct board *board);

/*
 * The engine knows more than when it was asked, such as the first samples of a collector: the next refresh asks again
 * for variables that got no values and for why panels are empty, however lately that was done.
 */
void board_learned(struct board *board);

/* True while variables or visible panels wait for their first answer of this refresh. */
bool board_busy(const struct board *board);

#endif
