/*
 * The question before a step changes or destroys something: all of its
 * command, what it would touch, how it is undone or that nobody knows how, and
 * the word to be typed, key by key. A paste never confirms, nor does what was
 * typed before the question was seen.
 */
#ifndef UI_VIEW_OVERLAY_CONFIRM_H
#define UI_VIEW_OVERLAY_CONFIRM_H

#include "ui/view/overlay.h"

extern const struct overlay_ops overlay_confirm;

/* For the step with the focus, by its plan as it was painted. */
void overlay_confirm_open(struct console *console);

#endif
