/*
 * The operator's verbs: rows of one table (verbs.c) whose functions live in
 * verb_<what>.c. A verb is "noun action arguments ..."; dashes before words
 * do not matter, so that "agents --kill --unhealthy" and "agents kill
 * unhealthy" are one, and "--count=5" gives the argument count the value 5.
 */
#ifndef SIM_VERB_H
#define SIM_VERB_H

#include "sim/colony_state.h"
#include "sim/reply.h"

enum { VERB_ARGUMENTS_MAX = 16 };

struct verb_call {
	struct colony *colony;
	const char *arguments[VERB_ARGUMENTS_MAX]; /* without leading dashes */
	size_t count;
	struct reply *reply;
};

/* Each returns the exit status. */
typedef int verb_function(struct verb_call *call);

struct verb {
	const char *noun, *action; /* action "": the noun alone */
	const char *arguments, *help;
	verb_function *run;
	/* Asks nothing of the colony's processes: works when none answers. */
	bool outside;
	/* The function tells the faults what was done; else it is "noun action" to all instances. */
	bool tells;
};
const struct verb *verbs_table(size_t *ret_count);

/* Whether an argument is there, as "name" or "name=..."; its value, or NULL. */
bool verb_has(const struct verb_call *call, const char *name);
const char *verb_value(const struct verb_call *call, const char *name);

/* The first number among the arguments ("5", "count=5"), in seconds for "90s", "5m", "6h", "1d"; else `fallback`. */
double verb_number(const struct verb_call *call, double fallback);

/* Refuse: say why, exit status 1. */
int verb_fail(struct verb_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sums over the instances that serve. */
double verb_agents(const struct colony *colony);
double verb_agents_well(const struct colony *colony);
unsigned verb_serving(const struct colony *colony);

verb_function verb_help;

/* verb_cluster.c: what is done to processes and networks from outside */
verb_function verb_restart, verb_reload, verb_scale, verb_resources_set, verb_network_status, verb_network_allow,
	verb_network_restore, verb_failover, verb_failback, verb_auth_block, verb_auth_status;

#endif
