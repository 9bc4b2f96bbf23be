/*
 * Control sequences as bytes: those that terminfo has no name for, and
 * terminfo's own without the padding that terminals once needed.
 */
#ifndef UI_TERMINAL_SEQUENCE_H
#define UI_TERMINAL_SEQUENCE_H

#include "base/strbuf.h"

/* Synchronized output: the terminal shows what lies between at once. */
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END   "\033[?2026l"

/* ECMA-48 ST: ends a string (OSC 52) that was cut off on its way; alone it does nothing. */
#define STRING_END "\033\\"

/* Pasted text comes in brackets. */
#define PASTE_BEGIN "\033[?2004h"
#define PASTE_END   "\033[?2004l"

/* Presses only (1000), in the form that has no limit of columns (1006). */
#define MOUSE_BEGIN "\033[?1000h\033[?1006h"
#define MOUSE_END   "\033[?1006l\033[?1000l"

/* Append a sequence of terminfo without its padding ("$<50>"); NULL appends nothing. */
void sequence_add(struct strbuf *ret, const char *text);

#endif
