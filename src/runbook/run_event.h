/*
 * What people and steps did in a run, as events of the journal: one kind each,
 * the subject is the run's id, the body a JSON object whose members are a table
 * (run_event.c). Written and read here and nowhere else.
 *
 * Ids of runs and steps become names of folders: an event with one that is not
 * fit for that is not readable.
 */
#ifndef RUNBOOK_RUN_EVENT_H
#define RUNBOOK_RUN_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "journal/journal.h"

enum run_event_kind {
	RUN_OPENED,  /* "run-open": runbook, digest, title, alert, target */
	RUN_VALUE,   /* "run-value": a placeholder's value, and where it is from; value "" takes it back */
	RUN_BRANCH,  /* "run-branch": the scenario that was chosen */
	RUN_INTENT,  /* "step-intent": step, attempt, exact command, target; durable before anything is started */
	RUN_STARTED, /* "step-start": the keeper runs it; `of` is the intent's event, as in the outcome */
	RUN_OUTCOME, /* "step-outcome": how the attempt ended; or that nobody knows */
	RUN_DONE,    /* "step-done", "step-skip", "step-fail": what a person says of a step */
	RUN_SKIPPED,
	RUN_FAILED,
	RUN_UNDONE,    /* "step-undo": takes back the event named by `of` */
	RUN_NOTE,      /* "run-note": on a step, or on the run */
	RUN_EDIT,      /* "step-edit": its command for this run; "" as in the file */
	RUN_OVERRIDE,  /* "step-override": a fault lint found is accepted, in words */
	RUN_PEN,       /* "run-pen": who leads the run: taken, or handed over */
	RUN_STEP_PEN,  /* "step-pen": who has that step */
	RUN_EVIDENCE,  /* "run-evidence": a check's or watched figure's value, before or after a step, or when it turned
			*/
	RUN_MITIGATED, /* "run-mitigated": every check holds */
	RUN_CLOSED,    /* "run-close": the run is over, and how */
	RUN_EVENT_KINDS,
};

/* One event in words of runs. Which members count depends on the kind; texts never NULL. */
struct run_event {
	enum run_event_kind kind;
	const char *id;   /* the event's own */
	int64_t sequence; /* 0: not yet durable */
	int64_t time_ms, monotonic_ms;
	const char *actor; /* "ana@jump1" */
	const char *seat;  /* which console of that person: random, new with each start */
	const char *system, *run;
	const char *runbook, *path, *digest, *title; /* slug; file; of RUN_OPENED */
	const char *alert, *alert_id, *expression;   /* name, fingerprint in hex, the alert's own expression */
	const char *labels;                          /* the alert's, as JSON object */
	const char *target;                          /* as target_text writes it */
	const char *environment;                     /* "production" */
	int64_t alert_since_ms;
	int64_t alert_for_ms;              /* how long it is to be clear: -1 not told, as by an older skep */
	bool rehearsal;                    /* --dry-run, walk, demo: says so in the report */
	const char *step;                  /* "2.3" */
	int64_t attempt;                   /* from 1 */
	const char *command;               /* masked, exactly as it runs otherwise */
	const char *name, *value, *source; /* of a value, a figure, a check; a scenario's letter is the value */
	const char *to;                    /* pen: whose it is then ("ana@jump1", and `to_seat`); "" nobody's */
	const char *to_seat;
	const char *of;      /* the event that is taken back; the intent that was started or ended ("": by number) */
	const char *note;    /* a person's words; what is overridden; how it was closed */
	const char *outcome; /* of enum run_outcome, as run_outcome_names has it; another word is a newer skep's */
	const char *reason;
	int64_t status, signal, elapsed_ms, bytes;
	bool timed_out, stopped, edited;
	const char *when; /* evidence: "before", "after", "turned" */
};

/* How an attempt ended. */
enum run_outcome {
	RUN_OUTCOME_UNKNOWN, /* "unknown": it began, or may have begun, and nobody knows; also a word that is not known
			      * here
			      */
	RUN_OUTCOME_NEVER,   /* "never": nothing was run, and never will be under this attempt */
	RUN_OUTCOME_OK,      /* "ok": exit status 0 */
	RUN_OUTCOME_FAILED,  /* "failed": another one */
	RUN_OUTCOME_SIGNAL,  /* "signal": one ended it that the keeper did not send */
	RUN_OUTCOME_TIMEOUT, /* "timeout" */
	RUN_OUTCOME_STOPPED, /* "stopped": somebody asked */
	RUN_OUTCOMES,
};
extern const char *const run_outcome_names[RUN_OUTCOMES];
enum run_outcome run_outcome_of(const struct run_event *event);

extern const char *const run_event_names[RUN_EVENT_KINDS];

/* `source` of a value that is secret: that it was given is told, and the value is "". */
#define RUN_NOT_RECORDED "given, not recorded"

/* `source` of a check that turned: how it stood then. */
#define RUN_TURNED_GOOD "holds"
#define RUN_TURNED_BAD  "does not hold"

#define RUN_ID_MAX     128         /* bytes: letters, digits, '.', '_', '-'; not a '.' first */
#define RUN_TEXT_MAX   (32 * 1024) /* bytes of a note or command, as JSON */
#define RUN_NUMBER_MAX 1000000     /* of attempts; of either part of a step's id */

/*
 * The journal's event as one of a run. False when it is none, or its body is
 * not readable: no JSON object, a member of another type or out of range, one
 * missing that its kind cannot do without. Members that are not known are
 * passed over. Strings live in the arena.
 */
bool run_event_read(const struct journal_event *event, struct arena *arena, struct run_event *ret);

/*
 * Its body as JSON: only what its kind has, small enough for the journal. A text that is too long is cut, which its end
 * says (" [1234 bytes cut]"); of labels the last are left out. Texts may be NULL.
 */
void run_event_write(const struct run_event *event, struct strbuf *body);

/* A copy with all its strings in the arena; none of them is NULL. */
struct run_event *run_event_copy(const struct run_event *event, struct arena *arena);

#endif
