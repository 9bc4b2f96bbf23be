/*
 * A runbook followed on a plain terminal: line by line, without a screen. One
 * step at a time is shown whole, asked about, run and written down.
 */
#ifndef CLI_WALK_H
#define CLI_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "cli/echo.h"
#include "cli/session.h"
#include "runbook/runner.h"

enum walk_state {
	WALK_ASKS,     /* what to do with the step */
	WALK_LISTS,    /* what a placeholder may be is being listed */
	WALK_VALUE,    /* a value for a placeholder */
	WALK_CONFIRM,  /* the word that lets it run */
	WALK_OVERRIDE, /* why a fault is accepted */
	WALK_NOTE,     /* a note on a skipped or failed step, or on the run */
	WALK_EDIT,     /* another command */
	WALK_RUNS,
	WALK_OVER,
};

struct walk {
	struct session *session;
	struct tab *tab;
	struct runner *runner;
	struct io_watch *input;
	struct timer *look; /* while a step runs: its output is read on */
	enum walk_state state;
	enum run_event_kind mark; /* that the note is for */
	size_t step;              /* index */
	uint64_t shown;           /* bytes of the step's output that were printed */
	struct strbuf line;       /* what was typed so far */
	struct strbuf out;        /* gathered, then written at once */
	struct echo echo;         /* off while a secret is asked for */
	bool interrupted;
	unsigned failed; /* steps that ended badly, in this walk */
};

/* Begin at the runbook's entry: prints the head and the first step, and asks. */
void walk_begin(struct walk *walk);

/* One line was typed; NULL: there are no more. */
void walk_take(struct walk *walk, const char *line);

/* Something changed: a step started, printed something, ended. */
void walk_look(struct walk *walk);

/* Ctrl-C: stops the step that runs, else the walk ends after a question. */
void walk_interrupt(struct walk *walk);

/* The step with what would run, into `out`. */
void walk_add_step(struct walk *walk, struct strbuf *out);

/* Is it come to? Not what belongs to a scenario that was not chosen, was done, or has nothing to be done about it. */
bool walk_wants(const struct walk *walk, size_t step);

/* The first step of a section and those within it; the count of steps: there is none. */
size_t walk_first_of(const struct runbook *runbook, size_t section);

/* Which scenarios there are to choose from, into `out`. */
void walk_add_scenarios(const struct walk *walk, struct strbuf *out);

/* The words of the prompt, "r run  c next ...", into `out`; those that run only for a step that does. */
void walk_add_words(bool runs, struct strbuf *out);

/* The letter of the word that was typed, and what stands behind it; a step's number is 'g'. '?': none of them. */
char walk_word(const char *line, const char **ret_rest);

/* What a value may be, a number before each; or what would list that; or why there is nothing, into `out`. */
void walk_add_choices(const struct prompt_values *values, struct strbuf *out);

/* What is asked for a value: an empty line takes what is suggested, else it lists what is offered to be listed. */
void walk_add_question(const struct plan_missing *missing, const struct prompt_values *values, struct strbuf *out);

/* The one with the number that was typed; NULL: none, or digits may be a value of their own there. */
const char *walk_choice(const struct prompt_values *values, const char *line);

/* What the checks say, into `out`. */
void walk_add_proofs(const struct walk *walk, struct strbuf *out);

#endif
