/*
 * A run as Markdown: who, where, when, time to mitigate; the timeline in UTC;
 * each command with its outcome and the end of its output; what was measured
 * before and after; notes; what was skipped, edited, overridden.
 */
#ifndef RUNBOOK_REPORT_H
#define RUNBOOK_REPORT_H

#include "base/strbuf.h"
#include "runbook/run.h"
#include "runbook/runbook.h"

#define REPORT_OUTPUT_LINES 20

/* `runbook` is the text the run began with, NULL when it is not there any more; `folder` is the run's, for transcripts,
 * may be NULL. Text from outside is made safe and cannot become Markdown or HTML of the report's own. */
void run_report(const struct run *run, const struct runbook *runbook, const char *folder, struct strbuf *ret);

#endif
