/* What can be done with runbooks: the verbs of `skep runbook`, in files of their own. */
#ifndef CLI_RUNBOOK_VERBS_H
#define CLI_RUNBOOK_VERBS_H

#include "cli/options.h"
#include "cli/runbook_systems.h"

/* Each returns the exit status. `words` are those behind the verb. */
typedef int runbook_verb(const struct cli_options *options, struct runbook_systems *systems, const char *const *words,
			 size_t count);

runbook_verb runbook_list, runbook_show, runbook_check, runbook_walk, runbook_print_report;

#endif
