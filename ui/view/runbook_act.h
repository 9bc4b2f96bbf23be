/*
 * What is done to a run from its view: keys that act, and the questions they
 * ask first. A key is for what was painted: on what changed less than a second
 * ago it only says so.
 */
#ifndef UI_VIEW_RUNBOOK_ACT_H
#define UI_VIEW_RUNBOOK_ACT_H

#include "ui/view/console.h"

/* ACTION_RUN, DONE, SKIP, FAIL, BRANCH, COMMENT, EDIT, STOP, PEN, UNDO, TERMINAL. */
bool runbook_act_do(struct console *console, enum action action);
bool runbook_act_can(const struct console *console, enum action action);

/* Start a step as it was painted; then its good end moves the focus on. */
int runbook_act_start(struct console *console, size_t step, const char *text, const char *typed, struct error *error);

/* Open the backup that is offered before the first destruction. */
void runbook_act_backup(struct console *console);

/* End the run: `words` may be "". */
int runbook_act_close(struct console *console, const char *words, struct error *error);

#endif
