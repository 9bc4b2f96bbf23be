/*
 * Search by a part of the text, ignoring case: panels and rows by title,
 * panels by the names of their series, lines in a text that lies over them.
 * What was found stays marked until Esc.
 *
 * Where several systems share the screen, a match in another one is offered
 * while the text is typed; Enter goes there when there is none here, and the
 * key for the next match goes there after the last one here.
 */
#ifndef UI_VIEW_FIND_H
#define UI_VIEW_FIND_H

#include "ui/view/console.h"

/* True when the panel's title or one of its series' names holds the needle. */
bool find_matches(const struct console *console, size_t index, const char *needle);

/* The next (1) or former (-1) panel in reading order that matches, from `from` round the end; -1: none. */
int find_panel(const struct console *console, const char *needle, int from, int step);

/* Keys: find opens the prompt, the others go on. */
bool find_do(struct console *console, enum action action);
bool find_can(const struct console *console, enum action action);

/* What was typed changed, was confirmed, was given up. */
void find_typed(struct console *console);
void find_confirmed(struct console *console);
void find_cancelled(struct console *console);

/* What is offered, for the line being typed: "also in DRYAD.AI: Memory"; "" when nothing is. */
void find_offer_text(const struct console *console, char *ret, size_t size);

/* Search for a text at once, as :find does. False (and a message) when there is nothing. */
bool find_text(struct console *console, const char *needle);

/* Mark what was found in a part of the picture. */
void find_mark(const struct console *console, struct canvas *canvas, struct rect area);

/* The same for any text, ignoring case; "" marks nothing. */
void find_mark_text(struct canvas *canvas, struct rect area, const char *needle);

#endif
