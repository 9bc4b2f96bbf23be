/* A closer look at a panel: what it is and asks, the raw answer, and both for the clipboard. */
#ifndef UI_VIEW_EXPLAIN_H
#define UI_VIEW_EXPLAIN_H

#include "base/strbuf.h"
#include "ui/view/console.h"
#include "ui/view/document.h"

/* Everything known about a panel: type, description, state, questions as they are asked, what was approximated. */
void explain_panel(const struct console *console, size_t index, struct document *ret);

/* Each question with its series and their last values. */
void explain_answer(const struct console *console, size_t index, struct document *ret);

/* "EXPRESSION\n...VALUE" of a panel. */
void explain_copy(const struct console *console, size_t index, struct strbuf *ret);

/* Keys x, o and y, on what has the focus. */
bool explain_do(struct console *console, enum action action);
bool explain_can(const struct console *console, enum action action);

#endif
