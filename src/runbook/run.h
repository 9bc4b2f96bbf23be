/*
 * One run of a runbook: the fold of its events, in the journal's order, own
 * ones that are not yet durable last. Bears with events told twice, missing, late or
 * out of place. Pure.
 *
 * The pen: who opened the run leads it. Only who leads may choose a scenario,
 * set values, close, hand over; and run or mark steps nobody else has the pen of. A
 * person who does not lead may take the pen of single steps of the phase that is under way
 * (first in the journal wins) and run or mark those; taking the lead from somebody is an event
 * too. An event of somebody without the pen is kept in the timeline, marked, and changes nothing.
 */
#ifndef RUNBOOK_RUN_H
#define RUNBOOK_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "runbook/run_event.h"

enum run_step_state {
	RUN_STEP_OPEN,
	RUN_STEP_WANTED, /* intent is journalled, not started */
	RUN_STEP_RUNNING,
	RUN_STEP_OK,      /* its last attempt ended with exit status 0 */
	RUN_STEP_BAD,     /* it ended otherwise; see its attempt */
	RUN_STEP_UNKNOWN, /* it began and nobody knows how it ended: never run again by itself */
	RUN_STEP_DONE,    /* a person says so; likewise */
	RUN_STEP_SKIPPED,
	RUN_STEP_FAILED,
	RUN_STEP_STATES,
};
extern const char *const run_step_state_names[RUN_STEP_STATES]; /* "open", "wanted", "running" ... */

struct run_attempt {
	int64_t number;
	const struct run_event *intent, *start, *outcome; /* the last two may be NULL */
};

struct run_step {
	const char *id;
	enum run_step_state state;
	VEC(struct run_attempt) attempts; /* in order of number */
	const char *command;              /* as edited for this run; NULL: as in the file */
	const char *override_words;       /* NULL */
	const char *pen, *pen_seat;       /* who has it; "" whoever leads */
	const struct run_event *last;     /* that gave it its state; NULL */
	VEC(const struct run_event *) notes;
};

struct run_value {
	const char *name, *value, *source; /* "alert label instance", "asked", "system variable" */
};

struct run {
	const char *id;                 /* "20261122-031500-data-corruption-4f2a" */
	const struct run_event *opened; /* NULL: that event is missing; the rest is there all the same */
	const char *lead, *lead_seat;
	const char *scenario;       /* letter; "" none chosen */
	VEC(struct run_step) steps; /* only those something happened to, in that order */
	VEC(struct run_value) values;
	VEC(const struct run_event *) timeline; /* all, in the journal's order, each once */
	VEC(bool) refused;                      /* of each of these: it changed nothing, since the pen was another's */
	VEC(bool) undone;                       /* of each: taken back later */
	const struct run_event *mitigated, *closed; /* NULL */
	int64_t last_ms;
	struct arena arena;
	VEC(struct run_event *) events; /* own copies, unsorted */
	bool stale;                     /* to be folded again: run_fold */
};

struct run *run_new(const char *id);
void run_free(struct run *run);

/* One more event (copied), or the same one that became durable. Folded by run_fold. */
void run_add(struct run *run, const struct run_event *event);
void run_fold(struct run *run);

/* NULL when nothing happened to it. */
const struct run_step *run_find_step(const struct run *run, const char *id);
const char *run_value(const struct run *run, const char *name); /* NULL */

/* May that seat of that person act on the step now (step NULL: on the run)? Else false, and why: "bob@jump2 leads the
 * run". */
bool run_may(const struct run *run, const char *actor, const char *seat, const char *step, const char **ret_why);

/* All runs that the journal tells of, newest first: for lists and for what each runbook's last run was. */
struct runs {
	VEC(struct run *) items;
};
void runs_init(struct runs *runs);
void runs_release(struct runs *runs);
/* True when it was an event of a run: that one, folded, is returned in `ret_run`. */
bool runs_add(struct runs *runs, const struct journal_event *event, struct run **ret_run);
struct run *runs_find(const struct runs *runs, const char *id); /* also by a unique beginning; NULL */

/* When a runbook was last run, by whom, which steps failed. */
struct run_freshness {
	const struct run *last;   /* NULL: never */
	unsigned count;           /* runs there were */
	VEC(const char *) failed; /* ids of the steps that failed in the last one */
};
void runs_get_freshness(const struct runs *runs, const char *slug, struct run_freshness *ret);
void run_freshness_release(struct run_freshness *freshness);

#endif
