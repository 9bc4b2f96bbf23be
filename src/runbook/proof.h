/*
 * What proves that it worked, asked again and again while somebody looks or a
 * run is under way: checks of steps and of the verification section, the
 * alert's own expression, and figures that stand beside the steps.
 */
#ifndef RUNBOOK_PROOF_H
#define RUNBOOK_PROOF_H

#include "query/query.h"
#include "runbook/runbook.h"

enum proof_state {
	PROOF_UNKNOWN, /* not answered yet, or the engine fails: see words */
	PROOF_BAD,     /* it does not hold, an alert still fires */
	PROOF_HOLDING, /* it holds, not yet long enough */
	PROOF_GOOD,    /* long enough; of a watched figure: there is a value */
	PROOF_LATE,    /* it did not hold within its time */
};

/* One of them as it stands. */
struct proof {
	const char *name;
	enum proof_state state;
	char words[120]; /* "still firing 0.42 > 0.05", "clear 2m10s of 5m", "holds: 3 > 1", "timeout after 5s" */
	double value;    /* last; NaN none */
	double before;   /* when the run began, or the step: NaN not known */
	int64_t holds_since_ms; /* monotonic; 0 */
	int64_t asked_ms;       /* monotonic, of the last answer; 0 */
	bool is_alert, is_watch;
	bool declared;       /* its author says that its command only reads */
	const char *unit;    /* Grafana's id, of a watched figure */
	size_t step;         /* index in the runbook; SIZE_MAX: of the run */
	const double *trend; /* last values, oldest first */
	size_t trend_count;
};

struct proofs;

struct proofs_config {
	struct loop *loop;
	struct query_engine *engine; /* NULL: nothing can be asked */
	int64_t interval_ms;         /* 0: 5 s */
	/* Runs a reading command for a check; NULL: such checks are for people. Its exit status comes to
	 * proofs_on_command. */
	void (*run_command)(void *user, size_t check, const char *command);
	void (*on_change)(void *user);                          /* something that is shown changed */
	void (*on_turn)(void *user, const struct proof *proof); /* it became good, or bad again */
	void *user;
};

struct proofs *proofs_new(const struct proofs_config *config);
void proofs_free(struct proofs *proofs);

/* The alert's own: good once the expression has had no result for these labels for `for_ms`. `labels`: NAME=VALUE
 * pairs, NULL ends them. */
void proofs_add_alert(struct proofs *proofs, const char *name, const char *expression, const char *const *labels,
		      int64_t for_ms);
/* Copied. `step` SIZE_MAX: of the run. */
void proofs_add_check(struct proofs *proofs, const struct step_check *check, size_t step);
void proofs_add_watch(struct proofs *proofs, const struct runbook_watch *watch);

/* Its checks count for proofs_all_good before it was run: it is one of the verification section. */
void proofs_require_step(struct proofs *proofs, size_t step);

/* The step ended just now: its checks begin to be due within their time, and count from now on. */
void proofs_begin_step(struct proofs *proofs, size_t step);

/* A step that changes something ended just now (before proofs_begin_step): what looks back further than that says so
 * while it does not hold. `id` is copied. */
void proofs_mark_change(struct proofs *proofs, const char *id);

/* What a watched figure was when the run began, as the journal tells. */
void proofs_set_before(struct proofs *proofs, const char *name, double value);

/* The command of `run_command` ended: `words` say how, "" nothing to say. One call of either for each `run_command`. */
void proofs_on_command(struct proofs *proofs, size_t check, bool good, const char *words);
/* Or it was not run at all: nothing is known. May be called from within `run_command`. */
void proofs_on_refused(struct proofs *proofs, size_t check, const char *why);

/* Whether to ask at all: somebody looks, or steps go on. */
void proofs_attend(struct proofs *proofs, bool attended);
/* Ask all now. */
void proofs_refresh(struct proofs *proofs);

size_t proofs_count(const struct proofs *proofs);
const struct proof *proofs_get(const struct proofs *proofs, size_t index);

/* The alert and every check that counts are good (and there is one): those of the run, of required steps, and of steps
 * that were run. */
bool proofs_all_good(const struct proofs *proofs);

#endif
