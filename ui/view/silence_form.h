/*
 * Making, changing or ending a silence: fields over the view, the alerts that
 * would be hidden below them, counted as the matchers are typed. It is never
 * confirmed by one key: the number of alerts (or the alert's name) is typed.
 */
#ifndef UI_VIEW_SILENCE_FORM_H
#define UI_VIEW_SILENCE_FORM_H

#include "ui/view/overlay.h"

struct alert;
struct silence;
struct silence_form;

extern const struct overlay_ops overlay_silence;

/* For a new one that hides this alert. */
void silence_form_new(struct console *console, const struct alert *alert);

/* To change one: its end above all. */
void silence_form_extend(struct console *console, const struct silence *silence);

/* To end one. */
void silence_form_expire(struct console *console, const struct silence *silence);

/* What was sent has come back: done (`reason` NULL), or why not; then the form stays with what was typed. */
void silence_form_done(struct console *console, struct silence_form *form, const char *reason);

#endif
