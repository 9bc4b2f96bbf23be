/* A whole board in one line: what is worst, and how many panels stand how. */
#ifndef UI_VIEW_SUMMARY_H
#define UI_VIEW_SUMMARY_H

#include <stddef.h>

#include "alert/alerts.h"
#include "base/strbuf.h"
#include "dashboard/display.h"
#include "ui/view/console.h"

struct summary {
	struct alert_counts alerts;
	size_t firing; /* alerts that are not muted */
	size_t panels; /* that show values or should */
	size_t critical, warning;
	size_t failed; /* stale or failed questions */
	size_t down, absent, empty, waiting;
	int worst; /* index of the worst panel, or -1 */
	enum severity severity;
};

void summary_of(const struct console *console, struct summary *ret);

/* True when the summary is something to act on: exit status 1. */
bool summary_is_bad(const struct summary *summary);

/* "POLLN Colony: 2 critical, 1 warning | Colony Up: DOWN", with signs of the glyph set. */
void summary_add_line(const struct console *console, const struct summary *summary, enum glyph_set glyphs,
		      struct strbuf *ret);

#endif
