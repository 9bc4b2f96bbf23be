/*
 * What can be done about an alert, wherever it stands: the one with the focus
 * in the list of alerts, the one that is shown whole, else the one in the
 * alert line. Acting keys are for what was painted.
 */
#ifndef UI_VIEW_ALERT_ACT_H
#define UI_VIEW_ALERT_ACT_H

#include "alert/alerts.h"
#include "ui/view/console.h"

/* The alert that keys are about; NULL when there is none. */
const struct alert *alert_act_subject(const struct console *console);

/* ACTION_ACKNOWLEDGE, MUTE, COMMENT, UNDO, RUNBOOK; EXPLAIN, OUTPUT, COPY of an alert. */
bool alert_act_do(struct console *console, enum action action);
bool alert_act_can(const struct console *console, enum action action);

/* The same for what is looked at only where alerts are. */
bool alert_look_do(struct console *console, enum action action);
bool alert_look_can(const struct console *console, enum action action);

/* Evaluate the rules and ask server and Alertmanager again, now. */
bool alert_ask_again(struct console *console, enum action action);

/* The person acts: that what is painted changes now is no surprise. */
void alert_act_expect(struct console *console);

/* Show a Markdown or text file over the view. */
void alert_show_runbook(struct console *console, const char *path);

#endif
