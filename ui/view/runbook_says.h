/* What is said of a runbook's steps and of its run, in words: how each stands, what it would do, what comes next. */
#ifndef UI_VIEW_RUNBOOK_SAYS_H
#define UI_VIEW_RUNBOOK_SAYS_H

#include "base/strbuf.h"
#include "ui/draw/glyph.h"
#include "ui/view/runbook_page.h"

struct console;

/* How the step stands, as a sign, and its style. What only the file has ticked is a full box, and open all the same. */
enum glyph runbook_sign(const struct runbook_page *page, size_t step, struct style *ret_style);

/* Right of a step: "0.8s", "running 0:12", "needs <backup-id>", "exit status 3", "destroys". */
void runbook_add_standing(const struct runbook_page *page, size_t step, int64_t now_ms, struct strbuf *ret,
			  enum role *ret_role);

/* Right of a heading: "2 of 3 done", "3 checks, 1 holds". */
void runbook_add_progress(const struct runbook_page *page, size_t section, struct strbuf *ret);

/* Right of the title: "P0  target MTTR 60 min  production"; with `clock` the time that went by. */
void runbook_add_head(const struct console *console, bool clock, struct strbuf *ret);

/* "reads · /usr/bin/kubectl · target prod-cluster/production · at most 5m" of the step with the focus. */
void runbook_add_tier(const struct runbook_page *page, enum glyph_set glyphs, struct strbuf *ret);

/* "00:04:12 of 60:00". */
void runbook_add_clock(const struct runbook_page *page, struct strbuf *ret);

/* "due now: page the commander; in 6m: escalate"; "" without a table, or when the run is over. */
void runbook_add_due(const struct runbook_page *page, struct strbuf *ret);

/* What comes next, with its key: "! runs 1.3", "B chooses the scenario". */
void runbook_add_next(const struct console *console, struct strbuf *ret);

/* What else must be read before it is run, one a line: what it needs, why it is blocked, faults, rollback. */
struct runbook_remark {
	enum role role;
	char *text;
};
struct runbook_remarks {
	VEC(struct runbook_remark) items;
};
void runbook_remark_step(const struct runbook_page *page, struct runbook_remarks *ret);

/* That, and what the escalation table wants. */
void runbook_remark_all(const struct runbook_page *page, struct runbook_remarks *ret);
void runbook_remarks_release(struct runbook_remarks *remarks);

/* A title without the word "Runbook:"; where nothing is left, the slug. */
const char *runbook_title(const char *title, const char *slug);

/* The text of the step with the focus as it would run now; "" when none has it. */
const char *runbook_text(const struct runbook_page *page);

/* "0.8s", "12s", "2m14s" of something that took so long. */
void runbook_took(int64_t ms, char *ret, size_t size);

/* "00:04:12" of a clock. */
void runbook_clock(int64_t ms, char *ret, size_t size);

/* Somebody without the "@host" when it is this one's. */
void runbook_add_person(const char *actor, struct strbuf *ret);

#endif
