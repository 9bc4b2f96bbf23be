/* Everything that is known of the source that has the focus, in words, over the list or the page of it. */
#ifndef UI_VIEW_SOURCE_EXPLAIN_H
#define UI_VIEW_SOURCE_EXPLAIN_H

#include "ui/view/console.h"

/* The x key; there must be a source. */
bool source_explain(struct console *console, enum action action);

#endif
