/* A command's lines, edited for this run: a line is typed as anywhere, arrows go from line to line. */
#ifndef UI_VIEW_OVERLAY_EDIT_H
#define UI_VIEW_OVERLAY_EDIT_H

#include "ui/view/overlay.h"

extern const struct overlay_ops overlay_edit;

/* For a step of the run that is shown. False (and a message): it has a line too long to be edited here. */
bool overlay_edit_open(struct console *console, size_t step);

#endif
