/* A runbook as lines of text: what it is made of, and which steps it has. */
#ifndef CLI_RUNBOOK_TEXT_H
#define CLI_RUNBOOK_TEXT_H

#include "base/strbuf.h"
#include "runbook/runbook.h"

/* "P0", "P?" */
const char *runbook_text_priority(const struct runbook *runbook);

/* The head, then each section with its steps. */
void runbook_text_add(const struct runbook *runbook, struct strbuf *out);

/* One step: number, kind, tier, name, then its text, indented. */
void runbook_text_add_step(const struct runbook_step *step, struct strbuf *out);

/* A text of several lines, each after `indent`, made safe. */
void runbook_text_add_lines(const char *text, const char *indent, struct strbuf *out);

#endif
