/* What known programs do, one row each; the longest row that matches a call says. */
#ifndef RUNBOOK_TIER_TABLE_H
#define RUNBOOK_TIER_TABLE_H

#include <stddef.h>

#include "runbook/runbook.h"

enum tier_check {
	CHECK_NONE,
	CHECK_SQL,    /* its text may hold DROP, TRUNCATE, DELETE */
	CHECK_SCRIPT, /* awk's and sed's programs may write and run */
	CHECK_ECHO,   /* nothing in its arguments is a flag */
	CHECK_CURL,   /* what is asked with GET or HEAD, or thrown away, changes nothing */
	CHECK_DD,     /* of= names what is written over */
	CHECK_UNIQ,   /* a second file is written */
	CHECK_NAMES,  /* `export X=`: which variables */
};

struct tier_row {
	const char *call; /* program and subcommands, each a glob */
	enum step_tier tier;
	const char *changes_with;  /* flags with which a reading call changes */
	const char *destroys_with; /* flags with which a changing call destroys */
	bool exact;                /* single letters are no clusters: -delete is one flag */
	bool alone;                /* only without operands of its own: `hostname` reads, `hostname NAME` changes */
	const char *needs;         /* reads only with one of these flags, else it changes */
	enum tier_check check;
};

extern const struct tier_row tier_rows[];
extern const size_t tier_row_count;

/* Calls, as those of rows, that change something whoever says otherwise. */
extern const char *const tier_changing_calls[];
extern const size_t tier_changing_count;

/* A call that does not end by itself. */
struct tier_endless {
	const char *call;
	const char *with;   /* one of these flags; NULL: always */
	const char *unless; /* it ends with one of these */
	size_t operands;    /* it ends when it has so many operands beyond its name; 0: does not matter */
	bool exact;
	const char *why;
};

extern const struct tier_endless tier_endless_rows[];
extern const size_t tier_endless_count;

#endif
