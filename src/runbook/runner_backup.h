/* Whether everything was saved already: what the backup's runbook does, done well since the run began. */
#ifndef RUNBOOK_RUNNER_BACKUP_H
#define RUNBOOK_RUNNER_BACKUP_H

#include "base/arena.h"
#include "runbook/runner.h"

/* "03:12Z (step 4.1)", "03:12Z (a run of its own)", in the arena; NULL: none is known, or no runbook of one is. */
const char *runner_backup_taken(const struct runner *runner, const struct run *run, struct arena *arena);

#endif
