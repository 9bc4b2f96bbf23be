/*
 * A file in memory that curses writes its frames into: it always takes
 * everything at once, so that nobody waits for a terminal in there.
 */
#ifndef UI_TERMINAL_FRAME_FILE_H
#define UI_TERMINAL_FRAME_FILE_H

#include <stdio.h>

#include "base/error.h"
#include "base/strbuf.h"

/* NULL with the error set. fclose ends it. */
FILE *frame_file_open(struct error *error);

/* Append what was written since the last time, or throw it away. */
void frame_file_take(FILE *file, struct strbuf *ret);
void frame_file_drop(FILE *file);

#endif
