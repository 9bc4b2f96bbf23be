/*
 * One run of a runbook: the fold of its events. Pure: the same events give the
 * same run, in whatever order they are added and however often. They count in
 * the journal's order, those that are not yet durable last, in the order they
 * were added; each id once (where a second one differs, the durable one holds).
 *
 * The pen. Who opened the run leads it: a person at one console (`seat`).
 *   - Only who leads sets values, chooses a scenario, closes; who leads runs and
 *     marks all steps that nobody else has the pen of.
 *   - RUN_PEN: who leads hands the lead to anybody; everybody else may only take
 *     it, for the console they sit at. That it was taken from another person is
 *     remarked in the timeline.
 *   - RUN_STEP_PEN: who does not lead may take the pen of single steps of the
 *     section that is under way, while nobody has it (the first in the journal
 *     wins), then runs and marks those, hands them on, or back to nobody (""). The
 *     section is the number before the dot of a step's id: the fold knows no
 *     runbook. Under way is the one where the lead last ran or marked a step;
 *     before that, and right after a scenario is chosen, it is any.
 *     Who leads may give any step's pen to anybody at any time.
 *   - Handed to a person without a seat, it is of whichever of their consoles
 *     uses it first. While nobody leads ("", or the opening is missing), whoever
 *     first does what needs the lead has it.
 *   - At another console the same person takes what is hers without a remark.
 * Notes, figures, starts, outcomes and that it is mitigated are facts:
 * everybody's, and never refused for want of a pen. After the close only those,
 * the lead and taking back are taken.
 *
 * What is refused changes nothing, but stays in the timeline with its reason.
 * One exception, for safety: an intent that was refused for want of a pen, or
 * after the close, makes its step RUN_STEP_UNKNOWN until its outcome, a mark or
 * another attempt follows: its console may know of a pen that got lost.
 *
 * Taking back (RUN_UNDONE): marks, values, scenarios, edits, overrides, notes,
 * that it is mitigated, the close, and the taking back of one of these, which
 * then counts again. What happened to systems is never taken back, nor are pens.
 *
 * A step's state is that of its last mark or outcome in the journal's order.
 * But as long as an attempt has an intent or a start and no outcome at all, it is
 * RUN_STEP_WANTED or RUN_STEP_RUNNING whatever else was said; and RUN_STEP_UNKNOWN
 * is never left but by a mark, another attempt, or the outcome becoming known.
 */
#ifndef RUNBOOK_RUN_H
#define RUNBOOK_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/vec.h"
#include "runbook/run_event.h"

#define RUN_EVENTS_MAX 20000 /* of one run: later ones are only counted, and nothing more may be done in it */

enum run_step_state {
	RUN_STEP_OPEN,
	RUN_STEP_WANTED, /* intent is journalled, not started */
	RUN_STEP_RUNNING,
	RUN_STEP_OK,      /* its last attempt ended with exit status 0 */
	RUN_STEP_BAD,     /* it ended otherwise; see its attempt */
	RUN_STEP_UNKNOWN, /* it began, or may have begun, and nobody knows how it ended: never run again by itself */
	RUN_STEP_DONE,    /* a person says so; likewise */
	RUN_STEP_SKIPPED,
	RUN_STEP_FAILED,
	RUN_STEP_STATES,
};
extern const char *const run_step_state_names[RUN_STEP_STATES]; /* "open", "wanted", "running" ... */

/* One attempt. Each of the three may be missing, but not all of them. */
struct run_attempt {
	int64_t number;
	const struct run_event *intent;  /* the first in the journal of that number: who wrote it may run it */
	const struct run_event *start;   /* the first */
	const struct run_event *outcome; /* the first that says how it ended; else one that says nobody knows */
	bool refused;                    /* the intent was: there is none in its place that was not, though one that
					    comes takes it as long as nothing was started */
};

struct run_step {
	const char *id;
	enum run_step_state state;
	VEC(struct run_attempt) attempts; /* in order of number */
	const char *command;              /* as edited for this run; NULL: as in the file */
	const char *override_words;       /* NULL; an edit that follows makes it void: it was of another text */
	const char *pen, *pen_seat;       /* who has it; "" whoever leads. Seat "": any of theirs */
	const char *pen_why;              /* what everybody else is told; NULL when nobody has it */
	const struct run_event *last;     /* that gave it its state; NULL */
	const struct run_event *mark;     /* its last mark or edit or override that is not taken back; NULL: see
					     run_undoable */
	VEC(const struct run_event *) notes;
};

struct run_value {
	const char *name, *source; /* "alert label instance", "asked", "system variable" */
	const char *value;         /* "": it is secret, and only whoever gave it has it */
	const struct run_event *event;
};

/* One line of the timeline. */
struct run_entry {
	const struct run_event *event;
	bool refused;       /* it changed nothing: `remark` says why */
	bool undone;        /* taken back later, and still is */
	const char *remark; /* "bob@jump2 leads the run", "taken from bob@jump2"; NULL */
};

/* Everything below is valid until the next run_fold; events until run_free. */
struct run {
	const char *id;                 /* "20261122-031500-data-corruption-4f2a" */
	const struct run_event *opened; /* the first; NULL: that event is missing; the rest is there all the same */
	const char *lead, *lead_seat;   /* "" nobody; seat "": any of theirs */
	const char *lead_why; /* what everybody else is told: "bob@jump2 leads the run"; NULL when nobody leads */
	const char *scenario; /* letter; "" none chosen */
	const struct run_event *chosen; /* that chose it; NULL */
	int64_t section;                /* under way; 0: any */
	VEC(struct run_step) steps;     /* only those something happened to, in that order */
	VEC(struct run_value) values;
	VEC(struct run_entry) timeline;             /* all, in the journal's order, each once */
	const struct run_event *mitigated, *closed; /* the first that is not taken back; NULL */
	int64_t began_ms, last_ms;                  /* wall, of its earliest and latest event; 0 */
	size_t dropped;                             /* events over RUN_EVENTS_MAX */

	/* run.c's and run_fold.c's own */
	struct arena arena, words;     /* of the events; of this fold */
	struct map ids;                /* of events, to their copies */
	struct map step_numbers;       /* of step ids, to their number in `steps` + 1 */
	VEC(struct run_copy *) copies; /* in the order they were added */
	bool stale;                    /* to be folded again: run_fold */
};

struct run *run_new(const char *id);
void run_free(struct run *run);

/* One more event (copied), or the same one that became durable. Another run's is passed over. Folded by run_fold, which
 * costs nothing when nothing was added. */
void run_add(struct run *run, const struct run_event *event);
void run_fold(struct run *run);

/* NULL when nothing happened to it. */
const struct run_step *run_find_step(const struct run *run, const char *id);
const char *run_value(const struct run *run, const char *name); /* NULL: none, or it is not recorded */

/* The number that the next attempt of a step has: higher than all that were heard of, refused ones included. */
int64_t run_next_attempt(const struct run *run, const char *step);

/* The attempt whose intent is that event, when it may be run: it was not refused, and has no outcome. NULL. */
const struct run_attempt *run_own_attempt(const struct run *run, const char *step, const char *intent);

/* May that seat of that person act on the step now (step NULL: on the run)? Else false, and why, unless NULL:
 * "bob@jump2 leads the run". */
bool run_may(const struct run *run, const char *actor, const char *seat, const char *step, const char **ret_why);

/* The same of taking the lead (step NULL) or the step's pen. */
bool run_may_take(const struct run *run, const char *actor, const char *seat, const char *step, const char **ret_why);

/* What taking back would take back: the step's last mark, edit or override (`mark`); with NULL the close, else the
 * scenario chosen. NULL: nothing. */
const struct run_event *run_undoable(const struct run *run, const char *step);

/* The last figure of that name for a step ("" of the run), `when` "before", "after", "turned"; NULL. */
const struct run_event *run_find_evidence(const struct run *run, const char *step, const char *name, const char *when);

/*
 * All runs that the journal tells of, newest first (by `began_ms`): for lists
 * and for what each runbook's last run was. A run is folded when it is needed:
 * by the functions below, and by runs_fold, which whoever goes through `items`
 * calls first (it costs nothing where nothing came).
 */
struct runs {
	VEC(struct run *) items;
	struct map by_id;
};
void runs_init(struct runs *runs);
void runs_release(struct runs *runs);

/* True when it was an event of a run: that one, folded, is returned in `ret_run` (may be NULL). Own events are given
 * again when they are durable. */
bool runs_add(struct runs *runs, const struct journal_event *event, struct run **ret_run);
void runs_fold(const struct runs *runs);
struct run *runs_find(const struct runs *runs, const char *id); /* also by a unique beginning; folded; NULL */

/* When a runbook was last run, by whom, which steps failed. */
struct run_freshness {
	const struct run *last;   /* NULL: never; opened by last->opened->actor */
	unsigned count;           /* runs there were */
	VEC(const char *) failed; /* ids of the steps that failed in the last one; live as long as its fold */
};
void runs_get_freshness(const struct runs *runs, const char *slug, struct run_freshness *ret);
void run_freshness_release(struct run_freshness *freshness);

#endif
