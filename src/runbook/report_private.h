/* The parts of a report, each by a file of its own. */
#ifndef RUNBOOK_REPORT_PRIVATE_H
#define RUNBOOK_REPORT_PRIVATE_H

#include "runbook/report.h"

/* Does the step lie in a scenario that was not chosen, with nothing done in it? What its checks say is no part of what
 * happened. False where the text is not known. */
bool report_is_passed_over(const struct run *run, const struct runbook *runbook, const char *step);

void report_add_timeline(const struct run *run, const struct runbook *runbook, struct strbuf *ret);
void report_add_steps(const struct run *run, const struct runbook *runbook, const char *folder, struct strbuf *ret);

/* Items for people that their checks ticked; nothing when there are none, or the text is not known. */
void report_add_ticks(const struct run *run, const struct runbook *runbook, struct strbuf *ret);

/* A table of figures before and after a step; of the run for "". Nothing when there are none. */
void report_add_figures(const struct run *run, const char *step, struct strbuf *ret);

#endif
