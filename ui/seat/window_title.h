/*
 * The title of the person's terminal: OSC 2, and xterm's stack of titles
 * (CSI 22 and 23), which gives back the one that was. Only for terminals that
 * are known to take them: others would show the bytes.
 */
#ifndef UI_SEAT_WINDOW_TITLE_H
#define UI_SEAT_WINDOW_TITLE_H

#include <stdbool.h>

#include "base/strbuf.h"

#define WINDOW_TITLE_CELLS 120

bool window_title_is_known(const char *term);

/* Append the sequence that sets it; the text is made safe and cut. */
void window_title_add(struct strbuf *ret, const char *text);

/* The same when it is another one than `shown`, which it becomes. False when it stands there already. */
bool window_title_change(struct strbuf *shown, const char *text, struct strbuf *ret);

void window_title_add_save(struct strbuf *ret);
void window_title_add_restore(struct strbuf *ret);

#endif
