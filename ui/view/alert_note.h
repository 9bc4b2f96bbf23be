/*
 * The note of an acknowledgement while it is typed, in the bottom line: it
 * says until when it will hold, and who has the alert already. Enter writes
 * it, Esc does not. For the alert as it was when the key was pressed: one that
 * resolved meanwhile, or fired anew, is not acknowledged.
 */
#ifndef UI_VIEW_ALERT_NOTE_H
#define UI_VIEW_ALERT_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alert;
struct console;

struct alert_noted {
	uint64_t fingerprint;
	int64_t active_ms;
	int64_t hold_ms; /* 0: as long as the policy says */
	char holder[96]; /* who has it already; "" nobody else */
};

/* Ask for the note. With `comment` the note of the acknowledgement in force is changed, and its end stays. */
void alert_note_open(struct console *console, const struct alert *alert, bool comment);

/* The note was typed. */
void alert_note_confirmed(struct console *console);

/* What stands right of the text; "" when there is nothing to say. */
void alert_note_offer(const struct console *console, char *ret, size_t size);

#endif
