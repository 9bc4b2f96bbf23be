/*
 * Faults in a runbook that a person meets at night: flags that npm keeps for
 * itself, commands that never return, secrets in arguments, dead links,
 * destruction without rollback or check, no verification, alerts that nobody
 * raises. A table of rules; each fault with file:line.
 */
#ifndef RUNBOOK_RUNBOOK_LINT_H
#define RUNBOOK_RUNBOOK_LINT_H

#include "base/error.h"
#include "runbook/runbook.h"
#include "runbook/runbook_index.h"

struct runbook_lint_context {
	const struct runbook_index *index; /* NULL: links to other runbooks are looked up as files only */
	const char *const *alerts;         /* names of the alerts there are, sorted; NULL: not known */
	size_t alert_count;
	bool follow_files; /* relative links are looked up beside the file */
};

/* Every fault is added; what stops a step from being run is an error, the rest an approximation. Returns the number. */
size_t runbook_lint(const struct runbook *runbook, const struct runbook_lint_context *context,
		    struct error_list *errors);

/* The faults of one command that block `!` until it is edited or overridden in words; into `ret`, one a line. False:
 * none. */
struct strbuf;
bool runbook_lint_command(const char *command, const struct step_notes *notes, struct strbuf *ret);

#endif
