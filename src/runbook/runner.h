/*
 * Running a runbook: one open run with its text, values, keepers, proofs and
 * clock. Everything done is an event of the journal first; what may be done is
 * asked of the plan of a step as it was painted. Nothing here draws.
 *
 * Run once: the intent is durable in the journal, and ours by its order, before
 * a keeper is started; the target is read again right before. After a crash
 * runner_resume takes up what goes on, and says what is not known.
 */
#ifndef RUNBOOK_RUNNER_H
#define RUNBOOK_RUNNER_H

#include "base/error.h"
#include "journal/journal.h"
#include "loop/loop.h"
#include "loop/pool.h"
#include "query/query.h"
#include "runbook/keeper.h"
#include "runbook/placeholder.h"
#include "runbook/proof.h"
#include "runbook/run.h"
#include "runbook/runbook.h"
#include "runbook/target.h"

/* Where steps run: a demo's and drill's are shut in. */
struct runner_place {
	const char *const *environment; /* the whole of it; NULL ends it; NULL: skep's own */
	bool shut_in;                   /* only programs found in its PATH are run at all; others are refused */
	const char *directory;          /* NULL: where skep was started */
};

/* The alert a run is opened from. */
struct runner_alert {
	const char *name, *id;     /* id: fingerprint in hex */
	const char *expression;    /* NULL: not known */
	const char *const *labels; /* "NAME=VALUE", NULL ends them */
	int64_t since_ms;          /* wall */
	int64_t for_ms;            /* clear that long is good */
};

struct runner_config {
	struct loop *loop;
	struct pool *pool;
	struct journal *journal; /* needed: without one nothing is run */
	const struct runs
		*runs; /* that the journal's events are folded into: its owner gives events to runner_on_event too */
	struct query_engine *engine;      /* may be NULL */
	const char *state;                /* folder "runs" is made in, 0700 */
	const char *system, *environment; /* "polln", "production" */
	const char *wanted_target;        /* what the system file says: "prod-cluster/production"; NULL */
	const char *const *variables;     /* the system's: "namespace=production"; NULL ends them */
	const char *const *secrets;       /* NULL ends them; may be NULL */
	const char *sql; /* connection that SQL which only reads is run on (sql.h); NULL: SQL is only shown */
	struct runner_place place;
	const char *actor;            /* "ana@jump1"; NULL: user and host of this process */
	const char *seat;             /* of this console: random */
	bool walk;                    /* nothing ever runs */
	const struct runbook *backup; /* offered before the first destruction; NULL: none is known */
	void (*on_change)(void *user);
	void (*on_say)(void *user, const char *words); /* something happened that nobody asked for just now */
	void *user;
};

struct runner;

/* Begin a run: its folder and the text it follows are written, then the event. The runbook (of malloc) becomes the
 * runner's, also when nothing is begun. */
struct runner *runner_open(const struct runner_config *config, struct runbook *runbook,
			   const struct runner_alert *alert, struct error *error);

/* Take up a run that the journal tells of. */
struct runner *runner_resume(const struct runner_config *config, const struct run *run, struct error *error);

/* Steps go on. NULL is allowed. */
void runner_free(struct runner *runner);

/* Each event of the journal, after `runs` had it. */
void runner_on_event(struct runner *runner, const struct journal_event *event);

const struct runbook *runner_runbook(const struct runner *runner);
const struct run *runner_run(const struct runner *runner);
const struct proofs *runner_proofs(const struct runner *runner);
void runner_attend(struct runner *runner, bool attended); /* somebody looks at it */
bool runner_busy(const struct runner *runner);            /* something is on its way that the next drawing would show */

/* ---- what would happen ---- */

enum plan_block {
	PLAN_READY,
	PLAN_NOT_RUNNABLE, /* not a command */
	PLAN_NEEDS,        /* a placeholder has no value: `missing` */
	PLAN_FAULT,        /* lint: until edited or overridden */
	PLAN_TARGET,       /* the target changed since the run began, or denies the system's environment */
	PLAN_PROGRAM,      /* a program is not there, or outside the shut-in PATH */
	PLAN_PEN,          /* somebody else's */
	PLAN_RUNNING,
	PLAN_UNKNOWN_END, /* its last attempt's outcome is not known: retry only by asking for it in words */
	PLAN_HOSTILE,     /* control or bidi characters in it */
	PLAN_JOURNAL,     /* nothing can be written down: so nothing is run */
	PLAN_CLOSED,      /* the run is over; or a walk */
};

struct plan_missing {
	const char *name;
	const struct step_choices *choices; /* NULL */
	const char *suggestion, *source;    /* from the alert's labels or variables; NULL */
	bool secret;                        /* what is typed for it is not to be seen */
};

/* Strings live until the next call of runner_plan or an act. */
struct step_plan {
	enum plan_block block;
	bool runs; /* it is one that is run at all: a command, or SQL that surely reads with a connection for it */
	const char *why;  /* of a block, one line; where nothing blocks, what speaks against it all the same, or "" */
	const char *text; /* exactly as it will run, filled in as far as it can be; masked for showing */
	const char *program; /* resolved path of the first program; "" */
	const char *directory, *target;
	enum step_tier tier;
	const char *tier_reason;
	bool edited;
	bool follows; /* ends on a key */
	int64_t timeout_ms;
	const char *confirm;  /* what must be typed: the step's number for a change, the name of what is lost for a
				 destruction, "again 2.3" after an end nobody knows (PLAN_UNKNOWN_END, which it lifts);
				 NULL for a reading step */
	const char *rollback; /* NULL: none is known */
	bool offers_backup;   /* the first destruction of this run, and nothing was saved in it yet */
	const char *
		backup; /* of a destruction: "03:12Z (step 4.1)", when everything was saved since the run began; NULL */
	const struct plan_missing *missing;
	size_t missing_count;
	const char *faults; /* lint's, one a line; "" */
	bool needs_override;
	const char *left; /* "1 process of it still runs: sleep (pid 123)", though its keeper is gone; NULL: nothing is
			     known to */
};
void runner_plan(struct runner *runner, size_t step, struct step_plan *ret);

/* Does a placeholder's name tell of a secret? Its value is neither shown nor written down. */
bool runner_is_secret_name(const char *name);

/* ---- acts: each -1 with the reason, or an event ---- */

/* `typed`: what the plan's confirmation asked for; NULL for a reading step. `text`: what was painted (step_plan.text):
 * refused when it would be another one now. */
int runner_start_step(struct runner *runner, size_t step, const char *text, const char *typed, struct error *error);
int runner_stop_step(struct runner *runner, size_t step, struct error *error);
/* End what still runs of the step without its keeper (step_plan.left): INT, TERM, KILL. */
int runner_end_left(struct runner *runner, size_t step, struct error *error);

/* RUN_DONE, RUN_SKIPPED, RUN_FAILED. */
int runner_mark_step(struct runner *runner, size_t step, enum run_event_kind mark, const char *note,
		     struct error *error);
int runner_undo(struct runner *runner, size_t step,
		struct error *error); /* the step's last mark or choice; SIZE_MAX: the run's */
int runner_note(struct runner *runner, size_t step, const char *words, struct error *error); /* SIZE_MAX: on the run */
int runner_edit(struct runner *runner, size_t step, const char *command,
		struct error *error); /* NULL: as in the file */
int runner_override(struct runner *runner, size_t step, const char *words, struct error *error);
int runner_set_value(struct runner *runner, const char *name, const char *value, const char *source,
		     struct error *error);
int runner_branch(struct runner *runner, const char *letter, struct error *error);
/* Take the lead (step SIZE_MAX) or one step's pen; hand it to "ana@jump1" (whichever of her consoles takes it first).
 */
int runner_take_pen(struct runner *runner, size_t step, struct error *error);
int runner_hand_pen(struct runner *runner, size_t step, const char *to, struct error *error);
int runner_close(struct runner *runner, const char *words, struct error *error);

/* Ask for the values a placeholder may be given; they come by on_change. */
struct prompt_values {
	bool asked, answered;
	const char *const *items;
	size_t count;
	const char *reason; /* why there are none; "" */
	/* What would list them, exactly as it would run, masked: only the runbook says that it reads, so that a person
	 * is asked first (runner_list_choices). NULL: nobody has to be. */
	const char *command;
	const char *program, *target; /* its first program's resolved path; where */
};
void runner_ask_choices(struct runner *runner, size_t step, const char *placeholder);
void runner_get_choices(const struct runner *runner, const char *placeholder, struct prompt_values *ret);
/* A person saw `command` and wants the list: refused when it would be another one now. */
int runner_list_choices(struct runner *runner, size_t step, const char *placeholder, const char *command,
			struct error *error);

/* What a query step says now, at most some of its series. Asks again when that is old: called while it is in sight,
 * the answers come by on_change. Of eight steps at a time: of more, the one nobody asked for longest is forgotten.
 * Lines live until the next answer, or until it is forgotten. */
struct query_values {
	bool answered;
	const char *const *lines; /* "instance=a:1 0.42" */
	size_t count, all;        /* lines; series there are */
	const char *reason;       /* why there is no answer; "" */
};
void runner_get_query(struct runner *runner, size_t step, struct query_values *ret);

/* The keeper of a step's last attempt, attached when there is one; NULL. Its output also after the end. */
struct keeper *runner_keeper(struct runner *runner, size_t step);

/* ---- the clock ---- */

struct run_clock {
	int64_t elapsed_ms;     /* since the alert began, else since the run did */
	int64_t target_ms;      /* of the head: MTTR, else RTO; 0: none */
	const char *due, *next; /* of the escalation table: what is due now, what next; NULL */
	int64_t next_in_ms;
};
void runner_get_clock(const struct runner *runner, int64_t now_ms, struct run_clock *ret);

#endif
