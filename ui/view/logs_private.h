/* What the two halves of the logs view's state share: logs.c goes about, logs_ask.c reads. */
#ifndef UI_VIEW_LOGS_PRIVATE_H
#define UI_VIEW_LOGS_PRIVATE_H

#include "ui/view/logs.h"

/* Forget the question under way. */
void logs_cancel(struct logs *logs);

/* No lines any more. */
void logs_forget_lines(struct logs *logs);

/* Nothing was wrong after all. */
void logs_unsay(struct logs *logs);

/* No lines any more; looking begins anew at a place. */
void logs_begin_at(struct logs *logs, struct log_cursor cursor, bool at_begin, bool at_end);

/* Ask for what is wanted most: a time, an error, lines around the focus. Only while nothing is under way. */
void logs_ask(struct logs *logs, const struct log_source *source, int rows);

/* Ask how many lines there are over time, when what is known is old. */
void logs_ask_density(struct logs *logs, const struct log_source *source, int64_t now_ms);

#endif
