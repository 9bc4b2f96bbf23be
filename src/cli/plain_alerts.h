/*
 * What was said of a system's alerts where there is no screen: one line for
 * each that fires, is acknowledged or silenced, and one whenever that changes.
 * What counts on, an age or a value, is in none of them.
 */
#ifndef CLI_PLAIN_ALERTS_H
#define CLI_PLAIN_ALERTS_H

struct console;
struct plain_alerts;

struct plain_alerts *plain_alerts_new(void);
void plain_alerts_free(struct plain_alerts *alerts);

/* Call `say` with each line that is new since the last call, the worst first. */
void plain_alerts_say(struct plain_alerts *alerts, const struct console *console,
		      void (*say)(void *user, const char *text), void *user);

#endif
