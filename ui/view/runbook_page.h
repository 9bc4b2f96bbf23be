/*
 * One runbook on the screen, with its run when there is one: what is folded,
 * which row has the focus, what would happen to the step that has it. All that
 * drawing needs is taken before each drawing; the focus follows its row,
 * whatever is folded or done above it.
 */
#ifndef UI_VIEW_RUNBOOK_PAGE_H
#define UI_VIEW_RUNBOOK_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "runbook/runner.h"
#include "runbook/transcript.h"
#include "ui/view/alert_painted.h"
#include "ui/view/runbook_outline.h"

struct console;
struct runbook_desk;
struct view_ops;

/* The output of the step that has the focus, or had it last. */
struct runbook_output {
	size_t step; /* SIZE_MAX: none */
	bool has, whole;
	int scroll, shift; /* whole: first line shown; cells moved to the left */
	bool follows;      /* whole: the end stays in sight */
	int found;         /* whole: line of the last search, or -1 */
	enum keeper_phase phase;
	uint64_t total, left_out;
	size_t lines_asked;
	struct transcript transcript;
	bool ready; /* the transcript was begun */
};

#define RUNBOOK_QUERIES_MOST 8 /* as many as a runner asks at a time */

/* What a query step in sight says, in few words: "0.42", "3, 7, 1 +5", "no result". */
struct runbook_said {
	size_t step;
	char text[OUTLINE_STEP_SAYS];
};

/* Zeroed memory shows none. */
struct runbook_page {
	struct runbook own;    /* what is only read */
	bool has_own, reading; /* reading: it is shown, whatever run the desk has */
	char *path;            /* of it */
	char *run_id;          /* of the run that was shown last; NULL */
	char *alert_id;        /* reading: of the run whose link led here; NULL */

	unsigned char *folds; /* enum outline_fold of each section */
	bool all_scenarios;
	struct outline_row spot; /* the row with the focus */
	bool has_spot;
	bool moved;      /* the person moved the focus since the last key that acted */
	size_t awaited;  /* step whose good end moves the focus on; SIZE_MAX: none */
	size_t started;  /* step that was started here last; SIZE_MAX: none */
	bool branched;   /* a scenario was chosen: the focus goes to its first step */
	int focus;       /* row; -1: none */
	int scroll;      /* first row shown */
	int text_scroll; /* first row of the command shown */
	struct alert_painted painted;
	struct runbook_output output;
	const struct view_ops *from; /* the view it was opened from */
	bool live_shown;             /* on a small screen: the figures instead of the output */

	/* Made by runbook_page_take. */
	struct outline outline;
	int width;  /* it was made for */
	bool stale; /* to be made anew */
	char scenario[16];
	const struct runbook *runbook; /* NULL: none is shown */
	const struct run *run;         /* NULL: it is only read */
	VEC(const struct proof *) proofs;
	size_t step; /* of the row with the focus; SIZE_MAX: none */
	bool has_plan;
	struct step_plan plan;         /* of that step */
	struct query_values query;     /* what it says, when it is a query */
	VEC(struct runbook_said) said; /* by the queries in sight */
	struct run_clock clock;
	int text_rows, text_room; /* rows of the command, and how many are in sight: set by the view */
};

struct runbook_page *runbook_page_new(void);
void runbook_page_free(struct runbook_page *page);

/* Show another runbook, only to be read; it becomes the page's. */
void runbook_page_read(struct runbook_page *page, struct runbook *runbook, const char *path);

/* Which run it is, before each key; what there is to show of it, before each drawing. */
void runbook_page_take_run(struct runbook_desk *desk);
void runbook_page_take(struct runbook_desk *desk, int64_t now_ms);

/* What would happen to the step with the focus. */
void runbook_page_take_plan(struct runbook_desk *desk);

/* What the queries in these rows say; they are asked only while somebody looks at them. */
void runbook_page_take_queries(struct runbook_desk *desk, int first, int rows);

/* Make the rows anew when something of them changed, and find the focus again. */
void runbook_page_lay_out(struct runbook_page *page, int width);

/* The output of the step with the focus: its last `lines`, SIZE_MAX all. */
void runbook_page_take_output(struct runbook_desk *desk, size_t lines);

/* Put the focus on a row, by hand or not. */
void runbook_page_go_to(struct runbook_page *page, int row, bool by_hand);

/* The first row of a step, a section, or of the choice of scenarios (both SIZE_MAX); what hides it is unfolded. -1. */
int runbook_page_find(struct runbook_page *page, size_t step, size_t section);

/* Fold or unfold a section; or show the scenarios that were not chosen. */
void runbook_page_toggle(struct runbook_page *page, size_t section);
void runbook_page_toggle_scenarios(struct runbook_page *page);

/* Put the focus where someone begins whose alert fires: on the first step of the diagnosis; in a run that goes on, on
 * what runs, or on what is left of its scenario. */
void runbook_page_enter(struct runbook_page *page);

/* Put the focus on a section: on its first step that is to be done, else on its heading. */
void runbook_page_enter_at(struct runbook_page *page, size_t section);

/* ---- its steps ---- */

/* What happened to it; RUN_STEP_OPEN without a run. `ret_step` (may be NULL) gets all of it, or NULL. */
enum run_step_state runbook_page_state(const struct runbook_page *page, size_t step, const struct run_step **ret_step);

/* Is it one that is run: a command, or SQL that may be, as the plan of the step with the focus knows? */
bool runbook_page_runs(const struct runbook_page *page, size_t step);

/* Is it an item for people that nobody marked, and whose checks all hold? */
bool runbook_page_is_ticked(const struct runbook_page *page, size_t step);

/* What the query says, as it was taken last; NULL when it is none, or out of sight. */
const char *runbook_page_said(const struct runbook_page *page, size_t step);

/* Is it over, one way or another? */
bool runbook_page_is_over(enum run_step_state state);

/* The next step to be done after `from` (SIZE_MAX: from the top), of those that count; SIZE_MAX: none. */
size_t runbook_page_next(const struct runbook_page *page, size_t from);

/* Where a step that is done by hand says to go on; NULL. */
const char *runbook_page_link(const struct runbook_page *page);

/* Are there scenarios, and none of them chosen? */
bool runbook_page_must_choose(const struct runbook_page *page);

/* A step of this run that goes on; SIZE_MAX. */
size_t runbook_page_running(const struct runbook_page *page);

/* Go on: to the next step, or to the choice of scenarios that comes before it. */
void runbook_page_go_on(struct runbook_page *page);

/* What would make an acting key mean something else. */
uint64_t runbook_page_painted_state(const struct runbook_page *page);

#endif
