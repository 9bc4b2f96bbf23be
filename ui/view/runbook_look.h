/* A closer look at what has the focus in a runbook: explained, opened, copied, its output saved. */
#ifndef UI_VIEW_RUNBOOK_LOOK_H
#define UI_VIEW_RUNBOOK_LOOK_H

#include "ui/view/console.h"

bool runbook_look_explain(struct console *console, enum action action);
bool runbook_look_copy(struct console *console, enum action action);

/* A heading folds, the choice shows the scenarios, a link is followed, a step shows its output. */
bool runbook_look_open(struct console *console, enum action action);

/* Show the whole output of the step with the focus. */
bool runbook_look_output(struct console *console, enum action action);

/* Write that output to a file; `path` "" chooses one in the current folder. What is there is not overwritten. */
int runbook_look_save(struct console *console, const char *path, struct error *error);

#endif
