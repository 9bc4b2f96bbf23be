/*
 * The systems whose runbooks a command is about: those that are named, else
 * all that are shipped; their files, the names of their alerts, and what the journal tells of
 * runs.
 */
#ifndef CLI_RUNBOOK_SYSTEMS_H
#define CLI_RUNBOOK_SYSTEMS_H

#include "base/vec.h"
#include "cli/options.h"
#include "cli/record.h"
#include "runbook/run.h"
#include "runbook/runbook_index.h"

struct runbook_system {
	struct system system;
	struct runbook_index index;
};

struct runbook_systems {
	struct arena arena;
	VEC(struct runbook_system *) items;
	VEC(const char *) alerts; /* of all of them, sorted; see runbook_systems_read_alerts */
};

/* Zeroed memory. `names` are names of systems or paths to their files. 0 or an exit status, having complained. */
int runbook_systems_open(struct runbook_systems *ret, const struct option_strings *names);
void runbook_systems_close(struct runbook_systems *systems);

/* The names of the alerts that their rule files raise. */
void runbook_systems_read_alerts(struct runbook_systems *systems);

/* The path a word means: a file, else a runbook of one of the systems by slug or title. NULL, having complained. */
const char *runbook_systems_find(const struct runbook_systems *systems, const char *word);

/* The one whose runbooks that file is among; NULL. */
const struct runbook_system *runbook_systems_of(const struct runbook_systems *systems, const char *path);

/* What the journal of a system tells of runs: read whole, once. */
struct runbook_past {
	struct loop *loop;
	struct pool *pool;
	struct record record;
	struct runs runs;
};

/* -1, having complained, when it cannot be read; no journal is no fault. */
int runbook_past_read(struct runbook_past *ret, const struct system *system);
void runbook_past_release(struct runbook_past *past);

#endif
