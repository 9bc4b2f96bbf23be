/* What the files of the evaluator share: evaluator.c (all of it, and when), evaluator_round.c (one group's round),
 * evaluator_clocks.c (the clock file). */
#ifndef ALERT_EVALUATOR_PRIVATE_H
#define ALERT_EVALUATOR_PRIVATE_H

#include <stdbool.h>

#include "alert/evaluator.h"
#include "alert/rule_writer.h"
#include "base/strbuf.h"
#include "base/vec.h"

#define RATE_SECONDS 60

/* One rule: what it remembers, and what it wrote. */
struct rule_slot {
	const struct rule_group *group;
	const struct rule *rule;
	struct rule_memory memory;
	struct rule_writer writer;
	const char *engine; /* who answered last */
	bool looked_back;   /* it was judged once: what it raises from now on begins now */
};

enum group_state { GROUP_RESTS, GROUP_WAITS, GROUP_RUNS };

/* One group: when it is due, and its round under way. */
struct group_slot {
	struct evaluator *evaluator;
	const struct rule_group *group;
	struct rule_slot *rules;
	int64_t interval_ms, offset_ms;
	struct timer *due;
	int64_t due_ms; /* wall, on the grid */

	enum group_state state;
	bool again; /* asked for at once while it was not at rest */
	struct group_slot *next_waiting;
	int64_t time_ms, began_ms; /* of the round: wall on the grid, monotonic */
	int64_t round_ms;          /* what the last one took */

	/* The rule in hand. */
	size_t at;
	struct query *query;
	struct matrix *answer, *before;
	bool theirs; /* the server gave the answer */
	int64_t before_end_ms, before_step_ms;
	struct rule_run run;
	bool run_is_open;
	bool writing; /* it is judged: its samples are being written */
	size_t written;
	uint64_t version_before;
	int64_t rule_began_ns;
	struct timer *turn;                 /* goes on with the rule at the next turn of the loop */
	VEC(struct group_lookup *) lookups; /* under way */
};

struct clock_keeper;

struct evaluator {
	struct evaluator_config config;
	struct rule_slot *rules;
	struct group_slot *groups;
	size_t rule_count, group_count;
	bool begun;     /* clocks were read, or there are none */
	bool run_first; /* evaluator_run_now came before that */
	struct group_slot *waiting, **waiting_end;
	unsigned running;
	uint64_t version;
	bool untold;        /* something changed that `version` does not say yet */
	struct timer *tell; /* runs for a moment after it was said */
	size_t missed;

	uint32_t evaluated[RATE_SECONDS]; /* rules in each second, as a ring */
	int64_t first_second, evaluated_second;

	struct clock_keeper *clocks;
};

/* evaluator.c */
void evaluator_begin(struct evaluator *evaluator);      /* clocks are there */
void evaluator_round_ended(struct group_slot *group);   /* its place is free */
void evaluator_changed(struct evaluator *evaluator);    /* a rule looks different */
void evaluator_count_rule(struct evaluator *evaluator); /* one more was evaluated */

/* evaluator_round.c: all rules of a group, at its time_ms. Tells evaluator_round_ended, never before it returns. */
void group_round_start(struct group_slot *group);
void group_round_cancel(struct group_slot *group);

/* evaluator_clocks.c. Reads the file, then evaluator_begin; without a file at once. */
void clock_keeper_new(struct evaluator *evaluator);
void clock_keeper_free(struct clock_keeper *keeper);               /* writes what is to be written */
void clock_keeper_note(struct clock_keeper *keeper, bool changed); /* a rule with active alerts, or a change of one */

#endif
