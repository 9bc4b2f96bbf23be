/* The screen as it is now, as a file: for an incident's report. */
#ifndef UI_VIEW_PICTURE_H
#define UI_VIEW_PICTURE_H

#include "ui/view/console.h"

/* For the command line; the file's ending says the form. -1: why it could not be written, or that it is there. */
int picture_save(struct console *console, const char *path, struct error *error);

#endif
