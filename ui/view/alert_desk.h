/*
 * What the console has of alerts beside its views: taken before each drawing
 * and each key, so that no row is about an alert that is gone.
 */
#ifndef UI_VIEW_ALERT_DESK_H
#define UI_VIEW_ALERT_DESK_H

#include <stdbool.h>

struct alert;
struct console;
struct strbuf;

/* The rows of the list, of the alerts as they are. */
void alert_desk_take(struct console *console);

/* Before each drawing: bring the alerts up to date, and what hangs on them. */
void alert_desk_prepare(struct console *console);

/* Show an alert's panel on its dashboard; false when none is about it. */
bool alert_desk_show_panel(struct console *console, const struct alert *alert);

/* What is not known of the alerts, in a few words: what alerts_add_doubt says, and sources that are down, whose alerts
 * nobody can raise. Nothing firing is "all clear" only when there is nothing to say. */
void alert_desk_add_doubt(const struct console *console, struct strbuf *ret);

/* Say it when what was done until now is on disk, and that it is not when it cannot be written: who reads that an alert
 * is theirs may rely on it. */
void alert_desk_say_written(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What people did and the disk does not have yet, and why. */
void alert_desk_add_unwritten(const struct console *console, struct strbuf *ret);

void alert_desk_release(struct console *console);

#endif
