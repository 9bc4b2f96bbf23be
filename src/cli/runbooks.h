/*
 * The runbooks of one system in this process: its files, the runs that the
 * journal tells of, those that are open here, and the desk by which the console
 * sees them.
 */
#ifndef CLI_RUNBOOKS_H
#define CLI_RUNBOOKS_H

#include "alert/rule_file.h"
#include "base/vec.h"
#include "cli/engines.h"
#include "cli/record.h"
#include "cli/system.h"
#include "runbook/runner.h"
#include "ui/view/runbook_desk.h"

struct runbooks_config {
	const struct system *system;
	const struct engines *engines;
	struct record *record;        /* opened after this */
	const struct rule_set *rules; /* whose alerts runbooks name; may be NULL */
	bool acts;                    /* a console at which things are done; else only looked at */
	bool walk;                    /* nothing ever runs */
	void (*on_change)(void *user);
	void (*on_say)(void *user, const char *words); /* may be NULL */
	void *user;
};

struct runbooks {
	struct runbooks_config config;
	struct arena arena;
	struct runbook_desk desk;
	struct runs runs;
	struct runbook_index index;
	bool indexed;
	struct runbook_lint_context lint;
	VEC(const char *) alerts; /* names, sorted */
	struct runbook *backup;   /* the emergency backup's, once it was looked for; NULL: there is none */
	bool backup_sought;
	struct runbook_reading *reading; /* a file the desk asked for; NULL */
	runbook_read_done *read_done;
	void *read_user;
	VEC(struct runner *) runners; /* of the runs that are open here */
	struct runner_place place;
	const char *const *variables;
	char *state;
	char seat[17]; /* of this console: random */
};

/* Zeroed memory, then open; before the record is opened, and after the engines are. */
void runbooks_open(struct runbooks *runbooks, const struct runbooks_config *config);
void runbooks_close(struct runbooks *runbooks);

#endif
