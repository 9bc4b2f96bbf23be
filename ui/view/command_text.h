/*
 * A command as it is shown: every character of it, broken where the width
 * ends with a mark before the rest, never cut. A gutter tells its own lines
 * from what was broken.
 */
#ifndef UI_VIEW_COMMAND_TEXT_H
#define UI_VIEW_COMMAND_TEXT_H

#include <stddef.h>

#include "ui/draw/canvas.h"

#define COMMAND_GUTTER 2 /* "$ ", "> " of a further line, a mark before the rest of a broken one */

/* Rows it takes in that width, the gutter included; at least 1. */
int command_text_rows(const char *text, int width);

/* Draw its rows from `first` on. Returns the rows drawn. */
int command_text_draw(const char *text, struct canvas *canvas, struct rect area, int first, struct style style);

#endif
