/* What is known of themes without reading a file: the default one, and the names shipped. */
#ifndef UI_DRAW_THEME_BUILTIN_H
#define UI_DRAW_THEME_BUILTIN_H

#include "ui/draw/theme.h"

/* Equal to themes/night.theme, so that the program has a face when its data folder is missing. */
extern const struct theme theme_night;

/* Names of the shipped themes, ended by NULL. */
extern const char *const theme_names[];

#endif
