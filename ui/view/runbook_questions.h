/* The questions that keys acting on a run ask: a note, why, a value, a scenario, whose pen. */
#ifndef UI_VIEW_RUNBOOK_QUESTIONS_H
#define UI_VIEW_RUNBOOK_QUESTIONS_H

#include <stddef.h>

#include "base/error.h"

struct console;

/* Of the step (SIZE_MAX: of the run); its words may be left out where it is skipped or failed. */
void runbook_ask_note(struct console *console, size_t step);
void runbook_ask_skip(struct console *console, size_t step);
void runbook_ask_fail(struct console *console, size_t step);

/* Why it is run although something speaks against it: what the plan says. */
void runbook_ask_override(struct console *console, size_t step);

/* The first of the values that the step lacks; the next one after it. */
void runbook_ask_value(struct console *console, size_t step);

/* Close the run that is shown: at once when its checks hold, else once that was said and chosen all the same. Not while
 * a step runs. -1 with the reason. */
int runbook_ask_close(struct console *console, const char *words, struct error *error);

void runbook_ask_scenario(struct console *console);
void runbook_ask_pen(struct console *console, size_t step);

#endif
