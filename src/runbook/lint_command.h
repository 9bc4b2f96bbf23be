/*
 * Faults of one command: a table of rules, each looking at every program the
 * command runs, wherever it stands (in a loop, behind kubectl exec or ssh, in
 * a text for another shell).
 */
#ifndef RUNBOOK_LINT_COMMAND_H
#define RUNBOOK_LINT_COMMAND_H

#include "base/error.h"
#include "base/strbuf.h"
#include "runbook/runbook.h"
#include "runbook/tier_call.h"

/* One program, and what runs it: NULL for the shell at hand. */
struct lint_call {
	struct shell_call call;
	const struct lint_call *outer;
	bool in_text; /* it stood in a text for another shell */
};

struct lint_command {
	const char *text;
	const struct step_notes *notes; /* NULL: none */
	struct arena *arena;
	VEC(struct lint_call *) calls; /* in order, outer before inner */
	bool whole;                    /* false: it is no whole command */
};

void lint_command_init(struct lint_command *command, const char *text, const struct step_notes *notes,
		       struct arena *arena);
void lint_command_release(struct lint_command *command);

struct lint_command_rule {
	const char *name;
	enum fault_severity severity; /* FAULT_ERROR: it blocks the step */
	/* The fault in words, in the command's arena; NULL: none. */
	const char *(*find)(const struct lint_command *command);
};

extern const struct lint_command_rule lint_command_rules[];
extern const size_t lint_command_rule_count;

#endif
