/* Markdown of our own around text from outside, which stays text: nothing in it becomes Markdown, HTML or a control. */
#ifndef RUNBOOK_REPORT_TEXT_H
#define RUNBOOK_REPORT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/* In a line of prose or a table's cell. */
void report_add_text(struct strbuf *ret, const char *text);

/* As code within a line; `cell`: of a table. Nothing for "". */
void report_add_code(struct strbuf *ret, const char *text, bool cell);

/* As a block of its own, in a fence longer than any in it; `info` names its language. */
void report_add_block(struct strbuf *ret, const char *info, const char *text);

/* "2026-11-22 03:15:00"; "not known". In UTC. */
void report_add_time(struct strbuf *ret, int64_t wall_ms);
void report_add_duration(struct strbuf *ret, int64_t ms);

/* How something ended that did not end well, and why, the one word for it only once: "timeout after 5s". */
void report_add_failure(struct strbuf *ret, const char *outcome, const char *reason);

#endif
