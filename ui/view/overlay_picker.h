/* Choosing the dashboard's variables: the list of them, then the values of one, filtered by what is typed. */
#ifndef UI_VIEW_OVERLAY_PICKER_H
#define UI_VIEW_OVERLAY_PICKER_H

#include "ui/view/overlay.h"

extern const struct overlay_ops overlay_picker;

/* The key v. */
bool picker_open(struct console *console, enum action action);
bool picker_can(const struct console *console, enum action action);

/* Choose by hand and ask again, as :var does. -1 with the error set when there is no such variable. */
int picker_apply(struct console *console, const char *name, const char *value, struct error *error);

#endif
