/* A line of a log, or a log, in words: for the text that lies over the view, and for what is typed. */
#ifndef UI_VIEW_LOG_DOCUMENT_H
#define UI_VIEW_LOG_DOCUMENT_H

#include "ui/input/prompt.h"
#include "ui/view/document.h"
#include "ui/view/logs.h"

/* A line whole: its parts and all its fields; or as it came. */
void log_document_line(const struct logs *logs, const struct log_row *row, int64_t now_ms, struct document *document);
void log_document_raw(const struct log_row *row, struct document *document);

/* What a log is: its file or command, how much of it was read. */
void log_document_source(const struct logs *logs, const struct log_source *source, struct document *document);

/* Words that complete a filter: levels, and the fields of a line (may be NULL). */
void log_document_complete(const struct logs *logs, const struct log_row *row, const char *text,
			   struct prompt_candidates *ret);

#endif
