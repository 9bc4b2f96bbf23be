/*
 * What the files of the runner share: its state. The fold of the run is the
 * truth of what happened; here is only what this console has in hand.
 */
#ifndef RUNBOOK_RUNNER_PRIVATE_H
#define RUNBOOK_RUNNER_PRIVATE_H

#include <sys/types.h>

#include "base/hash.h"
#include "loop/child.h"
#include "runbook/mask.h"
#include "runbook/runner.h"
#include "runbook/runner_lookup.h"

#define RUNNER_ROWS       24
#define RUNNER_COLUMNS    120
#define RUNNER_TIMEOUT_MS (5 * 60 * 1000)

/* One target as it was read, with its line. */
struct runner_target {
	struct arena arena;
	struct run_target target;
	const char *text;
};

/* A step on its way from a person's key to its keeper. */
enum pending_phase {
	PENDING_LOOKS,    /* the target is read; nothing is written down */
	PENDING_WAITS,    /* another console is about to say that it never ran the step; nothing is written down */
	PENDING_WRITTEN,  /* the intent is journalled, not yet known to be durable and the one that counts */
	PENDING_DURABLE,  /* it is durable */
	PENDING_LOOKS_ON, /* and it counts: the target is read a last time */
};
/* What was true of the step when a person said yes. */
struct step_facts {
	int64_t timeout_ms;
	enum step_tier tier;
	bool follows;
};
struct pending {
	struct runner *runner;
	size_t step;
	enum pending_phase phase;
	int64_t attempt, since_ms; /* monotonic: when it was begun, then when the intent was written */
	size_t known;              /* attempts that may have run, as far as was known when a person said yes */
	char *id;                  /* of the intent; NULL before it is written */
	char *command;             /* as it will run */
	bool again;                /* asked for in words, after an end nobody knows */
	struct job *job;           /* reads the target; NULL */
	struct step_facts facts;
};

/* An attempt's keeper, started or taken up here. */
struct tended {
	struct runner *runner;
	size_t step;
	int64_t attempt;
	char *intent;          /* the event's id; "" */
	struct keeper *keeper; /* NULL only while it is being started */
	bool ours;             /* started here */
	bool inherited;        /* whoever started it is gone */
	bool follows;
	bool told_start, told_end;
};

/* Figures that are to be written down once they are newer than the step's end. */
struct awaited {
	size_t step;
	int64_t attempt, since_ms;
};

/* A short reading command whose output is wanted: for a choice or a check. */
struct reading;
struct check_run;

struct live_query;
struct leftover;

struct choice {
	char *name;
	struct runner *runner;
	struct arena arena; /* of what there is to choose from */
	struct prompt_values values;
	struct reading *reading; /* under way; NULL */
	struct query *query;     /* likewise */
	const char *label;       /* of the query */
	size_t step;             /* that it was asked for last */
};

/* The plan of one step, as long as nothing it is made of changes. */
struct planned {
	struct arena arena;
	struct step_plan plan;
	const char *command; /* not masked; NULL when it cannot be filled */
	size_t step;
	uint64_t generation;
	int64_t made_ms; /* monotonic */
	bool valid;
};

struct runner {
	struct runner_config config; /* its strings are in the arena */
	struct arena arena;
	struct runbook *runbook;
	const char *id, *folder, *actor, *shell;
	const char *const *environment; /* the whole one that steps get */
	int seat_lock;                  /* held while this console has the run open; -1 */
	struct lookups *lookups;        /* which files programs are */
	struct runner_target *target;   /* as last read */
	struct job *target_job;         /* reads it again, by the clock; NULL */
	struct timer *timer;
	struct map secrets; /* values that are never written down: name to text */
	struct map edits;   /* commands for this run that hold what is masked elsewhere: step id to text */
	struct mask *mask;
	struct proofs *proofs;
	VEC(struct pending *) pending;
	VEC(struct tended *) tended;
	VEC(struct awaited) awaited;
	VEC(struct leftover *) leftovers; /* of attempts nobody knows the end of, each once */
	VEC(struct choice *) choices;
	struct live_query *live_query;    /* that is looked at; NULL */
	VEC(struct check_run *) readings; /* of checks */
	struct planned planned;           /* as it was shown: a view holds on to it */
	struct planned checked;           /* as it is right before something is done */
	const struct pending *going;      /* the plan is made for this one, which is no obstacle to itself */
	uint64_t generation;              /* of everything a plan is made of */
	int64_t target_read_ms;           /* monotonic */
	bool attended;
	bool mitigated;            /* it was said that all proofs are good */
	bool told_figures;         /* those of the run's beginning are written down, or were */
	bool healthy;              /* the journal could be written when it was looked at last */
	struct runner_alert alert; /* in the arena; `name` NULL: none */
};

/* ---- runner.c ---- */
void runner_on_tick(void *runner);
void runner_changed(struct runner *runner); /* plans are made anew, and something is to be drawn */
void runner_say(struct runner *runner, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *runner_step_id(const struct runner *runner, size_t step);
size_t runner_find_step(const struct runner *runner, const char *id); /* SIZE_MAX */
bool runner_leads(const struct runner *runner);

/* An event of the run with all texts "". */
struct run_event runner_event(enum run_event_kind kind);
/* Write it down; `id` NULL: any. */
void runner_append(struct runner *runner, const struct run_event *event, const char *id);
/* May this console act on the step (SIZE_MAX: the run)? */
int runner_may(const struct runner *runner, size_t step, struct error *error);
/* Text with what is secret taken out; in the arena. */
const char *runner_mask(const struct runner *runner, const char *text, struct arena *arena);
void runner_make_mask(struct runner *runner); /* what is secret changed */
/* Why nothing can be written down; NULL: it can. */
const char *runner_journal_fault(const struct runner *runner, struct arena *arena);

/* ---- runner_place.c: the folder, who lives, programs ---- */
int runner_make_folder(struct runner *runner, struct error *error);
int runner_take_seat(struct runner *runner, struct error *error);
/* Does the console of that seat still have the run open? `known`: whether it ever said so here. */
bool runner_seat_lives(const struct runner *runner, const char *seat, bool *ret_known);
/* RUN/steps/S.N/attempt-K, in the arena. */
const char *runner_attempt_folder(const struct runner *runner, size_t step, int64_t attempt, struct arena *arena);
int runner_make_step_folder(const struct runner *runner, size_t step, struct error *error);
const char *runner_shell(void);

/* ---- runner_target.c ---- */
struct runner_target *runner_target_read(const char *const *environment); /* blocks */
void runner_target_free(struct runner_target *target);
/* On the pool; `done` gets it and owns it. With a command (NULL: none) its programs are found anew before that. NULL
 * when the pool is full. */
struct job *runner_target_ask(struct runner *runner, const char *command,
			      void (*done)(void *user, struct runner_target *target), void *user, struct error *error);
void runner_set_target(struct runner *runner, struct runner_target *target);
/* Why the step must not be run at that target: the run's is another one; or, for what changes something, somebody says
 * otherwise. NULL: nothing speaks against it. */
const char *runner_target_fault(const struct runner *runner, const struct runner_target *target, size_t step,
				bool *ret_all, struct arena *arena);

/* ---- runner_plan.c, runner_program.c ---- */
/* Is the step run at all: a command, or SQL with a connection for it? */
bool runner_is_runnable(const struct runner *runner, const struct runbook_step *step);
const struct planned *runner_check_plan(struct runner *runner, size_t step);
/* The file its first program is, "" a word of the shell. NULL with the reason when it must not be run. */
const char *runner_find_program(const struct runner *runner, const char *command, struct arena *arena,
				const char **ret_why);

/* Is there nothing in the text that a screen would not show? */
bool runner_shows_whole(const char *text);

/* ---- runner_values.c ---- */
const char *runner_value(void *runner, const char *name); /* NULL: none; of struct runner */
/* A value nobody had to be asked for; NULL. `sure`: it may be taken without asking. */
const char *runner_suggest(const struct runner *runner, const char *name, const char **ret_source, bool *ret_sure,
			   struct arena *arena);
void runner_set_known_values(struct runner *runner);
/* A step's command or SQL (SIZE_MAX: a command of the run) with what is known put in. `missing`, to be released: names
 * nobody knows a value of; `why`: it cannot be put in; NULL. */
struct fill {
	const char *text;
	VEC(const char *) missing;
	const char *why;
};
void runner_fill(struct runner *runner, size_t step, const char *command, bool edited, struct arena *arena,
		 struct fill *ret);

/* ---- runner_start.c ---- */
struct pending *runner_find_pending(const struct runner *runner, size_t step);
void runner_pending_on_event(struct runner *runner, const struct journal_event *event);
void runner_pending_tick(struct runner *runner);
void runner_pending_free(struct pending *pending);
int runner_cancel_pending(struct runner *runner, size_t step); /* -1: there is none */

/* ---- runner_resume.c ---- */
struct tended *runner_tend(struct runner *runner, size_t step, int64_t attempt, const char *intent);
void runner_untend(struct runner *runner, struct tended *tended);
void runner_tended_free(struct tended *tended);
bool runner_attempt_there(const struct runner *runner, size_t step, int64_t attempt);
void runner_on_keeper(void *tended);
/* Look after every attempt whose end is not told. */
void runner_sweep(struct runner *runner);
bool runner_tends_running(const struct runner *runner);
void runner_tell_never(struct runner *runner, size_t step, int64_t attempt, const char *intent, const char *reason);

/* ---- runner_left.c ---- */
void runner_leftovers_tick(struct runner *runner);
void runner_leftover_free(struct leftover *leftover);
/* What still runs of the step's attempts without a keeper, in the arena; NULL: nothing, as far as is known. */
const char *runner_left_words(const struct runner *runner, size_t step, struct arena *arena);

/* ---- runner_proof.c ---- */
void runner_make_proofs(struct runner *runner);
void runner_proofs_before(struct runner *runner, size_t step, int64_t attempt);
void runner_proofs_after(struct runner *runner, size_t step, int64_t attempt);
void runner_proofs_end(struct runner *runner); /* the figures a run is left with */
void runner_proofs_tick(struct runner *runner);
void runner_check_free(struct check_run *run);

/* ---- runner_reading.c ---- */
typedef void reading_fn(void *user, bool good, const char *output, const char *words);
/* Such a command as it would run now. */
struct reading_plan {
	const char *why;     /* it is not run; NULL */
	const char *text;    /* filled in; not masked */
	const char *program; /* resolved path of its first program; "" */
	bool declared;       /* its author says that it only reads */
	bool on_trust;       /* nobody else does: a person is to see it first */
};
/* `step` SIZE_MAX: of the run. Strings live in the arena. */
void runner_plan_reading(struct runner *runner, size_t step, const char *command, bool declared, struct arena *arena,
			 struct reading_plan *ret);
/* Start it. NULL with the reason. Called back once, never from here. The callback may free it. */
struct reading *runner_read(struct runner *runner, const struct reading_plan *plan, reading_fn *fn, void *user,
			    struct error *error);
void runner_reading_free(struct reading *reading);

/* ---- runner_query.c ---- */
void runner_live_query_free(struct live_query *live); /* NULL is allowed */

/* ---- runner_choices.c ---- */
void runner_choice_free(struct choice *choice);

#endif
